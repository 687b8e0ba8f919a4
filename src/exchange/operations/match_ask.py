"""Asks a partner hit or no hit about up to 16 persons. What leaves are tokens under our key, 16 slots whoever is asked.

Logged and committed before it leaves: a query that nobody can account for is not made. Our own node sees the names, so
it is the first to refuse what feels around one of them. Spec: docs/spec/matching.md §4, §7.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from exchange.crypto.keys import random_bytes
from exchange.errors import BadInput, Code, Conflict, Remote
from exchange.ledger.entries import entry
from exchange.matching.blind.messages import (
    ANSWER_TYPE,
    CASE,
    QUERY_TYPE,
    Answer,
    Query,
    digest_of,
    read_answer,
)
from exchange.matching.blind.slots import (
    NO_HIT,
    QUERY,
    Told,
    key_input,
    pack_query,
    slots_of,
    token,
    unpack_answer,
    unpack_query,
)
from exchange.model.blinded import ASKS, OUT, BlindEpoch, BlindQuery, BlindTicket
from exchange.model.claims import Claim
from exchange.model.state import Partner, Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.cosignatures import require_witness
from exchange.operations.known_partners import partner_in_use
from exchange.operations.match_alarms import day_used
from exchange.operations.match_key import evaluator, ready
from exchange.operations.match_limits import left, note_probing, probing, seen_of
from exchange.operations.match_said import agreed, check_fresh, document_of, mark_of, match_keys, pseudonym, signed
from exchange.operations.permissions import Permission, require
from exchange.policies.match import Between
from exchange.ports import Node, Unit

_WORD: Final = re.compile(r"[^\W\d_]+")
_PART: Final = 4
"""Letters from which a word of a name in a case number is no accident."""


@dataclass(frozen=True, slots=True)
class MatchWish:
    """What an officer wants to know, of whom, and why."""

    partner: str
    agreement: str
    purpose: str
    case: str
    """1 to 64 visible ASCII characters; the partner reads it."""
    persons: tuple[tuple[Claim, ...], ...]


@dataclass(frozen=True, slots=True)
class MatchFound:
    """The answer, person by person, and what is left today."""

    told: tuple[Told, ...]
    tickets: tuple[str, ...]
    """Of each person, as it is written down and settled; empty where there is none."""
    left_case: int
    left_day: int


@dataclass(frozen=True, slots=True)
class _Asked:
    partner: Partner
    query: Query
    run: str
    widths: list[int]
    """Slots of each person."""
    last: bool
    """Whether it is the day's last."""


def match_ask(node: Node, person: Person, wish: MatchWish) -> MatchFound:
    """One query. Denied(MATCH_LIMIT, MATCH_PROBING, RELEASE_DENIED), Conflict(MATCH_NOT_READY), TooLarge; Remote.

    A query whose answer is lost stays in ledger and limits: whether it arrived, nobody here knows.
    """
    require(person, Permission.MATCH_ASK)
    if not wish.persons:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="persons")
    if CASE.fullmatch(wish.case) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="case")
    for claims in wish.persons:
        _check_nameless(wish.case, claims)
    with node.store.write() as unit:
        now = safe_now(node, unit)
        require_witness(node, unit, now)
        asked = _made(node, unit, person, wish, now)
        tags = unit.blinded.tags([each for slot in unpack_query(asked.query.tokens) for each in slot])
        neighbours = probing(unit, OUT, wish.partner, tags, now)
        if not neighbours:
            _log(node, unit, person, asked, seen_of(tags), now)
    if neighbours:
        raise note_probing(node, _row(person, asked, now, 0, b""), person.id, neighbours)
    answer = _exchange(node, asked)
    told = _of_persons(asked, answer)
    _noted(node, person, asked, [each for each in told if each.level])
    tickets = tuple(_written(node, each, claims) for each, claims in zip(told, wish.persons, strict=True))
    return MatchFound(told, tickets, answer.left_case, answer.left_day)


def _written(node: Node, told: Told, claims: Sequence[Claim]) -> str:
    ticket = told.ticket.hex()
    return f"{ticket}-{mark_of(node, ticket, claims)}" if told.level and any(told.ticket) else ""


def _check_nameless(case: str, claims: Sequence[Claim]) -> None:
    """The partner reads the case number, and both ledgers keep it: a word of the person's name is refused in it."""
    names = [each.value for each in claims if each.path.startswith("name.") and isinstance(each.value, dict)]
    parts = {part for each in names for part in _WORD.findall(str(each.get("text", "")).casefold())}
    if any(len(part) >= _PART and part in case.casefold() for part in parts):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="case")


def _made(node: Node, unit: Unit, person: Person, wish: MatchWish, now: datetime) -> _Asked:
    partner = partner_in_use(unit, wish.partner)
    between = Between(wish.partner, node.code, wish.purpose, now)
    ground, clauses = agreed(unit, wish.agreement, between)
    epoch = unit.blinded.epoch(wish.partner, ASKS, lock=True)  # first: two queries at once are counted one by one
    rest = left(unit, OUT, wish.partner, wish.case, clauses, now)
    if not ready(epoch, now):
        raise Conflict(Code.MATCH_NOT_READY, partner=wish.partner)
    tokens = _tokens(node, epoch, wish.persons)
    query = Query(
        node=node.code,
        to=wish.partner,
        issued=stamp(now),
        epoch=epoch.epoch,
        key_version=match_keys(node).version,
        agreement=wish.agreement,
        agreement_version=ground.agreement.version,
        purpose=wish.purpose,
        case=wish.case,
        officer=pseudonym(node, person.id),
        tokens=pack_query(tokens, random_bytes(QUERY)),
    )
    return _Asked(partner, query, digest_of(query.to_bytes()), slots_of(tokens), rest.day == 1)


def _tokens(node: Node, epoch: BlindEpoch, persons: Sequence[Sequence[Claim]]) -> list[frozenset[bytes]]:
    keys, key = match_keys(node), evaluator(epoch)
    return [
        frozenset(token(key.output(key_input(keys.version, each))) for each in keys.keys(claims, asking=True))
        for claims in persons
    ]


def _log(node: Node, unit: Unit, person: Person, asked: _Asked, seen: bytes, now: datetime) -> None:
    query = asked.query
    unit.blinded.add_query(_row(person, asked, now, None, seen))
    if asked.last:
        day_used(unit, OUT, query.to, now)
    line = entry(
        "match.asked",
        at=stamp(now),
        actor=person.id,
        recipient=query.to,
        agreement=query.agreement,
        version=query.agreement_version,
        purpose=query.purpose,
        case=query.case,
        digest=asked.run,
    )
    journal.write(node, unit, [line], now)


def _row(person: Person, asked: _Asked, now: datetime, hits: int | None, seen: bytes) -> BlindQuery:
    query = asked.query
    return BlindQuery(query.to, OUT, asked.run, now, query.case, person.id, query.agreement, query.purpose, hits, seen)


def _exchange(node: Node, asked: _Asked) -> Answer:
    wire = node.peers.match_query(asked.partner, signed(node, QUERY_TYPE, asked.query.to_bytes()))
    with node.store.read() as unit:
        document, now = document_of(node, unit, asked.partner.code, ANSWER_TYPE, wire)
    answer = read_answer(document)
    check_fresh(node, asked.partner.code, answer, now)
    if answer.run != asked.run:
        raise Remote(Code.PARTNER_ANSWER, partner=asked.partner.code)
    return answer


def _of_persons(asked: _Asked, answer: Answer) -> tuple[Told, ...]:
    """The strongest slot of each person. Slots of nobody say nothing, whatever is in them."""
    slots, found = unpack_answer(answer.answers), []
    at = 0
    for width in asked.widths:
        found.append(max(slots[at : at + width], key=lambda each: each.level, default=NO_HIT))
        at += width
    return tuple(found)


def _noted(node: Node, person: Person, asked: _Asked, hits: Sequence[Told]) -> None:
    with node.store.write() as unit:
        now, query = safe_now(node, unit), asked.query
        unit.blinded.answered(query.to, asked.run, len(hits))
        for each in hits:
            if any(each.ticket):
                ticket = BlindTicket(query.to, OUT, each.ticket.hex(), now, query.agreement, query.purpose)
                unit.blinded.put_ticket(ticket)
        line = entry(
            "match.told",
            at=stamp(now),
            actor=person.id,
            partner=query.to,
            digest=asked.run,
            count=len(hits),
        )
        journal.write(node, unit, [line], now)
