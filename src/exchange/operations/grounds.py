"""What a decision stands on: the agreement in force, the national policies, and their digest.

Parsed agreements are kept by digest: a document is read once, however many records it decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from exchange.crypto.encoding import digest, read_canonical
from exchange.errors import BadInput, Code, Denied
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


def grounds(unit: Unit, agreement_id: str, *, lock: bool) -> Grounds:
    """The grounds for a release now. Denied(SUSPENDED or AGREEMENT_NOT_IN_FORCE) when there are none."""
    stored = unit.agreements.active(agreement_id, lock=lock)
    if stored is None:
        raise Denied(Code.AGREEMENT_NOT_IN_FORCE, agreement=agreement_id)
    if stored.suspend_requested or stored.state != "active":
        raise Denied(Code.SUSPENDED, agreement=agreement_id)
    return combine(stored, unit.agreements.active_policies(lock=lock))


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
    value = read_canonical(document, limit=MAX_DOCUMENT)
    if not isinstance(value, dict):
        raise BadInput(Code.AGREEMENT_INVALID, at="")
    return read_agreement(value, document_digest)


@lru_cache(maxsize=64)
def parsed_policy(document: bytes, document_digest: str) -> NationalPolicy:
    """The national policy in `document` (canonical JSON)."""
    value = read_canonical(document, limit=MAX_DOCUMENT)
    if not isinstance(value, dict):
        raise BadInput(Code.AGREEMENT_INVALID, at="")
    return read_policy(value, document_digest)
