"""A record deposited in DZ arrives in TN and EG by itself under a standing approval; one above its marking waits.

Real stores on both databases, real workers' operations, the daily example agreement of the three states.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta

import pytest

from exchange.crypto.atrest import AtRest
from exchange.model.claims import Claim, Grade, JsonValue
from exchange.model.records import Ref
from exchange.operations.deliver import deliver
from exchange.operations.standing import run_standing
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, State, federate, preapprove

AGREEMENT = "AG-DZ-TN-EG"
RULE = f"standing:{AGREEMENT}"


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with ExitStack() as stack:
        stores = {
            code: SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK))
            for code in ("DZ", "TN", "EG")
        }
        yield federate(stores, documents=("dz-tn-eg.yaml",))
        for store in stores.values():
            store.close()


def fighter(n: int, marking: str) -> tuple[Claim, ...]:
    """An invented Algerian in Libya."""
    grade = Grade("admiralty", "B", "2")
    facts: list[tuple[str, JsonValue]] = [
        ("name.full", {"text": f"SYNTHETIC {n}", "script": "Latn", "type": "primary"}),
        ("nationality", {"country": "DZ", "status": "confirmed"}),
        ("theatre", "LY"),
    ]
    rules: list[tuple[str, JsonValue]] = [
        ("record.marking", marking),
        ("record.legal_basis", "invented"),
        ("record.purpose", "analysis.joint"),
        ("record.review", "2027-06-01"),
        ("record.category", "suspect"),
        ("record.assurance", "invented reference"),
    ]
    made = [Claim(f"c{place}", path, value, "fact", grade) for place, (path, value) in enumerate(facts, 1)]
    return (*made, *(Claim(f"c{place}", path, value, "fact") for place, (path, value) in enumerate(rules, 10)))


def held(state: State) -> set[Ref]:
    with state.node.store.read() as unit:
        return {line.ref for line in unit.copies.lines("DZ", None, 100)}


def test_it_arrives_by_itself_and_what_is_above_the_marking_waits(states: Federation) -> None:
    dz = states["DZ"]
    preapprove(dz, "TLP:AMBER", AGREEMENT)
    (plain, secret) = dz.deposit(fighter(1, "TLP:AMBER"), fighter(2, "TLP:RED"))
    ran = run_standing(dz.node, 5)
    assert (ran.looked_at, ran.proposed, ran.released) == (2, 4, 2)
    for code in ("TN", "EG"):
        assert deliver(dz.node, code).accepted == 1
        assert held(states[code]) == {plain}
    waiting = [each for each in invariants.proposals(dz.node, "proposed") if each.proposer == RULE]
    assert sorted(each.recipient for each in waiting) == ["EG", "TN"]
    for each in waiting:
        dz.approve(each)
        assert dz.release(each).state == "released"
        deliver(dz.node, each.recipient)
    for code in ("TN", "EG"):
        assert held(states[code]) == {plain, secret}
        invariants.ledgers_agree(dz, states[code])
    for state in states.states.values():
        invariants.ledger_verifies(state.node, state.staff.auditor)


def test_several_workers_at_once_do_it_once(states: Federation) -> None:
    dz = states["DZ"]
    preapprove(dz, "TLP:AMBER", AGREEMENT)
    refs = dz.deposit(*(fighter(n, "TLP:AMBER") for n in range(30)))
    for day in range(2):
        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(run_standing, dz.node, 5) for _ in range(4)]:
                done.result(60)
        run_standing(dz.node, 5)
        released = invariants.proposals(dz.node, "released")
        assert Counter(each.recipient for each in released) == {"TN": 1 + day, "EG": 1 + day}
        states.clock.forward(timedelta(days=1))
        refs += dz.deposit(fighter(100, "TLP:AMBER"))
    deliver(dz.node, "TN")
    assert held(states["TN"]) == set(refs[:-1])
