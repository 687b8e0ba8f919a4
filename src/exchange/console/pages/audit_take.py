"""Files to take along: the ledger, the package of a blind audit, the evidence of one release. Each is logged first."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange import paper
from exchange.api.call import FORMS
from exchange.console.files import attachment, stream
from exchange.console.page import Nav, Page
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code
from exchange.operations import archive
from exchange.operations.audit import export_lines, note_export
from exchange.operations.blind_audit import blind_package, note_blind
from exchange.operations.bundle import make_bundle
from exchange.operations.permissions import Permission
from exchange.sentences.audit_readme import README
from exchange.sentences.law.evidence import bundle_text


def get_export(visit: Visit) -> Response:
    """Two forms: the ledger, and the package of a blind audit."""
    with visit.read() as unit:
        size = unit.ledger.head(lock=False).size
    return visit.page("audit/export.html", size=size, fingerprint=visit.node.keys.root_fingerprint)


def post_export(visit: Visit) -> Response:
    """The ledger with everything to verify it with, as a zip."""
    size = note_export(visit.node, visit.person)
    pieces = archive.pieces(export_lines(visit.node, size), README.encode("utf-8"))
    return stream(f"{visit.node.code}.ledger.{size}.zip", pieces, "application/zip")


def post_blind(visit: Visit) -> Response:
    """The ledger with what decisions came to, without the names of records."""
    size = note_blind(visit.node, visit.person)
    return stream(f"{visit.node.code}.blind.{size}.zip", blind_package(visit.node, size), "application/zip")


def get_bundle(visit: Visit) -> Response:
    """The form; with a release when one led here."""
    release = visit.asked("release", limit=40)
    if release and FORMS["release"].fullmatch(release) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/release")
    return visit.page("audit/bundle.html", release=release, fingerprint=visit.node.keys.root_fingerprint)


def post_bundle(visit: Visit) -> Response:
    """The file for a court, or what it says as PDF."""
    form, release = visit.form, visit.form.text("release", limit=40)
    if FORMS["release"].fullmatch(release) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/release")
    way = form.choice("way", ("file", "pdf"), default="file")
    if way == "pdf":
        _, report = make_bundle(visit.node, visit.person, release)
        text = bundle_text(report, visit.node.keys.root_fingerprint, visit.lang)
        return attachment(f"{release}.{visit.lang}.pdf", paper.pdf(text, mono=True), "application/pdf")
    data, _ = make_bundle(
        visit.node, visit.person, release, claims=form.ticked("claims"), envelope=form.ticked("envelope")
    )
    return attachment(f"{release}.bundle.json", data, "application/json")


_TAKE: Final = Permission.AUDIT_EXPORT
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/audit/export", get_export, _TAKE, nav=Nav(mark("Audit"), mark("Export"), 50)),
    Page("POST", "/audit/export", post_export, _TAKE, again=get_export),
    Page("POST", "/audit/blind", post_blind, _TAKE, again=get_export),
    Page("GET", "/audit/bundle", get_bundle, Permission.BUNDLE_MAKE, nav=Nav(mark("Audit"), mark("Evidence"), 60)),
    Page("POST", "/audit/bundle", post_bundle, Permission.BUNDLE_MAKE, again=get_bundle),
)
