"""Agreements as YAML: only plain values come through, nothing twice, nothing that unfolds without end."""

from __future__ import annotations

import pytest

from exchange.errors import BadInput, Code, TooLarge
from exchange.interop.documents import MAX_DEPTH, read_yaml, write_yaml
from exchange.model.claims import JsonObject, JsonValue
from exchange.policies.agreement import with_fingerprints


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\na: 2", Code.JSON_DUPLICATE_KEY),
        ("a: {b: 1, b: 2}", Code.JSON_DUPLICATE_KEY),
        ("a: 2026-01-01", Code.WRONG_TYPE),
        ("a: 1.5", Code.WRONG_TYPE),
        ("1: a", Code.WRONG_TYPE),
        ("- a", Code.WRONG_TYPE),
        ("a: !!python/object/apply:os.system [x]", Code.FILE_NOT_WELL_FORMED),
        ("a: [", Code.FILE_NOT_WELL_FORMED),
        ("? [a, b]\n: 1", Code.FILE_NOT_WELL_FORMED),
    ],
)
def test_what_is_not_plain_is_refused(text: str, code: Code) -> None:
    with pytest.raises(BadInput) as refused:
        read_yaml(text.encode())
    assert refused.value.code is code


def test_encodings_and_floods_are_refused() -> None:
    with pytest.raises(BadInput):
        read_yaml(b"a: \xff")
    with pytest.raises(TooLarge):
        read_yaml(b"a: " + b"x" * (1 << 20))
    laughs = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10) if n else 'x'}]" for n in range(9))
    with pytest.raises(TooLarge):
        read_yaml(laughs.encode())
    deep = "a: " + "[" * 60 + "]" * 60
    with pytest.raises(TooLarge):
        read_yaml(deep.encode())


@pytest.mark.parametrize("text", ["[" * 1_000_000, "{a: " * 200_000, "- " * 400_000])
def test_depth_that_would_kill_the_process_is_refused(text: str) -> None:
    with pytest.raises(TooLarge) as refused:
        read_yaml(text.encode())
    assert refused.value.facts == {"limit": MAX_DEPTH}


def test_a_merge_is_refused_before_it_unfolds() -> None:
    floods = [f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}]}}" for n in range(1, 12)]
    with pytest.raises(BadInput) as refused:
        read_yaml("\n".join(["a0: &a0 {k: 1}", *floods]).encode())
    assert refused.value.code is Code.FILE_NOT_WELL_FORMED


def test_a_key_twice_is_refused_with_its_line_wherever_it_is() -> None:
    for text, line in (("a: 1\na: 2", 2), ("a:\n- b: 1\n  c: 2\n  b: 3", 4)):
        with pytest.raises(BadInput) as refused:
            read_yaml(text.encode())
        assert (refused.value.code, refused.value.facts["line"]) == (Code.JSON_DUPLICATE_KEY, line)
    assert read_yaml(b"a: &x {b: 1}\nc: *x\nd: *x") == {"a": {"b": 1}, "c": {"b": 1}, "d": {"b": 1}}


def test_an_alias_that_contains_itself_ends() -> None:
    with pytest.raises((BadInput, TooLarge)):
        read_yaml(b"a: &a [*a]")


def test_fingerprints_are_filled_in_where_they_are_known() -> None:
    document = read_yaml(
        b'{kind: agreement, parties: [{code: DZ, fingerprint: "@DZ"}, {code: AE, fingerprint: "@AE"}]}'
    )
    filled = with_fingerprints(document, {"DZ": "d" * 64})
    assert filled["parties"] == [{"code": "DZ", "fingerprint": "d" * 64}, {"code": "AE", "fingerprint": "@AE"}]
    policy: JsonObject = {"kind": "policy", "party": {"code": "DZ", "fingerprint": "@DZ"}}
    assert with_fingerprints(policy, {"DZ": "d" * 64})["party"] == {"code": "DZ", "fingerprint": "d" * 64}
    assert with_fingerprints(policy, {}) == policy


def test_what_is_written_is_read_back_to_the_same_values() -> None:
    shared: list[JsonValue] = ["KW", "NO", "on", "2026-12-01", "1", ""]
    document: JsonObject = {
        "z": shared,
        "a": {"again": shared, "text": "سطر\nآخر: # not a comment", "number": 7, "flag": True, "nothing": None},
        "empty": [],
    }
    written = write_yaml(document)
    assert read_yaml(written.encode()) == document
    assert list(read_yaml(written.encode())) == ["z", "a", "empty"]
    assert "&" not in written
    assert "*" not in written
