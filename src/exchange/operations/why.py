"""Why does one claim leave, or stay? The ordered way to the answer, for an officer who may read the record.

The trace names the record's own words: it is answered to the person who asks, and never logged. The question is a read
of the record, and the ledger says so. Spec: docs/spec/policy.md §10.
"""

from __future__ import annotations

from dataclasses import dataclass

from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.operations.clock import safe_now
from exchange.operations.grounds import grounds
from exchange.operations.permissions import Permission, require
from exchange.operations.read import read_own
from exchange.operations.views import Asked, inputs_of
from exchange.policies.trace import Trace, why
from exchange.ports import Node, Unit


@dataclass(frozen=True, slots=True)
class WhyQuestion:
    """Which claim of which record, for whom, under exactly one agreement, for which purpose."""

    ref: Ref
    claim_id: str
    recipient: str
    agreement_id: str
    purpose: str


def why_claim(node: Node, unit: Unit, person: Person, question: WhyQuestion) -> Trace:
    """The trace. NotFound for the record or the claim; Denied(AGREEMENT_NOT_IN_FORCE, SUSPENDED)."""
    require(person, Permission.RECORD_READ)
    held = read_own(node, unit, person, question.ref)
    ground = grounds(unit, question.agreement_id, lock=False)
    asked = Asked(question.recipient, question.purpose, safe_now(node, unit))
    return why(inputs_of(node.code, ground, held, asked), question.claim_id)
