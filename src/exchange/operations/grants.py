"""What becomes of grants when a message or a release leaves or arrives: rows and ledger entries. It decides nothing.

An originator keeps what it gave, a holder what it was given, a third state what came with a copy. A revocation is a
notice in the thread of the onward request and ends every grant of that thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

from exchange.ledger.entries import entry
from exchange.model.afterwards import StoredGrant
from exchange.model.messages import Message, Notice, OnwardGrant
from exchange.model.records import Ref
from exchange.operations.approved import Approved
from exchange.operations.clock import stamp
from exchange.operations.grant_documents import keys_of, opened, row_of
from exchange.operations.message_facts import blinded
from exchange.ports import Node, Unit


class Between(NamedTuple):
    """Who says something to whom, under which agreement, and when."""

    sender: str
    recipient: str
    agreement_id: str
    now: datetime


class Onward(NamedTuple):
    """Records of one originator that leave under one grant."""

    grant: StoredGrant
    refs: tuple[Ref, ...]


def effects(node: Node, unit: Unit, message: Message, between: Between, actor: str) -> list[bytes]:
    """Keeps the grant that a message brings, or marks those that it takes back; returns the entries that say so."""
    if isinstance(message, OnwardGrant) and message.grant is not None:
        return _given(node, unit, message.grant, between, actor)
    if isinstance(message, Notice) and message.about == "grant-revoked":
        gone = unit.grants.revoke(between.sender, between.recipient, message.thread, between.now)
        at = stamp(between.now)
        return [entry("grant.revoked", at=at, actor=actor, grant=each, thread=message.thread) for each in gone]
    return []


def passed_on(approved: Approved) -> list[Onward]:
    """What of a release goes on under grants, by grant."""
    rows: dict[str, StoredGrant] = {}
    refs: dict[str, list[Ref]] = {}
    for held, seen in approved.views:
        if seen.grant is not None:
            rows[seen.grant.digest] = seen.grant
            refs.setdefault(seen.grant.digest, []).append(held.record.ref)
    return [Onward(rows[digest], tuple(refs[digest])) for digest in sorted(rows)]


def onward_entry(
    node: Node, unit: Unit, release: tuple[str, str], onward: Sequence[Onward], who: tuple[str, datetime]
) -> bytes:
    """Stands right behind the `release.released` that it is about. `release`: its id and recipient; `who`: and when."""
    actor, now = who
    return entry(
        "release.onward",
        at=stamp(now),
        actor=actor,
        release=release[0],
        recipient=release[1],
        grants=[each.grant.digest for each in onward],
        refs=blinded(node, unit, [ref for each in onward for ref in each.refs]),
    )


def _given(node: Node, unit: Unit, wire: bytes, between: Between, actor: str) -> list[bytes]:
    grant = opened(wire, keys_of(node, unit, between.sender, between.now))
    row = row_of(grant, wire, between.agreement_id, between.now)
    if not unit.grants.keep(row):
        return []
    ours = between.sender == node.code
    line = (partial(entry, "grant.given") if ours else partial(entry, "grant.received"))(
        at=stamp(between.now),
        actor=actor,
        grant=row.digest,
        thread=row.thread,
        originator=row.originator,
        holder=row.holder,
        recipient=row.recipient,
        expires=grant.expires,
        refs=blinded(node, unit, grant.refs),
    )
    return [line]
