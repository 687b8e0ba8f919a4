"""Previews, proposals and outcomes as their Out models."""

from __future__ import annotations

from exchange.api.schemas import ReasonOut, ref_out
from exchange.api.schemas.records import VersionOut
from exchange.api.schemas.releases import (
    AnswerOut,
    ApprovalOut,
    ClaimOutcomeOut,
    DeniedOut,
    OutcomeOut,
    ProposedOut,
    ReleaseLineOut,
    ReleaseOut,
)
from exchange.model.records import Record, Ref
from exchange.model.state import Proposal
from exchange.operations.clock import stamp
from exchange.operations.overview import ReleaseView
from exchange.operations.preview import NoAnswer, Preview
from exchange.operations.propose import Proposed
from exchange.operations.release import Outcome
from exchange.policies.decide import Decision
from exchange.policies.reasons import Reason


def answer_out(found: Preview | NoAnswer) -> AnswerOut:
    """One agreement's answer to a preview."""
    if isinstance(found, NoAnswer):
        return AnswerOut(
            agreement=found.agreement_id,
            state="unavailable",
            reason=ReasonOut(code=found.code, clause=None, remedy=None),
            handling=None,
            approvals_needed=0,
            approver_role="",
            view_digest=None,
            claims=[],
        )
    decision = found.view.decision
    reason = decision.record_reason
    return AnswerOut(
        agreement=found.agreement_id,
        state=decision.record_state,
        reason=None if reason is None else reason_out(reason),
        handling=None if decision.handling is None else decision.handling.document(),
        approvals_needed=decision.approvals_needed,
        approver_role=decision.approver_role,
        view_digest=found.view.digest.hex(),
        claims=outcomes_out(found.held.record, decision),
    )


def reason_out(reason: Reason) -> ReasonOut:
    """A reason as JSON."""
    return ReasonOut(code=reason.code, clause=reason.clause, remedy=reason.remedy)


def denied_out(ref: Ref, reason: Reason) -> DeniedOut:
    """A record that stays here, and why."""
    return DeniedOut(record=ref_out(ref), reason=reason_out(reason))


def line_out(proposal: Proposal) -> ReleaseLineOut:
    """A proposal without its records."""
    return ReleaseLineOut(
        id=proposal.id,
        kind=proposal.kind,
        thread=proposal.thread,
        recipient=proposal.recipient,
        agreement=proposal.agreement_id,
        agreement_version=proposal.agreement_version,
        purpose=proposal.purpose,
        proposer=proposal.proposer,
        state=proposal.state,
        digest=proposal.digest,
        policy_digest=proposal.policy_digest,
        approvals_needed=proposal.approvals_needed,
        created_at=stamp(proposal.created_at),
        expires_at=stamp(proposal.expires_at),
        released_at=None if proposal.released_at is None else stamp(proposal.released_at),
        envelope=proposal.envelope_digest,
    )


def release_out(view: ReleaseView) -> ReleaseOut:
    """A proposal with its records and approvals."""
    return ReleaseOut(
        **dict(line_out(view.proposal)),
        records=[
            VersionOut(originator=item.ref.originator, id=item.ref.id, version=item.version) for item in view.items
        ],
        approvals=[ApprovalOut(person=each.person, role=each.role, at=stamp(each.at)) for each in view.approvals],
    )


def proposed_out(found: Proposed) -> ProposedOut:
    """What a proposal found, as JSON."""
    return ProposedOut(
        proposals=[line_out(proposal) for proposal in found.proposals],
        denied=[denied_out(ref, reason) for ref, reason in found.denied],
        unchanged=[ref_out(ref) for ref in found.unchanged],
        missing=[ref_out(ref) for ref in found.missing],
    )


def outcome_out(outcome: Outcome) -> OutcomeOut:
    """What became of a release."""
    return OutcomeOut(
        id=outcome.proposal_id,
        state=outcome.state,
        reason=outcome.reason,
        seq=outcome.seq,
        envelope=outcome.envelope_digest,
        records=outcome.records,
    )


def outcomes_out(record: Record, decision: Decision) -> list[ClaimOutcomeOut]:
    """What becomes of each claim, in record order."""
    paths = {claim.id: claim.path for claim in record.claims}
    return [
        ClaimOutcomeOut(
            id=claim_id,
            path=paths[claim_id],
            state=outcome.state,
            reason=outcome.reason,
            clause=outcome.clause,
            instead=outcome.instead,
            remedy=outcome.remedy,
        )
        for claim_id, outcome in decision.outcomes.items()
    ]
