"""The second stage: one hit settled by which parts of names and births are equal, under a key for that hit alone.

    settle    asker  -> holder   ticket, a fresh public key, 32 tokens of the asked person's parts
    pieces    holder -> asker    ticket, 32 blinded parts of its record; back: proof and evaluations
    settled   holder -> asker    the level

The holder learns which of its record's parts the asked person has; the asker learns a level. Parts are guessable (there
are twelve months), so the key serves one ticket and 32 elements, once. Spec: docs/spec/matching.md §10.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from exchange.crypto.encoding import b64, canonical, read_canonical
from exchange.crypto.fields import NODE, Fields
from exchange.errors import BadInput, Code
from exchange.matching.blind.group import ELEMENT, PROOF, check_public
from exchange.matching.blind.slots import LIKELY, POSSIBLE, STRONG, TOKEN

SETTLE: Final = "exchange/match-settle/1"
PIECES_TYPE: Final = "exchange/match-pieces/1"
EVALUATED: Final = "exchange/match-evaluated/1"
SETTLED: Final = "exchange/match-settled/1"
PIECES: Final = 32
"""Parts of one person at most: those that say most."""
POSSIBLE_FROM: Final = 8.0
LIKELY_FROM: Final = 12.0
STRONG_FROM: Final = 18.0
"""Nats of equal parts for each level; below the first the hit is settled as none."""
_TICKET: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_LIMIT: Final = 64 << 10


class Part(NamedTuple):
    """One part of a person."""

    element: bytes
    """What is evaluated, 1 to 65,535 bytes."""
    place: str
    """Which token or date it is a reading of: of several readings that are equal, one counts."""
    nats: float


@dataclass(frozen=True, slots=True)
class Settling:
    """One of the four documents. Members that it does not have are empty."""

    type: str
    node: str
    to: str
    issued: str
    ticket: str
    public: bytes = b""
    data: bytes = b""
    """Tokens, elements, or proof and evaluations."""
    level: int = 0

    def to_bytes(self) -> bytes:
        head = {"v": 1, "node": self.node, "to": self.to, "issued": self.issued, "ticket": self.ticket}
        if self.type == SETTLED:
            return canonical({**head, "level": self.level})
        own = {"data": b64(self.data)}
        return canonical({**head, **own, "public": b64(self.public)} if self.type == SETTLE else {**head, **own})


_SIZES: Final[Mapping[str, int]] = {
    SETTLE: PIECES * TOKEN,
    PIECES_TYPE: PIECES * ELEMENT,
    EVALUATED: PROOF + PIECES * ELEMENT,
}


def read(type_: str, document: bytes) -> Settling:
    """BadInput(VALUE_NOT_ALLOWED, ELEMENT_MALFORMED) for another form or size."""
    names = ["v", "node", "to", "issued", "ticket", *(["level"] if type_ == SETTLED else ["data"])]
    names += ["public"] if type_ == SETTLE else []
    fields = Fields(read_canonical(document, limit=_LIMIT), names, Code.VALUE_NOT_ALLOWED)
    fields.integer("v", 1, 1)
    fields.time("issued")
    return Settling(
        type_,
        fields.text("node", NODE),
        fields.text("to", NODE),
        str(fields.raw("issued")),
        fields.text("ticket", _TICKET),
        check_public(fields.binary("public", ELEMENT)) if type_ == SETTLE else b"",
        b"" if type_ == SETTLED else fields.binary("data", _SIZES[type_]),
        fields.integer("level", 0, STRONG) if type_ == SETTLED else 0,
    )


def split(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def chosen(parts: Iterable[Part]) -> list[Part]:
    """The parts that say most, at most 32, each element once."""
    ordered = sorted(parts, key=lambda each: (-each.nats, each.element))
    return list({each.element: each for each in reversed(ordered)}.values())[::-1][:PIECES]


def settled_level(parts: Iterable[Part], equal: Iterable[bool]) -> int:
    """The level that the equal parts come to; of the readings of one place the one that says most counts."""
    said: dict[str, float] = {}
    for part, same in zip(parts, equal, strict=True):
        if same:
            said[part.place] = max(said.get(part.place, 0.0), part.nats)
    nats = sum(said.values())
    if nats >= STRONG_FROM:
        return STRONG
    return LIKELY if nats >= LIKELY_FROM else POSSIBLE if nats >= POSSIBLE_FROM else 0


def check_ticket(text: str) -> str:
    """The ticket as people type it. BadInput(VALUE_NOT_ALLOWED)."""
    if _TICKET.fullmatch(text) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="ticket")
    return text
