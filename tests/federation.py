"""Nodes for tests: keys, people, partners and agreements in force, on any store, over a simulated network.

Key generation costs some milliseconds a node, so roots and node keys are made once a process.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache

from exchange.crypto import descriptor
from exchange.crypto.keys import NodeKeys, RootKey
from exchange.crypto.rootsign import root_signature
from exchange.crypto.tlscert import make_certificate, to_der
from exchange.ledger.entries import entry
from exchange.model.claims import Claim, JsonObject, JsonValue
from exchange.model.records import Ref
from exchange.model.state import Person, Proposal, StandingApproval
from exchange.operations import agreements, journal, partners, people
from exchange.operations.approve import approve
from exchange.operations.audit import OWN_DESCRIPTOR
from exchange.operations.clock import stamp
from exchange.operations.deliver import Delivered, deliver
from exchange.operations.deposit import Draft, deposit
from exchange.operations.preapprove import approve_standing, ask_standing
from exchange.operations.propose import Proposed, Wish, propose
from exchange.operations.release import Outcome, release
from exchange.policies.agreement import with_fingerprints
from exchange.ports import Node, Store, Unit
from tests.examples import example
from tests.simulator import Network

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
AGREEMENT = "AG-DZ-AE-KW"
PURPOSE = "counter_terrorism.travel"


@dataclass(slots=True)
class HandClock:
    """A clock that moves only when a test moves it."""

    time: datetime = START

    def now(self) -> datetime:
        return self.time

    def forward(self, by: timedelta) -> None:
        self.time += by


@dataclass(frozen=True, slots=True)
class OnHandClock:
    """A store whose database clock is the test's clock: with a real one, no test could travel in time."""

    store: Store
    clock: HandClock

    def write(self) -> AbstractContextManager[Unit]:
        return self.store.write()

    def read(self) -> AbstractContextManager[Unit]:
        return self.store.read()

    def now(self) -> datetime:
        return self.clock.now()


class NoFaults:
    def reach(self, point: str) -> None:
        del point


@cache
def root_of(code: str) -> RootKey:
    return RootKey.generate()


@cache
def keys_of(code: str) -> NodeKeys:
    return NodeKeys.generate(code, root_of(code).fingerprint)


@cache
def certificate_of(code: str) -> bytes:
    return make_certificate(code, ["127.0.0.1"], START)[0]


@cache
def card_of(code: str) -> bytes:
    """The signed card of `code`."""
    made = descriptor.make(
        keys_of(code),
        root_of(code).public,
        START,
        tls_certificates=[to_der(certificate_of(code))],
        endpoints={"partner": "https://127.0.0.1:1"},
    )
    return descriptor.sign(made, root_of(code))


def agreement_document(name: str) -> JsonObject:
    """An example agreement with the test roots' fingerprints filled in."""
    raw = example(name.removesuffix(".yaml"))
    fingerprints = {party["code"]: root_of(party["code"]).fingerprint for party in raw["parties"]}
    return with_fingerprints(raw, fingerprints)


@dataclass(slots=True)
class Staff:
    """The people of one node."""

    officer: Person
    second: Person
    approvers: Sequence[Person]
    auditor: Person
    admin: Person

    @property
    def approver(self) -> Person:
        return self.approvers[0]


@dataclass(slots=True)
class State:
    """One node of a test federation and its people."""

    node: Node
    staff: Staff

    def deposit(self, *claims: tuple[Claim, ...], kind: str = "person") -> list[Ref]:
        with self.node.store.write() as unit:
            return deposit(self.node, unit, self.staff.officer, [Draft(kind, each) for each in claims])

    def propose(self, to: str, refs: Sequence[Ref], purpose: str = PURPOSE, again: bool = False) -> Proposed:
        wish = Wish(to, AGREEMENT, purpose, tuple(refs), again)
        with self.node.store.write() as unit:
            return propose(self.node, unit, self.staff.officer, wish)

    def approve(self, proposal: Proposal) -> None:
        for person in self.staff.approvers[: proposal.approvals_needed]:
            with self.node.store.write() as unit:
                approve(self.node, unit, person, proposal.id, proposal.digest)

    def release(self, proposal: Proposal) -> Outcome:
        with self.node.store.write() as unit:
            return release(self.node, unit, self.staff.officer, proposal.id)

    def push(self, to: str, refs: Sequence[Ref], again: bool = False) -> list[Outcome]:
        """Propose, approve and release everything that the agreement permits; nothing is delivered yet."""
        outcomes = []
        for proposal in self.propose(to, refs, again=again).proposals:
            self.approve(proposal)
            outcomes.append(self.release(proposal))
        return outcomes

    def deliver(self, to: str) -> Delivered:
        return deliver(self.node, to)


@dataclass(slots=True)
class Federation:
    """Several states, one simulated network, one clock."""

    network: Network
    clock: HandClock
    states: dict[str, State] = field(default_factory=dict)

    def __getitem__(self, code: str) -> State:
        return self.states[code]


def node_of(code: str, store: Store, network: Network, clock: HandClock) -> Node:
    """A node on the network, with whatever is in its store."""
    node = Node(code, OnHandClock(store, clock), network.peers(code), clock, keys_of(code), NoFaults())
    network.nodes[code] = node
    return node


def make_state(code: str, store: Store, network: Network, clock: HandClock) -> State:
    """A node with its people, not yet acquainted with anybody."""
    node = node_of(code, store, network, clock)
    with store.write() as unit:
        unit.set_setting(OWN_DESCRIPTOR, card_of(code).decode("utf-8"))
        line = entry("genesis", at=stamp(clock.now()), actor=code, node=code, root=root_of(code).fingerprint)
        journal.write(node, unit, [line], clock.now())
        staff = Staff(
            officer=people.add_person(node, unit, code, f"officer-{code.lower()}", "officer"),
            second=people.add_person(node, unit, code, f"officer2-{code.lower()}", "officer"),
            approvers=[
                people.add_person(node, unit, code, f"approver{n}-{code.lower()}", "releasing_officer")
                for n in (1, 2, 3)
            ],
            auditor=people.add_person(node, unit, code, f"auditor-{code.lower()}", "auditor"),
            admin=people.add_person(node, unit, code, f"admin-{code.lower()}", "administrator"),
        )
    return State(node, staff)


def federate(stores: Mapping[str, Store], documents: Sequence[str] = ("dz-ae-kw.yaml",)) -> Federation:
    """Nodes that know each other, with the example agreements signed by every party and in force everywhere."""
    network, clock = Network(), HandClock()
    made = Federation(network, clock)
    for code, store in stores.items():
        made.states[code] = make_state(code, store, network, clock)
    for code, state in made.states.items():
        for other in made.states:
            if other != code:
                with state.node.store.write() as unit:
                    partners.add_partner(
                        state.node, unit, state.staff.admin, card_of(other), root_of(other).fingerprint
                    )
        for name in documents:
            enact(state, agreement_document(name))
    return made


def enact(state: State, document: JsonObject) -> None:
    """Draft, every party's signature, activation."""
    admin = state.staff.admin
    with state.node.store.write() as unit:
        stored = agreements.draft(state.node, unit, admin, document)
        parties = document["parties"]
        assert isinstance(parties, list)
        for party in parties:
            assert isinstance(party, dict)
            code = str(party["code"])
            signature = root_signature(root_of(code), code, "exchange/agreement/1", stored.document)
            agreements.add_signature(state.node, unit, admin, stored.id, stored.version, signature)
        agreements.activate(state.node, unit, admin, stored.id, stored.version)


STANDING = "AG-DZ-AE-KW-2"


def standing_document(cadence: str = "standing", **changes: JsonValue) -> JsonObject:
    """The example agreement once more, under another id and with this cadence; `changes` replace members."""
    return {**agreement_document("dz-ae-kw.yaml"), "id": STANDING, "cadence": cadence, **changes}


def preapprove(state: State, marking: str, agreement_id: str = STANDING) -> StandingApproval:
    """Two releasing officers agree beforehand."""
    first, second = state.staff.approvers[:2]
    with state.node.store.write() as unit:
        asked = ask_standing(state.node, unit, first, agreement_id, marking, 30)
    with state.node.store.write() as unit:
        return approve_standing(state.node, unit, second, asked.id, asked.digest)
