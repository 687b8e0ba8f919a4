"""A partner that signed two heads of one size, or heads of which one does not contain the other (threat T-46).

Two signed heads of one size are proof by themselves and become a file that anybody can check. Heads that cannot be
joined by a proof are an alarm: without the partner's leaves nobody can show it to a third. From either on we cosign
nothing of that ledger; whether anything else stops is for persons to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from exchange.crypto.encoding import digest
from exchange.errors import BadInput, Code, Conflict, NotFound
from exchange.ledger.entries import entry
from exchange.model.heads import SeenHead
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

SPLIT: Final = "HEADS_CONTRADICT"
UNPROVEN: Final = "HEADS_UNPROVEN"
KIND: Final = "head"
"""Kind of the rows of evidence; their number is the size of the head."""
_SETTING: Final = "contradiction."
"""Setting by partner: `<code> <size> <time>`, empty once a person has settled it."""
REASONS: Final = ("PARTNER_RESTORED", "PARTNER_SOFTWARE", "PARTNER_KEY_STOLEN", "NEW_EPOCH")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What is wrong with a partner's ledger."""

    partner: str
    code: str
    size: int
    since: str


def contradicted(unit: Unit, partner: str) -> Contradiction | None:
    """What stands against the partner's ledger, if anything does."""
    kept = unit.setting(_SETTING + partner)
    if not kept:
        return None
    code, size, since = kept.split(" ")
    return Contradiction(partner, code, int(size), since)


def contradictions(unit: Unit) -> list[Contradiction]:
    found = (contradicted(unit, name.removeprefix(_SETTING)) for name in unit.settings(_SETTING))
    return [each for each in found if each is not None]


def accuse(node: Node, unit: Unit, code: str, heads: Sequence[SeenHead], now: datetime) -> None:
    """Keeps the heads as evidence, and the alarm. What is known already stays, unless this is the proof of it."""
    partner, size = heads[0].partner, heads[0].size
    known = contradicted(unit, partner)
    if known is not None and (known.code == code or code != SPLIT):
        return
    for each in heads:
        unit.streams.add_evidence(partner, 0, each.size, KIND, each.note, now)
    unit.set_setting(_SETTING + partner, f"{code} {size} {stamp(now)}")
    told = digest("exchange/heads/1", *(each.note for each in heads)).hex()
    line = entry("head.contradiction", at=stamp(now), actor=partner, partner=partner, code=code, size=size, digest=told)
    journal.write(node, unit, [line], now)


def notes(unit: Unit, partner: str) -> list[bytes]:
    """Two notes of one size that the partner signed, the newest such pair; empty without."""
    kept = unit.streams.evidence_of(partner, KIND)
    for (first, one), (second, other) in reversed(list(pairwise(kept))):
        if first == second:
            return [one, other]
    return []


def settle(node: Node, unit: Unit, person: Person, partner: str, reason: str) -> Contradiction:
    """A person says why the alarm may end; the evidence stays. BadInput for a reason, Conflict(STALE) for no alarm."""
    require(person, Permission.PARTNER_WRITE)
    if reason not in REASONS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="reason")
    if unit.partners.get(partner) is None:
        raise NotFound(partner=partner)
    found = contradicted(unit, partner)
    if found is None:
        raise Conflict(Code.STALE, at="contradiction")
    now = safe_now(node, unit)
    unit.set_setting(_SETTING + partner, "")
    unit.heads.forget_others(partner, "")  # every head of it: what comes from now on is looked at anew
    line = entry("head.settled", at=stamp(now), actor=person.id, partner=partner, size=found.size, reason=reason)
    journal.write(node, unit, [line], now)
    return found
