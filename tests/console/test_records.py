"""Lists of records and one record as pages: ours and received, names, versions, who may see what."""

from __future__ import annotations

import pytest

from exchange.console.pages.records import PAGE
from exchange.console.pages.records_names import hints
from exchange.interop.synthetic import REVIEW
from exchange.model.claims import Claim, Grade
from exchange.model.records import Ref
from exchange.model.validate import with_governance
from exchange.operations.deposit import Amendment, amend
from tests.console.entry_kit import shown_text
from tests.console.kit import Consoles, Desk
from tests.federation import State
from tests.subjects import gulf_person

CONTESTED = next(n for n in range(200) if any(claim.contests for claim in gulf_person(n)))


@pytest.fixture(scope="module")
def dz(shared: Consoles) -> State:
    return shared.states["DZ"]


@pytest.fixture(scope="module")
def desk(shared: Consoles, dz: State) -> Desk:
    return shared.desk("DZ", dz.staff.officer)


@pytest.fixture(scope="module")
def known(shared: Consoles, dz: State) -> Ref:
    """A record of ours that AE holds."""
    (ref,) = dz.deposit(gulf_person(CONTESTED))
    dz.push("AE", [ref])
    assert dz.deliver("AE").accepted == 1
    return ref


def page_of(ref: Ref, rest: str = "") -> str:
    return f"/records/{ref.originator}/{ref.id}{rest}"


def named(*names: tuple[str, str, str], note: str = "") -> tuple[Claim, ...]:
    """A person with these names: (text, script, type)."""
    claims = [
        Claim(
            f"c{at}", "name.full", {"text": text, "script": script, "type": kind}, "fact", Grade("admiralty", "B", "2")
        )
        for at, (text, script, kind) in enumerate(names, 1)
    ]
    if note:
        claims[-1] = claims[-1]._replace(value={**claims[-1].value, "note": note, "lang": "fr"})
    return with_governance(
        claims, legal_basis="Example Act", purpose="counter_terrorism.travel", marking="TLP:AMBER+STRICT",
        review=REVIEW, category="suspect",
    )  # fmt: skip


def test_one_record_says_everything_that_is_held(desk: Desk, known: Ref) -> None:
    page = desk.open(page_of(known))
    text = shown_text(page)
    for told in (
        "Legal basis",
        "Purpose",
        "Subject category suspect",
        "Review by",
        "Kept until",
        "Contested.",
        "Admiralty scale",
    ):
        assert told in text, told
    for section in ("Names", "Birth and civil status", "Affiliation", "Movement", "Assessment"):
        assert f">{section}<" in page.html
    assert page.html.count('class="tlp') >= 2
    assert 'class="watermark"' in page.html
    assert "Coarser forms" in text
    assert page.links.index(f"{page_of(known)}/amend") < page.links.index(f"/previews/{known.originator}/{known.id}")


def test_a_received_record_says_on_which_terms(shared: Consoles, known: Ref) -> None:
    there = shared.desk("AE", shared.states["AE"].staff.officer)
    page = there.open(page_of(known))
    text = shown_text(page)
    assert "DZ lent us this record under AG-DZ-AE-KW" in text
    assert "The record is not passed on" in text or "prior consent" in text
    assert text.index("the record is no ground for arrest") < text.index("Legal basis")
    assert "less exact than what its originator holds" in text
    assert f"{page_of(known)}/amend" not in page.links
    versions = there.open(page_of(known, "/versions"))
    assert "These are the parcels in which the record came" in versions.text
    assert there.open(page_of(known, "/versions/1")).status == 200


def test_each_look_is_a_ledger_entry(desk: Desk, dz: State, known: Ref) -> None:
    for path in (
        page_of(known),
        page_of(known, "/names"),
        page_of(known, "/versions"),
        "/records",
        "/records?held=all",
    ):
        with dz.node.store.read() as unit:
            before = unit.ledger.head(lock=False).size
        assert desk.open(path).status == 200
        with dz.node.store.read() as unit:
            assert unit.ledger.head(lock=False).size > before, path


def test_lists_by_place_and_kind_and_page(shared: Consoles) -> None:
    kw = shared.states["KW"]
    desk = shared.desk("KW", kw.staff.officer)
    assert "No records here yet" in desk.open("/records").text
    refs = kw.deposit(*[named((f"Rifa {n}", "Latn", "primary")) for n in range(PAGE + 3)])
    seen: list[str] = []
    path = "/records?held=own&kind=person"
    while path:
        page = desk.open(path)
        seen += [link for link in page.links if link.startswith("/records/KW/")]
        path = next((link for link in page.links if "after=" in link), "")
    assert sorted(seen) == sorted(page_of(ref) for ref in refs)
    assert len(seen) == PAGE + 3
    assert "No records here yet" in desk.open("/records?kind=camp").text
    assert "No records here yet" in desk.open("/records?held=received").text


@pytest.mark.parametrize(
    "query", ["held=mine", "kind=weather", "after=nonsense", "held=own&held=all", "after=DZ/UPPER"]
)
def test_addresses_of_lists_are_read_strictly(desk: Desk, query: str) -> None:
    assert desk.open(f"/records?{query}").status == 422


def test_the_name_card(desk: Desk, dz: State) -> None:
    claims = named(
        ("أبو عبد الله سليم بن نموذج المثالي", "Arab", "primary"),
        ("Slim ben Namoudhaj", "Latn", "transliteration"),
        ("Салим", "Cyrl", "spelling"),
        ("Salim bin Namudhaj", "Latn", "transliteration"),
        note="passport, French",
    )
    (ref,) = dz.deposit(claims)
    page = desk.open(page_of(ref, "/names"))
    text = shown_text(page)
    for told in (
        "kunya: named after a child أبو عبد الله", "ism: given name سليم", "nasab: descent بن نموذج",
        "nisba: belonging المثالي", "Suggested by the system", "Slim ben Namoudhaj", "transliteration · French",
        "passport, French", "In other scripts", "Салим",
    ):  # fmt: skip
        assert told in text, told
    assert '<span class="original large"><bdi class="text" lang="ar" dir="rtl">' in page.html
    with dz.node.store.read() as unit:
        (held,) = unit.records.current([ref], lock=False)
    assert held.record.at("name.full")[0].value == claims[0].value


def test_no_card_without_a_name_in_arabic_script(desk: Desk, dz: State) -> None:
    (ref,) = dz.deposit(named(("Rifa Exempli", "Latn", "primary")))
    assert "No name in Arabic script is stored" in desk.open(page_of(ref, "/names")).text
    (ref,) = dz.deposit(named(("ريفا", "Arab", "primary")))
    assert "No form in Latin letters is stored" in desk.open(page_of(ref, "/names")).text


def test_hints_are_words_that_find_it() -> None:
    found = hints("عبد الرحمن نموذج")
    assert {"نموذج", "رحمن"} <= set(found)
    assert any(each.startswith("عبدالرح") for each in found)
    assert len(hints(" ".join(["سليم", "نموذج", "احمد", "محمود", "ابو", "عبد", "الله"] * 4))) <= 24


def test_versions_show_what_each_changed(desk: Desk, dz: State) -> None:
    (ref,) = dz.deposit(named(("Rifa Exempli", "Latn", "primary")))
    with dz.node.store.write() as unit:
        amend(dz.node, unit, dz.staff.second, [Amendment(ref, 1, named(("Rifa Exempli", "Latn", "birth")))])
    page = desk.open(page_of(ref, "/versions"))
    text = shown_text(page)
    assert text.index("Version 2") < text.index("Version 1")
    assert "main name" in text
    assert "name at birth" in text
    assert "The first version." in text
    old = desk.open(page_of(ref, "/versions/1"))
    assert "Open the newest" in old.text
    assert "main name" in old.text
    assert desk.open(page_of(ref, "/versions/3")).status == 404
    assert desk.open(page_of(ref, "/versions/0")).status == 404
    assert desk.open(page_of(ref, "/versions?before=x")).status == 422


def test_who_may_not_and_what_is_not_there(shared: Consoles, desk: Desk, known: Ref) -> None:
    staff = shared.states["DZ"].staff
    for person in (staff.auditor, staff.admin):
        other = shared.desk("DZ", person)
        assert other.open("/records").status == other.open(page_of(known)).status == 403
    assert shared.desk("DZ", staff.approver).open(page_of(known)).status == 200
    for ref in (Ref("DZ", "rec-not-here-0001"), Ref("KW", known.id)):
        for rest in ("", "/names", "/versions", "/versions/1"):
            assert desk.open(page_of(ref, rest)).status == 404
    assert desk.open("/records/dz/UPPER").status == 404


@pytest.mark.parametrize(("lang", "told"), [("ar", "الأساس القانوني"), ("fr", "Base légale")])
def test_in_other_languages(desk: Desk, known: Ref, lang: str, told: str) -> None:
    desk.keep(lang=lang)
    try:
        for rest in ("", "/names", "/versions"):
            page = desk.open(page_of(known, rest))
            assert page.status == 200
            assert f'<html lang="{lang}"' in page.html
        assert told in desk.open(page_of(known)).text
    finally:
        desk.keep()
