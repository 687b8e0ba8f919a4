"""A correction that destroys goes down the chain: who has the old version from us must give it up too."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exchange.crypto.encoding import read_canonical
from exchange.model.message_json import read as read_message
from exchange.model.messages import Notice
from exchange.model.records import Ref
from exchange.operations.corrections import acknowledge
from exchange.operations.deposit import Amendment, amend
from exchange.operations.propose import Wish, propose
from exchange.operations.recalls import RecallAnswer, answer_recall
from tests import invariants
from tests.federation import PURPOSE, Federation
from tests.onward_kit import AE_KW, DZ_AE, asked, copies, granted, in_a_row, pass_to, settle, shared, wish_for
from tests.operations.fakes import FakeStore
from tests.operations.test_onward import due
from tests.subjects import gulf_person


@pytest.fixture
def row() -> Federation:
    return in_a_row({code: FakeStore() for code in ("DZ", "AE", "KW")})


def corrected(house: Federation, refs: list[Ref], reason: str) -> None:
    """DZ amends and corrects what AE holds."""
    dz = house["DZ"]
    with dz.node.store.write() as unit:
        amend(dz.node, unit, dz.staff.officer, [Amendment(ref, 1, gulf_person(3)) for ref in refs])
    with dz.node.store.write() as unit:
        wish = Wish("AE", DZ_AE, PURPOSE, tuple(refs), reason=reason)
        proposals = propose(dz.node, unit, dz.staff.officer, wish).proposals
    for proposal in proposals:
        assert proposal.kind == "correction"
        settle(dz, proposal)


def acknowledged(house: Federation) -> Notice:
    """AE acknowledges the newest correction; what DZ reads."""
    ae, dz = house["AE"], house["DZ"]
    with ae.node.store.write() as unit:
        key = [each.key for each in unit.messages.page("in", None, 50) if each.type == "correction"][-1]
        acknowledge(ae.node, unit, ae.staff.officer, key)
    assert ae.deliver("DZ").stopped is None
    with dz.node.store.read() as unit:
        rows = [unit.messages.get(each.key) for each in unit.messages.page("in", None, 50) if each.type == "notice"]
    said = [read_message(read_canonical(row.body, limit=1 << 20), "notice") for row in rows if row is not None]
    (found,) = [each for each in said if isinstance(each, Notice) and each.about == "correction-acknowledged"]
    return found


@pytest.mark.parametrize(("reason", "down"), [("wrong_person", 1), ("marking", 1), ("changed", 0)])
def test_a_correction_that_destroys_goes_down_to_whoever_has_it_from_us(
    row: Federation, reason: str, down: int
) -> None:
    refs = shared(row, 1)
    ae, kw = row["AE"], row["KW"]
    granted(row, wish_for(asked(row, refs)))
    pass_to(ae, "KW", AE_KW, refs)
    assert [copy.version for copy in copies(kw, refs)] == [1]
    corrected(row, refs, reason)
    assert ae.deliver("KW").accepted == down
    with kw.node.store.read() as unit:
        asked_ = [each for each in unit.messages.page("in", None, 50) if each.type == "recall"]
    assert len(asked_) == down
    if not down:
        assert acknowledged(row).note is None
        return
    assert acknowledged(row).note == "outstanding: KW"
    row.clock.forward(timedelta(days=14, minutes=1))
    assert ("recall", "theirs", 1) in due(ae), "nobody below answered: an alarm at the deadline"
    with kw.node.store.write() as unit:
        answer_recall(kw.node, unit, kw.staff.approver, RecallAnswer(asked_[0].key, "destroyed"))
    assert copies(kw, refs) == []
    assert kw.deliver("AE").stopped is None
    assert ("recall", "theirs", 1) not in due(ae)
    for state in row.states.values():
        invariants.ledger_verifies(state.node, state.staff.auditor)
    pass_to(ae, "KW", AE_KW, refs)
    assert [copy.version for copy in copies(kw, refs)] == [2], "the corrected version may go on"
