"""decide: what one partner may see of one record, and why. Pure, deterministic, total; default deny.

Preview, release, the auditor's replay and the examples of agreements are this one function. It knows no crypto, no
clock and no store; it seals nothing (`exchange.policies.select` takes what it permits). Spec: docs/spec/policy.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from exchange.model.claims import Claim, JsonObject, JsonValue
from exchange.model.records import Record, Ref
from exchange.policies.agreement import Agreement, NationalPolicy
from exchange.policies.clauses import Need
from exchange.policies.compile import Matched, Outcome, Plan, Settled, Table, answers, plan_of, table_of, terms_of
from exchange.policies.facts import Facts
from exchange.policies.handling import Handling, Marks, capped, narrowed
from exchange.policies.reasons import REMEDY_OF, Reason, because
from exchange.policies.safeguards import APPROVALS_AT_LEAST, Guard, guard

RULES: Final = 2
"""Version of the rules of spec §3 to §6. It rises whenever the same inputs could give another decision document, so
that a replay can tell a changed decision from changed rules."""


class Grant(NamedTuple):
    """An originator's consent to pass its record on, already verified by whoever hands it in."""

    ref: Ref
    recipient: str
    purpose: str
    expires: datetime
    claims: frozenset[str] | None
    """Ids of the claims it covers; None for all."""
    bound: tuple[Handling, ...] = ()
    """What binds already: the handling of our copy and that of the consent."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a decision depends on. `now` is an aware datetime; digests are lower-case hex."""

    agreement: Agreement
    policies: tuple[NationalPolicy, ...]
    record: Record
    node: str
    recipient: str
    purpose: str
    now: datetime
    manifest_digest: str
    policy_digest: str
    grants: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, as a value that can be kept, compared, explained and replayed."""

    ref: Ref
    version: int
    node: str
    recipient: str
    agreement_id: str
    agreement_version: int
    agreement_digest: str
    policy_digest: str
    purpose: str
    manifest_digest: str
    decided_at: datetime
    record_state: str
    """`released` or `denied`."""
    record_reason: Reason | None
    handling: Handling | None
    approvals_needed: int
    approver_role: str
    outcomes: dict[str, Outcome]
    """Claim id -> outcome, in record order."""
    clauses: tuple[str, ...] = ()
    """Ids of the clauses that contribute to what is sent; not part of the document, which names them claim by claim."""
    guarded: bool = False
    """A minor, or released only because a named authority signed: never without people. Not part of the document."""

    def told(self) -> list[JsonValue]:
        """The claims of the document: id and outcome of each."""
        return [[id_, *outcome] for id_, outcome in self.outcomes.items()]

    def document(self, told: Any = None) -> JsonObject:
        """The decision as JSON with sorted meaning: same inputs, same document (spec §7).

        `told`: the same as `told()`, from whoever has written it already.
        """
        return {
            "v": 1,
            "originator": self.ref.originator,
            "id": self.ref.id,
            "version": self.version,
            "node": self.node,
            "recipient": self.recipient,
            "purpose": self.purpose,
            "at": _second(self.decided_at),
            "manifest": self.manifest_digest,
            "agreement": {
                "id": self.agreement_id,
                "version": self.agreement_version,
                "digest": self.agreement_digest,
            },
            "policy": self.policy_digest,
            "state": self.record_state,
            "reason": None if self.record_reason is None else list(self.record_reason),
            "handling": None if self.handling is None else self.handling.document(),
            "approvals": {"count": self.approvals_needed, "role": self.approver_role},
            "claims": self.told() if told is None else told,
        }


@lru_cache(maxsize=16)
def _second(time: datetime) -> str:
    """The same moment for every record of a release: written once."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def decide(inputs: Inputs, known: Facts | None = None) -> Decision:
    """The decision of spec §4 to §6. Never raises for what a document or a record says.

    `known`: facts of the same record on the same day, from whoever decides it several times; others are not used.
    """
    record = inputs.record
    grant = _grant(inputs)
    if record.originator != inputs.node and grant is None:
        return _denied(inputs, because("ORIGINATOR_CONTROL"))
    plan = plan_of(inputs.agreement, inputs.policies, inputs.node, inputs.recipient, inputs.purpose)
    today = inputs.now.astimezone(UTC).date()
    facts = known if known is not None and known.record is record and known.today == today else Facts(record, today)
    marks = marks_of(facts)
    bound = grant.bound if grant is not None else ()
    if marks is not None and bound:
        marks = narrowed(marks, bound)
    refusal = _ground(inputs, plan) or governance(inputs, plan, marks)
    if refusal is not None or marks is None:
        return _denied(inputs, because(refusal or "GOVERNANCE_MISSING"))
    guarded = guard(facts, inputs.agreement, inputs.recipient)
    if guarded.denied is not None:
        return _denied(inputs, because(guarded.denied))
    forbidden = _forbidden(plan, facts)
    if forbidden is not None:
        return _denied(inputs, forbidden)
    matched = Matched(record.kind, answers(plan, facts), guarded.aid_corridor, guarded.minor)
    outcomes, rules = _claims(record.claims, table_of(plan, matched), grant.claims if grant is not None else None)
    if len(outcomes) != len(record.claims):
        return _denied(inputs, because("CLAIMS_AMBIGUOUS"))
    if not rules:
        return _denied(inputs, because("NOTHING_TO_RELEASE"), outcomes)
    settled = terms_of(plan, record.kind, rules, marks)
    if settled.need is None:
        return _denied(inputs, because("MARKING_NOT_COVERED"), outcomes)
    settled = settled._replace(handling=capped(settled.handling, bound), need=_raised(settled.need, guarded))
    return _decision(inputs, None, settled, outcomes, guarded.minor or guarded.signed)


def _grant(inputs: Inputs) -> Grant | None:
    if inputs.record.originator == inputs.node:
        return None
    asked = (inputs.record.ref, inputs.recipient, inputs.purpose)
    for grant in inputs.grants:
        if (grant.ref, grant.recipient, grant.purpose) == asked and inputs.now < grant.expires:
            return grant
    return None


def _ground(inputs: Inputs, plan: Plan) -> str | None:
    """Lines 2 to 5: parties, validity, purpose."""
    if inputs.recipient == inputs.node:
        return "RECIPIENT_IS_US"
    if plan.recipient is None:
        return "NOT_A_PARTY"
    if not inputs.agreement.valid_from <= inputs.now < inputs.agreement.valid_until:
        return "AGREEMENT_NOT_IN_FORCE"
    return None if plan.purpose_agreed else "PURPOSE_NOT_AGREED"


def marks_of(facts: Facts) -> Marks | None:
    """What the record says about its own handling; None when its governance is not complete."""
    marking, purposes = facts.marking(), facts.texts("record.purpose")
    if marking is None or not purposes or not facts.texts("record.legal_basis") or not facts.reviews():
        return None
    return Marks(marking, tuple(facts.texts("record.caveat")), tuple(purposes))


def governance(inputs: Inputs, plan: Plan, marks: Marks | None) -> str | None:
    """Lines 6 to 8: what must be on every record, and when the recipient joined."""
    if marks is None:
        return "GOVERNANCE_MISSING"
    if inputs.purpose not in marks.purposes:
        return "PURPOSE_NOT_RECORDED"
    if not inputs.agreement.back_catalogue and plan.recipient is not None:
        joined = plan.recipient.joined or inputs.agreement.valid_from
        if inputs.record.issued < joined.strftime("%Y-%m-%dT%H:%M:%SZ"):
            return "BEFORE_ACCESSION"
    return None


def _forbidden(plan: Plan, facts: Facts) -> Reason | None:
    """Line 19. A forbid that cannot be evaluated denies: an error must not fail open."""
    for ban in plan.bans.get(facts.record.kind, ()):
        answer = True if ban.check is None else ban.check(facts)
        if answer is not False:
            return because("FORBIDDEN" if answer else "FORBID_NOT_EVALUABLE", ban.label)
    return None


def _claims(claims: Sequence[Claim], table: Table, granted: frozenset[str] | None) -> tuple[dict[str, Outcome], int]:
    """Every claim's outcome, and the bits of the rules that contribute to what is sent."""
    outcomes: dict[str, Outcome] = {}
    bits = 0
    derived: list[Claim] = []
    for claim in claims:
        outcome, rules = table[claim.path]
        if rules:
            if granted is not None and claim.id not in granted:
                outcome, rules = _NOT_GRANTED, 0
            elif claim.derived_from is not None:
                derived.append(claim)
            bits |= rules
        outcomes[claim.id] = outcome
    if derived:
        _coarser(claims, derived, outcomes)
    return outcomes, bits


def _coarser(claims: Sequence[Claim], derived: Sequence[Claim], outcomes: dict[str, Outcome]) -> None:
    """Marks withheld claims from which a sent claim was derived, over any number of steps."""
    parents = {claim.id: claim.derived_from for claim in claims}
    for claim in derived:
        finer, seen = claim.derived_from, {claim.id}
        while finer is not None and finer in outcomes and finer not in seen:
            seen.add(finer)
            known = outcomes[finer]
            if known.state == "withheld":
                outcomes[finer] = Outcome("coarser", known.clause, known.reason, claim.id, known.remedy)
            finer = parents[finer]


def _raised(need: Need, guarded: Guard) -> Need:
    """Minors, and records that an authority had to sign for, need a third approval."""
    if guarded.minor or guarded.signed:
        return Need(max(need.people, APPROVALS_AT_LEAST), need.role)
    return need


_NOT_GRANTED = Outcome("withheld", None, "NOT_GRANTED", None, REMEDY_OF["NOT_GRANTED"])
_RECORD_DENIED = Outcome("withheld", None, "RECORD_DENIED", None, REMEDY_OF["RECORD_DENIED"])


def _denied(inputs: Inputs, reason: Reason, outcomes: dict[str, Outcome] | None = None) -> Decision:
    """Nothing leaves. Outcomes that withhold keep their own reason; every other becomes RECORD_DENIED."""
    known = outcomes or {}
    kept = {
        claim.id: known[claim.id] if claim.id in known and known[claim.id].state == "withheld" else _RECORD_DENIED
        for claim in inputs.record.claims
    }
    return _decision(inputs, reason, None, kept, False)


def _decision(
    inputs: Inputs, reason: Reason | None, settled: Settled | None, outcomes: dict[str, Outcome], guarded: bool
) -> Decision:
    need = Need(0, "") if settled is None or settled.need is None else settled.need
    return Decision(
        ref=inputs.record.ref,
        version=inputs.record.version,
        node=inputs.node,
        recipient=inputs.recipient,
        agreement_id=inputs.agreement.id,
        agreement_version=inputs.agreement.version,
        agreement_digest=inputs.agreement.digest,
        policy_digest=inputs.policy_digest,
        purpose=inputs.purpose,
        manifest_digest=inputs.manifest_digest,
        decided_at=inputs.now,
        record_state="released" if reason is None else "denied",
        record_reason=reason,
        handling=None if settled is None else settled.handling,
        approvals_needed=need.people,
        approver_role=need.role,
        outcomes=outcomes,
        clauses=() if settled is None else settled.clauses,
        guarded=guarded,
    )
