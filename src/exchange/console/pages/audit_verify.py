"""Verifies a file that somebody brings. Nothing of it is kept, so the answer to the form is the result itself."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Final, NamedTuple

from starlette.responses import Response

from exchange import paper
from exchange.console.files import attachment
from exchange.console.page import UPLOAD, Nav, Page
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code, ExchangeError
from exchange.ledger.bundle_checklist import bundle_checklist
from exchange.ledger.checklist import HOLDS, Point, checklist
from exchange.ledger.report import Finding, Report
from exchange.operations.permissions import Permission
from exchange.operations.verify_file import BUNDLE, PACKAGE, Examined, examine
from exchange.sentences import faults, verification
from exchange.sentences.fingerprints import grouped, plain
from exchange.sentences.law.evidence import bundle_text

AT_ONCE: Final = 2
"""Files that are verified at once: one takes a processor for as long as it is long."""
TOLD: Final = 5
"""Findings told at one point; the others are counted."""
_HEX: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PLACES: Final = threading.BoundedSemaphore(AT_ONCE)


class Line(NamedTuple):
    """A point as the page shows it."""

    name: str
    state: str
    looked: int | None
    good: int | None
    """How many of them hold; None where that is not counted."""
    found: Sequence[tuple[str, Finding]]
    more: int


def get_verify(visit: Visit) -> Response:
    """The form."""
    return visit.page("audit/verify.html", found=None, limit=UPLOAD >> 20)


def post_verify(visit: Visit) -> Response:
    """The result, or what a bundle says as PDF."""
    data, fingerprint = visit.form.file("file"), asked_fingerprint(visit)
    way = visit.form.choice("way", ("page", "pdf"), default="page")
    with one_of_few():
        try:
            found = examine(data, fingerprint)
        except BadInput as fault:
            raise BadInput(fault.code, at="/file") from None
    if way == "pdf":
        return _pdf(visit, found)
    return visit.page(
        "audit/verify.html",
        found=found,
        limit=UPLOAD >> 20,
        report=found.bundle if found.report is None else found.report,
        lines=lines_of(found, visit.lang),
        reason=_reason(found, visit.lang),
        counts=_counts(found.report) if found.kind == PACKAGE else {},
        witnesses=_witnesses(found.report),
        not_proven=_not_proven(found, visit.lang),
        claimed=grouped(found.claimed),
        text=_text(found, visit.lang),
    )


def asked_fingerprint(visit: Visit) -> str | None:
    """What was typed, as hex; None for nothing. BadInput."""
    typed = plain(visit.form.text("fingerprint", limit=200, needed=False))
    if typed and _HEX.fullmatch(typed) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/fingerprint")
    return typed or None


@contextmanager
def one_of_few() -> Iterator[None]:
    """Holds one of the places for long reading. ExchangeError(TOO_MANY_REQUESTS) when all are taken."""
    if not _PLACES.acquire(blocking=False):
        raise ExchangeError(Code.TOO_MANY_REQUESTS)
    try:
        yield
    finally:
        _PLACES.release()


def lines_of(found: Examined, lang: str) -> list[Line]:
    """Every point in words."""
    if found.bundle is not None:
        return [_line(point, lang) for point in bundle_checklist(found.bundle)]
    if found.report is None:
        return []
    return [_line(point, lang) for point in checklist(found.report)]


def _line(point: Point, lang: str) -> Line:
    told = [(faults.FAULTS[each.fault].in_(lang), each) for each in point.findings[:TOLD]]
    good = point.count if point.state == HOLDS else None
    name = verification.POINTS[point.name].in_(lang)
    return Line(name, point.state, point.count, good, told, len(point.findings) - len(told))


def _reason(found: Examined, lang: str) -> str:
    report = found.bundle if found.report is None else found.report
    return "" if report is None or report.reason is None else faults.FAULTS[report.reason].in_(lang)


def _counts(report: Report | None) -> dict[str, int]:
    """Of a blind package: what its decisions came to."""
    names = ("decisions", "permitted", "denied", "sent", "coarser", "withheld")
    return {} if report is None else {name: report.counts[name] for name in names if name in report.counts}


def _witnesses(report: Report | None) -> list[tuple[str, str, int, datetime]]:
    if report is None:
        return []
    return [
        (each.party, grouped(each.fingerprint), each.size, datetime.fromtimestamp(each.at, UTC))
        for each in report.witnesses
    ]


def _not_proven(found: Examined, lang: str) -> list[str]:
    report = found.bundle if found.report is None else found.report
    codes = () if report is None else report.not_proven
    return [verification.not_proven(code, lang, bundle=found.kind == BUNDLE) for code in codes]


def _text(found: Examined, lang: str) -> object:
    """What a bundle that verifies says; None for anything else."""
    return bundle_text(found.bundle, found.claimed, lang) if found.bundle is not None and found.ok else None


def _pdf(visit: Visit, found: Examined) -> Response:
    """Paper only of what somebody's fingerprint vouches for. BadInput(MISSING_MEMBER), BadInput(VALUE_NOT_ALLOWED)."""
    if not found.pinned:
        raise BadInput(Code.MISSING_MEMBER, at="/fingerprint")
    if found.bundle is None or not found.ok:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/file")
    data = paper.pdf(bundle_text(found.bundle, found.claimed, visit.lang), mono=True)
    return attachment(f"{found.bundle.release}.{visit.lang}.pdf", data, "application/pdf")


_MAY: Final = Permission.AUDIT_OPENING_READ
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/audit/verify", get_verify, _MAY, nav=Nav(mark("Audit"), mark("Verify a file"), 10)),
    Page("POST", "/audit/verify", post_verify, _MAY, again=get_verify, upload=True),
)
