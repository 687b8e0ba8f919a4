"""simulate: its effects are the difference of decisions, claim by claim, whatever agreements and records are."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from exchange.model.records import Record
from exchange.policies.agreement import Agreement
from exchange.policies.decide import Inputs, decide
from exchange.policies.simulate import Claimed, Effect, Simulation, Totals, compare, simulation
from tests.unit.policies_kit import NOW, Document, agreement, clause, record
from tests.unit.policy_documents import a_policy, an_agreement
from tests.unit.policy_records import a_record

ABOUT = record(
    ("name.full", {"text": "Exemple", "script": "Latn", "type": "primary"}),
    ("birth.year", 1990),
    ("nationality", {"country": "KW", "status": "confirmed"}),
)
BASE = clause()
FULL, YEAR = Claimed("c1", "name.full", BASE["id"]), Claimed("c2", "birth.year", BASE["id"])


def effects(new: Document, old: Document | None, about: Record = ABOUT) -> list[Effect]:
    task = simulation(agreement(**new), None if old is None else agreement(**old), (), "DZ", NOW)
    return compare(task, about)


def effect(change: str, gained: tuple[Claimed, ...] = (), lost: tuple[Claimed, ...] = (), *terms: str) -> Effect:
    return Effect(ABOUT.ref, "KW", change, gained, lost, terms)


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        ({}, {}, []),
        ({}, None, [effect("released", (FULL,))]),
        ({}, {"clauses": []}, [effect("released", (FULL,))]),
        ({"clauses": []}, {}, [effect("stopped", (), (FULL,))]),
        ({"clauses": [clause(disclose=["identity.name", "birth.year"])]}, {}, [effect("changed", (YEAR,))]),
        ({"clauses": [clause(disclose=["birth.year"])]}, {}, [effect("changed", (YEAR,), (FULL,))]),
        ({"retention_days": 30}, {}, [effect("changed", (), (), "retention_days")]),
        (
            {"onward": "none", "clauses": [clause(handling={"tlp": "TLP:RED"})]},
            {},
            [effect("changed", (), (), "approvals", "onward", "tlp")],
        ),
        ({"forbids": [{"id": "2", "from": "*", "to": "*", "kinds": "*"}]}, {}, [effect("stopped", (), (FULL,))]),
        ({"purposes": ["analysis.joint"]}, {}, [effect("stopped", (), (FULL,))]),
        ({"purposes": ["border.checks"]}, {}, [effect("changed", (), (), "purposes")]),
    ],
)
def test_effects(new: Document, old: Document | None, expected: list[Effect]) -> None:
    assert effects(new, old) == expected


def test_a_party_that_comes_and_a_purpose_that_opens_more() -> None:
    wide = {"clauses": [clause(**{"to": "*"})]}
    alone = [{"code": "DZ", "fingerprint": "a" * 64}, {"code": "KW", "fingerprint": "c" * 64}]
    assert [(each.recipient, each.change) for each in effects(wide, {**wide, "parties": alone})] == [("AE", "released")]
    narrow = [clause(), clause(id="6", disclose=["birth.year"], handling={"purposes": ["border.checks"]})]
    (found,) = effects({"clauses": narrow}, {})
    assert (found.change, found.gained) == ("changed", (YEAR._replace(clause="6"),))


def test_the_calendar_is_no_difference() -> None:
    """A candidate of next year is compared then, with the version in force as if it went on."""
    later = {"valid_from": "2027-01-01T00:00:00Z", "valid_until": "2028-01-01T00:00:00Z"}
    about = record(("name.full", {"text": "x", "script": "Latn", "type": "primary"}), ("record.review", "2027-06-01"))
    task = simulation(agreement(**later), agreement(), (), "DZ", NOW)
    assert task.at == datetime(2027, 1, 1, tzinfo=UTC)
    assert compare(task, about) == []


def test_totals_count_a_record_once() -> None:
    totals = Totals()
    totals.add([effect("released", (FULL, YEAR)), effect("released", (FULL,))])
    totals.add([effect("changed", (), (FULL,), "tlp")])
    totals.add([])
    other = Totals()
    other.add([effect("stopped", (), (FULL,))])
    totals.join(other)
    assert totals == Totals(4, 1, 1, 1, 2, 2, 1)


def _sent(task: Simulation, version: Agreement, about: Record, to: str) -> set[str]:
    """Everything that leaves for any purpose, by asking each one."""
    found: set[str] = set()
    for purpose in version.purposes:
        decision = decide(Inputs(version, task.policies, about, "DZ", to, purpose, task.at, "", ""))
        found |= {id_ for id_, outcome in decision.outcomes.items() if outcome.reason == "CLAUSE"}
    return found


def test_effects_are_the_difference_of_decisions() -> None:
    now = datetime(2026, 3, 15, 12, tzinfo=UTC)
    seen = 0
    for seed in range(600):
        rng = Random(seed)
        old, new, policies, about = an_agreement(rng), an_agreement(rng), (a_policy(rng),), a_record(rng)
        task = simulation(new, old, policies, "DZ", now)
        told = {each.recipient: each for each in compare(task, about)}
        for to in ("AE", "KW", "TN"):
            before, after = _sent(task, old, about, to), _sent(task, new, about, to)
            effect_ = told.get(to)
            gained = set() if effect_ is None else {claim.id for claim in effect_.gained}
            lost = set() if effect_ is None else {claim.id for claim in effect_.lost}
            assert (gained, lost) == (after - before, before - after), (seed, to)
            if effect_ is not None:
                assert {each.clause for each in effect_.gained} <= {each.id for each in new.clauses}
                assert {each.clause for each in effect_.lost} <= {each.id for each in old.clauses}
            seen += bool(gained or lost)
    assert seen > 100
