"""Requests for information and their answers. Records travel as releases that name the thread; the answer closes it.

An answer tells no more of what exists than a release would. "Nothing" is said in one way only: what is not here and
what the asker may not know of look the same, to the byte. Spec: docs/spec/onward.md §5.
"""

from __future__ import annotations

from dataclasses import dataclass

from exchange.errors import BadInput, Code, NotFound
from exchange.model.messages import Answer, Request
from exchange.model.records import Ref
from exchange.model.state import MessageKey, Person, Proposal
from exchange.operations.message_facts import read_stored
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.permissions import Permission, require
from exchange.operations.propose import Proposed, Wish, propose
from exchange.ports import Node, Unit

NOTHING = "no_record"
"""The one code that goes with the outcome `nothing`."""


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody asks a partner."""

    recipient: str
    agreement_id: str
    purpose: str
    question: str
    legal_basis: str
    urgency: str
    refs: tuple[Ref, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody answers to a partner's request."""

    partner: str
    thread: str
    outcome: str
    code: str | None = None
    note: str | None = None
    refs: tuple[Ref, ...] = ()
    """Records that go with it, each under the agreement of the request."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Proposals to approve: the records', then the answer's. The answer is None while no record may leave."""

    records: Proposed
    answer: Proposal | None


def ask(node: Node, unit: Unit, person: Person, wish: Question) -> Proposal:
    """Proposes a request. Errors: as `propose_message`."""
    require(person, Permission.RELEASE_PROPOSE)
    message = Request(wish.purpose, "", wish.question, wish.legal_basis, wish.urgency, wish.refs)
    return propose_message(node, unit, person, MessageWish(wish.recipient, wish.agreement_id, message))


def answer(node: Node, unit: Unit, person: Person, wish: Reply) -> Answered:
    """Proposes the records of an answer as releases, and the answer.

    Without any record that may leave there is no proposal of an answer that would promise one: the officer reads the
    reasons and chooses again. Errors: NotFound for the request, BadInput(VALUE_NOT_ALLOWED) for what does not go
    together, and as `propose` and `propose_message`.
    """
    require(person, Permission.RELEASE_PROPOSE)
    _check(wish)
    row = unit.messages.get(MessageKey(wish.thread, wish.partner, "in"))
    message = read_stored(row.body, row.type) if row is not None and row.body else None
    if row is None or not isinstance(message, Request):
        raise NotFound(thread=wish.thread)
    records = Proposed()
    if wish.refs:
        release = Wish(wish.partner, row.agreement_id, message.purpose, wish.refs, again=True, thread=wish.thread)
        records = propose(node, unit, person, release)
        if not records.proposals:
            return Answered(records, None)
    said = Answer(message.purpose, wish.thread, wish.outcome, wish.code, wish.note)
    return Answered(records, propose_message(node, unit, person, MessageWish(wish.partner, row.agreement_id, said)))


def _check(wish: Reply) -> None:
    """`nothing` has one form; records go with `answered` and `partly`."""
    if wish.outcome == "nothing" and (wish.code != NOTHING or wish.note is not None):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="code")
    if wish.outcome != "nothing" and wish.code == NOTHING:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="code")
    if wish.refs and wish.outcome not in ("answered", "partly"):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="records")
