"""A party that leaves by an amendment: the numbers still open between it and the others are voided in both directions.

The version that had it is superseded at those who stay and in force at the one who left. Other agreements of the two
use the same stream, so an open number would block them for good.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace

import pytest

from exchange.crypto.atrest import AtRest
from exchange.model.claims import JsonObject
from exchange.model.records import Ref
from exchange.operations.agreements import raise_flag, suspend
from exchange.operations.propose import Wish, propose
from exchange.operations.pull import pull
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import AGREEMENT, PURPOSE, Federation, State, agreement_document, enact, federate
from tests.subjects import gulf_person

OTHER = "AG-DZ-KW"


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    """DZ, AE and KW; DZ and KW have an agreement of their own beside the common one."""
    with ExitStack() as stack:
        stores = {
            code: SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK))
            for code in ("DZ", "AE", "KW")
        }
        made = federate(stores)
        for code in ("DZ", "KW"):
            enact(made[code], among(("DZ", "KW"), id=OTHER))
        yield made
        for store in stores.values():
            store.close()


def among(codes: Sequence[str], **changes: str | int) -> JsonObject:
    """Names of persons, from each of `codes` to each other."""
    document = agreement_document("dz-ae-kw.yaml")
    parties = document["parties"]
    assert isinstance(parties, list)
    kept = [party for party in parties if isinstance(party, dict) and party["code"] in codes]
    clause: JsonObject = {"id": "1", "from": "*", "to": "*", "kinds": ["person"], "disclose": ["identity.name"]}
    return {**document, "parties": [*kept], "clauses": [clause], "forbids": [], "examples": [], **changes}


def push_under(state: State, to: str, refs: Sequence[Ref], agreement: str) -> None:
    with state.node.store.write() as unit:
        proposed = propose(state.node, unit, state.staff.officer, Wish(to, agreement, PURPOSE, tuple(refs)))
    (proposal,) = proposed.proposals
    state.approve(proposal)
    assert state.release(proposal).state == "released"


def amend_without_kw(states: Federation) -> None:
    for code in ("DZ", "AE"):
        enact(states[code], among(("DZ", "AE"), version=2))


@pytest.mark.parametrize("by", ["push", "pull"])
def test_what_was_queued_for_the_party_that_left_is_voided_and_the_stream_goes_on(states: Federation, by: str) -> None:
    dz, kw = states["DZ"], states["KW"]
    first, second = dz.deposit(gulf_person(1)), dz.deposit(gulf_person(2))
    dz.push("KW", first)
    amend_without_kw(states)
    push_under(dz, "KW", second, OTHER)
    if by == "push":
        assert dz.deliver("KW").stopped is None
    else:
        assert pull(kw.node, "DZ").stopped is None
    assert [item.state for item in invariants.sent(dz.node, "KW")] == ["void", "accepted"]
    invariants.holds_exactly(dz.node, kw.node, second)


@pytest.mark.parametrize("by", ["push", "pull"])
def test_the_party_that_left_voids_its_own_open_numbers_at_the_others(states: Federation, by: str) -> None:
    """KW queued for DZ, DZ amended without KW, KW stops the old version: the void names a version superseded at DZ."""
    dz, kw = states["DZ"], states["KW"]
    first, second = kw.deposit(gulf_person(1)), kw.deposit(gulf_person(2))
    push_under(kw, "DZ", first, AGREEMENT)
    amend_without_kw(states)
    with kw.node.store.write() as unit:
        raise_flag(unit, kw.staff.approver, AGREEMENT)
    with kw.node.store.write() as unit:
        suspend(kw.node, unit, kw.staff.approver, AGREEMENT)
    push_under(kw, "DZ", second, OTHER)
    if by == "push":
        assert kw.deliver("DZ").stopped is None
    else:
        assert pull(dz.node, "KW").stopped is None
    assert [item.state for item in invariants.sent(kw.node, "DZ")] == ["void", "accepted"]
    invariants.holds_exactly(kw.node, dz.node, second)


def test_content_under_the_version_that_is_superseded_stays_out(states: Federation) -> None:
    """Only a void is taken: KW, which did not hear of the amendment, sends under the version that had it."""
    dz, kw = states["DZ"], states["KW"]
    push_under(kw, "DZ", kw.deposit(gulf_person(1)), AGREEMENT)
    amend_without_kw(states)
    assert str(kw.deliver("DZ").stopped) == "AGREEMENT_NOT_IN_FORCE"
    assert invariants.taken(dz.node, "KW") == []


def test_a_void_under_an_agreement_that_never_had_both_is_refused(states: Federation) -> None:
    """A draft, or an agreement of others: no partner learns of either by a void."""
    dz, kw = states["DZ"], states["KW"]
    push_under(kw, "DZ", kw.deposit(gulf_person(1)), OTHER)
    with dz.node.store.write() as unit:
        stored = unit.agreements.active(OTHER, lock=False)
        assert stored is not None
        unit.agreements.put(replace(stored, state="draft"))
    with kw.node.store.write() as unit:
        raise_flag(unit, kw.staff.approver, OTHER)
    assert str(kw.deliver("DZ").stopped) == "AGREEMENT_NOT_IN_FORCE"
    assert [item.state for item in invariants.sent(kw.node, "DZ")] == ["void"]
