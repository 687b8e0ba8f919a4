"""A small ledger of node DZ with partner TN, made with real keys: what the ledger tests change and verify."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from io import BytesIO
from itertools import pairwise
from typing import Any

from exchange.crypto import checkpoint
from exchange.crypto.descriptor import make, sign
from exchange.crypto.encoding import b64, canonical, digest
from exchange.crypto.keys import LedgerKey, NodeKeys, RootKey, SealingKey, SigningKey, WitnessKey, witness_name
from exchange.crypto.receipts import Receipt, sign_receipt
from exchange.crypto.rootsign import root_signature
from exchange.crypto.tlscert import make_certificate, to_der
from exchange.ledger import book
from exchange.ledger.entries import entry
from exchange.ledger.export import (
    AgreementPart,
    CheckpointPart,
    DescriptorPart,
    EntryPart,
    Parts,
    build,
    receipt_digest,
)
from exchange.ledger.report import Exit, Fault, Report
from tests.second import both

START = datetime(2026, 3, 1, 8, 0, 0, tzinfo=UTC)
AGREEMENT = "AG-DZ-TN"
RETENTION = 30
"""Days."""
POLICY = hashlib.sha256(b"policy").hexdigest()


def seed(*names: str) -> bytes:
    return hashlib.sha256("/".join(names).encode()).digest()


def hex_of(*names: object) -> str:
    return hashlib.sha256("/".join(map(str, names)).encode()).hexdigest()


def ref_of(*names: object) -> str:
    return b64(hashlib.sha256("/".join(map(str, names)).encode()).digest())


def stamp(minutes: int) -> str:
    return (START + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Party:
    """One node's keys and card."""

    code: str
    root: RootKey
    keys: NodeKeys
    card: bytes

    @property
    def signing(self) -> SigningKey:
        return self.keys.signing[1]

    @property
    def descriptor(self) -> DescriptorPart:
        return DescriptorPart(self.code, self.root.fingerprint, self.card)


@cache
def party(code: str, key: str = "") -> Party:
    """The same keys every time; `key` makes another node of the same code."""
    root = RootKey(SigningKey.from_seeds(1, seed(code, key, "root", "1"), seed(code, key, "root", "2")))
    keys = NodeKeys(
        code=code,
        root_fingerprint=root.fingerprint,
        signing={1: SigningKey.from_seeds(1, seed(code, key, "sign", "1"), seed(code, key, "sign", "2"))},
        sealing=(SealingKey.from_seed(1, seed(code, "a") + seed(code, "b") + seed(code, "c")),),
        ledger=LedgerKey.from_seed(f"{code}.exchange", seed(code, key, "ledger")),
        at_rest=seed(code, "at rest"),
        witness=WitnessKey.from_seeds(
            witness_name(code), seed(code, key, "witness ed25519"), seed(code, key, "witness mldsa")
        ),
    )
    card = make(
        keys, root.public, START - timedelta(days=1), [certificate(code)], {"partner": "https://node.test:8443"}
    )
    return Party(code, root, keys, sign(card, root))


@cache
def certificate(code: str) -> bytes:
    """A certificate of the party, DER."""
    return to_der(make_certificate(f"{code} exchange", ["node.test"], START)[0])


@cache
def agreement(
    version: int = 1,
    approvals: int = 1,
    parties: tuple[str, ...] = ("DZ", "TN"),
    until: int = 1000,
    retention: int = RETENTION,
) -> AgreementPart:
    """The members of an agreement that the ledger is held against, signed by every party. `until`: its last minute;
    `retention`: days."""
    document = canonical(
        {
            "v": 1,
            "kind": "agreement",
            "id": AGREEMENT,
            "version": version,
            "parties": [{"code": code, "fingerprint": party(code).root.fingerprint} for code in parties],
            "purposes": ["analysis.joint"],
            "valid_from": stamp(-100),
            "valid_until": stamp(until),
            "retention_days": retention,
            "approvals": {
                "TLP:AMBER": {"count": approvals, "role": "releasing_officer"},
                "TLP:RED": {"count": approvals + 1, "role": "releasing_officer"},
            },
        }
    )
    signatures = {code: root_signature(party(code).root, code, "exchange/agreement/1", document) for code in parties}
    return AgreementPart(document, signatures)


def digest_of(part: AgreementPart) -> str:
    return digest("exchange/agreement/1", part.document).hex()


@dataclass
class Story:
    """A ledger while it is written. Each `write` is one transaction: one minute later, with one checkpoint."""

    owner: Party = field(default_factory=lambda: party("DZ"))
    minute: int = 0
    entries: list[bytes] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    """Sizes at which a checkpoint was signed."""
    receipts: list[bytes] = field(default_factory=list)
    agreements: list[AgreementPart] = field(default_factory=lambda: [agreement()])
    descriptors: list[DescriptorPart] = field(default_factory=lambda: [party("DZ").descriptor, party("TN").descriptor])

    def write(self, kind: str, actor: str = "p-admin", **fields: str | int | Sequence[str]) -> int:
        self.minute += 1
        return self.again(kind, actor, **fields)

    def again(self, kind: str, actor: str = "p-admin", **fields: str | int | Sequence[str]) -> int:
        """Another entry in the same second."""
        self.entries.append(entry(kind, at=stamp(self.minute), actor=actor, **fields))
        self.ends.append(len(self.entries))
        return len(self.entries) - 1

    def begin(self) -> Story:
        self.write("genesis", "DZ", node=self.owner.code, root=self.owner.root.fingerprint)
        self.write("person.added", person="p-officer", role="officer")
        self.write("person.added", person="p-release", role="releasing_officer")
        self.write("partner.added", partner="TN", fingerprint=party("TN").root.fingerprint)
        self.activate(self.agreements[0], 1)
        self.write("record.deposited", "p-officer", refs=[ref_of("r1")], manifests=1, batch=hex_of("batch"))
        return self

    def activate(self, part: AgreementPart, version: int, state: str = "active") -> int:
        return self.write(
            "agreement.changed", agreement=AGREEMENT, version=version, digest=digest_of(part), state=state
        )

    def propose(self, release: str, **changes: str | int) -> int:
        fields: dict[str, str | int] = {
            "recipient": "TN",
            "agreement": AGREEMENT,
            "digest": hex_of(release),
            "records": 1,
        }
        return self.write("release.proposed", "p-officer", **{"release": release, **fields, **changes})

    def approve(self, release: str, person: str = "p-release", digest_: str = "") -> int:
        return self.write("release.approved", person, release=release, digest=digest_ or hex_of(release))

    def release(self, release: str, seq: int, **changes: str | int | Sequence[str]) -> int:
        fields: dict[str, str | int | Sequence[str]] = {
            "release": release,
            "recipient": "TN",
            "agreement": AGREEMENT,
            "version": 1,
            "policy_digest": POLICY,
            "purpose": "analysis.joint",
            "digest": hex_of(release),
            "envelope": hex_of("envelope", seq),
            "epoch": 1,
            "seq": seq,
            "approvals": ["p-release"],
            "refs": [ref_of("r1")],
        }
        return self.write("release.released", "p-officer", **{**fields, **changes})

    def whole(self, release: str, seq: int) -> int:
        """Proposal, approval and release."""
        self.propose(release)
        self.approve(release)
        return self.release(release, seq)

    def receipt(
        self, seq: int, *, signer: Party | None = None, envelope: str = "", document: Mapping[str, Any] | None = None
    ) -> int:
        """A receipt by TN and the entry that names it. `envelope` is in both; `document` alters the document alone."""
        by = signer or party("TN")
        digest_ = envelope or hex_of("envelope", seq)
        receipt = Receipt(
            kind="accepted",
            envelope=digest_,
            sender="DZ",
            node="TN",
            epoch=1,
            seq=seq,
            code=None,
            refused=(),
            ledger_index=7,
            checkpoint="",
            issued=stamp(self.minute),
        )
        wire = sign_receipt(replace(receipt, **(document or {})), by.signing)
        self.receipts.append(wire)
        return self.write(
            "receipt.received",
            "TN",
            recipient="TN",
            epoch=1,
            seq=seq,
            envelope=digest_,
            outcome="accepted",
            receipt=receipt_digest(wire),
        )

    def checkpoints(self, key: LedgerKey | None = None) -> list[CheckpointPart]:
        """One for every size in `ends`."""
        head, notes = book.EMPTY, []
        for start, end in pairwise([0, *self.ends]):
            head, _ = book.extend(head, self.entries[start:end], self.salts[start:end])
            note = checkpoint.make(
                f"{self.owner.code}.exchange", head.size, book.root(head), key or self.owner.keys.ledger
            )
            notes.append(CheckpointPart(head.size, note))
        return notes

    @property
    def salts(self) -> list[bytes]:
        """One for each entry, the same in every run."""
        return [hashlib.sha256(b"salt" + each).digest()[: book.SALT] for each in self.entries]

    def parts(self) -> Parts:
        _, hashes = book.extend(book.EMPTY, self.entries, self.salts)
        return Parts(
            node=self.owner.code,
            root_fingerprint=self.owner.root.fingerprint,
            exported=stamp(self.minute + 1),
            size=len(self.entries),
            descriptors=self.descriptors,
            agreements=self.agreements,
            entries=[EntryPart(*leaf) for leaf in zip(self.entries, hashes, self.salts, strict=True)],
            checkpoints=self.checkpoints(),
            receipts=self.receipts,
        )

    def lines(self) -> list[bytes]:
        return list(build(self.parts(), self.owner.signing))

    def report(self) -> Report:
        return check(self.lines())


def check(lines: Sequence[bytes]) -> Report:
    """Verifies against DZ's real fingerprint."""
    return both(lines, fingerprint=party("DZ").root.fingerprint)


def as_file(data: bytes) -> Report:
    """Verifies bytes as a binary file yields them."""
    return both(BytesIO(data), fingerprint=party("DZ").root.fingerprint)


@cache
def good() -> tuple[bytes, ...]:
    """The lines of a small, faultless export: two releases, one receipt, a void."""
    story = Story().begin()
    story.whole("rel-1", 1)
    story.receipt(1)
    story.whole("rel-2", 2)
    story.write("envelope.void", "DZ", recipient="TN", epoch=1, seq=2, envelope=hex_of("void", 2))
    story.write("audit.exported", "p-auditor", size=15)
    return tuple(story.lines())


def only(report: Report, fault: Fault, index: int | None) -> None:
    """Exactly one finding, and what follows from it."""
    assert [(each.fault, each.index) for each in report.findings] == [(fault, index)]
    assert (report.reason, report.first_bad_index) == (fault, index)
    assert report.exit_code == fault.exit != Exit.OK
    assert not report.ok


def ready() -> Story:
    """A story whose next index is 6."""
    return Story().begin()


def noted(size: int, root: bytes, origin: str = "DZ.exchange", at: int | None = None) -> CheckpointPart:
    return CheckpointPart(at if at is not None else size, checkpoint.make(origin, size, root, party("DZ").keys.ledger))


def void(story: Story, seq: int, name: str = "void") -> int:
    return story.write("envelope.void", "DZ", recipient="TN", epoch=1, seq=seq, envelope=hex_of(name, seq))
