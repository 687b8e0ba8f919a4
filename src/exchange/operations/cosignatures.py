"""Our partners witness our ledger: asking for cosignatures, and what follows when there are none (WITNESS_STALE).

Releases stop when fewer partners than the quorum cosigned a head within four hours. Two persons can let them go on for
some hours (`override`). A node younger than that has had no time yet.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from exchange.crypto import checkpoint, witness_wire
from exchange.crypto.cosign import with_cosignatures
from exchange.errors import BadInput, Code, ExchangeError, Remote, Unavailable
from exchange.ledger.entries import read as read_entry
from exchange.ledger.entries import text
from exchange.model.heads import Cosigned
from exchange.model.state import Partner
from exchange.operations.clock import SKEW, safe_now
from exchange.operations.confirm import take_ours
from exchange.operations.journal import head_text
from exchange.operations.known_partners import card_in_use, partner_in_use
from exchange.operations.ledger_state import able_to_sign, ledger_state, origin
from exchange.operations.tree import tree
from exchange.ports import Node, Unit

FRESH: Final = timedelta(hours=4)
"""How old a cosignature may be (protocol.md, ledger)."""


def ask_cosignature(node: Node, partner_code: str) -> Cosigned:
    """Has the partner cosign our newest head, and stores its cosignatures in the note.

    Remote when it does not; Unavailable(ROLLED_BACK) when its answer shows a head that we signed and do not have.
    """
    with node.store.read() as unit:
        partner = partner_in_use(unit, partner_code)
        last = next((row.size for row in unit.heads.cosigned() if row.witness == partner_code), 0)
    status, body, note = _submit(node, partner, last)
    if status == 409:
        try:
            size = witness_wire.read_conflict(body)
        except BadInput:
            raise Remote(Code.PARTNER_ANSWER, partner=partner_code) from None
        if size > checkpoint.read(note).size:
            _compare(node, partner)
        status, body, note = _submit(node, partner, size)
    if status == 422:
        _compare(node, partner)
    if status != 200:
        raise Remote(Code.PARTNER_ANSWER, partner=partner_code, status=status)
    return _store(node, partner, note, body)


def _submit(node: Node, partner: Partner, old: int) -> tuple[int, bytes, bytes]:
    """(status, body, note that was sent)."""
    with node.store.read() as unit:
        able_to_sign(unit)
        note = head_text(node, unit).encode()  # who else cosigned is nobody's business
        size = checkpoint.read(note).size
        proof = tree(unit, size).consistency(old, size) if old < size else []
    status, body = node.peers.add_checkpoint(partner, witness_wire.write_request(min(old, size), proof, note))
    return status, body, note


def _compare(node: Node, partner: Partner) -> None:
    """Asks for the head that the witness has of us. Raises ROLLED_BACK if it proves us behind."""
    with node.store.read() as unit:
        name = origin(node.code, ledger_state(unit).epoch)
    note = node.peers.witnessed(partner, sha256(name.encode()).hexdigest())
    with node.store.write() as unit:
        take_ours(node, unit, partner.code, [note.decode("utf-8", "replace")], safe_now(node, unit))
    with node.store.read() as unit:
        able_to_sign(unit)


def _store(node: Node, partner: Partner, note: bytes, body: bytes) -> Cosigned:
    with node.store.write() as unit:
        now = safe_now(node, unit)
        keys = card_in_use(partner, now).witness
        size = checkpoint.read(note).size
        try:
            kept = dict(unit.ledger.checkpoints(size - 1, 1)).get(size, note)
            made = with_cosignatures(kept, witness_wire.read_answer(body), keys)
            head = checkpoint.read(made)
            times = [checkpoint.verify_cosignature(head, key) for key in keys]
        except ExchangeError:
            raise Remote(Code.PARTNER_ANSWER, partner=partner.code) from None
        seconds = min(times, default=0)
        if not 0 < seconds <= int((now + SKEW).timestamp()):
            raise Remote(Code.PARTNER_ANSWER, partner=partner.code)
        at = datetime.fromtimestamp(seconds, tz=now.tzinfo)
        unit.ledger.put_checkpoint(size, made)
        row = Cosigned(partner.code, size, min(at, now))
        unit.heads.put_cosigned(row)
    return row


def forget_cosigned(unit: Unit) -> None:
    """At a start: a witness counts again once it has cosigned since, so that an old backup releases nothing first."""
    unit.heads.forget_cosigned()


def cosigners(unit: Unit) -> frozenset[str]:
    """Who has cosigned since the start; a partner that is suspended meanwhile counts no more."""
    return frozenset(row.witness for row in unit.heads.cosigned())


def fresh(unit: Unit, now: datetime) -> int:
    """How many partners cosigned a head of ours within `FRESH`."""
    return sum(row.at > now - FRESH for row in unit.heads.cosigned())


def require_witness(node: Node, unit: Unit, now: datetime) -> None:
    """Unavailable(WITNESS_STALE) when nothing may be released for want of cosignatures."""
    if not stale(node, unit, now) or unit.heads.standing_override(now) is not None:
        return
    raise Unavailable(Code.WITNESS_STALE, needed=node.quorum)


def stale(node: Node, unit: Unit, now: datetime) -> bool:
    """Whether cosignatures are too few or too old, whatever two persons said."""
    if fresh(unit, now) >= node.quorum:
        return False
    first = unit.ledger.entries(0, 1)
    return not first or now - datetime.fromisoformat(text(read_entry(first[0]), "at")) > FRESH
