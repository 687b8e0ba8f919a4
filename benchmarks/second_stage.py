"""How well both stages of blinded matching find a person, by weights that saw neither person of a pair.

    python -m benchmarks.second_stage --wheel WHEEL [--pairs PAIRS.csv]

The wheel is the one that the table of names was made from (`scripts/name_table.py`). Nobody who is asked for is among
the invented records: each has the first half of one public name and the second half of another, and the birth date of
some pair. Weights are fitted on the hits of one such list and judged on another; those of the full fit are printed,
for `matching/second.py`. Prints figures only, never a name.
"""

from __future__ import annotations

import argparse
import csv
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Final, NamedTuple

from benchmarks.scripts import script
from exchange.matching import second
from exchange.matching.blind.settling import LIKELY_FROM, POSSIBLE_FROM, STRONG_FROM
from exchange.matching.keys import ASKER, HOLDER, TAU, Piece, keys, second_stage
from exchange.matching.names import analyse
from exchange.matching.pairs import birth
from exchange.matching.person import Identity
from tests.data import DATA

PAIRS: Final = DATA / "names" / "dev_pairs.csv"
SHARES: Final = (0.5, 1.6, 4.0)
"""False hits of one query against 100,000 records."""
GOALS: Final = (0.80, 0.87, 0.89)
PENALTY: Final = 4.0
LEVELS: Final = (POSSIBLE_FROM, LIKELY_FROM, STRONG_FROM)
_ARABIC, _LATIN = 0, 1

Row = dict[str, str]
Person = tuple[str, str]
"""A name and a birth date."""


class Hit(NamedTuple):
    """A pair that shares a key."""

    person: str
    """Of the pair, or of the asker: what folds are dealt by."""
    pattern: tuple[float, ...]
    """1, then how often each term of `matching/second.py` is true."""


class Found(NamedTuple):
    hits: list[Hit]
    among: int
    """Pairs, or questions times records."""

    def rate(self) -> float:
        return len(self.hits) / self.among


def identity(person: Person) -> Identity:
    return Identity((analyse(person[0]),), birth(person[1]))


def invented(rows: Sequence[Row], public: Sequence[tuple[str, str]], column: int, seed: int) -> list[Person]:
    draw = random.Random(seed)
    halves = [text.split() for text in sorted({each[column] for each in public})]
    halves = [words for words in halves if len(words) > 1]
    turned = draw.sample(halves, len(halves))
    made = sorted({" ".join(a[: len(a) // 2] + b[len(b) // 2 :]) for a, b in zip(halves, turned, strict=True)})
    return [(text, draw.choice(rows)["dob_a"]) for text in made]


def pattern(asked: Sequence[Piece], held: Sequence[Piece]) -> tuple[float, ...]:
    names, dates = second.patterns(asked, held)
    return (1.0, *(names[0] if names else (0.0,) * len(second.OF_NAMES)), *dates)


def persons_of(rows: Sequence[Row]) -> list[Person]:
    return sorted({(row[f"name_{side}"], row[f"dob_{side}"]) for row in rows for side in "ab"})


def of_pairs(rows: Sequence[Row], known: dict[str, str], tau: float) -> Found:
    hits = []
    for row in rows:
        one, other = (identity((row[f"name_{side}"], row[f"dob_{side}"])) for side in "ab")
        if not keys(one, ASKER, tau).isdisjoint(keys(other, HOLDER, tau)):
            pieces = second_stage(one, ASKER, tau), second_stage(other, HOLDER, tau)
            hits.append(Hit(known[row["name_a"]], pattern(*pieces)))
    return Found(hits, len(rows))


def of_records(asked: Sequence[Person], records: Sequence[Person], known: dict[str, str], tau: float) -> Found:
    held: dict[bytes, list[int]] = defaultdict(list)
    for number, record in enumerate(records):
        for key in keys(identity(record), HOLDER, tau):
            held[key].append(number)
    theirs: dict[int, tuple[Piece, ...]] = {}
    hits = []
    for person in asked:
        asking = identity(person)
        pieces = second_stage(asking, ASKER, tau)
        for number in sorted({number for key in keys(asking, ASKER, tau) for number in held.get(key, ())}):
            if number not in theirs:
                theirs[number] = second_stage(identity(records[number]), HOLDER, tau)
            hits.append(Hit(known[person[0]], pattern(pieces, theirs[number])))
    return Found(hits, len(asked) * len(records))


def weights(fit: ModuleType, same: Sequence[Hit], others: Sequence[Hit]) -> list[float]:
    """The intercept first."""
    patterns = [each.pattern for each in (*same, *others)]
    width = len(patterns[0])
    penalty = [0.0] + [PENALTY] * (width - 1)
    labels = [True] * len(same) + [False] * len(others)
    return list(fit.newton([list(each) for each in patterns], labels, penalty, [0.0] * width))


def nats(weights: Sequence[float], hit: Hit) -> float:
    return sum(weight * often for weight, often in zip(weights, hit.pattern, strict=True))


def limits(false: Sequence[float], among: int) -> list[float]:
    """The nats above which there are that many false hits of a query against 100,000 records."""
    ranked = sorted(false, reverse=True)
    places = [int(share * among / 1e5) for share in SHARES]
    return [ranked[at] if at < len(ranked) else float("-inf") for at in places]


def recalls(same: Sequence[float], among: int, limits: Sequence[float]) -> list[float]:
    return [sum(each > limit for each in same) / among for limit in limits]


class Stages:
    """What the two stages say of the pairs and of lists of invented records."""

    def __init__(self, rows: Sequence[Row], wheel: Path, tau: float = TAU) -> None:
        self.fit = script("fit_names")
        known, asked = self.fit.persons(rows), persons_of(rows)
        public = script("name_table").rows(wheel)
        self.same = of_pairs([row for row in rows if row["same"] == "1"], known, tau)
        self.hard = of_pairs([row for row in rows if row["same"] != "1"], known, tau)
        arabic, latin, other = (
            of_records(asked, invented(rows, public, column, seed), known, tau)
            for column, seed in ((_ARABIC, 3), (_LATIN, 5), (_ARABIC, 4))
        )
        self.judged = {"Arabic": arabic, "Latin": latin}
        self.learnt_from = other

    def crossed(self, salt: str) -> tuple[list[float], dict[str, list[float]]]:
        """Nats of the pairs, and of each list, by weights that saw neither the person nor the list."""
        folds = range(self.fit.FOLDS)

        def seen(found: Found, fold: int) -> list[Hit]:
            return [each for each in found.hits if self.fit.fold_of(each.person, salt) != fold]

        made = [weights(self.fit, seen(self.same, fold), seen(self.learnt_from, fold)) for fold in folds]

        def judged(found: Found) -> list[float]:
            return [nats(made[self.fit.fold_of(each.person, salt)], each) for each in found.hits]

        return judged(self.same), {title: judged(found) for title, found in self.judged.items()}

    def as_written(self) -> list[float]:
        """The weights of `matching/second.py`."""
        return [0.0, *second.OF_NAMES.values(), *second.OF_DATES.values()]


def report(stages: Stages) -> None:
    print(f"first stage: recall {stages.same.rate():.4f}", end="")
    for title, found in stages.judged.items():
        print(f", false hits a query against 100,000 invented {title} records {found.rate() * 1e5:.2f}", end="")
    print("\n\n| both stages | records | 0.5 | 1.6 | 4 |\n|---|---|---|---|---|")
    print(f"| goal | | {' | '.join(f'{each:.2f}' for each in GOALS)} |")
    dealt = [stages.crossed(salt) for salt in stages.fit.SALTS]
    for title, found in stages.judged.items():
        every = [recalls(same, stages.same.among, limits(false[title], found.among)) for same, false in dealt]
        for name, pick in (("mean", lambda some: sum(some) / len(some)), ("worst", min)):
            told = " | ".join(f"{pick([each[at] for each in every]):.4f}" for at in range(len(SHARES)))
            print(f"| fits that saw neither, {name} | {title} | {told} |")
    written = stages.as_written()
    same = [nats(written, each) for each in stages.same.hits]
    for title, found in stages.judged.items():
        cuts = limits([nats(written, each) for each in found.hits], found.among)
        told = " | ".join(f"{each:.4f}" for each in recalls(same, stages.same.among, cuts))
        print(f"| as written in second.py | {title} | {told} |")
        print(f"| nats there | {title} | {' | '.join(f'{each:.2f}' for each in cuts)} |")
    print("\n| share of hits that reach level | 1 | 2 | 3 |\n|---|---|---|---|")
    false = {f"invented {title} records": found.hits for title, found in stages.judged.items()}
    for title, hits in ({"the same person": stages.same.hits, "hard negatives": stages.hard.hits} | false).items():
        told = " | ".join(f"{_reach(written, hits, each):.3f}" for each in LEVELS)
        print(f"| {title}, {len(hits)} | {told} |")
    full = weights(stages.fit, stages.same.hits, stages.learnt_from.hits)
    titles = ("intercept", *second.OF_NAMES, *second.OF_DATES)
    print("\nfull fit: " + ", ".join(f"{title} {each:.2f}" for title, each in zip(titles, full, strict=True)))


def _reach(weights: Sequence[float], hits: Sequence[Hit], level: float) -> float:
    return sum(nats(weights, each) >= level for each in hits) / max(1, len(hits))


def main() -> None:
    parser = argparse.ArgumentParser(description="How well both stages of blinded matching find a person.")
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--tau", type=float, default=TAU)
    given = parser.parse_args()
    with given.pairs.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    report(Stages(rows, given.wheel, given.tau))


if __name__ == "__main__":
    main()
