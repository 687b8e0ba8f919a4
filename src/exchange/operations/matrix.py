"""One record against many partners: which claim would each see, under which clause? Nothing is sent.

The record is read once, each agreement once. Agreements are never merged: a partner has one column for each. Side by
side with values and digests for one partner is `exchange.operations.preview`. Spec: docs/spec/policy.md §10.
"""

from __future__ import annotations

from dataclasses import dataclass

from exchange.errors import Denied
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import Person, StoredAgreement
from exchange.operations.clock import safe_now
from exchange.operations.grounds import Grounds, grounds, parsed
from exchange.operations.permissions import Permission, require
from exchange.operations.read import read_own
from exchange.operations.views import Asked, inputs_of
from exchange.policies.decide import Decision, decide
from exchange.ports import Node, Unit


@dataclass(frozen=True, slots=True)
class Column:
    """One partner under one agreement."""

    recipient: str
    agreement_id: str | None
    """None: no agreement in force has this partner as a party."""
    code: str | None
    """Why nothing can be decided now; None when `decision` answers."""
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Matrix:
    held: HeldRecord
    purpose: str
    columns: tuple[Column, ...]
    """By partner, then by agreement."""


def matrix(
    node: Node, unit: Unit, person: Person, ref: Ref, purpose: str, recipients: tuple[str, ...] | None = None
) -> Matrix:
    """Every party of our agreements in force, or the `recipients` named. NotFound for the record."""
    require(person, Permission.RECORD_READ)
    held = read_own(node, unit, person, ref)
    now = safe_now(node, unit)
    columns: list[Column] = []
    known: set[str] = set()
    for stored in _in_force(unit):
        parties = {party.code for party in parsed(stored.document, stored.digest).parties} - {node.code}
        known |= parties
        ground = _ground(unit, stored.id)
        for code in sorted(parties if recipients is None else parties & set(recipients)):
            if isinstance(ground, str):
                columns.append(Column(code, stored.id, ground, None))
            else:
                decision = decide(inputs_of(node.code, ground, held, Asked(code, purpose, now)))
                columns.append(Column(code, stored.id, None, decision))
    columns += [Column(code, None, "NOT_A_PARTY", None) for code in recipients or () if code not in known]
    columns.sort(key=lambda column: (column.recipient, column.agreement_id or ""))
    return Matrix(held, purpose, tuple(columns))


def _ground(unit: Unit, agreement_id: str) -> Grounds | str:
    """The grounds, or the code of why there are none now."""
    try:
        return grounds(unit, agreement_id, lock=False)
    except Denied as denied:
        return denied.code.value


def _in_force(unit: Unit) -> list[StoredAgreement]:
    return [each for each in unit.agreements.all() if each.kind == "agreement" and each.state == "active"]
