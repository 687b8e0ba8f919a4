"""Two records side by side, field by field, and what they share by more than chance. Pure; it decides nothing.

`same` says that a value of one agrees with a value of the other as they are compared: names word by word, numbers by
letters and digits, dates where they may be one. `different` says that both have values and none agree; `unknown` that
one has none. Governance, safeguards and sources are about the record, not about the person, and are left out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from exchange.model.claims import Claim, JsonValue
from exchange.model.dates import span_of
from exchange.model.fold import fold
from exchange.model.paths import PATHS
from exchange.model.terms import document_number, full_names
from exchange.model.vocab import PathClass
from exchange.model.words import Words, squeezed

DOCUMENT: Final = "document_number"
NAME: Final = "full_name"
_LEFT_OUT: Final = frozenset({PathClass.GOVERNANCE, PathClass.SAFEGUARD, PathClass.SOURCE})
_WHOLE_NAMES: Final = frozenset({"name.full", "name.alias", "name.other", "name.kunya"})
"""A full name here may be an alias there."""
_NUMBERS: Final = frozenset({"contact.phone", "contact.email", "contact.account", "listed.reference"})
_DATES: Final = frozenset(
    {"birth.date", "birth.year", "affiliation.since", "affiliation.until", "recruitment.date", "training.date"}
    | {"founded", "dissolved", "relation.since", "relation.until"}
)
_FORMER: Final = frozenset({"note"})
"""Members of a value that say nothing of what it is."""


class FieldRow(NamedTuple):
    """One path of two records."""

    path: str
    a_values: tuple[JsonValue, ...]
    b_values: tuple[JsonValue, ...]
    mark: str
    """`same`, `different` or `unknown`."""


def compare(claims_a: Sequence[Claim], claims_b: Sequence[Claim]) -> Sequence[FieldRow]:
    """Rows in order of the register of paths."""
    a, b = _by_path(claims_a), _by_path(claims_b)
    return tuple(
        FieldRow(path, tuple(a.get(path, ())), tuple(b.get(path, ())), _mark(path, a, b))
        for path in PATHS
        if path in a or path in b
    )


def reasons(kind: str, claims_a: Sequence[Claim], claims_b: Sequence[Claim]) -> tuple[str, ...]:
    """Why two records of one kind are candidates: `document_number`, `full_name`."""
    found = []
    if _documents(claims_a) & _documents(claims_b):
        found.append(DOCUMENT)
    if set(full_names(kind, claims_a)) & set(full_names(kind, claims_b)):
        found.append(NAME)
    return tuple(found)


def _documents(claims: Iterable[Claim]) -> set[str]:
    numbers = (document_number(claim.value) for claim in claims if claim.path == "document")
    return {number for number in numbers if number is not None}


def _by_path(claims: Sequence[Claim]) -> dict[str, list[JsonValue]]:
    found: dict[str, list[JsonValue]] = {}
    for claim in claims:
        spec = PATHS.get(claim.path)
        if spec is not None and spec.cls not in _LEFT_OUT:
            found.setdefault(claim.path, []).append(claim.value)
    return found


def _mark(path: str, a: dict[str, list[JsonValue]], b: dict[str, list[JsonValue]]) -> str:
    if path not in a or path not in b:
        if path in _WHOLE_NAMES and _shared(a.get(path, []) or b.get(path, []), _names(b if path in a else a), _name):
            return "same"
        return "unknown"
    if path in _DATES:
        return "same" if any(_may_be_one(one, other) for one in a[path] for other in b[path]) else "different"
    form = _form(path)
    others = _names(b) if path in _WHOLE_NAMES else b[path]
    mine = _names(a) if path in _WHOLE_NAMES else a[path]
    return "same" if _shared(a[path], others, form) or _shared(b[path], mine, form) else "different"


def _names(found: dict[str, list[JsonValue]]) -> list[JsonValue]:
    return [value for path in _WHOLE_NAMES for value in found.get(path, ())]


def _shared(some: Iterable[JsonValue], others: Iterable[JsonValue], form: Callable[[JsonValue], str]) -> bool:
    return not {form(each) for each in some}.isdisjoint({form(each) for each in others})


def _form(path: str) -> Callable[[JsonValue], str]:
    if path.startswith("name.") and path != "name.title":
        return _name
    if path == "document":
        return _number_or_whole
    return _number if path in _NUMBERS else _whole


def _name(value: JsonValue) -> str:
    text = str(value.get("text", "")) if isinstance(value, dict) else str(value)
    return " ".join(Words().asked(text)) or text


def _number(value: JsonValue) -> str:
    return squeezed(str(value)) or str(value)


def _number_or_whole(value: JsonValue) -> str:
    """Documents are the same by number; of those without one, by all that is said of them."""
    number = squeezed(str(value.get("number", ""))) if isinstance(value, dict) else ""
    return number or _whole(value)


def _whole(value: JsonValue) -> str:
    if isinstance(value, dict):
        value = {name: member for name, member in value.items() if name not in _FORMER}
    return fold(json.dumps(value, sort_keys=True, ensure_ascii=False))


def _may_be_one(one: JsonValue, other: JsonValue) -> bool:
    a, b = span_of(one), span_of(other)
    return _whole(one) == _whole(other) if a is None or b is None else a.may_meet(b)
