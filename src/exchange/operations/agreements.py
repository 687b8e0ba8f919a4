"""The life of an agreement at this node: draft, signatures of every party, activation, suspension.

An agreement is in force only when every party's root key has signed the same bytes and every co-signed example is
decided as expected. Key files stay with their owners: signatures arrive as documents (policies.md, case 6).
"""

from __future__ import annotations

from dataclasses import replace

from exchange.crypto.encoding import canonical, digest
from exchange.crypto.keys import RootKey
from exchange.crypto.rootsign import read_root_signature, root_signature
from exchange.errors import Code, Conflict, Denied, NotFound, Untrusted
from exchange.ledger.entries import entry
from exchange.model.claims import JsonObject
from exchange.model.state import Person, StoredAgreement
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.grounds import combine, parsed, parsed_policy
from exchange.operations.permissions import Permission, require
from exchange.policies.agreement import Agreement, NationalPolicy, read, read_policy
from exchange.policies.cadence import recipients
from exchange.policies.examples import run_examples
from exchange.ports import Node, Unit

_TYPES = {"agreement": "exchange/agreement/1", "policy": "exchange/policy/1"}


def draft(node: Node, unit: Unit, person: Person, document: JsonObject) -> StoredAgreement:
    """Stores a draft (placeholders filled in). BadInput(AGREEMENT_INVALID) with a pointer; Conflict if it is signed."""
    require(person, Permission.AGREEMENT_WRITE)
    data = canonical(document)
    kind = "policy" if document.get("kind") == "policy" else "agreement"
    digest_ = digest(_TYPES[kind], data).hex()
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
    return _put(node, unit, person, stored)


def sign(node: Node, unit: Unit, person: Person, agreement_id: str, version: int, root: RootKey) -> bytes:
    """Signs the stored bytes with our root key; returns the signature document for the other parties."""
    require(person, Permission.AGREEMENT_WRITE)
    stored = _get(unit, agreement_id, version)
    signature = root_signature(root, node.code, _TYPES[stored.kind], stored.document)
    add_signature(node, unit, person, agreement_id, version, signature)
    return signature


def add_signature(
    node: Node, unit: Unit, person: Person, agreement_id: str, version: int, signature: bytes
) -> StoredAgreement:
    """Stores a party's signature after verifying it against the fingerprint that the document itself names.

    Untrusted(SIGNATURE_INVALID, ROOT_MISMATCH); Denied(NOT_A_PARTY).
    """
    require(person, Permission.AGREEMENT_WRITE)
    stored = _get(unit, agreement_id, version)
    party = read_root_signature(signature, _TYPES[stored.kind], stored.document)
    expected = _fingerprints(stored).get(party.code)
    if expected is None:
        raise Denied(Code.NOT_A_PARTY, agreement=agreement_id)
    if expected != party.fingerprint:
        raise Untrusted(Code.ROOT_MISMATCH, party=party.code)
    return _put(node, unit, person, replace(stored, signatures={**stored.signatures, party.code: signature}))


def activate(node: Node, unit: Unit, person: Person, agreement_id: str, version: int) -> StoredAgreement:
    """Puts a version in force and supersedes the one before.

    Denied(AGREEMENT_UNSIGNED) while a party's signature is missing; Denied(AGREEMENT_EXAMPLE_FAILS) when any example
    of it is decided differently by this software; Denied(AGREEMENT_NOT_IN_FORCE) outside its validity.
    """
    require(person, Permission.AGREEMENT_WRITE)
    stored = _get(unit, agreement_id, version)
    if stored.state not in ("draft", "suspended"):
        raise Conflict(Code.RELEASE_STATE, agreement=agreement_id, state=stored.state)
    _check_parties(node, unit, stored)
    _check_version(node, unit, stored)
    missing = sorted(_fingerprints(stored).keys() - stored.signatures.keys())
    if missing:
        raise Denied(Code.AGREEMENT_UNSIGNED, agreement=agreement_id, missing=",".join(missing))
    check_examples(stored)
    for other in unit.agreements.all():
        if other.id == agreement_id and other.version != version and other.state in ("active", "suspended"):
            _put(node, unit, person, replace(other, state="superseded"))
    if stored.kind == "agreement" and recipients(parsed(stored.document, stored.digest), node.code):
        unit.cadences.all_changed()  # what its standing rules cover is more than what changes from now on
    return _put(node, unit, person, replace(stored, state="active", suspend_requested=False))


def suspend(node: Node, unit: Unit, person: Person, agreement_id: str) -> StoredAgreement:
    """Stops every release under the agreement, at once, by one person. Call `raise_flag` in its own unit first."""
    require(person, Permission.AGREEMENT_SUSPEND)
    stored = unit.agreements.active(agreement_id, lock=False)
    if stored is None or stored.kind != "agreement":
        raise NotFound(agreement=agreement_id)
    return _put(node, unit, person, replace(stored, state="suspended", suspend_requested=True))


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
    fingerprints = _fingerprints(stored)
    if fingerprints.get(node.code) != node.keys.root_fingerprint:
        raise Untrusted(Code.ROOT_MISMATCH, party=node.code)
    for code, fingerprint in fingerprints.items():
        partner = unit.partners.get(code)
        if partner is not None and partner.root_fingerprint != fingerprint:
            raise Untrusted(Code.ROOT_MISMATCH, party=code)


def _check_version(node: Node, unit: Unit, stored: StoredAgreement) -> None:
    """Versions only rise, and what has ended is not put in force again."""
    others = [other for other in unit.agreements.all() if other.id == stored.id and other.state != "draft"]
    if any(other.version > stored.version for other in others):
        raise Conflict(Code.STALE, agreement=stored.id, version=stored.version)
    if stored.kind == "agreement" and parsed(stored.document, stored.digest).valid_until <= safe_now(node, unit):
        raise Denied(Code.AGREEMENT_NOT_IN_FORCE, agreement=stored.id)


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


def _fingerprints(stored: StoredAgreement) -> dict[str, str]:
    if stored.kind == "policy":
        party = parsed_policy(stored.document, stored.digest).party
        return {party.code: party.fingerprint}
    return {party.code: party.fingerprint for party in parsed(stored.document, stored.digest).parties}


def _get(unit: Unit, agreement_id: str, version: int) -> StoredAgreement:
    stored = unit.agreements.get(agreement_id, version)
    if stored is None:
        raise NotFound(agreement=agreement_id, version=version)
    return stored


def _put(node: Node, unit: Unit, person: Person, stored: StoredAgreement) -> StoredAgreement:
    now = safe_now(node, unit)
    kept = replace(stored, changed_at=now)
    unit.agreements.put(kept)
    line = entry(
        "agreement.changed",
        at=stamp(now),
        actor=person.id,
        agreement=kept.id,
        version=kept.version,
        digest=kept.digest,
        state=kept.state,
    )
    journal.write(node, unit, [line], now)
    return kept
