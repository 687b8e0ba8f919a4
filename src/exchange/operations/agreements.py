"""The life of an agreement at this node: draft, signatures of every party, activation, suspension.

Activation at a date is in `schedule.py`, the end in `terminate.py`, signing over the wire in `offers.py`.

An agreement is in force only when every party's root key has signed the same bytes and every co-signed example is
decided as expected. Key files stay with their owners: signatures arrive as documents (policies.md, case 6).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from exchange.crypto.encoding import canonical, digest
from exchange.crypto.keys import RootKey
from exchange.crypto.rootsign import read_root_signature, root_signature
from exchange.errors import Code, Conflict, Denied, NotFound, Untrusted
from exchange.ledger.entries import entry
from exchange.model.claims import JsonObject
from exchange.model.state import Person, StoredAgreement
from exchange.operations import journal
from exchange.operations.agreement_alarms import settle
from exchange.operations.clock import safe_now, stamp
from exchange.operations.grounds import combine, parsed, parsed_policy
from exchange.operations.permissions import Permission, require
from exchange.policies.agreement import Agreement, NationalPolicy, read, read_policy
from exchange.policies.cadence import recipients
from exchange.policies.examples import run_examples
from exchange.ports import Node, Unit

TYPES = {"agreement": "exchange/agreement/1", "policy": "exchange/policy/1"}


def draft(node: Node, unit: Unit, person: Person, document: JsonObject) -> StoredAgreement:
    """Stores a draft (placeholders filled in). BadInput(AGREEMENT_INVALID) with a pointer; Conflict if it is signed."""
    require(person, Permission.AGREEMENT_WRITE)
    data = canonical(document)
    kind = "policy" if document.get("kind") == "policy" else "agreement"
    digest_ = digest(TYPES[kind], data).hex()
    meaning: Agreement | NationalPolicy = (
        read_policy(document, digest_) if kind == "policy" else read(document, digest_)
    )
    known = unit.agreements.get(meaning.id, meaning.version)
    if known is not None and known.digest == digest_:
        return known
    if known is not None and (known.state != "draft" or known.signatures):
        raise Conflict(Code.ALREADY_EXISTS, agreement=meaning.id, version=meaning.version)
    stored = StoredAgreement(
        id=meaning.id,
        version=meaning.version,
        kind=kind,
        document=data,
        digest=digest_,
        signatures={},
        state="draft",
        changed_at=safe_now(node, unit),
    )
    return put_version(node, unit, person.id, stored)


def sign(node: Node, unit: Unit, person: Person, agreement_id: str, version: int, root: RootKey) -> bytes:
    """Signs the stored bytes with our root key; returns the signature document for the other parties."""
    require(person, Permission.AGREEMENT_WRITE)
    stored = get_version(unit, agreement_id, version)
    signature = root_signature(root, node.code, TYPES[stored.kind], stored.document)
    add_signature(node, unit, person, agreement_id, version, signature)
    return signature


def add_signature(
    node: Node, unit: Unit, person: Person, agreement_id: str, version: int, signature: bytes
) -> StoredAgreement:
    """Stores a party's signature after verifying it against the fingerprint that the document itself names.

    Untrusted(SIGNATURE_INVALID, ROOT_MISMATCH); Denied(NOT_A_PARTY).
    """
    require(person, Permission.AGREEMENT_WRITE)
    stored = get_version(unit, agreement_id, version)
    party = read_root_signature(signature, TYPES[stored.kind], stored.document)
    expected = fingerprints(stored).get(party.code)
    if expected is None:
        raise Denied(Code.NOT_A_PARTY, agreement=agreement_id)
    if expected != party.fingerprint:
        raise Untrusted(Code.ROOT_MISMATCH, party=party.code)
    return put_version(node, unit, person.id, replace(stored, signatures={**stored.signatures, party.code: signature}))


def activate(
    node: Node, unit: Unit, person: Person, agreement_id: str, version: int, starts: datetime | None = None
) -> StoredAgreement:
    """Puts a version in force and supersedes the one before; with `starts`, at that time (`operations/schedule.py`).

    A suspended version resumes in this way: an administrator acts, and every check is made again (ADR 21).
    Denied(AGREEMENT_UNSIGNED) while a party's signature is missing; Denied(AGREEMENT_EXAMPLE_FAILS) when any example
    of it is decided differently by this software; Denied(AGREEMENT_NOT_IN_FORCE) outside its validity.
    """
    require(person, Permission.AGREEMENT_WRITE)
    stored = get_version(unit, agreement_id, version)
    if stored.state not in ("draft", "scheduled") and (stored.state != "suspended" or starts is not None):
        raise Conflict(Code.RELEASE_STATE, agreement=agreement_id, state=stored.state)
    check_ready(node, unit, stored)
    if starts is None:
        return come_into_force(node, unit, person.id, stored)
    _check_start(node, unit, stored, starts)
    return put_version(node, unit, person.id, replace(stored, state="scheduled", starts_at=starts))


def check_ready(node: Node, unit: Unit, stored: StoredAgreement) -> None:
    """Everything that must hold at the moment when a version comes into force."""
    _check_parties(node, unit, stored)
    _check_version(node, unit, stored)
    missing = sorted(fingerprints(stored).keys() - stored.signatures.keys())
    if missing:
        raise Denied(Code.AGREEMENT_UNSIGNED, agreement=stored.id, missing=",".join(missing))
    check_examples(stored)


def come_into_force(node: Node, unit: Unit, actor: str, stored: StoredAgreement) -> StoredAgreement:
    """Supersedes the version before and makes `stored` the one in force, in this transaction. Checks nothing."""
    for other in unit.agreements.all():
        if other.id == stored.id and other.version != stored.version and other.state in ("active", "suspended"):
            put_version(node, unit, actor, replace(other, state="superseded"))
    settle(unit, stored.id)
    if stored.kind == "agreement" and recipients(parsed(stored.document, stored.digest), node.code):
        unit.cadences.all_changed()  # what its standing rules cover is more than what changes from now on
    return put_version(node, unit, actor, replace(stored, state="active", suspend_requested=False, starts_at=None))


def suspend(node: Node, unit: Unit, person: Person, agreement_id: str) -> StoredAgreement:
    """Stops every release under the agreement, at once, by one person. Call `raise_flag` in its own unit first."""
    require(person, Permission.AGREEMENT_SUSPEND)
    stored = unit.agreements.active(agreement_id, lock=False)
    if stored is None or stored.kind != "agreement":
        raise NotFound(agreement=agreement_id)
    return put_version(node, unit, person.id, replace(stored, state="suspended", suspend_requested=True))


def raise_flag(unit: Unit, person: Person, agreement_id: str) -> None:
    """Releases check this flag before they lock, so that a suspension never waits behind a crowd of them."""
    require(person, Permission.AGREEMENT_SUSPEND)
    stored = unit.agreements.active(agreement_id, lock=False)
    if stored is None or stored.kind != "agreement":  # lifting a national policy would widen every agreement
        raise NotFound(agreement=agreement_id)
    unit.agreements.request_suspension(agreement_id)


def _check_parties(node: Node, unit: Unit, stored: StoredAgreement) -> None:
    """The document's fingerprints are those that people compared: ours, and those of the partners pinned here.

    Otherwise one administrator could sign for everybody with invented roots. A party that is not a partner of ours yet
    gets nothing: a release needs its card, under this fingerprint.
    """
    named = fingerprints(stored)
    if named.get(node.code) != node.keys.root_fingerprint:
        raise Untrusted(Code.ROOT_MISMATCH, party=node.code)
    for code, fingerprint in named.items():
        partner = unit.partners.get(code)
        if partner is not None and partner.root_fingerprint != fingerprint:
            raise Untrusted(Code.ROOT_MISMATCH, party=code)


def _check_version(node: Node, unit: Unit, stored: StoredAgreement) -> None:
    """Versions only rise, and what has ended is not put in force again."""
    waiting = ("draft", "scheduled")
    others = [other for other in unit.agreements.all() if other.id == stored.id and other.state not in waiting]
    if any(other.version > stored.version for other in others):
        raise Conflict(Code.STALE, agreement=stored.id, version=stored.version)
    if stored.kind == "agreement" and parsed(stored.document, stored.digest).valid_until <= safe_now(node, unit):
        raise Denied(Code.AGREEMENT_NOT_IN_FORCE, agreement=stored.id)


def _check_start(node: Node, unit: Unit, stored: StoredAgreement, starts: datetime) -> None:
    """In the future, within the validity, and the only date that is set for this agreement."""
    inside = starts > safe_now(node, unit)
    if stored.kind == "agreement":
        meaning = parsed(stored.document, stored.digest)
        inside = inside and meaning.valid_from <= starts < meaning.valid_until
    if not inside:
        raise Denied(Code.AGREEMENT_NOT_IN_FORCE, agreement=stored.id)
    for other in unit.agreements.all():
        if other.id == stored.id and other.version != stored.version and other.state == "scheduled":
            raise Conflict(Code.ALREADY_EXISTS, agreement=stored.id, version=other.version)


def check_examples(stored: StoredAgreement) -> None:
    """Denied(AGREEMENT_EXAMPLE_FAILS) with the number of the first example that is decided differently."""
    if stored.kind == "policy":
        return
    ground = combine(stored, [])
    failures = run_examples(ground.agreement, ())
    if failures:
        raise Denied(
            Code.AGREEMENT_EXAMPLE_FAILS, agreement=stored.id, failures=len(failures), first=failures[0].example
        )


def check_all_active(unit: Unit) -> None:
    """At start: a software version that decides any example in force differently does not start."""
    for stored in unit.agreements.all():
        if stored.state == "active":
            check_examples(stored)


def fingerprints(stored: StoredAgreement) -> dict[str, str]:
    """Party code -> root fingerprint, as the document names them."""
    if stored.kind == "policy":
        party = parsed_policy(stored.document, stored.digest).party
        return {party.code: party.fingerprint}
    return {party.code: party.fingerprint for party in parsed(stored.document, stored.digest).parties}


def get_version(unit: Unit, agreement_id: str, version: int) -> StoredAgreement:
    """NotFound."""
    stored = unit.agreements.get(agreement_id, version)
    if stored is None:
        raise NotFound(agreement=agreement_id, version=version)
    return stored


def put_version(node: Node, unit: Unit, actor: str, stored: StoredAgreement) -> StoredAgreement:
    """Stores a version and its ledger entry. `actor`: a person's id, or a node's code where no person acted."""
    now = safe_now(node, unit)
    kept = replace(stored, changed_at=now)
    unit.agreements.put(kept)
    line = entry(
        "agreement.changed",
        at=stamp(now),
        actor=actor,
        agreement=kept.id,
        version=kept.version,
        digest=kept.digest,
        state=kept.state,
    )
    journal.write(node, unit, [line], now)
    return kept
