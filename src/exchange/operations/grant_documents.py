"""Grants as bytes: signed for a holder, read and verified from an originator, and whether one answers its request.

A grant is always verified against the originator's card as pinned here, never against a key that came with it.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from exchange.crypto.encoding import canonical, read_canonical
from exchange.crypto.grant import grant_digest, open_grant, sign_grant
from exchange.crypto.keys import VerifyKey
from exchange.crypto.signing import KeyOf, RootCache
from exchange.errors import Denied, ExchangeError, UntrustedKey
from exchange.model.afterwards import StoredGrant
from exchange.model.messages import MAX_GRANT, OnwardRequest
from exchange.model.state import MessageKey
from exchange.operations.known_partners import descriptor_of, partner_in_use
from exchange.policies.grants import SKEW, GrantDocument, read_grant
from exchange.ports import Node, Unit

_ROOTS = RootCache(64)
"""Signatures already verified: one serves every record of a release."""


class Asked(NamedTuple):
    """What a grant in a message must answer: the request, who is asked, and who asks."""

    request: OnwardRequest | None
    """None when there is no such request here, or its text was destroyed."""
    thread: str
    originator: str
    holder: str
    now: datetime


def signed(node: Node, grant: GrantDocument) -> bytes:
    """The grant under our signing key, read strictly first. BadInput(GRANT_INVALID)."""
    return sign_grant(canonical(read_grant(grant.document()).document()), node.keys.signing[node.suite])


def opened(wire: bytes, key_of: KeyOf) -> GrantDocument:
    """The grant, verified. SignatureInvalid, UntrustedKey, BadInput(GRANT_INVALID)."""
    return read_grant(read_canonical(open_grant(wire, key_of, _ROOTS), limit=MAX_GRANT))


def digest_of(grant: GrantDocument) -> str:
    return grant_digest(canonical(grant.document()))


def row_of(grant: GrantDocument, wire: bytes, agreement_id: str, now: datetime) -> StoredGrant:
    """The row of a grant that was verified."""
    return StoredGrant(
        digest=digest_of(grant),
        originator=grant.originator,
        holder=grant.holder,
        recipient=grant.recipient,
        thread=grant.thread,
        agreement_id=agreement_id,
        wire=wire,
        expires_at=grant.expires_at,
        stored_at=now,
    )


def own_keys(node: Node) -> KeyOf:
    """Our signing keys, for what we signed ourselves."""

    def key_of(kid: str) -> VerifyKey:
        found = next((key.public for key in node.keys.signing.values() if key.kid == kid), None)
        if found is None:
            raise UntrustedKey(node=node.code)
        return found

    return key_of


def keys_of(node: Node, unit: Unit, originator: str, now: datetime) -> KeyOf:
    """The keys on the card of `originator`: ours, or a partner's. Denied(PARTNER_UNKNOWN, SUSPENDED)."""
    if originator == node.code:
        return own_keys(node)
    card = descriptor_of(partner_in_use(unit, originator))
    return lambda kid: card.signing_key(kid, now)


def reads(node: Node, unit: Unit, wire: bytes | None, asked: Asked) -> bool:
    """True for a grant that its originator signed and that gives no more than was asked for."""
    if wire is None or asked.request is None:
        return False
    try:
        grant = opened(wire, keys_of(node, unit, asked.originator, asked.now))
    except (ExchangeError, Denied):
        return False
    return _answers(grant, asked.request, asked)


def _answers(grant: GrantDocument, request: OnwardRequest, asked: Asked) -> bool:
    named = (grant.originator, grant.holder, grant.thread, grant.recipient, grant.purpose)
    wished = (asked.originator, asked.holder, asked.thread, request.for_recipient, request.purpose)
    narrower = request.paths is None or (grant.paths is not None and set(grant.paths) <= set(request.paths))
    return (
        named == wished
        and set(grant.refs) <= set(request.refs)
        and narrower
        and grant.issued_at - SKEW <= asked.now < grant.expires_at
    )


def request_key(node: Node, originator: str, holder: str, thread: str) -> MessageKey:
    """Where the onward request of a thread is kept here."""
    if originator == node.code:
        return MessageKey(thread, holder, "in")
    return MessageKey(thread, originator, "out")
