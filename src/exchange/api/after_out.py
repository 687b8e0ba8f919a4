"""What the routes after release answer: values of the operations as models. No decision is taken here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from exchange.api.schemas import ref_out
from exchange.api.schemas.after import (
    AccountOut,
    AffectedOut,
    BreachOut,
    ChangeOut,
    CopyLineOut,
    DifferenceOut,
    DisclosureOut,
    ErasedOut,
    EventOut,
    SentOut,
    ShownToOut,
)
from exchange.model.claim_json import claim_to_json
from exchange.operations.account import Account, Disclosure, Event
from exchange.operations.breach import Affected, Notified
from exchange.operations.clock import stamp
from exchange.operations.corrections import Difference
from exchange.operations.release import Sent


def sent_out(sent: Sent) -> SentOut:
    return SentOut(message=sent.key.id, partner=sent.key.partner, seq=sent.seq, envelope=sent.envelope_digest)


def difference_out(found: Difference) -> DifferenceOut:
    return DifferenceOut(
        **ref_out(found.ref).model_dump(),
        held=found.held,
        old_version=found.old_version,
        new_version=found.new_version,
        changes=[
            ChangeOut(
                path=each.path,
                change=each.kind,
                old=[claim_to_json(claim) for claim in each.old],
                new=[claim_to_json(claim) for claim in each.new],
            )
            for each in found.changes
        ],
    )


def account_out(found: Account) -> AccountOut:
    return AccountOut(
        **ref_out(found.ref).model_dump(),
        sent=[_disclosure(each) for each in found.sent],
        received=[
            CopyLineOut(
                sender=each.sender,
                at=stamp(each.received_at),
                version=each.version,
                agreement=each.agreement_id,
                purpose=each.purpose,
                epoch=each.epoch,
                seq=each.seq,
                expires_at=_stamp(each.expires_at),
            )
            for each in found.received
        ],
        events=[_event(each) for each in found.events],
        destroyed=[
            ErasedOut(held=each.held, sender=each.sender, version=each.version, at=stamp(each.at), why=each.why)
            for each in found.destroyed
        ],
        openings=[
            ShownToOut(
                opening=each.id,
                index=each.index,
                reason=each.reason,
                asker=each.asker,
                confirmer=each.confirmer,
                at=stamp(each.opened_at or each.asked_at),
            )
            for each in found.openings
        ],
    )


def breach_out(found: Sequence[Affected], told: Notified | None = None) -> BreachOut:
    return BreachOut(
        envelopes=[
            AffectedOut(
                direction=each.direction,
                epoch=each.epoch,
                seq=each.seq,
                envelope=each.envelope,
                agreement=each.agreement,
                purpose=each.purpose,
                records=[ref_out(ref) for ref in each.refs],
            )
            for each in found
        ],
        notices=[] if told is None else [sent_out(each) for each in told.sent],
        untold={} if told is None else {agreement: code.value for agreement, code in told.untold.items()},
    )


def _disclosure(each: Disclosure) -> DisclosureOut:
    return DisclosureOut(
        recipient=each.recipient,
        at=stamp(each.at),
        version=each.version,
        agreement=each.agreement,
        agreement_version=each.agreement_version,
        purpose=each.purpose,
        kind=each.kind,
        envelope=each.envelope,
        approvals=list(each.approvals),
        state=each.state,
        paths=None if each.paths is None else list(each.paths),
        handling=None if each.handling is None else each.handling.document(),
    )


def _event(each: Event) -> EventOut:
    row = each.message
    return EventOut(
        message=row.key.id,
        partner=row.key.partner,
        direction=row.key.direction,
        type=row.type,
        state=row.state,
        at=stamp(row.created_at),
        about=each.about,
        said=each.said,
        due_at=_stamp(row.due_at),
        answered_at=_stamp(row.answered_at),
        outcome=row.outcome,
    )


def _stamp(time: datetime | None) -> str | None:
    return None if time is None else stamp(time)
