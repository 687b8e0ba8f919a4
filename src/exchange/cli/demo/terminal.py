"""Runs commands for the tour exactly as a person would type them, in this process, and keeps what they print."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import Any

from exchange.cli.demo.place import Place
from exchange.model.claims import JsonObject


@dataclass(frozen=True, slots=True)
class Ran:
    """One command that was run."""

    shown: str
    """As a person at that node would type it, with a token of the person named before it."""
    exit_code: int
    result: Any
    """The JSON object that it printed."""
    said: str
    """What it wrote to stderr."""

    def document(self) -> JsonObject:
        return {"command": self.shown, "exit_code": self.exit_code}


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where the tour types."""

    place: Place
    lang: str

    def run(self, who: str, *words: str) -> Ran:
        """`who` is `officer-dz`, `auditor-ae` …: the person and the node whose folder is used; empty for nobody."""
        from exchange.cli.main import execute  # main imports the demonstration

        options = ["--json", "--lang", self.lang, "--no-input"]
        if who:
            name, _, code = who.partition("-")
            options += ["--home", str(self.place.home(code.upper()))]
            options += ["--token-file", str(self.place.token(code.upper(), name))]
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            exit_code = execute([*words, *options])
        text = out.getvalue().strip()
        prompt = f"{who}$ " if who else "$ "
        shown = " ".join(["exchange", *(self._short(word) for word in words)])
        return Ran(prompt + shown, exit_code, json.loads(text) if text else {}, err.getvalue().strip())

    def _short(self, word: str) -> str:
        return word.replace(f"{self.place.folder}/", "")
