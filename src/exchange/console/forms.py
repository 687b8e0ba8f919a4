"""What a form brought, read strictly: known sizes, no control characters, one value where one is asked.

Whatever was typed can be shown again; nothing is lost by an error. Values never reach an error or a log.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from exchange.errors import BadInput, Code

MAX_TEXT: Final = 20_000
"""Characters of one field, unless it says another limit."""
MAX_FIELDS: Final = 3_000


@dataclass(frozen=True, slots=True)
class Form:
    """Fields by name in the order in which they came, and files."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def text(self, name: str, *, limit: int = MAX_TEXT, needed: bool = True, lines: bool = False) -> str:
        """One value, trimmed, in normal form C. BadInput names the field: missing, twice, too long, controls in it."""
        values = self.fields.get(name, ())
        if len(values) > 1:
            raise BadInput(Code.VALUE_NOT_ALLOWED, at=f"/{name}")
        value = unicodedata.normalize("NFC", _one_ending(values[0]).strip()) if values else ""
        if needed and not value:
            raise BadInput(Code.MISSING_MEMBER, at=f"/{name}")
        if len(value) > limit or any(_control(sign, lines) for sign in value):
            raise BadInput(Code.TEXT_NOT_ALLOWED, at=f"/{name}")
        return value

    def choice(self, name: str, allowed: Iterable[str], *, default: str | None = None) -> str:
        """One of `allowed`; `default` when the field is empty. BadInput for anything else."""
        value = self.text(name, needed=default is None)
        if not value and default is not None:
            return default
        if value not in set(allowed):
            raise BadInput(Code.VALUE_NOT_ALLOWED, at=f"/{name}")
        return value

    def number(self, name: str, *, low: int, high: int, default: int | None = None) -> int:
        """A whole number in [low, high]; Arabic digits count as theirs. BadInput."""
        value = self.text(name, limit=20, needed=default is None)
        if not value and default is not None:
            return default
        if not value.isdecimal() or not low <= int(value) <= high:
            raise BadInput(Code.VALUE_NOT_ALLOWED, at=f"/{name}")
        return int(value)

    def many(self, name: str, *, limit: int = MAX_TEXT) -> tuple[str, ...]:
        """Every value of a repeated field, as typed, checked one by one; empty ones stay, so that rows stay aligned."""
        return tuple(
            Form({name: (value,)}).text(name, limit=limit, needed=False) for value in self.fields.get(name, ())
        )

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.fields.get(name))

    def typed(self, name: str, index: int = 0) -> str:
        """What was typed, to show it again; empty without it."""
        values = self.fields.get(name, ())
        return values[index] if index < len(values) else ""

    def file(self, name: str) -> bytes:
        """What was uploaded. BadInput(MISSING_MEMBER) without it."""
        if not self.files.get(name):
            raise BadInput(Code.MISSING_MEMBER, at=f"/{name}")
        return self.files[name]


def _one_ending(text: str) -> str:
    """A text area sends CR LF (HTML, form submission)."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _control(sign: str, lines: bool) -> bool:
    if sign in "\n\t":
        return not lines
    return unicodedata.category(sign) in {"Cc", "Cs"}
