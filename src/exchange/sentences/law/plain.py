"""A text of law as lines for a terminal or a file, in logical order; the isolates in it keep Latin names together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from exchange.sentences.law.text import Article, Block, Item, LawText, Paragraph, Section
from exchange.sentences.law.text import Items as ItemsBlock

STEP: Final = 4
"""Columns of one step to the inside."""


class Row(NamedTuple):
    """One paragraph: how far inside it stands, what kind it is (`title`, `heading`, `text`, `marking`), its text."""

    indent: int
    style: str
    text: str


def rows(law: LawText) -> Iterator[Row]:
    """The whole text, the marking first and last; an empty text is an empty line."""
    yield Row(0, "marking", law.marking)
    yield Row(0, "title", law.title)
    for text in (law.line, *law.notes):
        yield Row(0, "text", text)
    for section in law.sections:
        yield from _section(section)
    yield Row(0, "text", "")
    yield Row(0, "marking", law.marking)


def lines(law: LawText) -> list[str]:
    """The same as lines of text."""
    return [" " * row.indent + row.text for row in rows(law)]


def _section(section: Section) -> Iterator[Row]:
    yield Row(0, "text", "")
    yield Row(0, "heading", section.heading)
    for block in section.blocks:
        yield from _block(block, 0)
    for article in section.articles:
        yield from _article(article)


def _article(article: Article) -> Iterator[Row]:
    yield Row(0, "text", "")
    yield Row(0, "heading", article.heading)
    for block in article.blocks:
        yield from _block(block, 0)


def _block(block: Block, indent: int) -> Iterator[Row]:
    if isinstance(block, Paragraph):
        yield Row(indent, "text", block.text)
    elif isinstance(block, ItemsBlock):
        for item in block.items:
            yield from _item(item, indent + STEP)
    else:
        for row in (block.head, *block.rows):
            yield Row(indent + STEP, "text", " · ".join(cell.replace("\n", " · ") for cell in row))


def _item(item: Item, indent: int) -> Iterator[Row]:
    yield Row(indent, "text", f"{item.label} {item.text}")
    for inner in item.items:
        yield from _item(inner, indent + STEP)
