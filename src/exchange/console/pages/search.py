"""Search by words: parts of names and places, numbers, years, ids. It is posted: no address holds the question."""

from __future__ import annotations

from datetime import date
from typing import Final

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.pages.entry_typed import country_name
from exchange.console.pages.records import after_of
from exchange.console.pages.records_values import field_name
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code
from exchange.model.vocab import COUNTRIES, KINDS
from exchange.operations.permissions import Permission
from exchange.operations.search import HELD, MAX_TEXT, Filters, Found, Query, search
from exchange.operations.search_filters import GROUP_MAX
from exchange.sentences.record.vocabularies import words

SAID: Final[dict[str, str]] = {}
PAGE: Final = 50
FILTERS: Final = ("nationality", "theatre", "group", "since", "until")


def get_search(visit: Visit) -> Response:
    """The empty form."""
    return _page(visit, None, frozenset(KINDS), "all")


def post_search(visit: Visit) -> Response:
    """The form with what was found. It is no redirect: the question would have to go into an address."""
    form = visit.form
    asked = [kind for kind in form.many("kind", limit=20) if kind in KINDS]
    kinds = frozenset(asked or [str(kind) for kind in KINDS])
    held = form.choice("held", HELD, default="all")
    after = after_of(form.text("after", limit=80, needed=False))
    query = Query(form.text("text", limit=MAX_TEXT), kinds, held, after, PAGE, _filters(visit))
    with visit.write() as unit:
        found = search(visit.node, unit, visit.person, query)
    return _page(visit, found, kinds, held)


def _filters(visit: Visit) -> Filters:
    form = visit.form
    return Filters(
        nationality=form.choice("nationality", COUNTRIES, default="") or None,
        theatre=form.choice("theatre", COUNTRIES, default="") or None,
        group=form.text("group", limit=GROUP_MAX, needed=False) or None,
        since=_day(visit, "since"),
        until=_day(visit, "until"),
    )


def _day(visit: Visit, name: str) -> date | None:
    text = visit.form.text(name, limit=10, needed=False)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at=f"/{name}") from None


def _page(visit: Visit, found: Found | None, kinds: frozenset[str], held: str) -> Response:
    lines = [] if found is None else found.lines
    return visit.page(
        "search/search.html",
        found=found,
        rows=[(line, [field_name(path, visit.lang) for path in line.matched]) for line in lines],
        similar=[] if found is None else [(each.line, int(100 * each.probability)) for each in found.similar],
        countries=sorted(((code, country_name(code, visit.lang)) for code in COUNTRIES), key=lambda each: each[1]),
        filters={name: visit.form.typed(name) for name in FILTERS},
        filtered=any(visit.form.typed(name) for name in FILTERS),
        kinds=[(code, text, code in kinds) for code, text in words("kind", visit.lang)],
        held=held,
        last=f"{found.after.originator}/{found.after.id}" if found is not None and found.after is not None else "",
        longest=MAX_TEXT,
        sending=visit.form.typed("text"),
    )


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/search", get_search, Permission.RECORD_READ, nav=Nav(mark("Find"), mark("Search"), 10)),
    Page("POST", "/search", post_search, Permission.RECORD_READ, again=get_search),
)
