"""Every error that this program raises on purpose, and nothing of HTTP.

    ExchangeError
    ├── BadInput            the caller sent something that cannot be read or is not allowed by its form
    │   └── TooLarge        … or is larger than a named limit
    ├── NotFound            no such thing, or the caller may not know that it exists
    ├── Denied              an agreement, a national policy or a safeguard says no
    ├── Unauthenticated     nobody knows who is asking
    ├── Forbidden           known, but not allowed to do this
    ├── Conflict            the state has moved on (stale version, voided approval, double submission)
    ├── Remote              a partner's node did not answer as the protocol says
    ├── Unavailable         this node cannot do it now (locked, clock, database, disk); try again later
    └── Untrusted           evidence does not verify
        ├── SignatureInvalid
        ├── ChainBroken     a log, a stream or a proof does not join
        ├── CheckpointMismatch
        └── UntrustedKey

An error carries a `Code` and facts (identifiers, numbers, places), never a sentence and never a submitted value:
sentences are made from codes in `exchange.sentences`, HTTP answers in `exchange.api.problems`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

Fact = str | int | bool | None


class Code(StrEnum):
    """The closed list of error codes. A code is registered once and never reused."""

    UNEXPECTED = "UNEXPECTED"
    # reading
    JSON_MALFORMED = "JSON_MALFORMED"
    JSON_NOT_CANONICAL = "JSON_NOT_CANONICAL"
    JSON_DUPLICATE_KEY = "JSON_DUPLICATE_KEY"
    JSON_TOO_DEEP = "JSON_TOO_DEEP"
    JSON_NUMBER = "JSON_NUMBER"
    JSON_TEXT = "JSON_TEXT"
    UNKNOWN_MEMBER = "UNKNOWN_MEMBER"
    MISSING_MEMBER = "MISSING_MEMBER"
    WRONG_TYPE = "WRONG_TYPE"
    VALUE_NOT_ALLOWED = "VALUE_NOT_ALLOWED"
    TOO_LARGE = "TOO_LARGE"
    FILE_NOT_WELL_FORMED = "FILE_NOT_WELL_FORMED"
    # records
    RECORD_INVALID = "RECORD_INVALID"
    UNKNOWN_PATH = "UNKNOWN_PATH"
    PATH_NOT_FOR_KIND = "PATH_NOT_FOR_KIND"
    TEXT_NOT_ALLOWED = "TEXT_NOT_ALLOWED"
    GOVERNANCE_MISSING = "GOVERNANCE_MISSING"
    TOO_MANY_CLAIMS = "TOO_MANY_CLAIMS"
    # keys and crypto
    KEYFILE_LOCKED = "KEYFILE_LOCKED"
    KEYFILE_MALFORMED = "KEYFILE_MALFORMED"
    KEY_MALFORMED = "KEY_MALFORMED"
    KEY_UNKNOWN = "KEY_UNKNOWN"
    KEY_NOT_VALID = "KEY_NOT_VALID"
    SIGNATURE_INVALID = "SIGNATURE_INVALID"
    DESCRIPTOR_MALFORMED = "DESCRIPTOR_MALFORMED"
    DESCRIPTOR_EXPIRED = "DESCRIPTOR_EXPIRED"
    DESCRIPTOR_ROLLBACK = "DESCRIPTOR_ROLLBACK"
    ROOT_MISMATCH = "ROOT_MISMATCH"
    AT_REST_CORRUPT = "AT_REST_CORRUPT"
    # envelope, in the order of the reading steps
    ENVELOPE_TOO_LARGE = "ENVELOPE_TOO_LARGE"
    ENVELOPE_MALFORMED = "ENVELOPE_MALFORMED"
    HEADER_MALFORMED = "HEADER_MALFORMED"
    SUITE_NOT_ALLOWED = "SUITE_NOT_ALLOWED"
    SUITE_BELOW_FLOOR = "SUITE_BELOW_FLOOR"
    NOT_ADDRESSED = "NOT_ADDRESSED"
    TRANSPORT_MISMATCH = "TRANSPORT_MISMATCH"
    AGREEMENT_NOT_IN_FORCE = "AGREEMENT_NOT_IN_FORCE"
    NOT_YET_VALID = "NOT_YET_VALID"
    EXPIRED = "EXPIRED"
    EQUIVOCATION = "EQUIVOCATION"
    SEQUENCE_GAP = "SEQUENCE_GAP"
    PREVIOUS_MISMATCH = "PREVIOUS_MISMATCH"
    DECRYPT_FAILED = "DECRYPT_FAILED"
    COMMITMENT_MISMATCH = "COMMITMENT_MISMATCH"
    BODY_MALFORMED = "BODY_MALFORMED"
    IMPORT_REFUSED = "IMPORT_REFUSED"
    MANIFEST_INVALID = "MANIFEST_INVALID"
    CLAIM_NOT_COMMITTED = "CLAIM_NOT_COMMITTED"
    ORIGINATOR_MISMATCH = "ORIGINATOR_MISMATCH"
    RECEIPT_INVALID = "RECEIPT_INVALID"
    # agreements and release
    AGREEMENT_INVALID = "AGREEMENT_INVALID"
    AGREEMENT_UNSIGNED = "AGREEMENT_UNSIGNED"
    AGREEMENT_EXAMPLE_FAILS = "AGREEMENT_EXAMPLE_FAILS"
    NOT_A_PARTY = "NOT_A_PARTY"
    RELEASE_DENIED = "RELEASE_DENIED"
    MESSAGE_NOT_ALLOWED = "MESSAGE_NOT_ALLOWED"
    THREAD_UNKNOWN = "THREAD_UNKNOWN"
    RECORD_RECALLED = "RECORD_RECALLED"
    RECALL_OUTSTANDING = "RECALL_OUTSTANDING"
    GRANT_INVALID = "GRANT_INVALID"
    CHECKER_DISAGREES = "CHECKER_DISAGREES"
    NOTHING_TO_RELEASE = "NOTHING_TO_RELEASE"
    APPROVAL_MISSING = "APPROVAL_MISSING"
    APPROVAL_STALE = "APPROVAL_STALE"
    SELF_APPROVAL = "SELF_APPROVAL"
    ALREADY_APPROVED = "ALREADY_APPROVED"
    RELEASE_STATE = "RELEASE_STATE"
    SUSPENDED = "SUSPENDED"
    DOCUMENT_CHANGED = "DOCUMENT_CHANGED"
    REPLAY_MALFORMED = "REPLAY_MALFORMED"
    STAMP_INVALID = "STAMP_INVALID"
    # ledger
    LEDGER_BROKEN = "LEDGER_BROKEN"
    RECONCILE_DIFFERS = "RECONCILE_DIFFERS"
    CHECKPOINT_MISMATCH = "CHECKPOINT_MISMATCH"
    PROOF_INVALID = "PROOF_INVALID"
    ENTRY_MALFORMED = "ENTRY_MALFORMED"
    EXPORT_MALFORMED = "EXPORT_MALFORMED"
    OPENING_STATE = "OPENING_STATE"
    ENTRY_NAMES_NOTHING = "ENTRY_NAMES_NOTHING"
    # blinded matching
    ELEMENT_MALFORMED = "ELEMENT_MALFORMED"
    EVALUATION_INVALID = "EVALUATION_INVALID"
    MATCH_NOT_READY = "MATCH_NOT_READY"
    MATCH_LIMIT = "MATCH_LIMIT"
    MATCH_PROBING = "MATCH_PROBING"
    MATCH_OTHER_PERSON = "MATCH_OTHER_PERSON"
    # people and requests
    TOKEN_UNKNOWN = "TOKEN_UNKNOWN"
    CERTIFICATE_UNKNOWN = "CERTIFICATE_UNKNOWN"
    PASSKEY_REFUSED = "PASSKEY_REFUSED"
    NOT_ATTESTED = "NOT_ATTESTED"
    SIGN_IN_STALE = "SIGN_IN_STALE"
    SIGNED_IN = "SIGNED_IN"
    IDENTITY_PROVIDER = "IDENTITY_PROVIDER"
    PERMISSION_MISSING = "PERMISSION_MISSING"
    NOT_FOUND = "NOT_FOUND"
    STALE = "STALE"
    PRECONDITION_REQUIRED = "PRECONDITION_REQUIRED"
    IDEMPOTENCY_KEY_REQUIRED = "IDEMPOTENCY_KEY_REQUIRED"
    IDEMPOTENCY_KEY_REUSED = "IDEMPOTENCY_KEY_REUSED"
    IDEMPOTENCY_IN_FLIGHT = "IDEMPOTENCY_IN_FLIGHT"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    HOST_NOT_ALLOWED = "HOST_NOT_ALLOWED"
    FORM_EXPIRED = "FORM_EXPIRED"
    ENCODING_NOT_ALLOWED = "ENCODING_NOT_ALLOWED"
    TOO_MANY_REQUESTS = "TOO_MANY_REQUESTS"
    # node
    CONFIG_INVALID = "CONFIG_INVALID"
    CLOCK_UNSAFE = "CLOCK_UNSAFE"
    DATABASE_UNAVAILABLE = "DATABASE_UNAVAILABLE"
    DATABASE_BUSY = "DATABASE_BUSY"
    MIGRATION_PENDING = "MIGRATION_PENDING"
    LEDGER_UNWRITABLE = "LEDGER_UNWRITABLE"
    WITNESS_STALE = "WITNESS_STALE"
    ROLLED_BACK = "ROLLED_BACK"
    NOT_CONFIRMED = "NOT_CONFIRMED"
    PARTNER_UNKNOWN = "PARTNER_UNKNOWN"
    PARTNER_UNREACHABLE = "PARTNER_UNREACHABLE"
    PARTNER_ANSWER = "PARTNER_ANSWER"
    ADDRESS_NOT_ALLOWED = "ADDRESS_NOT_ALLOWED"
    NOT_LOOPBACK = "NOT_LOOPBACK"
    FONTS_MISSING = "FONTS_MISSING"


class ExchangeError(Exception):
    """Base of the tree. `code` says what happened; `facts` say where, in identifiers and numbers only."""

    default: ClassVar[Code] = Code.UNEXPECTED

    def __init__(self, code: Code | None = None, **facts: Fact) -> None:
        self.code = code if code is not None else self.default
        self.facts: dict[str, Fact] = facts
        super().__init__(self.code.value)

    def __str__(self) -> str:
        facts = " ".join(f"{name}={value}" for name, value in sorted(self.facts.items()))
        return f"{self.code.value} {facts}".rstrip()


class BadInput(ExchangeError):
    default = Code.VALUE_NOT_ALLOWED


class TooLarge(BadInput):
    default = Code.TOO_LARGE


class NotFound(ExchangeError):
    default = Code.NOT_FOUND


class Denied(ExchangeError):
    default = Code.RELEASE_DENIED


class Unauthenticated(ExchangeError):
    default = Code.TOKEN_UNKNOWN


class Forbidden(ExchangeError):
    default = Code.PERMISSION_MISSING


class Conflict(ExchangeError):
    default = Code.STALE


class Remote(ExchangeError):
    default = Code.PARTNER_ANSWER


class Unavailable(ExchangeError):
    default = Code.DATABASE_UNAVAILABLE


class Untrusted(ExchangeError):
    default = Code.SIGNATURE_INVALID


class SignatureInvalid(Untrusted):
    default = Code.SIGNATURE_INVALID


class ChainBroken(Untrusted):
    default = Code.LEDGER_BROKEN


class CheckpointMismatch(Untrusted):
    default = Code.CHECKPOINT_MISMATCH


class UntrustedKey(Untrusted):
    default = Code.KEY_UNKNOWN
