"""The next version of a record of ours, in the same form as a new one.

The page says who holds the record and what they will be told; saving tells nobody anything. Whoever was slower than
somebody else keeps what was typed and sees what is stored now beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages.amend_merge import Merged, merge
from exchange.console.pages.entry_desk import Worked, claims_checked, confirm_page, form_page, worked
from exchange.console.pages.entry_sheet import COMPUTED, Sheet, of_claims, read
from exchange.console.pages.records_shown import Section, ref_of, sections_of
from exchange.console.pages.records_values import field_name
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import Code, Conflict, NotFound, TooLarge
from exchange.model.claims import Claim
from exchange.model.derive import with_coarser
from exchange.model.records import Record, Ref
from exchange.model.titles import Title, marking, title
from exchange.operations.account import account
from exchange.operations.corrections import Change, changes
from exchange.operations.deposit import Amendment, amend
from exchange.operations.holders import holders
from exchange.operations.permissions import Permission
from exchange.operations.read import read_own
from exchange.operations.versions import read_version
from exchange.policies.clocks import carried
from exchange.ports import Unit

SAID: Final[dict[str, str]] = {
    "amended": mark("The new version is stored. Partners are told nothing until a correction is released."),
}
_PATH: Final = "/records/{originator}/{record}/amend"
_FORM: Final = "amend/form.html"
_STALE: Final = 412


@dataclass(frozen=True, slots=True)
class Line:
    """One partner that holds the record."""

    partner: str
    version: int
    at: object
    fields: tuple[str, ...] | None
    """What it was sent; None where that cannot be told any more."""
    paths: frozenset[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What the page knows of the stored record."""

    record: Record
    """The newest version."""
    seen: Record
    """The version that the form was made from."""
    held_by: tuple[Line, ...]

    @property
    def title(self) -> Title:
        return title(self.record.claims)

    @property
    def tlp(self) -> str:
        return marking(self.record.claims) or ""

    @property
    def stale(self) -> bool:
        return self.seen.version != self.record.version


def get_amend(visit: Visit) -> Response:
    """The form, filled with the newest version; or the one that was refused, with everything typed."""
    known = _known(visit, _seen(visit) if visit.form.fields else None)
    sheet = (
        read(known.record.kind, visit.form) if visit.form.fields else of_claims(known.record.kind, known.seen.claims)
    )
    if sheet.too_large:
        raise TooLarge(count=len(sheet.rows))
    return _form(visit, known, Worked(sheet, "edit"))


def post_amend(visit: Visit) -> Response:
    """What the button that was pressed asks for. A form that is sent twice stores once, however old it is by then."""
    if visit.form.typed("do") == "carry":
        return _carried(visit)
    known = _known(visit, _seen(visit))
    sheet = read(known.record.kind, visit.form)
    done = worked(visit, sheet)
    if known.stale and done.do != "store":
        return _stale(visit, known, sheet)
    if done.do not in ("check", "store"):
        return _form(visit, known, done)
    olds = {claim.id: claim for claim in known.seen.claims}
    claims = claims_checked(visit, sheet, known.record.ref, known.record.version + 1, olds)
    if claims is None:
        return _form(visit, known, done)
    return _store(visit, known, claims) if done.do == "store" else _confirm(visit, known, sheet, claims)


def _carried(visit: Visit) -> Response:
    """What was typed for a new record, as more lines of this one."""
    known = _known(visit, None)
    sheet = of_claims(known.record.kind, known.record.claims)
    there = {(row.path, tuple(sorted(row.cleaned().items()))) for row in sheet.rows if not row.empty}
    brought = read(known.record.kind, visit.form)
    for row in brought.rows:
        single = PATHS_OF_ONE.intersection([row.path]) and any(not each.empty for each in sheet.of(row.path))
        if row.empty or single or (row.path, tuple(sorted(row.cleaned().items()))) in there:
            continue
        made = sheet.add(row.path, row.given)
        made.statement = row.statement or ("" if row.plain else brought.statement)
        made.grade, made.observed = row.grade or brought.grade, row.observed or brought.observed
        if row.plain:
            made.grade = made.observed = ""
        made.new = True
    return _form(visit, known, Worked(sheet, "carry"))


PATHS_OF_ONE: Final = frozenset(
    {"record.marking", "record.legal_basis", "record.review", "record.category", "record.action", "record.renewal"}
)
"""What the amended record says of these stays."""


def _store(visit: Visit, known: Known, claims: tuple[Claim, ...]) -> Response:
    ref = known.record.ref
    amendment = Amendment(ref, known.seen.version, claims)

    def act(unit: Unit) -> Response:
        amend(visit.node, unit, visit.person, [amendment])
        return visit.to(f"/records/{ref.originator}/{ref.id}", "amended")

    try:
        return visit.once(act)
    except Conflict as fault:
        if fault.code is not Code.STALE:
            raise
    newer = _known(visit, known.seen.version)
    return _stale(visit, newer, read(newer.record.kind, visit.form))


def _confirm(visit: Visit, known: Known, sheet: Sheet, claims: tuple[Claim, ...]) -> Response:
    """What changes, and for whom that will be a correction."""
    after = carried(with_coarser(claims), known.record)
    found = [each for each in changes(known.record.claims, after) if each.path not in COMPUTED]
    told = [
        (line, [field_name(change.path, visit.lang) for change in found if change.path in line.paths])
        for line in known.held_by
    ]
    return confirm_page(visit, sheet, claims, "amend/confirm.html", known=known, changed=_told(visit, found), told=told)


def _stale(visit: Visit, known: Known, sheet: Sheet) -> Response:
    """Somebody was faster: their fields where nothing was touched here, both side by side where both changed."""
    merged = merge(sheet, known.seen.claims, known.record.claims)
    response = _form(visit, known, Worked(sheet, "stale"), merged)
    response.status_code = _STALE
    return response


def _form(visit: Visit, known: Known, done: Worked, merged: Merged | None = None) -> Response:
    both = [] if merged is None else _told(visit, merged.both)
    taken = [] if merged is None else _told(visit, merged.taken)
    typed = (
        {field_name(change.path, visit.lang): _typed(done.sheet, change.path) for change in merged.both}
        if merged
        else {}
    )
    return form_page(visit, done, _FORM, known=known, both=both, taken=taken, typed=typed, carried=done.do == "carry")


def _typed(sheet: Sheet, path: str) -> list[list[str]]:
    """The rows of a path, as typed."""
    return [[text for text in row.given.values() if text] for row in sheet.of(path) if not row.empty]


def _told(visit: Visit, found: Sequence[Change]) -> list[tuple[str, str, tuple[Section, ...], tuple[Section, ...]]]:
    return [
        (field_name(each.path, visit.lang), each.kind, sections_of(visit, each.old), sections_of(visit, each.new))
        for each in found
    ]


def _seen(visit: Visit) -> int:
    return visit.form.number("seen", low=1, high=999_999)


def _known(visit: Visit, seen: int | None) -> Known:
    """The newest version, the one that was seen, and who holds what. NotFound for a record that is not ours."""
    ref = ref_of(visit)
    if ref.originator != visit.node.code:
        raise NotFound
    with visit.write() as unit:
        newest = read_own(visit.node, unit, visit.person, ref).record
        before = newest if seen in (None, newest.version) else _version(visit, unit, ref, seen or 0)
        found = account(visit.node, unit, visit.person, ref)
        held = [each for each in holders(visit.node, unit, visit.person, found) if not each.gone]
    lines = tuple(_line(visit, each.partner, each.newest.version, each.newest.at, each.newest.paths) for each in held)
    return Known(newest, before, lines)


def _version(visit: Visit, unit: Unit, ref: Ref, version: int) -> Record:
    found = read_version(visit.node, unit, visit.person, ref, version)
    return found.record if hasattr(found, "record") else _never()


def _never() -> Record:
    raise NotFound


def _line(visit: Visit, partner: str, version: int, at: object, paths: tuple[str, ...] | None) -> Line:
    names = None if paths is None else tuple(field_name(path, visit.lang) for path in paths)
    return Line(partner, version, at, names, frozenset(paths or ()))


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", _PATH, get_amend, Permission.RECORD_WRITE),
    Page("POST", _PATH, post_amend, Permission.RECORD_WRITE, again=get_amend),
)
