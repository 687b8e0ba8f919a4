"""Who holds a record of which this node knows that it went out, and what became of our recalls and corrections there.

It reads what the disclosure account has read; codes, times and partners only.
"""

from __future__ import annotations

from dataclasses import dataclass

from exchange.model.state import Person
from exchange.operations.account import Account, Disclosure
from exchange.operations.course import Course, course_of
from exchange.operations.permissions import Permission, require
from exchange.operations.sent import RECALLED
from exchange.ports import Node, Unit

_GONE = frozenset({"destroyed", "not_held"})


@dataclass(frozen=True, slots=True)
class Holder:
    """One partner that was sent the record and did not refuse it."""

    partner: str
    newest: Disclosure
    recalled: bool
    """We recalled what it was sent last."""
    courses: tuple[Course, ...]
    """Our recalls and corrections to it, oldest first."""

    @property
    def gone(self) -> bool:
        """It has signed that it holds nothing of it any more."""
        last = next((each for each in reversed(self.courses) if each.message.type == "recall"), None)
        return self.recalled and last is not None and last.message.outcome in _GONE


def holders(node: Node, unit: Unit, person: Person, found: Account) -> list[Holder]:
    """By partner."""
    require(person, Permission.ACCOUNT_READ)
    newest: dict[str, Disclosure] = {}
    for each in found.sent:
        if each.state not in ("refused", "void"):
            newest[each.recipient] = each
    rows = [each.message for each in found.events if each.message.type in ("recall", "correction")]
    courses = course_of(node, unit, person, rows)
    made = []
    for partner, disclosure in sorted(newest.items()):
        view = unit.releases.sent_views(partner, [found.ref]).get(found.ref)
        made.append(
            Holder(
                partner,
                disclosure,
                view is not None and view.view_digest == RECALLED,
                tuple(each for each in courses if each.message.key.partner == partner),
            )
        )
    return made
