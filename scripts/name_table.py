"""Builds the public tables of names: `src/exchange/matching/frequency.json`.

    python scripts/name_table.py WHEEL

WHEEL is the package arabic-name-romanizer 0.2.0 (pip download --no-deps arabic-name-romanizer==0.2.0). Of its index
only the rows that came from Wikidata are read (CC0 1.0). What is kept is not names: counts of skeletons that stand in
two names or more, and how often vowels are written so by one and so by another, in one word and in two that only share
their consonants. Same wheel, same rules, same bytes. A new table is a new `key_version`: docs/spec/names.md §6.
"""

from __future__ import annotations

import hashlib
import io
import json
import random
import sqlite3
import sys
import tempfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from math import log
from pathlib import Path

from exchange.matching.classes import Sounds, readings
from exchange.matching.tokens import tokens
from exchange.matching.vowels import gaps

INDEX = "arabic_name_romanizer/resources/names.sqlite3"
OUT = Path(__file__).resolve().parent.parent / "src/exchange/matching/frequency.json"
LEAST = 2
LEAST_GAPS = 30
SMOOTH = 5.0

Rows = list[tuple[str, str]]


def rows(wheel: Path) -> Rows:
    """(Arabic, Latin) full names, each once."""
    with tempfile.NamedTemporaryFile(suffix=".sqlite3") as file:
        file.write(zipfile.ZipFile(io.BytesIO(wheel.read_bytes())).read(INDEX))
        file.flush()
        found = sqlite3.connect(file.name).execute(
            "select distinct arabic_key, latin from full_names where source = 'wikidata' order by 1, 2"
        )
        return [(str(arabic), str(latin)) for arabic, latin in found]


def words(text: str) -> list[Sounds]:
    return [token.sound for token in tokens(text) if token.role not in ("title", "faith")]


def alike(some: list[Sounds], others: list[Sounds]) -> Iterator[tuple[Sounds, Sounds]]:
    """Words of one name in two spellings, where their consonants are the same."""
    left = list(others)
    for word in some:
        for other in left:
            if len(word.places) == len(other.places) and all(
                a & b for a, b in zip(word.places, other.places, strict=True)
            ):
                left.remove(other)
                yield word, other
                break


def pairs(names: Rows) -> Iterator[tuple[Sounds, Sounds]]:
    """Arabic with Latin, Latin with Latin of one Arabic spelling, Arabic with Arabic of one Latin spelling."""
    by_arabic, by_latin = defaultdict(list), defaultdict(list)
    for arabic, latin in names:
        yield from alike(words(arabic), words(latin))
        by_arabic[arabic].append(latin)
        by_latin[latin].append(arabic)
    for group in (by_arabic, by_latin):
        for spellings in group.values():
            for first, second in pairwise(spellings):
                yield from alike(words(first), words(second))


def vowels(names: Rows) -> dict[str, float]:
    """Nats that a pair of gaps says for one word, against two words of the same consonants."""
    same, other = Counter[str](), Counter[str]()
    found = list(pairs(names))
    by_sound: dict[tuple[str, str], list[Sounds]] = defaultdict(list)
    for pair in found:
        for word in pair:
            by_sound[readings(word.places)[0], word.script].append(word)
    draw = random.Random(7)
    for first, second in found:
        same.update(gaps(first, second))
        group = by_sound[readings(second.places)[0], second.script]
        drawn = draw.choice(group)
        if len(drawn.places) == len(first.places):
            other.update(gaps(first, drawn))
    said, chance = sum(same.values()), sum(other.values())
    return {
        gap: round(log(((same[gap] + SMOOTH) / said) / ((other[gap] + SMOOTH) / chance)), 2)
        for gap in sorted(same.keys() | other.keys())
        if same[gap] + other[gap] >= LEAST_GAPS
    }


def main(wheel: Path) -> None:
    counts: Counter[str] = Counter()
    names = rows(wheel)
    for arabic, latin in names:
        found = [token for text in (arabic, latin) for token in tokens(text)]
        counts.update({each for token in found for each in readings(token.sound.places)})
    kept = {each: counts[each] for each in sorted(counts) if counts[each] >= LEAST and each.isascii()}
    gaps_said = vowels(names)
    document = {
        "about": "Counts of skeletons, and what vowels say. Made by scripts/name_table.py; docs/spec/names.md §6.",
        "origin": "arabic-name-romanizer 0.2.0, rows from Wikidata",
        "licence": "CC0-1.0",
        "origin_sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "names": len(names),
        "vowels": gaps_said,
        "counts": kept,
    }
    OUT.write_text(json.dumps(document, indent=0, ensure_ascii=False) + "\n", "utf-8")
    print(f"{OUT.name}: {len(kept)} skeletons, {len(gaps_said)} gaps, {len(names)} names")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
