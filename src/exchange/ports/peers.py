"""Other nodes as operations see them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from exchange.model.connections import Probe
from exchange.model.state import Partner, PulledPage


class Peers(Protocol):
    """Calls to other nodes, over mutual TLS, to addresses from verified descriptors only."""

    def push(self, partner: Partner, wires: Sequence[bytes]) -> list[bytes]:
        """Sends envelopes with numbers in a row; returns the receipts of those taken, from the first on.

        Remote on anything else: what stands against the first.
        """

    def pull(self, partner: Partner, epoch: int, after: int, limit: int) -> PulledPage: ...

    def return_receipts(self, partner: Partner, receipts: Sequence[bytes]) -> None: ...

    def heartbeat(self, partner: Partner, beat: bytes) -> bytes: ...

    def add_checkpoint(self, partner: Partner, request: bytes) -> tuple[int, bytes]:
        """Asks the partner to cosign a head of ours; returns its status and body (C2SP tlog-witness)."""

    def witnessed(self, partner: Partner, origin_hash: str) -> bytes:
        """The head of ours that the partner cosigned last."""

    def proofs(self, partner: Partner, request: bytes) -> bytes:
        """Proofs that heads of the partner's ledger contain each other."""

    def offer(self, partner: Partner, offer: bytes) -> bytes:
        """Offers an agreement with the signatures so far; returns the partner's answer with its signatures."""

    def about(self, partner: Partner) -> bytes:
        """The partner's clock, protocol versions and agreements in force with us. Remote(NOT_FOUND): it is older."""

    def probe(self, partner: Partner) -> Probe:
        """How far a fresh connection comes: name, address, TLS, certificate. Raises nothing."""

    def reconcile(self, partner: Partner, statement: bytes) -> bytes:
        """Our signed statement of the streams between us, or our rows of a block; returns the partner's."""

    def reconciled(self, partner: Partner, result: bytes) -> bytes:
        """Our signed result; returns what the partner signed."""

    def match_prepare(self, partner: Partner, page: bytes) -> bytes:
        """A page of our blinded elements, or the question which epoch it is; returns the partner's signed answer."""

    def match_query(self, partner: Partner, query: bytes) -> bytes:
        """Our blinded query; returns the partner's signed answer."""

    def match_settle(self, partner: Partner, tokens: bytes) -> bytes:
        """Our tokens for one hit; the partner lets us evaluate its parts (`match_pieces`) before it answers."""

    def match_pieces(self, partner: Partner, elements: bytes) -> bytes:
        """Our record's blinded parts; returns the partner's evaluations."""

    def close(self) -> None: ...
