"""Where a command's results go: tables and lines for people on stdout, or one JSON object with `--json`.

Messages, warnings and progress go to stderr. Only this module writes to the streams; all text passes `safe.shown`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from rich.console import Console, JustifyMethod, OverflowMethod
from rich.containers import Lines
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from exchange.cli.safe import shown, told
from exchange.cli.words import heading
from exchange.model.claims import JsonObject
from exchange.sentences.law.plain import Row
from exchange.sentences.law.words import TLP_COLOURS

SCHEMA: Final = "exchange.cli/1"
"""Version of every JSON object that a command prints; members are added, never changed, within a version."""
STYLES: Final[dict[str, str]] = {"sent": "green", "coarser": "yellow", "withheld": "red", "ok": "green", "fail": "red"}
PROSE: Final[dict[str, str]] = {"title": "bold", "heading": "bold"}


def _console(*, stderr: bool) -> Console:
    width = None if (sys.stderr if stderr else sys.stdout).isatty() or "COLUMNS" in os.environ else 160
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=False, width=width)


_OPENS, _CLOSES = "\u2066\u2067\u2068", "\u2069"


def isolated_by_line(lines: Iterable[str]) -> Iterator[str]:
    """The lines of one paragraph: an isolate that a line break cuts is closed before it and opened again behind it."""
    still_open = ""
    for line in lines:
        whole = still_open + line
        still_open = ""
        for sign in whole:
            if sign in _OPENS:
                still_open += sign
            elif sign == _CLOSES:
                still_open = still_open[:-1]
        yield whole + _CLOSES * len(still_open)


class Cell(Text):
    """A cell of a table: where it is folded, each of its lines is isolated by itself, from the cells beside it too."""

    def wrap(
        self,
        console: Console,
        width: int,
        *,
        justify: JustifyMethod | None = None,
        overflow: OverflowMethod | None = None,
        tab_size: int | None = None,
        no_wrap: bool | None = None,
    ) -> Lines:
        lines = super().wrap(
            console, width, justify=justify, overflow=overflow, tab_size=tab_size or 8, no_wrap=no_wrap
        )
        for line, whole in zip(lines, isolated_by_line([each.plain for each in lines]), strict=True):
            line.plain = whole
        return lines


@dataclass(slots=True)
class Output:
    """One command's streams. `result` is called once at the end; with `--json` it is all that stdout sees."""

    as_json: bool = False
    lang: str = "en"
    out: Console = field(default_factory=lambda: _console(stderr=False))
    err: Console = field(default_factory=lambda: _console(stderr=True))

    def line(self, *parts: object, style: str | None = None) -> None:
        """One line for people; nothing with `--json`."""
        if not self.as_json:
            self.out.print(Text(" ".join(shown(part) for part in parts), style=style or ""), soft_wrap=True)

    def prose(self, rows: Iterable[Row]) -> None:
        """A text of law, wrapped to the width of the terminal; nothing with `--json`."""
        if self.as_json:
            return
        for row in rows:
            style = f"bold {TLP_COLOURS[row.text]} on #000000" if row.style == "marking" else PROSE.get(row.style, "")
            lines = Text(told(row.text)).wrap(self.out, max(self.out.width - row.indent, 20))
            for line in isolated_by_line(each.plain.rstrip() for each in lines):
                text = Text(line, style=style, no_wrap=True, overflow="ignore")
                self.out.print(Padding(text, (0, 0, 0, row.indent), expand=False), crop=False)

    def table(self, head: Sequence[str], rows: Sequence[Sequence[object]], title: str | None = None) -> None:
        """A table for people; nothing with `--json`. A cell that is a key of STYLES gets its colour.

        `head`: names of `words.HEADINGS`, shown in the command's language.
        """
        self.grid([heading(name, self.lang) for name in head], rows, title)

    def grid(self, heads: Sequence[str], rows: Sequence[Sequence[object]], title: str | None = None) -> None:
        """A table whose heads are in the command's language already, or are names of agreements and states."""
        if self.as_json:
            return
        table = Table(title=None if title is None else Text(shown(title)), title_justify="left", header_style="bold")
        for name in heads:
            table.add_column(Text(name), overflow="fold")
        for row in rows:
            table.add_row(*(Cell(shown(cell), style=STYLES.get(str(cell), "")) for cell in row))
        self.out.print(table)

    def document(self, text: str) -> None:
        """A file's text as it is, for a pipe; escaped where a terminal would read it. Nothing with `--json`."""
        if not self.as_json:
            sys.stdout.write("".join(f"{shown(line)}\n" for line in text.splitlines()) if sys.stdout.isatty() else text)
            sys.stdout.flush()

    def note(self, *parts: object) -> None:
        """A message about the work, on stderr."""
        self.err.print(Text(" ".join(shown(part) for part in parts), style="dim"), soft_wrap=True)

    def warning(self, sentence: str) -> None:
        """A `warning:` line on stderr, not to be overlooked."""
        self.err.print(Text.assemble(("warning: ", "bold yellow"), (shown(sentence), "bold")), soft_wrap=True)

    def error(self, sentence: str, hint: str | None) -> None:
        """`error:` and `hint:` lines on stderr."""
        self.err.print(Text.assemble(("error: ", "bold red"), shown(sentence)), soft_wrap=True)
        if hint:
            self.err.print(Text.assemble(("hint: ", "bold"), shown(hint)), soft_wrap=True)

    def result(self, command: str, value: Mapping[str, object]) -> None:
        """The JSON result; nothing without `--json`."""
        if self.as_json:
            print_json({"schema": SCHEMA, "command": command, **value})


def print_json(value: Mapping[str, object]) -> None:
    """One line of ASCII JSON on stdout: escapes leave nothing in it that a terminal would obey."""
    text = json.dumps(value, ensure_ascii=True, sort_keys=True, default=_plain)
    sys.stdout.write(text.replace("\x7f", "\\u007f") + "\n")
    sys.stdout.flush()


def _plain(value: object) -> JsonObject | str:
    return str(value)
