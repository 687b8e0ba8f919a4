"""Logs of others, as their tools wrote them: checkpoints, cosignatures and tiles of C2SP sunlight's own test data.

`skylight/tree` is a log whose tiles are placeholders ("fake …"), so only its checkpoint can be checked; its mirror has
real tiles, a mirror's cosignature and 300 leaves. `sunlight_navigli` has level 0 tiles and no checkpoint.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from pathlib import Path

import pytest

from exchange.crypto import checkpoint
from exchange.crypto.merkle import (
    Frontier,
    consistency_path,
    inclusion_path,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from exchange.errors import BadInput, Code, SignatureInvalid, UntrustedKey
from exchange.ledger import book
from tests.data import DATA

TLOG = DATA / "vectors" / "tlog"
SKYLIGHT = TLOG / "skylight"
LOG_HASH = "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706"
MIRROR = SKYLIGHT / "witness" / "mirror" / LOG_HASH
ROOT = "lCkHUpkmVBEms2r2T1K6Og69+wUuuN3MIEW1/ezu2v0="
WITNESSED = SKYLIGHT / "witness" / LOG_HASH / "checkpoint"
WITNESSED_2 = SKYLIGHT / "witness2" / "88ad7a28caeb0b2aa890fdf0304c2fcaf59fca2ee140134ff8c1300bac493482" / "checkpoint"


def tile(path: Path) -> list[bytes]:
    """The hashes of one tile."""
    data = path.read_bytes()
    assert len(data) % 32 == 0
    assert data
    return [data[at : at + 32] for at in range(0, len(data), 32)]


def verifier(path: Path) -> str:
    keys = json.loads(path.read_bytes())["verifier_keys"]
    assert len(keys) == 1
    return str(keys[0])


def mirrored() -> list[bytes]:
    return tile(MIRROR / "tile/0/000") + tile(MIRROR / "tile/0/001.p/44")


def test_the_logs_own_checkpoint() -> None:
    described = json.loads((SKYLIGHT / "tree/log.v3.json").read_bytes())
    head = checkpoint.read((SKYLIGHT / "tree/checkpoint").read_bytes())
    assert (head.origin, head.size, base64.b64encode(head.root).decode()) == ("rome2026h1.example.org", 300, ROOT)
    assert described["final_tree_head"]["sha256_root_hash"] == ROOT
    assert head.extensions == ()
    # static-ct-api: the key id is made of the type 0x05 and the 32-byte log id.
    (signature,) = head.signatures
    log_id = base64.b64decode(described["log_id"])
    assert log_id == hashlib.sha256(base64.b64decode(described["key"])).digest()
    assert (signature.name, signature.key_id) == (head.origin, checkpoint.key_id(head.origin, log_id, 0x05))


@pytest.mark.parametrize(
    ("note", "keys"),
    [
        (WITNESSED, SKYLIGHT / "witness/witness.v0.json"),
        (WITNESSED_2, SKYLIGHT / "witness2/witness.v0.json"),
        (MIRROR / "checkpoint", SKYLIGHT / "witness/mirror/mirror.v0.json"),
    ],
    ids=["witness", "witness2", "mirror"],
)
def test_cosignatures_verify(note: Path, keys: Path) -> None:
    data = note.read_bytes()
    head = checkpoint.read(data)
    assert checkpoint.verify_cosignature(head, verifier(keys)) == 0x69546780
    changed = checkpoint.read(data.replace(b"\n300\n", b"\n301\n"))
    with pytest.raises(SignatureInvalid):
        checkpoint.verify_cosignature(changed, verifier(keys))


def test_a_witness_that_did_not_sign_is_unknown() -> None:
    head = checkpoint.read(WITNESSED.read_bytes())
    with pytest.raises(UntrustedKey):
        checkpoint.verify_cosignature(head, verifier(SKYLIGHT / "witness2/witness.v0.json"))
    with pytest.raises(UntrustedKey):  # a cosignature is not a log's signature
        checkpoint.verify(WITNESSED.read_bytes(), verifier(SKYLIGHT / "witness/witness.v0.json"))


def test_a_witness_adds_to_the_same_text() -> None:
    own = checkpoint.read((SKYLIGHT / "tree/checkpoint").read_bytes())
    witnessed = checkpoint.read(WITNESSED.read_bytes())
    assert own.note.text == witnessed.note.text
    assert witnessed.signatures[:1] == own.signatures
    assert len(witnessed.signatures) == 2


@pytest.mark.parametrize("decoy", ["witness/checkpoint", "witness/mirror/checkpoint"])
def test_decoys_are_no_checkpoints(decoy: str) -> None:
    with pytest.raises(BadInput) as caught:
        checkpoint.read((SKYLIGHT / decoy).read_bytes())
    assert caught.value.code is Code.FILE_NOT_WELL_FORMED


def test_the_mirrors_tiles_give_its_checkpoint() -> None:
    leaves = mirrored()
    head = checkpoint.read((MIRROR / "checkpoint").read_bytes())
    assert len(leaves) == head.size == 300
    assert root_of(leaves) == head.root
    assert [root_of(leaves[:256])] == tile(MIRROR / "tile/1/000.p/1")
    grown = book.EMPTY
    for start in range(0, 300, 7):
        grown = book.extend_hashes(grown, leaves[start : start + 7])
    assert (grown.size, book.root(grown)) == (300, head.root)


@pytest.mark.parametrize("index", [0, 1, 255, 256, 298, 299])
def test_proofs_over_the_mirrors_leaves(index: int) -> None:
    leaves = mirrored()
    head = checkpoint.read((MIRROR / "checkpoint").read_bytes())
    path = inclusion_path(leaves, index)
    verify_inclusion(leaf=leaves[index], index=index, size=300, path=path, root=head.root)
    old = index + 1
    proof = consistency_path(leaves, old)
    verify_consistency(old_size=old, old_root=root_of(leaves[:old]), size=300, root=head.root, path=proof)


def test_navigli_tiles_join() -> None:
    folder = TLOG / "sunlight_navigli/tile/0"
    tiles = [tile(folder / f"{number:03}") for number in range(4)]
    assert [len(each) for each in tiles] == [256, 256, 256, 256]
    assert tile(folder / "003.p/10") == tiles[3][:10]  # a partial tile is the beginning of the full one
    leaves = [leaf for each in tiles for leaf in each]
    assert len(set(leaves)) == 1024
    # level 1 of tlog-tiles: the tree over the four tiles' roots is the tree over their leaves
    assert root_of([root_of(each) for each in tiles]) == root_of(leaves) == Frontier().append(leaves).root()
    partial = leaves[:778]
    proof = consistency_path(leaves, 778)
    verify_consistency(old_size=778, old_root=root_of(partial), size=1024, root=root_of(leaves), path=proof)


def test_placeholders_are_what_they_say() -> None:
    """Why the log's own tiles are not hashed here."""
    for place in ("tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"):
        assert (SKYLIGHT / "tree" / place).read_bytes().startswith(b"fake ")
    for bundle in ("tile/entries/000", "tile/entries/001.p/44"):
        assert gzip.decompress((MIRROR / bundle).read_bytes()).startswith(b"fake ")
