"""What was asked and answered, what is left, what is prepared; and whom a hit tells partners to contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from exchange.errors import BadInput, Code, NotFound
from exchange.ledger.entries import entry
from exchange.matching.blind.settling import check_ticket
from exchange.matching.blind.slots import MAX_CONTACT
from exchange.model.blinded import ASKS, HOLDS, IN, OUT, BlindQuery
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.lookups import note_list
from exchange.operations.match_answer import CONTACT_SETTING
from exchange.operations.match_said import in_force
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

DAYS: Final = timedelta(days=30)
"""How far back queries are counted."""


@dataclass(frozen=True, slots=True)
class MatchStats:
    """One partner. `asked` and `answered` are of 30 days, the day's of the UTC day."""

    partner: str
    may_ask: int
    """Queries a day that agreements let us ask; 0: none."""
    may_be_asked: int
    epoch_out: int
    """Epoch of our key; 0 before the partner prepared."""
    elements: int
    """Elements of the partner's that were evaluated in it."""
    epoch_in: int
    prepared: int
    """Our records that are in the set for it."""
    asked: int
    asked_today: int
    hits: int
    unanswered: int
    answered: int
    answered_today: int
    hits_told: int


def match_stats(node: Node, unit: Unit, person: Person) -> list[MatchStats]:
    """Every partner that an agreement lets ask or be asked, or with whom something was. Notes the reading."""
    require(person, Permission.MATCH_READ)
    found = [each for each in (_of(node, unit, partner.code) for partner in unit.partners.all()) if _matters(each)]
    note_list(node, unit, person, "matching", len(found))
    return found


def answered(node: Node, unit: Unit, person: Person, partner: str | None) -> list[BlindQuery]:
    """The queries of 30 days that were answered, the newest first: by whom, for what and in which case, and how many
    hits; of nobody's name, for nobody here knows one."""
    require(person, Permission.MATCH_READ)
    found = unit.blinded.queries(IN, partner, safe_now(node, unit) - DAYS)
    note_list(node, unit, person, "matching", len(found))
    return found


def of_ticket(node: Node, unit: Unit, person: Person, partner: str, ticket: str) -> Ref:
    """Our record that a ticket of ours is about, for whoever is called about a hit. NotFound for no ticket of the last
    30 days to this partner, or a record that is gone. Reading the record is an entry of its own."""
    require(person, Permission.MATCH_READ)
    require(person, Permission.RECORD_READ)
    found = unit.blinded.ticket(partner, IN, check_ticket(ticket), lock=False)
    refs = [] if found is None else [Ref(node.code, found.record)]
    if not unit.records.current(refs, lock=False):
        raise NotFound(at="ticket")
    note_list(node, unit, person, "matching", 1)
    return refs[0]


def contact_line(unit: Unit, person: Person) -> str:
    """Whom a hit tells partners to contact; empty where nobody has set it."""
    require(person, Permission.MATCH_READ)
    return unit.setting(CONTACT_SETTING) or ""


def set_contact(node: Node, unit: Unit, person: Person, text: str) -> None:
    """Whom a hit tells to contact: at most 110 bytes of UTF-8 without control characters."""
    require(person, Permission.MATCH_WRITE)
    size = len(text.encode("utf-8"))
    if not text.strip() or size > MAX_CONTACT or not text.isprintable():
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="contact", limit=MAX_CONTACT)
    unit.set_setting(CONTACT_SETTING, text)
    now = safe_now(node, unit)
    journal.write(node, unit, [entry("match.contact", at=stamp(now), actor=person.id, size=size)], now)


def _of(node: Node, unit: Unit, partner: str) -> MatchStats:
    now = safe_now(node, unit)
    day = now.replace(hour=0, minute=0, second=0)
    ours, theirs = unit.blinded.epoch(partner, ASKS, lock=False), unit.blinded.epoch(partner, HOLDS, lock=False)
    out, in_ = (unit.blinded.queries(direction, partner, now - DAYS) for direction in (OUT, IN))
    return MatchStats(
        partner=partner,
        may_ask=max((each.per_day for each in in_force(unit, partner, node.code, now)), default=0),
        may_be_asked=max((each.per_day for each in in_force(unit, node.code, partner, now)), default=0),
        epoch_out=0 if ours is None else ours.epoch,
        elements=0 if ours is None else ours.elements,
        epoch_in=0 if theirs is None else theirs.epoch,
        prepared=unit.blinded.size(partner),
        asked=len(out),
        asked_today=sum(1 for each in out if each.at >= day),
        hits=sum(each.hits or 0 for each in out),
        unanswered=sum(1 for each in out if each.hits is None),
        answered=len(in_),
        answered_today=sum(1 for each in in_ if each.at >= day),
        hits_told=sum(each.hits or 0 for each in in_),
    )


def _matters(found: MatchStats) -> bool:
    return any((found.may_ask, found.may_be_asked, found.prepared, found.asked, found.answered))
