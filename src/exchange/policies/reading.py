"""A cursor over a JSON document that knows where it stands: every refusal carries a JSON pointer (RFC 6901).

Nothing is guessed, converted or skipped: an unknown member, word or type is refused. Spec: docs/spec/policy.md §1.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final, NamedTuple, NoReturn

from exchange.errors import BadInput, Code
from exchange.model.claims import JsonValue

TEXT_MAX: Final = 20_000
"""Characters in one text of a document."""
LIST_MAX: Final = 1_000
"""Items in one list of a document."""
_NAMEABLE: Final = re.compile(r"[A-Za-z0-9_.:+*-]{1,40}", re.ASCII)
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)


class Part(NamedTuple):
    """One value of the document and the pointer to it. Every method raises BadInput(AGREEMENT_INVALID, at=pointer)."""

    value: JsonValue
    at: str

    def refuse(self) -> NoReturn:
        raise BadInput(Code.AGREEMENT_INVALID, at=self.at)

    def members(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Part]:
        """The members of an object: all of `required`, any of `optional`, nothing else."""
        if not isinstance(self.value, dict):
            self.refuse()
        for name in self.value:
            if name not in required and name not in optional:
                self._under(name).refuse()
        for name in required:
            if name not in self.value:
                self._under(name).refuse()
        return {name: self._under(name) for name in self.value}

    def _under(self, name: str) -> Part:
        """The member `name`. A name that is no plain word is not repeated in the pointer."""
        inside = self.value.get(name) if isinstance(self.value, dict) else None
        return Part(inside, f"{self.at}/{name}" if _NAMEABLE.fullmatch(name) else self.at)

    def items(self, *, least: int = 0) -> list[Part]:
        if not isinstance(self.value, list) or not least <= len(self.value) <= LIST_MAX:
            self.refuse()
        return [Part(item, f"{self.at}/{index}") for index, item in enumerate(self.value)]

    def text(self) -> str:
        """Text of at least one visible character."""
        if not isinstance(self.value, str) or not self.value.strip() or len(self.value) > TEXT_MAX:
            self.refuse()
        return self.value

    def word(self, allowed: Collection[str]) -> str:
        """One of a closed vocabulary."""
        if not isinstance(self.value, str) or self.value not in allowed:
            self.refuse()
        return str(self.value)

    def words(self, allowed: Collection[str] | None) -> tuple[str, ...]:
        """A list of one or more different words of a closed vocabulary (any text when `allowed` is None)."""
        parts = self.items(least=1)
        found: list[str] = []
        for part in parts:
            word = part.text() if allowed is None else part.word(allowed)
            if word in found:
                part.refuse()
            found.append(word)
        return tuple(found)

    def pattern(self, pattern: re.Pattern[str]) -> str:
        if not isinstance(self.value, str) or pattern.fullmatch(self.value) is None:
            self.refuse()
        return self.value

    def whole(self, low: int, high: int) -> int:
        if type(self.value) is not int or not low <= self.value <= high:
            self.refuse()
        return self.value

    def moment(self) -> datetime:
        """`YYYY-MM-DDTHH:MM:SSZ` as an aware UTC datetime."""
        stamp = self.pattern(_MOMENT)
        try:
            return datetime.fromisoformat(stamp[:-1]).replace(tzinfo=UTC)
        except ValueError:
            self.refuse()
