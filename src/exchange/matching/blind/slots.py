"""What stands in a query and in an answer, in bytes of one size whoever is asked for. Spec: docs/spec/matching.md §4.

A query has 16 slots, one person each, of 64 tokens of 16 bytes. What is not used is filled with random bytes, which
look like tokens and are in nobody's set. An answer has 16 slots of 128 bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from exchange.crypto.encoding import digest
from exchange.errors import BadInput, Code, TooLarge

SLOTS: Final = 16
"""Persons in one query at most."""
TOKENS: Final = 64
"""Keys of one person at most; a person with more takes the next slot too."""
TOKEN: Final = 16
"""Bytes. Two unequal keys meet by chance once in 2^128."""
QUERY: Final = SLOTS * TOKENS * TOKEN
ANSWER_SLOT: Final = 128
ANSWER: Final = SLOTS * ANSWER_SLOT
TICKET: Final = 16
"""Random bytes that name one hit when people of both sides talk about it."""
MAX_CONTACT: Final = ANSWER_SLOT - TICKET - 2
"""Bytes of UTF-8."""
POSSIBLE, LIKELY, STRONG = 1, 2, 3
"""Levels: one key in common with one record, two or three, four and more."""
_LIKELY_FROM: Final = 2
_STRONG_FROM: Final = 4


class Told(NamedTuple):
    """The answer for one person. No hit and not allowed to know are the same value."""

    level: int = 0
    """0 no hit, then POSSIBLE, LIKELY, STRONG."""
    contact: str = ""
    """Whom to contact; empty where the agreement lets a level out and no more."""
    ticket: bytes = bytes(TICKET)


NO_HIT: Final = Told()


def key_input(version: str, key: bytes) -> bytes:
    """What is evaluated for one key: 32 bytes that also name the version of the rules that made it."""
    return digest("exchange/match-key/1", version.encode("ascii"), key)


def token(output: bytes) -> bytes:
    """The token of one evaluated key: the first 16 of the 64 bytes of its output."""
    return output[:TOKEN]


def pack_query(persons: Sequence[Collection[bytes]], filler: bytes) -> bytes:
    """The tokens of up to 16 persons, in slots. `filler`: as many random bytes as a query has.

    TooLarge when they need more slots. The order in a slot is that of the bytes, so that it says nothing.
    """
    if len(filler) != QUERY:
        raise ValueError("filler")
    slots = [part for person in persons for part in _parts(sorted(person))]
    if len(slots) > SLOTS:
        raise TooLarge(count=len(slots), limit=SLOTS)
    packed = []
    for at in range(SLOTS):
        own = slots[at] if at < len(slots) else []
        start = at * TOKENS * TOKEN
        padding = [filler[start + n * TOKEN : start + (n + 1) * TOKEN] for n in range(len(own), TOKENS)]
        packed += sorted([*own, *padding])
    return b"".join(packed)


def slots_of(persons: Sequence[Collection[bytes]]) -> list[int]:
    """For each person how many slots it takes."""
    return [len(_parts(list(person))) for person in persons]


def unpack_query(data: bytes) -> list[list[bytes]]:
    """The 16 slots, each of 64 tokens. BadInput(VALUE_NOT_ALLOWED) for another size."""
    if len(data) != QUERY:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="tokens")
    tokens = [data[at : at + TOKEN] for at in range(0, QUERY, TOKEN)]
    return [tokens[at : at + TOKENS] for at in range(0, len(tokens), TOKENS)]


def level_of(equal: int) -> int:
    """From how many keys are equal with one record."""
    if equal >= _STRONG_FROM:
        return STRONG
    return LIKELY if equal >= _LIKELY_FROM else min(equal, POSSIBLE)


def pack_answer(told: Sequence[Told]) -> bytes:
    """The 16 slots of an answer."""
    if len(told) != SLOTS:
        raise ValueError("slots")
    return b"".join(map(_pack_told, told))


def unpack_answer(data: bytes) -> list[Told]:
    """BadInput(VALUE_NOT_ALLOWED) for another size, an unknown level, or bytes where none belong."""
    if len(data) != ANSWER:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="answers")
    return [_unpack_told(data[at : at + ANSWER_SLOT]) for at in range(0, ANSWER, ANSWER_SLOT)]


def _parts(tokens: list[bytes]) -> list[list[bytes]]:
    return [tokens[at : at + TOKENS] for at in range(0, len(tokens), TOKENS)] or [[]]


def _pack_told(told: Told) -> bytes:
    text = told.contact.encode("utf-8")
    if len(text) > MAX_CONTACT or len(told.ticket) != TICKET:
        raise ValueError("contact or ticket")
    return bytes([told.level, len(text)]) + text.ljust(MAX_CONTACT, b"\0") + told.ticket


def _unpack_told(slot: bytes) -> Told:
    level, size, text, ticket = slot[0], slot[1], slot[2 : 2 + MAX_CONTACT], slot[-TICKET:]
    if level > STRONG or size > MAX_CONTACT or any(text[size:]) or (not level and any(slot)):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="answers")
    try:
        contact = text[:size].decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="answers") from None
    if not contact.isprintable():  # what would steer a screen, or turn what stands beside it
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="answers")
    return Told(level, contact, ticket)
