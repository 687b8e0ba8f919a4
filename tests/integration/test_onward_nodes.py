"""Onward sharing and questions between three nodes on real databases: DZ -> AE -> KW under DZ's grant (T-20)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.crypto.atrest import AtRest
from exchange.crypto.signing import RootCache, verify
from exchange.errors import Code
from exchange.model.afterwards import StoredGrant
from exchange.model.state import Copy
from exchange.operations.known_partners import descriptor_of
from exchange.operations.onward import list_grants, revoke_onward
from exchange.operations.propose import Wish, propose
from exchange.operations.questions import Question, Reply, answer, ask
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import PURPOSE, Federation, State
from tests.onward_kit import AE_KW, DZ_AE, asked, copies, granted, in_a_row, offer, pass_to, settle, shared, wish_for
from tests.subjects import gulf_person
from tests.threats.worlds import caught


@pytest.fixture
def row(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with ExitStack() as stack:
        stores = {
            code: SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK))
            for code in ("DZ", "AE", "KW")
        }
        yield in_a_row(stores)
        for store in stores.values():
            store.close()


def grants(state: State) -> list[StoredGrant]:
    with state.node.store.read() as unit:
        return list_grants(unit, state.staff.auditor, None, 50)


def verified_as_of(originator: str, copy: Copy, state: State) -> None:
    """The batch signature over the copy's manifest, under the card of `originator` that `state` has pinned."""
    with state.node.store.read() as unit:
        partner = unit.partners.get(originator)
    assert partner is not None
    card, now = descriptor_of(partner), state.node.clock.now()
    kind = "exchange/manifest/1"
    verify(copy.root, copy.proof, kind, copy.manifest, lambda kid: card.signing_key(kid, now), RootCache(1))


def test_a_copy_reaches_the_third_state_and_proves_its_originator(row: Federation) -> None:
    refs = shared(row, 1, 2)
    dz, ae, kw = row["DZ"], row["AE"], row["KW"]
    assert [reason.code for _, reason in offer(ae, "KW", AE_KW, refs).denied] == ["ORIGINATOR_CONTROL"] * 2
    thread = asked(row, refs[:1])
    granted(row, wish_for(thread))
    own = ae.deposit(gulf_person(3))
    found = offer(ae, "KW", AE_KW, [*refs, *own])
    assert [(ref, reason.code) for ref, reason in found.denied] == [(refs[1], "ORIGINATOR_CONTROL")]
    for proposal in found.proposals:
        settle(ae, proposal)
    assert ae.deliver("DZ").stopped is None
    (copy,) = copies(kw, refs)
    assert (copy.ref, copy.sender) == (refs[0], "AE")
    verified_as_of("DZ", copy, kw)
    assert caught(lambda: verified_as_of("AE", copy, kw)) is Code.KEY_UNKNOWN
    assert {copy.sender for copy in copies(kw, own)} == {"AE"}
    assert [each.digest for each in grants(kw)] == [each.digest for each in grants(ae)] == [grants(dz)[0].digest]
    for state in row.states.values():
        invariants.ledger_verifies(state.node, state.staff.auditor)
    invariants.ledgers_agree(ae, kw)
    invariants.ledgers_agree(ae, dz)


def test_an_expired_or_revoked_grant_denies(row: Federation) -> None:
    refs = shared(row, 1)
    dz, ae = row["DZ"], row["AE"]
    granted(row, replace(wish_for(asked(row, refs)), days=1))
    row.clock.forward(timedelta(days=1))
    assert [reason.code for _, reason in offer(ae, "KW", AE_KW, refs).denied] == ["ORIGINATOR_CONTROL"]
    thread = asked(row, refs)
    granted(row, wish_for(thread))
    (proposal,) = offer(ae, "KW", AE_KW, refs).proposals
    ae.approve(proposal)
    with dz.node.store.write() as unit:
        revoke_onward(dz.node, unit, dz.staff.officer, "AE", thread)
    assert dz.deliver("AE").stopped is None
    assert ae.release(proposal).state == "voided"
    assert sorted(each.revoked_at is not None for each in grants(ae)) == [False, True]
    assert copies(row["KW"], refs) == []


def test_a_question_is_answered_by_a_release(row: Federation) -> None:
    dz, ae = row["DZ"], row["AE"]
    with ae.node.store.write() as unit:
        wish = Question("DZ", DZ_AE, PURPOSE, "Is he known to you?", "Invented Act 1", "8h")
        settled = ask(ae.node, unit, ae.staff.officer, wish)
    settle(ae, settled)
    thread = settled.thread or ""
    refs = dz.deposit(gulf_person(1))
    with dz.node.store.write() as unit:
        found = answer(dz.node, unit, dz.staff.officer, Reply("AE", thread, "answered", refs=tuple(refs)))
    assert found.answer is not None
    for proposal in (*found.records.proposals, found.answer):
        settle(dz, proposal)
    with ae.node.store.read() as unit:
        (item, closing) = unit.streams.inbox("DZ", None, 9)
        assert unit.messages.waiting(9) == []
    assert (item.thread, item.records, closing.thread) == (thread, 1, thread)
    assert len(copies(ae, refs)) == 1


def test_the_originator_is_told_or_nothing_goes_on(row: Federation) -> None:
    """Without the agreement under which the grant was given there is no way to tell it: the release does not happen."""
    refs = shared(row, 1)
    ae = row["AE"]
    granted(row, wish_for(asked(row, refs)))
    (proposal,) = offer(ae, "KW", AE_KW, refs).proposals
    ae.approve(proposal)
    with ae.node.store.write() as unit:
        unit.agreements.request_suspension(DZ_AE)
    assert caught(lambda: ae.release(proposal)) is Code.SUSPENDED
    with ae.node.store.read() as unit:
        assert unit.streams.end_out("KW", lock=False).seq == 0
    assert copies(row["KW"], refs) == []


def test_a_copy_that_was_passed_on_goes_no_further(row: Federation) -> None:
    refs = shared(row, 1)
    granted(row, wish_for(asked(row, refs)))
    pass_to(row["AE"], "KW", AE_KW, refs)
    kw = row["KW"]

    def on() -> None:
        with kw.node.store.write() as unit:
            propose(kw.node, unit, kw.staff.officer, Wish("AE", AE_KW, PURPOSE, tuple(refs)))

    assert caught(on) is Code.NOT_FOUND
