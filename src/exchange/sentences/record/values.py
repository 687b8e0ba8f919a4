"""The value of a claim in words: one line for what it says, further lines for what the source adds.

What a state wrote is isolated in its own direction, with hidden signs written out; codes are told in words, numbers and
identifiers keep their order. Forms of values: `exchange.model.paths.checks`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from exchange.model.claims import Claim, JsonValue
from exchange.model.paths import PATHS
from exchange.policies.agreement import Text
from exchange.sentences.law.countries import COUNTRIES
from exchange.sentences.law.fields import FIELDS
from exchange.sentences.law.grammar import FIRST_STRONG, LEFT_TO_RIGHT, MONTHS, POP, Tongue, capital
from exchange.sentences.law.words import CATEGORIES, CAVEATS, LISTS, PURPOSES, REGIONS, ROLES, SCALES, STATEMENTS
from exchange.sentences.record import words
from exchange.sentences.record.phrases import SHEET, VALUE
from exchange.sentences.visible import breakable, few_marks, visible

MICRO: Final = 1_000_000
"""Parts of a degree in which points are stored."""
_LAW: Final[dict[str, dict[str, Text]]] = {
    "role": ROLES,
    "list": LISTS,
    "purpose": PURPOSES,
    "caveat": CAVEATS,
    "subject category": CATEGORIES,
}


def written(text: str) -> str:
    """Text that somebody wrote, in whatever script: nothing hidden in it, each line of it in its own direction."""
    ended = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    lines = breakable(few_marks(visible(ended))).split("\n")
    return "\n".join(f"{FIRST_STRONG}{line}{POP}" if line else "" for line in lines)


def ltr(text: str) -> str:
    """Figures, ids and digests: left to right, never reordered."""
    return f"{LEFT_TO_RIGHT}{visible(text)}{POP}"


def named_field(tongue: Tongue, path: str) -> str:
    """The field's name; a path that is not registered is told as it is written."""
    return capital(tongue.of(FIELDS[path])) if path in FIELDS else ltr(path)


def fact(tongue: Tongue, label: str, value: str) -> str:
    """`Label: value`. `label`: a name in `VALUE`."""
    return tongue.say(VALUE["fact"], label=capital(tongue.of(VALUE[label])), x=value)


def country(tongue: Tongue, code: str) -> str:
    """The name of a state with its code, standing alone."""
    return capital(state(tongue, code))


def state(tongue: Tongue, code: str) -> str:
    """The same inside a sentence."""
    if code not in COUNTRIES:
        return ltr(code)
    return tongue.say(VALUE["country"], name=tongue.country(code), code=tongue.name(code))


def value_lines(tongue: Tongue, claim: Claim) -> tuple[str, ...]:
    """What the claim says. A value that has not the form of its path is told as JSON: it must be seen, too."""
    spec = PATHS.get(claim.path)
    if spec is None or not spec.check(claim.value):
        return (_raw(claim.value),)
    return tuple(line for line in _FORMS[spec.form.partition(":")[0]](tongue, claim.value, spec.form) if line)


def certainty_lines(tongue: Tongue, claim: Claim) -> tuple[str, ...]:
    """Fact, assessment or hearsay; the grade with what it means; when it was observed."""
    lines = [capital(tongue.of(STATEMENTS[claim.statement])) if claim.statement in STATEMENTS else ltr(claim.statement)]
    grade = claim.grade
    if grade is not None:
        lines.append(
            tongue.say(
                SHEET["grade"],
                grade=tongue.name(f"{grade.source}{grade.information}"),
                scale=_word(tongue, SCALES, grade.scale),
                source=_word(tongue, words.SOURCE_GRADES.get(grade.scale, {}), grade.source),
                information=_word(tongue, words.INFORMATION_GRADES.get(grade.scale, {}), grade.information),
            )
        )
    if claim.observed is not None:
        lines.append(tongue.say(SHEET["observed"], x=date_text(tongue, claim.observed)))
    return tuple(lines)


def date_text(tongue: Tongue, iso: str) -> str:
    """A day, a month or a year of the Gregorian calendar; anything else as it stands."""
    parts = iso.split("-")
    if not all(part.isdigit() for part in parts) or len(parts) > 3 or not 1 <= int((*parts, "1")[1]) <= 12:
        return ltr(iso)
    if len(parts) == 1:
        return ltr(iso)
    year, month = parts[0], tongue.of(MONTHS[int(parts[1]) - 1])
    if len(parts) == 2:
        return tongue.say(VALUE["month"], month=month, year=year)
    day = "1er" if tongue.lang == "fr" and parts[2] == "01" else str(int(parts[2]))
    return tongue.say(VALUE["day"], day=day, month=month, year=year)


def point_text(latitude: int, longitude: int) -> str:
    """Degrees with six decimals and the letter of the half, from millionths of a degree."""
    halves = ((latitude, "NS"), (longitude, "EW"))
    return ltr(", ".join(f"{abs(value) / MICRO:.6f}° {letters[value < 0]}" for value, letters in halves))


def range_text(tongue: Tongue, low: int, high: int | None) -> str:
    """A count as exact as it is."""
    if high is None:
        return tongue.say(VALUE["at_least"], low=str(low))
    return str(low) if low == high else tongue.say(VALUE["from_to"], low=str(low), high=str(high))


def _word(tongue: Tongue, table: dict[str, Text], code: str) -> str:
    return tongue.of(table[code]) if code in table else ltr(code)


def _raw(value: JsonValue) -> str:
    return written(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True))


def _text(_tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    return [written(str(value))]


def _digest(_tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    """In pieces of sixteen, as people compare them."""
    text = str(value)
    return [ltr(text[at : at + 16]) for at in range(0, len(text), 16)]


def _code(tongue: Tongue, value: JsonValue, form: str) -> list[str]:
    name = form.partition(": ")[2]
    table = _LAW.get(name) or words.VOCABULARIES.get(name, {})
    return [capital(_word(tongue, table, str(value)))]


def _date(tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    return [date_text(tongue, str(value))]


def _country(tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    return [country(tongue, str(value))]


def _partial(tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    """`exact`, `approximate`, `year` or `range`, in either calendar."""
    has = _members(value)
    hijri = has.get("calendar") == "hijri"

    def bound(each: JsonValue) -> str:
        return ltr(str(each)) if hijri else date_text(tongue, str(each))

    if "date" in has:
        told = bound(has["date"])
    elif "year" in has:
        told = tongue.say(VALUE["in_year"], x=str(has["year"]))
    else:
        told = tongue.say(VALUE["between"], low=bound(has["from"]), high=bound(has["to"]))
    if has["precision"] == "approximate":
        told = tongue.say(VALUE["about"], x=told)
    if hijri:
        told = tongue.say(VALUE["hijri"], x=told)
    return [capital(told), *_extra(tongue, has, "note")]


def _year(tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    if not isinstance(value, dict):
        return [str(value)]
    return [capital(tongue.say(VALUE["between"], low=str(value["from"]), high=str(value["to"])))]


def _place(tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    has = _members(value)
    lines = [country(tongue, str(has["country"]))] if "country" in has else []
    return lines + _extra(tongue, has, "region", "city", "street", "postcode", "note")


def _area(tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    has = _members(value)
    lines = _place(tongue, {name: has[name] for name in ("country", "region", "city") if name in has}, "")
    if isinstance(has.get("lat"), int) and isinstance(has.get("lon"), int):
        sides = ((int(str(has["lat"])), "NS"), (int(str(has["lon"])), "EW"))
        at = ltr(", ".join(f"{abs(degrees)}° {letters[degrees < 0]}" for degrees, letters in sides))
        lines.append(capital(tongue.say(VALUE["cell"], x=at)))
    return lines


def _count(tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    has = _members(value)
    high = has["high"]
    return [capital(range_text(tongue, int(str(has["low"])), None if high is None else int(str(high))))]


def _name(tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    """The name alone in its line; below it what kind of name it is, and in which script."""
    has = _members(value)
    kind = [_word(tongue, words.NAME_TYPES, str(has["type"])), _word(tongue, words.SCRIPTS, str(has["script"]))]
    lines = [written(str(has["text"])), capital(" · ".join(kind))]
    if "lang" in has:
        lines.append(fact(tongue, "language", ltr(str(has["lang"]))))
    if "quality" in has:
        lines.append(fact(tongue, "quality", _word(tongue, words.NAME_QUALITIES, str(has["quality"]))))
    parts = has.get("parts")
    if isinstance(parts, list):
        lines.append(fact(tongue, "parts", " · ".join(written(str(part)) for part in parts)))
    return lines + _extra(tongue, has, "note")


def _nationality(tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    has = _members(value)
    status = _word(tongue, words.NATIONALITY_STATUSES, str(has["status"]))
    region = str(has.get("region", ""))
    where = country(tongue, str(has["country"])) if "country" in has else capital(_word(tongue, REGIONS, region))
    lines = [where, capital(status)]
    if "rank" in has:
        lines.append(fact(tongue, "rank", str(has["rank"])))
    return lines + _extra(tongue, has, "note")


def _document(tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    has = _members(value)
    lines = [capital(_word(tongue, words.DOCUMENT_TYPES, str(has["type"])))]
    if "number" in has:
        lines.append(fact(tongue, "number", written(str(has["number"]))))
    if "country" in has:
        lines.append(fact(tongue, "issued_by", country(tongue, str(has["country"]))))
    lines += _extra(tongue, has, "city")
    lines += [fact(tongue, name, date_text(tongue, str(has[name]))) for name in ("issued", "expires") if name in has]
    return lines + _extra(tongue, has, "note")


def _point(_tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    has = _members(value)
    return [point_text(int(str(has["lat"])), int(str(has["lon"])))]


def _ref(_tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    has = _members(value)
    return [breakable(ltr(f"{has['originator']}/{has['id']}"))]


def _fate(tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    has = _members(value)
    lines = [capital(_word(tongue, words.FATES, str(has["state"])))]
    if "date" in has:
        lines.append(fact(tongue, "date", date_text(tongue, str(has["date"]))))
    if "country" in has:
        lines.append(country(tongue, str(has["country"])))
    return lines + _extra(tongue, has, "note")


def _renewal(tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    has = _members(value)
    until = fact(tongue, "until", date_text(tongue, str(has["until"])))
    return [*_extra(tongue, has, "reason", "authority"), until]


def _signoff(tongue: Tongue, value: JsonValue, _form: str) -> list[str]:
    has = _members(value)
    when = fact(tongue, "date", date_text(tongue, str(has["date"])))
    return [capital(_word(tongue, words.SIGNOFFS, str(has["for"]))), *_extra(tongue, has, "authority"), when]


def _members(value: JsonValue) -> dict[str, JsonValue]:
    """The members of an object whose form was checked."""
    return value if isinstance(value, dict) else {}


def _extra(tongue: Tongue, has: dict[str, JsonValue], *names: str) -> list[str]:
    """A line for each of these members that is there, in the source's own words."""
    return [fact(tongue, name, written(str(has[name]))) for name in names if name in has]


_FORMS: Final[dict[str, Callable[[Tongue, JsonValue, str], list[str]]]] = {
    "text": _text,
    "long text": _text,
    "date": _date,
    "month": _date,
    "partial date": _partial,
    "year or years": _year,
    "country": _country,
    "place": _place,
    "area": _area,
    "count": _count,
    "digest": _digest,
    "name": _name,
    "nationality": _nationality,
    "document": _document,
    "point": _point,
    "record": _ref,
    "fate": _fate,
    "renewal": _renewal,
    "sign-off": _signoff,
    "code": _code,
}
"""By the name of the form in the register of paths."""
