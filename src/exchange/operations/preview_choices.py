"""To whom a record could go, under which agreements, for which purposes: what a preview lets an officer choose from.

It decides nothing: what an agreement then permits is the decision's answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exchange.model.claims import Claim
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.model.vocab import Purpose
from exchange.operations.grounds import parsed
from exchange.operations.permissions import Permission, require
from exchange.operations.permits import held_copy
from exchange.policies.agreement import Text
from exchange.ports import Node, Unit


@dataclass(frozen=True, slots=True)
class Choice:
    """One agreement in force between us and a partner."""

    agreement_id: str
    version: int
    title: Text
    purposes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choices:
    partners: Mapping[str, tuple[Choice, ...]]
    """Partner -> agreements, both in order of their names."""
    recorded: tuple[str, ...]
    """The purposes that the record itself names, in the order of the vocabulary."""

    def purposes(self, partner: str, agreement_id: str | None = None) -> list[str]:
        """What could be asked: the record's own purposes first, then those that only an agreement names."""
        agreed = {
            purpose
            for choice in self.partners.get(partner, ())
            if agreement_id in (None, choice.agreement_id)
            for purpose in choice.purposes
        }
        both = [purpose for purpose in self.recorded if purpose in agreed]
        return both + [str(purpose) for purpose in Purpose if purpose in agreed and purpose not in both]


def choices(node: Node, unit: Unit, person: Person, ref: Ref | None = None) -> Choices:
    """The partners of our agreements in force, and the purposes of `ref`, which whoever asks goes on to read."""
    require(person, Permission.RECORD_READ)
    found: dict[str, list[Choice]] = {}
    for stored in unit.agreements.all():
        if stored.kind == "agreement" and stored.state == "active":
            agreement = parsed(stored.document, stored.digest)
            made = Choice(stored.id, stored.version, agreement.title, tuple(agreement.purposes))
            for party in agreement.parties:
                if party.code != node.code:
                    found.setdefault(party.code, []).append(made)
    ordered = {code: tuple(sorted(found[code], key=lambda each: each.agreement_id)) for code in sorted(found)}
    claims = () if ref is None or not ordered else _claims(node, unit, ref)
    recorded = {claim.value for claim in claims if claim.path == "record.purpose" and isinstance(claim.value, str)}
    return Choices(ordered, tuple(str(purpose) for purpose in Purpose if purpose in recorded))


def _claims(node: Node, unit: Unit, ref: Ref) -> tuple[Claim, ...]:
    if ref.originator == node.code:
        own = unit.records.current([ref], lock=False)
        return own[0].record.claims if own else ()
    copy = unit.copies.latest(ref)
    return () if copy is None else held_copy(copy).record.claims
