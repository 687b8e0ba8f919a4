"""What came in and what waits, by obligation: what is overdue first, each line with its one next step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.pages.inbox_item import NO_MARKING, get_item, post_noted
from exchange.console.pages.inbox_words import NAMES, Row, names, row_of
from exchange.console.pages.said_law import partner_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code
from exchange.model.vocab import strictness
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission
from exchange.operations.tasks import Task, described, tasks

LINES: Final = 50
SAID: Final[dict[str, str]] = {"noted": mark("Noted. It waits for nobody any more; the records are among the records.")}
GROUPS: Final = ("overdue", "halting", "due", "open")


class Group(NamedTuple):
    """The lines of one rank."""

    name: str
    rows: list[Row]


def get_inbox(visit: Visit) -> Response:
    """A page of it, of one kind or partner if asked. The list is an entry."""
    kind, partner, first = visit.asked("kind"), visit.asked("partner"), visit.asked("from", "0")
    if (kind and kind not in NAMES) or not first.isdecimal() or len(first) > 5:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/kind")
    with visit.write() as unit:
        everything = tasks(visit.node, unit, visit.person)
        wanted = [task for task in everything if kind in ("", task.kind) and partner in ("", task.partner)]
        page = [described(unit, task) for task in wanted[int(first) : int(first) + LINES]]
        note_list(visit.node, unit, visit.person, "inbox", len(page))
    behind = int(first) + LINES
    return visit.page(
        "inbox/inbox.html",
        groups=grouped([row_of(visit, task) for task in page]),
        count=len(everything),
        found=len(wanted),
        kind=kind,
        partner=partner,
        kinds=[(code, name) for code, name in names(visit) if any(task.kind == code for task in everything)],
        partners=[(code, partner_of(visit, code)) for code in partners_in(everything)],
        name=lambda code: partner_of(visit, code),
        now=visit.node.clock.now(),
        marking=_marking(page),
        more=f"/inbox?kind={kind}&partner={partner}&from={behind}" if len(wanted) > behind else "",
    )


def _marking(page: Sequence[Task]) -> str:
    """The strictest label of what the page shows."""
    labels = [task.arrived.tlp for task in page if task.arrived is not None and task.arrived.tlp is not None]
    labels += [line.tlp for task in page for line in task.pair if line.tlp is not None]
    return max((NO_MARKING, *labels), key=strictness)


def grouped(rows: Sequence[Row]) -> list[Group]:
    """By rank, in order; ranks without a line left out."""
    found = [Group(name, [row for row in rows if row.task.rank == name]) for name in GROUPS]
    return [group for group in found if group.rows]


def partners_in(found: Sequence[Task]) -> list[str]:
    """Codes, in order."""
    return sorted({task.partner for task in found if task.partner})


_ONE: Final = "/inbox/{partner}/{epoch}/{seq}"
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/inbox", get_inbox, Permission.STATUS_READ, nav=Nav(mark("Work"), mark("Inbox"), 10)),
    Page("GET", _ONE, get_item, Permission.RECORD_READ),
    Page("POST", f"{_ONE}/noted", post_noted, Permission.RECORD_READ, again=get_item),
)
