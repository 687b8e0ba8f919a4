"""The editor and the simulation: source and form in step, nothing stored before it is kept, nothing lost by an "
"error."""

from __future__ import annotations

import pytest

from exchange.interop.documents import read_yaml, write_yaml
from exchange.ledger.entries import number
from exchange.model.claims import JsonObject
from tests import invariants
from tests.console.kit import Consoles, Desk, Shown
from tests.console.test_agreements import admin, send_to
from tests.federation import AGREEMENT, agreement_document
from tests.subjects import gulf_person

EDIT = "/agreements/edit"
START = f"{EDIT}?from={AGREEMENT}/1"


def source(page: Shown) -> str:
    return page.form(EDIT).fields["source"][0]


def document(page: Shown) -> JsonObject:
    return read_yaml(source(page).encode())


def versions(consoles: Consoles) -> int:
    with consoles.states["DZ"].node.store.read() as unit:
        return len(unit.agreements.all())


def officer(consoles: Consoles) -> Desk:
    return consoles.desk("DZ", consoles.states["DZ"].staff.officer)


def test_form_and_source_stay_in_step(shared: Consoles) -> None:
    desk = officer(shared)
    page = desk.open(START)
    assert document(page)["version"] == 2
    shown = desk.send(page, EDIT, {"act": "show", "recall_days": "5", "title.en": "Another title"})
    assert "Another title" in shown.text
    assert document(shown)["recall_days"] == 5
    as_source = desk.send(shown, EDIT, {"act": "to-source"})
    assert "recall_days: 5" in source(as_source)
    assert "recall_days" not in as_source.form(EDIT).fields
    typed = source(as_source).replace("recall_days: 5", "recall_days: 9")
    back = desk.send(as_source, EDIT, {"act": "to-form", "source": typed})
    assert back.form(EDIT).fields["recall_days"] == ["9"]
    assert versions(shared) == 1


def test_rows_are_added_and_taken_out(shared: Consoles) -> None:
    desk = officer(shared)
    page = desk.open(START)
    before = len(clauses(page))
    more = desk.send(page, EDIT, {"act": "add-c"})
    assert len(clauses(more)) == before + 1
    filled = desk.send(
        more, EDIT, {"act": "show", f"c{before}.id": "9.9", f"c{before}.to": ["KW"], f"c{before}.k.family": "disclose"}
    )
    assert "9.9" in filled.html[filled.html.index('<article class="law"') :]
    less = desk.send(filled, EDIT, {"act": f"drop-c{before}"})
    assert len(clauses(less)) == before
    with_forbid = desk.send(less, EDIT, {"act": "add-f"})
    with_example = desk.send(with_forbid, EDIT, {"act": "add-e"})
    assert with_example.status == 200
    for act in ("drop-c99", "drop-x1", "add-z", "drop-c", "add-"):
        assert desk.send(page, EDIT, {"act": act}).status == 200
    assert versions(shared) == 1


def clauses(page: Shown) -> list[object]:
    found = document(page)["clauses"]
    assert isinstance(found, list)
    return list(found)


def test_what_cannot_be_read_is_named_and_everything_typed_stays(shared: Consoles) -> None:
    desk = officer(shared)
    page = desk.open(START)
    wrong = desk.send(page, EDIT, {"act": "show", "valid_until": "never", "legal_basis": "Invented Act 9"})
    assert wrong.status == 422
    assert "/valid_until" in wrong.text
    assert wrong.form(EDIT).fields["valid_until"] == ["never"]
    assert wrong.form(EDIT).fields["legal_basis"] == ["Invented Act 9"]
    yaml = desk.send(page, EDIT, {"act": "show", "e0.expect": "record: [", "legal_basis": "Invented Act 9"})
    assert yaml.status == 422
    assert "e0.expect" in yaml.text
    assert yaml.form(EDIT).fields["e0.expect"] == ["record: ["]
    assert yaml.form(EDIT).fields["legal_basis"] == ["Invented Act 9"]


@pytest.mark.parametrize("broken", ["a: [", "- a", "a: 1\na: 2", "kind: agreement", "", "\u202e: x"])
def test_a_broken_source_is_shown_again_as_source(shared: Consoles, broken: str) -> None:
    desk = officer(shared)
    page = desk.send(desk.open(START), EDIT, {"act": "to-source"})
    answer = desk.send(page, EDIT, {"act": "show", "source": broken})
    assert answer.status == 422
    assert answer.form(EDIT).fields["source"][0].strip() == broken.strip()


def test_a_file_is_read_in_its_place(shared: Consoles) -> None:
    desk = officer(shared)
    page = desk.send(desk.open(EDIT), EDIT, {"act": "to-source"})
    whole = write_yaml({**agreement_document("dz-ae-kw.yaml"), "version": 7})
    answer = desk.send(page, EDIT, {"act": "show"}, files={"file": whole.encode()})
    assert answer.status == 200
    assert "version: 7" in source(answer)
    policy = desk.send(page, EDIT, {"act": "show"}, files={"file": POLICY.encode()})
    as_form = desk.send(policy, EDIT, {"act": "to-form"})
    assert as_form.status == 200
    assert as_form.form(EDIT).fields["c0.to"] == ["KW"]


POLICY = """v: 1
kind: policy
id: NP-DZ
version: 1
title: {ar: تحفظ, fr: Réserve, en: Reservation}
party: {code: DZ, fingerprint: "@DZ"}
legal_basis: Invented Act 3
clauses:
- {id: "1", to: [KW], kinds: "*", withhold: [identity.biometric]}
forbids: []
"""


def test_a_national_policy_is_kept_as_a_draft(fresh: Consoles) -> None:
    desk = admin(fresh)
    page = desk.send(desk.open(EDIT), EDIT, {"act": "to-source"})
    shown = desk.send(page, EDIT, {"act": "to-form", "source": POLICY})
    kept = send_to(desk, shown, "/agreements/draft")
    assert kept.path == "/agreements/NP-DZ/1?said=draft_kept"
    assert "NP-DZ" in desk.open("/agreements").text
    assert desk.open("/agreements/NP-DZ/1/diff").status == 404


def test_a_party_that_nobody_knows_is_named_before_anything_is_kept(fresh: Consoles) -> None:
    desk = admin(fresh)
    page = desk.open(START)
    shown = desk.send(page, EDIT, {"act": "show", "p3.code": "TN"})
    assert "The root fingerprint of a party is not known here" in shown.text
    refused = send_to(desk, shown, "/agreements/draft")
    assert refused.status == 422
    assert "/parties/3/fingerprint" in refused.text or "TN" in refused.text
    assert versions(fresh) == 1


def test_a_draft_is_kept_once(fresh: Consoles) -> None:
    desk = admin(fresh)
    page = desk.open(START)
    first = send_to(desk, page, "/agreements/draft")
    assert send_to(desk, page, "/agreements/draft").path == first.path
    assert versions(fresh) == 2
    again = desk.open(f"{EDIT}?from={AGREEMENT}/2")
    assert document(again)["version"] == 2, "a draft that nobody has signed goes on as it is"
    for base in ("AG-QA-SA/1", f"{AGREEMENT}/99", "x", "/"):
        assert desk.open(f"{EDIT}?from={base}").status == 404


def wider() -> JsonObject:
    made = {**agreement_document("dz-ae-kw.yaml"), "version": 2}
    clauses_ = made["clauses"]
    assert isinstance(clauses_, list)
    rule: JsonObject = {
        "id": "9.1",
        "from": ["DZ"],
        "to": ["KW"],
        "kinds": ["person"],
        "disclose": ["training", "recruitment"],
    }
    return {**made, "clauses": [*clauses_, rule]}


def simulated(desk: Desk, **values: str) -> Shown:
    page = desk.send(desk.open(EDIT), EDIT, {"act": "to-source"})
    shown = desk.send(page, EDIT, {"act": "show", "source": write_yaml(wider())})
    return send_to(desk, shown, "/agreements/simulate", **values)


def test_a_simulation_says_what_would_newly_leave_by_record_and_clause(fresh: Consoles) -> None:
    state = fresh.states["DZ"]
    refs = state.deposit(gulf_person(1), gulf_person(2))
    desk = officer(fresh)
    page = simulated(desk)
    assert page.status == 200
    assert "Records looked at 2" in page.text
    assert {f"/records/DZ/{ref.id}" for ref in refs} <= set(page.links)
    assert "9.1" in page.text
    assert "TLP:AMBER" in page.text
    back = desk.send(page, EDIT)
    assert document(back)["version"] == 2
    (line,) = invariants.entries(state.node, "agreement.simulated")[-1:]
    assert number(line, "records") == 2
    everything = desk.send(page, "/agreements/simulate")
    assert everything.status == 200


def test_a_stored_version_is_simulated_from_its_page(fresh: Consoles) -> None:
    fresh.states["DZ"].deposit(gulf_person(1))
    desk = officer(fresh)
    page = desk.send(desk.open(f"/agreements/{AGREEMENT}/1"), "/agreements/simulate")
    assert "No record of ours would be sent otherwise than now" in page.text
    assert desk.client.get("/agreements/simulate").url.path == "/agreements"


def test_an_auditor_sees_the_numbers_and_no_record(fresh: Consoles) -> None:
    state = fresh.states["DZ"]
    refs = state.deposit(gulf_person(1))
    page = simulated(fresh.desk("DZ", state.staff.auditor))
    assert "Your role sees the numbers" in page.text
    assert refs[0].id not in page.html


def test_a_simulation_goes_on_where_it_stopped(fresh: Consoles, monkeypatch: pytest.MonkeyPatch) -> None:
    state = fresh.states["DZ"]
    state.deposit(*[gulf_person(each) for each in range(6)])
    monkeypatch.setattr("exchange.console.pages.agreements_simulate.BUDGET_S", 0.0)
    monkeypatch.setattr("exchange.console.pages.agreements_simulate.PAGE", 4)
    desk = officer(fresh)
    page = simulated(desk)
    assert "Records looked at 4" in page.text
    done = desk.send(page, "/agreements/simulate")
    assert "Records looked at 6" in done.text
    for values in ({"carried": "1,2"}, {"carried": "a"}, {"after": "DZ"}, {"after": "../x"}, {"span": "7"}):
        assert simulated(desk, **values).status == 422
