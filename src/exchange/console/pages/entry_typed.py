"""Dates, counts, points and names of records as people type them -> values of claims; and back. Pure.

Days are written as on forms in the Maghreb and the Gulf: the day first, `14/03/1991`, or as ISO, `1991-03-14`, or with
the month's name in Arabic, French or English. Digits may be Arabic. What cannot be read is a `Wrong` with a message.
"""

from __future__ import annotations

import re
from typing import Final

from exchange.console.words import mark
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.paths.checks import is_count, is_date, is_month, is_partial_date, is_year_or_span
from exchange.model.vocab import COUNTRIES, GRADE_SCALES
from exchange.sentences.law.countries import COUNTRIES as COUNTRY_NAMES

MILLION: Final = 1_000_000
_DIGITS: Final = {ord(sign): str(index % 10) for index, sign in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv يناير جانفي كانون_الثاني",
            "february feb février fevrier févr فبراير فيفري شباط",
            "march mar mars مارس آذار اذار",
            "april apr avril avr أبريل ابريل أفريل افريل نيسان",
            "may mai مايو ماي أيار ايار",
            "june jun juin يونيو جوان حزيران",
            "july jul juillet juil يوليو جويلية جويليه تموز",
            "august aug août aout أغسطس اغسطس أوت اوت آب اب",
            "september sep sept septembre سبتمبر أيلول ايلول",
            "october oct octobre أكتوبر اكتوبر تشرين_الأول",
            "november nov novembre نوفمبر تشرين_الثاني",
            "december dec décembre decembre déc ديسمبر كانون_الأول",
        ),
        1,
    )
    for name in names.split()
}
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_NAMED: Final = re.compile(r"(\d{1,2})(?:er)?\.?[ -]([^\W\d]+(?:_[^\W\d]+)?)\.?,?[ -](\d{4})")
_YEAR: Final = re.compile(r"\d{4}")
_ABOUT: Final = re.compile(r"(?:about|around|circa|ca?\.|vers|environ|حوالي|نحو|~|≈)\s*", re.IGNORECASE)
_BETWEEN: Final = re.compile(r"(?:between|from|entre|de|du|بين|من)\s+", re.IGNORECASE)
_SPAN: Final = re.compile(
    r"\s+(?:to|and|et|au|à|a|إلى|الى|و)\s+|\s*[–—…]\s*|\s+[-/]\s+|(?<=\d{4})[-/](?=\d{4}$)|(?<=-\d\d)/(?=\d{4}-)",
    re.IGNORECASE,
)
_AT_LEAST: Final = re.compile(
    r"(?:at least|au moins|على الأقل|لا يقل عن|>=|≥)\s*(\d{1,9})|(\d{1,9})\s*\+", re.IGNORECASE
)
_POINT: Final = re.compile(
    r"([+-]?\d{1,3}(?:\.\d{1,6})?)\s*°?\s*([NnSs]?)\s*[,; ]\s*([+-]?\d{1,3}(?:\.\d{1,6})?)\s*°?\s*([EeWw]?)"
)
_REF: Final = re.compile(r"(?:([A-Z]{2})\s*/\s*)?([a-z0-9-]{8,64})", re.ASCII)
_GRADE: Final = re.compile(r"(?:(4 ?[x×] ?4|admiralty)[ :]*)?([A-Fa-fXx]) ?-?([1-6])", re.IGNORECASE)

_DAY_WRONG: Final = mark("This is no date. Write the day first, 14/03/1991, or the year first, 1991-03-14.")
_MONTH_WRONG: Final = mark("This is no month. Write the year first: 1991-03.")
_WHEN_WRONG: Final = mark("This is no date. Write as much as is known: 14/03/1991, 1991, about 1991, or 1988 to 1990.")
_YEARS_WRONG: Final = mark("This is no year. Write 1991, or 1988 to 1990.")
_COUNT_WRONG: Final = mark("This is no number. Write 72, or 70 to 75, or 120+ for at least 120.")
_POINT_WRONG: Final = mark("This is no point. Write latitude and longitude in degrees: 34.5631, 38.2814.")
_REF_WRONG: Final = mark(
    "This names no record. Write it as it stands on its page: two letters, a stroke, and its number."
)
_COUNTRY_WRONG: Final = mark("This country is not known. Write its two letters, or its name as the list offers it.")
_GRADE_WRONG: Final = mark("This is no grade. Write a letter and a figure: B2; for the 4x4 scale write 4x4 B2.")


class Wrong(Exception):
    """What was typed cannot be read: `message` is a msgid with the values that it takes, at a member of a row."""

    def __init__(self, message: str, member: str = "", **values: str | int) -> None:
        super().__init__(message)
        self.message = message
        self.member = member
        self.values = values


def latin(text: str) -> str:
    """The text with Latin digits, white space made one blank."""
    return " ".join(text.translate(_DIGITS).split())


def day(text: str) -> str:
    """One day as ISO. `Wrong`."""
    found = _any_day(latin(text))
    if found is None or not is_date(found):
        raise Wrong(_DAY_WRONG)
    return found


def month(text: str) -> str:
    """`YYYY-MM`. `Wrong`."""
    found = latin(text)
    if not is_month(found):
        raise Wrong(_MONTH_WRONG)
    return found


def when(text: str, *, about: bool = False, calendar: str = "", note: str = "") -> JsonObject:
    """A partial date, as exact as it is written. `Wrong`."""
    plain = latin(text)
    started = _ABOUT.match(plain)
    if started is not None:
        about, plain = True, plain[started.end() :]
    low, high = _span(plain, calendar)
    if high is not None:
        value: JsonObject = {"precision": "range", "from": low, "to": high}
    elif isinstance(low, int):
        value = {"precision": "approximate" if about else "year", "year": low}
    else:
        value = {"precision": "approximate" if about else "exact", "date": low}
    if calendar:
        value["calendar"] = calendar
    if note:
        value["note"] = note
    if not is_partial_date(value):
        raise Wrong(_WHEN_WRONG)
    return value


def when_text(value: JsonObject) -> str:
    """A partial date as it is typed; whether it is approximate, its calendar and its note stand beside it."""
    if value["precision"] == "range":
        return f"{value['from']} – {value['to']}"
    return str(value["date"] if "date" in value else value["year"])


def years(text: str) -> JsonValue:
    """A year, or years. `Wrong`."""
    try:
        low, high = _span(latin(text), "")
    except Wrong:
        raise Wrong(_YEARS_WRONG) from None
    value: JsonValue = low if high is None else {"from": low, "to": high}
    if not is_year_or_span(value):
        raise Wrong(_YEARS_WRONG)
    return value


def years_text(value: JsonValue) -> str:
    return f"{value['from']} – {value['to']}" if isinstance(value, dict) else str(value)


def count(text: str) -> JsonObject:
    """A number, a range, or at least a number. `Wrong`."""
    plain = latin(text)
    open_ended = _AT_LEAST.fullmatch(plain)
    ends = re.split(r"\s*[–—-]\s*|\s+(?:to|à|a|إلى|الى)\s+", plain)
    value: JsonObject = {}
    if open_ended is not None:
        value = {"low": int(open_ended[1] or open_ended[2]), "high": None}
    elif len(ends) <= 2 and all(end.isdecimal() and len(end) < 10 for end in ends):
        value = {"low": int(ends[0]), "high": int(ends[-1])}
    if not is_count(value):
        raise Wrong(_COUNT_WRONG)
    return value


def count_text(value: JsonObject) -> str:
    low, high = value["low"], value["high"]
    if high is None:
        return f"{low}+"
    return str(low) if low == high else f"{low} – {high}"


def point(text: str) -> JsonObject:
    """Degrees -> millionths. `Wrong`."""
    found = _POINT.fullmatch(latin(text))
    if found is None:
        raise Wrong(_POINT_WRONG)
    lat, lon = _millionths(found[1]), _millionths(found[3])
    lat, lon = (-lat if found[2] in ("S", "s") else lat), (-lon if found[4] in ("W", "w") else lon)
    if abs(lat) > 90 * MILLION or abs(lon) > 180 * MILLION:
        raise Wrong(_POINT_WRONG)
    return {"lat": lat, "lon": lon}


def point_text(value: JsonObject) -> str:
    return ", ".join(_degrees(int(str(value[name]))) for name in ("lat", "lon"))


def record(text: str, own: str) -> JsonObject:
    """`DZ/rec-…`; without the letters a record of `own`. `Wrong`."""
    found = _REF.fullmatch(text.strip())
    if found is None:
        raise Wrong(_REF_WRONG)
    return {"originator": found[1] or own, "id": found[2]}


def record_text(value: JsonObject) -> str:
    return f"{value['originator']}/{value['id']}"


def country(text: str) -> str:
    """ISO code, from the code or a name in one of the languages. `Wrong`."""
    plain = " ".join(text.split())
    if plain.upper() in COUNTRIES:
        return plain.upper()
    found = _BY_NAME.get(_bare(plain.casefold()))
    if found is None:
        raise Wrong(_COUNTRY_WRONG)
    return found


def country_name(code: str, lang: str) -> str:
    """The name as a list has it, without an article where French and English put one in a sentence."""
    text = COUNTRY_NAMES.get(code)
    if text is None:
        return code
    name = str(getattr(text, lang))
    return name if lang == "ar" else _bare(name)


def grade(text: str, scale: str) -> tuple[str, str, str]:
    """(scale, source, information); of `scale` unless the text names one. `Wrong`."""
    found = _GRADE.fullmatch(latin(text))
    if found is None:
        raise Wrong(_GRADE_WRONG)
    named = (found[1] or "").lower()
    chosen = scale if not named else ("admiralty" if named == "admiralty" else "4x4")
    letters, figures = GRADE_SCALES[chosen]
    source, information = found[2].upper(), found[3]
    if source not in letters or information not in figures:
        raise Wrong(_GRADE_WRONG)
    return chosen, source, information


def grade_text(scale: str, source: str, information: str) -> str:
    """As it is typed, whatever scale is usual on the page."""
    return f"{source}{information}" if scale == "admiralty" else f"4x4 {source}{information}"


def _any_day(text: str) -> str | None:
    iso = _ISO.fullmatch(text)
    if iso is not None:
        return f"{iso[1]}-{int(iso[2]):02}-{int(iso[3]):02}"
    first = _DAY_FIRST.fullmatch(text)
    if first is not None:
        return f"{first[3]}-{int(first[2]):02}-{int(first[1]):02}"
    named = _NAMED.fullmatch(re.sub(r"(تشرين|كانون) ", r"\1_", text))
    number = None if named is None else _MONTHS.get(named[2].casefold())
    return None if named is None or number is None else f"{named[3]}-{number:02}-{int(named[1]):02}"


def _span(plain: str, calendar: str) -> tuple[str | int, str | int | None]:
    """(first, last), days or years both; last None where there is one bound."""
    only = _bound(plain, calendar)
    if only is not None:
        return only, None
    between = _BETWEEN.match(plain)
    ends = _SPAN.split(plain if between is None else plain[between.end() :])
    bounds = [_bound(end.strip(), calendar) for end in ends]
    if len(bounds) != 2 or bounds[0] is None or bounds[1] is None or type(bounds[0]) is not type(bounds[1]):
        raise Wrong(_WHEN_WRONG)
    return bounds[0], bounds[1]


def _bound(text: str, calendar: str) -> str | int | None:
    if _YEAR.fullmatch(text):
        return int(text)
    found = _any_day(text)
    return found if found is not None and (calendar == "hijri" or is_date(found)) else None


def _millionths(text: str) -> int:
    """Without a float, so that what is shown and typed again is the same."""
    whole, _, part = text.lstrip("+-").partition(".")
    value = int(whole) * MILLION + int(part.ljust(6, "0") or "0")
    return -value if text.startswith("-") else value


def _degrees(value: int) -> str:
    whole, part = divmod(abs(value), MILLION)
    text = f"{whole}.{part:06}".rstrip("0").rstrip(".")
    return f"-{text}" if value < 0 else text


def _bare(name: str) -> str:
    """French and English names without the article."""
    for article in ("the ", "le ", "la ", "les ", "l'", "l’"):
        if name.startswith(article):
            return name[len(article) :]
    return name


_BY_NAME: Final = {
    _bare(str(name).casefold()): code for code, text in COUNTRY_NAMES.items() for name in (text.ar, text.fr, text.en)
}
