"""The timeline of a person: in order, contested fates side by side, what has no date said so, each with its source."""

from __future__ import annotations

import pytest

from exchange.interop.synthetic import REVIEW
from exchange.model.claims import Claim, Grade, JsonValue
from exchange.model.records import Ref
from exchange.model.validate import with_governance
from tests.console.entry_kit import shown_text
from tests.console.kit import Consoles, Desk
from tests.federation import State

B2 = Grade("admiralty", "B", "2")


def record(
    *claims: tuple[str, JsonValue], kind: str = "person", contests: tuple[int, int] | None = None
) -> tuple[Claim, ...]:
    made = [Claim(f"c{at}", path, value, "fact", B2) for at, (path, value) in enumerate(claims, 1)]
    if contests is not None:
        made[contests[0] - 1] = made[contests[0] - 1]._replace(contests=f"c{contests[1]}", statement="hearsay")
    return with_governance(
        made, legal_basis="Example Act", purpose="counter_terrorism.travel", marking="TLP:AMBER", review=REVIEW,
        category="suspect" if kind == "person" else None,
    )  # fmt: skip


@pytest.fixture(scope="module")
def desk(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.officer)


@pytest.fixture(scope="module")
def person(shared: Consoles) -> Ref:
    """Somebody to whom everything happened, with a movement and a relation that name them."""
    dz: State = shared.states["DZ"]
    (ref,) = dz.deposit(
        record(
            ("name.full", {"text": "Rifa Exempli", "script": "Latn", "type": "primary"}),
            ("birth.date", {"precision": "range", "from": 1988, "to": 1990}),
            ("birth.place", {"city": "Specimen Town", "country": "KW"}),
            ("fate", {"state": "dead", "date": "2018-04-01", "country": "SY"}),
            ("fate", {"state": "detained"}),
            ("recruitment.by", "Somebody Exempli"),
            ("listed.on", "2016-05-06"),
            ("listed.by", "UN"),
            ("affiliation.since", {"precision": "exact", "date": "1435-02-30", "calendar": "hijri"}),
            ("affiliation.group", "Specimen Group"),
            contests=(5, 4),
        )
    )
    named: JsonValue = {"originator": ref.originator, "id": ref.id}
    moved = record(("movement.person", named), ("movement.date", "2014-07-01"), ("route.to", "SY"), kind="movement")
    undated = record(("movement.person", named), ("route.to", "LY"), kind="movement")
    dz.deposit(moved, undated, kind="movement")
    other: JsonValue = {"originator": "AE", "id": "rec-synthetic-000009"}
    relation = record(
        ("relation.from", named), ("relation.to", other), ("relation.type", "works_with"),
        ("relation.since", {"precision": "year", "year": 2015}), kind="relation",
    )  # fmt: skip
    dz.deposit(relation, kind="relation")
    return ref


def test_in_order_with_place_grade_and_source(desk: Desk, person: Ref) -> None:
    page = desk.open(f"/records/DZ/{person.id}/timeline")
    text = shown_text(page)
    order = [
        "1988 to 1990 born",
        "1435-02-30",
        "1 July 2014 travelled Syria",
        "works with: since then",
        "6 May 2016 put on a list",
    ]
    places = [text.index(told) for told in order]
    assert places == sorted(places)
    for told in (
        "Specimen Town Kuwait",
        "the UN Security Council",
        "Hijri calendar",
        "usually reliable",
        "Specimen Group",
    ):
        assert told in text, told
    assert "/records/AE/rec-synthetic-000009" in page.links


def test_contested_fates_stand_side_by_side(desk: Desk, person: Ref) -> None:
    page = desk.open(f"/records/DZ/{person.id}/timeline")
    text = shown_text(page)
    sides = page.html[page.html.index('class="rivals"') : page.html.index("</ul>", page.html.index('class="rivals"'))]
    assert sides.count("<li>") == 2
    assert sides.count("contested") == 2
    assert "nobody has chosen between them" in text
    assert "date not known" in sides
    assert "1 April 2018" in sides


def test_what_has_no_date_comes_last_and_says_so(desk: Desk, person: Ref) -> None:
    text = shown_text(desk.open(f"/records/DZ/{person.id}/timeline"))
    rest = text[text.index("Without a date") :]
    assert "date not known recruited" in rest
    assert "date not known travelled Libya" in rest


def test_nothing_happened_says_that_too(shared: Consoles, desk: Desk) -> None:
    (ref,) = shared.states["DZ"].deposit(record(("name.full", {"text": "Nobody", "script": "Latn", "type": "primary"})))
    assert "No event with a date is known here" in desk.open(f"/records/DZ/{ref.id}/timeline").text


def test_who_may_not_and_what_is_not_there(shared: Consoles, desk: Desk, person: Ref) -> None:
    staff = shared.states["DZ"].staff
    for who in (staff.auditor, staff.admin):
        assert shared.desk("DZ", who).open(f"/records/DZ/{person.id}/timeline").status == 403
    assert desk.open("/records/DZ/rec-not-here-0001/timeline").status == 404


@pytest.mark.parametrize(("lang", "told"), [("ar", "وُلد"), ("fr", "naissance")])
def test_in_other_languages(desk: Desk, person: Ref, lang: str, told: str) -> None:
    desk.keep(lang=lang)
    try:
        assert told in desk.open(f"/records/DZ/{person.id}/timeline").text
    finally:
        desk.keep()
