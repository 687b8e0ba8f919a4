"""Values for the store's tests: made up, valid in form, different wherever a mix-up could hide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from exchange.crypto.encoding import canonical
from exchange.model.claim_json import claim_to_json
from exchange.model.claims import Claim, Grade
from exchange.model.openings import Opening
from exchange.model.records import HeldRecord, Pair, Record, Ref
from exchange.model.sessions import ApprovalCode, Assertion, Challenge, ConsoleSession, Credential, Enrolment
from exchange.model.state import (
    Copy,
    InboxItem,
    MessageKey,
    OutboxItem,
    Partner,
    Person,
    Proposal,
    ProposalItem,
    StandingApproval,
    StoredAgreement,
    StoredMessage,
    Waiver,
)
from exchange.ports import Unit

HOUR = timedelta(hours=1)
NOW = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)


def hexes(*parts: object) -> str:
    """A digest that belongs to `parts`."""
    return sha256(repr(parts).encode()).hexdigest()


def ref(number: int, originator: str = "DZ") -> Ref:
    return Ref(originator, f"rec-{number:026d}")


def held(
    number: int, *, version: int = 1, text: str = "note", kind: str = "person", root: bytes = b"root"
) -> HeldRecord:
    """A record with three claims of every shape."""
    claims = (
        Claim("c1", "name.full", {"text": f"{text} {number}", "script": "Latn"}, "fact", Grade("4x4", "A", "1")),
        Claim("c2", "birth.year", 1980 + version, "assessment", Grade("admiralty", "B", "2"), "2026-01-02", "c1"),
        Claim("c3", "note", f"ملاحظة {text} {version}", "hearsay", contests="c2"),
    )
    pairs = tuple(
        Pair(sha256(f"{number} {claim.id}".encode()).digest()[:16], canonical(claim_to_json(claim))) for claim in claims
    )
    record = Record("DZ", ref(number).id, version, kind, "2026-11-23T12:00:00Z", claims)
    manifest = canonical({"id": record.id, "version": version})
    return HeldRecord(record, manifest, root, number.to_bytes(4, "big") + bytes(32), pairs)


def copy(number: int, *, sender: str = "MA", version: int = 1, seq: int = 1, **other: Any) -> Copy:
    return replace(
        Copy(
            ref=ref(number, "MA"),
            version=version,
            kind="person",
            sender=sender,
            epoch=1,
            seq=seq,
            manifest=b'{"v":1}',
            root=b"root of " + sender.encode(),
            proof=bytes(36),
            claims=f"claims {number} {version}".encode(),
            handling=b'{"tlp":"TLP:RED"}',
            agreement_id="agr-1",
            purpose="contact",
            received_at=NOW + timedelta(seconds=seq),
            expires_at=NOW + timedelta(days=30),
        ),
        **other,
    )


def agreement(id_: str = "agr-1", version: int = 1, state: str = "active", **other: Any) -> StoredAgreement:
    document = canonical({"id": id_, "version": version})
    return replace(
        StoredAgreement(
            id=id_,
            version=version,
            kind="agreement",
            document=document,
            digest=sha256(document).hexdigest(),
            signatures={"DZ": b'{"s":1}', "MA": b'{"s":2}'},
            state=state,
            changed_at=NOW,
        ),
        **other,
    )


def partner(code: str = "MA", **other: Any) -> Partner:
    made = Partner(code, hexes("root", code), b'{"d":1}', 3, 1, NOW, "person-1")
    return replace(made, **other)


def person(id_: str = "person-1", role: str = "officer") -> Person:
    return Person(id_, role, NOW)


def proposal(id_: str = "rel-1", proposer: str = "person-1", **other: Any) -> Proposal:
    return replace(
        Proposal(
            id=id_,
            recipient="MA",
            agreement_id="agr-1",
            agreement_version=1,
            purpose="contact",
            proposer=proposer,
            created_at=NOW,
            expires_at=NOW + timedelta(days=7),
            state="proposed",
            digest=hexes("proposal", id_),
            policy_digest=hexes("policy"),
            approvals_needed=1,
        ),
        **other,
    )


def waiver(id_: str = "wvr-1", **other: Any) -> Waiver:
    """Asked for by a releasing officer, person-2."""
    made = Waiver(
        id=id_,
        proposal_id="rel-1",
        digest=hexes("proposal", "rel-1"),
        reason="THREAT_TO_LIFE",
        text="كلمات invented words",
        created_at=NOW,
        expires_at=NOW + timedelta(hours=2),
        releasing_officer="person-2",
    )
    return replace(made, **other)


def opening(id_: str = "opn-1", **other: Any) -> Opening:
    """Asked for by an auditor, person-5."""
    made = Opening(
        id=id_, index=1, reason="SAMPLE", asker="person-5", asked_at=NOW, asked_until=NOW + timedelta(hours=24)
    )
    return replace(made, **other)


def standing(id_: str = "sta-1", **other: Any) -> StandingApproval:
    """Asked for by person-2."""
    made = StandingApproval(
        id=id_,
        agreement_id="agr-1",
        agreement_version=1,
        agreement_digest=hexes("agreement"),
        clauses=(("4.1", hexes("4.1")), ("4.2", hexes("4.2"))),
        marking="TLP:AMBER",
        digest=hexes("standing", id_),
        created_at=NOW,
        expires_at=NOW + timedelta(days=30),
        first_officer="person-2",
    )
    return replace(made, **other)


def items(numbers: Sequence[int]) -> list[ProposalItem]:
    return [
        ProposalItem(ref(number), 1, sha256(b"v%d" % number).digest(), sha256(b"d%d" % number).digest())
        for number in numbers
    ]


def outgoing(seq: int, *, recipient: str = "MA", epoch: int = 1, wire: bytes | None = None, **other: Any) -> OutboxItem:
    name = (recipient, epoch, seq)
    return replace(
        OutboxItem(
            recipient=recipient,
            epoch=epoch,
            seq=seq,
            header_digest=hexes("header", *name),
            envelope_digest=hexes("envelope", *name),
            wire=repr(name).encode() if wire is None else wire,
            agreement_id="agr-1",
            agreement_version=1,
            proposal_id=None,
            state="queued",
            attempts=0,
            next_attempt_at=NOW,
            created_at=NOW,
        ),
        **other,
    )


def incoming(seq: int, *, sender: str = "MA", epoch: int = 1, **other: Any) -> InboxItem:
    return replace(
        InboxItem(
            sender=sender,
            epoch=epoch,
            seq=seq,
            header_digest=hexes("in", sender, epoch, seq),
            envelope_digest=hexes("in envelope", sender, epoch, seq),
            state="accepted",
            code=None,
            receipt=b'{"receipt":1}',
            received_at=NOW,
            records=2,
            agreement_id="agr-1",
            purpose="contact",
        ),
        **other,
    )


def message(id_: str = "msg-1", direction: str = "in", **other: Any) -> StoredMessage:
    return replace(
        StoredMessage(
            key=MessageKey(id_, "MA", direction),
            thread=id_,
            type="recall",
            agreement_id="agr-1",
            state="received" if direction == "in" else "sent",
            created_at=NOW,
            body=b'{"note":"text"}',
            due_at=NOW + timedelta(days=3),
        ),
        **other,
    )


def sign_in(unit: Unit) -> None:
    """One row in every table of signing in, of `person-1`."""
    unit.sessions.open(ConsoleSession(hexes("session"), "person-1", "passkey", hexes("csrf"), NOW, NOW, NOW + HOUR))
    unit.sessions.put_enrolment(Enrolment(hexes("link"), "person-1", "enrol", NOW, NOW + HOUR))
    unit.sessions.add_credential(Credential("cGs", "person-1", b"key", 3, "desk", True, NOW))
    unit.sessions.add_challenge(Challenge(hexes("challenge"), "login", NOW + HOUR))
    unit.sessions.attest(attestation())
    unit.sessions.put_code(ApprovalCode("person-1", "rel-1", hexes("d"), hexes("code"), NOW, NOW + HOUR))
    unit.sessions.prefer("person-1", '{"lang":"ar"}')


def attestation(number: int = 1, **other: Any) -> Assertion:
    """Of `person-1` for rel-1; its evidence shows nothing."""
    evidence = f"evidence {number}".encode()
    made = Assertion(
        proof=sha256(evidence).hexdigest(),
        person="person-1",
        subject="rel-1",
        digest=hexes("d"),
        method="passkey",
        mark=hexes("mark", number),
        evidence=evidence,
        at=NOW + timedelta(seconds=number),
    )
    return replace(made, **other)
