"""The card of a person's names in Arabic script: original, parts, stored romanisations, under what the search finds it.

The parts are a suggestion of the system (`model.arabic_names`); nothing here changes what is stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from exchange.console.pages.entry_typed import grade_text
from exchange.console.pages.records_shown import claims_in, read_any, ref_of, shown
from exchange.console.pages.records_values import field_name, language_name
from exchange.console.visit import Visit
from exchange.model.arabic_names import Part, parts
from exchange.model.claims import Claim
from exchange.model.words import LONGEST, SHORTEST, Words
from exchange.sentences.record.vocabularies import word

HINTS_MAX: Final = 24


@dataclass(frozen=True, slots=True)
class Form:
    """One stored form of a name, with where it comes from."""

    text: str
    lang: str
    field: str
    kind: str
    """Such as `transliteration`, in words."""
    language: str
    grade: str
    note: str
    statement: str


@dataclass(frozen=True, slots=True)
class Card:
    """One original."""

    form: Form
    parts: tuple[Part, ...]
    by_source: tuple[str, ...]
    """As the source divides the name."""
    hints: tuple[str, ...]
    """Words under which the search finds it."""


def get_names(visit: Visit) -> Response:
    """All originals in Arabic script, and all romanisations that are stored."""
    with visit.write() as unit:
        found = read_any(visit, unit, ref_of(visit))
    names = [claim for claim in claims_in(found) if claim.path.startswith("name.") and isinstance(claim.value, dict)]
    sources = [str(claim.value) for claim in claims_in(found) if claim.path == "record.source"]
    return visit.page(
        "records/names.html",
        record=shown(visit, found),
        tab="names",
        cards=[_card(visit, claim) for claim in names if claim.value["script"] == "Arab"],
        latin=[_form(visit, claim) for claim in names if claim.value["script"] == "Latn"],
        others=[_form(visit, claim) for claim in names if claim.value["script"] not in ("Arab", "Latn")],
        sources=sources,
        shortest=SHORTEST,
        longest=LONGEST,
    )


def hints(text: str) -> tuple[str, ...]:
    """The whole words under which a name stands in the index, without their own beginnings, longest first."""
    found = dict.fromkeys(form for part in Words().forms(text) for form in part.split())
    whole = [each for each in found if not any(other != each and other.startswith(each) for other in found)]
    return tuple(sorted(whole, key=lambda each: (-len(each), each))[:HINTS_MAX])


def _card(visit: Visit, claim: Claim) -> Card:
    form, split = _form(visit, claim), claim.value.get("parts")
    by_source: Sequence[str] = [str(each) for each in split] if isinstance(split, list) else ()
    return Card(form, parts(form.text), tuple(by_source), hints(form.text))


def _form(visit: Visit, claim: Claim) -> Form:
    value, grade, lang = claim.value, claim.grade, visit.lang
    script = str(value["script"])
    return Form(
        text=str(value["text"]),
        lang=str(value.get("lang", "ar" if script == "Arab" else "")),
        field=field_name(claim.path, lang),
        kind=word("name type", str(value["type"]), lang),
        language=language_name(str(value["lang"]), lang) if "lang" in value else word("script", script, lang),
        grade="" if grade is None else grade_text(grade.scale, grade.source, grade.information),
        note=str(value.get("note", "")),
        statement=word("statement", claim.statement, lang),
    )
