"""Reads the members of a parsed document against an exact form: names, types, patterns, sizes.

Knows no document of its own: each names its members and the code that a fault carries. A fault tells the member that
was expected, never one that was sent. Spec: docs/spec/encoding.md §3.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import UTC, datetime

from exchange.crypto.encoding import MAX_INT, JsonObject, JsonValue, unb64
from exchange.errors import BadInput, Code

NODE = re.compile(r"[A-Z]{2}", re.ASCII)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,127}", re.ASCII)
RECORD = re.compile(r"[a-z0-9-]{8,64}", re.ASCII)
HEX32 = re.compile(r"[0-9a-f]{64}", re.ASCII)
KID = re.compile(r"[0-9a-f]{16}", re.ASCII)
CODE = re.compile(r"[A-Z][A-Z_]{1,63}", re.ASCII)
NAME_TYPE = re.compile(r"exchange/[a-z-]{1,32}/[1-9][0-9]{0,3}", re.ASCII)
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)


def read_time(text: str) -> datetime:
    """`YYYY-MM-DDTHH:MM:SSZ` as an aware UTC datetime. BadInput(VALUE_NOT_ALLOWED) for anything else."""
    if _TIME.fullmatch(text) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(Code.VALUE_NOT_ALLOWED) from None


def write_time(time: datetime) -> str:
    """An aware datetime as `YYYY-MM-DDTHH:MM:SSZ`."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Fields:
    """One object that has exactly `names` (and perhaps some of `optional`). Every fault is BadInput(code, at=name)."""

    __slots__ = ("_code", "_members")

    def __init__(self, value: JsonValue, names: Collection[str], code: Code, optional: Collection[str] = ()) -> None:
        if not isinstance(value, dict):
            raise BadInput(code)
        for name in names:
            if name not in value:
                raise BadInput(code, at=name)
        if len(value) > len(names) and any(name not in names and name not in optional for name in value):
            raise BadInput(code, at="unknown member")
        self._members: JsonObject = value
        self._code = code

    def has(self, name: str) -> bool:
        return name in self._members

    def fault(self, name: str) -> BadInput:
        return BadInput(self._code, at=name)

    def text(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self._members[name]
        if not isinstance(value, str) or pattern.fullmatch(value) is None:
            raise self.fault(name)
        return value

    def free_text(self, name: str, limit: int) -> str:
        """Any text without U+0000 of at most `limit` characters."""
        value = self._members[name]
        if not isinstance(value, str) or len(value) > limit or "\x00" in value:
            raise self.fault(name)
        return value

    def choice(self, name: str, values: Collection[str]) -> str:
        value = self._members[name]
        if not isinstance(value, str) or value not in values:
            raise self.fault(name)
        return value

    def integer(self, name: str, low: int = 0, high: int = MAX_INT) -> int:
        value = self._members[name]
        if type(value) is not int or not low <= value <= high:
            raise self.fault(name)
        return value

    def binary(self, name: str, size: int | None = None) -> bytes:
        """Base64; `size` in bytes where it is fixed."""
        try:
            return unb64(self._members[name], size=size)
        except BadInput:
            raise self.fault(name) from None

    def time(self, name: str) -> datetime:
        value = self._members[name]
        if not isinstance(value, str):
            raise self.fault(name)
        try:
            return read_time(value)
        except BadInput:
            raise self.fault(name) from None

    def items(self, name: str, limit: int) -> list[JsonValue]:
        value = self._members[name]
        if not isinstance(value, list) or len(value) > limit:
            raise self.fault(name)
        return value

    def strings(self, name: str, limit: int, size: int) -> list[str]:
        """At most `limit` texts without U+0000, each of at most `size` characters."""
        found = [each for each in self.items(name, limit) if isinstance(each, str) and "\x00" not in each]
        if found != self._members[name] or any(len(each) > size for each in found):
            raise self.fault(name)
        return found

    def object(self, name: str, names: Collection[str]) -> Fields:
        return Fields(self._members[name], names, self._code)

    def objects(self, name: str, names: Collection[str], limit: int) -> list[Fields]:
        return [Fields(value, names, self._code) for value in self.items(name, limit)]

    def raw(self, name: str) -> JsonValue:
        return self._members[name]
