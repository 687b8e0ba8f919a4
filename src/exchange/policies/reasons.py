"""Why something leaves or stays, as codes. The sentences for the codes are in `exchange.policies.sentences`.

A reason names the clause where there is one, and a remedy where something could make the release possible.
Spec: docs/spec/policy.md §4, §5.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Reason(NamedTuple):
    """Why a record, or a claim of it, stays."""

    code: str
    clause: str | None = None
    """`5.1`, or `NP-DZ/2.1` for a clause or forbid of a national policy."""
    remedy: str | None = None
    """What would make it releasable, a code of `REMEDIES`; None where nothing would."""


REMEDY_OF: Final[dict[str, str | None]] = {
    # the record (spec §4, in that order)
    "ORIGINATOR_CONTROL": "ASK_ORIGINATOR",
    "RECIPIENT_IS_US": None,
    "NOT_A_PARTY": "CHOOSE_AGREEMENT",
    "AGREEMENT_NOT_IN_FORCE": "RENEW_AGREEMENT",
    "PURPOSE_NOT_AGREED": "CHOOSE_PURPOSE",
    "GOVERNANCE_MISSING": "COMPLETE_GOVERNANCE",
    "PURPOSE_NOT_RECORDED": "CHOOSE_PURPOSE",
    "BEFORE_ACCESSION": "AMEND_AGREEMENT",
    "CATEGORY_MISSING": "SET_CATEGORY",
    "REVIEW_PASSED": "REVIEW_RECORD",
    "REVIEW_TOO_FAR": "REVIEW_RECORD",
    "RETENTION_PASSED": "RENEW_RECORD",
    "MINOR": "BEST_INTEREST",
    "RECALLED": "CORRECT_RECORD",
    "DURESS": None,
    "ORIGIN_UNKNOWN": "COMPLETE_RECORD",
    "ORIGIN_COUNTRY": None,
    "ASSURANCE_MISSING": "GET_ASSURANCE",
    "NEUTRALITY": "NEUTRALITY_SIGNOFF",
    "PROTECTED_ROLE": "LISTING_SIGNOFF",
    "FLAG_UNKNOWN": "CORRECT_RECORD",
    "FORBIDDEN": None,
    "FORBID_NOT_EVALUABLE": "COMPLETE_RECORD",
    "CLAIMS_AMBIGUOUS": "CORRECT_RECORD",
    "NOTHING_TO_RELEASE": "CHOOSE_AGREEMENT",
    "MARKING_NOT_COVERED": "AMEND_AGREEMENT",
    # a claim (spec §5)
    "SAFEGUARD": None,
    "GOVERNANCE": None,
    "PATH_UNKNOWN": "CORRECT_RECORD",
    "NOT_GRANTED": "ASK_ORIGINATOR",
    "AID_CORRIDOR": None,
    "MINOR_BIOMETRIC": None,
    "WITHHELD": None,
    "WITHHELD_NOT_EVALUABLE": "COMPLETE_RECORD",
    "CLAUSE": None,
    "CLAUSE_NOT_EVALUABLE": "COMPLETE_RECORD",
    "PURPOSE_NOT_IN_CLAUSE": "CHOOSE_PURPOSE",
    "CLAUSE_NOT_MET": None,
    "NO_CLAUSE": "AMEND_AGREEMENT",
    "RECORD_DENIED": "SEE_RECORD",
}
"""Every reason code -> its remedy. A code that is not here cannot be given as a reason."""

REMEDIES: Final = frozenset(remedy for remedy in REMEDY_OF.values() if remedy is not None)


def because(code: str, clause: str | None = None) -> Reason:
    """The reason for a code; KeyError for a code that does not exist."""
    return Reason(code, clause, REMEDY_OF[code])
