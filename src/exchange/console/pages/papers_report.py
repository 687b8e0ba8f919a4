"""The verification of an uploaded export as a paper: the file is read here, by nobody else, and kept nowhere."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.paper_responses import paper_of, report_paper
from exchange.console.visit import Visit
from exchange.crypto.encoding import read_strict
from exchange.errors import BadInput, Code
from exchange.ledger.blind import claimed_fingerprint, verify_package
from exchange.ledger.bundle import MAX_BUNDLE, recognised
from exchange.ledger.bundle_verify import verify as verify_bundle
from exchange.ledger.lines import UnreadableError, read_head
from exchange.ledger.package import MANIFEST
from exchange.ledger.report import NOT_PROVEN_WHOSE, Report
from exchange.ledger.verify import verify
from exchange.operations import archive
from exchange.operations.permissions import Permission
from exchange.sentences import LANGUAGES
from exchange.sentences.law.evidence import bundle_text

FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def get_report(visit: Visit) -> Response:
    """The form."""
    return visit.page("papers/report.html")


def post_report(visit: Visit) -> Response:
    """The report as a file. BadInput for what is neither an export, a package nor a bundle that verifies."""
    data, brought = visit.form.file("file"), _fingerprint(visit)
    visit.form.choice("lang", LANGUAGES)
    if recognised(data[:32]):
        return _bundle(visit, data, brought)
    claimed, report = verified(data, brought)
    return report_paper(visit, report, claimed)


def verified(data: bytes, brought: str) -> tuple[str, Report]:
    """(the root's fingerprint that the file claims, the report) of an export or a package, zipped or not.

    `brought`: the fingerprint that the auditor has from elsewhere; empty for none, and then the report says so.
    """
    if archive.holds(io.BytesIO(data), MANIFEST):
        claimed = claimed_fingerprint(io.BytesIO(data), len(data))
        report = verify_package(io.BytesIO(data), len(data), fingerprint=brought or claimed)
    else:
        claimed = _claimed(archive.read(io.BytesIO(data)))
        report = verify(archive.read(io.BytesIO(data)), fingerprint=brought or claimed)
    return claimed, report if brought else replace(report, not_proven=(NOT_PROVEN_WHOSE, *report.not_proven))


def _bundle(visit: Visit, data: bytes, brought: str) -> Response:
    """The evidence of one exchange. Nothing is written about one that does not verify."""
    claimed = read_strict(data, limit=MAX_BUNDLE)
    root = str(claimed.get("root_fingerprint", "")) if isinstance(claimed, dict) else ""
    found = verify_bundle(data, fingerprint=brought or root)
    if found.told is None:
        raise BadInput(Code.EXPORT_MALFORMED, at="/file")
    if not brought:
        found = replace(found, not_proven=(NOT_PROVEN_WHOSE, *found.not_proven))
    lang = visit.form.choice("lang", LANGUAGES)
    return paper_of(visit, bundle_text(found, brought or root, lang), f"evidence-{found.release}")


def _claimed(lines: Iterator[bytes]) -> str:
    """What the first line says; only ever shown and compared, never believed. Empty where it says nothing."""
    try:
        return read_head(next(lines, b"")).root_fingerprint
    except (BadInput, UnreadableError):
        return ""


def _fingerprint(visit: Visit) -> str:
    """As typed: spaces and colons between groups do not count. BadInput for anything else."""
    typed = visit.form.text("fingerprint", limit=200, needed=False)
    plain = "".join(typed.replace(":", " ").split()).lower()
    if plain and FINGERPRINT.fullmatch(plain) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/fingerprint")
    return plain


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/audit/report", get_report, Permission.AUDIT_EXPORT),
    Page("POST", "/audit/report", post_report, Permission.AUDIT_EXPORT, again=get_report, upload=True),
)
