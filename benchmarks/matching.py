"""`make bench-matching`: how well names are matched and how fast, on the development half of the shared pairs.

    python -m benchmarks.matching [--pairs PAIRS.csv] [--wheel WHEEL]

Recall is at a share of false positives over all other pairs, by fits that saw neither person (`scripts/fit_names.py`),
dealt into folds four ways; the mean and the worst are printed. With the wheel that the table of names was made from,
the false hits of keys are also counted against public names, and both stages are judged (`second_stage.py`). Prints
figures only, never a name.
"""

from __future__ import annotations

import argparse
import csv
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

from benchmarks import second_stage
from benchmarks.machine import conditions
from benchmarks.scripts import script
from exchange.matching import align, classes, likeness, names, rarity, tokens, vowels
from exchange.matching.keys import ASKER, HOLDER, TAU, keys
from exchange.matching.names import analyse
from exchange.matching.pairs import birth
from exchange.matching.person import Identity
from exchange.matching.score import score

GOALS: Final = {
    "name only, recall at 1 %": 0.90,
    "name and birth date, recall at 1 %": 0.95,
    "name and birth date, recall at 0.1 %": 0.80,
    "Arabic-Latin, name only, recall at 1 %": 0.91,
    "F1, name and birth date": 0.955,
    "French spellings, name and birth date, recall at 1 %": 0.92,
    "Gulf spellings, name and birth date, recall at 1 %": 0.92,
}
MOST: Final = {"realised false positives at a threshold for 1 %": 0.015}
PAIRS_PER_S: Final = 5000
PERSONS_PER_S: Final = 3000
_FRENCH: Final = re.compile(r"ou|dj|tch|(?<!s)ch|eddine|\bben\b|\bould\b", re.IGNORECASE)
_GULF: Final = re.compile(r"\bbin\b|\bal[- ]", re.IGNORECASE)

Row = dict[str, str]


class Judged(NamedTuple):
    nats: Sequence[float]
    same: Sequence[bool]

    def only(self, wanted: Sequence[bool]) -> Judged:
        kept = [at for at, each in enumerate(wanted) if each]
        return Judged([self.nats[at] for at in kept], [self.same[at] for at in kept])

    def recall(self, share: float) -> float:
        limit = self.cut(share)
        return sum(each > limit for each, label in zip(self.nats, self.same, strict=True) if label) / sum(self.same)

    def cut(self, share: float) -> float:
        others = sorted((each for each, label in zip(self.nats, self.same, strict=True) if not label), reverse=True)
        return others[int(share * len(others))]

    def f1(self) -> float:
        """At the best one threshold."""
        ranked = sorted(zip(self.nats, self.same, strict=True), reverse=True)
        best, found, every = 0.0, 0, sum(self.same)
        for taken, (_, label) in enumerate(ranked, 1):
            found += label
            best = max(best, 2 * found / (taken + every))
        return best


def realised(fit: ModuleType, some: Sequence[Any], judged: Judged, salt: str) -> float:
    """Share of other pairs above a threshold that was set for 1 % on the pairs that share no fold with them."""
    folds = [frozenset(fit.fold_of(person, salt) for person in each.persons) for each in some]
    limits: dict[frozenset[int], float] = {}
    through = others = 0
    for mine, nats, label in zip(folds, judged.nats, judged.same, strict=True):
        if mine not in limits:
            limits[mine] = judged.only([not each & mine for each in folds]).cut(0.01)
        if not label:
            others += 1
            through += nats > limits[mine]
    return through / others


def quality(path: Path, rows: Sequence[Row]) -> dict[str, list[float]]:
    """Figure -> one value for each way of dealing."""
    fit = script("fit_names")
    some = fit.pairs(path)
    same = [each.same for each in some]
    styles = [f"{row['name_a']} {row['name_b']}" for row in rows]
    cross = [each.scripts == "Arab-Latn" for each in some]
    latin = [each.scripts == "Latn-Latn" for each in some]
    french = [bool(_FRENCH.search(text)) for text in styles]
    gulf = [bool(_GULF.search(text)) and not is_french for text, is_french in zip(styles, french, strict=True)]
    rest = [not one and not other for one, other in zip(french, gulf, strict=True)]
    found: dict[str, list[float]] = defaultdict(list)
    for salt in fit.SALTS:
        crossed = fit.crossed(some, salt)
        name, both = Judged(crossed.by_name, same), Judged(crossed.by_both, same)
        for title, judged in (("name only", name), ("name and birth date", both)):
            found[f"{title}, recall at 1 %"].append(judged.recall(0.01))
            found[f"{title}, recall at 0.1 %"].append(judged.recall(0.001))
            found[f"F1, {title}"].append(judged.f1())
        for title, wanted in (("Arabic-Latin", cross), ("Latin-Latin", latin)):
            found[f"{title}, name only, recall at 1 %"].append(name.only(wanted).recall(0.01))
            found[f"{title}, name and birth date, recall at 1 %"].append(both.only(wanted).recall(0.01))
        for title, wanted in (("French", french), ("Gulf", gulf), ("other", rest)):
            found[f"{title} spellings, name and birth date, recall at 1 %"].append(both.only(wanted).recall(0.01))
        found["realised false positives at a threshold for 1 %"].append(realised(fit, some, both, salt))
    return found


def forget() -> None:
    """Empties every cache, as in a process that begins."""
    for module in (align, classes, likeness, names, rarity, tokens, vowels):
        for each in vars(module).values():
            if hasattr(each, "cache_clear") and each.__name__ != "table":
                each.cache_clear()


def timed(call: Callable[[], object]) -> float:
    """Processor seconds."""
    began = time.process_time()
    call()
    return time.process_time() - began


def speed(rows: Sequence[Row]) -> dict[str, float]:
    texts = sorted({row[name] for row in rows for name in ("name_a", "name_b")})
    births = {row[name]: birth(row[name]) for row in rows for name in ("dob_a", "dob_b")}
    forget()
    analysing = timed(lambda: [analyse(text) for text in texts])
    known = {text: analyse(text) for text in texts}
    scoring = timed(lambda: [score(known[row["name_a"]], known[row["name_b"]]) for row in rows])
    again = timed(lambda: [score(known[row["name_a"]], known[row["name_b"]]) for row in rows])
    persons = [(row[f"name_{side}"], births[row[f"dob_{side}"]]) for row in rows for side in "ab"]
    forget()
    keying = timed(lambda: [keys(Identity((analyse(text),), born), HOLDER) for text, born in persons])
    return {
        "names analysed a second": len(texts) / analysing,
        "pairs scored a second, caches empty": len(rows) / scoring,
        "pairs scored a second, caches full": len(rows) / again,
        "persons keyed a second, with analysis": len(persons) / keying,
    }


def key_figures(rows: Sequence[Row], persons: dict[str, str], tau: float) -> dict[str, float]:
    """Recall over pairs of one person, and pairs of persons that share a key though they are two, per 100,000."""

    def made(text: str, born: str, side: str) -> frozenset[bytes]:
        return keys(Identity((analyse(text),), birth(born)), side, tau)

    same = [row for row in rows if row["same"] == "1"]
    hits = sum(
        not made(row["name_a"], row["dob_a"], ASKER).isdisjoint(made(row["name_b"], row["dob_b"], HOLDER))
        for row in same
    )
    held: dict[bytes, set[str]] = defaultdict(set)
    records = {(row[f"name_{side}"], row[f"dob_{side}"]) for row in rows for side in "ab"}
    count = 0
    for text, born in records:
        found = made(text, born, HOLDER)
        count += len(found)
        for key in found:
            held[key].add(persons[text])
    false = {
        (persons[text], other)
        for text, born in records
        for key in made(text, born, ASKER)
        for other in held.get(key, ())
        if other != persons[text]
    }
    every = len(set(persons.values()))
    return {
        f"tau {tau:g}: recall": hits / len(same),
        f"tau {tau:g}: false hits per 100,000 persons": len(false) / every / every * 1e5,
        f"tau {tau:g}: keys a record": count / len(records),
    }


def against_public(rows: Sequence[Row], wheel: Path, tau: float) -> float:
    """False hits of one query against 100,000 public names without dates. Whoever is among them counts as false."""
    public = sorted({arabic for arabic, _ in script("name_table").rows(wheel)})
    held = Counter(key for text in public for key in keys(Identity((analyse(text),)), HOLDER, tau))
    asked = {(row[f"name_{side}"], row[f"dob_{side}"]) for row in rows for side in "ab"}
    hits = sum(held[key] for text, born in asked for key in keys(Identity((analyse(text),), birth(born)), ASKER, tau))
    return hits / len(asked) / len(public) * 1e5


def main() -> None:
    parser = argparse.ArgumentParser(description="How well and how fast names are matched.")
    parser.add_argument("--pairs", type=Path, default=second_stage.PAIRS)
    parser.add_argument("--wheel", type=Path)
    given = parser.parse_args()
    path = given.pairs
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    print(f"{conditions()} · {len(rows)} pairs, {sum(row['same'] == '1' for row in rows)} of one person\n")
    print("| figure | mean | worst | goal | |\n|---|---|---|---|---|")
    for title, values in quality(path, rows).items():
        mean = sum(values) / len(values)
        goal, most = GOALS.get(title), MOST.get(title)
        told = "" if goal is None else "met" if mean >= goal else "NOT MET"
        told = told if most is None else "met" if mean <= most else "NOT MET"
        worst = max(values) if most is not None else min(values)
        print(f"| {title} | {mean:.4f} | {worst:.4f} | {goal or most or ''} | {told} |")
    print("\n| speed, one core | figure | goal | |\n|---|---|---|---|")
    for title, value in speed(rows).items():
        wanted = PAIRS_PER_S if "empty" in title else PERSONS_PER_S if "keyed" in title else None
        told = "" if wanted is None else "met" if value >= wanted else "NOT MET"
        print(f"| {title} | {value:,.0f} | {wanted or ''} | {told} |")
    persons = script("fit_names").persons(rows)
    print("\n| keys | figure |\n|---|---|")
    for tau in (1e-4, TAU, 1e-3):
        for title, value in key_figures(rows, persons, tau).items():
            print(f"| {title} | {value:.4g} |")
        if given.wheel is not None:
            value = against_public(rows, given.wheel, tau)
            print(f"| tau {tau:g}: false hits of one query against 100,000 public names | {value:.4g} |")
    if given.wheel is not None:
        print()
        second_stage.report(second_stage.Stages(rows, given.wheel))


if __name__ == "__main__":
    main()
