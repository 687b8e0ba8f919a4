"""Invented words in two scripts, and the sheet on which a synthetic record is written."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple, TypeVar

from exchange.model.claims import Claim, Grade, JsonObject, JsonValue
from exchange.model.derive import with_coarser
from exchange.model.paths import PATHS
from exchange.model.validate import with_governance
from exchange.model.vocab import PathClass

Item = TypeVar("Item")

REVIEW: Final = date(2027, 10, 1)
"""Default review date; callers with a clock give their own."""

_SYLLABLES: Final = (
    ("ba", "با"), ("ri", "ري"), ("zu", "زو"), ("ta", "تا"), ("mi", "مي"), ("lo", "لو"), ("na", "نا"), ("shi", "شي"),
    ("fa", "فا"), ("du", "دو"), ("wa", "وا"), ("ki", "كي"),
)  # fmt: skip
_FAMILIES: Final = (("Exempli", "إكسمبلي"), ("Specimen", "سبيسيمن"), ("Mithali", "مثالي"), ("Namudhaj", "نموذج"))
_MARKINGS: Final = ("TLP:AMBER", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:GREEN", "TLP:RED")
_BASES: Final = ("SYNTHETIC Act 1, section 2", "SYNTHETIC Decree 7")


class Word(NamedTuple):
    latin: str
    arabic: str


def pick(rng: random.Random, items: Sequence[Item]) -> Item:
    return items[rng.randrange(len(items))]


def given(rng: random.Random) -> Word:
    parts = [pick(rng, _SYLLABLES) for _ in range(rng.randint(2, 3))]
    return Word("".join(latin for latin, _ in parts).capitalize(), "".join(arabic for _, arabic in parts))


def family(rng: random.Random) -> Word:
    return Word(*pick(rng, _FAMILIES))


def place(rng: random.Random) -> str:
    return f"{given(rng).latin} Specimen Town"


def invented(text: str, script: str, type_: str) -> JsonObject:
    """A name value."""
    return {"text": text, "script": script, "type": type_}


class Sheet:
    """Claims of one synthetic record, numbered from `c1`."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.claims: list[Claim] = []

    def put(self, path: str, value: JsonValue, *, statement: str = "fact", contests: str | None = None) -> str:
        """Adds a claim with a drawn grade and returns its id. The form is checked: a slip here is a ValueError."""
        if not PATHS[path].check(value):
            raise ValueError(f"synthetic value does not fit {path}")
        ungraded = PATHS[path].cls in (PathClass.GOVERNANCE, PathClass.SAFEGUARD)
        grade = None if ungraded else Grade("admiralty", pick(self.rng, "ABCDF"), pick(self.rng, "123456"))
        observed = None if ungraded else self.day(2014, 2025)
        claim = Claim(f"c{len(self.claims) + 1}", path, value, statement, grade, observed, contests=contests)
        self.claims.append(claim)
        return claim.id

    def day(self, first: int, last: int) -> str:
        """A day from the year `first` to the year `last`."""
        start = date(first, 1, 1)
        return (start + timedelta(days=self.rng.randrange((date(last + 1, 1, 1) - start).days))).isoformat()

    def count(self, most: int) -> JsonObject:
        """ "70 to 75", "at least 120" or an exact figure."""
        low = self.rng.randint(1, most)
        return {"low": low, "high": pick(self.rng, (low, low + self.rng.randint(1, 9), None))}

    def governed(self, *, category: str | None, purposes: Sequence[str], review: date) -> tuple[Claim, ...]:
        """The finished record: SYNTHETIC note (unless there is one), governance, then derived claims."""
        if not any(claim.path == "note" for claim in self.claims):
            self.put("note", "SYNTHETIC")
        marking, basis = pick(self.rng, _MARKINGS), pick(self.rng, _BASES)
        for purpose in purposes[1:]:
            self.put("record.purpose", purpose)
        claims = with_governance(
            self.claims, legal_basis=basis, purpose=purposes[0], marking=marking, review=review, category=category
        )
        return with_coarser(claims)
