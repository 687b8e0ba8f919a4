"""The package of a blind audit: a zip of the ledger's export and, for each release, what its decisions came to.

    ledger.jsonl            the export as ever
    decisions/INDEX.json    one for each `release.decided`, named by its ledger index (`blind`)
    manifest.json           node, root fingerprint, size, time, and the SHA-256 of each member before it
    signature.json          batch signature over the manifest

`build` streams it; `Package` reads one without trust: names, sizes and counts are looked at before anything is opened.
Neither reads a clock or opens a file. Spec: docs/spec/ledger.md §10.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Final, NamedTuple, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, LargeZipFile, ZipFile

from exchange.crypto.encoding import b64, canonical
from exchange.crypto.keys import SigningKey
from exchange.crypto.signing import sign_batch
from exchange.errors import BadInput, Code, TooLarge
from exchange.ledger.blind_file import MAX_FILE as MAX_DECISION
from exchange.ledger.export import MAX_LINE
from exchange.ledger.zipped import Sink
from exchange.ledger.zipped import member as member_of

LEDGER: Final = "ledger.jsonl"
MANIFEST: Final = "manifest.json"
SIGNATURE: Final = "signature.json"
DECISION: Final = re.compile(r"decisions/(0|[1-9][0-9]{0,15})\.json", re.ASCII)
KIND: Final = "exchange-blind-audit"
TYPE: Final = "exchange/blind-audit/1"
MAX_MEMBERS: Final = 250_000
MAX_MANIFEST: Final = 64 << 20
MAX_SIGNATURE: Final = 64 << 10
"""Bytes of a member, decompressed."""
RATIO: Final = 64
"""Decompressed, a package is at most this many times its own size and `SLACK`; digests do not compress."""
SLACK: Final = 1 << 20
_CHUNK: Final = 1 << 20
_BROKEN = (BadZipFile, LargeZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
"""What `zipfile` raises for bytes that are no sound archive; NotImplementedError is a compression that it does not
know."""


class Member(NamedTuple):
    """A member as the manifest lists it."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Contents:
    """What a package is made of. `made`: `YYYY-MM-DDTHH:MM:SSZ`; the node's signing key must be valid then."""

    node: str
    root_fingerprint: str
    made: str
    size: int
    ledger: Iterable[bytes]
    """Lines of the export."""
    decisions: Iterable[tuple[int, bytes]]
    """(ledger index of a `release.decided`, file), in order."""


def build(contents: Contents, key: SigningKey) -> Iterator[bytes]:
    """The bytes of the package, in pieces. TooLarge while iterating: the file is worthless then."""
    sink = Sink()
    archive = ZipFile(cast("IO[bytes]", sink), "w", ZIP_DEFLATED)
    listed: list[Member] = []
    yield from _ledger(archive, sink, contents.ledger, listed)
    for index, file in contents.decisions:
        if len(file) > MAX_DECISION or len(listed) >= MAX_MEMBERS - 2:
            raise TooLarge(limit=MAX_DECISION if len(file) > MAX_DECISION else MAX_MEMBERS)
        name = f"decisions/{index}.json"
        archive.writestr(member_of(name), file)
        listed.append(Member(name, hashlib.sha256(file).hexdigest()))
        yield sink.take()
    manifest = _manifest(contents, listed)
    root, proofs = sign_batch(key, TYPE, [manifest])
    archive.writestr(member_of(MANIFEST), manifest)
    archive.writestr(member_of(SIGNATURE), canonical({"root": b64(root), "proof": b64(proofs[0])}))
    archive.close()
    yield sink.take()


def _ledger(archive: ZipFile, sink: Sink, lines: Iterable[bytes], listed: list[Member]) -> Iterator[bytes]:
    hasher = hashlib.sha256()
    with archive.open(member_of(LEDGER), "w", force_zip64=True) as member:
        for line in lines:
            hasher.update(line)
            member.write(line)
            if piece := sink.take():
                yield piece
    listed.append(Member(LEDGER, hasher.hexdigest()))
    yield sink.take()


def _manifest(contents: Contents, listed: list[Member]) -> bytes:
    return canonical(
        {
            "v": 1,
            "kind": KIND,
            "node": contents.node,
            "root_fingerprint": contents.root_fingerprint,
            "made": contents.made,
            "size": contents.size,
            "members": [{"name": each.name, "sha256": each.sha256} for each in listed],
        }
    )


class Package:
    """A package as a stranger's bytes. BadInput(EXPORT_MALFORMED) for names, sizes or bytes that no package has."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        """`size`: bytes of the file."""
        try:
            self._archive = ZipFile(file)
        except _BROKEN:
            raise _malformed() from None
        infos = self._archive.infolist()
        self.names = [info.orig_filename for info in infos]
        limits = [_limit(name) for name in self.names]
        sound = (
            not self._archive.comment
            and len(infos) <= MAX_MEMBERS
            and len(set(self.names)) == len(infos)
            and LEDGER in self.names
            and all(limit is not None for limit in limits)
            and all(info.compress_type in (ZIP_STORED, ZIP_DEFLATED) and not info.flag_bits & 1 for info in infos)
            and all(limit is None or info.file_size <= limit for info, limit in zip(infos, limits, strict=True))
            and sum(info.file_size for info in infos) <= RATIO * size + SLACK
        )
        if not sound:
            raise _malformed()

    def decisions(self) -> dict[int, str]:
        """Ledger index -> name of the member."""
        found = {name: DECISION.fullmatch(name) for name in self.names}
        return {int(match[1]): name for name, match in found.items() if match is not None}

    def read(self, name: str) -> bytes:
        """A whole member that is not the ledger: sizes were looked at. BadInput."""
        try:
            return self._archive.read(name)
        except _BROKEN:
            raise _malformed() from None

    def lines(self, digests: list[str]) -> Iterator[bytes]:
        """The ledger's lines with their newlines; a line without end is cut. Puts the member's SHA-256 (hex) behind
        `digests` once all are read. BadInput while iterating."""
        hasher, rest = hashlib.sha256(), b""
        try:
            with self._archive.open(LEDGER) as data:
                while chunk := data.read(_CHUNK):
                    hasher.update(chunk)
                    *whole, rest = (rest + chunk).split(b"\n")
                    yield from (line + b"\n" for line in whole)
                    if len(rest) > MAX_LINE:
                        yield rest
                        rest = b""
        except _BROKEN:
            raise _malformed() from None
        if rest:
            yield rest
        digests.append(hasher.hexdigest())


def _limit(name: str) -> int | None:
    """How large this member may be; None for a name that no package has."""
    fixed = {LEDGER: 1 << 50, MANIFEST: MAX_MANIFEST, SIGNATURE: MAX_SIGNATURE}
    return fixed.get(name, MAX_DECISION if DECISION.fullmatch(name) else None)


def _malformed() -> BadInput:
    return BadInput(Code.EXPORT_MALFORMED, at="package")
