"""A claim's value as a reader sees it: one form of a name to a line, codes in words, dates as exact as they are.

Nothing of a value is left out and nothing is added; what has no word is shown as it stands. Each line is isolated, so
that two scripts never share one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from markupsafe import Markup

from exchange.console import when
from exchange.console.render import ident, name, tlp
from exchange.console.visit import Visit
from exchange.console.words import mark, said
from exchange.model.claims import Claim, JsonValue
from exchange.model.paths import PATHS
from exchange.policies.agreement import Text
from exchange.sentences.law.countries import COUNTRIES
from exchange.sentences.law.fields import FIELDS
from exchange.sentences.law.grammar import Tongue
from exchange.sentences.law.words import CATEGORIES, CAVEATS, LISTS, PURPOSES, REGIONS, ROLES

WORDS: Final[Mapping[str, Mapping[str, Text]]] = {
    "record.purpose": PURPOSES,
    "record.caveat": CAVEATS,
    "record.category": CATEGORIES,
    "role": ROLES,
    "listed.by": LISTS,
}
"""Path -> words for its codes."""
MEMBERS: Final = {
    "type": mark("type"),
    "number": mark("number"),
    "country": mark("country"),
    "city": mark("city"),
    "region": mark("region"),
    "street": mark("street"),
    "postcode": mark("postcode"),
    "note": mark("note"),
    "issued": mark("issued"),
    "expires": mark("expires"),
    "status": mark("status"),
    "rank": mark("rank"),
    "state": mark("state"),
    "date": mark("date"),
    "calendar": mark("calendar"),
    "quality": mark("quality"),
    "lang": mark("language"),
    "script": mark("script"),
    "parts": mark("parts"),
    "reason": mark("reason"),
    "authority": mark("authority"),
    "until": mark("until"),
    "for": mark("for"),
    "lat": mark("latitude"),
    "lon": mark("longitude"),
}
ABOUT: Final = mark("about %(date)s")
BETWEEN: Final = mark("between %(first)s and %(last)s")
AT_LEAST: Final = mark("at least %(number)s")
HIJRI: Final = mark("%(date)s (Hijri)")
_CODES: Final = frozenset({"type", "status", "state", "quality", "script", "lang", "for", "calendar"})
_NUMBERS: Final = frozenset({"number", "postcode", "rank", "lat", "lon"})


def field_of(visit: Visit, path: str) -> str:
    """The name of a field; a path that is not registered is told as it is written."""
    return Tongue(visit.lang).of(FIELDS[path]) if path in FIELDS else path


def value_of(visit: Visit, claim: Claim) -> Markup:
    """The value of a claim, line under line."""
    lines = [Markup('<span class="line">{}</span>').format(line) for line in _lines(visit, claim.path, claim.value)]
    return Markup('<span class="value">{}</span>').format(Markup("").join(lines))


def country_of(visit: Visit, code: str) -> str:
    """The name of a state; its code where there is none."""
    return Tongue(visit.lang).country(code) if code in COUNTRIES else code


def _lines(visit: Visit, path: str, value: JsonValue) -> Iterator[Markup | str]:
    form = PATHS[path].form if path in PATHS else ""
    made = _FORMS.get(form)
    if made is not None:
        yield from made(visit, value)
    elif path == "record.marking":
        yield tlp(value)
    elif isinstance(value, str) and value in WORDS.get(path, {}):
        yield Tongue(visit.lang).of(WORDS[path][value])
    elif isinstance(value, str) and form.startswith(("code: ", "digest")):
        yield ident(value)
    elif isinstance(value, dict):
        yield from _members(visit, value)
    else:
        yield name(value)


def _name(visit: Visit, value: JsonValue) -> Iterator[Markup | str]:
    """The form itself, Arabic as an original; then what is known of it, each member to a line."""
    if not isinstance(value, dict):
        yield name(value)
        return
    yield _form(value)
    codes = [ident(each) for key, each in value.items() if key in _CODES]
    yield Markup('<span class="muted">{}</span>').format(Markup(" · ").join(codes))
    yield from _members(visit, {key: each for key, each in value.items() if key != "text" and key not in _CODES})


def _form(value: Mapping[str, JsonValue]) -> Markup:
    """One form of a name in its own direction; Arabic in the script of originals."""
    arabic = value.get("script") == "Arab"
    shown = name(str(value.get("text", "")), "ar" if arabic else str(value.get("lang") or ""))
    return Markup('<span class="original">{}</span>').format(shown) if arabic else shown


def _partial(visit: Visit, value: JsonValue) -> Iterator[Markup | str]:
    if not isinstance(value, dict):
        yield name(value)
        return
    hijri = value.get("calendar") == "hijri"

    def told(bound: JsonValue) -> str:
        if isinstance(bound, int) or hijri:
            return when.digits(str(bound), visit.wanted)
        return visit.partial(bound)

    if value.get("precision") == "range":
        text = said(visit.lang, BETWEEN, first=told(value.get("from")), last=told(value.get("to")))
    else:
        text = told(value.get("date", value.get("year")))
        if value.get("precision") == "approximate":
            text = said(visit.lang, ABOUT, date=text)
    yield said(visit.lang, HIJRI, date=text) if hijri else text
    if "note" in value:
        yield from _members(visit, {"note": value["note"]})


def _date(visit: Visit, value: JsonValue) -> Iterator[Markup | str]:
    yield visit.partial(value)


def _year(visit: Visit, value: JsonValue) -> Iterator[Markup | str]:
    if isinstance(value, dict):
        first, last = (when.digits(str(value.get(bound)), visit.wanted) for bound in ("from", "to"))
        yield said(visit.lang, BETWEEN, first=first, last=last)
    else:
        yield when.digits(str(value), visit.wanted)


def _count(visit: Visit, value: JsonValue) -> Iterator[Markup | str]:
    if not isinstance(value, dict):
        yield name(value)
        return
    low, high = value.get("low"), value.get("high")
    shown = [visit.number(each) for each in (low, high) if isinstance(each, int)]
    if len(shown) == 1:
        yield said(visit.lang, AT_LEAST, number=shown[0])
    elif low == high:
        yield shown[0]
    else:
        yield said(visit.lang, BETWEEN, first=shown[0], last=shown[1])


def _country(visit: Visit, value: JsonValue) -> Iterator[Markup | str]:
    yield Markup("{} {}").format(country_of(visit, str(value)), ident(value))


def _point(visit: Visit, value: JsonValue) -> Iterator[Markup | str]:
    """In degrees; a claim holds millionths of one (docs/spec/records.md §3)."""
    if not isinstance(value, dict):
        yield name(value)
        return
    for member in ("lat", "lon"):
        part = value.get(member)
        degrees = f"{part / 1_000_000:.6f}°" if isinstance(part, int) else str(part)
        yield Markup('<span class="muted">{}</span> {}').format(said(visit.lang, MEMBERS[member]), ident(degrees))


def _record(visit: Visit, value: JsonValue) -> Iterator[Markup | str]:
    del visit
    yield ident(f"{value.get('originator')}/{value.get('id')}" if isinstance(value, dict) else value)


def _members(visit: Visit, value: Mapping[str, JsonValue]) -> Iterator[Markup | str]:
    """Each member to a line, under its name."""
    for member, part in value.items():
        label = said(visit.lang, MEMBERS[member]) if member in MEMBERS else member
        yield Markup('<span class="muted">{}</span> {}').format(label, _part(visit, member, part))


def _part(visit: Visit, member: str, part: JsonValue) -> Markup | str:
    if isinstance(part, list):
        return Markup(" · ").join(name(each) for each in part)
    text = str(part)
    if member == "country":
        return Markup("{} {}").format(country_of(visit, text), ident(text))
    if member == "region" and text in REGIONS:
        return Tongue(visit.lang).of(REGIONS[text])
    if member in ("issued", "expires", "date", "until"):
        return visit.partial(text)
    return ident(text) if member in _CODES | _NUMBERS else name(text)


_FORMS: Final[dict[str, Callable[[Visit, JsonValue], Iterator[Markup | str]]]] = {
    "name": _name,
    "partial date": _partial,
    "date": _date,
    "month": _date,
    "year or years": _year,
    "count": _count,
    "country": _country,
    "point": _point,
    "record": _record,
}


def names_of(claims: tuple[Claim, ...]) -> list[Markup]:
    """What the record is called: its Arabic form and its Latin one, as far as it has them."""
    forms: dict[str, Markup] = {}
    for claim in sorted((each for each in claims if each.path.startswith("name.")), key=_primary):
        value = claim.value
        if isinstance(value, dict) and isinstance(value.get("text"), str):
            forms.setdefault("ar" if value.get("script") == "Arab" else "other", _form(value))
    return [forms[key] for key in ("ar", "other") if key in forms]


def _primary(claim: Claim) -> tuple[bool, bool]:
    kind = claim.value.get("type") if isinstance(claim.value, dict) else None
    return claim.path != "name.full", kind != "primary"
