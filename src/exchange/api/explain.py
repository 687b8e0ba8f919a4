"""Routes that explain: the matrix of a record, why one claim leaves or stays, decisions of the past taken again."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.api.answers import answer
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.language import language
from exchange.api.releases_out import outcomes_out, reason_out
from exchange.api.schemas import ReasonOut
from exchange.api.schemas.explain import (
    ColumnOut,
    MatrixIn,
    MatrixOut,
    ReplayedItemOut,
    ReplayedStageOut,
    ReplayOut,
    WhyIn,
    WhyOut,
)
from exchange.api.schemas.records import VersionOut
from exchange.model.records import Record
from exchange.operations.clock import stamp
from exchange.operations.matrix import Column, matrix
from exchange.operations.permissions import Permission
from exchange.operations.replay import ReplayedStage, replay
from exchange.operations.why import WhyQuestion, why_claim
from exchange.policies.trace_text import trace_document


def post_matrix(call: Call) -> Response:
    """Claims by partners: states, clauses and reasons, no values. Nothing is sent."""
    asked = call.document(MatrixIn)
    recipients = None if asked.recipients is None else tuple(dict.fromkeys(asked.recipients))
    with call.write() as unit:
        found = matrix(call.node, unit, call.person, asked.record.ref(), asked.purpose, recipients)
    record = found.held.record
    return answer(
        MatrixOut(
            record=VersionOut(originator=record.originator, id=record.id, version=record.version),
            purpose=asked.purpose,
            columns=[_column(column, record) for column in found.columns],
        )
    )


def post_why(call: Call) -> Response:
    """Why does one claim leave or stay? Every rule looked at, what decided, and who could change it."""
    asked = call.document(WhyIn)
    question = WhyQuestion(asked.record.ref(), asked.claim, asked.recipient, asked.agreement, asked.purpose)
    with call.write() as unit:
        trace = why_claim(call.node, unit, call.person, question)
    lang = language(call.request.headers.get("accept-language", ""))
    return answer(WhyOut.model_validate(trace_document(trace, lang)))


def post_replay(call: Call) -> Response:
    """Takes the decisions of a proposal or release again, from the documents and records of the time."""
    release_id = call.path("release")
    with call.write() as unit:
        stages = replay(call.node, unit, call.person, release_id)
    return answer(ReplayOut(stages=[_stage(stage) for stage in stages]))


def _column(column: Column, record: Record) -> ColumnOut:
    decision = column.decision
    if decision is None:
        reason = None if column.code is None else ReasonOut(code=column.code, clause=None, remedy=None)
        return ColumnOut(
            recipient=column.recipient, agreement=column.agreement_id, state="unavailable", reason=reason, claims=[]
        )
    return ColumnOut(
        recipient=column.recipient,
        agreement=column.agreement_id,
        state=decision.record_state,
        reason=None if decision.record_reason is None else reason_out(decision.record_reason),
        claims=outcomes_out(record, decision),
    )


def _stage(stage: ReplayedStage) -> ReplayedStageOut:
    return ReplayedStageOut(
        stage=stage.stage,
        at=stamp(stage.at),
        digest=stage.digest.hex(),
        rules=stage.inputs.rules,
        items=[
            ReplayedItemOut(
                position=item.position,
                record=VersionOut(originator=item.ref.originator, id=item.ref.id, version=item.version),
                state=item.state,
                reason=item.reason,
            )
            for item in stage.items
        ],
    )


_READ: Final = Permission.RECORD_READ
ROUTES: Final = (
    Route("POST", "/v1/previews/matrix", post_matrix, Audience.OFFICER, _READ, takes=MatrixIn, gives=MatrixOut),
    Route("POST", "/v1/previews/why", post_why, Audience.OFFICER, _READ, takes=WhyIn, gives=WhyOut),
    Route(
        "POST",
        "/v1/releases/{release}/replay",
        post_replay,
        Audience.OFFICER,
        Permission.RELEASE_READ,
        gives=ReplayOut,
    ),
)
