"""For each form of a value in the register of paths: the fields in which it is typed, and both ways between them.

What is typed and what is stored go through here alone, so that every registered path can be entered and amended. A test
walks the register. Pure; what cannot be read is a `Wrong` at the member's name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from exchange.console.pages import entry_typed as typed
from exchange.console.pages.entry_typed import Wrong
from exchange.console.words import mark
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.paths import PATHS
from exchange.model.paths.checks import LONG, SHORT
from exchange.model.texts import script_of
from exchange.model.vocab import UNDISCLOSED, Tlp
from exchange.sentences.record.vocabularies import VOCABULARIES

DETECT: Final = ""
"""Script of a name: what the letters say."""
PARTS_BETWEEN: Final = "|"

_NEEDED: Final = mark("This is needed.")
_TOO_LONG: Final = mark("This is too long: %(count)d characters, and at most %(limit)d fit.")
_NOT_OFFERED: Final = mark("This is not one of the words that are offered. Choose one.")
_NUMBER_WRONG: Final = mark("This is no whole number between %(low)d and %(high)d.")
_DIGEST_WRONG: Final = mark("This is no digest. It has 64 signs: figures, and letters from a to f.")
_LANG_WRONG: Final = mark("This is no language code. Write two or three small letters, such as ar or fr.")
_PARTS_WRONG: Final = mark("Write two to eight parts with a stroke | between them.")
_DOCUMENT_WRONG: Final = mark("Write the number of the document, or what is known of it instead.")
_PLACE_WRONG: Final = mark("Write at least one part of the place.")
_CELL_WRONG: Final = mark("Latitude and longitude go together. Write both, in whole degrees, or neither.")
_REGION_WRONG: Final = mark("For a nationality that you may not name choose its region, and write no country or note.")


class Member(NamedTuple):
    """One field of a row."""

    name: str
    kind: str
    """`text`, `long`, `word`, `country`, `day`, `month`, `when`, `years`, `number`, `record`, `digest`, `parts`,
    `count`, `point`: how it is typed."""
    label: str
    """Msgid; empty for a value of one field, which is called as its path."""
    vocabulary: str = ""
    more: bool = False
    """Whether it stands among the details."""
    default: str = ""
    low: int = 0
    high: int = 0


_ABOUT: Final = Member("about", "word", mark("How exact"), "precision")
_CALENDAR: Final = Member("calendar", "word", mark("Calendar"), "calendar", more=True)
_NOTE: Final = Member("note", "text", mark("Note on it"), more=True)
_LONG_NOTE: Final = Member("note", "long", mark("Note on it"), more=True)
_CITY: Final = Member("city", "text", mark("City"))
_REGION: Final = Member("region", "text", mark("Region"))
_COUNTRY: Final = Member("country", "country", mark("Country"))

_FORMS: Final[dict[str, tuple[Member, ...]]] = {
    "text": (Member("value", "text", ""),),
    "long text": (Member("value", "long", ""),),
    "date": (Member("value", "day", ""),),
    "month": (Member("value", "month", ""),),
    "year or years": (Member("value", "years", ""),),
    "country": (Member("value", "country", ""),),
    "count": (Member("value", "count", ""),),
    "digest": (Member("value", "digest", ""),),
    "point": (Member("value", "point", ""),),
    "record": (Member("value", "record", ""),),
    "name": (
        Member("text", "text", mark("Name as written")),
        Member("script", "word", mark("Script"), "script"),
        Member("type", "word", mark("Kind of name"), "name type", default="primary"),
        Member("quality", "word", mark("Quality"), "name quality"),
        Member("lang", "text", mark("Language of this form (ar, fr …)"), more=True),
        Member("parts", "parts", mark("Parts as the source divides it, with | between"), more=True),
        _LONG_NOTE,
    ),
    "partial date": (Member("when", "when", mark("Date, as exact as it is known")), _ABOUT, _CALENDAR, _NOTE),
    "nationality": (
        _COUNTRY,
        Member("status", "word", mark("How sure"), "nationality status"),
        Member("rank", "number", mark("Rank, 1 the first"), more=True, low=1, high=9),
        Member("region", "word", mark("Region, if it may not be named"), "region", more=True),
        _NOTE,
    ),
    "document": (
        Member("type", "word", mark("Kind of document"), "document type"),
        Member("number", "text", mark("Number")),
        Member("country", "country", mark("Issued by")),
        Member("city", "text", mark("Issued at"), more=True),
        Member("issued", "day", mark("Issued on"), more=True),
        Member("expires", "day", mark("Valid until"), more=True),
        _LONG_NOTE,
    ),
    "place": (
        _CITY,
        _REGION,
        _COUNTRY,
        Member("street", "text", mark("Street and house"), more=True),
        Member("postcode", "text", mark("Postcode"), more=True),
        _LONG_NOTE,
    ),
    "area": (
        _CITY,
        _REGION,
        _COUNTRY,
        Member("lat", "number", mark("Latitude, whole degrees"), more=True, low=-90, high=90),
        Member("lon", "number", mark("Longitude, whole degrees"), more=True, low=-180, high=180),
    ),
    "fate": (
        Member("state", "word", mark("What became of the person"), "fate"),
        Member("date", "day", mark("When")),
        _COUNTRY,
        _NOTE,
    ),
    "renewal": (
        Member("until", "day", mark("Kept until")),
        Member("authority", "text", mark("Authority that renews")),
        Member("reason", "long", mark("Reason")),
    ),
    "sign-off": (
        Member("for", "word", mark("What is signed for"), "sign-off"),
        Member("authority", "text", mark("Authority that signs")),
        Member("date", "day", mark("Signed on")),
    ),
}
_NEEDED_MEMBERS: Final[dict[str, tuple[str, ...]]] = {
    "name": ("text", "type"),
    "partial date": ("when",),
    "nationality": ("status",),
    "document": ("type",),
    "fate": ("state",),
    "renewal": ("until", "authority", "reason"),
    "sign-off": ("for", "authority", "date"),
}
_CODE: Final = "code: "


def members(form: str) -> tuple[Member, ...]:
    """The fields for one form of value, as the register names it."""
    if form.startswith(_CODE):
        return (Member("value", "word", "", form.removeprefix(_CODE)),)
    return _FORMS[form]


def empty(form: str, given: Mapping[str, str]) -> bool:
    """Whether nothing was typed; what stands there at first does not count."""
    return not any(given.get(each.name) for each in members(form) if not each.default)


def value_of(path: str, given: Mapping[str, str], own: str) -> JsonValue:
    """The value that was typed: texts trimmed, in normal form C. `own` is the node, for names of records. `Wrong`."""
    form = PATHS[path].form
    _check_needed(form, given)
    if form == "partial date":
        return _partial(given)
    read = {each.name: _read(each, given[each.name], own) for each in members(form) if given.get(each.name)}
    if "value" in read:
        return read["value"]
    value: JsonObject = dict(read)
    if form == "name":
        value.setdefault("script", script_of(given["text"]))
    _check_whole(form, value)
    return value


def texts_of(path: str, value: JsonValue) -> dict[str, str]:
    """How a stored value is typed."""
    form = PATHS[path].form
    if form == "partial date" and isinstance(value, dict):
        about = "approximate" if value["precision"] == "approximate" else ""
        rest: dict[str, str] = {name: str(value[name]) for name in ("calendar", "note") if name in value}
        return {"when": typed.when_text(value), "about": about, **rest}
    if isinstance(value, dict) and form not in ("count", "point", "record", "year or years"):
        return {name: _text(each) for name, each in value.items()}
    (member,) = members(form)
    if isinstance(value, dict) and member.kind in _WRITERS:
        return {"value": _WRITERS[member.kind](value)}
    return {"value": typed.years_text(value) if member.kind == "years" else str(value)}


_WRITERS: Final = {"count": typed.count_text, "point": typed.point_text, "record": typed.record_text}


def _text(value: JsonValue) -> str:
    return f" {PARTS_BETWEEN} ".join(str(part) for part in value) if isinstance(value, list) else str(value)


def _check_needed(form: str, given: Mapping[str, str]) -> None:
    if form.startswith(_CODE) or form not in _NEEDED_MEMBERS:
        needed: tuple[str, ...] = ("value",) if members(form)[0].name == "value" else ()
    else:
        needed = _NEEDED_MEMBERS[form]
    for name in needed:
        if not given.get(name):
            raise Wrong(_NEEDED, name)


def _read(member: Member, text: str, own: str) -> JsonValue:
    try:
        return _one(member, text, own)
    except Wrong as wrong:
        raise Wrong(wrong.message, member.name, **wrong.values) from None


def _one(member: Member, text: str, own: str) -> JsonValue:
    kind = member.kind
    if kind == "word":
        return _word(member, text)
    if kind == "number":
        return _number(member, text)
    if kind == "record":
        return typed.record(text, own)
    if kind == "digest":
        return _digest(text)
    if kind == "parts":
        return _parts(text)
    if kind in _READERS:
        return _READERS[kind](text)
    limit = LONG if kind == "long" else SHORT
    if len(text) > limit:
        raise Wrong(_TOO_LONG, count=len(text), limit=limit)
    if member.name == "lang" and not (2 <= len(text) <= 3 and text.isascii() and text.isalpha() and text.islower()):
        raise Wrong(_LANG_WRONG)
    return text


_READERS: Final = {
    "country": typed.country,
    "day": typed.day,
    "month": typed.month,
    "years": typed.years,
    "count": typed.count,
    "point": typed.point,
    "when": typed.when,
}


def _word(member: Member, text: str) -> str:
    allowed = set(Tlp) if member.vocabulary == "TLP 2.0" else VOCABULARIES[member.vocabulary].keys()
    if text not in allowed:
        raise Wrong(_NOT_OFFERED)
    return text


def _number(member: Member, text: str) -> int:
    plain = typed.latin(text)
    sign, figures = (-1, plain[1:]) if plain.startswith(("-", "−")) else (1, plain)
    if not figures.isdecimal() or len(figures) > 6 or not member.low <= sign * int(figures) <= member.high:
        raise Wrong(_NUMBER_WRONG, low=member.low, high=member.high)
    return sign * int(figures)


def _digest(text: str) -> str:
    plain = "".join(text.split()).lower()
    if len(plain) != 64 or set(plain) - set("0123456789abcdef"):
        raise Wrong(_DIGEST_WRONG)
    return plain


def _parts(text: str) -> list[JsonValue]:
    found: list[JsonValue] = [part.strip() for part in text.split(PARTS_BETWEEN)]
    if not 2 <= len(found) <= 8 or not all(part and len(str(part)) <= SHORT for part in found):
        raise Wrong(_PARTS_WRONG)
    return found


def _partial(given: Mapping[str, str]) -> JsonObject:
    about, note = given.get("about", ""), given.get("note", "")
    for member in (_ABOUT, _CALENDAR):
        if given.get(member.name):
            _read(member, given[member.name], "")
    if len(note) > SHORT:
        raise Wrong(_TOO_LONG, "note", count=len(note), limit=SHORT)
    try:
        return typed.when(given["when"], about=about == "approximate", calendar=given.get("calendar", ""), note=note)
    except Wrong as wrong:
        raise Wrong(wrong.message, "when", **wrong.values) from None


def _check_whole(form: str, value: JsonObject) -> None:
    """What members say together."""
    if form == "document" and not {"number", "note"} & value.keys():
        raise Wrong(_DOCUMENT_WRONG, "number")
    if form in ("place", "area") and not value:
        raise Wrong(_PLACE_WRONG, "city")
    if form == "area" and ("lat" in value) != ("lon" in value):
        raise Wrong(_CELL_WRONG, "lat")
    if form == "nationality":
        _check_nationality(value)


def _check_nationality(value: JsonObject) -> None:
    if value["status"] != UNDISCLOSED:
        if "country" not in value:
            raise Wrong(_NEEDED, "country")
        if "region" in value:
            raise Wrong(_REGION_WRONG, "region")
    elif "region" not in value or {"country", "note"} & value.keys():
        raise Wrong(_REGION_WRONG, "region")
