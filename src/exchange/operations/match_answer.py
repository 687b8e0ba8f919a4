"""Answers a partner's blinded query: a release, and an entry, also when it is no hit.

The same steps are done whatever is found (docs/spec/matching.md §4, timing):
1 signature, addressee, freshness, a query of the fixed size        (replayed, borrowed, misshapen)
2 agreement, purpose, limits, neighbours                            (asked without right, too much, feeling around)
3 all 1,024 tokens to tags, one look-up in the set
4 for every slot its likeliest records, decided each by `policies.match`; not allowed is no hit
5 the query, the entry and the answer, in one transaction

2 refuses by what both sides know; from 3 on nothing refuses, and the answer has one size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from exchange.crypto.encoding import b64
from exchange.crypto.keys import random_bytes
from exchange.crypto.manifest import digest as manifest_digest
from exchange.errors import Code, Conflict, Denied
from exchange.ledger.entries import entry
from exchange.matching.blind.messages import ANSWER_TYPE, QUERY_TYPE, Answer, Query, digest_of, read_query
from exchange.matching.blind.slots import NO_HIT, TICKET, TOKENS, Told, level_of, pack_answer, unpack_query
from exchange.model.blinded import HOLDS, IN, BlindQuery, BlindTicket
from exchange.model.records import HeldRecord, Ref
from exchange.operations import journal
from exchange.operations.clock import stamp
from exchange.operations.cosignatures import require_witness
from exchange.operations.grounds import Grounds
from exchange.operations.match_alarms import day_used
from exchange.operations.match_limits import Left, left, note_probing, probing, seen_of
from exchange.operations.match_said import agreed, check_fresh, document_of, match_keys, signed
from exchange.policies.decide import Inputs
from exchange.policies.match import Between, tellable
from exchange.policies.match_clauses import CONTACT
from exchange.ports import Node, Unit

CONTACT_SETTING: Final = "match.contact"
"""Setting that holds whom to contact."""
LIKELIEST: Final = 4
"""Records of one slot that are decided on: those with most keys in common."""
FOUND_MAX: Final = 4096
"""Rows that one look-up reads: a key that half a database shares slows nothing."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One query, checked as far as both sides know."""

    query: Query
    run: str
    ground: Grounds
    left: Left
    now: datetime


@dataclass(frozen=True, slots=True)
class _Slot:
    told: Told = NO_HIT
    ref: Ref | None = None


def match_answer(node: Node, partner_code: str, wire: bytes) -> bytes:
    """Our signed answer. Denied(MATCH_LIMIT, MATCH_PROBING, RELEASE_DENIED), Conflict(MATCH_NOT_READY, STALE)."""
    neighbours = 0
    with node.store.write() as unit:
        asked = _heard(node, unit, partner_code, wire)
        slots = unpack_query(asked.query.tokens)
        tags = unit.blinded.tags([token for slot in slots for token in slot])
        neighbours = probing(unit, IN, partner_code, tags, asked.now)
        if not neighbours:
            found = _look(node, unit, asked, tags)
            answer = _log(node, unit, asked, found, seen_of(tags))
    if neighbours:
        raise note_probing(node, _row(asked, 0, b""), partner_code, neighbours)
    return answer


def _heard(node: Node, unit: Unit, partner_code: str, wire: bytes) -> _Asked:
    """Steps 1 and 2."""
    document, now = document_of(node, unit, partner_code, QUERY_TYPE, wire)
    query = read_query(document)
    check_fresh(node, partner_code, query, now)
    require_witness(node, unit, now)
    between = Between(node.code, partner_code, query.purpose, now)
    epoch = unit.blinded.epoch(partner_code, HOLDS, lock=True)  # first: two queries at once are counted one by one
    ground, clauses = agreed(unit, query.agreement, between)
    if ground.agreement.version != query.agreement_version:
        raise Denied(Code.AGREEMENT_NOT_IN_FORCE, agreement=query.agreement)
    rest = left(unit, IN, partner_code, query.case, clauses, now)
    if epoch is None or epoch.epoch != query.epoch or epoch.key_version != query.key_version:
        raise Conflict(Code.MATCH_NOT_READY, partner=partner_code)
    if query.key_version != match_keys(node).version:
        raise Conflict(Code.MATCH_NOT_READY, partner=partner_code)
    return _Asked(query, digest_of(document), ground, rest, now)


def _look(node: Node, unit: Unit, asked: _Asked, tags: Sequence[int]) -> list[_Slot]:
    """Steps 3 and 4."""
    found = unit.blinded.find(asked.query.node, tags, FOUND_MAX)
    of_tag: dict[int, list[str]] = {}
    for tag, id_ in found:
        of_tag.setdefault(tag, []).append(id_)
    counted = [
        Counter(id_ for tag in frozenset(tags[at : at + TOKENS]) for id_ in of_tag.get(tag, ()))
        for at in range(0, len(tags), TOKENS)
    ]
    likely = [sorted(each.items(), key=lambda pair: (-pair[1], pair[0]))[:LIKELIEST] for each in counted]
    refs = sorted({Ref(node.code, id_) for each in likely for id_, _ in each})
    held = {each.record.id: each for each in unit.records.current(refs, lock=True)}
    contact = unit.setting(CONTACT_SETTING) or ""
    return [_decided(node, asked, each, held, contact) for each in likely]


def _decided(
    node: Node, asked: _Asked, likely: Sequence[tuple[str, int]], held: dict[str, HeldRecord], contact: str
) -> _Slot:
    """The first record that the partner may learn of. A ticket is drawn for every slot: so much work is always done."""
    ticket = random_bytes(TICKET)
    for id_, equal in likely:
        if id_ not in held:
            continue
        clause = tellable(_inputs(node, asked, held[id_]))
        if clause is not None:
            full = clause.answer == CONTACT
            told = Told(level_of(equal), contact if full else "", ticket if full else bytes(TICKET))
            return _Slot(told, held[id_].record.ref)
    return _Slot()


def _inputs(node: Node, asked: _Asked, held: HeldRecord) -> Inputs:
    return Inputs(
        agreement=asked.ground.agreement,
        policies=asked.ground.policies,
        record=held.record,
        node=node.code,
        recipient=asked.query.node,
        purpose=asked.query.purpose,
        now=asked.now,
        manifest_digest=manifest_digest(held.manifest).hex(),
        policy_digest=asked.ground.policy_digest,
    )


def _log(node: Node, unit: Unit, asked: _Asked, found: Sequence[_Slot], seen: bytes) -> bytes:
    """Step 5. Conflict(ALREADY_EXISTS) for a query that was answered before: a replay."""
    query = asked.query
    refs = sorted({each.ref for each in found if each.ref is not None})
    unit.blinded.add_query(_row(asked, sum(1 for each in found if each.told.level), seen))
    if asked.left.day == 1:
        day_used(unit, IN, query.node, asked.now)
    for each in found:
        if each.ref is not None and any(each.told.ticket):
            unit.blinded.put_ticket(_ticket(asked, each.told, each.ref))
    line = entry(
        "match.answered",
        at=stamp(asked.now),
        actor=query.node,
        sender=query.node,
        agreement=query.agreement,
        version=query.agreement_version,
        purpose=query.purpose,
        case=query.case,
        digest=asked.run,
        refs=[b64(each) for each in unit.records.ledger_refs(refs)],
    )
    journal.write(node, unit, [line], asked.now)
    answer = Answer(
        node=node.code,
        to=query.node,
        issued=stamp(asked.now),
        run=asked.run,
        left_case=asked.left.case - 1,
        left_day=asked.left.day - 1,
        answers=pack_answer([each.told for each in found]),
    )
    return signed(node, ANSWER_TYPE, answer.to_bytes())


def _row(asked: _Asked, hits: int, seen: bytes) -> BlindQuery:
    query = asked.query
    return BlindQuery(
        partner=query.node,
        direction=IN,
        run=asked.run,
        at=asked.now,
        case=query.case,
        officer=query.officer,
        agreement=query.agreement,
        purpose=query.purpose,
        hits=hits,
        seen=seen,
    )


def _ticket(asked: _Asked, told: Told, ref: Ref) -> BlindTicket:
    query = asked.query
    return BlindTicket(query.node, IN, told.ticket.hex(), asked.now, query.agreement, query.purpose, ref.id)
