"""The disclosure account of one record: to whom it was ever sent, what of it, and what became of it there.

Built from what is stored: proposals, messages, receipts, tombstones. Which claims left is not stored: the decision is
made again from the same version under the same documents, and counted only if it gives the digest that was approved.
Of an erased record the claims are gone and the account stays. A read of it is logged. Spec: docs/spec/messages.md §9.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from exchange.errors import NotFound
from exchange.ledger.entries import entry
from exchange.model.afterwards import CopyLine, Erased
from exchange.model.messages import Notice, Recall
from exchange.model.openings import Opening
from exchange.model.records import Ref
from exchange.model.state import Person, Proposal, ProposalItem, StoredMessage
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.message_facts import blinded, read_stored
from exchange.operations.permissions import Permission, require
from exchange.operations.rederived import leaving_claims, rederived
from exchange.policies.handling import Handling
from exchange.ports import Node, Unit


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One time that the record was sealed for a partner."""

    recipient: str
    at: datetime
    version: int
    agreement: str
    agreement_version: int
    purpose: str
    kind: str
    """`release` or `correction`."""
    envelope: str
    approvals: tuple[str, ...]
    state: str
    """`queued` or `sent` (no receipt yet), `accepted`, `refused` or `void`."""
    paths: tuple[str, ...] | None
    """Paths of the claims that left; None where they cannot be derived again."""
    handling: Handling | None


@dataclass(frozen=True, slots=True)
class Event:
    """One message that named the record, of either direction, with where its answer stands."""

    message: StoredMessage
    about: str | None
    """Of a notice: what it is about."""
    said: str | None
    """Reason of a recall, outcome of a notice; None once its text was destroyed, and for other messages."""


@dataclass(frozen=True, slots=True)
class Account:
    """Everything that this node ever gave or got of one record."""

    ref: Ref
    sent: tuple[Disclosure, ...]
    received: tuple[CopyLine, ...]
    events: tuple[Event, ...]
    destroyed: tuple[Erased, ...]
    openings: tuple[Opening, ...]
    """Auditors who were shown the record, with whoever confirmed that."""


def account(node: Node, unit: Unit, person: Person, ref: Ref) -> Account:
    """The account of `ref`. NotFound when this node never had it."""
    require(person, Permission.ACCOUNT_READ)
    found = Account(
        ref=ref,
        sent=tuple(_sent(node, unit, ref)),
        received=tuple(unit.copies.places([ref])),
        events=tuple(_event(unit, each) for _, each in unit.messages.about([ref])),
        destroyed=tuple(unit.erasures.of(ref)),
        openings=tuple(unit.openings.of_record(ref)),
    )
    own = bool(unit.records.current([ref], lock=False))
    if not own and not any((found.sent, found.received, found.events, found.destroyed)):
        raise NotFound(record=ref.id)
    now = safe_now(node, unit)
    held = "own" if ref.originator == node.code else "received"
    line = entry("account.read", at=stamp(now), actor=person.id, held=held, refs=blinded(node, unit, [ref]))
    journal.write(node, unit, [line], now)
    return found


def _sent(node: Node, unit: Unit, ref: Ref) -> list[Disclosure]:
    released = [(each, item) for each, item in unit.releases.of_record(ref) if each.state == "released"]
    found = [_disclosure(node, unit, proposal, item) for proposal, item in released]
    return sorted(found, key=lambda each: (each.at, each.version, each.recipient))


def _disclosure(node: Node, unit: Unit, proposal: Proposal, item: ProposalItem) -> Disclosure:
    paths, handling = _derived(node, unit, proposal, item)
    return Disclosure(
        recipient=proposal.recipient,
        at=proposal.released_at or proposal.created_at,
        version=item.version,
        agreement=proposal.agreement_id,
        agreement_version=proposal.agreement_version,
        purpose=proposal.purpose,
        kind=proposal.kind,
        envelope=proposal.envelope_digest or "",
        approvals=tuple(sorted(each.person for each in unit.releases.approvals(proposal.id))),
        state=unit.streams.state_of(proposal.id) or "queued",
        paths=paths,
        handling=handling,
    )


def _derived(
    node: Node, unit: Unit, proposal: Proposal, item: ProposalItem
) -> tuple[tuple[str, ...] | None, Handling | None]:
    """What the approved digest stands for, if version and documents are still here."""
    found = rederived(node, unit, proposal, item)
    if found is None or found[1].released is None:
        return None, None
    held, seen = found
    return tuple(sorted({claim.path for claim in leaving_claims(held, seen)})), found[1].released.handling


def _event(unit: Unit, line: StoredMessage) -> Event:
    """What a recall or notice says in codes; its free text is for `read_message`, which logs it."""
    stored = unit.messages.get(line.key)
    if stored is None or not stored.body:
        return Event(line, None, None)
    message = read_stored(stored.body, stored.type)
    if isinstance(message, Notice):
        return Event(line, message.about, message.outcome)
    return Event(line, None, message.reason if isinstance(message, Recall) else None)


def partners_of(found: Sequence[Disclosure]) -> list[str]:
    """Who ever got it, whatever became of it."""
    return sorted({each.recipient for each in found if each.state not in ("refused", "void")})
