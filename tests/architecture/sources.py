"""What the architecture tests look at: the tree's own files, its modules as syntax trees, and tables in its pages."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
PACKAGE = REPO / "src" / "exchange"
TESTS = REPO / "tests"


@cache
def files() -> tuple[Path, ...]:
    """Every file of the tree that git has, or would take: nothing that .gitignore names."""
    listing = subprocess.run(
        ["git", "-C", str(REPO), "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        check=True,
        capture_output=True,
    ).stdout.decode()
    return tuple(sorted(path for name in set(listing.split("\0")) - {""} if (path := REPO / name).is_file()))


@cache
def modules() -> dict[str, ast.Module]:
    """Path below src/exchange (`crypto/sealing.py`) -> syntax tree."""
    found = {str(path.relative_to(PACKAGE)): path for path in sorted(PACKAGE.rglob("*.py"))}
    assert len(found) > 100
    return {name: ast.parse(path.read_text("utf-8")) for name, path in found.items()}


def pages() -> list[Path]:
    """Every Markdown page of the tree."""
    found = [path for path in files() if path.suffix == ".md"]
    assert len(found) > 15
    return found


def called(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    """The last part of what is called: `entry` in `entries.entry(…)`."""
    target = call.func
    if isinstance(target, ast.Attribute):
        return target.attr
    return target.id if isinstance(target, ast.Name) else ""


def section(page: Path, title: str) -> str:
    """The text of the one section whose heading begins with `title`, without its subsections."""
    parts = re.split(r"^#{2,3} ", page.read_text("utf-8"), flags=re.MULTILINE)
    (found,) = [part for part in parts if part.startswith(title)]
    return found


def rows(text: str) -> list[list[str]]:
    """The cells of every table row, without the lines under headings."""
    lines = [line for line in text.split("\n") if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


def quoted(cell: str) -> list[str]:
    """What stands between backquotes in a cell."""
    return re.findall(r"`([^`]+)`", cell)
