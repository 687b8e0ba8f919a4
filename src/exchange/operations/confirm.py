"""What a partner holds of our ledger, compared with what we have: a restored backup is found here (threat T-47).

A heartbeat brings the newest head of ours that the partner holds. Only our own signature on a head that our ledger does
not have proves that we are behind; a partner's word alone stops nobody.
After a start nothing is sent to a partner before it has answered once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from exchange.crypto import checkpoint
from exchange.crypto.descriptor import trusted
from exchange.errors import BadInput, Code, SignatureInvalid, Unavailable, Untrusted, UntrustedKey
from exchange.operations.clock import stamp
from exchange.operations.ledger_state import Behind, keep_state, ledger_state, origin
from exchange.operations.partners import kept_cards
from exchange.operations.tree import tree
from exchange.ports import Node, Unit

_UNCONFIRMED: Final = "unconfirmed."
"""Setting by partner: since when it has not said yet what it holds of us; empty once it has."""


def unconfirm(unit: Unit, now: datetime) -> None:
    """At a start: every partner has to say again what it holds of us."""
    for partner in unit.partners.all():
        unit.set_setting(_UNCONFIRMED + partner.code, stamp(now))


def confirmed(unit: Unit, partner: str) -> bool:
    """Whether the partner has said since the last start what it holds of us."""
    return not unit.setting(_UNCONFIRMED + partner)


def require_confirmed(unit: Unit, partner: str) -> None:
    """Unavailable(NOT_CONFIRMED) until then: what an old backup would send might reuse a number."""
    if not confirmed(unit, partner):
        raise Unavailable(Code.NOT_CONFIRMED, partner=partner)


def take_ours(node: Node, unit: Unit, partner: str, notes: Sequence[str], now: datetime) -> bool:
    """Takes the heads of ours that `partner` holds. False when one of them shows that we are behind.

    Untrusted(PARTNER_ANSWER) for what is no head that we signed; that confirms nothing and stops nothing.
    """
    state = ledger_state(unit)
    for note in notes:
        head = _ours(node, unit, partner, note)
        epoch = _epoch_of(node.code, head.origin)
        if epoch is None:
            raise Untrusted(Code.PARTNER_ANSWER, partner=partner)
        lost = epoch > state.epoch or (epoch == state.epoch and not _contained(unit, head))
        if lost and (state.behind is None or head.size > state.behind.size):
            state = replace(state, behind=Behind(head.size, epoch, partner, stamp(now)))
            keep_state(unit, state)
    if state.behind is not None:
        return False
    if not confirmed(unit, partner):
        unit.set_setting(_UNCONFIRMED + partner, "")
    return True


def _ours(node: Node, unit: Unit, partner: str, note: str) -> checkpoint.Checkpoint:
    """The head, signed by a ledger key of ours, today's or an earlier one."""
    try:
        head = checkpoint.read(note.encode())
        keys = dict.fromkeys(
            [node.keys.ledger.verifier, *(trusted(card).ledger for card in kept_cards(unit, node.code))]
        )
        for key in keys:
            try:
                checkpoint.verify_note(head.note, key)
            except UntrustedKey:
                continue
            return head
    except (BadInput, SignatureInvalid):
        raise Untrusted(Code.PARTNER_ANSWER, partner=partner) from None
    raise Untrusted(Code.PARTNER_ANSWER, partner=partner)


def _epoch_of(code: str, name: str) -> int | None:
    """The epoch that an origin of ours names."""
    if name == origin(code, 1):
        return 1
    text = name.removeprefix(origin(code, 1) + "/")
    if text != name and text.isascii() and text.isdigit() and len(text) < 10 and origin(code, int(text)) == name:
        return int(text) if int(text) > 1 else None
    return None


def _contained(unit: Unit, head: checkpoint.Checkpoint) -> bool:
    size = unit.ledger.head(lock=False).size
    return head.size <= size and tree(unit, size).root_at(head.size) == head.root
