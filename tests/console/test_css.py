"""One sheet for both directions: no left or right, no colour outside the palette, nothing from elsewhere."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest

CONSOLE = Path(str(resources.files("exchange.console")))
SHEETS = sorted((CONSOLE / "static").glob("*.css"))
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|float|clear|(?:min-|max-)?width|"
    r"(?:min-|max-)?height)\s*:"
)


def declarations(text: str) -> str:
    """Without comments and without the conditions of media queries, which know no logical names."""
    return re.sub(r"@media[^{]*\{", "{", re.sub(r"/\*.*?\*/", "", text, flags=re.S))


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_logical_properties_only(sheet: Path) -> None:
    text = declarations(sheet.read_text(encoding="utf-8"))
    assert PHYSICAL.findall(text) == []
    assert re.findall(r"text-align:\s*(?:left|right)", text) == []
    assert re.findall(r"url\(|@import|expression\(", text) == []


def test_the_search_finds_physical_ones() -> None:
    assert PHYSICAL.findall("a { margin-left: 1px; width: 2px } b { left: 0 }") != []
    assert PHYSICAL.findall("a { margin-inline: 1px; max-inline-size: 2px; inset-inline-start: 0 }") == []


def test_colours_stand_in_the_palette() -> None:
    for sheet in SHEETS:
        for rule in re.findall(r"[^{}]*\{[^{}]*\}", declarations(sheet.read_text(encoding="utf-8"))):
            allowed = rule.lstrip().startswith((":root", ".tlp", "\n.tlp")) or ".tlp" in rule.split("{")[0]
            assert allowed or not re.search(r"#[0-9a-fA-F]{3,8}\b", rule), rule


@pytest.mark.parametrize("template", sorted((CONSOLE / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_nothing_inline_in_templates(template: Path) -> None:
    text = re.sub(r"\{[%#].*?[%#]\}", "", template.read_text(encoding="utf-8"), flags=re.S)
    assert re.findall(r"\sstyle\s*=|\son[a-z]+\s*=|<style|javascript:|\|\s*safe\b|autoescape", text) == []
    assert re.findall(r"(?:src|href|action)=[\"']?(?:https?:)?//", text) == []
    assert [tag for tag in re.findall(r"<script[^>]*>", text) if "src=" not in tag or "nonce" not in tag] == []
    forms = re.findall(r"<form[^>]*method=\"post\".*?</form>", text, flags=re.S)
    assert [
        form[:80] for form in forms if not any(f"{name}() }}}}" in form for name in ("token", "once", "carry"))
    ] == []
