"""Our profile of JSON: which values a document may hold. RFC 8259 values without floats, and what follows from that.

Integers within ±(2^53-1), text without U+0000 and lone surrogates, member names in ASCII, 32 levels at most. Reading
and writing is `exchange.crypto.encoding`. Spec: docs/spec/encoding.md §2.
"""

from __future__ import annotations

from collections.abc import Iterable

from exchange.errors import BadInput, Code

JsonValue = None | bool | int | str | list["JsonValue"] | dict[str, "JsonValue"]
JsonObject = dict[str, JsonValue]

MAX_DEPTH = 32
MAX_INT = 2**53 - 1
_LEAVES = frozenset({str, int, bool, type(None)})


def check_written(data: bytes, value: object) -> None:
    """The profile's rules for a value and its compact JSON bytes, which tell quickly when there is nothing to find.

    No backslash: no U+0000, which JSON can only write as an escape.
    """
    if _has_null(data) or not _plain((value,), MAX_DEPTH):
        check_profile(value)


def check_text(data: bytes, value: object) -> None:
    """The profile's rule for text alone, of JSON whose every member is then checked against an exact form."""
    if _has_null(data):
        check_profile(value)


def _has_null(data: bytes) -> bool:
    return b"\\" in data and b"\\u0000" in data


def _plain(items: Iterable[object], depth: int) -> bool:
    """True if there are only exact JSON types, no floats, ASCII names, and containers at most `depth` deep."""
    for item in items:
        kind = type(item)
        if kind in _LEAVES:
            continue
        if depth <= 0:
            return False
        if isinstance(item, dict):
            if not "".join(item).isascii() or not _plain(item.values(), depth - 1):
                return False
        elif not isinstance(item, list) or not _plain(item, depth - 1):
            return False
    return True


def check_profile(value: object, depth: int = 0) -> None:
    """Walks a value and raises BadInput at the first thing that our profile does not have."""
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, bool) or value is None:
        return
    elif isinstance(value, int):
        if not -MAX_INT <= value <= MAX_INT:
            raise BadInput(Code.JSON_NUMBER)
    elif isinstance(value, float):
        raise BadInput(Code.JSON_NUMBER)
    elif isinstance(value, (dict, list, tuple)):
        if depth >= MAX_DEPTH:
            raise BadInput(Code.JSON_TOO_DEEP)
        for inner in value.values() if isinstance(value, dict) else value:
            check_profile(inner, depth + 1)
        if isinstance(value, dict):
            _check_names(value)
    else:
        raise BadInput(Code.WRONG_TYPE)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise BadInput(Code.JSON_TEXT)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise BadInput(Code.JSON_TEXT) from None


def _check_names(members: dict[object, object]) -> None:
    for name in members:
        if not isinstance(name, str):
            raise BadInput(Code.WRONG_TYPE)
        if not name.isascii() or "\x00" in name:
            raise BadInput(Code.JSON_TEXT)
