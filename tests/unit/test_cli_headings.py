"""Headings of tables are in three languages: none of the command line's tables has one that lacks a language."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator

import pytest
from rich.console import Console

from exchange.cli.output import Output
from exchange.cli.words import HEADINGS, heading
from tests.architecture.sources import modules

LANGUAGES = ("ar", "fr", "en")


def tables() -> Iterator[tuple[str, ast.Module, ast.expr]]:
    """(module, its tree, first argument) of every call of a method `table` in the command line."""
    for name, tree in modules().items():
        if name.startswith("cli/"):
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "table":
                    yield name, tree, node.args[0]


def texts(tree: ast.AST) -> set[str]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def keys(tree: ast.Module) -> set[str]:
    """Members of every dictionary that a module writes out."""
    return {
        key.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Dict)
        for key in node.keys
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def test_every_heading_of_every_table_has_its_words() -> None:
    """Heads that are written out, and those made of a row's members: `list(rows[0])`."""
    seen: set[str] = set()
    for _name, tree, head in tables():
        written_out = isinstance(head, (ast.Tuple, ast.List))
        seen |= texts(head) if written_out else texts(head) | keys(tree)
    assert len(seen) > 40
    assert seen <= HEADINGS.keys(), sorted(seen - HEADINGS.keys())


def test_no_heading_lacks_a_language() -> None:
    for name, words in HEADINGS.items():
        assert all(words), name
        assert re.search(r"[\u0600-\u06ff]", words.ar), name
        assert not re.search(r"[\u0600-\u06ff]", words.fr + words.en), name
        assert "_" not in words.fr + words.en, name
    assert len({words.ar for words in HEADINGS.values()}) > 40


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_table_shows_its_head_in_the_language_of_the_command(lang: str) -> None:
    shown = io.StringIO()
    Output(lang=lang, out=Console(file=shown, width=160)).table(("partner", "next_step"), [("DZ", "x")])
    for name in ("partner", "next_step"):
        assert heading(name, lang) in shown.getvalue()
    if lang != "en":
        assert heading("next_step", "en") not in shown.getvalue()


def test_a_heading_that_nobody_translated_is_not_shown() -> None:
    with pytest.raises(KeyError):
        Output(out=Console(file=io.StringIO())).table(("never heard of",), [("x",)])
    with pytest.raises(KeyError):
        Output(as_json=True).table(("never heard of",), [("x",)])
