"""What a decision stands on: the agreement in force, the national policies, and their digest.

Parsed agreements are kept by digest: a document is read once, however many records it decides.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from exchange.crypto.encoding import digest, read_canonical
from exchange.errors import BadInput, Code, Denied, Untrusted
from exchange.model.claims import JsonValue
from exchange.model.state import StoredAgreement
from exchange.policies.agreement import Agreement, NationalPolicy, read_policy
from exchange.policies.agreement import read as read_agreement
from exchange.ports import Unit

MAX_DOCUMENT = 1 << 20
"""Bytes of one agreement document at most."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Loaded once a transaction; with `lock`, nobody can change it before the transaction ends."""

    agreement: Agreement
    policies: tuple[NationalPolicy, ...]
    policy_digest: str
    """Hex digest over the agreement's and every national policy's digest: what a decision and an envelope name."""
    in_force: bool = True
    """False: the version that both signed last, for a recall and its outcome alone."""


def grounds(unit: Unit, agreement_id: str, *, lock: bool) -> Grounds:
    """The grounds for a release now. Denied(SUSPENDED or AGREEMENT_NOT_IN_FORCE) when there are none."""
    stored = unit.agreements.active(agreement_id, lock=lock)
    if stored is None:
        raise Denied(Code.AGREEMENT_NOT_IN_FORCE, agreement=agreement_id)
    if stored.suspend_requested or stored.state != "active":
        raise Denied(Code.SUSPENDED, agreement=agreement_id)
    return combine(stored, unit.agreements.active_policies(lock=lock))


def grounds_for_recall(unit: Unit, agreement_id: str, recipient: str, purpose: str) -> Grounds:
    """As `grounds`; where the agreement is suspended, has ended, or was amended without this recipient or purpose: the
    newest version that had both and that every party signed.

    People are protected by recalls, so they outlive the agreement (docs/adr). The gate lets nothing else out under it.
    """
    found, why = None, Denied(Code.AGREEMENT_NOT_IN_FORCE, agreement=agreement_id)
    try:
        found = grounds(unit, agreement_id, lock=True)
    except Denied as denied:
        why = denied
    if found is not None and _between(found.agreement, recipient, purpose):
        return found
    versions = sorted(
        (each for each in unit.agreements.all() if each.id == agreement_id), key=lambda each: each.version
    )
    for stored in reversed(versions):
        if was_in_force(stored) and _between(parsed(stored.document, stored.digest), recipient, purpose):
            return replace(combine(stored, unit.agreements.active_policies(lock=True)), in_force=False)
    if found is None:
        raise why
    return found


def _between(agreement: Agreement, recipient: str, purpose: str) -> bool:
    return agreement.party(recipient) is not None and purpose in agreement.purposes


def was_in_force(stored: StoredAgreement) -> bool:
    """An agreement version that every party signed, and that is or was in force."""
    if stored.kind != "agreement" or stored.state not in ("active", "suspended", "superseded", "terminated"):
        return False
    parties = {party.code for party in parsed(stored.document, stored.digest).parties}
    return parties <= stored.signatures.keys()


def combine(stored: StoredAgreement, policies: list[StoredAgreement]) -> Grounds:
    """Grounds from stored documents: also how an auditor replays a decision of years ago."""
    digests = [bytes.fromhex(stored.digest), *(bytes.fromhex(policy.digest) for policy in policies)]
    return Grounds(
        agreement=parsed(stored.document, stored.digest),
        policies=tuple(parsed_policy(policy.document, policy.digest) for policy in policies),
        policy_digest=digest("exchange/policy/1", *digests).hex(),
    )


@lru_cache(maxsize=256)
def parsed(document: bytes, document_digest: str) -> Agreement:
    """The agreement in `document` (canonical JSON). BadInput(AGREEMENT_INVALID) with a pointer otherwise."""
    value = _signed(document, "exchange/agreement/1", document_digest)
    if not isinstance(value, dict):
        raise BadInput(Code.AGREEMENT_INVALID, at="")
    return read_agreement(value, document_digest)


@lru_cache(maxsize=64)
def parsed_policy(document: bytes, document_digest: str) -> NationalPolicy:
    """The national policy in `document` (canonical JSON)."""
    value = _signed(document, "exchange/policy/1", document_digest)
    if not isinstance(value, dict):
        raise BadInput(Code.AGREEMENT_INVALID, at="")
    return read_policy(value, document_digest)


def _signed(document: bytes, type_: str, document_digest: str) -> JsonValue:
    """Untrusted(AGREEMENT_INVALID) when the document is not the one of this digest: edited in the database (T-16)."""
    if digest(type_, document).hex() != document_digest:
        raise Untrusted(Code.AGREEMENT_INVALID, at="digest")
    return read_canonical(document, limit=MAX_DOCUMENT)
