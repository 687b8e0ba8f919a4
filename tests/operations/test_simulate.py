"""Simulation at a node: pages, totals, who may see which records, what the ledger says; and the back catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.cli.simulate_jobs import simulated
from exchange.crypto.atrest import AtRest
from exchange.errors import BadInput, Code
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.operations import agreements, simulate
from exchange.operations.preview import NoAnswer, Preview, Question, preview
from exchange.policies.lint import lint
from exchange.policies.simulate import Effect, Totals
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import AGREEMENT, PURPOSE, Federation, OnHandClock, State, enact, federate
from tests.operations.life_kit import version
from tests.subjects import gulf_person


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with ExitStack() as stack:
        stores = {
            code: SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK)) for code in ("DZ", "KW")
        }
        yield federate(stores)
        for store in stores.values():
            store.close()


def stopped() -> JsonObject:
    """A candidate that sends nothing any more."""
    return version(2, clauses=[], forbids=[], examples=[])


def run(state: State, document: JsonObject, person: Person | None = None, jobs: int = 1) -> tuple[Totals, list[Effect]]:
    node, who = state.node, person or state.staff.officer
    with node.store.write() as unit:
        task = simulate.begin_simulation(node, unit, who, document, unit.records.count())
    totals, effects = Totals(), list[Effect]()
    store = node.store
    assert isinstance(store, OnHandClock)
    for page in simulated(replace(node, store=store.store), who, task, jobs):
        totals.join(page.totals)
        effects += page.effects
    return totals, effects


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_every_page_is_compared_and_nothing_of_it_is_kept(
    states: Federation, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also side by side in other processes: the same effects in the same order."""
    monkeypatch.setattr(simulate, "PAGE", 3)
    dz = states["DZ"]
    refs = dz.deposit(*(gulf_person(number) for number in range(8)))
    totals, effects = run(dz, stopped(), jobs=jobs)
    assert (totals.records, totals.released, totals.stopped, totals.changed) == (8, 0, 8, 0)
    assert [each.ref for each in effects if each.recipient == "KW"] == sorted(refs)
    assert {each.recipient for each in effects} == {"AE", "KW"}
    assert all(each.lost and not each.gained for each in effects)
    assert totals.claims_lost >= 8
    logged = invariants.entries(dz.node, "agreement.simulated")
    assert [(each["actor"], each["version"], each["records"]) for each in logged] == [(dz.staff.officer.id, 2, 8)]
    with dz.node.store.read() as unit:
        assert unit.agreements.get(AGREEMENT, 2) is None


def test_the_effects_are_what_the_preview_shows(states: Federation) -> None:
    dz = states["DZ"]
    (ref,) = dz.deposit(gulf_person(1))
    _, effects = run(dz, stopped())
    (kuwait,) = [each for each in effects if each.recipient == "KW"]
    shown: set[str] = set()
    purposes = version(2)["purposes"]
    assert isinstance(purposes, list)
    for purpose in purposes:
        with dz.node.store.write() as unit:
            (answer,) = preview(dz.node, unit, dz.staff.officer, Question(ref, "KW", str(purpose), AGREEMENT))
        assert isinstance(answer, Preview)
        shown |= {id_ for id_, each in answer.view.decision.outcomes.items() if each.reason == "CLAUSE"}
    assert {claim.id for claim in kuwait.lost} == shown
    assert ref == kuwait.ref


def test_without_an_agreement_in_force_everything_is_new(states: Federation) -> None:
    dz = states["DZ"]
    dz.deposit(gulf_person(1))
    document: JsonObject = {**version(1), "id": "AG-DZ-AE-KW-2"}
    totals, effects = run(dz, document)
    assert (totals.released, totals.stopped) == (1, 0)
    assert {each.change for each in effects} == {"released"}


def test_a_suspended_version_is_still_what_a_candidate_is_compared_with(states: Federation) -> None:
    dz = states["DZ"]
    dz.deposit(gulf_person(1))
    with dz.node.store.write() as unit:
        agreements.suspend(dz.node, unit, dz.staff.approver, AGREEMENT)
    assert run(dz, version(2))[0].released == 0
    assert run(dz, stopped())[0].stopped == 1


def test_who_may_not_read_records_sees_numbers_only(states: Federation) -> None:
    dz = states["DZ"]
    dz.deposit(gulf_person(1))
    for person, listed in ((dz.staff.admin, False), (dz.staff.auditor, False), (dz.staff.approver, True)):
        totals, effects = run(dz, stopped(), person)
        assert totals.stopped == 1
        assert bool(effects) is listed


def test_a_candidate_that_is_not_understood_is_refused_with_its_place(states: Federation) -> None:
    dz = states["DZ"]
    with pytest.raises(BadInput) as caught:
        run(dz, version(2, onward="perhaps"))
    assert (caught.value.code, caught.value.facts["at"]) == (Code.AGREEMENT_INVALID, "/onward")
    assert invariants.entries(dz.node, "agreement.simulated") == []


def test_lint_against_records_of_the_last_ninety_days(states: Federation) -> None:
    dz = states["DZ"]
    dz.deposit(gulf_person(1))
    clauses = version(2)["clauses"]
    assert isinstance(clauses, list)
    first = clauses[0]
    assert isinstance(first, dict)
    document = version(2, clauses=[first, {**first, "id": "99", "when": {"nationality": ["NZ"]}}], examples=[])

    def told() -> list[tuple[str, str]]:
        with dz.node.store.write() as unit:
            task = simulate.begin_simulation(dz.node, unit, dz.staff.officer, document, 0)
        found = lint(task.candidate, simulate.recent_records(dz.node, dz.staff.officer, task.candidate))
        return [
            (each.code, each.clause) for each in found if each.code in ("WHEN_MATCHES_NOTHING", "NO_RECENT_RECORDS")
        ]

    assert ("WHEN_MATCHES_NOTHING", "99") in told()
    states.clock.forward(timedelta(days=91))
    assert told() == [("NO_RECENT_RECORDS", "")]


def _answer(state: State, ref: Ref, agreement_id: str) -> str:
    """What the preview says for KW: the record's state, or why it is denied."""
    with state.node.store.write() as unit:
        (found,) = preview(state.node, unit, state.staff.officer, Question(ref, "KW", PURPOSE, agreement_id))
    if isinstance(found, NoAnswer):
        return found.code
    reason = found.view.decision.record_reason
    return "released" if reason is None else reason.code


@pytest.mark.parametrize(("catalogue", "expected"), [("included", "released"), ("excluded", "BEFORE_ACCESSION")])
def test_a_new_party_gets_the_back_catalogue_as_the_agreement_says(
    states: Federation, catalogue: str, expected: str
) -> None:
    """policies.md, case 13: KW joins by version 2; a record from before, and one from after."""
    dz, clock = states["DZ"], states.clock
    parties = version(2)["parties"]
    assert isinstance(parties, list)
    two = [party for party in parties if isinstance(party, dict) and party.get("code") != "KW"]
    bare: JsonObject = {"clauses": [], "forbids": [], "examples": []}
    enact(dz, version(1, **bare, id="AG-DZ-AE-KW-7", back_catalogue=catalogue, parties=[*two]))
    (old,) = dz.deposit(gulf_person(1))
    assert _answer(dz, old, "AG-DZ-AE-KW-7") == "NOT_A_PARTY"
    clock.forward(timedelta(days=10))
    joined = clock.now()
    with_date: list[JsonValue] = [
        {**party, "joined": joined.strftime("%Y-%m-%dT%H:%M:%SZ")} if party.get("code") == "KW" else party
        for party in parties
        if isinstance(party, dict)
    ]
    wider = version(2, id="AG-DZ-AE-KW-7", back_catalogue=catalogue, parties=with_date, examples=[])
    gained = {each.recipient for each in run(dz, wider)[1]}
    assert ("KW" in gained) is (catalogue == "included"), "simulated before anybody signs"
    enact(dz, wider)
    assert _answer(dz, old, "AG-DZ-AE-KW-7") == expected
    (new,) = dz.deposit(gulf_person(2))
    assert _answer(dz, new, "AG-DZ-AE-KW-7") == "released"
