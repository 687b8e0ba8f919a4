"""The ledger, newest first, by kind, person and day; and as a file. What an entry refers to stays hidden.

Whoever asks for one person's acts sends a form: a person's id never stands in an address.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from markupsafe import Markup
from starlette.responses import Response

from exchange.console.files import BOM, cell, stream
from exchange.console.page import Nav, Page
from exchange.console.render import ident
from exchange.console.visit import Visit
from exchange.console.words import mark, said
from exchange.crypto.encoding import canonical
from exchange.errors import BadInput, Code
from exchange.ledger.entries import KINDS, Entry, text
from exchange.operations.ledger_view import LOOKED_AT, Filter, LedgerPage, Line, ledger_lines, ledger_page, note_ledger
from exchange.operations.permissions import Permission
from exchange.sentences import entry_kinds, entry_members

SHOWN_REFS: Final = 5
MAX_INDEX: Final = 1 << 53
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIMES: Final = frozenset({"since", "until", "expires"})
_HEAD: Final = (mark("index"), mark("time"), mark("person"), mark("kind"), mark("what happened"), mark("fields"))


class Shown(NamedTuple):
    """An entry as a page shows it."""

    place: int
    at: datetime
    actor: str
    kind: str
    what: str
    fields: Sequence[tuple[str, Markup]]
    names: bool
    """Whether it refers to something that two persons may open."""


def get_entries(visit: Visit) -> Response:
    """The newest, or those before an index; by kind and day, which are no personal data."""
    before = visit.asked("before", limit=16)
    if before and not before.isdecimal():
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/before")
    wanted = Filter(visit.asked("kind", limit=40), "", visit.asked("day", limit=10))
    return _page(visit, wanted, int(before) if before else None)


def post_entries(visit: Visit) -> Response:
    """The same by what a form asks. Without a person it leads to an address that can be kept."""
    wanted, before = _wanted(visit), visit.form.number("before", low=0, high=MAX_INDEX, default=-1)
    if not wanted.actor:
        return visit.to(_address(wanted, None if before < 0 else before))
    return _page(visit, wanted, None if before < 0 else before)


def post_file(visit: Visit) -> Response:
    """The filtered entries, oldest first, as lines of JSON or as a table. Logged before anything is written."""
    wanted, form = _wanted(visit), visit.form.choice("as", ("csv", "jsonl"), default="csv")
    low, high = note_ledger(visit.node, visit.person, wanted)
    lines = ledger_lines(visit.node, wanted, low, high)
    name = f"{visit.node.code}.ledger.{form}"
    if form == "jsonl":
        return stream(name, _json(lines), "application/jsonl")
    return stream(name, _table(lines, visit.lang), "text/csv; charset=utf-8")


def shown(visit: Visit, line: Line) -> Shown:
    """One entry in words."""
    entry, kind = line.entry, text(line.entry, "kind")
    fields = [(member_of(name, visit.lang), _value(visit, name, entry[name])) for name in sorted(KINDS[kind])]
    at = datetime.fromisoformat(text(entry, "at")).astimezone(UTC)
    what = entry_kinds.KINDS[kind].in_(visit.lang)
    return Shown(line.position, at, text(entry, "actor"), kind, what, fields, bool({"ref", "refs"} & entry.keys()))


def member_of(name: str, lang: str) -> str:
    """What a member is called."""
    return entry_members.MEMBERS[name].in_(lang)


def kinds_of(lang: str) -> list[tuple[str, str]]:
    """Every kind with its words, to choose from."""
    return sorted(((kind, words.in_(lang)) for kind, words in entry_kinds.KINDS.items()), key=lambda each: each[1])


def _page(visit: Visit, wanted: Filter, before: int | None) -> Response:
    with visit.write() as unit:
        found = ledger_page(visit.node, unit, visit.person, wanted, before)
    return visit.page(
        "audit/entries.html",
        asked=wanted,
        found=found,
        lines=[shown(visit, line) for line in found.lines],
        kinds=kinds_of(visit.lang),
        more=_more(wanted, found),
        looked_at=LOOKED_AT,
        newest=before is None,
    )


def _more(wanted: Filter, found: LedgerPage) -> str:
    """The address of the next page; empty at the end, and where a person is asked for: then a form leads on."""
    return "" if found.before is None or wanted.actor else _address(wanted, found.before)


def _address(wanted: Filter, before: int | None) -> str:
    """Of values that were checked: none needs quoting."""
    given = {"kind": wanted.kind, "day": wanted.day, "before": "" if before is None else str(before)}
    query = "&".join(f"{name}={value}" for name, value in given.items() if value)
    return f"/audit/entries?{query}" if query else "/audit/entries"


def _wanted(visit: Visit) -> Filter:
    form = visit.form
    kind, day = form.choice("kind", KINDS, default=""), form.text("day", limit=10, needed=False)
    if day and _DAY.fullmatch(day) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/day")
    return Filter(kind, form.text("actor", limit=128, needed=False), day)


def _value(visit: Visit, name: str, value: object) -> Markup:
    """Times as times, numbers as counts, the rest as it stands; of many references the first few."""
    if isinstance(value, list):
        parts = [ident(each) for each in value[:SHOWN_REFS]]
        more = len(value) - len(parts)
        told = Markup("<br>").join(parts) if parts else Markup("–")
        return told + Markup(" … {}").format(visit.number(more)) if more else told
    if name in _TIMES:
        return visit.moment(value)
    return Markup("{}").format(visit.number(value)) if isinstance(value, int) else ident(value)


def _json(lines: Iterator[Line]) -> Iterator[bytes]:
    for line in lines:
        yield canonical({"index": line.position, "entry": dict(line.entry)}) + b"\n"


def _table(lines: Iterator[Line], lang: str) -> Iterator[bytes]:
    yield BOM.encode() + _row([said(lang, each) for each in _HEAD])
    for position, entry in lines:
        kind = text(entry, "kind")
        told = "; ".join(f"{name}={_flat(entry, name)}" for name in sorted(KINDS[kind]))
        what = entry_kinds.KINDS[kind].in_(lang)
        yield _row([str(position), text(entry, "at"), text(entry, "actor"), kind, what, told])


def _flat(entry: Entry, name: str) -> str:
    value = entry[name]
    return " ".join(value) if isinstance(value, list) else str(value)


def _row(cells: Sequence[str]) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([cell(each) for each in cells])
    return out.getvalue().encode("utf-8", "replace")


_MAY: Final = Permission.AUDIT_EXPORT
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/audit/entries", get_entries, _MAY, nav=Nav(mark("Audit"), mark("Ledger"), 30)),
    Page("POST", "/audit/entries", post_entries, _MAY, again=get_entries),
    Page("POST", "/audit/entries/file", post_file, _MAY, again=get_entries),
)
