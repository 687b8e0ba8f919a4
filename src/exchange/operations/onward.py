"""May a record of yours go to a third state? A holder's request, and its originator's grant, refusal or revocation.

Request, grant and refusal are proposals that another person approves; a revocation protects people and goes at once.
A grant is signed when it is proposed, so that what is approved is what leaves. Spec: docs/spec/onward.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from exchange.crypto.encoding import read_canonical
from exchange.errors import BadInput, Code, Denied, NotFound
from exchange.model.afterwards import StoredGrant
from exchange.model.messages import Notice, OnwardGrant, OnwardRequest
from exchange.model.records import Ref
from exchange.model.state import MessageKey, Person, Proposal, StoredMessage
from exchange.operations.clock import safe_now, stamp
from exchange.operations.grant_documents import signed
from exchange.operations.message_facts import read_stored
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.permissions import Permission, require
from exchange.operations.permits import MAX_HANDLING
from exchange.operations.release import Sent, send
from exchange.policies.grants import GrantDocument
from exchange.policies.handling import Handling
from exchange.policies.import_rules import handling_of
from exchange.ports import Node, Unit

MAX_DAYS: Final = 365
MAX_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class OnwardWish:
    """What a holder asks: these records of `originator`, to `recipient`, for one purpose."""

    originator: str
    agreement_id: str
    purpose: str
    refs: tuple[Ref, ...]
    recipient: str
    reason: str
    paths: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class GrantWish:
    """What an originator allows of one request. Nothing in it widens what binds already."""

    holder: str
    thread: str
    agreements: tuple[str, ...]
    """Agreements of holder and third state under which it may travel."""
    days: int = 90
    paths: tuple[str, ...] | None = None
    """None: those of the request."""
    tlp: str = "TLP:AMBER"
    caveats: tuple[str, ...] = ()
    retention_days: int = 365


def request_onward(node: Node, unit: Unit, person: Person, wish: OnwardWish) -> Proposal:
    """Proposes an onward request. Errors: as `propose_message`; MESSAGE_NOT_ALLOWED(NOT_HELD) for what we do not hold
    from the originator itself, (ORIGINATOR_CONTROL) for what came with the word that it goes no further."""
    require(person, Permission.RELEASE_PROPOSE)
    copies = unit.copies.first_hand(wish.refs, lock=False)
    if len(copies) != len(wish.refs):
        raise Denied(Code.MESSAGE_NOT_ALLOWED, reason="NOT_HELD")
    if any(handling_of(read_canonical(copy.handling, limit=MAX_HANDLING)).onward == "none" for copy in copies):
        raise Denied(Code.MESSAGE_NOT_ALLOWED, reason="ORIGINATOR_CONTROL")
    asked = OnwardRequest(wish.purpose, "", wish.refs, wish.recipient, wish.reason, wish.paths)
    return propose_message(node, unit, person, MessageWish(wish.originator, wish.agreement_id, asked))


def grant_onward(node: Node, unit: Unit, person: Person, wish: GrantWish) -> Proposal:
    """Proposes a grant for all records of a request, from their versions as they are now.

    Errors: NotFound for the request or one of its records, BadInput(GRANT_INVALID), and as `propose_message`.
    """
    require(person, Permission.RELEASE_PROPOSE)
    if not 1 <= wish.days <= MAX_DAYS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="days")
    row, request = _request(unit, wish.holder, wish.thread)
    held = unit.records.current(request.refs, lock=True)
    if len(held) != len(request.refs):
        raise NotFound(records=len(request.refs) - len(held))
    now = safe_now(node, unit)
    grant = GrantDocument(
        originator=node.code,
        holder=wish.holder,
        recipient=request.for_recipient,
        thread=wish.thread,
        versions={each.record.id: each.record.version for each in sorted(held, key=lambda each: each.record.id)},
        paths=request.paths if wish.paths is None else tuple(sorted(set(wish.paths))),
        purpose=request.purpose,
        handling=Handling(wish.tlp, tuple(sorted(wish.caveats)), (request.purpose,), wish.retention_days, "none"),
        agreements=tuple(sorted(set(wish.agreements))),
        issued=stamp(now),
        expires=stamp(now + timedelta(days=wish.days)),
    )
    message = OnwardGrant(request.purpose, wish.thread, "granted", None, signed(node, grant))
    return propose_message(node, unit, person, MessageWish(wish.holder, row.agreement_id, message))


def refuse_onward(node: Node, unit: Unit, person: Person, holder: str, thread: str, code: str) -> Proposal:
    """Proposes the refusal of an onward request. Errors: NotFound, and as `propose_message`."""
    require(person, Permission.RELEASE_PROPOSE)
    row, request = _request(unit, holder, thread)
    message = OnwardGrant(request.purpose, thread, "refused", code, None)
    return propose_message(node, unit, person, MessageWish(holder, row.agreement_id, message))


def revoke_onward(node: Node, unit: Unit, person: Person, holder: str, thread: str) -> Sent:
    """Takes back every grant of a thread, now, by one person: the holder releases nothing under them any more.

    What has gone on already is recalled like any record. Errors: NotFound, and as `send`.
    """
    require(person, Permission.NOTICE_SEND)
    row, request = _request(unit, holder, thread)
    notice = Notice(request.purpose, thread, "grant-revoked", "revoked", (), None, None, None)
    return send(node, unit, person, MessageWish(holder, row.agreement_id, notice))


def list_grants(unit: Unit, person: Person, after: str | None, limit: int) -> list[StoredGrant]:
    """Grants that we gave, that we hold and that came with copies."""
    require(person, Permission.MESSAGE_LIST)
    return unit.grants.page(after, max(1, min(limit, MAX_PAGE)))


def _request(unit: Unit, holder: str, thread: str) -> tuple[StoredMessage, OnwardRequest]:
    row = unit.messages.get(MessageKey(thread, holder, "in"))
    message = read_stored(row.body, row.type) if row is not None and row.body else None
    if row is None or not isinstance(message, OnwardRequest):
        raise NotFound(thread=thread)
    return row, message
