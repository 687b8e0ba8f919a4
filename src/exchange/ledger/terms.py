"""What the rules of a ledger know from outside it: agreements as they were signed, and receipts that must be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from exchange.ledger.report import Fault


class InForce(NamedTuple):
    """An agreement version as the ledger activated it."""

    id: str
    version: int
    digest: str
    since: str


class Terms(NamedTuple):
    """What a verified agreement demands of a release."""

    parties: dict[str, str]
    """Party code -> root fingerprint."""
    approvals: int
    """The fewest approvals that any marking needs."""
    purposes: frozenset[str]
    valid_from: str
    valid_until: str
    """`YYYY-MM-DDTHH:MM:SSZ`; no longer in force at that second."""
    retention_days: int
    """The longest time that a recipient may keep what was sent."""


class Agreements(Protocol):
    """Looks up an agreement's document; `exchange.ledger.trust` fits."""

    def terms(self, agreement: InForce) -> Terms | Fault:
        """Its terms, if the document is there and signed by every party; the fault otherwise."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A receipt that the ledger says was received: its document must be in the export."""

    index: int
    recipient: str
    fingerprint: str
    """Root fingerprint of the recipient as the release's agreement names it; empty if unknown."""
    epoch: int
    seq: int
    envelope: bytes
    outcome: str
