"""docs/threat-model.md names every threat once, and each test that it promises exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from tests.architecture.sources import REPO, rows, section

PAGE = REPO / "docs" / "threat-model.md"
_TEST = re.compile(r"\[`(test_\w+)`\]\(([^)]+)\)")
_NUMBERS = re.compile(r"(?<=_)\d\d(?=_)")


def threats(title: str) -> dict[str, list[str]]:
    """Row (`T-01`) -> its cells, of the section with `title`."""
    found = [row for row in rows(section(PAGE, title)) if re.fullmatch(r"T-\d\d", row[0])]
    assert len({row[0] for row in found}) == len(found)
    return {row[0]: row for row in found}


@cache
def names_in(file: Path) -> frozenset[str]:
    return frozenset(node.name for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, ast.FunctionDef))


def carried() -> dict[str, list[tuple[str, Path]]]:
    """Row -> (test, file) of its links."""
    return {
        row: [(name, (PAGE.parent / target).resolve()) for name, target in _TEST.findall(cells[3])]
        for row, cells in threats("Rows with a test").items()
    }


def test_every_row_is_here_once() -> None:
    with_test, without = threats("Rows with a test"), threats("Rows without a test")
    assert not with_test.keys() & without.keys()
    assert sorted([*with_test, *without]) == [f"T-{number:02d}" for number in range(1, 70)]
    assert all(len(cells) == 4 and all(cells) for cells in with_test.values())
    assert all(len(cells) == 3 and all(cells) for cells in without.values())


def test_every_promised_test_exists() -> None:
    links = carried()
    assert min(len(tests) for tests in links.values()) >= 1
    for row, tests in links.items():
        for name, file in tests:
            assert file.is_relative_to(REPO / "tests"), (row, name)
            assert file.is_file(), (row, name)
            assert name in names_in(file), (row, name)


def test_every_file_that_is_named_after_a_row_carries_it() -> None:
    links = carried()
    files = sorted((REPO / "tests" / "threats").glob("test_t_*.py"))
    assert len(files) >= 8
    for file in files:
        for number in _NUMBERS.findall(file.name):
            assert file in {target for _, target in links[f"T-{number}"]}, (number, file.name)
