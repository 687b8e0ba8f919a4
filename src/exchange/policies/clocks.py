"""The clocks of a record of ours: by when it must be reviewed, and after which day it may no longer be held.

It decides nothing and erases nothing: the worker asks, and erases in a transaction of its own. `decide` and the second
checker refuse a record whose clocks have run out (spec §4, lines 10 to 10b). Spec: docs/spec/policy.md §4.1.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from exchange.errors import BadInput, Code
from exchange.model.claim_json import claim_number
from exchange.model.claims import Claim
from exchange.model.records import Record
from exchange.model.vocab import CATEGORIES, Category
from exchange.policies.facts import Facts
from exchange.policies.safeguards import (
    MINOR_REVIEW_YEARS,
    RETENTION_YEARS,
    REVIEW_YEARS,
    first_issue,
    is_minor,
    renewed_until,
    retained_until,
    years_on,
)

UNCATEGORISED_MONTHS: Final = 6
"""How long a person without a category may be held, from first issue."""


class Clocks(NamedTuple):
    """Days, both of them still good: overdue is a record for which today is later."""

    review_by: date
    erase_after: date
    """The last day on which the node may hold the record, in any version."""
    why: str
    """`CATEGORY`: a person without a category. `RETENTION`: the time of the record, or of its renewal, is over."""

    def must_be_reviewed(self, now: datetime) -> bool:
        return now.astimezone(UTC).date() > self.review_by

    def must_be_erased(self, now: datetime) -> bool:
        return now.astimezone(UTC).date() > self.erase_after


def clocks(record: Record, now: datetime) -> Clocks:
    """The clocks of the newest version of a record of ours, as it was stored. `now` is aware; it tells who is a minor.

    Review: the earliest `record.review`, at most 3 years from the issue of this version, 1 year for a minor.
    Erasure: 5 years from the first issue, or the day of a renewal (`record.renewal`) of at most 5 years from the issue
    of this version; a person without a category 6 months from the first issue, whatever was renewed.
    """
    facts = Facts(record, now.astimezone(UTC).date())
    years = MINOR_REVIEW_YEARS if _is_child(facts) else REVIEW_YEARS
    review_by = _existing(min([*facts.reviews(), years_on(record.issued, years)]))
    if record.kind == "person" and facts.words("subject_category").isdisjoint(CATEGORIES - {Category.UNKNOWN}):
        return Clocks(review_by, _months_on(first_issue(facts), UNCATEGORISED_MONTHS), "CATEGORY")
    return Clocks(review_by, _existing(retained_until(facts)), "RETENTION")


def check_clocks(record: Record) -> None:
    """Before a record is signed. BadInput(RECORD_INVALID): a review or a renewal further away than the clocks allow."""
    facts = Facts(record, date.fromisoformat(record.issued[:10]))
    years = MINOR_REVIEW_YEARS if _is_child(facts) else REVIEW_YEARS
    if any(day > years_on(record.issued, years) for day in facts.reviews()):
        raise BadInput(Code.RECORD_INVALID, path="record.review", reason="review_too_far")
    if any(until > years_on(record.issued, RETENTION_YEARS) for until in renewed_until(facts)):
        raise BadInput(Code.RECORD_INVALID, path="record.renewal", reason="renewal_too_far")


def carried(claims: Sequence[Claim], old: Record) -> tuple[Claim, ...]:
    """The claims of the version after `old`, with the day of first issue, whatever the author wrote there: a record
    is not made younger by amending it."""
    day = first_issue(Facts(old, date.fromisoformat(old.issued[:10])))
    kept = [claim for claim in claims if claim.path != "record.first_issued"]
    number = max((claim_number(claim.id) for claim in kept), default=0) + 1
    return (*kept, Claim(f"c{number}", "record.first_issued", day, "fact"))


def _is_child(facts: Facts) -> bool:
    return facts.record.kind == "person" and is_minor(facts)


def _existing(day: str) -> date:
    """A day as text, where 29 February may stand in a year without one: then the day before."""
    year, month = int(day[:4]), int(day[5:7])
    return date(year, month, min(int(day[8:10]), monthrange(year, month)[1]))


def _months_on(day: str, months: int) -> date:
    """The same day so many months later, or the last day of that month."""
    years, month = divmod(int(day[5:7]) - 1 + months, 12)
    return _existing(f"{int(day[:4]) + years:04}-{month + 1:02}-{day[8:10]}")
