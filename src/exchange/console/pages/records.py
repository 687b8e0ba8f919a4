"""Lists of records, ours and received, and one record: what it says, how sure that is, under which terms."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.api.call import FORMS
from exchange.console.page import Nav, Page
from exchange.console.pages.records_names import get_names
from exchange.console.pages.records_shown import read_any, ref_of, sections_of, shown, version_of
from exchange.console.pages.records_values import field_name
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code
from exchange.model.records import Ref
from exchange.model.vocab import KINDS
from exchange.operations.permissions import Permission
from exchange.operations.record_list import Listing, page_of
from exchange.operations.versions import read_version, versions
from exchange.sentences.record.vocabularies import words

SAID: Final[dict[str, str]] = {}
HELD: Final = ("own", "received", "all")
PAGE: Final = 50
_ONE: Final = "/records/{originator}/{record}"


def get_records(visit: Visit) -> Response:
    """A page of records, by where they are held and of which kind they are."""
    held, kind = visit.asked("held", "own"), visit.asked("kind")
    if held not in HELD or (kind and kind not in KINDS):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/kind")
    listing = Listing(held, kind or None, after_of(visit.asked("after")), PAGE + 1)
    with visit.write() as unit:
        lines = page_of(visit.node, unit, visit.person, listing)
    return visit.page(
        "records/list.html",
        held=held,
        kind=kind,
        kinds=words("kind", visit.lang),
        lines=lines[:PAGE],
        more=_more(held, kind, lines[PAGE - 1].ref) if len(lines) > PAGE else "",
    )


def get_record(visit: Visit) -> Response:
    """The newest version of one record; a ledger entry says that it was read."""
    with visit.write() as unit:
        found = read_any(visit, unit, ref_of(visit))
    return visit.page("records/record.html", record=shown(visit, found), tab="record", old=False)


def get_versions(visit: Visit) -> Response:
    """Every version that is still held, newest first, with what each changed."""
    ref, before = ref_of(visit), visit.asked("before", limit=6)
    if before and not before.isdecimal():
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/before")
    with visit.write() as unit:
        found = versions(visit.node, unit, visit.person, ref, int(before) if before else None)
        head = read_any(visit, unit, ref)
    lines = [
        (
            line,
            None
            if line.changes is None
            else [
                (
                    field_name(change.path, visit.lang),
                    change.kind,
                    sections_of(visit, change.old),
                    sections_of(visit, change.new),
                )
                for change in line.changes
            ],
        )
        for line in found.lines
    ]
    return visit.page(
        "records/versions.html",
        record=shown(visit, head),
        tab="versions",
        lines=lines,
        more=f"/records/{ref.originator}/{ref.id}/versions?before={found.before}" if found.before else "",
    )


def get_version(visit: Visit) -> Response:
    """One version, as it was."""
    with visit.write() as unit:
        found = read_version(visit.node, unit, visit.person, ref_of(visit), version_of(visit))
    return visit.page("records/record.html", record=shown(visit, found), tab="versions", old=True)


def after_of(text: str) -> Ref | None:
    """`DZ/rec-…` of an address. BadInput for anything else."""
    if not text:
        return None
    originator, _, id_ = text.partition("/")
    if FORMS["originator"].fullmatch(originator) is None or FORMS["record"].fullmatch(id_) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/after")
    return Ref(originator, id_)


def _more(held: str, kind: str, last: Ref) -> str:
    rest = f"&kind={kind}" if kind else ""
    return f"/records?held={held}{rest}&after={last.originator}/{last.id}"


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/records", get_records, Permission.RECORD_READ, nav=Nav(mark("Find"), mark("Records"), 20)),
    Page("GET", _ONE, get_record, Permission.RECORD_READ),
    Page("GET", f"{_ONE}/names", get_names, Permission.RECORD_READ),
    Page("GET", f"{_ONE}/versions", get_versions, Permission.RECORD_READ),
    Page("GET", f"{_ONE}/versions/{{version}}", get_version, Permission.RECORD_READ),
)
