"""Proof vectors of transparency-dev/merkle against `exchange.crypto.merkle`: every file, by its own `wantErr`.

Our makers of proofs give exactly the good ones, from the eight leaves that they are made of; the second verifier, which
has inclusion only, is held against the same files.

The subtree folders are of a draft about ranges of leaves: there is no function for them here, and none is needed, since
C2SP's cosignatures of ours are of whole trees. Those among them whose range starts at 0 are ordinary proofs, and run
too; the others (start above 0) do not.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from exchange.crypto.merkle import (
    consistency_path,
    inclusion_path,
    leaf_hash,
    levels_of,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from exchange.crypto.proofs import Tree
from exchange.errors import ChainBroken, Code
from tests.data import DATA
from tests.second import module

VECTORS = DATA / "vectors" / "merkle" / "testdata"
STRICTER = "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json"
"""Its roots are the words "don't care 2". Ours must be 32 bytes, so it is refused against its `wantErr`."""
STRICTER_SUBTREE = frozenset(
    {
        # the same words
        "subtreeconsistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
        # an empty tree with a random root: ours must be H("") (RFC 6962, section 2.1)
        "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-"
        "proof-is-empty.json",
    }
)


def files(folder: str) -> list[Path]:
    return sorted((VECTORS / folder).rglob("*.json"))


def from_zero(folder: str) -> list[Path]:
    return [path for path in files(folder) if json.loads(path.read_bytes())["start"] == 0]


def name(path: Path) -> str:
    return path.relative_to(VECTORS).as_posix()


def hashes(texts: list[str] | None) -> list[bytes]:
    return [base64.b64decode(text) for text in texts or []]


def one(text: str | None) -> bytes:
    return base64.b64decode(text or "")


def inclusion(vector: dict[str, Any], size: str) -> bool:
    """Whether the proof was refused, with the one code there is."""
    try:
        verify_inclusion(
            leaf=one(vector["leafHash"]),
            index=vector["leafIdx"],
            size=vector[size],
            path=hashes(vector["proof"]),
            root=one(vector["root"]),
        )
    except ChainBroken as error:
        return error.code is Code.PROOF_INVALID
    return False


def consistency(vector: dict[str, Any], old_size: str, size: str) -> bool:
    try:
        verify_consistency(
            old_size=vector[old_size],
            old_root=one(vector["root1"]),
            size=vector[size],
            root=one(vector["root2"]),
            path=hashes(vector["proof"]),
        )
    except ChainBroken as error:
        return error.code is Code.PROOF_INVALID
    return False


def test_the_folders_hold_what_was_looked_at() -> None:
    folders = ("inclusion", "consistency", "subtreeinclusion", "subtreeconsistency")
    assert [len(files(folder)) for folder in folders] == [98, 98, 204, 118]
    assert len(from_zero("subtreeinclusion")) > 90
    assert len(from_zero("subtreeconsistency")) > 50


@pytest.mark.parametrize("path", files("inclusion"), ids=name)
def test_inclusion(path: Path) -> None:
    vector = json.loads(path.read_bytes())
    assert vector.keys() == {"leafIdx", "treeSize", "root", "leafHash", "proof", "desc", "wantErr"}
    assert inclusion(vector, "treeSize") is vector["wantErr"]


@pytest.mark.parametrize("path", files("consistency"), ids=name)
def test_consistency(path: Path) -> None:
    vector = json.loads(path.read_bytes())
    assert vector.keys() == {"size1", "size2", "root1", "root2", "proof", "desc", "wantErr"}
    assert consistency(vector, "size1", "size2") is (vector["wantErr"] or name(path) == STRICTER)


def test_the_stricter_one_passes_with_roots_of_32_bytes() -> None:
    vector = json.loads((VECTORS / STRICTER).read_bytes())
    assert len(one(vector["root1"])) == 12
    for root in ("root1", "root2"):
        vector[root] = base64.b64encode(hashlib.sha256(one(vector[root])).digest()).decode()
    assert consistency(vector, "size1", "size2") is vector["wantErr"] is False


@pytest.mark.parametrize("path", from_zero("subtreeinclusion"), ids=name)
def test_subtree_inclusion_from_zero(path: Path) -> None:
    vector = json.loads(path.read_bytes())
    assert vector.keys() == {"leafIdx", "start", "end", "root", "leafHash", "proof", "desc", "wantErr"}
    assert inclusion(vector, "end") is vector["wantErr"]


@pytest.mark.parametrize("path", from_zero("subtreeconsistency"), ids=name)
def test_subtree_consistency_from_zero(path: Path) -> None:
    vector = json.loads(path.read_bytes())
    assert vector.keys() == {"start", "end", "size", "root1", "root2", "proof", "desc", "wantErr"}
    assert consistency(vector, "end", "size") is (vector["wantErr"] or name(path) in STRICTER_SUBTREE)


LEAVES = [
    leaf_hash(bytes.fromhex(text))
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
"""Hashes of the leaves that RFC 6962's reference trees have (transparency-dev/merkle, `testonly`)."""


def tree(size: int) -> Tree:
    levels = levels_of(LEAVES[:size])
    return Tree(lambda level, start, count: levels[8 * level][start : start + count], size)


def happy(folder: str) -> list[Path]:
    return [path for path in files(folder) if path.name == "happy-path.json"]


@pytest.mark.parametrize("path", happy("inclusion"), ids=name)
def test_we_make_the_same_inclusion_proofs(path: Path) -> None:
    vector = json.loads(path.read_bytes())
    index, size = vector["leafIdx"], vector["treeSize"]
    assert (LEAVES[index], root_of(LEAVES[:size])) == (one(vector["leafHash"]), one(vector["root"]))
    assert inclusion_path(LEAVES[:size], index) == tree(size).inclusion(index, size) == hashes(vector["proof"])


@pytest.mark.parametrize("path", happy("consistency"), ids=name)
def test_we_make_the_same_consistency_proofs(path: Path) -> None:
    vector = json.loads(path.read_bytes())
    old, size = vector["size1"], vector["size2"]
    assert (root_of(LEAVES[:old]), root_of(LEAVES[:size])) == (one(vector["root1"]), one(vector["root2"]))
    assert consistency_path(LEAVES[:size], old) == tree(size).consistency(old, size) == hashes(vector["proof"])


@pytest.mark.parametrize("path", files("inclusion"), ids=name)
def test_the_second_verifier_agrees_about_inclusion(path: Path) -> None:
    vector = json.loads(path.read_bytes())
    second = module()
    place = (vector["leafIdx"], vector["treeSize"], hashes(vector["proof"]))
    reached = second.climb(second.sha256, one(vector["leafHash"]), *place)
    assert (reached == b"" or reached != one(vector["root"])) is vector["wantErr"]
