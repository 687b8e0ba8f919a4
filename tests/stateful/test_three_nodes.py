"""Three nodes, their people, their agreement and a bad network, driven at random against the oracle.

Whatever is done in whatever order: nothing leaves that the oracle does not let go, nothing that it lets go is refused,
nobody holds anything else, and when the network heals both sides agree and every ledger verifies.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from exchange.errors import Code, ExchangeError
from exchange.model.claims import Claim
from exchange.model.messages import Recall
from exchange.model.records import Ref
from exchange.operations import people
from exchange.operations.agreements import activate, raise_flag, suspend
from exchange.operations.approve import approve, withdraw
from exchange.operations.deliver import deliver
from exchange.operations.deposit import Amendment, amend
from exchange.operations.messages import MessageWish
from exchange.operations.pull import pull
from exchange.operations.release import send
from exchange.operations.tidy import tidy
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, Federation, State, agreement_document, enact
from tests.operations.in_memory import enacted
from tests.stateful.oracle import Asked, Oracle
from tests.stateful.runs import run
from tests.subjects import gulf_person

_T = TypeVar("_T")
CODES = ("DZ", "AE", "KW")
STATES = st.sampled_from(CODES)


def closed(claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """The same person, said to be a minor without any of what would let a minor's record go."""
    return tuple(claim._replace(value="minor") if claim.path == "record.category" else claim for claim in claims)


class ThreeNodes(RuleBasedStateMachine):
    """Every rule is something that a person, the network or time does."""

    records = Bundle("records")
    proposals = Bundle("proposals")

    def __init__(self) -> None:
        super().__init__()
        self.house: Federation = enacted()
        self.oracle = Oracle()
        self.people = 0

    def state(self, code: str) -> State:
        return self.house[code]

    # records

    @initialize()
    def some_time(self) -> None:
        self.house.clock.forward(timedelta(hours=1))

    @rule(target=records, code=STATES, n=st.integers(0, 40), open_=st.booleans())
    def deposit(self, code: str, n: int, open_: bool) -> Ref:
        person = gulf_person(n)
        (ref,) = self.state(code).deposit(person if open_ else closed(person))
        self.oracle.stored(ref, 1, open_)
        return ref

    @rule(ref=records, n=st.integers(0, 40), open_=st.booleans())
    def amend(self, ref: Ref, n: int, open_: bool) -> None:
        state, person = self.state(ref.originator), gulf_person(n)
        change = Amendment(ref, self.oracle.version[ref], person if open_ else closed(person))
        with state.node.store.write() as unit:
            (version,) = amend(state.node, unit, state.staff.officer, [change])
        self.oracle.stored(ref, version, open_)

    @rule(ref=records, behind=st.integers(1, 3))
    def amend_what_somebody_else_changed(self, ref: Ref, behind: int) -> None:
        state = self.state(ref.originator)
        change = Amendment(ref, self.oracle.version[ref] - behind, gulf_person(1))
        assert self.refused(state, lambda unit: amend(state.node, unit, state.staff.officer, [change])) is Code.STALE

    # release

    @rule(target=proposals, ref=records, to=STATES)
    def propose(self, ref: Ref, to: str) -> str | None:
        code = ref.originator
        if to == code:
            return None
        state = self.state(code)
        if code in self.oracle.suspended:
            assert self.refused(state, lambda _: state.propose(to, [ref])) in (
                Code.SUSPENDED,
                Code.AGREEMENT_NOT_IN_FORCE,
            )
            return None
        found = state.propose(to, [ref], again=True)
        offered = self.oracle.offered(ref, to)
        assert [each for each, _ in found.denied] == ([] if offered else [ref])
        if not offered:
            assert not found.proposals
            return None
        (proposal,) = found.proposals
        self.oracle.asked[proposal.id] = Asked(
            code,
            to,
            {ref: self.oracle.version[ref]},
            proposal.proposer,
            proposal.approvals_needed,
            self.oracle.agreement,
            self.house.clock.time,
        )
        return proposal.id

    @rule(id_=proposals, who=st.integers(0, 3))
    def approve(self, id_: str | None, who: int) -> None:
        if id_ is None:
            return
        asked = self.oracle.asked[id_]
        state = self.state(asked.sender)
        person = [*state.staff.approvers, state.staff.officer][who]
        with state.node.store.read() as unit:
            proposal = unit.releases.get(id_)
            enabled = unit.people.get(person.id)
        assert proposal is not None
        assert enabled is not None
        alive = self.house.clock.time < asked.at + timedelta(days=7)
        fine = proposal.state == "proposed" and alive and person.id not in asked.approvals
        if who == 3 or enabled.disabled or not fine:
            code = self.refused(state, lambda unit: approve(state.node, unit, enabled, id_, proposal.digest))
            assert code in (Code.PERMISSION_MISSING, Code.RELEASE_STATE, Code.ALREADY_APPROVED, Code.SELF_APPROVAL)
            return
        with state.node.store.write() as unit:
            asked.state = approve(state.node, unit, person, id_, proposal.digest)
        asked.approvals.add(person.id)
        assert asked.state == ("approved" if len(asked.approvals) >= asked.needed else "proposed")

    @rule(id_=proposals, who=st.integers(0, 2))
    def withdraw(self, id_: str | None, who: int) -> None:
        if id_ is None or self.oracle.asked[id_].state not in ("proposed", "approved"):
            return
        asked = self.oracle.asked[id_]
        state = self.state(asked.sender)
        person = state.staff.approvers[who]
        if person.id not in asked.approvals or person.id in self.oracle.disabled:
            return
        with state.node.store.write() as unit:
            withdraw(state.node, unit, person, id_)
        asked.approvals.discard(person.id)
        asked.state = "proposed"

    @rule(id_=proposals)
    def release(self, id_: str | None) -> None:
        if id_ is None:
            return
        asked = self.oracle.asked[id_]
        state = self.state(asked.sender)
        may = self.oracle.may_release(id_, self.house.clock.time)
        with state.node.store.read() as unit:
            proposal = unit.releases.get(id_)
        assert proposal is not None
        outcome, code = self.attempt(lambda: state.release(proposal))
        if outcome is None:
            assert not may, code
            assert code in (Code.RELEASE_STATE, Code.APPROVAL_MISSING)
            return
        assert (outcome.state == "released") == may, outcome
        asked.state = outcome.state
        if may:
            self.oracle.released[id_] = asked

    # what happens to agreements and people

    @rule(code=STATES)
    def suspend(self, code: str) -> None:
        state = self.state(code)
        if code in self.oracle.suspended:
            return
        with state.node.store.write() as unit:
            raise_flag(unit, state.staff.approver, AGREEMENT)
        with state.node.store.write() as unit:
            suspend(state.node, unit, state.staff.admin, AGREEMENT)
        self.oracle.suspended.add(code)
        self.oracle.ended({code})

    @precondition(lambda self: self.oracle.suspended)
    @rule()
    def resume(self) -> None:
        code = sorted(self.oracle.suspended)[0]
        state = self.state(code)
        with state.node.store.write() as unit:
            activate(state.node, unit, state.staff.admin, AGREEMENT, self.oracle.agreement)
        self.oracle.suspended.discard(code)

    @precondition(lambda self: self.oracle.agreement < 3 and not self.oracle.suspended)
    @rule()
    def replace_the_agreement(self) -> None:
        self.oracle.agreement += 1
        document = {**agreement_document("dz-ae-kw.yaml"), "version": self.oracle.agreement}
        for code in CODES:
            enact(self.state(code), document)
        self.oracle.ended(set(CODES))

    @rule(code=STATES, who=st.integers(1, 2))
    def an_approver_leaves(self, code: str, who: int) -> None:
        state = self.state(code)
        person = state.staff.approvers[who]
        if person.id in self.oracle.disabled:
            return
        with state.node.store.write() as unit:
            people.disable_person(state.node, unit, state.staff.admin.id, person.id)
        self.oracle.disabled.add(person.id)
        self.lapse(code)

    def lapse(self, code: str) -> None:
        """Approvals of somebody who left count no more; what had just enough of them waits again."""
        for asked in self.oracle.asked.values():
            left = asked.approvals - self.oracle.disabled
            if asked.sender == code and asked.state == "approved" and len(left) < asked.needed:
                asked.state = "proposed"

    # the network and time

    @rule(code=STATES, to=STATES, drop=st.sampled_from(["", "requests", "answers", "twice"]))
    def deliver(self, code: str, to: str, drop: str) -> None:
        if code == to:
            return
        faults = self.house.network.faults
        faults.drop_requests, faults.drop_answers = int(drop == "requests"), int(drop == "answers")
        faults.duplicate = int(drop == "twice")
        deliver(self.state(code).node, to)
        faults.drop_requests = faults.drop_answers = faults.duplicate = 0

    @rule(code=STATES, from_=STATES)
    def pull(self, code: str, from_: str) -> None:
        if code != from_:
            _, refusal = self.attempt(lambda: pull(self.state(code).node, from_))
            assert refusal in (None, Code.PARTNER_UNREACHABLE)

    @rule(code=STATES, up=st.booleans())
    def network(self, code: str, up: bool) -> None:
        (self.house.network.down.discard if up else self.house.network.down.add)(code)

    @rule(hours=st.sampled_from([1, 12, 36]))
    def time(self, hours: int) -> None:
        self.house.clock.forward(timedelta(hours=hours))
        for code in CODES:
            tidy(self.state(code).node)
        for asked in self.oracle.asked.values():
            if asked.state in ("proposed", "approved") and self.house.clock.time >= asked.at + timedelta(days=7):
                asked.state = "expired"

    @rule(id_=proposals)
    def recall(self, id_: str | None) -> None:
        """A recall names only what the partner was sent."""
        if id_ is None:
            return
        asked = self.oracle.asked[id_]
        state = self.state(asked.sender)
        deadline = (self.house.clock.time + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
        message = Recall(PURPOSE, "", tuple(asked.versions), "inaccurate", None, deadline, None)
        wish = MessageWish(asked.recipient, AGREEMENT, message)
        went = {ref for ref, _ in self.oracle.may_hold(asked.sender, asked.recipient)}

        def say() -> object:
            with state.node.store.write() as unit:
                return send(state.node, unit, state.staff.approver, wish)

        done, code = self.attempt(say)
        if done is None:
            assert code in (Code.MESSAGE_NOT_ALLOWED, Code.SUSPENDED, Code.AGREEMENT_NOT_IN_FORCE), code
        else:
            assert set(asked.versions) <= went
            self.oracle.called_back(asked.sender, asked.recipient, set(asked.versions))

    # what always holds

    @invariant()
    def nobody_holds_what_never_left(self) -> None:
        for one in CODES:
            for other in CODES:
                if one != other:
                    with self.state(other).node.store.read() as unit:
                        held = {(line.ref, line.version) for line in unit.copies.lines(one, None, 10_000)}
                    assert held <= self.oracle.may_hold(one, other), (one, other)

    @staticmethod
    def attempt(call: Callable[[], _T]) -> tuple[_T | None, Code | None]:
        """What the call gives, or the code with which it is refused."""
        try:
            return call(), None
        except ExchangeError as refusal:
            return None, refusal.code

    def refused(self, state: State, call: Any) -> Code:
        """The code with which a call in a transaction of its own is refused."""
        with pytest.raises(ExchangeError) as caught, state.node.store.write() as unit:
            call(unit)
        return caught.value.code

    def teardown(self) -> None:
        """The network heals, agreements are in force again, everything is delivered: both sides agree."""
        self.house.network.down.clear()
        while self.oracle.suspended:
            self.resume()
        for _ in range(6):
            self.house.clock.forward(timedelta(minutes=20))
            for one in CODES:
                for other in CODES:
                    if one != other:
                        deliver(self.state(one).node, other)
        for one in CODES:
            invariants.ledger_verifies(self.state(one).node, self.state(one).staff.auditor)
            for other in CODES:
                if one != other:
                    self.agree(self.state(one), self.state(other))

    def agree(self, one: State, other: State) -> None:
        invariants.numbers_are_whole(one.node, other.node.code)
        invariants.inbox_is_whole(other.node, one.node.code)
        invariants.nothing_under_way(one.node, other.node)
        taken = {item.proposal_id for item in invariants.sent(one.node, other.node.code) if item.state == "accepted"}
        ours = {
            id_
            for id_, asked in self.oracle.released.items()
            if (asked.sender, asked.recipient) == (one.node.code, other.node.code)
        }
        assert ours - taken <= self.oracle.void_allowed, "released, never voided for a reason, and not taken"
        with other.node.store.read() as unit:
            for ref, version in {each for id_ in ours & taken for each in self.oracle.released[id_].versions.items()}:
                newest = unit.copies.latest(ref)
                assert newest is not None
                assert newest.version >= version


def test_three_nodes_do_what_the_oracle_says() -> None:
    run(ThreeNodes, 50)


@pytest.mark.trials
@pytest.mark.timeout(3 * 3600)
def test_three_nodes_for_long() -> None:
    run(ThreeNodes, 2000)
