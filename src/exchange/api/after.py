"""Routes for what happens after release: recalls, corrections, disclosure accounts, breaches."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from starlette.responses import Response

from exchange.api.after_out import account_out, breach_out, difference_out, sent_out
from exchange.api.answers import answer, once
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.schemas.after import (
    AccountOut,
    BreachIn,
    BreachNoticeIn,
    BreachOut,
    DifferenceOut,
    RecallAnsweredOut,
    RecallAnswerIn,
    RecallIn,
    SentOut,
)
from exchange.errors import BadInput, Code
from exchange.model.messages import LegalReason, Recall
from exchange.model.records import Ref
from exchange.model.state import MessageKey
from exchange.operations.account import account
from exchange.operations.breach import Breach, affected, notify
from exchange.operations.corrections import acknowledge, difference
from exchange.operations.messages import MessageWish
from exchange.operations.permissions import Permission
from exchange.operations.recalls import RecallAnswer, answer_recall
from exchange.operations.release import send
from exchange.ports import Unit


def post_recall(call: Call) -> Response:
    """Recalls records from one partner, at once."""
    asked = call.document(RecallIn)
    recall = Recall(
        purpose=asked.purpose,
        thread="",
        refs=tuple(each.ref() for each in asked.records),
        reason=asked.reason,
        note=asked.note,
        deadline=asked.deadline,
        replaces=None if asked.replaces is None else asked.replaces.ref(),
    )

    def act(unit: Unit) -> Response:
        wish = MessageWish(asked.recipient, asked.agreement, recall)
        return answer(sent_out(send(call.node, unit, call.person, wish)), 201)

    return once(call, act)


def post_recall_answer(call: Call) -> Response:
    """Destroys what a recall names, or says by which law it is kept."""
    asked = call.document(RecallAnswerIn)
    legal = asked.legal_reason
    wish = RecallAnswer(
        key=_key(call),
        outcome=asked.outcome,
        refs=tuple(each.ref() for each in asked.records),
        legal_reason=None if legal is None else LegalReason(legal.code, legal.text),
        until=asked.until,
        note=asked.note,
    )
    with call.write() as unit:
        done = answer_recall(call.node, unit, call.person, wish)
    return answer(
        RecallAnsweredOut(
            destroyed=done.destroyed,
            outcome=done.outcome,
            sent=None if done.sent is None else sent_out(done.sent),
            passed_on=[sent_out(each) for each in done.passed_on],
            outstanding=list(done.outstanding),
            not_told=None if done.not_told is None else done.not_told.value,
        )
    )


def post_acknowledgement(call: Call) -> Response:
    """Tells the sender of a correction that it was seen and is in use."""
    with call.write() as unit:
        sent = acknowledge(call.node, unit, call.person, _key(call))
    return answer(sent_out(sent), 201)


def get_difference(call: Call) -> Response:
    """What the newest version of a record changed; a ledger entry says that it was read."""
    with call.write() as unit:
        found = difference(call.node, unit, call.person, _ref(call))
    return answer(difference_out(found))


def get_account(call: Call) -> Response:
    """To whom a record ever went, what of it, and what became of it; a ledger entry says that it was read."""
    with call.write() as unit:
        found = account(call.node, unit, call.person, _ref(call))
    return answer(account_out(found))


def post_breach(call: Call) -> Response:
    """The envelopes and records that a breach concerns. Nothing is sent."""
    asked = _breach(call.document(BreachIn))
    with call.write() as unit:
        found = affected(call.node, unit, call.person, asked)
    return answer(breach_out(found))


def post_breach_notices(call: Call) -> Response:
    """Sends the notices of a breach to the partner."""
    asked = call.document(BreachNoticeIn)

    def act(unit: Unit) -> Response:
        told = notify(call.node, unit, call.person, _breach(asked), asked.outcome, asked.note)
        return answer(breach_out([], told), 201)

    return once(call, act)


def _breach(asked: BreachIn) -> Breach:
    try:
        since, until = datetime.fromisoformat(asked.since), datetime.fromisoformat(asked.until)
    except ValueError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="since") from None
    return Breach(asked.partner, since, until, asked.kind)


def _key(call: Call) -> MessageKey:
    return MessageKey(call.path("message"), call.path("partner"), "in")


def _ref(call: Call) -> Ref:
    return Ref(call.path("originator"), call.path("record"))


_KEY: Final = ("Idempotency-Key",)
ROUTES: Final = (
    Route(
        "POST",
        "/v1/recalls",
        post_recall,
        Audience.OFFICER,
        Permission.RECALL_SEND,
        takes=RecallIn,
        gives=SentOut,
        status=201,
        headers=_KEY,
    ),
    Route(
        "POST",
        "/v1/recalls/{partner}/{message}/answer",
        post_recall_answer,
        Audience.OFFICER,
        Permission.RECALL_ANSWER,
        takes=RecallAnswerIn,
        gives=RecallAnsweredOut,
    ),
    Route(
        "POST",
        "/v1/corrections/{partner}/{message}/acknowledgement",
        post_acknowledgement,
        Audience.OFFICER,
        Permission.CORRECTION_ACKNOWLEDGE,
        gives=SentOut,
        status=201,
    ),
    Route(
        "GET",
        "/v1/differences/{originator}/{record}",
        get_difference,
        Audience.OFFICER,
        Permission.RECORD_READ,
        gives=DifferenceOut,
    ),
    Route(
        "GET",
        "/v1/accounts/{originator}/{record}",
        get_account,
        Audience.OFFICER,
        Permission.ACCOUNT_READ,
        gives=AccountOut,
    ),
    Route(
        "POST",
        "/v1/breaches",
        post_breach,
        Audience.OFFICER,
        Permission.BREACH_WRITE,
        takes=BreachIn,
        gives=BreachOut,
    ),
    Route(
        "POST",
        "/v1/breaches/notices",
        post_breach_notices,
        Audience.OFFICER,
        Permission.BREACH_WRITE,
        takes=BreachNoticeIn,
        gives=BreachOut,
        status=201,
        headers=_KEY,
    ),
)
