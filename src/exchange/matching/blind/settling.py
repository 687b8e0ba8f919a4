"""The second stage: one hit settled by which parts of names and births are equal, under a key for that hit alone.

    settle    asker  -> holder   ticket, a fresh public key, 32 tokens of the asked person's parts
    pieces    holder -> asker    ticket, 32 blinded parts of its record; back: proof and evaluations
    settled   holder -> asker    the level

The holder learns which of its record's parts the asked person has and how many others; the asker a level.
Parts are guessable (there are twelve months), so the key serves one ticket and 32 elements, once.
Spec: docs/spec/matching.md §10.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from exchange.crypto.encoding import b64, canonical, read_canonical
from exchange.crypto.fields import NODE, Fields
from exchange.errors import BadInput, Code
from exchange.matching.blind.group import ELEMENT, PROOF, check_public
from exchange.matching.blind.slots import LIKELY, POSSIBLE, STRONG, TOKEN
from exchange.matching.keys import Piece
from exchange.matching.second import settle

SETTLE: Final = "exchange/match-settle/1"
PIECES_TYPE: Final = "exchange/match-pieces/1"
EVALUATED: Final = "exchange/match-evaluated/1"
SETTLED: Final = "exchange/match-settled/1"
PIECES: Final = 32
"""Pieces of one person at most: dates first, then whole names, those that say most, then what their tokens may also
be."""
SHAPE: Final = 3
"""Bytes that tell of each token its kind, name and place in it; zeros for filler."""
KINDS: Final = ("", "token", "year", "beside", "month", "day", "other", "swapped")
POSSIBLE_FROM: Final = 2.0
LIKELY_FROM: Final = 5.0
STRONG_FROM: Final = 8.0
"""Nats (`matching.second.settle`) for each level; below the first the hit is settled as none."""
_DATE: Final = 255
"""Name of a piece that is of no name."""
MARK: Final = 8
"""Hex digits behind the hyphen of a written ticket: the asker's own, they never travel."""
_TICKET: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
_WRITTEN: Final = re.compile(rf"([0-9a-f]{{32}})(?:-([0-9a-f]{{{MARK}}}))?", re.ASCII)
_HYPHENS: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
_LIMIT: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class Settling:
    """One of the four documents. Members that it does not have are empty."""

    type: str
    node: str
    to: str
    issued: str
    ticket: str
    public: bytes = b""
    shape: bytes = b""
    data: bytes = b""
    """Tokens, elements, or proof and evaluations."""
    level: int = 0

    def to_bytes(self) -> bytes:
        head = {"v": 1, "node": self.node, "to": self.to, "issued": self.issued, "ticket": self.ticket}
        if self.type == SETTLED:
            return canonical({**head, "level": self.level})
        own = {"data": b64(self.data)}
        if self.type == SETTLE:
            return canonical({**head, **own, "public": b64(self.public), "shape": b64(self.shape)})
        return canonical({**head, **own})


_SIZES: Final[Mapping[str, int]] = {
    SETTLE: PIECES * TOKEN,
    PIECES_TYPE: PIECES * ELEMENT,
    EVALUATED: PROOF + PIECES * ELEMENT,
}


def read(type_: str, document: bytes) -> Settling:
    """BadInput(VALUE_NOT_ALLOWED, ELEMENT_MALFORMED) for another form or size."""
    names = ["v", "node", "to", "issued", "ticket", *(["level"] if type_ == SETTLED else ["data"])]
    names += ["public", "shape"] if type_ == SETTLE else []
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
        fields.binary("shape", PIECES * SHAPE) if type_ == SETTLE else b"",
        b"" if type_ == SETTLED else fields.binary("data", _SIZES[type_]),
        fields.integer("level", 0, STRONG) if type_ == SETTLED else 0,
    )


def split(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


def chosen(pieces: Sequence[Piece]) -> list[Piece]:
    """At most 32: the parts of dates, then whole names, those that say most first, then what their tokens may also
    be."""
    of_name: dict[int, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.kind != "other":
            of_name[piece.name].append(piece)
    found = of_name.pop(-1, [])[:PIECES]
    names: set[int] = set()
    for name, some in sorted(of_name.items(), key=lambda each: -sum(piece.nats for piece in each[1])):
        if len(found) + len(some) <= PIECES:
            found += some
            names.add(name)
    found += [piece for piece in pieces if piece.kind == "other" and piece.name in names]
    return found[:PIECES]


def shape_of(pieces: Sequence[Piece]) -> bytes:
    """Kind, name and place of each piece, filled with zeros: what is compared is which tokens are of one name."""
    names = {name: at for at, name in enumerate(dict.fromkeys(piece.name for piece in pieces if piece.name >= 0))}
    rows = [(KINDS.index(piece.kind), names.get(piece.name, _DATE), min(piece.at, 254)) for piece in pieces]
    return b"".join(map(bytes, rows)).ljust(PIECES * SHAPE, b"\0")


def settled_level(held: Sequence[Piece], own: Sequence[bytes], shape: bytes, tokens: Sequence[bytes]) -> int:
    """The level that a hit comes to, at the holder. `own`: the tokens of `held`, in order.

    Of the asked person it sees which pieces are equal to its record's, and how the others stand: no more.
    BadInput(VALUE_NOT_ALLOWED) for a kind that is none.
    """
    known = dict(zip(own, held, strict=True))
    asked = []
    for (kind, name, at), token in zip(split(shape, SHAPE), tokens, strict=True):
        if kind >= len(KINDS):
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="shape")
        if kind:
            equal = known.get(token)
            asked.append(Piece(KINDS[kind], -1 if name == _DATE else name, at, 0.0, equal.element if equal else token))
    return level_of(settle(asked, held))


def level_of(nats: float) -> int:
    if nats >= STRONG_FROM:
        return STRONG
    return LIKELY if nats >= LIKELY_FROM else POSSIBLE if nats >= POSSIBLE_FROM else 0


def check_ticket(text: str) -> str:
    """The ticket itself, of what people type at either side. BadInput(VALUE_NOT_ALLOWED)."""
    found = _WRITTEN.fullmatch(plain(text))
    if found is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="ticket")
    return found[1]


def plain(text: str) -> str:
    """Spaces, capitals and the kind of hyphen do not matter in what is read out or written down."""
    return "".join(text.split()).lower().translate(_HYPHENS)


def read_written(text: str) -> tuple[str, str]:
    """(Ticket, mark) of what the asker wrote down, `ticket-mark`. BadInput(VALUE_NOT_ALLOWED), also without a mark."""
    found = _WRITTEN.fullmatch(plain(text))
    if found is None or found[2] is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="ticket")
    return found[1], found[2]
