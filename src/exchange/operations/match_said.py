"""What both sides of blinded matching share: signed documents that are fresh and meant for us, and what is agreed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from exchange.crypto.encoding import digest
from exchange.crypto.opening import SKEW
from exchange.crypto.signed import unwrap, wrap
from exchange.errors import Code, Denied, ExchangeError, Unavailable, Untrusted
from exchange.matching.blind.messages import MAX_WIRE
from exchange.matching.blind.settling import MARK
from exchange.model.claims import Claim
from exchange.operations.clock import safe_now
from exchange.operations.grounds import Grounds, grounds
from exchange.operations.known_partners import card_in_use, partner_in_use
from exchange.operations.ledger_state import able_to_sign
from exchange.policies.agreement import Agreement
from exchange.policies.match import Between, clauses_for
from exchange.policies.match_clauses import MatchClause
from exchange.ports import Node, Unit
from exchange.ports.blinded import MatchKeys


class Said(Protocol):
    """What every document has."""

    @property
    def node(self) -> str: ...

    @property
    def to(self) -> str: ...

    @property
    def issued(self) -> str: ...


def match_keys(node: Node) -> MatchKeys:
    """Unavailable(MATCH_NOT_READY) at a node that compares with nobody."""
    if node.match_keys is None:
        raise Unavailable(Code.MATCH_NOT_READY, at="keys")
    return node.match_keys


def signed(node: Node, type_: str, document: bytes) -> bytes:
    return wrap(type_, document, node.keys.signing[node.suite])


def document_of(node: Node, unit: Unit, partner_code: str, type_: str, wire: bytes) -> tuple[bytes, datetime]:
    """(The partner's document, now). SignatureInvalid; Denied for a partner that is suspended or unknown."""
    able_to_sign(unit)
    now = safe_now(node, unit)
    card = card_in_use(partner_in_use(unit, partner_code), now)
    return unwrap(type_, wire, lambda kid: card.signing_key(kid, now), limit=MAX_WIRE), now


def check_fresh(node: Node, partner_code: str, said: Said, now: datetime) -> None:
    """Untrusted(NOT_ADDRESSED, EXPIRED, NOT_YET_VALID): borrowed, replayed or dated ahead."""
    if (said.node, said.to) != (partner_code, node.code):
        raise Untrusted(Code.NOT_ADDRESSED, partner=partner_code)
    issued = datetime.fromisoformat(said.issued)
    if issued < now - SKEW:
        raise Untrusted(Code.EXPIRED, partner=partner_code)
    if issued > now + SKEW:
        raise Untrusted(Code.NOT_YET_VALID, partner=partner_code)


def mark_of(node: Node, ticket: str, claims: Sequence[Claim]) -> str:
    """8 hex digits that bind a ticket to the person that was asked about: only our node can make them.

    Of everything that either stage compares, so that a ticket is not spent on variants of that person. The officer has
    them with the ticket; the node keeps them for a day with the console's sealed answer, which goes with the record:
    kept longer, they would confirm a guess of who was asked about, also after the record is erased.
    """
    keys = match_keys(node)
    said = {*keys.keys(claims, asking=True), *(each.element for each in keys.pieces(claims, asking=True))}
    return digest("exchange/match-asked/1", node.keys.at_rest, ticket.encode(), *sorted(said)).hex()[:MARK]


def agreed(unit: Unit, agreement_id: str, between: Between) -> tuple[Grounds, tuple[MatchClause, ...]]:
    """The agreement in force and its match clauses for this direction and purpose. Denied(AGREEMENT_NOT_IN_FORCE,
    SUSPENDED, RELEASE_DENIED): both sides have the same signed document, so saying so tells nothing of a record."""
    found = grounds(unit, agreement_id, lock=False)
    clauses = clauses_for(found.agreement, between)
    if not clauses:
        raise Denied(Code.RELEASE_DENIED, at="matching", agreement=agreement_id)
    return found, clauses


def agreements_in_force(unit: Unit) -> Iterator[Agreement]:
    """Every agreement that could be asked under now."""
    names: Mapping[str, None] = dict.fromkeys(each.id for each in unit.agreements.all() if each.kind == "agreement")
    for name in names:
        try:
            yield grounds(unit, name, lock=False).agreement
        except ExchangeError:
            continue


def in_force(unit: Unit, holder: str, asker: str, now: datetime) -> Iterator[MatchClause]:
    """Every match clause in force under which `holder` answers `asker`, for whatever purpose."""
    for found in agreements_in_force(unit):
        for purpose in found.purposes:
            yield from clauses_for(found, Between(holder, asker, purpose, now))


def pseudonym(node: Node, person: str) -> str:
    """16 hex characters that stand for one person at partners, the same each time; only we know for whom."""
    return digest("exchange/match-run/1", b"officer", node.keys.at_rest, person.encode()).hex()[:16]
