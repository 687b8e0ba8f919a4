"""Keys under which two lists find the same person: combinations of tokens and date that few others share. Pure.

Every minimal combination of one to three skeletons and a birth date, whose chance under the public table is below tau,
is a key; so are the complete name and each document. Whoever has the same table, rules and tau makes the same keys. A
key is a digest that can be guessed: it is stored and sent under a keyed function only. Rules: docs/spec/names.md §6.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import combinations, islice, product
from typing import Final, NamedTuple

from exchange.matching.classes import VARIANTS_MAX, readings
from exchange.matching.person import Identity
from exchange.matching.rarity import probability, table
from exchange.matching.tokens import Token
from exchange.model.dates import Span

RULES: Final = 1
"""Raised with every change of what a name is taken to be: folding, classes, tokens, combinations."""
TAU: Final = 2e-4
HOLDER, ASKER = "holder", "asker"
TOKENS_MAX: Final = 6
"""Tokens of one name that are combined: the rarest."""
WHOLE_MAX: Final = 8
"""Tokens of a whole name, from its first."""
COMBINED_MAX: Final = 3
YEARS: Final = 60
"""Birth years that are about as common as each other."""
DAYS: Final = YEARS * 365
RANGE_MAX: Final = 3
"""Years of a range that are keys each; what is wider says too little."""
KEYS_MAX: Final = 512
"""Keys of one identity: a list of aliases may not flood the other side."""
_DOMAIN: Final = b"exchange.matching.key\x00"
_NO_DATE: Final = ("",)

Tokens = tuple[tuple[str, ...], ...]
"""Readings of each token, tokens rarest first."""


class When(NamedTuple):
    """What is known of a birth, as it stands in keys."""

    years: tuple[str, ...]
    """In order, each once; so are the days."""
    days: tuple[str, ...]


@lru_cache(maxsize=16)
def key_version(tau: float = TAU) -> str:
    """Rules, table and tau in one: 16 hex digits. Two sides that differ in it share no key."""
    said = f"{RULES} {table().digest} {tau!r}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def keys(identity: Identity, side: str, tau: float = TAU) -> frozenset[bytes]:
    """32 bytes each. The asker adds the years beside, day and month swapped, and what a word
    may also be. ValueError for another side."""
    if side not in (HOLDER, ASKER):
        raise ValueError("no such side")
    when = _when(identity.births, wide=side == ASKER)
    said: dict[str, None] = {f"document {each}": None for each in sorted(identity.documents)}
    for name in identity.names:
        if not name.kunya:
            found = [_read(token, wide=side == ASKER) for token in name.tokens if token.role not in ("title", "faith")]
            if len(found) > 1:
                # The whole of it, also where a word stands twice (Mokhtar Belmokhtar).
                said.update(dict.fromkeys(_said("words", found[:WHOLE_MAX], _NO_DATE)))
            said.update(dict.fromkeys(_of_name(_rarest(found), when, tau)))
    start, sha256 = _DOMAIN + key_version(tau).encode(), hashlib.sha256
    return frozenset([sha256(start + each.encode()).digest() for each in islice(said, KEYS_MAX)])


def _read(token: Token, *, wide: bool) -> tuple[str, ...]:
    """The readings of what it is; `wide`, of what it may also be."""
    forms = token.forms
    if not wide or len(forms) == 1:
        return readings(forms[0].places)
    return tuple(dict.fromkeys(each for form in forms for each in readings(form.places)))[:VARIANTS_MAX]


def _rarest(found: Iterable[tuple[str, ...]]) -> Tokens:
    """Each skeleton once."""
    return tuple(sorted(set(found), key=lambda each: (_chance(each), each))[:TOKENS_MAX])


@lru_cache(maxsize=16384)
def _chance(read: tuple[str, ...]) -> float:
    return max(probability(each) for each in read)


def _of_name(tokens: Tokens, when: When, tau: float) -> list[str]:
    # A day and one name: one token never goes without a full date.
    found = [f"day {day} {read}" for token in tokens for day in when.days for read in token]
    chances = [_chance(token) for token in tokens]
    # Sets of tokens as bits; what holds one of these is not minimal.
    enough: list[int] = []
    by_year: list[int] = []
    for size in range(2, min(COMBINED_MAX, len(tokens)) + 1):
        for chosen in combinations(range(len(tokens)), size):
            mine, chance = 0, 1.0
            for at in chosen:
                mine |= 1 << at
                chance *= chances[at]
            if any(each & mine == each for each in enough):
                continue
            if chance < tau:
                enough.append(mine)
                found += _said("words", [tokens[at] for at in chosen], _NO_DATE)
            elif chance / YEARS < tau and not any(each & mine == each for each in by_year):
                by_year.append(mine)
                found += _said("year", [tokens[at] for at in chosen], when.years)
    return found


def _said(kind: str, tokens: Sequence[tuple[str, ...]], dates: Sequence[str]) -> list[str]:
    """Every reading, in order of the alphabet: the order in which a name was written is not part of a key."""
    read = [" ".join(sorted(each)) for each in islice(product(*tokens), VARIANTS_MAX)] if dates else ()
    return [f"{kind} {day} {each}" for day in dates for each in read]


def _when(births: Iterable[Span], *, wide: bool) -> When:
    years: set[int] = set()
    days: set[date] = set()
    for birth in births:
        if birth.high.year - birth.low.year < RANGE_MAX:
            years.update(range(birth.low.year, birth.high.year + 1))
        if birth.low == birth.high and birth.precision != "approximate" and (birth.low.month, birth.low.day) != (1, 1):
            days.add(birth.low)
            if wide:
                days |= _beside(birth)
    if wide:
        years |= {year + off for year in years for off in (-1, 1)}
    return When(tuple(sorted(map(str, years))), tuple(sorted(map(date.isoformat, days))))


def _beside(birth: Span) -> set[date]:
    """Day and month swapped, where that is a day; a Hijri day may be one off."""
    found = {birth.low.replace(month=birth.low.day, day=birth.low.month)} if birth.low.day <= 12 else set()
    if birth.calendar == "hijri":
        found |= {birth.low + timedelta(days=off) for off in (-1, 1)}
    return found


class Piece(NamedTuple):
    """One part of an identity for the second stage: what is compared is only whether two pieces are equal."""

    kind: str
    """`token`, `year`, `month`, `day`; of the asker also `other` (what a token may also be), `beside` (a year off) and
    `swapped` (the month that its day would be, and the day that its month would be)."""
    name: int
    """Which name it is of; -1 for a date."""
    at: int
    """Which token of that name: readings of one token share it. Which day: its parts share it."""
    nats: float
    """What an equal token says, from the public table; 0 for what is none."""
    element: bytes
    """32 bytes, as keys are."""


def second_stage(identity: Identity, side: str, tau: float = TAU) -> tuple[Piece, ...]:
    """The tokens of each name and the parts of the birth dates, one by one. The asker adds what a token may also be,
    the years beside, and day and month swapped."""
    found: list[Piece] = []

    def add(kind: str, name: int, at: int, said: Iterable[str], nats: float = 0.0, *, of: str = "") -> None:
        found.extend(Piece(kind, name, at, nats, _piece(of or kind, each, tau)) for each in said)

    for number, name in enumerate(identity.names):
        if name.kunya:
            continue
        for at, token in enumerate(name.tokens):
            if token.role not in ("title", "faith"):
                read = _read(token, wide=False)
                add("token", number, at, read, name.weights[at])
                if side == ASKER:
                    add("other", number, at, [each for each in _read(token, wide=True) if each not in read], of="token")
    when = _when(identity.births, wide=False)
    for at, year in enumerate(when.years):
        add("year", -1, at, [year])
    if side == ASKER:
        beside = {str(int(year) + off) for year in when.years for off in (-1, 1)}.difference(when.years)
        for at, year in enumerate(sorted(beside)):
            add("beside", -1, at, [year], of="year")
    for at, said in enumerate(when.days):
        month, day = said[5:7], said[8:10]
        add("month", -1, at, [month])
        add("day", -1, at, [day])
        if side == ASKER and month != day and day <= "12":
            add("swapped", -1, at, [day], of="month")
            add("swapped", -1, at, [month], of="day")
    return tuple(found[:KEYS_MAX])


def _piece(kind: str, said: str, tau: float) -> bytes:
    return hashlib.sha256(_DOMAIN + key_version(tau).encode() + f"piece {kind} {said}".encode()).digest()
