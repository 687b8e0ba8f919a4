"""Previews: what a partner would see is shown as it would be, and a proposal is of exactly that."""

from __future__ import annotations

import re

import pytest

from exchange.model.records import Ref
from exchange.operations.deposit import Amendment, amend
from tests.console.kit import Consoles, Desk, Shown
from tests.console.release_kit import QUERY, change, preview_page, propose, release_id
from tests.federation import AGREEMENT, PURPOSE, agreement_document, enact
from tests.subjects import gulf_person


@pytest.fixture
def officer(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.officer)


def deposit(shared: Consoles, number: int) -> Ref:
    (ref,) = shared.states["DZ"].deposit(gulf_person(number))
    return ref


def states(page: Shown) -> dict[str, str]:
    """Claim -> what becomes of it, as the page says."""
    return dict(re.findall(r'data-claim="(c\d+)" data-state="(\w+)"', page.html))


def test_the_preview_shows_each_field_what_the_partner_sees_and_by_which_rule(shared: Consoles, officer: Desk) -> None:
    ref = deposit(shared, 1)
    page = preview_page(officer, ref)
    assert page.status == 200
    found = states(page)
    with shared.states["DZ"].node.store.read() as unit:
        (held,) = unit.records.current([ref], lock=False)
    assert list(found) == [claim.id for claim in held.record.claims]
    assert {"sent", "withheld", "coarser"} == set(found.values())
    for words in ("We hold", "sees", "Rule", "Nothing has been sent", "SHA-256 of this view", "Who can:"):
        assert (words in page.text) == (words != "Who can:")
    assert "TLP:AMBER+STRICT" in page.text
    assert "NO_ARREST_BASIS" in page.text
    assert "180 days" in page.text
    assert re.search(r"\d+ fields are sent", page.text)
    withheld = next(claim for claim, state in found.items() if state == "withheld")
    assert f"/previews/DZ/{ref.id}/why/{withheld}?to=KW&amp;{QUERY.replace('&', '&amp;')}" in page.html


def test_every_partner_has_a_tab_and_its_own_view(shared: Consoles, officer: Desk) -> None:
    ref = deposit(shared, 2)
    kuwait, emirates = (preview_page(officer, ref, code) for code in ("KW", "AE"))
    assert states(kuwait) != states(emirates)
    for code in ("AE", "KW"):
        assert any(link.startswith(f"/previews/DZ/{ref.id}?to={code}") for link in kuwait.links)
    plain = officer.open(f"/previews/DZ/{ref.id}")
    assert plain.status == 200
    assert states(plain)


def test_the_matrix_has_a_column_for_each_partner_and_values_for_nobody(shared: Consoles, officer: Desk) -> None:
    ref = deposit(shared, 3)
    page = officer.open(f"/previews/DZ/{ref.id}/matrix?purpose={PURPOSE}")
    assert page.status == 200
    assert page.html.count('<th scope="col"><a href') == 2
    assert "AE" in page.text
    assert "KW" in page.text
    assert "5.1" in page.text


def test_agreements_stand_side_by_side_and_one_is_chosen(fresh: Consoles) -> None:
    for state in fresh.states.states.values():
        document = agreement_document("dz-ae-kw.yaml") | {"id": f"{AGREEMENT}-2", "examples": []}
        clauses = document["clauses"]
        assert isinstance(clauses, list)
        first = clauses[0]
        assert isinstance(first, dict)
        enact(state, document | {"clauses": [first | {"disclose": ["identity.name", "nationality"]}]})
    desk = fresh.desk("DZ", fresh.states["DZ"].staff.officer)
    ref = deposit(fresh, 1)
    page = desk.open(f"/previews/DZ/{ref.id}?to=KW&purpose={PURPOSE}")
    assert "nothing is merged" in page.text
    assert f"/previews/DZ/{ref.id}/propose" not in page.actions
    one = preview_page(desk, ref)
    other = desk.open(f"/previews/DZ/{ref.id}?to=KW&purpose={PURPOSE}&agreement={AGREEMENT}-2")
    assert list(states(other).values()).count("sent") < list(states(one).values()).count("sent")
    assert f"/previews/DZ/{ref.id}/propose" in other.actions


def test_what_was_previewed_is_proposed_once_however_often_the_form_is_sent(shared: Consoles, officer: Desk) -> None:
    ref = deposit(shared, 4)
    page = preview_page(officer, ref)
    action = f"/previews/DZ/{ref.id}/propose"
    first, second = officer.send(page, action), officer.send(page, action)
    assert first.status == second.status == 200
    assert release_id(first) == release_id(second)
    assert "Nothing has been sent" in first.text
    digest = page.form(action).fields["seen"][0]
    assert digest in page.text
    assert digest not in first.text
    assert "SHA-256 of exactly what would leave" in first.text


def test_a_record_that_changed_meanwhile_is_not_proposed(shared: Consoles, officer: Desk) -> None:
    dz, ref = shared.states["DZ"], deposit(shared, 5)
    page = preview_page(officer, ref)
    change(dz, ref, 5)
    answer = officer.send(page, f"/previews/DZ/{ref.id}/propose")
    assert answer.status == 412
    assert "changed it meanwhile" in answer.text
    assert "Newname Invented" in answer.text
    with dz.node.store.read() as unit:
        assert unit.releases.of_record(ref) == []


def test_what_the_partner_holds_already_is_said_and_sent_again_only_on_request(shared: Consoles, officer: Desk) -> None:
    dz, ref = shared.states["DZ"], deposit(shared, 6)
    dz.push("KW", [ref])
    page = propose(officer, ref)
    assert "holds exactly this already" in page.text
    assert page.path.startswith(f"/previews/DZ/{ref.id}")
    assert release_id(propose(officer, ref, values={"again": "1"}))


def test_a_record_that_stays_says_why_and_what_would_help(shared: Consoles, officer: Desk) -> None:
    dz = shared.states["DZ"]
    victim = tuple(
        claim._replace(value="victim") if claim.path == "record.category" else claim for claim in gulf_person(7)
    )
    (ref,) = dz.deposit(victim)
    page = preview_page(officer, ref)
    assert "Nothing of this record may leave." in page.text
    assert "3.1" in page.html
    assert "Nothing makes it releasable to this partner." in page.text
    assert f"/previews/DZ/{ref.id}/propose" not in page.actions
    assert set(states(page).values()) == {"withheld"}


def test_several_records_are_previewed_by_line_and_proposed_as_one_push(shared: Consoles, officer: Desk) -> None:
    refs = [deposit(shared, number) for number in (8, 9)]
    form = officer.open("/previews")
    names = "\n".join(f"DZ/{ref.id}" for ref in refs)
    page = officer.send(form, "/previews", {"records": names, "to": "KW"})
    assert page.status == 200
    assert page.path.startswith("/previews/several?records=")
    assert page.text.count("may leave") == 2
    done = officer.send(page, "/previews/several/propose")
    assert release_id(done)
    assert "2" in done.text
    assert officer.open("/previews/several").path == "/previews"


def test_one_name_leads_to_its_own_preview_and_nonsense_is_told_at_its_field(shared: Consoles, officer: Desk) -> None:
    ref = deposit(shared, 10)
    form = officer.open("/previews")
    assert officer.send(form, "/previews", {"records": f"DZ/{ref.id}"}).path.startswith(f"/previews/DZ/{ref.id}")
    wrong = officer.send(form, "/previews", {"records": "\u202eDZ/<script>alert(1)</script>"})
    assert wrong.status == 422
    assert "Field: Records" in wrong.text
    assert "<script>alert" not in wrong.html


def test_all_of_one_kind_become_one_push(fresh: Consoles) -> None:
    dz = fresh.states["DZ"]
    dz.deposit(*(gulf_person(number) for number in range(3)))
    desk = fresh.desk("DZ", dz.staff.officer)
    form = desk.open("/previews")
    values = {"kind": "person", "to": "KW", "agreement": AGREEMENT, "purpose": PURPOSE}
    done = desk.send(form, "/previews/kind", values)
    assert "3 records" in desk.open("/releases").text
    assert release_id(done)
    nothing = desk.send(desk.open("/previews"), "/previews/kind", {**values, "kind": "camp"})
    assert "Nothing was proposed" in nothing.text


def test_who_may_not_propose_sees_the_button_and_who_can(shared: Consoles) -> None:
    ref = deposit(shared, 11)
    desk = shared.desk("DZ", shared.states["DZ"].staff.approver)
    page = preview_page(desk, ref)
    assert "Who can: officer" in page.text
    assert re.search(r"<button[^>]* disabled>[^<]*Propose", page.html)
    assert desk.send(page, f"/previews/DZ/{ref.id}/propose").status == 403
    auditor = shared.desk("DZ", shared.states["DZ"].staff.auditor)
    assert auditor.open(f"/previews/DZ/{ref.id}").status == 403


def test_a_record_that_is_not_there_is_not_found(officer: Desk) -> None:
    assert officer.open(f"/previews/DZ/rec-{'0' * 25}?to=KW&{QUERY}").status == 404
    assert officer.open("/previews/dz/../x").status == 404


def test_names_that_mislead_are_shown_and_never_run(shared: Consoles, officer: Desk) -> None:
    hostile = "<img src=x onerror=alert(1)>=cmd()"
    dz, ref = shared.states["DZ"], deposit(shared, 12)
    claims = tuple(
        claim._replace(value={**claim.value, "text": hostile}) if claim.path == "name.full" else claim
        for claim in gulf_person(12)
    )
    with dz.node.store.write() as unit:
        amend(dz.node, unit, dz.staff.officer, [Amendment(ref, 1, claims)])
    page = preview_page(officer, ref)
    assert "<img" not in page.html
    assert hostile in page.text


@pytest.mark.parametrize(("lang", "word"), [("ar", "لم يُرسل شيء"), ("fr", "Rien n’a été transmis")])
def test_the_preview_speaks_the_readers_language(shared: Consoles, lang: str, word: str) -> None:
    dz = shared.states["DZ"]
    desk = shared.desk("DZ", dz.staff.second)
    desk.keep(lang=lang)
    page = preview_page(desk, deposit(shared, 13))
    assert page.status == 200
    assert word in page.text
    desk.keep(lang="en")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "This form was sent before"), ("fr", "déjà été envoyé"), ("ar", "أُرسلت هذه الاستمارة من قبل")],
)
def test_the_same_form_with_other_values_is_told_plainly(shared: Consoles, lang: str, words: str) -> None:
    desk = shared.desk("DZ", shared.states["DZ"].staff.second)
    desk.keep(lang=lang)
    ref = deposit(shared, {"en": 14, "fr": 15, "ar": 16}[lang])
    page = preview_page(desk, ref)
    action = f"/previews/DZ/{ref.id}/propose"
    assert desk.send(page, action).status == 200
    other = desk.send(page, action, {"again": "1"})
    assert other.status == 422
    assert words in other.text
    assert "Idempotency" not in other.text
    desk.keep(lang="en")
