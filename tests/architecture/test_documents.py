"""The pages of the tree are true where a machine can tell: links, commands, targets, tables, references in code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from exchange import errors
from exchange.cli.exits import OF_CLASS
from exchange.cli.main import app
from exchange.ledger.entries import KINDS
from tests.architecture.sources import PACKAGE, REPO, files, modules, pages, quoted, rows
from tests.architecture.test_rules import writers

EVENTS = REPO / "docs" / "audit-events.md"
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^(`{3,})[^\n]*\n(.*?)^\1$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)
_HOSTS = (
    "pypi" + ".org",
    "pythonhosted" + ".org",
    "npmjs" + ".org",
    "npmjs" + ".com",
    "artifact" + "ory",
    "nexus" + "/repository",
)
_PLACES = re.compile(r"(?<![\w.])/(?:root|home|Users|work)/[A-Za-z]")
_TEXT = {".py", ".md", ".toml", ".yaml", ".yml", ".sh", ".json", ".in", ".lock", ".svg", ".mako", ".txt", ""}


def code(page: Path) -> Iterator[str]:
    """What stands in code blocks and between backquotes."""
    for found in _CODE.finditer(page.read_text("utf-8")):
        yield found[2] if found[2] is not None else found[3]


def test_every_relative_link_leads_somewhere() -> None:
    links = [
        (page, target)
        for page in pages()
        for target in _LINK.findall(_CODE.sub("", page.read_text("utf-8")))
        if not target.startswith(("http://", "https://", "#", "mailto:"))
    ]
    assert len(links) > 30
    assert [(str(page), target) for page, target in links if not (page.parent / target.split("#")[0]).exists()] == []


def test_no_link_leaves_the_tree() -> None:
    for page in pages():
        for target in _LINK.findall(page.read_text("utf-8")):
            if not target.startswith("http"):
                assert (page.parent / target.split("#")[0]).resolve().is_relative_to(REPO), (page, target)


def test_every_make_target_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (REPO / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = {
        name for page in pages() for text in code(page) for name in re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)
    }
    assert {"demo", "test"} <= named <= targets


def commands(group: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Every command as its words, groups too."""
    yield before
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*before, name))


def named_commands() -> list[tuple[str, tuple[str, ...]]]:
    """(page, words) of each `exchange …` in code: the words before the first option, argument or sign."""
    found = []
    for page in pages():
        for text in code(page):
            for line in re.findall(r"(?:^|[\s(])exchange ((?:[a-z][a-z-]*(?: |$))+)", text, re.MULTILINE):
                found.append((page.name, tuple(line.split())))
    return found


def test_every_command_exists() -> None:
    known = set(commands(typer.main.get_command(app)))
    groups = {words[:-1] for words in known if words}
    named = named_commands()
    assert len(named) > 20
    for page, words in named:
        assert words[:1] in known, (page, words)
        if words[:1] in groups and len(words) > 1:
            assert words[:2] in known, (page, words)


def test_every_option_in_the_walk_exists() -> None:
    """Options that README names are options of some command."""
    text = "\n".join(code(REPO / "README.md"))
    options = set(re.findall(r"(?<!\S)--[a-z-]+", text))
    known = {name for option in _parameters(typer.main.get_command(app)) for name in option.opts}
    assert options
    assert options <= known


def _parameters(command: Any) -> Iterator[Any]:
    """Of a command and those below it. The parser's own types are private to typer."""
    yield from command.params
    for inner in getattr(command, "commands", {}).values():
        yield from _parameters(inner)


def texts() -> Iterator[tuple[Path, str]]:
    for path in files():
        if path.suffix in _TEXT:
            try:
                yield path, path.read_text("utf-8")
            except UnicodeDecodeError:
                continue


def test_no_registry_and_no_place_of_a_machine_is_named() -> None:
    """What is built here must be buildable elsewhere. Paths inside a container's image are the image's."""
    seen = 0
    for path, text in texts():
        seen += 1
        assert not [host for host in _HOSTS if host in text], path
        assert _PLACES.search(text) is None, (path, _PLACES.search(text))
    assert seen > 150


def test_the_audit_events_are_those_of_the_code() -> None:
    table = {quoted(row[0])[0]: row for row in rows(EVENTS.read_text("utf-8")) if quoted(row[0])}
    assert table.keys() == KINDS.keys()
    by_code = writers()
    for kind, row in table.items():
        assert set(quoted(row[1])) == set(KINDS[kind]), kind
        assert set(quoted(row[3])) == by_code[kind], kind


def test_the_classes_of_errors_have_their_exit_codes() -> None:
    table = rows((REPO / "docs" / "spec" / "errors.md").read_text("utf-8"))
    listed = {quoted(row[0])[0]: int(row[2]) for row in table if quoted(row[0])}
    assert listed == {kind.__name__: int(code) for kind, code in OF_CLASS.items() if kind is not errors.ExchangeError}


def crash_points() -> set[str]:
    """Every name that the code passes to `faults.reach`."""
    return {
        str(call.args[0].value)
        for tree in modules().values()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "reach"
        if call.args and isinstance(call.args[0], ast.Constant)
    }


def test_every_crash_point_is_explained() -> None:
    points = crash_points()
    table = rows((REPO / "ARCHITECTURE.md").read_text("utf-8"))
    listed = {
        name
        for row in table
        for name in quoted(row[0])
        if re.fullmatch(r"[a-z]+\.[a-z]+", name) and not name.endswith(".py")
    }
    assert len(points) > 15
    assert listed == points


def references() -> list[tuple[str, str, list[str]]]:
    """(module, page, sections) of every page of docs/spec that a module names."""
    found = []
    for name in modules():
        text = (PACKAGE / name).read_text("utf-8")
        for match in re.finditer(r"docs/([a-z/-]+\.md)((?:,? §\d+(?:\.\d+)*)*)", text):
            found.append((name, match[1], re.findall(r"§(\d+(?:\.\d+)*)", match[2])))
    return found


def test_every_page_that_the_code_names_exists() -> None:
    found = references()
    assert len(found) > 80
    for name, page, sections in found:
        path = REPO / "docs" / page
        assert path.is_file(), (name, page)
        headings = re.findall(r"^#{2,3} (\d+(?:\.\d+)*)", path.read_text("utf-8"), re.MULTILINE)
        for section in sections:
            assert section in headings, (name, page, section)


@pytest.mark.parametrize("path", sorted((REPO / "docs" / "adr").glob("*.md")), ids=lambda path: path.name[:4])
def test_decisions_have_their_three_parts(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequence"]
    assert re.match(rf"# {int(path.name[:4])} ", text)


def test_the_picture_reads_in_the_dark() -> None:
    picture = (REPO / "docs" / "pictures" / "flow.svg").read_text("utf-8")
    assert "prefers-color-scheme: dark" in picture
    assert "<title" in picture
    assert "<desc" in picture
    assert not re.search(r"(?:href|src)=", picture)
