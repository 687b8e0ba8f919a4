"""Where our ledger's witnesses, its override and its epoch stand: for `exchange witness show` and `GET /v1/witness`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.model.heads import Cosigned, Override
from exchange.model.state import Person
from exchange.operations import cosignatures
from exchange.operations.clock import safe_now
from exchange.operations.ledger_state import Behind, ledger_state
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit


@dataclass(frozen=True, slots=True)
class Witnessing:
    """What a person is told."""

    witnesses: Sequence[Cosigned]
    """The newest head that each partner cosigned since the start."""
    fresh: int
    """How many of the partners in use did so within four hours."""
    quorum: int
    stale: bool
    """Whether they are too few, whatever two persons said."""
    override: Override | None
    """The one that stands now."""
    epoch: int
    behind: Behind | None


def witnessing(node: Node, unit: Unit, person: Person) -> Witnessing:
    """Everything about it now."""
    require(person, Permission.STATUS_READ)
    now = safe_now(node, unit)
    state = ledger_state(unit)
    return Witnessing(
        witnesses=unit.heads.cosigned(),
        fresh=cosignatures.fresh(unit, now),
        quorum=node.quorum,
        stale=cosignatures.stale(node, unit, now),
        override=unit.heads.standing_override(now),
        epoch=state.epoch,
        behind=state.behind,
    )
