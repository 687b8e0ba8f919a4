"""A preview's answer as rows and terms that a template shows. It decides nothing and leaves nothing out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from exchange.console.pages.records_values import Told as Value
from exchange.console.pages.records_values import field_name
from exchange.console.pages.records_values import told as value_of
from exchange.console.pages.said_law import Terms, Told, approvers_of, terms, told
from exchange.console.visit import Visit
from exchange.model.claims import Claim
from exchange.model.records import HeldRecord
from exchange.model.vocab import TLP_BY_STRICTNESS, Tlp
from exchange.operations.preview import Preview
from exchange.operations.views import View
from exchange.policies.compile import Outcome
from exchange.policies.decide import Decision
from exchange.policies.reasons import Reason


class Row(NamedTuple):
    """One claim: what we hold, what the partner sees, by which rule."""

    claim: str
    path: str
    field: str
    held: Value
    state: str
    """`sent`, `coarser` or `withheld`."""
    seen: Value | None
    """None: nothing of it."""
    rule: str
    """The clause, or the code of the reason where no clause speaks."""
    told: Told


@dataclass(frozen=True, slots=True)
class Shown:
    """One agreement's answer for one record."""

    agreement: str
    version: int
    recipient: str
    purpose: str
    released: bool
    told: Told | None
    """Why the record as a whole stays."""
    rows: tuple[Row, ...]
    counts: Mapping[str, int]
    """State -> claims."""
    terms: Terms | None
    approvals: str
    size: int
    """Bytes of claims and manifest, before sealing and padding."""
    digest: str
    marking: str


def shown(visit: Visit, answer: Preview) -> Shown:
    """For the preview of one record."""
    return shown_view(visit, answer.held, answer.view)


def shown_view(visit: Visit, held: HeldRecord, view: View) -> Shown:
    """The same of a view that was decided elsewhere."""
    decision = view.decision
    rows = rows_of(visit, held, decision)
    return Shown(
        agreement=decision.agreement_id,
        version=decision.agreement_version,
        recipient=decision.recipient,
        purpose=decision.purpose,
        released=view.released is not None,
        told=None if decision.record_reason is None else told(visit, decision, decision.record_reason),
        rows=rows,
        counts=Counter(row.state for row in rows),
        terms=None if view.released is None else terms(visit, view.released.handling),
        approvals=approvers_of(visit, decision.approvals_needed, decision.approver_role),
        size=0 if view.released is None else len(view.packed) + len(held.manifest),
        digest=view.digest.hex(),
        marking=marking_of(held, decision),
    )


def rows_of(visit: Visit, held: HeldRecord, decision: Decision) -> tuple[Row, ...]:
    """Every claim of the record, in its order."""
    claims = {claim.id: claim for claim in held.record.claims}
    return tuple(_row(visit, decision, claims, claim) for claim in held.record.claims)


def marking_of(held: HeldRecord, decision: Decision | None = None) -> str:
    """The label of the page: the record's own, or the stricter one under which it would leave."""
    if decision is not None and decision.handling is not None:
        return decision.handling.tlp
    own = held.record.texts("record.marking")
    return next((str(label) for label in TLP_BY_STRICTNESS if label in own), str(Tlp.RED))


def _row(visit: Visit, decision: Decision, claims: dict[str, Claim], claim: Claim) -> Row:
    outcome = decision.outcomes[claim.id]
    held = value_of(claim.path, claim.value, visit.lang)
    return Row(
        claim=claim.id,
        path=claim.path,
        field=field_name(claim.path, visit.lang),
        held=held,
        state=outcome.state,
        seen=_seen(visit, outcome, claims, held),
        rule=outcome.clause or outcome.reason,
        told=told(visit, decision, Reason(outcome.reason, outcome.clause, outcome.remedy)),
    )


def _seen(visit: Visit, outcome: Outcome, claims: dict[str, Claim], held: Value) -> Value | None:
    if outcome.state == "sent":
        return held
    if outcome.state == "coarser" and outcome.instead is not None:
        less = claims[outcome.instead]
        return value_of(less.path, less.value, visit.lang)
    return None
