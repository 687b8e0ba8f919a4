"""The witness protocol, proofs and tiles between whole nodes over mutual TLS, as another program sees them."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256

import pytest

from exchange.crypto import checkpoint, witness_wire
from exchange.crypto.encoding import canonical
from exchange.errors import Code
from exchange.ledger import book
from exchange.operations.clock import stamp
from exchange.operations.cosignatures import ask_cosignature
from exchange.operations.heartbeat import beat
from exchange.operations.ledger_state import Behind, LedgerState, keep_state
from exchange.operations.tree import tree
from exchange.operations.watch import watch
from exchange.ports import Node
from tests.federation import keys_of
from tests.follower import follow
from tests.integration import test_api_partners
from tests.integration.test_api_partners import Line
from tests.integration.test_tiles_store import commitments, grow
from tests.witness_kit import caught

line = test_api_partners.line
_ADD = "/partner/v1/witness/add-checkpoint"
_PROOFS = "/partner/v1/ledger/proofs"
_NOTE = "text/plain; charset=utf-8"


def place(code: str) -> str:
    """Where KW has the head of a log that it cosigned."""
    return f"/partner/v1/witness/{sha256(f'{code}.exchange'.encode()).hexdigest()}/checkpoint"


def request(node: Node, old: int) -> bytes:
    """The node's newest head, from `old` on."""
    with node.store.read() as unit:
        note = unit.ledger.checkpoint()
        assert note is not None
        size = checkpoint.read(note).size
        return witness_wire.write_request(old, tree(unit, size).consistency(old, size), note)


def forked(size: int) -> bytes:
    """A head of DZ of that size that is not its history."""
    note = checkpoint.make("DZ.exchange", size, b"\x07" * 32, keys_of("DZ").ledger)
    return witness_wire.write_request(size, [], note)


def test_every_status_of_cosigning(line: Line) -> None:
    first = line.call("DZ", "POST", _ADD, request(line.dz, 0))
    assert (first.status_code, first.headers["content-type"]) == (200, _NOTE)
    assert len(witness_wire.read_answer(first.content)) == 2
    with line.dz.store.read() as unit:
        size = unit.ledger.head(lock=False).size
    again = line.call("DZ", "POST", _ADD, request(line.dz, 0))
    assert (again.status_code, again.headers["content-type"]) == (409, "text/x.tlog.size")
    assert again.content == b"%d\n" % size
    assert line.call("DZ", "POST", _ADD, request(line.dz, size)).status_code == 200, "the same head again"
    for who, body, status in (
        ("AE", request(line.dz, size), 404),
        ("DZ", request(line.kw, 0), 404),
        ("DZ", b"old 1\n", 400),
        ("DZ", b"x" * (witness_wire.MAX_REQUEST + 1), 400),
        ("DZ", b"x" * ((1 << 20) + 1), 413),
        ("XX", request(line.dz, size), 403),
    ):
        assert line.call(who, "POST", _ADD, body).status_code == status, (who, status)
    other = checkpoint.make("DZ.exchange", size, b"\x07" * 32, keys_of("KW").ledger)
    unsigned = witness_wire.write_request(size, [], other)
    assert line.call("DZ", "POST", _ADD, unsigned).status_code == 403
    refused = line.call("DZ", "POST", _ADD, forked(size))
    assert (refused.status_code, refused.content, refused.headers["content-type"]) == (422, b"", _NOTE)
    assert line.call("DZ", "POST", _ADD, request(line.dz, size)).status_code == 422, "it has contradicted itself"


def test_the_head_that_a_witness_has(line: Line) -> None:
    assert line.call("DZ", "GET", place("DZ")).status_code == 404, "none yet"
    ask_cosignature(line.dz, "KW")
    found = line.call("DZ", "GET", place("DZ"))
    assert (found.status_code, found.headers["content-type"]) == (200, _NOTE)
    head = checkpoint.verify(found.content, line.dz.keys.ledger.verifier)
    witness = line.kw.keys.witness
    assert witness is not None
    for key in witness.verifiers:
        assert checkpoint.verify_cosignature(checkpoint.read(found.content), key) > 0
    with line.dz.store.read() as unit:
        assert (head.size, head.root) == (unit.ledger.head(lock=False).size, book.root(unit.ledger.head(lock=False)))
    for who, path in (("AE", place("DZ")), ("DZ", place("AE")), ("DZ", "/partner/v1/witness/DZ.exchange/checkpoint")):
        answer = line.call(who, "GET", path)
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_proofs(line: Line) -> None:
    body = canonical({"v": 1, "sizes": [1, 2, 5]})
    answer = line.call("DZ", "POST", _PROOFS, body)
    assert answer.status_code == 200
    assert [len(each) for each in answer.json()["proofs"]] == [1, 2]
    for bad in (b"", b"{}", canonical({"v": 1, "sizes": [5, 1]}), canonical({"v": 1, "sizes": [1, 10**6]})):
        assert line.call("DZ", "POST", _PROOFS, bad).status_code in (400, 422), bad
    for size in (300, 310):
        grow(replace(line.states["DZ"], node=line.dz), size)
        beat(line.dz, "KW")
    watch(line.kw, "DZ")
    with line.kw.store.read() as unit:
        assert len(unit.heads.seen("DZ.exchange", 9)) == 1, "the later contains the earlier"


def test_a_stranger_follows_a_partners_log(line: Line) -> None:
    kw = line.states["KW"]
    grow(kw, 600)
    kinds = set()

    def fetch(path: str) -> bytes:
        answer = line.call("DZ", "GET", f"/partner/v1/ledger/{path}")
        assert answer.status_code == 200, path
        assert answer.headers["cache-control"] == "no-store"
        kinds.add((path == "checkpoint", answer.headers["content-type"]))
        return answer.content

    assert follow(fetch, "KW.exchange", kw.node.keys.ledger.verifier) == commitments(kw)
    assert kinds == {(True, _NOTE), (False, "application/octet-stream")}


@pytest.mark.parametrize(
    "path", ["0/003", "0/002.p/200", "0/002.p/0", "1/000.p/3", "entries/003", "0/0", "64/000", "data/000", "0/"]
)
def test_what_is_no_tile_of_the_log(line: Line, path: str) -> None:
    grow(line.states["KW"], 600)
    answer = line.call("DZ", "GET", f"/partner/v1/ledger/tile/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_a_node_that_is_behind_says_so_everywhere(line: Line) -> None:
    asked = request(line.dz, 0)
    with line.kw.store.write() as unit:
        keep_state(unit, LedgerState(1, Behind(900, 1, "DZ", stamp(line.kw.clock.now()))))
    for method, path, body in (
        ("POST", _ADD, asked),
        ("POST", _PROOFS, json.dumps({"sizes": [1, 2], "v": 1}, separators=(",", ":")).encode()),
        ("GET", "/partner/v1/ledger/checkpoint", b""),
        ("GET", "/partner/v1/ledger/tile/0/000.p/1", b""),
        ("GET", "/partner/v1/ledger/tile/entries/000.p/1", b""),
    ):
        answer = line.call("DZ", method, path, body)
        assert (answer.status_code, answer.json()["code"]) == (503, "ROLLED_BACK"), path
    assert caught(lambda: ask_cosignature(line.dz, "KW")) is Code.PARTNER_ANSWER
