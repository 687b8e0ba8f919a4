"""Two names laid side by side: skeletons, parts, what agrees, keys, score. A value that the edges draw. Pure."""

from __future__ import annotations

from typing import NamedTuple

from exchange.matching.align import Alignment
from exchange.matching.classes import readings
from exchange.matching.coefficients import coefficients
from exchange.matching.keys import ASKER, HOLDER, TAU, key_version, keys
from exchange.matching.names import Name
from exchange.matching.parts import parts
from exchange.matching.person import Comparison, Identity, compare


class Word(NamedTuple):
    """One word of a name."""

    text: str
    part: str
    sure: bool
    skeletons: tuple[str, ...]
    nats: float
    """What it says, by the public table."""


class Row(NamedTuple):
    """One line of the alignment. Words of one side only: the other is empty."""

    a: str
    b: str
    consonants: float
    """Cost of the consonants for each place; 0 for the same."""
    vowels: float
    """Nats of the vowels."""
    nats: float


class Explained(NamedTuple):
    a: tuple[Word, ...]
    b: tuple[Word, ...]
    rows: tuple[Row, ...]
    comparison: Comparison
    shared_keys: int
    """Keys under which the one, asking, finds the other."""
    keys_a: int
    keys_b: int
    key_version: str
    threshold: float


def explain(a: Identity, b: Identity, tau: float = TAU) -> Explained | None:
    """None where one has no name."""
    found = compare(a, b)
    if found is None:
        return None
    asked, held = keys(a, ASKER, tau), keys(b, HOLDER, tau)
    return Explained(
        words(found.a),
        words(found.b),
        rows(found.a, found.b, found.alignment),
        found,
        len(asked & held),
        len(asked),
        len(held),
        key_version(tau),
        coefficients().threshold,
    )


def words(name: Name) -> tuple[Word, ...]:
    return tuple(
        Word(token.text, part.kind, part.sure, readings(token.sound.places), round(weight, 1))
        for token, part, weight in zip(name.tokens, parts(name), name.weights, strict=True)
    )


def rows(a: Name, b: Name, found: Alignment) -> tuple[Row, ...]:
    """What agrees, in order of `a`; then what is left on either side."""
    made = [
        Row(
            " ".join(a.tokens[at].text for at in match.a),
            " ".join(b.tokens[at].text for at in match.b),
            round(match.like.edit, 2),
            round(match.like.vowels, 2),
            0.0 if match.title else round(match.weight, 1),
        )
        for match in found.matches
    ]
    made += [Row(a.tokens[at].text, "", 1.0, 0.0, round(a.weights[at], 1)) for at in found.left_a]
    made += [Row("", b.tokens[at].text, 1.0, 0.0, round(b.weights[at], 1)) for at in found.left_b]
    return tuple(made)
