"""Telling a partner that an auditor was shown a record of its: what is due, and the notice that a person sends.

Nothing is sent by itself: a person chooses the moment, the agreement and the purpose (ADR 0030).
"""

from __future__ import annotations

from exchange.errors import NotFound
from exchange.model.messages import MAX_REFS, Notice
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.operations.messages import MessageWish
from exchange.operations.obligations import HANDED_OVER, Obligation, untold
from exchange.operations.permissions import Permission, require
from exchange.operations.release import Sent, send
from exchange.ports import Node, Unit

AUTHORITY = "authority"
"""Outcome of the notice: it was shown to somebody who oversees us."""


def list_untold(node: Node, unit: Unit, person: Person) -> list[tuple[Ref, Obligation]]:
    """Partners' records that an auditor was shown, and still to be told, soonest due first."""
    require(person, Permission.NOTICE_SEND)
    return untold(unit, node.clock.now())


def tell_opening(node: Node, unit: Unit, person: Person, id_: str, wish: tuple[str, str, str]) -> Sent:
    """Tells a partner which records that it sent us one opening showed. `wish`: partner, agreement, purpose.

    Errors: NotFound when nothing of that opening is to be told to that partner, and those of `send`.
    """
    require(person, Permission.NOTICE_SEND)
    partner, agreement, purpose = wish
    due = [ref for ref, each in untold(unit, node.clock.now()) if each.key.id == id_]
    refs = sorted(unit.copies.held_from(partner, due))[:MAX_REFS]
    if not refs:
        raise NotFound(opening=id_)
    notice = Notice(purpose, "", HANDED_OVER, AUTHORITY, tuple(refs), None, None, None)
    return send(node, unit, person, MessageWish(partner, agreement, notice))
