"""The published vectors of RFC 8785 through `canonical`. What is outside our profile must be refused, by its code."""

from __future__ import annotations

import json
from typing import Any

import pytest

from exchange.crypto.encoding import JsonValue, canonical, read_canonical, read_strict
from exchange.errors import Code
from tests.data import DATA
from tests.unit.crypto_kit import code_of

FOLDER = DATA / "vectors" / "jcs" / "testdata"
REFUSED = {
    "french.json": Code.JSON_TEXT,  # member names that are not ASCII
    "structures.json": Code.JSON_NUMBER,  # 56.0
    "values.json": Code.JSON_NUMBER,  # floats
    "weird.json": Code.JSON_TEXT,  # member names that are not ASCII
}
NAMES = sorted(path.name for path in (FOLDER / "input").iterdir())


def _input(name: str) -> bytes:
    return (FOLDER / "input" / name).read_bytes()


def _output(name: str) -> bytes:
    return (FOLDER / "output" / name).read_bytes()


def test_the_vectors_are_all_there() -> None:
    assert NAMES == ["arrays.json", "french.json", "structures.json", "unicode.json", "values.json", "weird.json"]


@pytest.mark.parametrize("name", NAMES)
def test_each_vector_is_written_as_published_or_refused(name: str) -> None:
    if name in REFUSED:
        assert code_of(read_strict, _input(name)) is REFUSED[name]
        assert code_of(canonical, json.loads(_input(name))) is REFUSED[name]
        # What RFC 8785 makes of 56.0 is 56, which our profile does have.
        refused = None if name == "structures.json" else REFUSED[name]
        assert code_of(read_canonical, _output(name), limit=1 << 20) is refused
        return
    assert canonical(read_strict(_input(name))) == _output(name)
    assert read_canonical(_output(name), limit=1 << 20) == json.loads(_input(name))
    hexed = (FOLDER / "outhex" / name.replace(".json", ".txt")).read_text().split()
    assert canonical(json.loads(_input(name))) == bytes.fromhex("".join(hexed))


def _within_profile(value: Any) -> JsonValue:
    """The vector with whole floats as integers, other floats as text, and member names in ASCII."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else str(value)
    if isinstance(value, list):
        return [_within_profile(each) for each in value]
    if isinstance(value, dict):
        return {name.encode("ascii", "replace").decode(): _within_profile(each) for name, each in value.items()}
    assert value is None or isinstance(value, (bool, int, str))
    return value


def test_the_part_of_a_refused_vector_that_is_in_the_profile_is_written_as_published() -> None:
    structures = _within_profile(json.loads(_input("structures.json")))
    assert canonical(structures) == _output("structures.json")
    values = json.loads(_output("values.json"))
    del values["numbers"]
    published = _output("values.json")
    expected = published[: published.index(b'"numbers"')] + published[published.index(b'"string"') :]
    assert canonical(values) == expected
