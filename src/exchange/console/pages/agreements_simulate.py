"""What a candidate would change for our own records: newly released, stopped, changed, by record and clause.

It looks at as many records as it can in some seconds, and goes on from there when asked. Nothing is stored but the
entry that somebody asked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from time import monotonic
from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.api.call import FORMS
from exchange.console.page import Page
from exchange.console.pages.agreements_candidate import Candidate, candidate_of, source_of
from exchange.console.pages.agreements_seen import country, fields_of, reach_of, title_of
from exchange.console.visit import Visit
from exchange.crypto.encoding import read_canonical
from exchange.errors import BadInput, Code, NotFound
from exchange.interop.documents import write_yaml
from exchange.model.records import Ref
from exchange.operations.grounds import MAX_DOCUMENT
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission, require
from exchange.operations.simulate import PAGE, begin_simulation, simulated_page
from exchange.policies.lint import RECENT_DAYS
from exchange.policies.simulate import Claimed, Effect, Simulation, Totals
from exchange.ports import Unit
from exchange.sentences.law import MARKING

SPANS: Final = (str(RECENT_DAYS), "all")
"""Records that changed in the last 90 days, or all."""
BUDGET_S: Final = 8.0
"""Seconds of one answer; the next one goes on behind the last record."""
LISTED: Final = 300
"""Effects that one answer lists; the sums count all."""


class Line(NamedTuple):
    """One record and recipient."""

    ref: Ref
    recipient: str
    change: str
    gained: list[tuple[str, str]]
    """(clause, fields)."""
    lost: list[tuple[str, str]]
    handling: tuple[str, ...]


class _Run(NamedTuple):
    """One answer: how far it came."""

    totals: Totals
    effects: list[Effect]
    after: Ref | None


def post_simulate(visit: Visit) -> Response:
    """Simulates what the form carries: a source from the editor, or a version that is stored here."""
    span = visit.form.choice("span", SPANS, default=SPANS[0])
    after, before = _after(visit), _totals(visit)
    with visit.write() as unit:
        require(visit.person, Permission.AGREEMENT_READ)
        candidate = _candidate(visit, unit)
        if candidate.agreement is None or candidate.document is None:
            raise candidate.fault or BadInput(Code.AGREEMENT_INVALID, at="/source")
        task = begin_simulation(visit.node, unit, visit.person, candidate.document, unit.records.count())
    since = None if span == "all" else visit.node.clock.now() - timedelta(days=RECENT_DAYS)
    run = _run(visit, task, after, since)
    before.join(run.totals)
    return visit.page(
        "agreements/simulation.html",
        candidate=candidate,
        task=task,
        span=span,
        title=title_of(visit, task.candidate),
        totals=before,
        lines=[_line(visit, each) for each in run.effects[:LISTED]],
        left_out=max(0, len(run.effects) - LISTED),
        listed=visit.may(Permission.RECORD_READ),
        after=run.after,
        carried=",".join(str(getattr(before, name)) for name in Totals.__slots__),
        reach=reach_of(visit, task.current, task.candidate),
        country=lambda code: country(visit, code),
        stored=(visit.form.typed("agreement"), visit.form.typed("version")),
        source=candidate.source,
        marking=MARKING,
    )


def get_simulate(visit: Visit) -> Response:
    """A simulation is asked for from the editor or from a version."""
    return visit.to("/agreements")


def _candidate(visit: Visit, unit: Unit) -> Candidate:
    if not visit.form.typed("agreement"):
        return candidate_of(visit, unit, source_of(visit))
    id_, version = visit.form.text("agreement", limit=80), visit.form.number("version", low=1, high=1_000_000)
    stored = unit.agreements.get(id_, version)
    note_list(visit.node, unit, visit.person, "agreements", int(stored is not None))
    if stored is None:
        raise NotFound
    value = read_canonical(stored.document, limit=MAX_DOCUMENT)
    if not isinstance(value, dict):
        raise BadInput(Code.AGREEMENT_INVALID, at="")
    return candidate_of(visit, unit, write_yaml(value))


def _run(visit: Visit, task: Simulation, after: Ref | None, since: datetime | None) -> _Run:
    """Page by page, each in a transaction of its own, until the end or until time is up."""
    totals, effects, deadline = Totals(), list[Effect](), monotonic() + BUDGET_S
    while True:
        with visit.read() as unit:
            found = simulated_page(unit, visit.person, task, after, PAGE, since)
        totals.join(found.totals)
        effects += found.effects
        after = found.next
        if after is None or monotonic() >= deadline:
            return _Run(totals, effects, after)


def _line(visit: Visit, effect: Effect) -> Line:
    sides = (_by_clause(visit, effect.gained), _by_clause(visit, effect.lost))
    return Line(effect.ref, effect.recipient, effect.change, *sides, effect.handling)


def _by_clause(visit: Visit, claims: tuple[Claimed, ...]) -> list[tuple[str, str]]:
    found: dict[str, list[str]] = {}
    for claim in claims:
        found.setdefault(claim.clause, []).append(claim.path)
    return [(clause, fields_of(visit, list(dict.fromkeys(paths)))) for clause, paths in found.items()]


def _after(visit: Visit) -> Ref | None:
    """The record that the answer before ended with."""
    text = visit.form.text("after", limit=80, needed=False)
    if not text:
        return None
    originator, _, id_ = text.partition("/")
    if FORMS["originator"].fullmatch(originator) is None or FORMS["record"].fullmatch(id_) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/after")
    return Ref(originator, id_)


def _totals(visit: Visit) -> Totals:
    """Sums of the answers before, as this person's own form carries them."""
    text = visit.form.text("carried", limit=200, needed=False)
    numbers = text.split(",") if text else []
    names = Totals.__slots__
    if not numbers:
        return Totals()
    if len(numbers) != len(names) or not all(each.isdecimal() and len(each) < 12 for each in numbers):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/carried")
    return Totals(*map(int, numbers))


_READ: Final = Permission.AGREEMENT_READ
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/agreements/simulate", get_simulate, _READ),
    Page("POST", "/agreements/simulate", post_simulate, _READ, upload=True),
)
