"""Two ledgers beside each other: from two exports that somebody brings, or with a partner at this moment."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.console.files import csv_file
from exchange.console.page import UPLOAD, Nav, Page
from exchange.console.pages.audit_verify import one_of_few
from exchange.console.pages.said_law import partner_of
from exchange.console.visit import Visit
from exchange.console.words import mark, said
from exchange.errors import BadInput, Code
from exchange.ledger.classes import ALARMS, Class
from exchange.ledger.lines import UnreadableError
from exchange.ledger.reconcile import Reconciliation, reconcile
from exchange.ledger.reconciled import Result, read_result
from exchange.model.reconciled import Reconciled
from exchange.operations import archive
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission
from exchange.operations.reconcile import AGREED, DIFFERS
from exchange.operations.reconcile_alarms import acknowledge_reconciled, list_reconciled, reconcile_now
from exchange.ports import Unit
from exchange.sentences.classes import CLASSES, MEANINGS, OUTCOMES, PROOFS, REASONS

SHOWN: Final = 50
"""Differences of a class on the page; the table has up to 10,000."""
RESULTS: Final = 40
SAID: Final[dict[str, str]] = {
    "reconciled_clean": mark("Done. Both signed the same result, and nothing contradicts."),
    "reconciled_wrong": mark(
        "Done, and something does not agree. Look at the newest result below, then call the partner."
    ),
    "reconcile_seen": mark("Acknowledged. Its alarm ends until something else is found. Nothing is repaired by this."),
}
_HEAD: Final = (
    *(mark("class"), mark("sender"), mark("recipient"), mark("epoch"), mark("number"), mark("first ledger")),
    *(mark("second ledger"), mark("contradicted by its own signature")),
)


class Found(NamedTuple):
    """A class as a page shows it."""

    class_: str
    name: str
    meaning: str
    total: int
    alarm: bool
    lines: Sequence[tuple[str, str]]
    """Number of a stream, and whose signature contradicts its own word."""
    more: int


class Row(NamedTuple):
    """A result with a partner as the list shows it."""

    kept: Reconciled
    partner: str
    outcome: str
    result: Result | None
    wrong: int
    reason: str
    open: bool
    """Whether somebody should say that it is known."""


def get_reconcile(visit: Visit) -> Response:
    """The form, and what reconciling with partners has found."""
    return _page(visit, None)


def post_reconcile(visit: Visit) -> Response:
    """The classes of two exports, on the page or as a table. Nothing of the files is kept."""
    way = visit.form.choice("way", ("page", "csv"), default="page")
    with one_of_few():
        found = _compared(visit.form.file("a"), visit.form.file("b"))
    if way == "csv":
        return csv_file("reconciled.csv", [said(visit.lang, each) for each in _HEAD], _table(visit, found))
    return _page(visit, found)


def post_run(visit: Visit) -> Response:
    """Reconciles with a partner now. It asks over the network, so no transaction is open meanwhile."""
    found = reconcile_now(visit.node, visit.person, visit.part("partner"))
    clean = found.outcome == AGREED and not found.findings
    return visit.to("/audit/reconcile", "reconciled_clean" if clean else "reconciled_wrong")


def post_acknowledge(visit: Visit) -> Response:
    """Somebody knows why the newest result is as it is."""
    partner, reason = visit.part("partner"), visit.form.choice("reason", REASONS)

    def act(unit: Unit) -> Response:
        acknowledge_reconciled(visit.node, unit, visit.person, partner, reason)
        return visit.to("/audit/reconcile", "reconcile_seen")

    return visit.once(act)


def _page(visit: Visit, found: Reconciliation | None) -> Response:
    with visit.write() as unit:
        kept = list_reconciled(unit, visit.person, None)[:RESULTS]
        note_list(visit.node, unit, visit.person, "reconciled", len(kept))
        partners = [(each.code, partner_of(visit, each.code)) for each in unit.partners.all() if not each.suspended]
    newest = {each.partner: each.run for each in reversed(kept)}
    return visit.page(
        "audit/reconcile.html",
        found=found,
        classes=[] if found is None else _classes(found, visit.lang),
        rows=[_row(visit, each, each.run == newest[each.partner]) for each in kept],
        partners=partners,
        reasons=[(code, words.in_(visit.lang)) for code, words in REASONS.items()],
        limit=UPLOAD >> 20,
    )


def _compared(a: bytes, b: bytes) -> Reconciliation:
    """BadInput(EXPORT_MALFORMED) at the files."""
    try:
        return reconcile(archive.read(BytesIO(a)), archive.read(BytesIO(b)))
    except (UnreadableError, BadInput):
        raise BadInput(Code.EXPORT_MALFORMED, at="/a") from None


def _classes(found: Reconciliation, lang: str) -> list[Found]:
    rows = [_class(Class.MATCHED, found.matched, (), lang)]
    for class_, listed in found.classes.items():
        lines = [
            (_place(each.place), "" if each.proof is None else f"{each.proof.node} {PROOFS[each.proof.by].in_(lang)}")
            for each in listed.listed[:SHOWN]
        ]
        rows.append(_class(class_, listed.count, lines, lang))
    return rows


def _class(class_: Class, count: int, lines: Sequence[tuple[str, str]], lang: str) -> Found:
    wrong = class_ in ALARMS and count > 0
    name, meaning = CLASSES[class_].in_(lang), MEANINGS[class_].in_(lang)
    return Found(class_.value, name, meaning, count, wrong, lines, count - len(lines) if lines else 0)


def _place(place: tuple[str, str, int, int]) -> str:
    sender, recipient, epoch, seq = place
    return f"{sender}→{recipient} {epoch}/{seq}"


def _table(visit: Visit, found: Reconciliation) -> list[list[str]]:
    rows = []
    for class_, listed in found.classes.items():
        for each in listed.listed:
            proof = "" if each.proof is None else f"{each.proof.node} {PROOFS[each.proof.by].in_(visit.lang)}"
            sender, recipient, epoch, seq = each.place
            numbers = [sender, recipient, str(epoch), str(seq), each.here or "", each.there or ""]
            rows.append([CLASSES[class_].in_(visit.lang), *numbers, proof])
    return rows


def _row(visit: Visit, kept: Reconciled, newest: bool) -> Row:
    result = read_result(kept.document) if kept.document else None
    wrong = 0 if result is None else sum(result.counts[each] for each in ALARMS)
    reason = REASONS[kept.reason].in_(visit.lang) if kept.reason in REASONS else ""
    bad = bool(kept.findings) or kept.outcome == DIFFERS
    outcome = OUTCOMES[kept.outcome].in_(visit.lang)
    open_ = newest and bad and kept.acknowledged_by is None
    return Row(kept, partner_of(visit, kept.partner), outcome, result, wrong, reason, open_)


_RUN, _SEEN = Permission.RECONCILE_RUN, Permission.RECONCILE_ACKNOWLEDGE
_ONE: Final = "/audit/reconcile/{partner}"
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/audit/reconcile", get_reconcile, _RUN, nav=Nav(mark("Audit"), mark("Reconcile"), 20)),
    Page("POST", "/audit/reconcile", post_reconcile, _RUN, again=get_reconcile, upload=True),
    Page("POST", f"{_ONE}/run", post_run, _RUN, again=get_reconcile),
    Page("POST", f"{_ONE}/acknowledge", post_acknowledge, _SEEN, again=get_reconcile),
)
