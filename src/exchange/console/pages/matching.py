"""Pairs of records that may be of one person or thing: the queue, both side by side, the decision, and taking it back.

A decision changes neither record and is told to no partner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.pages.entry_usual import USUAL
from exchange.console.pages.matching_alike import alike, card
from exchange.console.pages.records import after_of
from exchange.console.pages.records_shown import claims_in, read_any, ref_of, shown
from exchange.console.pages.records_values import Told, field_name, told
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code
from exchange.model.claims import JsonValue
from exchange.model.compare import FieldRow
from exchange.model.matching import DECISIONS, OPEN, Pair
from exchange.model.paths import PATHS
from exchange.model.records import Ref
from exchange.operations.duplicates import duplicates
from exchange.operations.likeness import PERSON
from exchange.operations.match_review import MAX_NOTE, decide_match, queue, side_by_side, undo
from exchange.operations.permissions import Permission
from exchange.ports import Unit

SAID: Final[dict[str, str]] = {
    "match_same": mark("Kept: the same person or thing. Both records stay as they are."),
    "match_different": mark("Kept: not the same. The two are not offered to each other again."),
    "match_unsure": mark("Kept: not sure. The pair stays where everybody sees it."),
    "match_undone": mark("The decision is taken back. What was decided before counts again."),
}
PAGE: Final = 30
_ASSERTED: Final = {"same": "same_as", "different": "not_same_as"}
_PAIR: Final = "/matching/{originator}/{record}/{other_originator}/{other}"
_ORDER: Final = list(dict.fromkeys([*(path for paths in USUAL.values() for path in paths), *PATHS]))


@dataclass(frozen=True, slots=True)
class Row:
    """One field of both."""

    label: str
    a: tuple[Told, ...]
    b: tuple[Told, ...]
    mark: str


def get_queue(visit: Visit) -> Response:
    """Pairs in one state."""
    state = visit.asked("state", OPEN)
    if state not in (OPEN, *DECISIONS):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/state")
    one, other = after_of(visit.asked("after")), after_of(visit.asked("and"))
    after = Pair(one, other) if one is not None and other is not None else None
    with visit.write() as unit:
        lines = queue(visit.node, unit, visit.person, state, after, PAGE + 1)
    more = ""
    if len(lines) > PAGE:
        last = lines[PAGE - 1].pair
        more = f"/matching?state={state}&after={_named(last.a)}&and={_named(last.b)}"
    return visit.page("matching/queue.html", state=state, lines=lines[:PAGE], more=more)


def get_duplicates(visit: Visit) -> Response:
    """Records that share a document number or a whole name with this one, or are alike."""
    ref = ref_of(visit)
    with visit.write() as unit:
        found = duplicates(visit.node, unit, visit.person, ref)
        record = read_any(visit, unit, ref)
    page = shown(visit, record)
    names = card(claims_in(record), visit.lang) if page.kind == PERSON else []
    return visit.page("matching/duplicates.html", record=page, tab="duplicates", candidates=found, names=names)


def get_pair(visit: Visit) -> Response:
    """Both side by side, with what was decided before."""
    a, b = _refs(visit)
    with visit.write() as unit:
        found = side_by_side(visit.node, unit, visit.person, a, b)
    return visit.page(
        "matching/pair.html",
        a=found.a,
        b=found.b,
        state=found.state,
        reasons=found.reasons,
        rows=_rows(visit, found.fields),
        history=found.history,
        alike=None if found.score is None else alike(found.score, visit.lang),
        base=f"/matching/{_named(a)}/{_named(b)}",
        one_kind=found.a.kind == found.b.kind,
        relation=_relation(found.state, a, b),
        longest=MAX_NOTE,
    )


def post_decide(visit: Visit) -> Response:
    """Keeps a decision with its note."""
    a, b = _refs(visit)
    decision = visit.form.choice("decision", DECISIONS)
    note = visit.form.text("note", limit=MAX_NOTE, needed=False, lines=True)

    def act(unit: Unit) -> Response:
        decide_match(visit.node, unit, visit.person, Pair(a, b), decision, note)
        return visit.to(f"/matching/{_named(a)}/{_named(b)}", f"match_{decision}")

    return visit.once(act)


def post_undo(visit: Visit) -> Response:
    """Takes one decision back."""
    a, b = _refs(visit)
    with visit.write() as unit:
        undo(visit.node, unit, visit.person, visit.part("decision"))
    return visit.to(f"/matching/{_named(a)}/{_named(b)}", "match_undone")


def _relation(state: str, a: Ref, b: Ref) -> list[tuple[str, str]]:
    """Fields of the form of a relation that says what was decided, so that it can be stored and sent like any other;
    none for what nobody can assert."""
    if state not in _ASSERTED:
        return []
    said = {"relation.type": _ASSERTED[state], "relation.from": _named(a), "relation.to": _named(b)}
    fields = [("head.statement", "assessment"), ("head.scale", "admiralty")]
    for number, path in enumerate(USUAL["relation"]):
        fields.append((f"r.{number}.path", path))
        if path in said:
            fields.append((f"r.{number}.v.value", said[path]))
    return fields


def _rows(visit: Visit, fields: Sequence[FieldRow]) -> list[Row]:
    """In the order of the form. Of names what is written in Arabic script stands above every transliteration."""
    ordered = sorted(fields, key=lambda row: _ORDER.index(row.path) if row.path in _ORDER else len(_ORDER))
    return [
        Row(
            field_name(row.path, visit.lang),
            _side(visit, row.path, row.a_values),
            _side(visit, row.path, row.b_values),
            row.mark,
        )
        for row in ordered
    ]


def _side(visit: Visit, path: str, values: Sequence[JsonValue]) -> tuple[Told, ...]:
    first = sorted(values, key=lambda value: not (isinstance(value, dict) and value.get("script") == "Arab"))
    return tuple(told(path, value, visit.lang) for value in first)


def _refs(visit: Visit) -> tuple[Ref, Ref]:
    return ref_of(visit), Ref(visit.part("other_originator"), visit.part("other"))


def _named(ref: Ref) -> str:
    return f"{ref.originator}/{ref.id}"


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/matching", get_queue, Permission.RECORD_READ, nav=Nav(mark("Work"), mark("Possible duplicates"), 60)),
    Page("GET", "/records/{originator}/{record}/duplicates", get_duplicates, Permission.RECORD_READ),
    Page("GET", _PAIR, get_pair, Permission.RECORD_READ),
    Page("POST", f"{_PAIR}/decide", post_decide, Permission.RECORD_WRITE, again=get_pair),
    Page("POST", f"{_PAIR}/undo/{{decision}}", post_undo, Permission.RECORD_WRITE, again=get_pair),
)
