"""What happened to a person and when, as far as records here say it: fates side by side, what has no date last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages.entry_typed import country_name, grade_text
from exchange.console.pages.records_shown import read_any, ref_of, shown
from exchange.console.pages.records_values import Piece, Told, grade_words, told
from exchange.console.visit import Visit
from exchange.console.words import mark, said
from exchange.model.claims import JsonValue
from exchange.model.paths import PATHS
from exchange.model.records import Ref
from exchange.model.vocab import COUNTRIES
from exchange.operations.permissions import Permission
from exchange.operations.timeline import Event, timeline
from exchange.sentences.record.vocabularies import word

SAID: Final[dict[str, str]] = {}
_WHAT: Final = {
    "born": mark("born"),
    "recruited": mark("recruited"),
    "trained": mark("trained"),
    "joined": mark("joined"),
    "left": mark("left"),
    "entered": mark("entered"),
    "travelled": mark("travelled"),
    "listed": mark("put on a list"),
    "delisted": mark("end of the listing"),
    "founded": mark("founded"),
    "dissolved": mark("dissolved"),
}
_SINCE: Final = mark("%(relation)s: since then")
_UNTIL: Final = mark("%(relation)s: until then")


@dataclass(frozen=True, slots=True)
class Line:
    """One event, for the template."""

    when: Told | None
    """None: no date is said."""
    what: str
    place: Told | None
    other: Ref | None
    statement: str
    grade: str
    grade_words: tuple[str, str, str] | None
    record: Ref
    sender: str | None
    tlp: str | None
    contested: bool
    fate: bool


def get_timeline(visit: Visit) -> Response:
    """Every event of one record, and of the movements and relations that name it."""
    ref = ref_of(visit)
    with visit.write() as unit:
        events = timeline(visit.node, unit, visit.person, ref)
        record = read_any(visit, unit, ref)
    lines = [_line(visit, event) for event in events]
    return visit.page(
        "timeline/timeline.html",
        record=shown(visit, record),
        tab="timeline",
        fates=[line for line in lines if line.fate],
        dated=[line for line in lines if line.when is not None],
        undated=[line for line in lines if line.when is None and not line.fate],
    )


def _line(visit: Visit, event: Event) -> Line:
    grade = event.grade
    return Line(
        when=_when(event, visit.lang),
        what=_what(event.what, visit.lang),
        place=_place(event.what, event.place, visit.lang),
        other=event.other,
        statement=event.statement,
        grade="" if grade is None else grade_text(grade.scale, grade.source, grade.information),
        grade_words=None if grade is None else grade_words(grade, visit.lang),
        record=event.record,
        sender=event.sender,
        tlp=event.tlp,
        contested=event.contested,
        fate=event.what.startswith("fate."),
    )


def _when(event: Event, lang: str) -> Told | None:
    """As it was said, in its own calendar."""
    if event.at is None:
        return None
    if isinstance(event.value, dict) and event.path == "fate":
        return Told((Piece("one", str(event.value.get("date", "")), form="date"),))
    return told(event.path, event.value, lang)


def _what(code: str, lang: str) -> str:
    kind, _, rest = code.partition(".")
    if kind == "fate":
        return word("fate", rest, lang)
    if kind == "relation":
        relation, _, end = rest.rpartition(".")
        return said(lang, _SINCE if end == "since" else _UNTIL, relation=word("relation", relation, lang))
    return said(lang, _WHAT[kind]) if kind in _WHAT else code


def _place(what: str, place: JsonValue, lang: str) -> Told | None:
    """A place, a country, a list, or the name of a camp or group."""
    if place is None:
        return None
    if isinstance(place, dict):
        return told("birth.place", place, lang) if PATHS["birth.place"].check(place) else None
    text = str(place)
    if what in ("listed", "delisted"):
        return Told((Piece("word", word("list", text, lang)),))
    if text in COUNTRIES:
        return Told((Piece("word", country_name(text, lang)),))
    return Told((Piece("text", text),))


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/records/{originator}/{record}/timeline", get_timeline, Permission.RECORD_READ),
)
