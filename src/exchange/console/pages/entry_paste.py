"""Reads what was pasted: lines such as `Name: …`, a row of a table, or names alone, one a line. Pure.

Labels are the names of the fields in Arabic, French and English, and what else people call them. Nothing is stored by
this: every line becomes a filled row that a person sees first, and a line that is not understood stays where it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from exchange.console.pages import entry_typed as typed
from exchange.console.pages.entry_editors import value_of
from exchange.console.pages.entry_sheet import COMPUTED, Row, Sheet
from exchange.console.pages.entry_typed import Wrong
from exchange.model.fold import fold
from exchange.model.paths import PATHS
from exchange.model.vocab import Kind
from exchange.sentences.law.fields import FIELDS
from exchange.sentences.record.vocabularies import VOCABULARIES

LINES_MAX: Final = 200
_LABELLED: Final = re.compile(r"\s*([^:：=\t]{1,60}?)\s*[:：=\t]\s*(\S.*)")
_SEVERAL: Final = re.compile(r"\s*[;؛]\s*")
_BULLET: Final = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,3}[.)])\s+")
_COUNTRY_AT_END: Final = re.compile(r"(.+?)\s*[(,،]\s*([^(),،]{2,40})\)?\s*$")
_CALLED: Final[dict[str, str]] = {
    "name.full": "name|names|full names|nom|noms|nom et prénom|nom et prénoms|الاسم|الأسماء|اسم|الاسم واللقب",
    "name.given": "first name|first names|forename|given names|prénoms|الاسم الأول",
    "name.family": "surname|last name|family|nom patronymique|اللقب|لقب",
    "name.alias": "aliases|aka|a.k.a.|also known as|alias|surnom|surnoms|dit|المعروف باسم|الملقب",
    "name.kunya": "kunyah|konya|كنية",
    "name.father": "father|père|fils de|اسم الاب|الأب",
    "name.mother": "mother|mère|الأم",
    "birth.date": "dob|born|born on|birth date|birthdate|date de naissance|né le|née le|ddn|تاريخ الازدياد|المولود",
    "birth.place": "pob|born in|birthplace|birth place|lieu de naissance|né à|née à|مكان الازدياد|محل الميلاد",
    "nationality": "nationalities|citizenship|nationalités|الجنسيات|جنسية",
    "gender": "sex|sexe|النوع",
    "document": "passport|passport no|passport number|passeport|n° passeport|جواز|جواز السفر|رقم الجواز|رقم جواز السفر",
    "occupation": "job|profession|métier|العمل",
    "role": "function in the group|fonction|الدور",
    "contact.phone": "phone|telephone|tel|mobile|téléphone|tél|الهاتف|هاتف|الجوال",
    "contact.email": "email|e-mail|mail|courriel|البريد",
    "residence.address": "address|adresse|العنوان",
    "affiliation.group": "group|groupe|الجماعة|التنظيم",
    "theatre": "theater|théâtre",
    "fate": "status|fate|sort|المصير",
    "route.from": "from|left from|parti de",
    "route.to": "to|destination|الوجهة",
    "route.via": "via|through|عبر",
    "movement.date": "date of travel|travel date|date de voyage|تاريخ السفر",
    "record.source": "source|المصدر",
    "record.legal_basis": "legal ground|base juridique|السند القانوني",
    "record.review": "review|réexamen|المراجعة",
    "record.marking": "tlp",
    "note": "notes|remark|remarks|comment|remarque|remarques|ملاحظات",
}
_DOCUMENT_TYPES: Final = {
    "passport": "passport", "passeport": "passport", "جواز": "passport", "id card": "identity_card",
    "identity card": "identity_card", "carte d'identité": "identity_card", "cni": "identity_card",
    "بطاقة": "identity_card", "بطاقة الهوية": "identity_card", "بطاقة التعريف": "identity_card",
    "national number": "national_number", "nin": "national_number", "residence permit": "residence_permit",
    "titre de séjour": "residence_permit",
}  # fmt: skip
_NAMES_OF: Final = frozenset({"person", "group", "network", "camp"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line that was understood: the row that it filled, and whether its value can be stored as it is."""

    row: Row
    good: bool


@dataclass(slots=True)
class Pasted:
    """What became of a text."""

    lines: list[Line] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Lines that were not understood, as they were."""


def paste(sheet: Sheet, text: str, own: str) -> Pasted:
    """Fills rows of `sheet`. A text without a single label is names, one a line, where this kind has names."""
    done = Pasted()
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    read = [_labelled(sheet.kind, line) for line in lines[:LINES_MAX]]
    names = sheet.kind in _NAMES_OF and not any(read) and not any(":" in line for line in lines)
    for line, found in zip(lines, read, strict=False):
        if found is not None:
            path, label, values = found
            for value in values:
                done.lines.append(_fill(sheet, path, _given(path, label, value), own))
        elif names:
            done.lines.append(_fill(sheet, "name.full", {"text": _BULLET.sub("", line).strip()}, own))
        else:
            done.left.append(line)
    done.left += lines[LINES_MAX:]
    return done


def _labelled(kind: str, line: str) -> tuple[str, str, list[str]] | None:
    """(path, label, values) of a line with a known label."""
    found = _LABELLED.fullmatch(_BULLET.sub("", line.rstrip()))
    if found is None:
        return None
    label = _key(found[1])
    for path in (*_LABELS.get(label, ()), *_fallback(label)):
        if Kind(kind) in PATHS[path].kinds:
            whole = PATHS[path].form == "long text"
            return path, label, [found[2].strip()] if whole else [each for each in _SEVERAL.split(found[2]) if each]
    return None


def _fallback(label: str) -> Sequence[str]:
    """`Name 2`, `الاسم (1)`: a label with a number is the label."""
    bare = re.sub(r"\s*[(#]?\d{1,2}\)?$", "", label)
    return _LABELS.get(bare, ()) if bare != label else ()


def _fill(sheet: Sheet, path: str, given: dict[str, str], own: str) -> Line:
    row = sheet.add(path, given)
    try:
        value_of(path, row.cleaned(), own)
    except Wrong:
        return Line(row, good=False)
    return Line(row, good=True)


def _given(path: str, label: str, text: str) -> dict[str, str]:
    """The fields of a row from one value."""
    form = PATHS[path].form
    if form == "name":
        return {"text": text}
    if form == "partial date":
        return {"when": text}
    if form == "nationality":
        return {"country": _country(text), "status": "claimed"}
    if form == "document":
        return _document(label, text)
    if form == "place":
        return _place(text)
    if form == "fate":
        return {"state": _word("fate", text)}
    if form.startswith("code: "):
        return {"value": _word(form.removeprefix("code: "), text)}
    return {"value": _country(text) if form == "country" else text}


def _document(label: str, text: str) -> dict[str, str]:
    """`X1234567 (Algeria)`, under a label that says which document."""
    kind = next((code for word, code in _DOCUMENT_TYPES.items() if fold(word) in label), "passport")
    number, country = _with_country(text)
    return {"type": kind, "number": number, "country": country}


def _place(text: str) -> dict[str, str]:
    """`Specimen Town, Algeria`, or a country, or a town."""
    code = _country(text)
    if code != text:
        return {"country": code}
    city, country = _with_country(text)
    return {"city": city, "country": country}


def _with_country(text: str) -> tuple[str, str]:
    found = _COUNTRY_AT_END.fullmatch(text)
    if found is not None:
        try:
            return found[1].strip(), typed.country(found[2].strip())
        except Wrong:
            pass
    return text, ""


def _country(text: str) -> str:
    """Its code; the text as it is, where it is none."""
    try:
        return typed.country(text)
    except Wrong:
        return text


def _word(vocabulary: str, text: str) -> str:
    """The code of a word in one of the languages, or of the code itself; the text as it is for any other."""
    if vocabulary == "TLP 2.0":
        label = text.strip().upper()
        return label if label.startswith("TLP:") else f"TLP:{label}"
    for code, words in VOCABULARIES[vocabulary].items():
        if fold(text) in (fold(code), *(fold(str(word)) for word in words)):
            return code
    return text


def _key(text: str) -> str:
    return fold(" ".join(text.split())).strip(" .")


def _labels() -> Iterator[tuple[str, str]]:
    """(label, path): what people mean by a short word first."""
    for path, names in _CALLED.items():
        yield from ((name, path) for name in names.split("|"))
    for path, text in FIELDS.items():
        if path in PATHS and path not in COMPUTED:
            yield from ((str(name), path) for name in text)
            yield path, path


def _table() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for label, path in _labels():
        paths = found.setdefault(_key(label), [])
        if path not in paths:
            paths.append(path)
    return found


_LABELS: Final = _table()
