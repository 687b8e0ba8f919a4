"""How alike two persons are, in words: each word of the nearest names against its own, what speaks for and against."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from exchange.console.marks import language_of
from exchange.matching.explain import Row, Word
from exchange.matching.explain import words as words_of
from exchange.matching.person import identity
from exchange.model.claims import Claim
from exchange.operations.likeness import Likeness, Part
from exchange.sentences import matching as words

_NEAR: Final = 0.5
"""Cost of the consonants from which words sound different rather than near."""
_MUCH, _SOME = 4.5, 2.5
"""Nats: a word that one in 90, or one in 12, bears."""
_HEAVY, _CLEAR = 2.0, 0.7
"""Nats: odds of 7 to 1, and of 2 to 1."""


class Shown(NamedTuple):
    """A word of a name, or several that stand for one of the other."""

    text: str
    part: str
    sure: bool
    arabic: bool


class Line(NamedTuple):
    """One line of the table: `sound` is same, near, other or alone; `weight` much, some, little or nothing."""

    a: Shown | None
    b: Shown | None
    sound: str
    weight: str


class Speaks(NamedTuple):
    """One kind of evidence; `how` is strongly, clearly or slightly."""

    text: str
    more: str
    how: str


@dataclass(frozen=True, slots=True)
class Alike:
    """What the page shows."""

    percent: int
    threshold: int
    alike: bool
    verdict: str
    kunya: str
    name_a: str
    name_b: str
    rows: Sequence[Line]
    speaks_for: Sequence[Speaks]
    speaks_against: Sequence[Speaks]


def alike(found: Likeness, lang: str) -> Alike:
    """In the reader's language."""
    return Alike(
        percent=int(100 * found.probability),
        threshold=round(100 * found.threshold),
        alike=found.alike,
        verdict=(words.PROPOSED if found.alike else words.NOT_PROPOSED).in_(lang),
        kunya=words.KUNYA_ALONE.in_(lang) if found.kunya_only else "",
        name_a=found.name_a,
        name_b=found.name_b,
        rows=[_line(row, found, lang) for row in found.rows],
        speaks_for=[_speaks(part, found, lang) for part in found.evidence_for],
        speaks_against=[_speaks(part, found, lang) for part in found.evidence_against],
    )


def card(claims: Iterable[Claim], lang: str) -> list[tuple[str, list[Shown]]]:
    """Each name of a person with the words that it is compared by, names in Arabic script first."""
    names = sorted(identity(claims).names, key=lambda name: language_of(name.text) != "ar")
    return [(name.text, [_word(each, lang) for each in words_of(name)]) for name in names]


def _word(word: Word, lang: str) -> Shown:
    return Shown(word.text, words.PARTS[word.part].in_(lang), word.sure, language_of(word.text) == "ar")


def _line(row: Row, found: Likeness, lang: str) -> Line:
    return Line(_shown(row.a, found.words_a, lang), _shown(row.b, found.words_b, lang), _sound(row), _weight(row.nats))


def _shown(text: str, every: Iterable[Word], lang: str) -> Shown | None:
    """Two words that stand for one have no part of their own."""
    if not text:
        return None
    word = next((each for each in every if each.text == text), None)
    part = "" if word is None else words.PARTS[word.part].in_(lang)
    return Shown(text, part, word is None or word.sure, language_of(text) == "ar")


def _sound(row: Row) -> str:
    if not row.a or not row.b:
        return "alone"
    if not row.consonants:
        return "same"
    return "near" if row.consonants < _NEAR else "other"


def _weight(nats: float) -> str:
    if not nats:
        return "nothing"
    return "much" if nats >= _MUCH else "some" if nats >= _SOME else "little"


def _speaks(part: Part, found: Likeness, lang: str) -> Speaks:
    more = words.RELATIONS[found.birth].in_(lang) if part.group == "date" else ""
    strength = abs(part.nats)
    how = "strongly" if strength >= _HEAVY else "clearly" if strength >= _CLEAR else "slightly"
    return Speaks(words.GROUPS[part.group].in_(lang), more, how)
