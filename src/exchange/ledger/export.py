"""The audit export: one file of canonical JSON lines from which a stranger can verify a ledger offline.

`build` makes the lines from parts as they come, one at a time, so that a file may be larger than memory; it reads no
clock and no store. Reading is `exchange.ledger.verify`. Spec: docs/spec/ledger.md §5.

    {"exported":…,"kind":"exchange-audit","node":…,"root_fingerprint":…,"size":…,"v":1}        once, first
    {"descriptor":{"data":…,"fingerprint":…,"party":…}}                                        own and partners'
    {"agreement":{"document":…,"signatures":{…}}}
    {"entry":{…},"hash":…,"index":…,"salt":…}                                                  0, 1, 2 …
    {"checkpoint":…}                                                                           after entry size-1
    {"receipt":…}                                                                              after its entry
    {"signature":{"proof":…,"root":…}}                                                         once, last
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from exchange.crypto.encoding import b64, canonical, digest, unb64
from exchange.crypto.keys import SigningKey
from exchange.crypto.signing import sign_batch
from exchange.errors import BadInput, Code
from exchange.ledger.book import SALT

VERSION: Final = 1
KIND: Final = "exchange-audit"
MAX_LINE: Final = 2 << 20
"""Bytes of one line at most: an agreement of 1 MiB in base64."""


_ENTRY: Final = b'{"entry":'
_RECEIPT: Final = re.compile(rb'"receipt":"([0-9a-f]{64})"')


class DescriptorPart(NamedTuple):
    """One descriptor document, as signed. Old versions are needed as long as something signed under them is shown."""

    party: str
    fingerprint: str
    """Root fingerprint that it is signed under, hex."""
    data: bytes


class AgreementPart(NamedTuple):
    """One version of an agreement or national policy and its detached signatures."""

    document: bytes
    signatures: Mapping[str, bytes]
    """Party code -> detached signature."""


class EntryPart(NamedTuple):
    """An entry and its leaf hash as it was stored when the entry was written, not as computed now.

    Writing the stored hash makes an entry that was edited in the database stand out by its own index.
    """

    entry: bytes
    leaf_hash: bytes
    salt: bytes = b""
    """16 bytes; empty of an entry from before salts."""


class CheckpointPart(NamedTuple):
    """A signed checkpoint and its size."""

    size: int
    note: bytes


@dataclass(frozen=True, slots=True)
class Parts:
    """What an export is made of. Iterables are read once, in the order of the fields, entries with checkpoints."""

    node: str
    root_fingerprint: str
    exported: str
    """`YYYY-MM-DDTHH:MM:SSZ`; the node's signing key must be valid then."""
    size: int
    """How many entries: from index 0."""
    descriptors: Iterable[DescriptorPart]
    """The node's own (at least one) and its partners'."""
    agreements: Iterable[AgreementPart]
    entries: Iterable[EntryPart]
    """Exactly `size`, in index order."""
    checkpoints: Iterable[CheckpointPart]
    """In order of size, none larger than `size`; the last of exactly `size`."""
    receipts: Iterable[bytes]
    """Wire bytes of receipts, in any order. Those that none of the entries names are left out."""


def receipt_digest(wire: bytes) -> str:
    """Hex digest of a receipt's wire bytes: what `receipt.received` names."""
    return digest("exchange/receipt/1", wire).hex()


def summary(node: str, size: int, lines: int, sha256: bytes) -> bytes:
    """What the last line signs: how many lines come before it and the SHA-256 of them with their newlines."""
    return canonical({"v": VERSION, "node": node, "size": size, "lines": lines, "sha256": sha256.hex()})


def build(parts: Parts, key: SigningKey) -> Iterator[bytes]:
    """The lines of the export, each with its newline. Write them as they are.

    BadInput(EXPORT_MALFORMED) while iterating when the parts do not belong together: the file is worthless then.
    """
    hasher, count = hashlib.sha256(), 0
    for line in _lines(parts):
        hasher.update(line)
        count += 1
        yield line
    signed = summary(parts.node, parts.size, count, hasher.digest())
    root, proofs = sign_batch(key, "exchange/audit/1", [signed])
    yield _line({"signature": {"root": b64(root), "proof": b64(proofs[0])}})


def entry_line(index: int, part: EntryPart) -> bytes:
    """The line of one entry. The entry's canonical bytes stand in it as they are."""
    hash_, salt = b64(part.leaf_hash).encode("ascii"), b64(part.salt).encode("ascii")
    return b'{"entry":%b,"hash":"%b","index":%d,"salt":"%b"}\n' % (part.entry, hash_, index, salt)


def split_entry(line: bytes) -> tuple[bytes, bytes] | None:
    """The entry's bytes as they stand in an entry line, and its salt; None for a line of another kind.

    Nothing is checked: whoever believes it makes the line again and compares. The salt is empty where none can be read.
    """
    if not line.startswith(_ENTRY):
        return None
    end = line.rfind(b'"}')
    try:
        salt = unb64(line[line.rfind(b',"salt":"') + 9 : end].decode("ascii"))
    except (BadInput, UnicodeDecodeError):
        salt = b""
    return line[len(_ENTRY) : line.rfind(b',"hash":"')], salt if len(salt) == SALT else b""


def _lines(parts: Parts) -> Iterator[bytes]:
    yield _line(
        {
            "v": VERSION,
            "kind": KIND,
            "node": parts.node,
            "root_fingerprint": parts.root_fingerprint,
            "exported": parts.exported,
            "size": parts.size,
        }
    )
    for descriptor in parts.descriptors:
        members = {"party": descriptor.party, "fingerprint": descriptor.fingerprint, "data": b64(descriptor.data)}
        yield _line({"descriptor": members})
    for agreement in parts.agreements:
        signatures = {party: b64(signature) for party, signature in agreement.signatures.items()}
        yield _line({"agreement": {"document": b64(agreement.document), "signatures": signatures}})
    named: set[bytes] = set()
    yield from _log(parts, named)
    for receipt in parts.receipts:
        if receipt_digest(receipt).encode() in named:
            yield _line({"receipt": b64(receipt)})


def _log(parts: Parts, named: set[bytes]) -> Iterator[bytes]:
    """Entries, with every checkpoint right behind the last entry that it covers. Collects named receipts."""
    checkpoints = iter(parts.checkpoints)
    waiting = next(checkpoints, None)
    index = -1
    for index, part in enumerate(parts.entries):
        yield entry_line(index, part)
        if b'"kind":"receipt.received"' in part.entry:
            named.update(_RECEIPT.findall(part.entry))
        while waiting is not None and waiting.size <= index + 1:
            yield _line({"checkpoint": waiting.note.decode("utf-8")})
            waiting = next(checkpoints, None)
    if index + 1 != parts.size or waiting is not None:
        raise BadInput(Code.EXPORT_MALFORMED, size=parts.size, entries=index + 1)


def _line(value: Mapping[str, object]) -> bytes:
    line = canonical(value) + b"\n"
    if len(line) > MAX_LINE:
        raise BadInput(Code.EXPORT_MALFORMED, limit=MAX_LINE)
    return line
