"""The witness protocol: bodies are read strictly, every check has its status, and no history is ever split."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.crypto import checkpoint, witness_wire
from exchange.crypto.cosign import cosign
from exchange.crypto.keys import LedgerKey, WitnessKey, witness_name
from exchange.crypto.merkle import consistency_path, leaf_hash, root_of, verify_consistency
from exchange.crypto.witness_wire import EMPTY_ROOT, Head, Request, Verdict, judge, read_request, write_request
from exchange.errors import BadInput, Code
from tests.unit.crypto_kit import code_of

LOG = LedgerKey.from_seed("DZ.exchange", bytes(range(32)))
STRANGER = LedgerKey.from_seed("DZ.exchange", bytes(32))
WITNESS = WitnessKey.from_seeds(witness_name("TN"), bytes(31) + b"\1", bytes(31) + b"\2")
LEAVES = [leaf_hash(b"%d" % number) for number in range(24)]
FORKED = [*LEAVES[:5], *(leaf_hash(b"fork %d" % number) for number in range(5, 24))]
KNOWN = [LOG.verifier]


def note(size: int, leaves: list[bytes] = LEAVES, key: LedgerKey = LOG) -> bytes:
    return checkpoint.make("DZ.exchange", size, root_of(leaves[:size]), key)


def request(old: int, size: int, leaves: list[bytes] = LEAVES) -> Request:
    proof = consistency_path(leaves[:size], old) if old <= size else []
    return read_request(write_request(old, proof, note(size, leaves)))


def head(size: int, leaves: list[bytes] = LEAVES) -> Head:
    return Head(size, root_of(leaves[:size]))


def test_a_body_is_what_the_specification_shows() -> None:
    proof = consistency_path(LEAVES[:9], 4)
    body = write_request(4, proof, note(9))
    lines = body.split(b"\n")
    assert lines[0] == b"old 4"
    assert [base64.b64decode(line) for line in lines[1 : 1 + len(proof)]] == proof
    assert lines[1 + len(proof)] == b""
    assert body.endswith(note(9))
    read = read_request(body)
    assert (read.old_size, read.proof, read.note) == (4, tuple(proof), note(9))
    assert read.checkpoint == checkpoint.read(note(9))


@pytest.mark.parametrize(
    "old",
    [
        "old 00",
        "old 04",
        "old +4",
        "old -1",
        "old  4",
        "OLD 4",
        "old 4 ",
        "old 4\r",
        "old",
        "",
        "old ٤",
        f"old {2**53}",
    ],
)
def test_the_first_line(old: str) -> None:
    assert code_of(read_request, old.encode() + b"\n\n" + note(9)) is Code.FILE_NOT_WELL_FORMED
    assert read_request(b"old 0\n\n" + note(9)).old_size == 0


@pytest.mark.parametrize(
    "proof",
    [
        b"AAAA",
        b"=" * 44,
        base64.b64encode(bytes(31)),
        base64.b64encode(bytes(33)),
        base64.b64encode(bytes(32))[:-1],
        base64.b64encode(bytes(32)) + b" ",
        base64.urlsafe_b64encode(b"\xff" * 32),
        b"\xff" * 44,
        b"\0",
    ],
)
def test_a_proof_line_is_one_hash(proof: bytes) -> None:
    assert code_of(read_request, b"old 4\n" + proof + b"\n\n" + note(9)) is Code.FILE_NOT_WELL_FORMED


def test_limits_of_a_body() -> None:
    line = base64.b64encode(bytes(32)) + b"\n"
    assert len(read_request(b"old 4\n" + line * 63 + b"\n" + note(9)).proof) == 63
    assert code_of(read_request, b"old 4\n" + line * 64 + b"\n" + note(9)) is Code.TOO_LARGE
    assert code_of(read_request, b"x" * (witness_wire.MAX_REQUEST + 1)) is Code.TOO_LARGE
    assert code_of(write_request, 4, [bytes(32)] * 64, note(9)) is Code.TOO_LARGE
    assert code_of(write_request, -1, [], note(9)) is Code.FILE_NOT_WELL_FORMED
    assert code_of(write_request, 1, [bytes(31)], note(9)) is Code.FILE_NOT_WELL_FORMED


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\n\n",
        b"old 4\n",
        b"old 4\n" + note(9),
        b"old 4\n\n",
        b"old 4\n\n\n" + note(9),
        b"old 4\n\n" + note(9)[:-1],
        b"\nold 4\n\n" + note(9),
        b"old 4\n\n" + note(9) + b"\n",
        note(9),
    ],
)
def test_other_bodies_are_refused(bad: bytes) -> None:
    assert code_of(read_request, bad) is Code.FILE_NOT_WELL_FORMED


def test_every_status() -> None:
    good = request(4, 9)
    signed = request(4, 9)._replace(checkpoint=checkpoint.read(note(9, key=STRANGER)))
    assert judge(good, KNOWN, head(4)) == Verdict(200, head(9))
    assert judge(good, [], head(4)) == Verdict(404, code=Code.NOT_FOUND)
    assert judge(signed, KNOWN, head(4)) == Verdict(403, code=Code.KEY_UNKNOWN)
    assert judge(good._replace(old_size=10), KNOWN, head(4)) == Verdict(400, code=Code.VALUE_NOT_ALLOWED)
    assert judge(good, KNOWN, head(5)) == Verdict(409, latest=5, code=Code.STALE)
    assert judge(good, KNOWN, head(9)) == Verdict(409, latest=9, code=Code.STALE)
    assert judge(good, KNOWN, None) == Verdict(409, latest=0, code=Code.STALE)
    assert judge(good._replace(proof=good.proof[:-1]), KNOWN, head(4)) == Verdict(422, code=Code.PROOF_INVALID)
    assert judge(good, KNOWN, Head(4, bytes(32))) == Verdict(422, code=Code.PROOF_INVALID)


def test_the_checks_stand_in_the_specifications_order() -> None:
    """Each request has every later fault too, and gets the status of the first."""
    worst = request(4, 9)._replace(proof=(bytes(32),), old_size=10)
    foreign = worst._replace(checkpoint=checkpoint.read(note(9, key=STRANGER)))
    assert judge(foreign, [], head(5)).status == 404
    assert judge(foreign, KNOWN, head(5)).status == 403
    assert judge(worst, KNOWN, head(5)).status == 400
    assert judge(worst._replace(old_size=4), KNOWN, head(5)).status == 409
    assert judge(worst._replace(old_size=4), KNOWN, head(4)).status == 422


def test_a_wrong_signature_beside_a_good_one_is_403() -> None:
    wrong = checkpoint.NoteSignature(LOG.name, LOG.key_id, bytes(64)).line().encode()
    doubled = checkpoint.read(note(9) + wrong)
    found = judge(request(0, 9)._replace(checkpoint=doubled), KNOWN, None)
    assert found == Verdict(403, code=Code.SIGNATURE_INVALID)
    beside = checkpoint.read(note(9) + checkpoint.read(note(9, key=STRANGER)).signatures[0].line().encode())
    assert judge(request(0, 9)._replace(checkpoint=beside), KNOWN, None).status == 200


def test_a_log_may_have_several_keys_and_cosign_itself() -> None:
    both = [STRANGER.verifier, LOG.verifier]
    assert judge(request(0, 9), both, None).status == 200
    lines = "".join(cosign(checkpoint.read(note(9)), WITNESS, 5)).encode()
    own = checkpoint.read(note(9, key=STRANGER) + lines)
    for verifier in WITNESS.verifiers:
        assert judge(request(0, 9)._replace(checkpoint=own), [verifier], None).status == 200
        assert judge(request(0, 9), [verifier], None).status == 403


def test_the_first_head_needs_no_proof_and_may_have_none() -> None:
    assert judge(request(0, 9), KNOWN, None) == Verdict(200, head(9))
    assert judge(request(0, 9)._replace(proof=(bytes(32),)), KNOWN, None).status == 422


def test_the_empty_tree_has_one_root() -> None:
    empty = request(0, 0)
    assert judge(empty, KNOWN, None) == Verdict(200, Head(0, EMPTY_ROOT))
    assert judge(empty, KNOWN, Head(0, EMPTY_ROOT)).status == 200
    other = checkpoint.read(checkpoint.make("DZ.exchange", 0, bytes(32), LOG))
    found = judge(empty._replace(checkpoint=other), KNOWN, None)
    assert found == Verdict(422, code=Code.CHECKPOINT_MISMATCH)
    assert judge(request(0, 3), KNOWN, Head(0, EMPTY_ROOT)).status == 200


def test_the_same_head_again_is_cosigned_again() -> None:
    assert judge(request(9, 9), KNOWN, head(9)) == Verdict(200, head(9))
    assert judge(request(9, 9)._replace(proof=(bytes(32),)), KNOWN, head(9)).status == 422


def test_another_root_of_the_same_size_is_an_equivocation() -> None:
    assert judge(request(9, 9, FORKED), KNOWN, head(9)) == Verdict(422, code=Code.EQUIVOCATION)
    assert judge(request(9, 12, FORKED), KNOWN, head(9)) == Verdict(422, code=Code.PROOF_INVALID)


def test_a_log_never_shrinks() -> None:
    assert judge(request(4, 9), KNOWN, head(12)).status == 409
    smaller = request(0, 4)._replace(old_size=12)
    assert judge(smaller, KNOWN, head(12)).status == 400


@dataclass
class Asked:
    old: int
    size: int
    forked: bool
    proof_of: bool
    noise: int


ASKED = st.builds(
    Asked, st.integers(0, 24), st.integers(0, 24), st.booleans(), st.booleans(), st.sampled_from([0, 0, 0, 1, 2])
)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.lists(st.tuples(ASKED, st.booleans()), max_size=14))
def test_no_sequence_splits_the_history(sequence: list[tuple[Asked, bool]]) -> None:
    """Requests of an honest and of a forked history, proofs of either and noise; half name the right size."""
    latest: Head | None = None
    accepted: list[tuple[Head, list[bytes]]] = []
    for each, follow in sequence:
        leaves = FORKED if each.forked else LEAVES
        old = (latest.size if latest else 0) if follow else each.old
        source = FORKED if each.proof_of else LEAVES
        path = tuple(consistency_path(source[: each.size], old)) if old <= each.size else ()
        path = (path, path[:-1], (*path, bytes(32)))[each.noise]
        asked = Request(old, path, b"", checkpoint.read(note(each.size, leaves)))
        verdict = judge(asked, KNOWN, latest)
        assert (verdict.head is not None) == (verdict.status == 200)
        if verdict.head is not None:
            latest = verdict.head
            accepted.append((latest, leaves))
        elif verdict.status == 409:
            assert verdict.latest == (latest.size if latest else 0) != old
    roots: dict[int, bytes] = {}
    for found, _ in accepted:
        assert roots.setdefault(found.size, found.root) == found.root
    for (before, _), (after, leaves) in pairwise(accepted):
        assert before.size <= after.size
        shown = consistency_path(leaves[: after.size], before.size)
        verify_consistency(old_size=before.size, old_root=before.root, size=after.size, root=after.root, path=shown)


def test_the_answers() -> None:
    lines = cosign(checkpoint.read(note(9)), WITNESS, 5)
    body = witness_wire.write_answer(lines)
    assert body == "".join(lines).encode()
    assert witness_wire.read_answer(body) == lines
    assert witness_wire.write_conflict(20852014) == b"20852014\n"
    assert witness_wire.read_conflict(b"20852014\n") == 20852014
    assert witness_wire.read_conflict(witness_wire.write_conflict(0)) == 0
    assert witness_wire.SIZE_TYPE == "text/x.tlog.size"


@pytest.mark.parametrize("bad", [b"", b"1", b"01\n", b"1\n\n", b"-1\n", b" 1\n", b"9007199254740992\n", b"x\n", b"\n"])
def test_other_sizes_are_refused(bad: bytes) -> None:
    assert code_of(witness_wire.read_conflict, bad) is Code.FILE_NOT_WELL_FORMED


@pytest.mark.parametrize("bad", [b"", b"\n", b"x\n", b"\xff\n", note(3), b"\n" + witness_wire.write_conflict(3)])
def test_other_answers_are_refused(bad: bytes) -> None:
    assert code_of(witness_wire.read_answer, bad) is Code.FILE_NOT_WELL_FORMED


def test_limits_of_an_answer() -> None:
    line = checkpoint.read(note(3)).signatures[0].line().encode()
    assert len(witness_wire.read_answer(line * 64)) == 64
    assert code_of(witness_wire.read_answer, line * 65) is Code.TOO_LARGE
    assert code_of(witness_wire.read_answer, b"x" * (checkpoint.MAX_NOTE + 1)) is Code.TOO_LARGE
    assert code_of(witness_wire.read_answer, line[:-1]) is Code.FILE_NOT_WELL_FORMED
    assert code_of(witness_wire.write_answer, []) is Code.FILE_NOT_WELL_FORMED


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.one_of(st.binary(max_size=200), st.text("old 0123456789\n=A—", max_size=120).map(str.encode)))
def test_only_our_errors_leave_the_readers(data: bytes) -> None:
    for read in (read_request, witness_wire.read_answer, witness_wire.read_conflict):
        for candidate in (data, b"old 4\n" + data + b"\n\n" + note(9), data + note(9)):
            try:
                read(candidate)
            except BadInput:
                continue
