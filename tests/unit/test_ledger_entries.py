"""The table of entry kinds: every kind can be written and read, and nothing else can."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto.encoding import canonical
from exchange.errors import BadInput, Code
from exchange.ledger.entries import KINDS, MAX_ENTRY, MAX_REFS, entry, number, read, text, texts
from tests.unit.ledger_kit import hex_of, ref_of, stamp

AT = stamp(0)
_SAMPLES: list[tuple[str, str | int | list[str]]] = [
    ("node recipient sender partner originator holder", "TN"),
    ("root fingerprint digest batch policy_digest envelope receipt grant credential proof commitment", hex_of("x")),
    (
        "role state reason code purpose outcome source held type why form marking what permission method",
        "a.word-OF_one:kind",
    ),
    (
        "person release agreement message thread waiver standing override administrator officer opening asker "
        "confirmer case",
        "id|issuer/4711",
    ),
    ("descriptor_version version epoch seq hours", 1),
    ("manifests records refused count size added updated delisted oddities envelopes ahead index lost", 0),
    ("role state reason code purpose outcome source held type why form marking", "a.word-OF_one:kind"),
    ("person release agreement message thread waiver standing administrator officer", "id|issuer/4711"),
    ("descriptor_version version epoch seq", 1),
    ("manifests records refused count size added updated delisted oddities envelopes ahead", 0),
    ("matched in_flight lost phantom_receipt omitted equivocated unread", 0),
    ("since until expires", stamp(7)),
    ("ref query", ref_of("a")),
    ("decision", "same"),
    ("lens", "-"),
    ("hops", 3),
    ("refs", [ref_of("a"), ref_of("b")]),
    ("approvals officers", ["p-1", "p-2"]),
    ("grants", [hex_of("g"), hex_of("h")]),
]
SAMPLES = {name: value for names, value in _SAMPLES for name in names.split()}
BAD: dict[str, list[object]] = {
    "node": ["tn", "TNX", "T", "ÄÖ", 1, ""],
    "root": [hex_of("x").upper(), hex_of("x")[:-1], hex_of("x") + "0", 0],
    "state": ["", "two words", "x" * 65, "a\n", "é", 5],
    "person": ["", "a b", "x" * 129, "a\u202e", 5],
    "descriptor_version": [0, -1, True, "1"],
    "records": [-1, True, "0", None],
    "ref": [ref_of("a")[:-1], ref_of("a") + "=", "A" * 44, ref_of("a").replace("=", "-"), 5, ""],
    "refs": ["", [5], [ref_of("a")[:-1]], {}, [ref_of("a")] * (MAX_REFS + 1)],
    "approvals": ["p-1", [""], [5], ["a b"], ["p"] * 17],
}


def fields(kind: str) -> dict[str, str | int | Sequence[str]]:
    return {name: SAMPLES[name] for name in KINDS[kind]}


def raw(kind: str, **changes: object) -> bytes:
    """What `entry` would write, without its checks."""
    value = {"v": 1, "kind": kind, "at": AT, "actor": "p-1", **fields(kind), **changes}
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def refused(data: bytes) -> str | None:
    """The member that the refusal names."""
    with pytest.raises(BadInput) as caught:
        read(data)
    assert caught.value.code is Code.ENTRY_MALFORMED
    at = caught.value.facts.get("at")
    assert at is None or isinstance(at, str)
    return at


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_is_written_and_read(kind: str) -> None:
    data = entry(kind, at=AT, actor="p-1", **fields(kind))
    assert data == raw(kind)
    assert read(data) == {"v": 1, "kind": kind, "at": AT, "actor": "p-1", **fields(kind)}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_members_are_exact(kind: str) -> None:
    for name in KINDS[kind]:
        whole = {"v": 1, "kind": kind, "at": AT, "actor": "p-1", **fields(kind)}
        refused(canonical({key: value for key, value in whole.items() if key != name}))
    refused(raw(kind, content="anything"))
    refused(raw(kind, v=2))
    refused(raw(kind, v=True))
    with pytest.raises(BadInput):
        entry(kind, at=AT, actor="p-1", **fields(kind), name="A. Person")


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BAD.items() for value in values], ids=str
)
def test_forms_of_members(name: str, value: object) -> None:
    kind = next(kind for kind in sorted(KINDS) if name in KINDS[kind])
    assert refused(raw(kind, **{name: value})) == name


@pytest.mark.parametrize(
    "at", ["2026-03-01T08:00:00", "2026-02-30T08:00:00Z", "2026-03-01T24:00:01Z", "2026-03-01 08:00:00Z", "", 5]
)
def test_times_are_real_utc_seconds(at: object) -> None:
    assert refused(raw("genesis", at=at)) == "at"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b'"genesis"',
        b"{}",
        b'{"kind":5}',
        raw("genesis").replace(b"genesis", b"unheard.of"),
        b" " + raw("genesis"),
        raw("genesis").replace(b'"v":1', b'"v":1.0'),
        raw("record.listed", count=2**53),
        raw("genesis").replace(b'"v":1', b'"v":1,"v":1'),
        b'"' + b"x" * MAX_ENTRY + b'"',
    ],
)
def test_other_documents_are_refused(data: bytes) -> None:
    assert refused(data) in (None, "v")


def test_no_submitted_value_is_in_the_error() -> None:
    with pytest.raises(BadInput) as caught:
        entry("record.read", at=AT, actor="p-1", ref="a secret name", held="own")
    assert "secret" not in str(caught.value)


def test_accessors() -> None:
    value = read(raw("release.released"))
    assert (text(value, "release"), number(value, "seq"), texts(value, "approvals")) == (
        "id|issuer/4711",
        1,
        ["p-1", "p-2"],
    )
    for access, name in ((text, "seq"), (number, "release"), (texts, "release")):
        with pytest.raises(BadInput):
            access(value, name)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(st.binary(max_size=200), st.integers(0, 200)))
def test_only_our_errors_leave_the_reader(mutation: bytes | int) -> None:
    good = raw("envelope.received")
    data = mutation if isinstance(mutation, bytes) else good[:mutation] + b"\xff" + good[mutation + 1 :]
    if data != good:
        refused(data)


def test_there_are_106_kinds() -> None:
    assert len(KINDS) == 106
