"""What would make a claim releasable, and who may do that, as codes. Nobody is told to change what is true.

Sentences: `exchange.policies.trace_sentences`. Spec: docs/spec/policy.md §10.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from exchange.policies.compile import Outcome
from exchange.policies.decide import Decision
from exchange.policies.reasons import REMEDIES, REMEDY_OF

WHO: Final[dict[str, tuple[str, ...]]] = {
    "ASK_ORIGINATOR": ("ORIGINATOR",),
    "CHOOSE_AGREEMENT": ("PROPOSER",),
    "RENEW_AGREEMENT": ("ADMINISTRATOR", "PARTIES"),
    "CHOOSE_PURPOSE": ("PROPOSER",),
    "COMPLETE_GOVERNANCE": ("AUTHOR",),
    "AMEND_AGREEMENT": ("ADMINISTRATOR", "PARTIES"),
    "SET_CATEGORY": ("AUTHOR",),
    "REVIEW_RECORD": ("AUTHOR",),
    "RENEW_RECORD": ("AUTHORITY", "AUTHOR"),
    "BEST_INTEREST": ("AUTHORITY", "AUTHOR"),
    "COMPLETE_RECORD": ("AUTHOR",),
    "GET_ASSURANCE": ("RECIPIENT", "AUTHOR"),
    "NEUTRALITY_SIGNOFF": ("AUTHORITY", "AUTHOR"),
    "LISTING_SIGNOFF": ("AUTHORITY", "AUTHOR"),
    "CORRECT_RECORD": ("AUTHOR",),
    "SEE_RECORD": ("PROPOSER",),
    # only in a trace: a decision gives no remedy there
    "AMEND_POLICY": ("ADMINISTRATOR",),
    "APPROVE": ("OFFICER",),
    "NOTHING": (),
}
"""What would help -> who may do it. `APPROVE` names the role that the agreement asks for instead."""
ONLY_HERE: Final = frozenset(WHO) - REMEDIES
_RULES: Final = frozenset({"WITHHELD", "FORBIDDEN", "CLAUSE_NOT_MET"})
"""Reasons without a remedy that another rule, agreed by those who may, would change."""


class Cure(NamedTuple):
    """What would make it releasable, and by whom. For what is sent: who has to approve."""

    what: str
    who: tuple[str, ...]
    people: int = 0
    """How many must approve; 0 unless `what` is APPROVE."""


def cure_of(decision: Decision, outcome: Outcome) -> Cure:
    """The cure for one claim's outcome; of a record denied as a whole, the cure for the record."""
    if outcome.state == "sent":
        return Cure("APPROVE", (decision.approver_role.upper(),), decision.approvals_needed)
    code, clause = outcome.reason, outcome.clause
    if code == "RECORD_DENIED" and decision.record_reason is not None:
        code, clause = decision.record_reason.code, decision.record_reason.clause
    what = REMEDY_OF[code]
    if what is None and code in _RULES:
        what = "AMEND_POLICY" if clause is not None and "/" in clause else "AMEND_AGREEMENT"
    return Cure(what or "NOTHING", WHO[what or "NOTHING"])
