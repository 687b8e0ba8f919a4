"""Routes for pairs of records that may be of one person or thing: the queue, both side by side, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from exchange.api.answers import answer, once, page, page_answer, position
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.schemas.matches import (
    AlignedOut,
    CandidateOut,
    CandidatesOut,
    ContributionOut,
    DecisionIn,
    DecisionOut,
    FieldRowOut,
    MatchesOut,
    MatchesQuery,
    MatchOut,
    ScoreOut,
    SideBySideOut,
    SuggestIn,
)
from exchange.api.searches import line_out
from exchange.model.claim_json import claims_from_json
from exchange.model.compare import FieldRow
from exchange.model.matching import MatchDecision, Pair
from exchange.model.records import Ref
from exchange.operations.clock import stamp
from exchange.operations.duplicates import Candidate, duplicates, suggest
from exchange.operations.likeness import Likeness
from exchange.operations.match_review import Waiting, decide_match, queue, side_by_side, undo
from exchange.operations.permissions import Permission
from exchange.ports import Unit


def get_matches(call: Call) -> Response:
    """A page of pairs, the newest first."""
    query = call.query(MatchesQuery)
    found = position(query.after, str, str, str, str)
    after = None if found is None else Pair(Ref(*map(str, found[:2])), Ref(*map(str, found[2:])))
    with call.write() as unit:
        lines = queue(call.node, unit, call.person, query.state, after, query.limit + 1)
    links = page(call, lines, query.limit, lambda each: (*each.pair.a, *each.pair.b))
    items = [_waiting(each) for each in lines[: query.limit]]
    return page_answer(MatchesOut(items=items, next=links.next, next_url=links.next_url))


def get_match(call: Call) -> Response:
    """Two records side by side, with what was decided of them. Both are noted as read."""
    a, b = _pair(call)
    with call.write() as unit:
        found = side_by_side(call.node, unit, call.person, a, b)
    return answer(
        SideBySideOut(
            a=line_out(found.a),
            b=line_out(found.b),
            state=found.state,
            reasons=list(found.reasons),
            score=_score(found.score),
            fields=_fields(found.fields),
            decisions=[_decision(each) for each in found.history],
        )
    )


def post_decision(call: Call) -> Response:
    """Decides about two records, once for an Idempotency-Key."""
    asked, pair = call.document(DecisionIn), _pair(call)

    def act(unit: Unit) -> Response:
        return answer(_decision(decide_match(call.node, unit, call.person, pair, asked.decision, asked.note)), 201)

    return once(call, act)


def post_undo(call: Call) -> Response:
    """Takes a decision back."""
    with call.write() as unit:
        undone = undo(call.node, unit, call.person, call.path("decision"))
    return answer(_decision(undone))


def get_duplicates(call: Call) -> Response:
    """Candidates for one record, each side by side with it."""
    ref = Ref(call.path("originator"), call.path("record"))
    with call.write() as unit:
        found = duplicates(call.node, unit, call.person, ref)
    return answer(CandidatesOut(items=[_candidate(each) for each in found]))


def post_duplicates(call: Call) -> Response:
    """Candidates for a draft. Nothing is stored."""
    asked = call.document(SuggestIn)
    claims = claims_from_json(asked.claims)
    with call.write() as unit:
        found = suggest(call.node, unit, call.person, claims, asked.kind)
    return answer(CandidatesOut(items=[_candidate(each) for each in found]))


def _pair(call: Call) -> Pair:
    """As they stand in the address: the first is `a`."""
    return Pair(
        Ref(call.path("originator"), call.path("record")), Ref(call.path("other_originator"), call.path("other"))
    )


def _waiting(each: Waiting) -> MatchOut:
    return MatchOut(
        a=line_out(each.a),
        b=line_out(each.b),
        state=each.pair.state,
        found_at=stamp(each.pair.found_at),
        reasons=list(each.reasons),
        score=_score(each.score),
    )


def _candidate(each: Candidate) -> CandidateOut:
    return CandidateOut(
        originator=each.ref.originator,
        id=each.ref.id,
        line=line_out(each.line),
        reasons=list(each.reasons),
        score=_score(each.score),
        fields=_fields(each.fields),
    )


def _score(found: Likeness | None) -> ScoreOut | None:
    if found is None:
        return None
    return ScoreOut(
        probability=found.probability,
        threshold=found.threshold,
        alike=found.alike,
        nats=found.nats,
        name_a=found.name_a,
        name_b=found.name_b,
        alignment=[AlignedOut(**row._asdict()) for row in found.rows],
        birth=found.birth,
        contributions=[ContributionOut(group=part.group, nats=part.nats) for part in found.parts],
        kunya_only=found.kunya_only,
    )


def _fields(rows: Sequence[FieldRow]) -> list[FieldRowOut]:
    return [FieldRowOut(path=row.path, a=list(row.a_values), b=list(row.b_values), mark=row.mark) for row in rows]


def _decision(each: MatchDecision) -> DecisionOut:
    return DecisionOut(
        id=each.id,
        decision=each.decision,
        person=each.person,
        at=stamp(each.at),
        note=each.note,
        undone_by=each.undone_by,
        undone_at=None if each.undone_at is None else stamp(each.undone_at),
    )


_READ: Final = Permission.RECORD_READ
_WRITE: Final = Permission.RECORD_WRITE
_PAIR: Final = "/v1/matches/{originator}/{record}/{other_originator}/{other}"
_RECORD: Final = "/v1/duplicates/{originator}/{record}"
ROUTES: Final = (
    Route("GET", "/v1/matches", get_matches, Audience.OFFICER, _READ, query=MatchesQuery, gives=MatchesOut),
    Route("GET", _PAIR, get_match, Audience.OFFICER, _READ, gives=SideBySideOut),
    Route(
        "POST",
        _PAIR + "/decisions",
        post_decision,
        Audience.OFFICER,
        _WRITE,
        takes=DecisionIn,
        gives=DecisionOut,
        status=201,
        headers=("Idempotency-Key",),
    ),
    Route("POST", "/v1/match-decisions/{decision}/undo", post_undo, Audience.OFFICER, _WRITE, gives=DecisionOut),
    Route("GET", _RECORD, get_duplicates, Audience.OFFICER, _READ, gives=CandidatesOut),
    Route("POST", "/v1/duplicates", post_duplicates, Audience.OFFICER, _READ, takes=SuggestIn, gives=CandidatesOut),
)
