"""A person of a record as it is compared, and two of them. Pure; it decides nothing.

Every name stands for itself: the best pair of names counts, a kunya alone never alerts. Rules: docs/spec/names.md §5.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from exchange.matching.align import Alignment
from exchange.matching.classes import readings
from exchange.matching.dates import nearest
from exchange.matching.evidence import documents, kunya_alone, nationalities, places
from exchange.matching.names import Name, analyse
from exchange.matching.score import Score, compare_names, weigh
from exchange.matching.tokens import tokens
from exchange.model.claims import Claim, JsonObject, JsonValue
from exchange.model.dates import Span, span_of
from exchange.model.terms import document_number

NAMES_MAX: Final = 32
"""Names of one person that are compared: pairs of names grow as their product."""
TOKENS_MAX: Final = 128
"""Words of all names of one person, so that 32 names of a dozen invented words do not take seconds."""
WORK_MAX: Final = 2048
"""Pairs of words that one comparison looks at: eleven names of four words on either side. Two records that were made to
take long take a tenth of a second."""
_WHOLE: Final = frozenset({"name.full", "name.alias"})
_KUNYA: Final = "name.kunya"
_BIRTHS: Final = frozenset({"birth.date", "birth.year"})


class Identity(NamedTuple):
    """What is known of one person."""

    names: tuple[Name, ...]
    births: tuple[Span, ...] = ()
    documents: frozenset[str] = frozenset()
    """Country and number: `DZ 123456`."""
    nationalities: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    """Skeletons of the words of birth places."""


class Comparison(NamedTuple):
    """The best pair of names, and everything else."""

    a: Name
    b: Name
    alignment: Alignment
    relation: str
    """Of the birth dates: `dates.RELATIONS`, or `unknown`."""
    score: Score


def identity(claims: Iterable[Claim]) -> Identity:
    """The person that the claims of a record tell of. Parts of a name without a whole one are put together."""
    names: dict[str, None] = {}
    parts: dict[str, str] = {}
    births: list[Span] = []
    found: dict[str, set[str]] = {"document": set(), "nationality": set(), "birth.place": set()}
    for claim in claims:
        value = claim.value
        if claim.path in _WHOLE or claim.path == _KUNYA:
            names.setdefault(_text(value))
        elif claim.path in ("name.given", "name.family", "name.father", "name.grandfather"):
            parts.setdefault(claim.path, _text(value))
        elif claim.path in _BIRTHS:
            span = span_of(value)
            if span is not None:
                births.append(span)
        elif claim.path in found and isinstance(value, dict):
            found[claim.path] |= _READ[claim.path](value)
    whole = " ".join(
        parts[path] for path in ("name.given", "name.father", "name.grandfather", "name.family") if path in parts
    )
    if whole and not any(" " in name for name in names):
        names.setdefault(whole)
    return Identity(
        _bounded(names),
        tuple(dict.fromkeys(births)),
        frozenset(found["document"]),
        frozenset(found["nationality"]),
        frozenset(found["birth.place"]),
    )


def _bounded(texts: Iterable[str]) -> tuple[Name, ...]:
    found: list[Name] = []
    left = TOKENS_MAX
    for text in texts:
        name = analyse(text)
        left -= len(name.tokens)
        if left < 0 or len(found) == NAMES_MAX:
            break
        if name.tokens:
            found.append(name)
    return tuple(found)


def of_name(text: str, births: Sequence[Span] = ()) -> Identity:
    """One name and what is known of the birth."""
    return Identity((analyse(text),), tuple(births))


def compare(a: Identity, b: Identity) -> Comparison | None:
    """None where one has no name."""
    relation = nearest(a.births, b.births)
    more = [
        *documents(a.documents, b.documents),
        *nationalities(a.nationalities, b.nationalities),
        *places(a.places, b.places),
    ]
    best: Comparison | None = None
    for one, other in _compared(a, b):
        found, values = compare_names(one, other)
        kunya = one.kunya or other.kunya
        said = weigh(values, relation, [*more, kunya_alone()] if kunya else more)
        if kunya and said.alike and not (a.documents & b.documents):
            said = said._replace(alike=False)
        if best is None or (said.alike, said.nats) > (best.score.alike, best.score.nats):
            best = Comparison(one, other, found, relation, said)
    return best


def _compared(a: Identity, b: Identity) -> list[tuple[Name, Name]]:
    """Every pair of names; of two persons with very many words, those that share most, up to `WORK_MAX`."""
    pairs = [(one, other) for one in a.names for other in b.names]
    if sum(map(_work, pairs)) <= WORK_MAX:
        return pairs
    sounds = {
        name: [frozenset(form.places for form in token.forms) for token in name.tokens] for name in a.names + b.names
    }
    pairs.sort(key=lambda pair: (-_shared(pair, sounds), sorted(name.text for name in pair)))
    left, found = WORK_MAX, []
    for pair in pairs:
        left -= _work(pair)
        if left < 0:
            break
        found.append(pair)
    return found


def _work(pair: tuple[Name, Name]) -> int:
    """Words of one name against words of the other."""
    return len(pair[0].tokens) * len(pair[1].tokens)


def _shared(pair: tuple[Name, Name], sounds: dict[Name, list[frozenset[tuple[int, ...]]]]) -> float:
    """Nats of the words of either name that the other has too: cheap, the same both ways."""
    one, other = pair
    every = [frozenset().union(*sounds[name]) for name in pair]
    return sum(
        weight
        for name, those in ((one, every[1]), (other, every[0]))
        for forms, weight in zip(sounds[name], name.weights, strict=True)
        if not forms.isdisjoint(those)
    )


def _text(value: JsonValue) -> str:
    return str(value.get("text", "")) if isinstance(value, dict) else ""


def _document(value: JsonObject) -> set[str]:
    number = document_number(value)
    return {f"{value['country']} {number}"} if number is not None and "country" in value else set()


def _nationality(value: JsonObject) -> set[str]:
    return {str(value["country"])} if "country" in value else set()


def _place(value: JsonObject) -> set[str]:
    said = str(value.get("city", value.get("region", "")))
    return {each for token in tokens(said) for each in readings(token.sound.places)}


_READ: Final = {"document": _document, "nationality": _nationality, "birth.place": _place}
