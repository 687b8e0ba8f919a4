"""Why does one field leave, or stay? The decision step by step, what would change it, and who may."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages.preview_asked import one_agreement, record_of, wanted
from exchange.console.pages.preview_shown import marking_of
from exchange.console.pages.records_values import Told as Value
from exchange.console.pages.records_values import field_name
from exchange.console.pages.records_values import told as value_of
from exchange.console.pages.said_law import Told, partner_of, purpose_of, told
from exchange.console.visit import Visit
from exchange.errors import NotFound
from exchange.model.claims import Claim
from exchange.operations.permissions import Permission
from exchange.operations.preview_choices import choices
from exchange.operations.why import WhyQuestion, why_claim
from exchange.policies.reasons import Reason
from exchange.policies.trace import Trace
from exchange.policies.trace_text import Told as ToldStep
from exchange.policies.trace_text import told as told_trace


class Part(NamedTuple):
    """Steps of one kind. `checks`: checks on the record that stopped nothing, and rules about something else."""

    name: str
    """`checks`, `aside` or `steps`."""
    steps: tuple[ToldStep, ...]


def get_why(visit: Visit) -> Response:
    """The trace in words. It names the record's own words, so it is for whoever may read the record."""
    ref, claim_id = record_of(visit), visit.part("claim")
    if ref.originator != visit.node.code:
        raise NotFound(record=ref.id)
    with visit.write() as unit:
        offered = choices(visit.node, unit, visit.person, ref)
        asked = one_agreement(wanted(visit, offered), offered)
        if asked is None or asked.agreement is None:
            raise NotFound(at="agreement")
        question = WhyQuestion(ref, claim_id, asked.to, asked.agreement, asked.purpose)
        trace = why_claim(visit.node, unit, visit.person, question)
        (held,) = unit.records.current([ref], lock=False)
    claims = {claim.id: claim for claim in held.record.claims}
    outcome, decision = trace.outcome, trace.decision
    said = told_trace(trace, visit.lang)
    return visit.page(
        "previews/why.html",
        ref=ref,
        asked=asked,
        partner=partner_of(visit, asked.to),
        purpose=purpose_of(visit, asked.purpose),
        claim=claims[claim_id],
        field=field_name(trace.path, visit.lang),
        held=_value(visit, claims[claim_id]),
        instead=None if outcome.instead is None else _value(visit, claims[outcome.instead]),
        outcome=outcome,
        answer=_answer(visit, trace),
        cure=said.cure,
        who=said.who,
        parts_=_parts(said.steps),
        last=said.steps[-1],
        marking=marking_of(held, decision),
        back=f"/previews/{ref.originator}/{ref.id}?{asked.query()}",
    )


def _value(visit: Visit, claim: Claim) -> Value:
    return value_of(claim.path, claim.value, visit.lang)


def _answer(visit: Visit, trace: Trace) -> Told:
    """The reason that counts: of a record that stays as a whole, the record's."""
    outcome, whole = trace.outcome, trace.decision.record_reason
    if outcome.reason == "RECORD_DENIED" and whole is not None:
        return told(visit, trace.decision, whole)
    return told(visit, trace.decision, Reason(outcome.reason, outcome.clause, outcome.remedy))


def _parts(steps: Sequence[ToldStep]) -> list[Part]:
    """Neighbours of one kind together, so that what decided is not lost between what did not."""
    found: list[Part] = []
    for step in steps:
        kind = _kind(step.code)
        if found and found[-1].name == kind and kind != "steps":
            found[-1] = Part(kind, (*found[-1].steps, step))
        else:
            found.append(Part(kind, (step,)))
    return found


def _kind(code: str) -> str:
    if code == "LINE_CLEAR":
        return "checks"
    return "aside" if code.endswith(("OTHER_DIRECTION", "OTHER_KIND", "OTHER_FIELD")) else "steps"


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/previews/{originator}/{record}/why/{claim}", get_why, Permission.RECORD_READ),
)
