"""Our own vectors: every attack in vectors/ ends at its step, with its code, and consumes what it should and no more.

Each runs on a fresh recipient through `operations.receive`. vectors/README.md says what the files hold.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from exchange.crypto.atrest import AtRest
from exchange.crypto.opening import parse_outer
from exchange.crypto.receipts import Receipt, read_receipt
from exchange.errors import ExchangeError
from exchange.ledger import entries
from exchange.model.state import StreamEnd
from exchange.store import SqlStore, open_engine
from tests.conformance.attacks import ACCEPTED
from tests.conformance.vector_world import NODES, STATES, VECTORS, Recipient, keys, recipient
from tests.conftest import KEK
from tests.databases import Sqlite

NAMES = sorted(path.name for path in VECTORS.iterdir() if path.is_dir())
SPEC = Path(__file__).resolve().parents[2] / "docs" / "spec" / "envelope.md"
FILES = {"input.json": {"envelope", "spaces_after", "tls_identity", "time", "state", "before"},
         "expected.json": {"step", "code", "parcel"}}  # fmt: skip
LARGEST = 70_000
"""Bytes of a file."""


class Input(NamedTuple):
    wire: bytes
    tls_identity: str
    time: datetime
    state: str
    before: tuple[str, ...]


class Expected(NamedTuple):
    step: int
    code: str | None
    parcel: int | None


class Held(NamedTuple):
    """All that an envelope could have changed."""

    ends: tuple[StreamEnd, ...]
    inbox: int
    copies: int
    evidence: int
    entries: tuple[str, ...]
    """Kinds of the ledger's entries."""


@cache
def given(name: str) -> Input:
    value = json.loads((VECTORS / name / "input.json").read_bytes())
    wire = b64decode(value["envelope"], validate=True) + b" " * value["spaces_after"]
    time = datetime.fromisoformat(value["time"])
    return Input(wire, value["tls_identity"], time, value["state"], tuple(value["before"]))


@cache
def expected(name: str) -> Expected:
    value = json.loads((VECTORS / name / "expected.json").read_bytes())
    return Expected(value["step"], value["code"], value["parcel"])


@pytest.fixture
def stage(sqlite: Sqlite) -> Iterator[Stage]:
    with sqlite.fresh() as url:
        store = SqlStore(open_engine(url), AtRest(KEK))
        yield Stage(store)
        store.close()


class Stage:
    """A fresh database, on which a recipient in any state is made."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def recipient(self, name: str) -> Recipient:
        """In the state of vector `name`, after what comes before it."""
        here = given(name)
        made = recipient(self._store, here.state)
        for earlier in here.before:
            first = given(earlier)
            assert (first.state, expected(earlier).step) == (here.state, ACCEPTED)
            made.take(first.tls_identity, first.wire, first.time)
        return made


def held(made: Recipient) -> Held:
    with made.node.store.read() as unit:
        size = unit.ledger.head(lock=False).size
        return Held(
            ends=tuple(unit.streams.end_in(code, lock=False) for code in NODES if code != "KW"),
            inbox=len(unit.streams.inbox(None, None, 100)),
            copies=unit.copies.count(),
            evidence=len(unit.streams.evidence()),
            entries=tuple(str(entries.read(line)["kind"]) for line in unit.ledger.entries(0, size)),
        )


def taken(made: Recipient, name: str) -> Receipt:
    """The receipt, verified as its sender would."""
    here = given(name)
    good = {key.kid: key.public for key in keys("KW").signing.values()}
    receipt = read_receipt(made.take(here.tls_identity, here.wire, here.time), lambda kid: good[kid])
    outer = parse_outer(here.wire)
    assert (receipt.node, receipt.sender) == ("KW", here.tls_identity)
    assert (receipt.epoch, receipt.seq) == (outer.header.epoch, outer.header.seq)
    return receipt


def of_steps(*steps: int) -> list[str]:
    return [name for name in NAMES if expected(name).step in steps and expected(name).code is not None]


@pytest.mark.parametrize("name", of_steps(*range(1, 11)))
def test_what_fails_before_it_is_opened_is_an_error_and_consumes_nothing(stage: Stage, name: str) -> None:
    made, here, want = stage.recipient(name), given(name), expected(name)
    before = held(made)
    with pytest.raises(ExchangeError) as raised:
        made.take(here.tls_identity, here.wire, here.time)
    assert raised.value.code == want.code
    assert want.parcel is None
    after = held(made)
    if want.code == "EQUIVOCATION":
        assert after == before._replace(evidence=1, entries=(*before.entries, "equivocation"))
    else:
        assert after == before


@pytest.mark.parametrize("name", [name for name in of_steps(*range(11, 15)) if expected(name).parcel is None])
def test_what_fails_inside_is_a_signed_refusal_that_consumes_the_number(stage: Stage, name: str) -> None:
    made, outer = stage.recipient(name), parse_outer(given(name).wire)
    before = held(made)
    receipt = taken(made, name)
    assert (receipt.kind, receipt.code, receipt.refused) == ("refused", expected(name).code, ())
    assert receipt.envelope == outer.envelope_digest
    after = held(made)
    assert after.entries == (*before.entries, "envelope.refused")
    assert (after.inbox, after.copies, after.evidence) == (1, 0, 0)
    assert StreamEnd("DZ", 1, 1, outer.chain_digest) in after.ends


@pytest.mark.parametrize("name", [name for name in of_steps(*range(11, 15)) if expected(name).parcel is not None])
def test_a_wrong_parcel_is_refused_alone(stage: Stage, name: str) -> None:
    made = stage.recipient(name)
    receipt = taken(made, name)
    assert (receipt.kind, receipt.code) == ("accepted", None)
    assert receipt.refused == ((expected(name).parcel, expected(name).code),)
    after = held(made)
    assert (after.inbox, after.copies, after.entries[-1]) == (1, 1, "envelope.received")


@pytest.mark.parametrize("name", [name for name in NAMES if expected(name).step == ACCEPTED])
def test_what_is_valid_is_taken(stage: Stage, name: str) -> None:
    made, outer = stage.recipient(name), parse_outer(given(name).wire)
    receipt = taken(made, name)
    assert (receipt.kind, receipt.code, receipt.refused) == ("accepted", None, ())
    assert receipt.envelope == outer.envelope_digest
    after = held(made)
    assert (after.inbox, after.copies > 0) == (1, outer.header.type in ("release", "correction"))
    assert StreamEnd("DZ", 1, outer.header.seq, outer.chain_digest) in after.ends


@pytest.mark.parametrize("name", [name for name in NAMES if expected(name).step == 10 and expected(name).code is None])
def test_a_known_number_is_answered_with_the_stored_receipt(stage: Stage, name: str) -> None:
    made, here = stage.recipient(name), given(name)
    before = held(made)
    (first,) = here.before
    with made.node.store.read() as unit:
        known = unit.streams.inbox_item("DZ", 1, 1)
    assert known is not None
    assert known.envelope_digest == parse_outer(given(first).wire).envelope_digest
    assert made.take(here.tls_identity, here.wire, here.time) == known.receipt
    assert held(made) == before


def test_every_step_has_a_vector() -> None:
    refused = {expected(name).step for name in NAMES if expected(name).code is not None}
    assert refused == set(range(1, 15))
    assert {expected(name).step for name in NAMES} == refused | {ACCEPTED}


def test_the_folders_hold_exactly_what_the_readme_says() -> None:
    assert {path.name for path in VECTORS.iterdir() if not path.is_dir()} == {"README.md", "keys.json"}
    for name in NAMES:
        assert {path.name for path in (VECTORS / name).iterdir()} == FILES.keys()
        for file, members in FILES.items():
            data = (VECTORS / name / file).read_bytes()
            assert len(data) < LARGEST, name
            assert json.loads(data).keys() == members, name
        assert given(name).state in STATES
    listed = re.findall(r"^\| ([a-z0-9-]+) \| (\d+) \| (?:`([A-Z_]+)`)? \|", _readme(), re.MULTILINE)
    assert sorted(listed) == [(name, str(expected(name).step), expected(name).code or "") for name in NAMES]
    assert {given(name).state for name in NAMES} == STATES.keys()


def test_the_keys_are_marked_as_test_keys() -> None:
    value = json.loads((VECTORS / "keys.json").read_bytes())
    assert value.keys() == {"v", "warning", "nodes"}
    assert "TEST ONLY" in value["warning"]
    assert value["nodes"].keys() == set(NODES)
    for code in NODES:
        wanted = {"root", "keys", "certificate"} | ({"next_keys"} if code == "DZ" else set())
        assert value["nodes"][code].keys() == wanted


def test_the_codes_are_those_of_the_specification() -> None:
    rows = re.findall(r"^\| (\d+) \|.*\|(.*)\|$", SPEC.read_text("utf-8"), re.MULTILINE)
    codes = {int(step): set(re.findall(r"`([A-Z_]+)`", cell)) for step, cell in rows if int(step) <= 14}
    assert codes.keys() >= set(range(1, 15))
    # In the text around the table: who is asked before step 4, and a card's end (keys.md).
    beside = {4: {"PARTNER_UNKNOWN", "SUSPENDED"}, 7: {"DESCRIPTOR_EXPIRED"}}
    for name in NAMES:
        want = expected(name)
        if want.code is not None and want.parcel is None:
            assert want.code in codes[want.step] | beside.get(want.step, set()), name


def _readme() -> str:
    return (VECTORS / "README.md").read_text("utf-8")
