"""What a claim says, in pieces that a page can show: each text apart, in its own direction, codes as words. Pure.

Any page that shows a claim takes it from here (`values.html` writes the pieces). A test walks the register of paths.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from babel import Locale

from exchange.console.pages.entry_typed import country_name, point_text
from exchange.console.words import mark, said
from exchange.model.claims import Claim, Grade, JsonObject, JsonValue
from exchange.model.paths import PATHS
from exchange.sentences.law.fields import FIELDS
from exchange.sentences.law.words import SCALES
from exchange.sentences.record.vocabularies import word
from exchange.sentences.record.words import INFORMATION_GRADES, SOURCE_GRADES

_MEMBERS: Final[dict[str, str]] = {
    "script": mark("Script"),
    "lang": mark("Language"),
    "quality": mark("Quality"),
    "parts": mark("Divided by the source"),
    "note": mark("Note on it"),
    "rank": mark("Rank"),
    "status": mark("How sure"),
    "number": mark("Number"),
    "country": mark("Country"),
    "city": mark("City"),
    "region": mark("Region"),
    "street": mark("Street and house"),
    "postcode": mark("Postcode"),
    "issued": mark("Issued on"),
    "expires": mark("Valid until"),
    "calendar": mark("Calendar"),
    "date": mark("When"),
    "authority": mark("Authority"),
    "until": mark("Kept until"),
    "lat": mark("Latitude of the cell"),
    "lon": mark("Longitude of the cell"),
}
_IDENTS: Final = ("contact.", "listed.reference", "source.reference")


class Piece(NamedTuple):
    """One thing to show. `kind`: `name`, `text`, `lines`, `ident`, `word`, `record`, `tlp`; of dates and counts `one`,
    `about`, `span` (to `other`) and `least`."""

    kind: str
    text: str
    label: str = ""
    """In the reader's language, where a detail needs one."""
    lang: str = ""
    other: str = ""
    form: str = ""
    """Of dates and counts: `date`, `hijri` (as written) or `count`."""


class Told(NamedTuple):
    """What is said, and the details of it."""

    main: tuple[Piece, ...]
    details: tuple[Piece, ...] = ()


def field_name(path: str, lang: str) -> str:
    """What a path is called; with a capital where the script has them."""
    text = FIELDS.get(path)
    name = path if text is None else str(getattr(text, lang))
    return name[:1].upper() + name[1:]


def told(path: str, value: JsonValue, lang: str) -> Told:
    """A value in the reader's language. What does not fit its form (a later version's) is told as it stands."""
    spec = PATHS.get(path)
    if spec is None or not spec.check(value):
        return Told((Piece("text", str(value)),))
    if spec.form.startswith("code: "):
        vocabulary = spec.form.removeprefix("code: ")
        return Told((Piece("tlp" if vocabulary == "TLP 2.0" else "word", word(vocabulary, str(value), lang)),))
    if spec.form in ("text", "long text"):
        return Told((_text(path, str(value)),))
    return _TELLERS[spec.form](value, lang)


def grade_words(grade: Grade, lang: str) -> tuple[str, str, str]:
    """(scale, what the letter says, what the figure says)."""
    source, information = SOURCE_GRADES[grade.scale][grade.source], INFORMATION_GRADES[grade.scale][grade.information]
    return str(getattr(SCALES[grade.scale], lang)), str(getattr(source, lang)), str(getattr(information, lang))


def language_name(code: str, lang: str) -> str:
    """The name of a language, by its code."""
    return str(Locale.parse(lang).languages.get(code, code))


def contested(claims: Sequence[Claim]) -> list[list[Claim]]:
    """Claims in groups that contradict each other; a claim that nobody contests is a group of one."""
    group: dict[str, list[Claim]] = {claim.id: [claim] for claim in claims}
    for claim in claims:
        if claim.contests in group and group[claim.contests] is not group[claim.id]:
            joined = [*group[claim.contests], *group[claim.id]]
            group.update({each.id: joined for each in joined})
    return list({id(found): found for found in group.values()}.values())


def _text(path: str, text: str) -> Piece:
    """Numbers and addresses of machines stand left to right."""
    if PATHS[path].form == "long text":
        return Piece("lines", text)
    plain = all(unicodedata.bidirectional(sign) not in ("R", "AL") for sign in text)
    return Piece("ident" if path.startswith(_IDENTS) and plain else "text", text)


def _member(value: JsonObject, name: str, lang: str, kind: str = "text") -> Iterator[Piece]:
    if name in value:
        text, label = str(value[name]), said(lang, _MEMBERS[name])
        yield _one(text, kind, label) if kind in ("date", "count") else Piece(kind, text, label)


def _one(text: object, form: str, label: str = "") -> Piece:
    return Piece("one", str(text), label, form=form)


def _span(low: object, high: object, form: str) -> Piece:
    return Piece("span", str(low), other=str(high), form=form)


def _word(value: JsonObject, name: str, vocabulary: str, lang: str) -> Iterator[Piece]:
    if name in value:
        yield Piece("word", word(vocabulary, str(value[name]), lang), said(lang, _MEMBERS[name]))


def _country(value: JsonObject, lang: str) -> Iterator[Piece]:
    if "country" in value:
        yield Piece("word", country_name(str(value["country"]), lang), said(lang, _MEMBERS["country"]))


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _name(value: JsonValue, lang: str) -> Told:
    of = _object(value)
    tongue = str(of.get("lang", "")) or ("ar" if of["script"] == "Arab" else "")
    details = [Piece("word", word("name type", str(of["type"]), lang))]
    details += _word(of, "script", "script", lang)
    if "lang" in of:
        details.append(Piece("word", language_name(str(of["lang"]), lang), said(lang, _MEMBERS["lang"])))
    details += _word(of, "quality", "name quality", lang)
    parts = of.get("parts")
    if isinstance(parts, list):
        details += [Piece("name", str(part), said(lang, _MEMBERS["parts"]) if not at else "", tongue)
                    for at, part in enumerate(parts)]  # fmt: skip
    return Told((Piece("name", str(of["text"]), lang=tongue),), (*details, *_member(of, "note", lang, "lines")))


def _partial(value: JsonValue, lang: str) -> Told:
    of = _object(value)
    form = "hijri" if of.get("calendar") == "hijri" else "date"
    if of["precision"] == "range":
        main = _span(of["from"], of["to"], form)
    else:
        main = _one(of["date"] if "date" in of else of["year"], form)
    if of["precision"] == "approximate":
        main = main._replace(kind="about")
    calendar = _word(of, "calendar", "calendar", lang) if form == "hijri" else ()
    return Told((main,), (*calendar, *_member(of, "note", lang)))


def _years(value: JsonValue, _lang: str) -> Told:
    if isinstance(value, dict):
        return Told((_span(value["from"], value["to"], "date"),))
    return Told((_one(value, "date"),))


def _nationality(value: JsonValue, lang: str) -> Told:
    of = _object(value)
    status = word("nationality status", str(of["status"]), lang)
    if "country" in of:
        main = (Piece("word", country_name(str(of["country"]), lang)), Piece("word", status))
    else:
        main = (Piece("word", word("region", str(of["region"]), lang)), Piece("word", status))
    return Told(main, (*_member(of, "rank", lang, "count"), *_member(of, "note", lang)))


def _document(value: JsonValue, lang: str) -> Told:
    of = _object(value)
    main = [Piece("word", word("document type", str(of["type"]), lang))]
    if "number" in of:
        main.append(Piece("ident", str(of["number"])))
    details = [*_country(of, lang), *_member(of, "city", lang)]
    details += [*_member(of, "issued", lang, "date"), *_member(of, "expires", lang, "date")]
    return Told(tuple(main), (*details, *_member(of, "note", lang, "lines")))


def _place(value: JsonValue, lang: str) -> Told:
    of = _object(value)
    found = [Piece("text", str(of[name])) for name in ("street", "city", "region") if name in of]
    found += [Piece("ident", str(of["postcode"]))] if "postcode" in of else []
    found += [Piece("word", country_name(str(of["country"]), lang))] if "country" in of else []
    details = (*_member(of, "lat", lang, "count"), *_member(of, "lon", lang, "count"))
    return Told(tuple(found), (*details, *_member(of, "note", lang, "lines")))


def _count(value: JsonValue, _lang: str) -> Told:
    of = _object(value)
    low, high = of["low"], of["high"]
    if high is None:
        return Told((_one(low, "count")._replace(kind="least"),))
    return Told((_one(low, "count") if high == low else _span(low, high, "count"),))


def _fate(value: JsonValue, lang: str) -> Told:
    of = _object(value)
    details = (*_member(of, "date", lang, "date"), *_country(of, lang), *_member(of, "note", lang))
    return Told((Piece("word", word("fate", str(of["state"]), lang)),), details)


def _renewal(value: JsonValue, lang: str) -> Told:
    of = _object(value)
    details = (*_member(of, "until", lang, "date"), *_member(of, "authority", lang))
    return Told((Piece("lines", str(of["reason"])),), details)


def _signoff(value: JsonValue, lang: str) -> Told:
    of = _object(value)
    details = (*_member(of, "authority", lang), *_member(of, "date", lang, "date"))
    return Told((Piece("word", word("sign-off", str(of["for"]), lang)),), details)


def _record(value: JsonValue, _lang: str) -> Told:
    of = _object(value)
    return Told((Piece("record", f"{of['originator']}/{of['id']}"),))


_TELLERS: Final[dict[str, Callable[[JsonValue, str], Told]]] = {
    "name": _name,
    "partial date": _partial,
    "year or years": _years,
    "date": lambda value, _lang: Told((_one(value, "date"),)),
    "month": lambda value, _lang: Told((_one(value, "date"),)),
    "country": lambda value, lang: Told((Piece("word", country_name(str(value), lang)),)),
    "digest": lambda value, _lang: Told((Piece("ident", str(value)),)),
    "point": lambda value, _lang: Told((Piece("ident", point_text(_object(value))),)),
    "nationality": _nationality,
    "document": _document,
    "place": _place,
    "area": _place,
    "count": _count,
    "fate": _fate,
    "renewal": _renewal,
    "sign-off": _signoff,
    "record": _record,
}
