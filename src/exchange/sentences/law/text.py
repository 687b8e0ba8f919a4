"""A text of law as a value: title, sections, numbered clauses, paragraphs, lists, tables. No markup of any kind.

`exchange.sentences.law.plain` writes it as lines, `exchange.paper` as PDF. Spec: docs/spec/policy.md §12.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a list with its label, and the list below it."""

    label: str
    text: str
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. A line feed inside a cell begins a new line of it."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...] = ()
    """Parts of the width for each column; none: as wide as what they hold asks for."""


Block = Paragraph | Items | Grid


@dataclass(frozen=True, slots=True)
class Article:
    """A clause or a forbid under its own id (`5.1`)."""

    id: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Section:
    heading: str
    blocks: tuple[Block, ...]
    articles: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class LawText:
    """`marking` is the TLP label that stands on every page; `line` says which document and version this is."""

    lang: str
    marking: str
    title: str
    line: str
    notes: tuple[str, ...]
    sections: tuple[Section, ...]
