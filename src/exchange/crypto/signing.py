"""One hybrid signature for many payloads: an RFC 6962 tree over the payloads, its root signed once.

A single payload is a batch of one. This module does not know what a payload means, nor when a key is valid: the
caller's `key_of` decides that, each time, also when the root was verified before. Spec: docs/spec/envelope.md §2.

    root document  = canonical JSON {"ed25519","kid","mldsa","root","size","suite","type"}
    signed message = PAE("exchange/batch/1", type, size in decimal, tree root)
    proof          = index (4 bytes, big endian) ‖ inclusion path, lowest first, each one hash of the suite long

Verification, each step against one attack:
1 the root document has exactly this form       (two readings of one document)
2 its type is the expected one                   (a receipt passed off as a manifest)
3 the key is the one `key_of` gives for the kid  (another's key; a revoked key)
4 its suite is the key's                         (a weaker suite for the same key)
5 both signatures                                (forgery, stripping one half)
6 the payload is leaf `index` under that root    (another payload, a longer or shorter path)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from exchange.crypto.encoding import JsonValue, b64, canonical, pae, read_shaped
from exchange.crypto.fields import KID, NAME_TYPE, Fields
from exchange.crypto.keys import SigningKey, VerifyKey
from exchange.crypto.keys.signature import ED25519_SIGNATURE
from exchange.crypto.merkle import leaf_hash, levels_of, path_in, root_from_path
from exchange.crypto.suites import suite
from exchange.errors import BadInput, ChainBroken, Code, SignatureInvalid

KeyOf = Callable[[str], VerifyKey]
"""Key id -> key that is valid now; raises UntrustedKey."""
MAX_BATCH = 1 << 20
MAX_ROOT = 16 << 10
"""Bytes of a root document."""
MAX_PATH = 20
_MEMBERS = ("ed25519", "kid", "mldsa", "root", "size", "suite", "type")


class BatchRoot(NamedTuple):
    """A parsed root document. Its signatures are unverified until `check` returned."""

    kid: str
    suite: int
    type: str
    size: int
    root: bytes
    ed25519: bytes
    mldsa: bytes

    def message(self) -> bytes:
        return pae("exchange/batch/1", self.type.encode("ascii"), b"%d" % self.size, self.root)

    def check(self, key: VerifyKey) -> None:
        """Steps 3 (identity), 4 and 5."""
        if key.kid != self.kid or key.suite != self.suite:
            raise SignatureInvalid(kid=self.kid)
        key.verify(self.message(), self.ed25519, self.mldsa)


class RootCache:
    """Roots that were verified, with the key that verified them; the least recently used leave first.

    Keyed by the whole root document, not by a digest: equality is exact, and Python keeps the hash of a bytes object.
    Several threads may share one: what a race can lose is an entry, never the link between a root and its key.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._known: dict[bytes, tuple[BatchRoot, VerifyKey]] = {}

    def get(self, document: bytes) -> tuple[BatchRoot, VerifyKey] | None:
        found = self._known.pop(document, None)
        if found is not None:
            self._known[document] = found
        return found

    def put(self, document: bytes, root: BatchRoot, key: VerifyKey) -> None:
        self._known[document] = (root, key)
        while len(self._known) > self._limit:
            self._known.pop(next(iter(self._known), b""), None)

    def __len__(self) -> int:
        return len(self._known)


def sign_batch(key: SigningKey, type_: str, payloads: Sequence[bytes]) -> tuple[bytes, list[bytes]]:
    """(root document, one proof for each payload). BadInput(TOO_LARGE…) unless there are 1 to 2^20 payloads."""
    if not 1 <= len(payloads) <= MAX_BATCH:
        raise BadInput(Code.TOO_LARGE, limit=MAX_BATCH)
    hash_ = suite(key.suite).hash
    levels = levels_of([leaf_hash(payload, hash_) for payload in payloads], hash_)
    draft = BatchRoot(key.kid, key.suite, type_, len(payloads), levels[-1][0], b"", b"")
    ed25519, mldsa = key.sign(draft.message())
    document = {
        "kid": draft.kid,
        "suite": draft.suite,
        "type": type_,
        "size": draft.size,
        "root": b64(draft.root),
        "ed25519": b64(ed25519),
        "mldsa": b64(mldsa),
    }
    proofs = [index.to_bytes(4, "big") + b"".join(path_in(levels, index)) for index in range(len(payloads))]
    return canonical(document), proofs


def read_root(document: bytes) -> BatchRoot:
    """Step 1. SignatureInvalid if `document` is not exactly a root document; nothing is verified."""
    try:
        return root_of_value(read_shaped(document, limit=MAX_ROOT))
    except BadInput:
        raise SignatureInvalid from None


def root_of_value(value: JsonValue) -> BatchRoot:
    """The same for a root document that stands inside another canonical document. BadInput."""
    fields = Fields(value, _MEMBERS, Code.SIGNATURE_INVALID)
    kind = suite(fields.integer("suite"))
    return BatchRoot(
        kid=fields.text("kid", KID),
        suite=kind.id,
        type=fields.text("type", NAME_TYPE),
        size=fields.integer("size", 1, MAX_BATCH),
        root=fields.binary("root", kind.hash_size),
        ed25519=fields.binary("ed25519", ED25519_SIGNATURE),
        mldsa=fields.binary("mldsa", kind.mldsa_signature_size),
    )


def root_kid(document: bytes) -> str:
    """The key id that a root document names. SignatureInvalid if it is none."""
    return read_root(document).kid


def verify(
    root: bytes, proof: bytes, type_: str, payload: bytes, key_of: KeyOf, cache: RootCache | None = None
) -> VerifyKey:
    """Checks that `payload` was signed as a `type_` under a key that `key_of` accepts; returns that key.

    SignatureInvalid, or what `key_of` raises.
    """
    found = cache.get(root) if cache is not None else None
    batch = found[0] if found is not None else read_root(root)  # 1
    if batch.type != type_:  # 2
        raise SignatureInvalid(kid=batch.kid)
    key = key_of(batch.kid)  # 3
    if found is None or (found[1] is not key and found[1] != key):
        batch.check(key)  # 3 4 5
        if cache is not None:
            cache.put(root, batch, key)
    _check_leaf(batch, proof, payload)  # 6
    return key


def _check_leaf(batch: BatchRoot, proof: bytes, payload: bytes) -> None:
    kind = suite(batch.suite)
    size = kind.hash_size
    if len(proof) < 4 or (len(proof) - 4) % size or len(proof) > 4 + MAX_PATH * size:
        raise SignatureInvalid(kid=batch.kid)
    path = [proof[at : at + size] for at in range(4, len(proof), size)]
    index = int.from_bytes(proof[:4], "big")
    try:
        root = root_from_path(leaf_hash(payload, kind.hash), index, batch.size, path, kind.hash)
    except ChainBroken:
        raise SignatureInvalid(kid=batch.kid) from None
    if root != batch.root:
        raise SignatureInvalid(kid=batch.kid)
