"""Reasons and terms of decisions in the reader's words, as the law texts say them; no page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from exchange.console.visit import Visit
from exchange.policies.decide import Decision
from exchange.policies.explain import explain_reason
from exchange.policies.handling import Handling
from exchange.policies.reasons import Reason
from exchange.sentences.law import reasons
from exchange.sentences.law.countries import COUNTRIES
from exchange.sentences.law.grammar import APPROVERS, DAYS, Tongue, capital
from exchange.sentences.law.words import CAVEATS, ONWARD, PURPOSES, TLP


class Told(NamedTuple):
    """Why something stays or goes, what would change that, and who may do it."""

    why: str
    remedy: str | None
    who: str | None


class Terms(NamedTuple):
    """What binds the recipient, in words."""

    tlp: str
    meaning: str
    caveats: tuple[tuple[str, str], ...]
    """(code, sentence)."""
    purposes: tuple[str, ...]
    retention: str
    onward: str


def told(visit: Visit, decision: Decision, reason: Reason) -> Told:
    """The sentences for one reason of a decision."""
    tongue = Tongue(visit.lang)
    if decision.recipient not in COUNTRIES:
        why, remedy = explain_reason(reason, decision, visit.lang)
        return Told(why, remedy, reasons.who(tongue, reason.code))
    asked = reasons.Asked(decision.recipient, decision.agreement_id, decision.purpose)
    return Told(
        capital(reasons.why(tongue, reason.code, reason.clause, asked)),
        reasons.remedy(tongue, reason.code, asked),
        reasons.who(tongue, reason.code),
    )


def terms(visit: Visit, handling: Handling) -> Terms:
    """The handling that travels with what leaves."""
    tongue = Tongue(visit.lang)
    return Terms(
        handling.tlp,
        tongue.of(TLP[handling.tlp]),
        tuple((code, capital(tongue.of(CAVEATS[code])) if code in CAVEATS else code) for code in handling.caveats),
        tuple(purpose_of(visit, code) for code in handling.purposes),
        tongue.count(handling.retention_days, DAYS),
        capital(tongue.of(ONWARD[handling.onward])),
    )


def purpose_of(visit: Visit, code: str) -> str:
    """A purpose in words."""
    return capital(Tongue(visit.lang).of(PURPOSES[code])) if code in PURPOSES else code


def approvers_of(visit: Visit, count: int, role: str) -> str:
    """How many persons of which role; empty where none is asked."""
    return Tongue(visit.lang).count(count, APPROVERS[role]) if count and role in APPROVERS else ""


def partner_of(visit: Visit, code: str) -> str:
    """A state's name, as a heading or label begins."""
    return capital(Tongue(visit.lang).country(code)) if code in COUNTRIES else code


def partners_of(visit: Visit, codes: Sequence[str]) -> list[tuple[str, str]]:
    """(code, name) of each."""
    return [(code, partner_of(visit, code)) for code in codes]
