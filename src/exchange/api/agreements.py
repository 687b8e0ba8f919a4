"""Routes for an agreement's life: lint, diff and simulate a candidate; ask for and confirm a termination.

Candidates are judged here and stored nowhere. Spec: docs/spec/policy.md §13 to §16.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import Final

from starlette.responses import Response

from exchange.api.answers import after_ref, answer
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.language import language
from exchange.api.schemas import ref_out
from exchange.api.schemas.agreements import (
    ChangeOut,
    ClaimOut,
    DiffIn,
    DiffOut,
    DocumentIn,
    EffectOut,
    EndedOut,
    FindingOut,
    FindingsOut,
    ReachOut,
    SimulatedOut,
    SimulateIn,
    TerminationOut,
)
from exchange.crypto.encoding import canonical, read_canonical, read_strict
from exchange.errors import BadInput, Code
from exchange.model.claims import JsonObject
from exchange.model.records import Ref
from exchange.operations import terminate
from exchange.operations.clock import stamp
from exchange.operations.grounds import MAX_DOCUMENT
from exchange.operations.lookups import note_list
from exchange.operations.overview import read_agreement
from exchange.operations.permissions import Permission
from exchange.operations.simulate import begin_simulation, simulated_page
from exchange.policies.agreement import Agreement, read, read_policy
from exchange.policies.changes import Change
from exchange.policies.diff import Reach, diff, national_effect
from exchange.policies.diff_sentences import change_sentence
from exchange.policies.lint import Finding, lint
from exchange.policies.lint_sentences import finding_sentence
from exchange.policies.simulate import Effect


def post_lint(call: Call) -> Response:
    """What is wrong, doubtful or missing in a document. Nothing is stored."""
    call.document(DocumentIn)
    document = _member(call, "document")
    meaning = read_policy(document, "", draft=True) if document.get("kind") == "policy" else _agreement(document)
    lang = _language(call)
    found = [_finding_out(finding, lang) for finding in lint(meaning)]
    return answer(FindingsOut(id=meaning.id, version=meaning.version, findings=found))


def post_diff(call: Call) -> Response:
    """What a new version means compared with another one, or with the version in force."""
    asked = call.document(DiffIn)
    after = _agreement(_member(call, "after"))
    if asked.before is not None:
        before = _agreement(_member(call, "before"))
    else:
        with call.write() as unit:
            stored = read_agreement(unit, call.person, after.id)
            note_list(call.node, unit, call.person, "agreements", 1)
        before = _agreement(read_canonical(stored.document, limit=MAX_DOCUMENT))
    lang = _language(call)
    return answer(
        DiffOut(
            id=after.id,
            before=before.version,
            after=after.version,
            changes=[_change_out(change, lang) for change in diff(before, after)],
            possible=[_reach_out(move) for move in national_effect(before, after, call.node.code)],
        )
    )


def post_simulation(call: Call) -> Response:
    """One page of our own records decided under the candidate and under the version in force."""
    asked = call.document(SimulateIn)
    with call.write() as unit:
        task = begin_simulation(call.node, unit, call.person, _member(call, "document"), asked.limit)
    with call.read() as unit:
        found = simulated_page(unit, call.person, task, after_ref(asked.after), asked.limit)
    totals = {name: getattr(found.totals, name) for name in found.totals.__slots__}
    return answer(
        SimulatedOut(
            id=task.candidate.id,
            version=task.candidate.version,
            against=None if task.current is None else task.current.version,
            at=stamp(task.at),
            **totals,
            effects=[_effect_out(effect) for effect in found.effects],
            next=None if found.next is None else _cursor(found.next),
        )
    )


def post_termination(call: Call) -> Response:
    """Asks that an agreement ends; another person confirms."""
    with call.write() as unit:
        asked = terminate.ask_termination(call.node, unit, call.person, call.path("agreement"))
    return answer(
        TerminationOut(
            agreement=asked.agreement_id,
            version=asked.version,
            asked_by=asked.asked_by,
            asked_at=stamp(asked.asked_at),
        )
    )


def post_withdrawal(call: Call) -> Response:
    """Takes a request for termination back."""
    with call.write() as unit:
        terminate.withdraw_termination(call.node, unit, call.person, call.path("agreement"))
    return Response(status_code=204)


def post_confirmation(call: Call) -> Response:
    """Ends the agreement that another person asked to end. Nothing leaves afterwards, pending included."""
    done = terminate.confirm_termination(call.node, call.person, call.path("agreement"))
    return answer(
        EndedOut(
            agreement=done.agreement.id,
            version=done.agreement.version,
            state=done.agreement.state,
            after_end=done.rule.rule,
            days=done.rule.days,
            proposals_voided=done.proposals,
            envelopes_voided=done.envelopes,
            told=list(done.told),
        )
    )


def _member(call: Call, name: str) -> JsonObject:
    """A document of the body as it was read strictly, behind the model that checked the body's form."""
    body = read_strict(call.body)
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, dict):
        raise BadInput(Code.WRONG_TYPE, at=f"/{name}")
    return value


def _agreement(document: object) -> Agreement:
    if not isinstance(document, dict):
        raise BadInput(Code.AGREEMENT_INVALID, at="")
    return read(document, "", draft=True)


def _language(call: Call) -> str:
    return language(call.request.headers.get("accept-language", ""))


def _cursor(ref: Ref) -> str:
    return urlsafe_b64encode(canonical(list(ref))).rstrip(b"=").decode("ascii")


def _finding_out(finding: Finding, lang: str) -> FindingOut:
    return FindingOut(**finding._asdict(), severity=finding.severity, sentence=finding_sentence(finding, lang))


def _change_out(change: Change, lang: str) -> ChangeOut:
    told = change._asdict() | {"paths": list(change.paths)}
    return ChangeOut(**told, effect=change.effect, sentence=change_sentence(change, lang))


def _reach_out(move: Reach) -> ReachOut:
    sides = {"gained": list(move.gained), "lost": list(move.lost)}
    return ReachOut(sender=move.sender, recipient=move.recipient, kind=move.kind, **sides)


def _effect_out(effect: Effect) -> EffectOut:
    return EffectOut(
        record=ref_out(effect.ref),
        recipient=effect.recipient,
        change=effect.change,
        gained=[ClaimOut(**claim._asdict()) for claim in effect.gained],
        lost=[ClaimOut(**claim._asdict()) for claim in effect.lost],
        handling=list(effect.handling),
    )


_READ: Final = Permission.AGREEMENT_READ
_END: Final = Permission.AGREEMENT_TERMINATE
_TERMINATION: Final = "/v1/agreements/{agreement}/termination"
ROUTES: Final = (
    Route("POST", "/v1/agreements/lint", post_lint, Audience.OFFICER, _READ, takes=DocumentIn, gives=FindingsOut),
    Route("POST", "/v1/agreements/diff", post_diff, Audience.OFFICER, _READ, takes=DiffIn, gives=DiffOut),
    Route(
        "POST",
        "/v1/agreements/simulate",
        post_simulation,
        Audience.OFFICER,
        _READ,
        takes=SimulateIn,
        gives=SimulatedOut,
    ),
    Route("POST", _TERMINATION, post_termination, Audience.OFFICER, _END, gives=TerminationOut),
    Route("POST", f"{_TERMINATION}/withdrawal", post_withdrawal, Audience.OFFICER, _END, status=204),
    Route("POST", f"{_TERMINATION}/confirmation", post_confirmation, Audience.OFFICER, _END, gives=EndedOut),
)
