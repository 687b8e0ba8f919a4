"""The verification of an uploaded export as a paper: the file is read here, by nobody else, and kept nowhere."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages.audit_verify import asked_fingerprint, one_of_few
from exchange.console.paper_responses import language, paper_of, report_paper
from exchange.console.visit import Visit
from exchange.errors import BadInput, Code
from exchange.operations.permissions import Permission
from exchange.operations.verify_file import examine
from exchange.sentences import LANGUAGES
from exchange.sentences.law.evidence import bundle_text


def get_report(visit: Visit) -> Response:
    """The form."""
    return visit.page("papers/report.html")


def post_report(visit: Visit) -> Response:
    """The report as a file. BadInput for a bundle that does not verify: nothing is written about it."""
    data, brought = visit.form.file("file"), asked_fingerprint(visit)
    visit.form.choice("lang", LANGUAGES)
    with one_of_few():
        try:
            found = examine(data, brought)
        except BadInput as fault:
            raise BadInput(fault.code, at="/file") from None
    if found.report is not None:
        return report_paper(visit, found.report, found.claimed)
    if found.bundle is None or not found.ok:
        raise BadInput(Code.EXPORT_MALFORMED, at="/file")
    return paper_of(
        visit, bundle_text(found.bundle, found.claimed, language(visit)), f"evidence-{found.bundle.release}"
    )


_MAY: Final = Permission.AUDIT_OPENING_READ
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/audit/report", get_report, _MAY),
    Page("POST", "/audit/report", post_report, _MAY, again=get_report, upload=True),
)
