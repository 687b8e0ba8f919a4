"""A large audit export with real keys, made in little memory: what the ledger's benchmark verifies.

The mix, in rounds of 16 releases (`ROUND` entries, `HEADS` heads), each line one transaction with its own head:

    16 proposals in one transaction (one officer's search)                      16 entries   1 head
    16 × an approval                                                            16          16
    16 × the release and what was decided on, 1 to 4 records                    32          16
    16 receipts: two rows of 8 envelopes, each row under one hybrid signature   16           2
    8 envelopes taken in from the partner, in one transaction                    8           1
    4 × a record read, 2 × a list read, 1 deposit of 20 records                  7           7

Four fifths are releases with their proposals, approvals, decisions and receipts; a head stands behind every 2.2
entries. Every release has its receipt.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from collections import deque
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import IO, Final

from exchange.crypto import checkpoint
from exchange.crypto.encoding import b64
from exchange.crypto.receipts import Receipt, sign_receipts
from exchange.ledger import book
from exchange.ledger.entries import entry
from exchange.ledger.export import CheckpointPart, EntryPart, Parts, build, receipt_digest
from tests.unit.ledger_kit import AGREEMENT, POLICY, START, agreement, digest_of, hex_of, party

RELEASES: Final = 16
ROW: Final = 8
"""Receipts under one signature; a node signs up to 16 together (ADR 0014)."""
ROUND: Final = 95
HEADS: Final = 43
_LASTS_S: Final = 50_000
"""Seconds that the ledger's times cover, within what the kit's agreement is in force."""


Fields = dict[str, str | int | list[str]]


class Ledger:
    """A ledger while it is written: entries and heads come out as `build` asks for them, receipts lie in a file."""

    def __init__(self, entries: int, receipts: IO[bytes]) -> None:
        self._wanted = entries
        self._receipts = receipts
        self._lengths: list[int] = []
        self._head = book.EMPTY
        self._parts: deque[EntryPart] = deque()
        self._notes: deque[CheckpointPart] = deque()
        self._at = ""
        self._told = self.transactions()

    def entries(self) -> Iterator[EntryPart]:
        while self._parts or self._step():
            yield self._parts.popleft()

    def checkpoints(self) -> Iterator[CheckpointPart]:
        while self._notes or self._step():
            yield self._notes.popleft()

    def receipts(self) -> Iterator[bytes]:
        self._receipts.seek(0)
        for length in self._lengths:
            yield self._receipts.read(length)

    def _step(self) -> bool:
        """The next transaction: its entries and its head. False at the end."""
        entries = next(self._told, None)
        if entries is None:
            return False
        salts = [hashlib.sha256(b"salt" + each).digest()[: book.SALT] for each in entries]
        self._head, hashes = book.extend(self._head, entries, salts)
        self._parts.extend(map(EntryPart, entries, hashes, salts))
        note = checkpoint.make("DZ.exchange", self._head.size, book.root(self._head), party("DZ").keys.ledger)
        self._notes.append(CheckpointPart(self._head.size, note))
        return True

    def transactions(self) -> Iterator[list[bytes]]:
        """Transactions until exactly `_wanted` entries are there: whole rounds, then lists read."""
        self._tick(0)
        yield from ([each] for each in self._beginning())
        written, turn = 6, 0
        while written + ROUND <= self._wanted:
            self._tick(written)
            yield from self._round(turn)
            written, turn = written + ROUND, turn + 1
        for _ in range(self._wanted - written):
            yield [self._entry("record.listed", "p-officer", count=1)]

    def _tick(self, written: int) -> None:
        seconds = written * _LASTS_S // self._wanted
        self._at = (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _entry(self, kind: str, actor: str, **fields: str | int | list[str]) -> bytes:
        return entry(kind, at=self._at, actor=actor, **fields)

    def _beginning(self) -> Iterator[bytes]:
        yield self._entry("genesis", "DZ", node="DZ", root=party("DZ").root.fingerprint)
        yield self._entry("person.added", "p-admin", person="p-officer", role="officer")
        yield self._entry("person.added", "p-admin", person="p-release", role="releasing_officer")
        yield self._entry("person.added", "p-admin", person="p-second", role="releasing_officer")
        yield self._entry("partner.added", "p-admin", partner="TN", fingerprint=party("TN").root.fingerprint)
        named = {"agreement": AGREEMENT, "digest": digest_of(agreement())}
        yield self._entry("agreement.changed", "p-admin", **named, version=1, state="active")

    def _round(self, turn: int) -> Iterator[list[bytes]]:
        numbers = range(turn * RELEASES + 1, (turn + 1) * RELEASES + 1)
        yield [self._proposed(seq) for seq in numbers]
        for seq in numbers:
            yield [self._entry("release.approved", "p-release", release=_release(seq), digest=hex_of("view", seq))]
        for seq in numbers:
            yield [self._released(seq), self._decided(seq)]
        for first in range(0, RELEASES, ROW):
            yield self._answered(list(numbers[first : first + ROW]))
        yield [self._received(turn * 8 + each) for each in range(1, 9)]
        for each in range(4):
            yield [self._entry("record.read", "p-officer", ref=_ref(turn, each), held="received")]
        for each in range(2):
            yield [self._entry("record.listed", "p-officer", count=each + 20)]
        refs = [_ref(turn, each) for each in range(20)]
        yield [self._entry("record.deposited", "p-officer", refs=refs, manifests=20, batch=hex_of("batch", turn))]

    def _proposed(self, seq: int) -> bytes:
        said = {"release": _release(seq), "recipient": "TN", "agreement": AGREEMENT, "digest": hex_of("view", seq)}
        return self._entry("release.proposed", "p-officer", **said, records=seq % 4 + 1)

    def _released(self, seq: int) -> bytes:
        return self._entry(
            "release.released",
            "p-officer",
            release=_release(seq),
            recipient="TN",
            agreement=AGREEMENT,
            version=1,
            policy_digest=POLICY,
            purpose="analysis.joint",
            digest=hex_of("view", seq),
            envelope=hex_of("envelope", seq),
            epoch=1,
            seq=seq,
            approvals=["p-release"],
            refs=[_ref(seq, each) for each in range(seq % 4 + 1)],
        )

    def _decided(self, seq: int) -> bytes:
        return self._entry("release.decided", "p-officer", release=_release(seq), digest=hex_of("decided", seq))

    def _received(self, seq: int) -> bytes:
        place: Fields = {"sender": "TN", "epoch": 1, "seq": seq, "envelope": hex_of("theirs", seq)}
        return self._entry("envelope.received", "TN", **place, records=1, refused=0, refs=[_ref("theirs", seq)])

    def _answered(self, numbers: list[int]) -> list[bytes]:
        wires = sign_receipts([self._receipt(seq) for seq in numbers], party("TN").signing)
        entries = []
        for seq, wire in zip(numbers, wires, strict=True):
            self._receipts.write(wire)
            self._lengths.append(len(wire))
            place: Fields = {"recipient": "TN", "epoch": 1, "seq": seq, "envelope": hex_of("envelope", seq)}
            said = {"outcome": "accepted", "receipt": receipt_digest(wire)}
            entries.append(self._entry("receipt.received", "TN", **place, **said))
        return entries

    def _receipt(self, seq: int) -> Receipt:
        return Receipt(
            kind="accepted",
            envelope=hex_of("envelope", seq),
            sender="DZ",
            node="TN",
            epoch=1,
            seq=seq,
            code=None,
            refused=(),
            ledger_index=seq,
            checkpoint=_theirs(seq // ROW),
            issued=self._at,
        )


def _release(seq: int) -> str:
    return "rel-" + hex_of("release", seq)[:32]


def _ref(*names: object) -> str:
    return b64(bytes.fromhex(hex_of("ref", *names)))


def _theirs(size: int) -> str:
    """A head of the partner's, as it stands in every receipt."""
    note = checkpoint.make("TN.exchange", size + 1, bytes.fromhex(hex_of("root", size)), party("TN").keys.ledger)
    return note.decode("utf-8")


def write(file: Path, entries: int) -> None:
    """Writes an export of exactly `entries` entries (at least 101)."""
    dz, tn = party("DZ"), party("TN")
    with tempfile.TemporaryFile(dir=file.parent) as receipts, file.open("wb") as out:
        ledger = Ledger(entries, receipts)
        parts = Parts(
            node="DZ",
            root_fingerprint=dz.root.fingerprint,
            exported=(START + timedelta(seconds=_LASTS_S)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            size=entries,
            descriptors=[dz.descriptor, tn.descriptor],
            agreements=[agreement()],
            entries=ledger.entries(),
            checkpoints=ledger.checkpoints(),
            receipts=ledger.receipts(),
        )
        for line in build(parts, dz.signing):
            out.write(line)


def fingerprint() -> str:
    """What an auditor of the export brings."""
    return party("DZ").root.fingerprint


def main() -> None:
    parser = argparse.ArgumentParser(description="Writes a large audit export.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--entries", type=int, default=1_000_000)
    given = parser.parse_args()
    write(given.file, given.entries)


if __name__ == "__main__":
    main()
