"""The fit of the score, on invented pairs: same input, same bytes, and no person in two folds."""

from __future__ import annotations

import csv
import importlib.util
import json
from itertools import combinations
from pathlib import Path
from types import ModuleType

import pytest

from tests.unit.names_golden import GOLDEN

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture(scope="module")
def fitting() -> ModuleType:
    spec = importlib.util.spec_from_file_location("fit_names", SCRIPTS / "fit_names.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    path = tmp_path / "pairs.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["name_a", "script_a", "dob_a", "name_b", "script_b", "dob_b", "same"])
        for number, golden in enumerate(GOLDEN):
            born = str(1950 + number)
            for a, b in combinations(golden.spellings, 2):
                table.writerow([a, "Latn", born, b, "Latn", born, 1])
            for other in GOLDEN[number + 1 :]:
                table.writerow([golden.gulf, "Latn", born, other.arabic, "Arab", "1930", 0])
    return path


def test_the_same_input_makes_the_same_bytes(fitting: ModuleType, pairs: Path) -> None:
    once, twice = (json.dumps(fitting.document(pairs)) for _ in range(2))
    assert once == twice
    made = json.loads(once)
    assert made["names"]["shared"] > 0
    assert made["dates"]["year"] > made["dates"]["far"]
    assert made["cross_validation"]["recall_by_name_and_date_at_0.01"] == [1.0] * len(fitting.SALTS)
    assert not {golden.gulf.split()[0].lower() for golden in GOLDEN} & set(once.lower().replace('"', " ").split())


def test_no_person_is_in_two_folds(fitting: ModuleType, pairs: Path) -> None:
    found = fitting.pairs(pairs)
    where: dict[str, set[int]] = {}
    for pair in found:
        for name, person in zip((pair.a, pair.b), pair.persons, strict=True):
            where.setdefault(name, set()).add(fitting.fold_of(person))
        if pair.same:
            assert pair.persons[0] == pair.persons[1]
    assert all(len(folds) == 1 for folds in where.values())
    for golden in GOLDEN:
        assert len(set.union(*(where[spelling] for spelling in golden.spellings))) == 1
