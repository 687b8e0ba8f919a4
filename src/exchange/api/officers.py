"""Every route for officers, and the two about the caller and the node itself."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.api import (
    after,
    agreements,
    exchanges,
    explain,
    matches,
    messages,
    metrics,
    networks,
    onward,
    openings,
    records,
    releases,
    searches,
    standing,
    waivers,
    witness,
)
from exchange.api.answers import answer
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.schemas.node import (
    AlarmOut,
    EvidenceOut,
    MeOut,
    ObligationsOut,
    ReconcileAlarmOut,
    StatusOut,
    StreamAlarmOut,
)
from exchange.operations.overview import status
from exchange.operations.permissions import ROLES, Permission


def get_me(call: Call) -> Response:
    """Who the token belongs to and what they may do."""
    person = call.person
    permissions = sorted(permission.value for permission in ROLES[person.role])
    return answer(MeOut(id=person.id, role=person.role, node=call.node.code, permissions=permissions))


def get_status(call: Call) -> Response:
    """The node in numbers."""
    with call.read() as unit:
        found = status(call.node, unit, call.person)
    evidence = [
        EvidenceOut(sender=sender, epoch=epoch, seq=seq, kind=kind) for sender, epoch, seq, kind in found.evidence
    ]
    return answer(
        StatusOut(
            node=call.node.code,
            own_records=found.own_records,
            received_records=found.received_records,
            ledger_size=found.ledger_size,
            outbox=found.outbox,
            evidence=evidence,
            obligations=[
                ObligationsOut(type=each.type, by=each.by, due=each.due, overdue=each.overdue)
                for each in found.obligations
            ],
            alarms=[
                AlarmOut(agreement=each.agreement_id, version=each.version, at=each.at, code=each.code)
                for each in found.alarms
            ],
            streams=[
                StreamAlarmOut(
                    partner=each.partner, code=each.code, since=each.since, ours=each.ours, theirs=each.theirs
                )
                for each in found.streams
            ],
            reconciles=[
                ReconcileAlarmOut(partner=each.partner, code=each.code, since=each.since, count=each.count)
                for each in found.reconciles
            ],
            waivers=found.waivers,
            standing_approvals=found.standing_approvals,
        )
    )


def get_metrics(call: Call) -> Response:
    """The node in numbers, in the text format of Prometheus."""
    with call.read() as unit:
        found = status(call.node, unit, call.person)
    return Response(metrics.text(found), media_type=metrics.MEDIA_TYPE)


_STATUS: Final = Permission.STATUS_READ
ROUTES: Final = (
    Route("GET", "/v1/me", get_me, Audience.OFFICER, _STATUS, gives=MeOut),
    Route("GET", "/v1/status", get_status, Audience.OFFICER, _STATUS, gives=StatusOut),
    Route("GET", "/metrics", get_metrics, Audience.OFFICER, _STATUS),
    *records.ROUTES,
    *searches.ROUTES,
    *matches.ROUTES,
    *networks.ROUTES,
    *releases.ROUTES,
    *messages.ROUTES,
    *after.ROUTES,
    *onward.ROUTES,
    *explain.ROUTES,
    *waivers.ROUTES,
    *openings.ROUTES,
    *standing.ROUTES,
    *witness.ROUTES,
    *exchanges.ROUTES,
    *agreements.ROUTES,
)
