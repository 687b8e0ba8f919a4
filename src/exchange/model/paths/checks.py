"""Value checks: small closures that say whether a JSON value has the form that a path demands.

They judge form, not truth, and not the safety of text (`exchange.model.validate` does). They never raise: a claim
reader calls thirty of them a record. Spec: docs/spec/records.md §3.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Final, NamedTuple

from exchange.model import vocab
from exchange.model.claims import JsonValue

Check = Callable[[JsonValue], bool]

SHORT: Final = 500
"""Characters in a name, a number, a place."""
LONG: Final = 15_000
"""Characters in a note: under 64 KiB as UTF-8, the size of a claim. The UN list's longest comment has under 2,000."""
COUNT_MAX: Final = 10_000_000
YEAR_MIN: Final = 1250
"""Years are Gregorian or Hijri (1250 AH is 1834)."""
YEAR_MAX: Final = 2199

_HIJRI: Final = re.compile(r"1[2-5][0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|30)", re.ASCII)
_RECORD_ID: Final = re.compile(r"[a-z0-9-]{8,64}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Form(NamedTuple):
    """A check and how the specification names it."""

    name: str
    check: Check


def text(limit: int) -> Check:
    """Text of 1 to `limit` characters, not only white space."""

    def check(value: JsonValue) -> bool:
        return type(value) is str and 0 < len(value) <= limit and not value.isspace()

    return check


def whole(low: int, high: int) -> Check:
    def check(value: JsonValue) -> bool:
        return type(value) is int and low <= value <= high

    return check


def one_of(words: Collection[str]) -> Check:
    allowed = frozenset(str(word) for word in words)

    def check(value: JsonValue) -> bool:
        return type(value) is str and value in allowed

    return check


def matching(pattern: re.Pattern[str]) -> Check:
    def check(value: JsonValue) -> bool:
        return type(value) is str and pattern.fullmatch(value) is not None

    return check


def members(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with all of `required`, any of `optional` and nothing else."""
    every = {**required, **(optional or {})}
    needed = tuple(required)

    def check(value: JsonValue) -> bool:
        if type(value) is not dict:
            return False
        for name in needed:
            if name not in value:
                return False
        for name, item in value.items():
            member = every.get(name)
            if member is None or not member(item):
                return False
        return True

    return check


def is_date(value: JsonValue) -> bool:
    """`YYYY-MM-DD`, a day that exists (proleptic Gregorian)."""
    if type(value) is not str or len(value) != 10 or value[4] != "-" or value[7] != "-" or not value.isascii():
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def is_month(value: JsonValue) -> bool:
    """`YYYY-MM`."""
    return type(value) is str and len(value) == 7 and is_date(value + "-01")


def _is_day(value: JsonValue, calendar: JsonValue) -> bool:
    if calendar == "hijri":
        return type(value) is str and _HIJRI.fullmatch(value) is not None
    return is_date(value)


def _is_bound(value: JsonValue, calendar: JsonValue) -> bool:
    return is_year(value) or _is_day(value, calendar)


is_year: Final = whole(YEAR_MIN, YEAR_MAX)

_PARTIAL_MEMBERS: Final[dict[str, tuple[frozenset[str], ...]]] = {
    "exact": (frozenset({"precision", "date"}),),
    "approximate": (frozenset({"precision", "date"}), frozenset({"precision", "year"})),
    "year": (frozenset({"precision", "year"}),),
    "range": (frozenset({"precision", "from", "to"}),),
}


def is_partial_date(value: JsonValue) -> bool:
    """`{"precision", "date"|"year"|"from","to"[, "calendar"][, "note"]}`; bounds are years or days, both alike."""
    if type(value) is not dict:
        return False
    precision = value.get("precision")
    shapes = _PARTIAL_MEMBERS.get(precision) if type(precision) is str else None
    calendar = value.get("calendar", "gregorian")
    if shapes is None or calendar not in ("gregorian", "hijri"):
        return False
    names = value.keys() - {"calendar", "note"}
    if names not in shapes or ("note" in value and not is_short(value["note"])):
        return False
    if "date" in names:
        return _is_day(value["date"], calendar)
    if "year" in names:
        return is_year(value["year"])
    return _is_span(value["from"], value["to"], calendar)


def _is_span(low: JsonValue, high: JsonValue, calendar: JsonValue) -> bool:
    if not (_is_bound(low, calendar) and _is_bound(high, calendar)):
        return False
    if isinstance(low, int) and isinstance(high, int):
        return low <= high
    return isinstance(low, str) and isinstance(high, str) and low <= high


def is_year_or_span(value: JsonValue) -> bool:
    """A year, or `{"from","to"}` in years."""
    if type(value) is dict:
        return value.keys() == {"from", "to"} and is_year(value["from"]) and _is_span(value["from"], value["to"], "")
    return is_year(value)


def is_count(value: JsonValue) -> bool:
    """`{"low","high"}`: "70 to 75" has both, "at least 120" has `high` null, an exact figure has them equal."""
    if type(value) is not dict or value.keys() != {"low", "high"}:
        return False
    low, high = value["low"], value["high"]
    if type(low) is not int or not 0 <= low <= COUNT_MAX:
        return False
    return high is None or (type(high) is int and low <= high <= COUNT_MAX)


def is_parts(value: JsonValue) -> bool:
    """The parts of a name as the source lists them, 2 to 8."""
    return type(value) is list and 2 <= len(value) <= 8 and all(is_short(item) for item in value)


def is_document(value: JsonValue) -> bool:
    """A type, and a number or a note: sources name papers whose number they do not know."""
    return _document(value) and type(value) is dict and ("number" in value or "note" in value)


def is_area(value: JsonValue) -> bool:
    """A country, a region, a city, or a cell of whole degrees: at least one of them."""
    return _area(value) and value != {} and (type(value) is dict and ("lat" in value) == ("lon" in value))


def is_nationality(value: JsonValue) -> bool:
    """A country with its status; or `undisclosed` with a region, and then no member in which one could be named."""
    return _nationality(value) or _undisclosed(value)


def is_place(value: JsonValue) -> bool:
    """At least one of country, city, region, street, postcode, note."""
    return _place(value) and value != {}


is_short: Final = text(SHORT)
is_long: Final = text(LONG)
is_country: Final = one_of(vocab.COUNTRIES)
_place: Final = members(
    {},
    {"country": is_country, "city": is_short, "region": is_short, "street": is_short, "postcode": is_short}
    | {"note": is_long},
)
_area: Final = members(
    {},
    {"country": is_country, "region": is_short, "city": is_short, "lat": whole(-90, 90), "lon": whole(-180, 180)},
)
_nationality: Final = members(
    {"country": is_country, "status": one_of(vocab.NATIONALITY_STATUSES)},
    {"rank": whole(1, 9), "note": is_short},
)
_undisclosed: Final = members(
    {"status": one_of((vocab.UNDISCLOSED,)), "region": one_of(vocab.REGIONS)}, {"rank": whole(1, 9)}
)
_document: Final = members(
    {"type": one_of(vocab.DOCUMENT_TYPES)},
    {"number": is_short, "country": is_country, "city": is_short, "issued": is_date, "expires": is_date}
    | {"note": is_long},
)

TEXT: Final = Form("text", is_short)
NOTE: Final = Form("long text", is_long)
DATE: Final = Form("date", is_date)
MONTH: Final = Form("month", is_month)
PARTIAL_DATE: Final = Form("partial date", is_partial_date)
YEAR: Final = Form("year or years", is_year_or_span)
COUNTRY: Final = Form("country", is_country)
PLACE: Final = Form("place", is_place)
AREA: Final = Form("area", is_area)
COUNT: Final = Form("count", is_count)
DIGEST: Final = Form("digest", matching(_DIGEST))
NAME: Final = Form(
    "name",
    members(
        {"text": is_short, "script": one_of(vocab.SCRIPTS), "type": one_of(vocab.NAME_TYPES)},
        {"lang": matching(re.compile(r"[a-z]{2,3}", re.ASCII)), "quality": one_of(vocab.NAME_QUALITIES)}
        | {"note": is_long, "parts": is_parts},
    ),
)
NATIONALITY: Final = Form("nationality", is_nationality)
DOCUMENT: Final = Form("document", is_document)
POINT: Final = Form("point", members({"lat": whole(-90_000_000, 90_000_000), "lon": whole(-180_000_000, 180_000_000)}))
REF: Final = Form(
    "record", members({"originator": matching(re.compile("[A-Z]{2}", re.ASCII)), "id": matching(_RECORD_ID)})
)
FATE: Final = Form(
    "fate",
    members({"state": one_of(vocab.FATES)}, {"date": is_date, "country": is_country, "note": is_short}),
)
RENEWAL: Final = Form("renewal", members({"reason": is_long, "authority": is_short, "until": is_date}))
SIGNOFF: Final = Form("sign-off", members({"for": one_of(vocab.SIGNOFFS), "authority": is_short, "date": is_date}))


def code(name: str, words: Collection[str]) -> Form:
    """A word of a closed vocabulary."""
    return Form(f"code: {name}", one_of(words))
