"""What a record is called in a list: one name as it was written first, Arabic before others, and one Latin form.

Pure, for all seven kinds. Records without a name are called by their ends, places or first words; vocabulary stays in
codes, which pages translate. It says nothing of how sure a name is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from exchange.model.claims import Claim, JsonValue
from exchange.model.texts import script_of
from exchange.model.vocab import Tlp, strictness

TEXT_MAX: Final = 120
"""Characters of an assessment's text that stand for it."""
_PARTS: Final = ("name.given", "name.father", "name.grandfather", "name.family")
_ORDER: Final = ("name.full", *_PARTS, "name.alias", "name.other", "name.kunya")
_PRIMARY: Final = ("primary", "birth")
_LANGS: Final = {"Arab": "ar"}


class Title(NamedTuple):
    """Texts to show, each in its own direction; both are empty where nothing in the record has a name."""

    original: str
    latin: str
    """A Latin form beside an original in another script; empty where there is none, or the original is Latin."""
    script: str
    """ISO 15924 of `original`."""
    lang: str | None = None
    """Of `original`, as far as the claim says it or the script tells."""
    code: str | None = None
    """A word of a vocabulary that says what a record without a name is: a relation's type, a camp's."""


_LABELS: Final = frozenset(Tlp)
NONE: Final = Title("", "", "Zyyy")


class _Name(NamedTuple):
    text: str
    script: str
    lang: str | None


def title(claims: Sequence[Claim]) -> Title:
    """The title of the record with these claims, whatever was withheld of it."""
    names = _names(claims)
    if names:
        original = next((each for each in names if each.script == "Arab"), None)
        original = original or next((each for each in names if each.script not in ("Latn", "Zyyy")), names[0])
        latin = next((each.text for each in names if each.script == "Latn"), "")
        shown = "" if original.script == "Latn" else latin
        return Title(original.text, shown, original.script, original.lang, _code(claims))
    text = _ends(claims) or _way(claims) or _first_words(claims)
    return Title(text, "", script_of(text), None, _code(claims)) if text or _code(claims) else NONE


def marking(claims: Iterable[Claim]) -> str | None:
    """The strictest TLP label that the record says of itself."""
    found = [str(claim.value) for claim in claims if claim.path == "record.marking" and claim.value in _LABELS]
    return max(found, key=strictness, default=None)


def _names(claims: Sequence[Claim]) -> list[_Name]:
    """Full names, main ones first; put together from parts in scripts that have none; then aliases and the rest."""
    found: list[_Name] = []
    for path in _ORDER:
        if path in _PARTS:
            if path == _PARTS[0]:
                there = {each.script for each in found}
                found += [each for each in _composed(claims) if each.script not in there]
            continue
        of = [claim.value for claim in claims if claim.path == path and isinstance(claim.value, dict)]
        named = [_name(value) for value in sorted(of, key=lambda value: value.get("type") not in _PRIMARY)]
        found += [each for each in named if each.text]
    return found


def _composed(claims: Sequence[Claim]) -> list[_Name]:
    """From the parts of names: the first of each in one script, in the order in which they are said."""
    by_script: dict[str, dict[str, _Name]] = {}
    for claim in claims:
        if claim.path in _PARTS and isinstance(claim.value, dict):
            name = _name(claim.value)
            if name.text:
                by_script.setdefault(name.script, {}).setdefault(claim.path, name)
    return [
        _Name(" ".join(parts[path].text for path in _PARTS if path in parts), script, next(iter(parts.values())).lang)
        for script, parts in by_script.items()
    ]


def _name(value: dict[str, JsonValue]) -> _Name:
    text, script, lang = str(value.get("text", "")), str(value.get("script", "Zyyy")), value.get("lang")
    if script == "Zyyy":
        script = script_of(text)
    return _Name(text, script, lang if isinstance(lang, str) else _LANGS.get(script))


def _ends(claims: Sequence[Claim]) -> str:
    """A relation by the ids of its two ends."""
    ends = [_id(_value(claims, path)) for path in ("relation.from", "relation.to")]
    return " – ".join(end or "?" for end in ends) if any(ends) else ""


def _way(claims: Sequence[Claim]) -> str:
    """A movement by its two ends, and when."""
    ends = [
        _place(_value(claims, exact)) or _place(_value(claims, coarse))
        for exact, coarse in (("movement.from", "route.from"), ("movement.to", "route.to"))
    ]
    when = _value(claims, "movement.date") or _value(claims, "movement.month")
    way = " – ".join(end or "?" for end in ends) if any(ends) else ""
    return " ".join(part for part in (way, str(when) if when else "") if part)


def _first_words(claims: Sequence[Claim]) -> str:
    text = str(_value(claims, "assessment.text") or "")
    if len(text) <= TEXT_MAX:
        return text
    return text[:TEXT_MAX].rpartition(" ")[0] + " …"


def _place(value: JsonValue) -> str:
    if isinstance(value, dict):
        return ", ".join(str(value[member]) for member in ("city", "country") if member in value)
    return str(value) if value else ""


def _id(value: JsonValue) -> str:
    return str(value["id"]) if isinstance(value, dict) and "id" in value else ""


def _code(claims: Sequence[Claim]) -> str | None:
    paths = ("relation.type", "camp.type", "group.type", "network.type", "movement.means")
    return next((str(value) for path in paths if (value := _value(claims, path))), None)


def _value(claims: Sequence[Claim], path: str) -> JsonValue:
    return next((claim.value for claim in claims if claim.path == path), None)
