"""Routes for onward sharing and questions between states: each proposes a message, or takes a grant back at once."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.api.answers import answer as answered
from exchange.api.answers import once, page, page_answer, position
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.releases_out import line_out, proposed_out
from exchange.api.schemas.onward import (
    AnsweredOut,
    GrantIn,
    GrantOut,
    GrantsOut,
    GrantsQuery,
    OnwardRequestIn,
    QuestionIn,
    RefusalIn,
    ReplyIn,
    RevocationIn,
    SentOut,
)
from exchange.api.schemas.releases import ReleaseLineOut
from exchange.model.afterwards import StoredGrant
from exchange.operations.clock import stamp
from exchange.operations.lookups import note_list
from exchange.operations.onward import (
    GrantWish,
    OnwardWish,
    grant_onward,
    list_grants,
    refuse_onward,
    request_onward,
    revoke_onward,
)
from exchange.operations.permissions import Permission
from exchange.operations.questions import Question, Reply, answer, ask
from exchange.ports import Unit


def post_onward_request(call: Call) -> Response:
    """Proposes to ask an originator whether its records may go to a third state."""
    asked = call.document(OnwardRequestIn)
    refs = tuple(each.ref() for each in asked.records)
    paths = None if asked.paths is None else tuple(asked.paths)
    wish = OnwardWish(asked.originator, asked.agreement, asked.purpose, refs, asked.recipient, asked.reason, paths)

    def act(unit: Unit) -> Response:
        return answered(line_out(request_onward(call.node, unit, call.person, wish)), 201)

    return once(call, act)


def post_onward_grant(call: Call) -> Response:
    """Proposes the consent to an onward request."""
    asked = call.document(GrantIn)
    wish = GrantWish(
        holder=asked.holder,
        thread=asked.thread,
        agreements=tuple(asked.agreements),
        days=asked.days,
        paths=None if asked.paths is None else tuple(asked.paths),
        tlp=asked.tlp,
        caveats=tuple(asked.caveats),
        retention_days=asked.retention_days,
    )

    def act(unit: Unit) -> Response:
        return answered(line_out(grant_onward(call.node, unit, call.person, wish)), 201)

    return once(call, act)


def post_onward_refusal(call: Call) -> Response:
    """Proposes the refusal of an onward request."""
    asked = call.document(RefusalIn)

    def act(unit: Unit) -> Response:
        proposal = refuse_onward(call.node, unit, call.person, asked.holder, asked.thread, asked.code)
        return answered(line_out(proposal), 201)

    return once(call, act)


def post_onward_revocation(call: Call) -> Response:
    """Takes every grant of a thread back, at once."""
    asked = call.document(RevocationIn)

    def act(unit: Unit) -> Response:
        sent = revoke_onward(call.node, unit, call.person, asked.holder, asked.thread)
        return answered(SentOut(message=sent.key.id, seq=sent.seq, envelope=sent.envelope_digest), 201)

    return once(call, act)


def get_grants(call: Call) -> Response:
    """A page of grants, in the order of their digests."""
    query = call.query(GrantsQuery)
    found = position(query.after, str)
    with call.write() as unit:
        rows = list_grants(unit, call.person, None if found is None else str(found[0]), query.limit + 1)
        note_list(call.node, unit, call.person, "grants", len(rows[: query.limit]))
    links = page(call, rows, query.limit, lambda row: (row.digest,))
    items = [grant_out(row) for row in rows[: query.limit]]
    return page_answer(GrantsOut(items=items, next=links.next, next_url=links.next_url))


def post_request(call: Call) -> Response:
    """Proposes a question to a partner."""
    asked = call.document(QuestionIn)
    wish = Question(
        recipient=asked.recipient,
        agreement_id=asked.agreement,
        purpose=asked.purpose,
        question=asked.question,
        legal_basis=asked.legal_basis,
        urgency=asked.urgency,
        refs=tuple(each.ref() for each in asked.records),
    )

    def act(unit: Unit) -> Response:
        return answered(line_out(ask(call.node, unit, call.person, wish)), 201)

    return once(call, act)


def post_answer(call: Call) -> Response:
    """Proposes the answer to a partner's question, and the records that go with it."""
    asked = call.document(ReplyIn)
    refs = tuple(each.ref() for each in asked.records)
    wish = Reply(asked.partner, asked.thread, asked.outcome, asked.code, asked.note, refs)

    def act(unit: Unit) -> Response:
        found = answer(call.node, unit, call.person, wish)
        line = None if found.answer is None else line_out(found.answer)
        return answered(AnsweredOut(records=proposed_out(found.records), answer=line), 201)

    return once(call, act)


def grant_out(row: StoredGrant) -> GrantOut:
    """A grant as JSON."""
    return GrantOut(
        digest=row.digest,
        originator=row.originator,
        holder=row.holder,
        recipient=row.recipient,
        thread=row.thread,
        agreement=row.agreement_id,
        expires_at=stamp(row.expires_at),
        stored_at=stamp(row.stored_at),
        revoked_at=None if row.revoked_at is None else stamp(row.revoked_at),
    )


_PROPOSE: Final = Permission.RELEASE_PROPOSE
_LIST: Final = Permission.MESSAGE_LIST
_OFFICER: Final = Audience.OFFICER
_KEY: Final = ("Idempotency-Key",)
ROUTES: Final = (
    Route(
        "POST", "/v1/onward-requests", post_onward_request, _OFFICER, _PROPOSE,
        takes=OnwardRequestIn, gives=ReleaseLineOut, status=201, headers=_KEY,
    ),
    Route(
        "POST", "/v1/onward-grants", post_onward_grant, _OFFICER, _PROPOSE,
        takes=GrantIn, gives=ReleaseLineOut, status=201, headers=_KEY,
    ),
    Route(
        "POST", "/v1/onward-refusals", post_onward_refusal, _OFFICER, _PROPOSE,
        takes=RefusalIn, gives=ReleaseLineOut, status=201, headers=_KEY,
    ),
    Route(
        "POST", "/v1/onward-revocations", post_onward_revocation, _OFFICER, Permission.NOTICE_SEND,
        takes=RevocationIn, gives=SentOut, status=201, headers=_KEY,
    ),
    Route("GET", "/v1/grants", get_grants, _OFFICER, _LIST, query=GrantsQuery, gives=GrantsOut),
    Route(
        "POST", "/v1/requests", post_request, _OFFICER, _PROPOSE,
        takes=QuestionIn, gives=ReleaseLineOut, status=201, headers=_KEY,
    ),
    Route(
        "POST", "/v1/answers", post_answer, _OFFICER, _PROPOSE,
        takes=ReplyIn, gives=AnsweredOut, status=201, headers=_KEY,
    ),
)  # fmt: skip
