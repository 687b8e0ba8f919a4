"""Safeguards that execute: what stops a record whatever an agreement says, and which sign-off lifts it.

Protections of persons (minors, refugees, duress), of neutrality (INTERPOL Constitution, Article 3) and of humanitarian
workers, journalists and lawyers. Spec: docs/spec/policy.md §4, lines 9 to 18; policies.md, Safeguards.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final, NamedTuple

from exchange.model.claims import JsonValue
from exchange.model.paths import PATHS
from exchange.model.paths.checks import is_date
from exchange.model.vocab import CATEGORIES, FLAGS, Category, Flag
from exchange.policies.agreement import Agreement
from exchange.policies.facts import Facts

ADULT: Final = 18
APPROVALS_AT_LEAST: Final = 3
"""For minors, and for records that a named authority had to sign for."""
REVIEW_YEARS: Final = 3
"""A review further away than this, counted from the issue of the version, is none."""
MINOR_REVIEW_YEARS: Final = 1
RETENTION_YEARS: Final = 5
"""How long a record is kept from its first issue, unless an authority renews it; and how far one renewal reaches."""
_HIJRI_FROM: Final = 1200
_HIJRI_BELOW: Final = 1600
_ANY_AGE: Final = "9999-12-31"
_ISSUED: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_KNOWN: Final = CATEGORIES - {Category.UNKNOWN}
_PROTECTED: Final = frozenset({Flag.HUMANITARIAN, Flag.JOURNALIST, Flag.LAWYER})
_ASYLUM: Final = frozenset({Flag.ASYLUM, Flag.REFUGEE})
_NEUTRALITY: Final = frozenset(flag for flag in Flag if flag.startswith("neutrality_"))


class Guard(NamedTuple):
    """What the safeguards say of a record."""

    denied: str | None
    """A reason code, or None."""
    minor: bool
    aid_corridor: bool
    signed: bool
    """Released only because a named authority signed."""


def guard(facts: Facts, agreement: Agreement, recipient: str) -> Guard:
    """Lines 9 to 18 in order; the first that holds denies."""
    texts = facts.texts("record.flag")
    flags = frozenset(texts) if len(texts) == len(facts.values.get("record.flag", ())) else frozenset({*texts, ""})
    person = facts.record.kind == "person"
    minor = person and is_minor(facts)
    denied = (
        ("CATEGORY_MISSING" if person and facts.words("subject_category").isdisjoint(_KNOWN) else None)
        or _of_clocks(facts)
        or ("MINOR" if minor and not _best_interest(facts) else None)
    )
    if denied is None and (flags or agreement.assurance_required):
        denied = _of_flags(facts, flags, assured=recipient in agreement.assurance_required, recipient=recipient)
    return Guard(denied, minor, Flag.AID_CORRIDOR in flags, not flags.isdisjoint(_NEUTRALITY | _PROTECTED))


def _of_clocks(facts: Facts) -> str | None:
    """Lines 10, 10a and 10b: a review or a retention that has run out, or one that was set too far away."""
    reviews, today = facts.reviews(), facts.today.isoformat()
    if min(reviews) < today:
        return "REVIEW_PASSED"
    if _ISSUED.fullmatch(facts.record.issued) is None or max(reviews) > years_on(facts.record.issued, REVIEW_YEARS):
        return "REVIEW_TOO_FAR"
    return "RETENTION_PASSED" if retained_until(facts) < today else None


def years_on(moment: str, years: int) -> str:
    """The same month and day, so many years later, to be compared as text: 29 February is 1 March's eve."""
    return f"{int(moment[:4]) + years:04}{moment[4:10]}"


def first_issue(facts: Facts) -> str:
    """The day on which the first version was issued: this version's, unless the record names an earlier one."""
    issued = facts.record.issued[:10]
    return min([issued, *(day for day in facts.texts("record.first_issued") if is_date(day))])


def retained_until(facts: Facts) -> str:
    """The last day, as text: five years from first issue, or what a renewal of at most five years says."""
    furthest = years_on(facts.record.issued, RETENTION_YEARS)
    renewals = [until for until in renewed_until(facts) if until <= furthest]
    return max([years_on(first_issue(facts), RETENTION_YEARS), *renewals])


def renewed_until(facts: Facts) -> list[str]:
    """The days of the renewals that have their form: a reason, an authority and a day."""
    renewals = [value for value in facts.values.get("record.renewal", ()) if PATHS["record.renewal"].check(value)]
    return [str(value["until"]) for value in renewals if isinstance(value, dict)]


def is_minor(facts: Facts) -> bool:
    """Said to be a minor, or of a birth that allows an age under 18 today: doubt counts for the child."""
    if facts.minor is None:
        facts.minor = _is_minor(facts)
    return facts.minor


def _is_minor(facts: Facts) -> bool:
    if "minor" in facts.words("subject_category"):
        return True
    births = [(path, value) for path in ("birth.date", "birth.year") for value in facts.values.get(path, ())]
    return any(_latest(path, value) > _years_before(facts.today, ADULT) for path, value in births)


def _latest(path: str, value: JsonValue) -> str:
    """The latest birth day that a value allows, as text; later than any day if it has not the form of its path."""
    if not PATHS[path].check(value):
        return _ANY_AGE
    text = str((value.get("to") or value.get("date") or value.get("year")) if isinstance(value, dict) else value)
    year = int(text[:4])
    if year < _HIJRI_FROM:
        return _ANY_AGE
    if year < _HIJRI_BELOW:
        return f"{year * 97 // 100 + 623:04}-12-31"
    return text if len(text) == 10 else f"{year:04}-12-31"


def _years_before(day: date, years: int) -> str:
    return f"{day.year - years:04}{day.isoformat()[4:]}"


def _best_interest(facts: Facts) -> bool:
    """A written best-interest note, an authority's signature, and a review within a year of issue."""
    reviewed = max(facts.reviews()) <= years_on(facts.record.issued, MINOR_REVIEW_YEARS)
    return reviewed and bool(facts.texts("record.best_interest")) and _signed(facts, "best_interest")


def _signed(facts: Facts, matter: str) -> bool:
    """A named authority has signed for `matter`."""
    return any(
        isinstance(value, dict) and value.get("for") == matter for value in facts.values.get("record.signoff", ())
    )


def _of_flags(facts: Facts, flags: frozenset[str], *, assured: bool, recipient: str) -> str | None:
    countries = facts.words("nationality")
    asylum = not flags.isdisjoint(_ASYLUM)
    rules = (
        ("DURESS", Flag.OBTAINED_UNDER_DURESS in flags),
        ("ORIGIN_UNKNOWN", asylum and (not countries or bool(facts.words("nationality_undisclosed")))),
        ("ORIGIN_COUNTRY", asylum and recipient in countries),
        ("ASSURANCE_MISSING", (assured or Flag.TORTURE_RISK in flags) and not facts.texts("record.assurance")),
        ("NEUTRALITY", not flags.isdisjoint(_NEUTRALITY) and not _signed(facts, "neutrality")),
        ("PROTECTED_ROLE", not flags.isdisjoint(_PROTECTED) and not _signed(facts, "listing")),
        ("FLAG_UNKNOWN", not flags <= FLAGS),
    )
    return next((code for code, holds in rules if holds), None)
