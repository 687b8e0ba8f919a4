"""One name, looked at once: its words, what each says, what it all says. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from exchange.matching.rarity import information
from exchange.matching.tokens import Token, tokens


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """An analysed name. `compare` takes two."""

    text: str
    tokens: tuple[Token, ...]
    weights: tuple[float, ...]
    """Nats of each token."""
    total: float
    """Nats of all."""
    kunya: bool
    """Nothing but a kunya: `Abu Ahmad`, `أم محمد`. Such a name alone says of no two persons that they are one."""
    head: int
    """The first token that is no title; -1 for none."""
    script: str


FAITH_WEIGHT = 1.0
"""Nats of din in Salah al-Din: half of it is the word before."""


@lru_cache(maxsize=4096)
def analyse(text: str) -> Name:
    """The name that `text` is."""
    found = tokens(text)
    weights = tuple(_weight(token) for token in found)
    kunya = bool(found) and all(token.role in ("kunya", "title") for token in found)
    script = found[0].sound.script if found else "o"
    head = next((at for at, token in enumerate(found) if token.role != "title"), -1)
    total = sum(weight for weight, token in zip(weights, found, strict=True) if token.role != "title")
    return Name(text, found, weights, total, kunya, head, script)


def _weight(token: Token) -> float:
    return FAITH_WEIGHT if token.role == "faith" else information(token.sound.places)
