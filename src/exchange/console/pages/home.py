"""The first page: what waits for this person, what rings, and one line on how the node is."""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.pages.inbox_words import NAMES, Row, row_of
from exchange.console.pages.node import checklist
from exchange.console.pages.said_law import partner_of
from exchange.console.visit import Visit
from exchange.console.words import mark, said
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission
from exchange.operations.tasks import ALARM, Task, counted, described, tasks

FIRST: Final = 5
"""Lines that are shown here; the inbox has all."""
SAID: Final[dict[str, str]] = {}


class Count(NamedTuple):
    """How much of one kind waits."""

    kind: str
    name: str
    number: int
    overdue: int


def get_home(visit: Visit) -> Response:
    """The day's work of this role. What is shown of it is an entry, as in the inbox."""
    with visit.write() as unit:
        found = tasks(visit.node, unit, visit.person)
        work = [task for task in found if task.kind != ALARM]
        alarms = [task for task in found if task.kind == ALARM]
        first = [described(unit, task) for task in work[:FIRST]]
        todos = checklist(visit, unit) if visit.may(Permission.PERSON_WRITE) else []
        size = unit.ledger.head(lock=False).size
        note_list(visit.node, unit, visit.person, "inbox", len(first) + len(alarms))
    return visit.page(
        "home.html",
        counts=[Count(kind, said(visit.lang, NAMES[kind]), number, late) for kind, number, late in counted(work)],
        first=_rows(visit, first),
        more=len(work) > FIRST,
        alarms=_rows(visit, alarms),
        halting=any(task.rank == "halting" for task in alarms),
        todos=todos,
        size=size,
        name=lambda code: partner_of(visit, code),
        now=visit.node.clock.now(),
    )


def _rows(visit: Visit, found: list[Task]) -> list[Row]:
    return [row_of(visit, task) for task in found]


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/", get_home, Permission.STATUS_READ, nav=Nav(mark("Work"), mark("Home"), 0)),
)
