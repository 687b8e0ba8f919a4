"""Routes for previews and releases: propose, look, approve, withdraw, release."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.api.answers import answer, once, page, page_answer, position
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.releases_out import answer_out, line_out, outcome_out, proposed_out, release_out
from exchange.api.schemas.records import VersionOut
from exchange.api.schemas.releases import (
    ApproveIn,
    OutcomeOut,
    PreviewIn,
    PreviewOut,
    ProposedOut,
    ProposeIn,
    ReleaseOut,
    ReleasesOut,
    ReleasesQuery,
    StateOut,
)
from exchange.errors import Code, Conflict
from exchange.operations.approve import approve, withdraw
from exchange.operations.lookups import note_list, note_release
from exchange.operations.overview import list_releases, read_release
from exchange.operations.permissions import Permission
from exchange.operations.preview import Preview, Question, preview
from exchange.operations.propose import Wish, propose
from exchange.operations.release import release
from exchange.ports import Unit


def post_preview(call: Call) -> Response:
    """What would a partner see of a record, and why not the rest? Nothing is sent."""
    asked = call.document(PreviewIn)
    question = Question(asked.record.ref(), asked.recipient, asked.purpose, asked.agreement)
    with call.write() as unit:
        answers = preview(call.node, unit, call.person, question)
    version = next((each.held.record.version for each in answers if isinstance(each, Preview)), 0)
    return answer(
        PreviewOut(
            record=VersionOut(originator=asked.record.originator, id=asked.record.id, version=version),
            recipient=asked.recipient,
            purpose=asked.purpose,
            answers=[answer_out(each) for each in answers],
        )
    )


def post_releases(call: Call) -> Response:
    """Proposes the release of records to one partner under exactly one agreement."""
    asked = call.document(ProposeIn)
    refs = tuple(record.ref() for record in asked.records)
    wish = Wish(asked.recipient, asked.agreement, asked.purpose, refs, asked.again)

    def act(unit: Unit) -> Response:
        return answer(proposed_out(propose(call.node, unit, call.person, wish)), 201)

    return once(call, act)


def get_releases(call: Call) -> Response:
    """A page of proposals, oldest first."""
    query = call.query(ReleasesQuery)
    found = position(query.after, str)
    after = None if found is None else str(found[0])
    with call.write() as unit:
        proposals = list_releases(unit, call.person, query.state, after, query.limit + 1)
        note_list(call.node, unit, call.person, "releases", len(proposals[: query.limit]))
    links = page(call, proposals, query.limit, lambda proposal: (proposal.id,))
    items = [line_out(proposal) for proposal in proposals[: query.limit]]
    return page_answer(ReleasesOut(items=items, next=links.next, next_url=links.next_url))


def get_release(call: Call) -> Response:
    """One proposal with its records and approvals; its ETag is the digest that approvers consent to."""
    release_id = call.path("release")
    with call.write() as unit:
        view = read_release(unit, call.person, release_id)
        note_release(call.node, unit, call.person, release_id)
    return answer(release_out(view), etag=view.proposal.digest)


def post_approval(call: Call) -> Response:
    """Consents to exactly the digest in the body."""
    release_id, asked = call.path("release"), call.document(ApproveIn)
    with call.write() as unit:
        state = approve(call.node, unit, call.person, release_id, asked.digest)
    return answer(StateOut(state=state), 201)


def delete_approval(call: Call) -> Response:
    """Takes one's own approval of the digest in If-Match back while nothing has left."""
    release_id, seen = call.path("release"), call.if_match()
    with call.write() as unit:
        proposal = unit.releases.get(release_id, lock=True)
        if proposal is not None and proposal.digest != seen:
            raise Conflict(Code.STALE)
        withdraw(call.node, unit, call.person, release_id)
    return Response(status_code=204)


def post_release(call: Call) -> Response:
    """Releases an approved proposal, or voids it when anything has moved since."""
    release_id = call.path("release")
    with call.write() as unit:
        outcome = release(call.node, unit, call.person, release_id)
    return answer(outcome_out(outcome))


_READ: Final = Permission.RELEASE_READ
_APPROVE: Final = Permission.RELEASE_APPROVE
ROUTES: Final = (
    Route(
        "POST",
        "/v1/previews",
        post_preview,
        Audience.OFFICER,
        Permission.RECORD_READ,
        takes=PreviewIn,
        gives=PreviewOut,
    ),
    Route(
        "POST",
        "/v1/releases",
        post_releases,
        Audience.OFFICER,
        Permission.RELEASE_PROPOSE,
        takes=ProposeIn,
        gives=ProposedOut,
        status=201,
        headers=("Idempotency-Key",),
    ),
    Route("GET", "/v1/releases", get_releases, Audience.OFFICER, _READ, query=ReleasesQuery, gives=ReleasesOut),
    Route("GET", "/v1/releases/{release}", get_release, Audience.OFFICER, _READ, gives=ReleaseOut),
    Route(
        "POST",
        "/v1/releases/{release}/approvals",
        post_approval,
        Audience.OFFICER,
        _APPROVE,
        takes=ApproveIn,
        gives=StateOut,
        status=201,
    ),
    Route(
        "DELETE",
        "/v1/releases/{release}/approvals/me",
        delete_approval,
        Audience.OFFICER,
        _APPROVE,
        status=204,
        headers=("If-Match",),
    ),
    Route(
        "POST",
        "/v1/releases/{release}/release",
        post_release,
        Audience.OFFICER,
        Permission.EXCHANGE_RUN,
        gives=OutcomeOut,
    ),
)
