"""What would a partner see, and why not the rest? The same function as the release, and nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.errors import Denied, NotFound
from exchange.model.claims import Claim
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import Person
from exchange.operations.clock import safe_now
from exchange.operations.grounds import grounds, parsed
from exchange.operations.permissions import Permission, require
from exchange.operations.permits import NONE, Way
from exchange.operations.permits import held as find
from exchange.operations.read import read_own, read_received
from exchange.operations.views import Asked, View, view
from exchange.ports import Node, Unit


@dataclass(frozen=True, slots=True)
class Preview:
    """One agreement's answer for one record and partner."""

    agreement_id: str
    purpose: str
    held: HeldRecord
    view: View


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """An agreement under which nothing can be decided now, by code."""

    agreement_id: str
    code: str


@dataclass(frozen=True, slots=True)
class Question:
    """Which record, for whom, why; `agreement_id` None asks every agreement with that partner, side by side."""

    ref: Ref
    recipient: str
    purpose: str
    agreement_id: str | None = None


def preview(node: Node, unit: Unit, person: Person, question: Question) -> list[Preview | NoAnswer]:
    """One answer for each agreement asked; a release will name exactly one of them. NotFound for the record.

    Without an agreement: every one that is active here and has the recipient as a party; none is an empty list.
    Another state's record is shown as it would go on under its originator's grant.
    """
    require(person, Permission.RECORD_READ)
    own = question.ref.originator == node.code
    held = read_own(node, unit, person, question.ref) if own else None
    if held is None:
        read_received(node, unit, person, question.ref)
    now = safe_now(node, unit)
    wanted = [question.agreement_id] if question.agreement_id is not None else between(node, unit, question.recipient)
    answers: list[Preview | NoAnswer] = []
    for agreement_id in wanted:
        try:
            ground = grounds(unit, agreement_id, lock=False)
        except Denied as denied:
            answers.append(NoAnswer(agreement_id, denied.code.value))
            continue
        permits = NONE
        if not own:
            way = Way(question.recipient, agreement_id, question.purpose, now)
            found, permits = find(node, unit, [question.ref], way, lock=False)
            held = next(iter(found), None)
        if held is None:
            raise NotFound(record=question.ref.id)
        asked = Asked(question.recipient, question.purpose, now, permits)
        answers.append(Preview(agreement_id, question.purpose, held, view(node, ground, held, asked)))
    return answers


def sent_claims(preview_: Preview) -> list[Claim]:
    """The claims that would leave, in the record's order."""
    outcomes = preview_.view.decision.outcomes
    return [claim for claim in preview_.held.record.claims if outcomes[claim.id].state == "sent"]


def releasable(answers: Sequence[Preview | NoAnswer]) -> list[str]:
    """The agreements under which something would leave: a person names one of them, and only that one counts."""
    return [each.agreement_id for each in answers if isinstance(each, Preview) and each.view.released is not None]


def between(node: Node, unit: Unit, recipient: str) -> list[str]:
    """The active agreements to which both belong, in order of their ids."""
    active = (each for each in unit.agreements.all() if each.kind == "agreement" and each.state == "active")
    parties = {each.id: {party.code for party in parsed(each.document, each.digest).parties} for each in active}
    return sorted(id_ for id_, codes in parties.items() if {node.code, recipient} <= codes)
