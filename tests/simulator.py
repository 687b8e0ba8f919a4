"""Partners in one process, for tests: the `Peers` port without a network, and with the faults of one.

It calls the other node's operations as its partner listener would, with the caller's TLS identity. `Misbehaviour`
says what goes wrong; internals are never patched. A test that asks for a fault checks that it fired.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from exchange.errors import Code, Remote
from exchange.model.connections import Probe
from exchange.model.state import Partner, PulledPage
from exchange.operations.connection import answer_about
from exchange.operations.heartbeat import answer_heartbeat
from exchange.operations.match_answer import match_answer
from exchange.operations.match_key import answer_prepare
from exchange.operations.match_settle import answer_pieces, answer_settle
from exchange.operations.offers import answer_offer
from exchange.operations.pull import answer_pull, take_receipts
from exchange.operations.receive import receive_all
from exchange.operations.reconcile_answer import answer_reconcile, answer_reconciled
from exchange.operations.witness import Answer, add_checkpoint, answer_proofs, latest_checkpoint
from exchange.ports import Node


@dataclass(slots=True)
class Misbehaviour:
    """What the network or the partner does to calls, by how many of them."""

    drop_requests: int = 0
    """Calls that never arrive."""
    drop_answers: int = 0
    """Calls that are carried out, with an answer that gets lost."""
    duplicate: int = 0
    """Calls that arrive twice."""
    change: Callable[[bytes], bytes] | None = None
    """Done to every envelope on its way."""
    fired: int = 0


@dataclass(slots=True)
class Network:
    """Who can be reached, and everything that crossed the wire."""

    nodes: dict[str, Node] = field(default_factory=dict)
    down: set[str] = field(default_factory=set)
    probes: dict[str, Probe] = field(default_factory=dict)
    faults: Misbehaviour = field(default_factory=Misbehaviour)
    wire: list[tuple[str, str, bytes]] = field(default_factory=list)
    """(from, to, bytes) of every message, requests and answers."""

    def peers(self, code: str) -> SimulatedPeers:
        return SimulatedPeers(code, self)


@dataclass(slots=True)
class SimulatedPeers:
    """Fits `ports.Peers` for the node `code`."""

    code: str
    network: Network

    def push(self, partner: Partner, wires: Sequence[bytes]) -> list[bytes]:
        faults = self.network.faults
        sent = [faults.change(wire) for wire in wires] if faults.change is not None else list(wires)
        faults.fired += faults.change is not None
        answer = self._call(partner, b"\n".join(sent), lambda node: b"\n".join(receive_all(node, self.code, sent)))
        return answer.split(b"\n")

    def pull(self, partner: Partner, epoch: int, after: int, limit: int) -> PulledPage:
        page: list[PulledPage] = []

        def answer(node: Node) -> bytes:
            page.append(answer_pull(node, self.code, epoch, after, limit))
            return b"".join(page[-1].envelopes)

        self._call(partner, b"", answer)
        return page[-1]

    def return_receipts(self, partner: Partner, receipts: Sequence[bytes]) -> None:
        self._call(partner, b"".join(receipts), lambda node: b"%d" % take_receipts(node, self.code, receipts))

    def heartbeat(self, partner: Partner, beat: bytes) -> bytes:
        return self._call(partner, beat, lambda node: answer_heartbeat(node, self.code, beat))

    def add_checkpoint(self, partner: Partner, request: bytes) -> tuple[int, bytes]:
        found: list[Answer] = []

        def ask(node: Node) -> bytes:
            found.append(add_checkpoint(node, self.code, request))
            return found[-1].body

        self._call(partner, request, ask)
        return found[-1].status, found[-1].body

    def witnessed(self, partner: Partner, origin_hash: str) -> bytes:
        return self._call(partner, b"", lambda node: latest_checkpoint(node, self.code, origin_hash))

    def proofs(self, partner: Partner, request: bytes) -> bytes:
        return self._call(partner, request, lambda node: answer_proofs(node, self.code, request))

    def offer(self, partner: Partner, offer: bytes) -> bytes:
        return self._call(partner, offer, lambda node: answer_offer(node, self.code, offer))

    def about(self, partner: Partner) -> bytes:
        return self._call(partner, b"", lambda node: answer_about(node, self.code))

    def probe(self, partner: Partner) -> Probe:
        """What `network.probes` says of the partner; else a connection that works, unless the partner is down."""
        found = self.network.probes.get(
            partner.code, Probe("127.0.0.1", 1, ("127.0.0.1",), tls="TLSv1.3", pin="0" * 64)
        )
        return replace(found, failed="reach", why="refused", tls="") if partner.code in self.network.down else found

    def reconcile(self, partner: Partner, statement: bytes) -> bytes:
        return self._call(partner, statement, lambda node: answer_reconcile(node, self.code, statement))

    def reconciled(self, partner: Partner, result: bytes) -> bytes:
        return self._call(partner, result, lambda node: answer_reconciled(node, self.code, result))

    def match_prepare(self, partner: Partner, page: bytes) -> bytes:
        return self._call(partner, page, lambda node: answer_prepare(node, self.code, page))

    def match_query(self, partner: Partner, query: bytes) -> bytes:
        return self._call(partner, query, lambda node: match_answer(node, self.code, query))

    def match_settle(self, partner: Partner, tokens: bytes) -> bytes:
        return self._call(partner, tokens, lambda node: answer_settle(node, self.code, tokens))

    def match_pieces(self, partner: Partner, elements: bytes) -> bytes:
        return self._call(partner, elements, lambda node: answer_pieces(node, self.code, elements))

    def close(self) -> None:
        return None

    def _call(self, partner: Partner, sent: bytes, carry_out: Callable[[Node], bytes]) -> bytes:
        faults = self.network.faults
        self.network.wire.append((self.code, partner.code, sent))
        if partner.code in self.network.down or partner.code not in self.network.nodes:
            raise Remote(Code.PARTNER_UNREACHABLE, partner=partner.code)
        if faults.drop_requests > 0:
            faults.drop_requests, faults.fired = faults.drop_requests - 1, faults.fired + 1
            raise Remote(Code.PARTNER_UNREACHABLE, partner=partner.code)
        node = self.network.nodes[partner.code]
        if faults.duplicate > 0:
            faults.duplicate, faults.fired = faults.duplicate - 1, faults.fired + 1
            carry_out(node)
        answer = carry_out(node)
        self.network.wire.append((partner.code, self.code, answer))
        if faults.drop_answers > 0:
            faults.drop_answers, faults.fired = faults.drop_answers - 1, faults.fired + 1
            raise Remote(Code.PARTNER_UNREACHABLE, partner=partner.code)
        return answer
