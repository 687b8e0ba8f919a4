"""Witnessing against what others wrote: the specifications' examples, skylight's witnesses, Wycheproof's ML-DSA-44.

The specifications publish no keys for their examples, so these are read, not verified. Skylight's log signs with ECDSA
(type 0x05), which is unknown here; where a witness must know the log, the mirror's key stands for it.
"""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from exchange.crypto import checkpoint, witness_wire
from exchange.crypto.checkpoint import COSIGNATURE_MLDSA, Verifier, key_id
from exchange.crypto.cosign import with_cosignatures
from exchange.crypto.merkle import root_of
from exchange.crypto.tiles import TiledTree
from exchange.crypto.witness_wire import EMPTY_ROOT, Head, judge, read_request, write_request
from exchange.errors import Code
from tests.conformance.test_shared_vectors_tlog import MIRROR, SKYLIGHT, WITNESSED, WITNESSED_2, mirrored, verifier
from tests.data import DATA
from tests.unit.crypto_kit import code_of

SPEC = DATA / "vectors" / "c2sp" / "tlog-witness.md"
MIRROR_KEY = verifier(SKYLIGHT / "witness/mirror/mirror.v0.json")
WITNESS_KEY = verifier(SKYLIGHT / "witness/witness.v0.json")
WITNESS_2_KEY = verifier(SKYLIGHT / "witness2/witness.v0.json")
LOG = (SKYLIGHT / "tree/checkpoint").read_bytes()
NOTE = (MIRROR / "checkpoint").read_bytes()
HEAD = checkpoint.read(NOTE)


def example(title: str) -> bytes:
    """An indented block of tlog-witness.md."""
    text = SPEC.read_text("utf-8")
    (found,) = re.findall(rf"^{title}:\n\n((?:    .*\n|\n)+)", text[: text.index("### sign-subtree")], re.MULTILINE)
    return (re.sub(r"^    ", "", found, flags=re.MULTILINE).strip("\n") + "\n").encode()


def line_of(note: bytes, name: str) -> str:
    (found,) = [each.line() for each in checkpoint.read(note).signatures if each.name == name]
    return found


def test_the_specifications_request_is_read_and_written_the_same() -> None:
    body = example("Example request body")
    request = read_request(body)
    assert (request.old_size, len(request.proof)) == (20852014, 4)
    assert (request.checkpoint.origin, request.checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert len(request.checkpoint.signatures) == 2
    assert write_request(request.old_size, request.proof, request.note) == body
    assert judge(request, [], None).status == 404
    assert judge(request, [MIRROR_KEY], None).status == 403


def test_the_specifications_answer_is_read_and_written_the_same() -> None:
    body = example("Example response body")
    lines = witness_wire.read_answer(body)
    assert [line.split(" ")[1] for line in lines] == ["witness.example/w1", "witness.example/w1", "witness.example/w2"]
    assert witness_wire.write_answer(lines) == body
    sizes = {len(checkpoint.read_signature(line[:-1]).signature) for line in lines}
    assert sizes == {8 + 64}
    assert with_cosignatures(LOG, lines, [WITNESS_KEY]) == LOG


def test_a_witnesss_line_on_the_logs_checkpoint_is_what_its_tool_wrote() -> None:
    line = line_of(WITNESSED.read_bytes(), "witness.example.org")
    assert with_cosignatures(LOG, [line], [WITNESS_KEY]) == WITNESSED.read_bytes()
    assert with_cosignatures(LOG, [line], [WITNESS_2_KEY]) == LOG
    assert with_cosignatures(WITNESSED.read_bytes(), [line], [WITNESS_KEY]) == WITNESSED.read_bytes()


def test_a_cosignature_borrowed_from_another_log_of_the_same_root() -> None:
    """Rome's and Milan's test logs have one size and one root; only the origin differs."""
    rome, milan = checkpoint.read(WITNESSED.read_bytes()), checkpoint.read(WITNESSED_2.read_bytes())
    assert (rome.size, rome.root) == (milan.size, milan.root)
    line = line_of(WITNESSED_2.read_bytes(), "witness2.example.org")
    assert checkpoint.verify_cosignature(milan, WITNESS_2_KEY) > 0
    assert code_of(with_cosignatures, LOG, [line], [WITNESS_2_KEY]) is Code.SIGNATURE_INVALID


def test_a_cosignature_under_another_witnesss_name() -> None:
    line = line_of(WITNESSED.read_bytes(), "witness.example.org")
    stolen = checkpoint.read_verifier(WITNESS_2_KEY)
    blob = checkpoint.read_signature(line[:-1]).signature
    renamed = checkpoint.NoteSignature(stolen.name, stolen.key_id, blob).line()
    assert code_of(with_cosignatures, LOG, [renamed], [WITNESS_2_KEY]) is Code.SIGNATURE_INVALID


def test_a_cosignature_made_younger() -> None:
    signature = checkpoint.read_signature(line_of(WITNESSED.read_bytes(), "witness.example.org")[:-1])
    time = int.from_bytes(signature.signature[:8], "big")
    for other in (time + 86_400, time - 1, 0):
        changed = signature._replace(signature=other.to_bytes(8, "big") + signature.signature[8:]).line()
        assert code_of(with_cosignatures, LOG, [changed], [WITNESS_KEY]) is Code.SIGNATURE_INVALID


def test_a_foreign_log_is_followed_from_its_tiles() -> None:
    """Each older size of the mirrored log to its cosigned head, with the proof from its tiles."""
    leaves = mirrored()
    tree = TiledTree(300, lambda tile: (MIRROR / tile.path).read_bytes())
    for old in [0, 1, 2, 127, 128, 129, 255, 256, 257, 298, 299, 300]:
        request = read_request(write_request(old, tree.consistency_path(old), NOTE))
        before = Head(old, root_of(leaves[:old])) if old else None
        assert judge(request, [MIRROR_KEY], before).head == Head(300, HEAD.root)
        if old:
            assert judge(request, [MIRROR_KEY], Head(old, HEAD.root[::-1])).status == 422
            assert judge(request, [MIRROR_KEY], None).latest == 0
            assert judge(request, [MIRROR_KEY], None).status == 409


def test_a_foreign_split_view_of_one_size() -> None:
    """Skylight's log signed another root for 300 than its mirror holds: who saw the one never cosigns the other."""
    seen = Head(300, checkpoint.read(LOG).root)
    assert judge(read_request(write_request(300, [], NOTE)), [MIRROR_KEY], seen).code is Code.EQUIVOCATION
    assert judge(read_request(write_request(0, [], NOTE)), [MIRROR_KEY], seen).status == 409
    assert judge(read_request(write_request(0, [], NOTE)), [MIRROR_KEY], Head(0, EMPTY_ROOT)).status == 200


@pytest.mark.parametrize("key", [WITNESS_KEY, WITNESS_2_KEY])
def test_a_foreign_head_signed_by_a_stranger(key: str) -> None:
    assert judge(read_request(write_request(0, [], NOTE)), [key], None).status == 403


def test_a_foreign_head_changed_after_it_was_signed() -> None:
    for old, new in ((b"\n300\n", b"\n301\n"), (b"rome2026h1", b"rome2026h2"), (b"gw31", b"gw32")):
        changed = read_request(write_request(0, [], NOTE.replace(old, new)))
        assert judge(changed, [MIRROR_KEY], None).code is Code.SIGNATURE_INVALID


def test_mldsa_44_verifies_as_published() -> None:
    """Every case: those with a context, a wrong key or a wrong signature must fail, since ours has no context."""
    file = json.loads((DATA / "vectors" / "wycheproof" / "mldsa_44_verify_test.json").read_bytes())
    seen: Counter[bool] = Counter()
    for group in file["testGroups"]:
        public = bytes.fromhex(group["publicKey"])
        key = Verifier("w", key_id("w", public, COSIGNATURE_MLDSA), COSIGNATURE_MLDSA, public)
        for case in group["tests"]:
            valid = case["result"] == "valid" and not case.get("ctx")
            signature, message = bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"])
            expected = None if valid else Code.SIGNATURE_INVALID
            assert code_of(checkpoint.check, key, signature, message) is expected, case["tcId"]
            seen[valid] += 1
    assert sum(seen.values()) == file["numberOfTests"]
    assert min(seen.values()) >= 10
