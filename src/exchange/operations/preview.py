"""What would a partner see, and why not the rest? The same function as the release, and nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass

from exchange.errors import Denied
from exchange.model.claims import Claim
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import Person
from exchange.operations.clock import safe_now
from exchange.operations.grounds import grounds
from exchange.operations.permissions import Permission, require
from exchange.operations.read import read_own
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
    """Which record, for whom, why; `agreement_id` None asks every agreement side by side."""

    ref: Ref
    recipient: str
    purpose: str
    agreement_id: str | None = None


def preview(node: Node, unit: Unit, person: Person, question: Question) -> list[Preview | NoAnswer]:
    """One answer for each agreement asked; a release will name exactly one of them. NotFound for the record."""
    require(person, Permission.RECORD_READ)
    held = read_own(node, unit, person, question.ref)
    asked = Asked(question.recipient, question.purpose, safe_now(node, unit))
    wanted = [question.agreement_id] if question.agreement_id is not None else _in_force(unit)
    answers: list[Preview | NoAnswer] = []
    for agreement_id in wanted:
        try:
            ground = grounds(unit, agreement_id, lock=False)
        except Denied as denied:
            answers.append(NoAnswer(agreement_id, denied.code.value))
            continue
        answers.append(Preview(agreement_id, question.purpose, held, view(node, ground, held, asked)))
    return answers


def sent_claims(preview_: Preview) -> list[Claim]:
    """The claims that would leave, in the record's order."""
    outcomes = preview_.view.decision.outcomes
    return [claim for claim in preview_.held.record.claims if outcomes[claim.id].state == "sent"]


def _in_force(unit: Unit) -> list[str]:
    return sorted(
        {stored.id for stored in unit.agreements.all() if stored.kind == "agreement" and stored.state == "active"}
    )
