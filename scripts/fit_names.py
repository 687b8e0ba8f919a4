"""Fits the score of names: `src/exchange/matching/coefficients.json`.

    python scripts/fit_names.py PAIRS.csv

PAIRS.csv has the columns name_a, script_a, dob_a, name_b, script_b, dob_b, same. Persons are what pairs of one person
tie together; no person is in two folds, and a pair of two folds is judged by a fit that saw neither. Names are fitted
first, without dates; then what each relation of dates says. Plain Newton steps, no library: same input, same
bytes. The file holds numbers only. The terms of `reviewed` are judgement and are copied as they stand.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from collections.abc import Sequence
from math import exp, sqrt
from pathlib import Path
from typing import NamedTuple

from exchange.matching.dates import RELATIONS, UNKNOWN, nearest
from exchange.matching.features import NAMES
from exchange.matching.names import analyse
from exchange.matching.pairs import birth
from exchange.matching.score import compare_names

OUT = Path(__file__).resolve().parent.parent / "src/exchange/matching/coefficients.json"
FOLDS = 5
SALTS = ("", "a", "b", "c")
"""Four ways to deal persons into folds: one alone moves the recall at 0.1 % by several points."""
PENALTY = 4.0
"""On the squares of the coefficients of features scaled to one, or of their distance from `EXPECTED`."""
EXPECTED = {"first_differ_long": -4.0}
"""Brothers share every word but the first: known beforehand, and held by too few pairs to be learnt."""
NAMES_AT_MOST = 5.0
"""Nats that names say where dates say more: two persons may bear one name."""
PENALTY_DATES = 0.2
FALSE_POSITIVES = 0.01
"""Share of other pairs that the threshold lets through under cross-validation."""
REVIEWED = {
    "document_same": 7.0,
    "document_other": -1.0,
    "nationality_same": 0.3,
    "nationality_other": -0.7,
    "place_same": 1.0,
    "place_other": -0.3,
    "kunya_alone": -6.0,
}


class Pair(NamedTuple):
    a: str
    b: str
    scripts: str
    same: bool
    values: tuple[float, ...]
    relation: str
    persons: tuple[str, str]


class Model(NamedTuple):
    names: list[float]
    """The intercept first."""
    dates: list[float]
    """What the names count with a date, then `RELATIONS`."""


def persons(rows: Sequence[dict[str, str]]) -> dict[str, str]:
    """Name -> one name of its person."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        parent.setdefault(name, name)
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for row in rows:
        one, other = sorted((root(row["name_a"]), root(row["name_b"])))
        if row["same"] == "1":
            parent[other] = one
    return {name: root(name) for name in list(parent)}


def fold_of(person: str, salt: str = "") -> int:
    return int(hashlib.sha256((salt + person).encode()).hexdigest(), 16) % FOLDS


def pairs(path: Path) -> list[Pair]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = persons(rows)
    found = []
    for row in rows:
        _, values = compare_names(analyse(row["name_a"]), analyse(row["name_b"]))
        relation = nearest(birth(row["dob_a"]), birth(row["dob_b"]))
        who = known[row["name_a"]], known[row["name_b"]]
        scripts = "-".join(sorted((row["script_a"], row["script_b"])))
        found.append(Pair(row["name_a"], row["name_b"], scripts, row["same"] == "1", values, relation, who))
    return found


def fit(some: Sequence[Pair]) -> Model:
    """Names, then dates on top."""
    names = newton(
        [[1.0, *each.values] for each in some],
        [each.same for each in some],
        [0.0] + [PENALTY] * len(NAMES),
        [0.0, *(EXPECTED.get(name, 0.0) for name in NAMES)],
    )
    dated = [each for each in some if each.relation != UNKNOWN]
    rows = [
        [min(NAMES_AT_MOST, raw(names, each)), *(float(each.relation == name) for name in RELATIONS)] for each in dated
    ]
    width = 1 + len(RELATIONS)
    return Model(names, newton(rows, [each.same for each in dated], [PENALTY_DATES] * width, [0.0] * width))


def raw(names: Sequence[float], pair: Pair) -> float:
    return names[0] + sum(each * value for each, value in zip(names[1:], pair.values, strict=True))


def judged(model: Model, pair: Pair, *, dates: bool) -> float:
    """Nats."""
    nats = raw(model.names, pair)
    if dates and pair.relation != UNKNOWN:
        nats = min(NAMES_AT_MOST, nats) * model.dates[0] + model.dates[1 + RELATIONS.index(pair.relation)]
    return nats


class Judged(NamedTuple):
    """Nats of every pair, by a fit that saw neither of its persons."""

    by_name: list[float]
    by_both: list[float]


def crossed(some: Sequence[Pair], salt: str = "") -> Judged:
    models: dict[frozenset[int], Model] = {}
    folds = [frozenset(fold_of(person, salt) for person in each.persons) for each in some]
    by_name, by_both = [], []
    for each, mine in zip(some, folds, strict=True):
        if mine not in models:
            models[mine] = fit([other for other, its in zip(some, folds, strict=True) if not its & mine])
        by_name.append(judged(models[mine], each, dates=False))
        by_both.append(judged(models[mine], each, dates=True))
    return Judged(by_name, by_both)


def newton(rows: list[list[float]], same: list[bool], penalty: list[float], expected: list[float]) -> list[float]:
    """Logistic regression, columns scaled to a spread of one, held near `expected`."""
    width = len(rows[0])
    spread = [_spread([row[at] for row in rows]) if penalty[at] else 1.0 for at in range(width)]
    scaled = [[(at, value / spread[at]) for at, value in enumerate(row) if value] for row in rows]
    home = [each * scale for each, scale in zip(expected, spread, strict=True)]
    weights = list(home)
    for _ in range(40):
        slope = [-held * (weight - mean) for held, weight, mean in zip(penalty, weights, home, strict=True)]
        curve = [[penalty[at] * (at == other) for other in range(width)] for at in range(width)]
        for row, label in zip(scaled, same, strict=True):
            nats = sum(weights[at] * value for at, value in row)
            chance = 1.0 / (1.0 + exp(-max(-40.0, min(40.0, nats))))
            bend = max(1e-9, chance * (1.0 - chance))
            for at, value in row:
                slope[at] += (label - chance) * value
                line, bent = curve[at], bend * value
                for other, across in row:
                    line[other] += bent * across
        step = _solved(curve, slope)
        weights = [weight + each for weight, each in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-8:
            break
    return [weight / each for weight, each in zip(weights, spread, strict=True)]


def _spread(column: list[float]) -> float:
    mean = sum(column) / len(column)
    return max(1e-6, sqrt(sum((value - mean) ** 2 for value in column) / len(column)))


def _solved(curve: list[list[float]], slope: list[float]) -> list[float]:
    """Gauss, with pivots."""
    rows = [[*line, right] for line, right in zip(curve, slope, strict=True)]
    size = len(rows)
    for at in range(size):
        pivot = max(range(at, size), key=lambda row: abs(rows[row][at]))
        rows[at], rows[pivot] = rows[pivot], rows[at]
        for row in range(at + 1, size):
            factor = rows[row][at] / rows[at][at]
            rows[row] = [value - factor * top for value, top in zip(rows[row], rows[at], strict=True)]
    found = [0.0] * size
    for at in reversed(range(size)):
        found[at] = (rows[at][size] - sum(rows[at][k] * found[k] for k in range(at + 1, size))) / rows[at][at]
    return found


def cut(nats: Sequence[float], same: Sequence[bool], share: float) -> float:
    """The nats above which only that share of other pairs is."""
    others = sorted((each for each, label in zip(nats, same, strict=True) if not label), reverse=True)
    return others[int(share * len(others))]


def recall(nats: Sequence[float], same: Sequence[bool], share: float) -> float:
    limit = cut(nats, same, share)
    return sum(each > limit for each, label in zip(nats, same, strict=True) if label) / sum(same)


def document(path: Path) -> dict[str, object]:
    some = pairs(path)
    same = [each.same for each in some]
    model = fit(some)
    dealt = [crossed(some, salt) for salt in SALTS]
    figures = {}
    for share in (0.01, 0.001):
        by_name = [recall(each.by_name, same, share) for each in dealt]
        by_both = [recall(each.by_both, same, share) for each in dealt]
        figures[f"recall_by_name_at_{share}"] = [round(each, 4) for each in by_name]
        figures[f"recall_by_name_and_date_at_{share}"] = [round(each, 4) for each in by_both]
    threshold = sum(cut(each.by_both, same, FALSE_POSITIVES) for each in dealt) / len(dealt)
    return {
        "about": "Made by scripts/fit_names.py. Numbers only; none is about a name. docs/spec/names.md §5.",
        "input_sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "pairs": len(some),
        "folds": FOLDS,
        "cross_validation": figures,
        "threshold": round(1.0 / (1.0 + exp(-threshold)), 4),
        "names": {
            "intercept": round(model.names[0], 4),
            **{name: round(each, 4) for name, each in zip(NAMES, model.names[1:], strict=True)},
        },
        "dates": {
            "names": round(model.dates[0], 4),
            "names_at_most": NAMES_AT_MOST,
            **{name: round(each, 4) for name, each in zip(RELATIONS, model.dates[1:], strict=True)},
        },
        "reviewed": REVIEWED,
    }


if __name__ == "__main__":
    made = document(Path(sys.argv[1]))
    OUT.write_text(json.dumps(made, indent=2) + "\n", "utf-8")
    print(json.dumps(made["cross_validation"], indent=2))
