"""The second stage: settles one hit by which parts of names and births are equal. Only for a ticket, and only once.

    asker    draws a key for this ticket, sends its public half and 32 tokens of the parts of the person asked for
    holder   decides again; blinds 32 parts of its record and lets the asker evaluate them, while the asker waits
    asker    evaluates them, and destroys the key with that
    holder   counts what is equal and answers with a level

Each side marks the ticket before it sends anything, so that no guess is tried twice. A crash leaves a ticket unsettled:
people go by the first level. Spec: docs/spec/matching.md §10.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final

from exchange.crypto.encoding import b64
from exchange.crypto.keys import random_bytes
from exchange.crypto.manifest import digest as manifest_digest
from exchange.errors import BadInput, Code, Conflict, ExchangeError, NotFound, Remote
from exchange.ledger.entries import entry
from exchange.matching.blind.group import ELEMENT, PROOF, SEED, Evaluator, blind
from exchange.matching.blind.settling import (
    EVALUATED,
    PIECES,
    PIECES_TYPE,
    SETTLE,
    SETTLED,
    Settling,
    chosen,
    read,
    read_written,
    settled_level,
    shape_of,
    split,
)
from exchange.matching.blind.slots import TOKEN, token
from exchange.matching.keys import Piece
from exchange.model.blinded import IN, OUT, BlindTicket
from exchange.model.claims import Claim
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.grounds import grounds
from exchange.operations.known_partners import partner_in_use
from exchange.operations.match_said import check_fresh, document_of, mark_of, match_keys, signed
from exchange.operations.permissions import Permission, require
from exchange.policies.decide import Inputs
from exchange.policies.match import tellable
from exchange.ports import Node, Unit

KEPT: Final = timedelta(days=7)
"""How long a ticket may be settled."""
_UNDER_WAY: Final = -1


def match_settle(node: Node, person: Person, partner_code: str, written: str, claims: Sequence[Claim]) -> int:
    """The level that the hit is settled at, 0 for none. NotFound for a ticket that we were not given; Conflict(STALE)
    when it was settled or is too old; BadInput(MATCH_OTHER_PERSON) when the question was not about these claims: the
    ticket stays, and the try is an entry. Remote."""
    require(person, Permission.MATCH_ASK)
    ticket, mark = read_written(written)
    fits = compare_digest(mark, mark_of(node, ticket, claims))
    with node.store.write() as unit:
        partner, now = partner_in_use(unit, partner_code), safe_now(node, unit)
        found = _taken(unit, partner_code, OUT, ticket, now)
        seed = random_bytes(SEED)
        if fits:
            unit.blinded.put_ticket(replace(found, seed=seed, level=_UNDER_WAY))
            line = entry("match.settling", at=stamp(now), actor=person.id, partner=partner_code, thread=ticket)
        else:  # whoever finds a slip and tries names on it stands in the ledger with each of them
            line = _refused(person, now)
        journal.write(node, unit, [line], now)
    if not fits:
        raise BadInput(Code.MATCH_OTHER_PERSON, at="ticket")
    key = _key(ticket, seed)
    pieces = chosen(match_keys(node).pieces(claims, asking=True))
    tokens = [token(key.output(each.element)) for each in pieces]
    tokens += [random_bytes(TOKEN) for _ in range(PIECES - len(tokens))]
    said = _said(node, SETTLE, partner_code, ticket, now)
    said = replace(said, public=key.public, shape=shape_of(pieces), data=b"".join(tokens))
    wire = node.peers.match_settle(partner, signed(node, SETTLE, said.to_bytes()))
    with node.store.write() as unit:
        answer = _heard(node, unit, partner_code, SETTLED, wire)
        if answer.ticket != ticket:
            raise Remote(Code.PARTNER_ANSWER, partner=partner_code)
        _close(node, unit, replace(found, level=answer.level), person.id)
    return answer.level


def _refused(person: Person, now: datetime) -> bytes:
    code, permission = Code.MATCH_OTHER_PERSON.value, Permission.MATCH_ASK.value
    return entry("access.denied", at=stamp(now), actor=person.id, count=1, code=code, permission=permission)


def answer_pieces(node: Node, partner_code: str, wire: bytes) -> bytes:
    """The holder's blinded parts, evaluated once; the key is destroyed before the answer leaves."""
    with node.store.write() as unit:
        asked = _heard(node, unit, partner_code, PIECES_TYPE, wire)
        found = unit.blinded.ticket(partner_code, OUT, asked.ticket, lock=True)
        if found is None or not found.seed:
            raise Conflict(Code.STALE, at="ticket")
        unit.blinded.put_ticket(replace(found, seed=b""))
        now = safe_now(node, unit)
        evaluated = _key(found.ticket, found.seed).evaluate(split(asked.data, ELEMENT))
    said = replace(_said(node, EVALUATED, partner_code, asked.ticket, now), data=evaluated)
    return signed(node, EVALUATED, said.to_bytes())


def answer_settle(node: Node, partner_code: str, wire: bytes) -> bytes:
    """The level, signed. A record that may not be told of any more is compared as one without parts."""
    with node.store.write() as unit:
        asked = _heard(node, unit, partner_code, SETTLE, wire)
        now = safe_now(node, unit)
        found = _taken(unit, partner_code, IN, asked.ticket, now)
        unit.blinded.put_ticket(replace(found, level=_UNDER_WAY))
        partner = partner_in_use(unit, partner_code)
        parts = _parts(node, unit, found, now)
    filler = [random_bytes(32) for _ in range(PIECES - len(parts))]
    blinding, elements = blind([*(each.element for each in parts), *filler])
    said = replace(_said(node, PIECES_TYPE, partner_code, asked.ticket, now), data=b"".join(elements))
    back = node.peers.match_pieces(partner, signed(node, PIECES_TYPE, said.to_bytes()))
    with node.store.write() as unit:
        answer = _heard(node, unit, partner_code, EVALUATED, back)
        if answer.ticket != asked.ticket or len(answer.data) != PROOF + PIECES * ELEMENT:
            raise Remote(Code.PARTNER_ANSWER, partner=partner_code)
        own = [token(each) for each in blinding.outputs(answer.data, asked.public)[: len(parts)]]
        level = settled_level(parts, own, asked.shape, split(asked.data, TOKEN))
        _close(node, unit, replace(found, level=level), partner_code)
    done = replace(_said(node, SETTLED, partner_code, asked.ticket, now), level=level)
    return signed(node, SETTLED, done.to_bytes())


def _key(ticket: str, seed: bytes) -> Evaluator:
    return Evaluator(seed, f"exchange-match-settle/{ticket}".encode())


def _said(node: Node, type_: str, to: str, ticket: str, now: datetime) -> Settling:
    return Settling(type_, node.code, to, stamp(now), ticket)


def _heard(node: Node, unit: Unit, partner_code: str, type_: str, wire: bytes) -> Settling:
    document, now = document_of(node, unit, partner_code, type_, wire)
    said = read(type_, document)
    check_fresh(node, partner_code, said, now)
    return said


def _taken(unit: Unit, partner: str, direction: str, ticket: str, now: datetime) -> BlindTicket:
    """The ticket, for its one use."""
    found = unit.blinded.ticket(partner, direction, ticket, lock=True)
    if found is None:
        raise NotFound(at="ticket")
    if found.level is not None or now > found.at + KEPT:
        raise Conflict(Code.STALE, at="ticket")
    return found


def _parts(node: Node, unit: Unit, found: BlindTicket, now: datetime) -> list[Piece]:
    """Of our record, if the partner may still learn of it."""
    held = unit.records.current([Ref(node.code, found.record)], lock=True)
    try:
        ground = grounds(unit, found.agreement, lock=False)
    except ExchangeError:
        return []
    if not held:
        return []
    inputs = Inputs(
        agreement=ground.agreement,
        policies=ground.policies,
        record=held[0].record,
        node=node.code,
        recipient=found.partner,
        purpose=found.purpose,
        now=now,
        manifest_digest=manifest_digest(held[0].manifest).hex(),
        policy_digest=ground.policy_digest,
    )
    return [] if tellable(inputs) is None else chosen(match_keys(node).pieces(held[0].record.claims, asking=False))


def _close(node: Node, unit: Unit, found: BlindTicket, actor: str) -> None:
    now = safe_now(node, unit)
    unit.blinded.put_ticket(replace(found, seed=b""))
    line = entry(
        "match.settled",
        at=stamp(now),
        actor=actor,
        partner=found.partner,
        thread=found.ticket,
        count=found.level or 0,
        refs=_names(node, unit, found),
    )
    journal.write(node, unit, [line], now)


def _names(node: Node, unit: Unit, found: BlindTicket) -> list[str]:
    """At the holder, the record that it was about."""
    held = unit.records.current([Ref(node.code, found.record)], lock=False) if found.record else []
    return [b64(each) for each in unit.records.ledger_refs([one.record.ref for one in held])]
