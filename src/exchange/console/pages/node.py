"""Is the node well, and what is to be done first; who vouches for its ledger, and what two persons may allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.model.connections import Row
from exchange.operations.lookups import note_list
from exchange.operations.node_checks import node_health
from exchange.operations.override import LONGEST, REASONS, ask_override, end_override, give_override, list_overrides
from exchange.operations.permissions import Permission
from exchange.operations.witnessing import witnessing
from exchange.ports import Unit
from exchange.sentences import node_health as words

SAID: Final[dict[str, str]] = {
    "override_asked": mark("Asked. It stands once another person has given it."),
    "override_given": mark("It stands now, until its hours are over."),
    "override_ended": mark("It has ended."),
}


class Line(NamedTuple):
    """A check as a page shows it. `page`: where the next step is done, empty for none."""

    name: str
    state: str
    cause: str
    step: str
    page: str


class Todo(NamedTuple):
    """A step of the first run: msgid, whether it is done, where it is done."""

    text: str
    done: bool
    page: str


def health(visit: Visit) -> list[Line]:
    """Every check in the reader's words, what is wrong first."""
    return [_line(visit, row) for row in _worst_first(node_health(visit.node, visit.person, visit.place.seen()))]


def checklist(visit: Visit, unit: Unit) -> list[Todo]:
    """What a new node needs; empty once all of it is done."""
    roles = [person.role for person in unit.people.all() if not person.disabled]
    approvers = [each for each in unit.people.all() if each.role == "releasing_officer" and not each.disabled]
    proven = bool(visit.place.oidc_name) or any(unit.sessions.credentials(each.id) for each in approvers)
    active = [each for each in unit.agreements.all() if each.state == "active" and each.kind == "agreement"]
    todos = [
        Todo(mark("Add an officer and a releasing officer: nobody approves what they proposed."),
             {"officer", "releasing_officer"} <= set(roles), "/people"),
        Todo(mark("Let a releasing officer add a passkey, so that approvals are proven."), proven, "/people"),
        Todo(mark("Add an auditor, who answers to somebody else than you."), "auditor" in roles, "/people"),
        Todo(mark("Exchange cards with a partner and compare the words by telephone."),
             bool(unit.partners.all()), "/partners"),
        Todo(mark("Put an agreement in force that every party has signed."), bool(active), "/agreements"),
        Todo(mark("Let an officer enter or import a first record."), unit.records.count() > 0, "/records"),
    ]  # fmt: skip
    return [] if all(todo.done for todo in todos) else todos


def get_node(visit: Visit) -> Response:
    """The checks, and for a new node the first steps."""
    lines = health(visit)
    with visit.read() as unit:
        todos = checklist(visit, unit)
        waiting = {name: count for name, count in unit.streams.outbox_counts().items() if count}
    worst = lines[0].state if lines else "ok"
    return visit.page("node/node.html", lines=lines, todos=todos, waiting=waiting, worst=worst)


def get_witnesses(visit: Visit) -> Response:
    """Who cosigned our ledger, and whether records may leave."""
    with visit.write() as unit:
        found = witnessing(visit.node, unit, visit.person)
        overrides = []
        if visit.may(Permission.WAIVER_READ):
            overrides = list_overrides(unit, visit.person)
            note_list(visit.node, unit, visit.person, "overrides", len(overrides))
    return visit.page(
        "node/witnesses.html",
        found=found,
        overrides=overrides,
        reasons=REASONS,
        longest=LONGEST,
        now=visit.node.clock.now(),
    )


def post_override(visit: Visit) -> Response:
    """The first person asks."""
    reason, hours = visit.form.choice("reason", REASONS), visit.form.number("hours", low=1, high=LONGEST)

    def act(unit: Unit) -> Response:
        ask_override(visit.node, unit, visit.person, reason, hours)
        return visit.to("/node/witnesses", "override_asked")

    return visit.once(act)


def post_given(visit: Visit) -> Response:
    """The second person gives."""
    override = visit.part("override")
    with visit.write() as unit:
        give_override(visit.node, unit, visit.person, override)
    return visit.to("/node/witnesses", "override_given")


def post_ended(visit: Visit) -> Response:
    """Anybody who may give one ends it."""
    override = visit.part("override")
    with visit.write() as unit:
        end_override(visit.node, unit, visit.person, override)
    return visit.to("/node/witnesses", "override_ended")


def _line(visit: Visit, row: Row) -> Line:
    lang = visit.lang
    return Line(
        words.name_of(row, lang), row.state, words.cause_of(row, lang), words.step_of(row, lang), words.page_of(row)
    )


def _worst_first(rows: Sequence[Row]) -> list[Row]:
    order = ("fail", "warn", "ok")
    return sorted(rows, key=lambda row: order.index(row.state))


_GRANT: Final = Permission.WAIVER_GRANT
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/node", get_node, Permission.STATUS_READ, nav=Nav(mark("Node"), mark("Health"), 10)),
    Page("GET", "/node/witnesses", get_witnesses, Permission.STATUS_READ, nav=Nav(mark("Node"), mark("Witnesses"), 20)),
    Page("POST", "/node/witnesses", post_override, _GRANT, again=get_witnesses, fresh=True),
    Page("POST", "/node/witnesses/{override}/give", post_given, _GRANT, again=get_witnesses, fresh=True),
    Page("POST", "/node/witnesses/{override}/end", post_ended, _GRANT, again=get_witnesses),
)
