"""Three states in a row, driven at random: grants, what goes on under them, revocations, recalls, answers, restarts.

DZ shares with AE; KW may have DZ's records from AE under DZ's signed grant and not otherwise. The oracle is a handful
of sets. When the network heals and everybody answers, no copy of a recalled version is left anywhere below.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from exchange.errors import ExchangeError
from exchange.model.messages import Notice, OnwardGrant, Recall
from exchange.model.records import Ref
from exchange.model.state import MessageKey, Proposal
from exchange.operations.deliver import deliver
from exchange.operations.deposit import Amendment, amend
from exchange.operations.message_facts import read_stored
from exchange.operations.messages import MessageWish
from exchange.operations.onward import OnwardWish, grant_onward, request_onward, revoke_onward
from exchange.operations.pull import pull
from exchange.operations.recalls import RecallAnswer, answer_recall
from exchange.operations.release import send
from exchange.operations.retention import retention
from exchange.operations.views import forget_views
from tests import invariants
from tests.federation import PURPOSE, START, Federation, State
from tests.onward_kit import AE_KW, DZ_AE, in_a_row, offer, wish_for
from tests.operations.fakes import FakeStore
from tests.stateful.runs import run
from tests.subjects import gulf_person

_T = TypeVar("_T")
CODES: Final = ("DZ", "AE", "KW")
LINKS: Final = (("DZ", "AE"), ("AE", "DZ"), ("AE", "KW"), ("KW", "AE"))
CARDS_LIVE: Final = timedelta(days=70)
"""Nobody renews a card here, and its sealing keys last not much longer."""
GRANT_LIVES: Final = timedelta(days=20)


@dataclass(slots=True)
class Thread:
    """One request to pass a record on."""

    ref: Ref
    granted_at: datetime | None = None
    known: bool = False
    """AE has the grant."""
    revoked: bool = False
    """AE knows of the revocation."""


@dataclass(slots=True)
class Oracle:
    """What may be where."""

    version: dict[Ref, int] = field(default_factory=dict)
    sent: dict[Ref, set[int]] = field(default_factory=dict)
    """Versions that DZ sealed for AE."""
    passed: dict[Ref, set[int]] = field(default_factory=dict)
    """Versions that AE sealed for KW while a grant stood."""
    threads: dict[str, Thread] = field(default_factory=dict)
    recalls: dict[str, tuple[Ref, int]] = field(default_factory=dict)
    """DZ's recalls: record, and the version that stood when it was recalled."""

    def granted(self, ref: Ref, now: datetime) -> bool:
        """Whether AE knows of a grant for it that stands."""
        return any(
            each.ref == ref
            and each.known
            and not each.revoked
            and each.granted_at is not None
            and now < each.granted_at + GRANT_LIVES
            for each in self.threads.values()
        )


class Chain(RuleBasedStateMachine):
    """Every rule is something that a person, the network or time does."""

    records = Bundle("records")
    threads = Bundle("threads")

    def __init__(self) -> None:
        super().__init__()
        self.house: Federation = in_a_row({code: FakeStore() for code in CODES})
        self.oracle = Oracle()

    def state(self, code: str) -> State:
        return self.house[code]

    @property
    def now(self) -> datetime:
        return self.house.clock.time

    @initialize()
    def some_time(self) -> None:
        self.house.clock.forward(timedelta(hours=1))

    # records and what DZ sends

    @rule(target=records, n=st.integers(0, 40))
    def deposit(self, n: int) -> Ref:
        (ref,) = self.state("DZ").deposit(gulf_person(n))
        self.oracle.version[ref] = 1
        return ref

    @rule(ref=records, n=st.integers(0, 40))
    def amend(self, ref: Ref, n: int) -> None:
        dz = self.state("DZ")
        change = Amendment(ref, self.oracle.version[ref], gulf_person(n))
        with dz.node.store.write() as unit:
            (self.oracle.version[ref],) = amend(dz.node, unit, dz.staff.officer, [change])

    @rule(ref=records)
    def share(self, ref: Ref) -> None:
        """DZ releases the newest version to AE, unless AE has just that."""
        dz = self.state("DZ")
        for proposal in offer(dz, "AE", DZ_AE, [ref]).proposals:
            dz.approve(proposal)
            assert dz.release(proposal).state == "released"
            self.oracle.sent.setdefault(ref, set()).add(self.oracle.version[ref])

    # grants

    @rule(target=threads, ref=records)
    def ask(self, ref: Ref) -> str | None:
        ae = self.state("AE")
        wish = OnwardWish("DZ", DZ_AE, PURPOSE, (ref,), "KW", "a case of theirs", None)

        def call() -> Proposal:
            with ae.node.store.write() as unit:
                return request_onward(ae.node, unit, ae.staff.officer, wish)

        proposal = self.attempt(call)
        if proposal is None:
            return None
        ae.approve(proposal)
        outcome = ae.release(proposal)
        assert proposal.thread is not None
        if outcome.state != "released":
            return None
        self.oracle.threads[proposal.thread] = Thread(ref)
        return proposal.thread

    @rule(thread=threads)
    def grant(self, thread: str | None) -> None:
        if thread is None or self.oracle.threads[thread].granted_at is not None:
            return
        dz = self.state("DZ")

        def call() -> Proposal:
            with dz.node.store.write() as unit:
                wish = replace(wish_for(thread), days=GRANT_LIVES.days)
                return grant_onward(dz.node, unit, dz.staff.officer, wish)

        proposal = self.attempt(call)
        if proposal is None:
            return  # the question has not arrived, or the record was recalled
        dz.approve(proposal)
        if dz.release(proposal).state == "released":
            self.oracle.threads[thread].granted_at = self.now

    @rule(thread=threads)
    def revoke(self, thread: str | None) -> None:
        if thread is None or self.oracle.threads[thread].granted_at is None:
            return
        dz = self.state("DZ")

        def call() -> object:
            with dz.node.store.write() as unit:
                return revoke_onward(dz.node, unit, dz.staff.approver, "AE", thread)

        self.attempt(call)

    # what goes on

    @rule(ref=records)
    def pass_on(self, ref: Ref) -> None:
        """AE offers the record to KW: only ever under a grant that it knows and that stands."""
        ae = self.state("AE")
        found = self.attempt(lambda: offer(ae, "KW", AE_KW, [ref]))
        if found is None:
            assert not self.held(ae, ref)
            return
        if found.proposals:
            assert self.stands(ref), "offered without a grant that stands"
        for proposal in found.proposals:
            ae.approve(proposal)
            if ae.release(proposal).state == "released":
                self.oracle.passed.setdefault(ref, set()).update(self.held(ae, ref))

    def stands(self, ref: Ref) -> bool:
        """By what AE was told: the grants that came, less those that were taken back."""
        ae = self.state("AE")
        with ae.node.store.read() as unit:
            rows = [unit.messages.get(line.key) for line in unit.messages.page("in", None, 10_000)]
        said = [read_stored(row.body, row.type) for row in rows if row is not None and row.body]
        for id_, thread in self.oracle.threads.items():
            of = [each for each in said if each.thread == id_]
            thread.known = any(isinstance(each, OnwardGrant) for each in of)
            thread.revoked = any(isinstance(each, Notice) and each.about == "grant-revoked" for each in of)
        return self.oracle.granted(ref, self.now)

    @staticmethod
    def held(state: State, ref: Ref) -> set[int]:
        with state.node.store.read() as unit:
            return {line.version for line in unit.copies.places([ref])}

    # recalls

    @rule(ref=records)
    def recall(self, ref: Ref) -> None:
        dz = self.state("DZ")
        deadline = (self.now + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M:%SZ")
        message = Recall(PURPOSE, "", (ref,), "inaccurate", None, deadline, None)

        def call() -> object:
            with dz.node.store.write() as unit:
                return send(dz.node, unit, dz.staff.approver, MessageWish("AE", DZ_AE, message)).key.id

        done = self.attempt(call)
        if done is not None:
            assert self.oracle.sent.get(ref), "a recall of what was never sent"
            self.oracle.recalls[str(done)] = (ref, max(self.oracle.sent[ref]))

    @rule(code=st.sampled_from(["AE", "KW"]))
    def answer(self, code: str) -> None:
        self.answer_all(code)

    def answer_all(self, code: str) -> None:
        """Everything that waits at `code` is destroyed, as far as those below let it be said."""
        state = self.state(code)
        with state.node.store.read() as unit:
            lines = [
                line.key
                for line in unit.messages.page("in", None, 10_000)
                if line.type == "recall" and line.answered_at is None
            ]
        for key in lines:
            self.attempt(partial(self.destroy, state, key))

    @staticmethod
    def destroy(state: State, key: MessageKey) -> object:
        with state.node.store.write() as unit:
            return answer_recall(state.node, unit, state.staff.approver, RecallAnswer(key, "destroyed"))

    # the network, time and restarts

    @rule(link=st.sampled_from(LINKS), drop=st.sampled_from(["", "requests", "answers", "twice"]))
    def deliver(self, link: tuple[str, str], drop: str) -> None:
        faults = self.house.network.faults
        faults.drop_requests, faults.drop_answers = int(drop == "requests"), int(drop == "answers")
        faults.duplicate = int(drop == "twice")
        deliver(self.state(link[0]).node, link[1])
        faults.drop_requests = faults.drop_answers = faults.duplicate = 0

    @rule(link=st.sampled_from(LINKS))
    def pull(self, link: tuple[str, str]) -> None:
        self.attempt(lambda: pull(self.state(link[0]).node, link[1]))

    @rule(code=st.sampled_from(CODES), up=st.booleans())
    def network(self, code: str, up: bool) -> None:
        (self.house.network.down.discard if up else self.house.network.down.add)(code)

    @rule(days=st.sampled_from([1, 3, 12]))
    def time(self, days: int) -> None:
        if self.now + timedelta(days=days) > START + CARDS_LIVE:
            return
        self.house.clock.forward(timedelta(days=days))
        for code in CODES:
            retention(self.state(code).node)

    @rule(code=st.sampled_from(CODES))
    def restart(self, code: str) -> None:
        """What was opened in memory is gone, as after a restart; the store stays."""
        forget_views()
        state = self.state(code)
        state.node = self.house.network.nodes[code] = replace(state.node)

    # what always holds

    @invariant()
    def nobody_holds_what_was_not_sent_to_it(self) -> None:
        for code, allowed in (("AE", self.oracle.sent), ("KW", self.oracle.passed)):
            with self.state(code).node.store.read() as unit:
                lines = [(line.ref, line.version) for line in unit.copies.lines(None, None, 10_000)]
            for ref, version in lines:
                assert version in allowed.get(ref, set()), (code, ref, version)

    @staticmethod
    def attempt(call: Callable[[], _T]) -> _T | None:
        """What the call gives; None when it is refused by a code."""
        try:
            return call()
        except ExchangeError:
            return None

    def teardown(self) -> None:
        """The network heals and everybody answers: nothing that was recalled is left below."""
        self.house.network.down.clear()
        for _ in range(8):
            self.house.clock.forward(timedelta(minutes=40))
            for one, other in LINKS:
                deliver(self.state(one).node, other)
            self.answer_all("KW")
            self.answer_all("AE")
        for one, other in LINKS:
            invariants.numbers_are_whole(self.state(one).node, other)
            invariants.inbox_is_whole(self.state(other).node, one)
        for code in CODES:
            invariants.ledger_verifies(self.state(code).node, self.state(code).staff.auditor)
        self.nothing_recalled_is_left()

    def nothing_recalled_is_left(self) -> None:
        dz = self.state("DZ")
        for id_, (ref, version) in self.oracle.recalls.items():
            with dz.node.store.read() as unit:
                row = unit.messages.get(MessageKey(id_, "AE", "out"))
            if row is None or row.outcome not in ("destroyed", "not_held"):
                continue  # voided or refused by AE, or past its deadline with somebody below outstanding: an alarm
            for code in ("AE", "KW"):
                left = {each for each in self.held(self.state(code), ref) if each <= version}
                again = self.oracle.sent[ref] - {version}
                assert not left or again, (code, ref, version)


def test_a_chain_of_three_does_what_the_oracle_says() -> None:
    run(Chain, 50)


@pytest.mark.trials
@pytest.mark.timeout(3 * 3600)
def test_a_chain_of_three_for_long() -> None:
    run(Chain, 2000)
