"""Looks for texts in bytes, however they are encoded: what a leak would look like in files, on a wire, in a log.

Raw in any case, hexadecimal, base64 at its three offsets in both alphabets, base32 at its five, UTF-16 in both byte
orders, and base64 inside base64 (a document in an envelope). Encrypted or compressed text is of course not found.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from sqlalchemy import create_engine, inspect

_BASE64, _BASE32 = (3, 4), (5, 8)
"""(bytes in, characters out) of a group."""
_BLOCK = 24


def _inner(encoded: str, before: int, size: int, group: tuple[int, int]) -> str:
    """The characters that depend on nothing but the text, which stands `before` bytes into a group."""
    bits = 8 * group[0] // group[1]
    return encoded[-(-before * 8 // bits) : (before + size) * 8 // bits]


def _base64(text: bytes) -> set[bytes]:
    found: set[bytes] = set()
    for before in range(_BASE64[0]):
        encoded = base64.b64encode(bytes(before) + text).decode("ascii")
        inner = _inner(encoded, before, len(text), _BASE64)
        found |= {inner.encode("ascii"), inner.replace("+", "-").replace("/", "_").encode("ascii")}
    return found


def _base32(text: bytes) -> set[bytes]:
    return {
        _inner(base64.b32encode(bytes(before) + text).decode("ascii"), before, len(text), _BASE32).lower().encode()
        for before in range(_BASE32[0])
    }


def patterns(text: str) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """What to look for: patterns for bytes as they are, and patterns for bytes in lower case."""
    raw = text.encode("utf-8")
    exact = _base64(raw)
    exact |= {inner for once in _base64(raw) for inner in _base64(once)}
    wide = {text.lower().encode("utf-16-le"), text.lower().encode("utf-16-be")}
    escaped = json.dumps(text)[1:-1].lower().encode("ascii")
    return frozenset(exact), frozenset({raw.lower(), escaped, raw.hex().encode(), *wide, *_base32(raw)})


def hits(haystacks: Mapping[str, bytes], texts: Iterable[str]) -> set[tuple[str, str]]:
    """(haystack, text) for every text that stands in a haystack in any form. AssertionError for an empty haystack."""
    wanted = {text: patterns(text) for text in texts}
    assert wanted
    found = set()
    for name, hay in haystacks.items():
        assert hay, f"nothing to search in {name}"
        lower = hay.lower()
        for text, (exact, folded) in wanted.items():
            if any(each in hay for each in exact) or any(each in lower for each in folded):
                found.add((name, text))
    return found


def standing(hay: bytes, secrets: Iterable[bytes]) -> list[bytes]:
    """The secrets of which the last 48 bytes stand in `hay`. Each such end holds a whole block of 24, so blocks are
    looked up, and only where one is known the end itself; one that is shorter is looked for as it is."""
    blocks = {hay[at : at + _BLOCK] for at in range(0, len(hay), _BLOCK)}
    return [each for each in secrets if _meets(blocks, each[-2 * _BLOCK :]) and each[-2 * _BLOCK :] in hay]


def _meets(blocks: set[bytes], end: bytes) -> bool:
    return len(end) < 2 * _BLOCK or any(end[at : at + _BLOCK] in blocks for at in range(_BLOCK + 1))


def rest_of(url: str) -> bytes:
    """Every byte that the database at `url` keeps: every column of every row, and for SQLite its files as they are."""
    rows = b"\n".join(each if isinstance(each, bytes) else str(each).encode("utf-8") for each in values_in(url))
    if not url.startswith("sqlite"):
        return rows
    path = Path(url.removeprefix("sqlite:///"))
    return b"\n".join([rows, *(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))])


def values_in(url: str) -> Iterator[object]:
    """Every value in every table of the database at `url`."""
    tables = list(_tables(url))
    assert len(tables) > 20
    for table in tables:
        yield from (value for row in table for value in row)


def _tables(url: str) -> Iterator[list[tuple[object, ...]]]:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            for name in inspect(engine).get_table_names():
                yield [tuple(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')]
    finally:
        engine.dispose()
