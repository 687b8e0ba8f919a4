"""Signed heartbeats: where each side's streams stand and its newest checkpoint, so that a lost tail is noticed."""

from __future__ import annotations

from exchange.crypto.encoding import canonical, read_canonical
from exchange.crypto.fields import NODE, Fields
from exchange.crypto.opening import SKEW
from exchange.crypto.signed import unwrap, wrap
from exchange.errors import Code, Unavailable, Untrusted
from exchange.model.claims import JsonObject, JsonValue
from exchange.operations import journal
from exchange.operations.clock import note_partner_time, safe_now, stamp
from exchange.operations.confirm import confirmed, take_ours
from exchange.operations.epochs import announced, take_epoch
from exchange.operations.known_partners import card_in_use, partner_in_use
from exchange.operations.ledger_state import able_to_sign
from exchange.operations.seen_heads import HELD, SHARED, held_of, note_heads, note_shared, to_share
from exchange.operations.stream_alarms import Beat, keep_beat
from exchange.ports import Node, Unit

TYPE = "exchange/heartbeat/1"
MAX_BEAT = 40 << 10
_MAX_NOTE = 8 << 10
_MEMBERS = ("v", "node", "to", "issued", "epoch", "head", "received", "checkpoint", "yours", "seen", "opened")


def beat(node: Node, partner_code: str) -> Beat:
    """Sends our heartbeat and stores the partner's answer. Remote and Untrusted errors are raised."""
    with node.store.read() as unit:
        partner = partner_in_use(unit, partner_code)
        ours = _make(node, unit, partner_code)
    return _take(node, partner_code, node.peers.heartbeat(partner, ours))


def hear_first(node: Node, partner_code: str) -> None:
    """After a start: asks the partner what it holds of us, before anything goes to it. Raises what `beat` does."""
    with node.store.read() as unit:
        heard = confirmed(unit, partner_code)
    if not heard:
        beat(node, partner_code)


def answer_heartbeat(node: Node, partner_code: str, wire: bytes) -> bytes:
    """Stores a partner's heartbeat and answers with ours."""
    _take(node, partner_code, wire)
    with node.store.read() as unit:
        return _make(node, unit, partner_code)


def _make(node: Node, unit: Unit, partner_code: str) -> bytes:
    able_to_sign(unit)
    end_out = unit.streams.end_out(partner_code, lock=False)
    value: JsonObject = {
        "v": 1,
        "node": node.code,
        "to": partner_code,
        "issued": stamp(safe_now(node, unit)),
        "epoch": end_out.epoch,
        "head": end_out.seq,
        "received": unit.streams.end_in(partner_code, lock=False).seq,
        "checkpoint": journal.head_text(node, unit),
        "yours": list[JsonValue](held_of(unit, partner_code)),
        "seen": list[JsonValue](to_share(node, unit, partner_code)),
        "opened": announced(node, unit),
    }
    return wrap(TYPE, canonical(value), node.keys.signing[node.suite])


def _take(node: Node, partner_code: str, wire: bytes) -> Beat:
    with node.store.write() as unit:
        now = safe_now(node, unit)
        card = card_in_use(partner_in_use(unit, partner_code), now)
        value = read_canonical(unwrap(TYPE, wire, lambda kid: card.signing_key(kid, now)), limit=MAX_BEAT)
        fields = Fields(value, _MEMBERS, Code.PARTNER_ANSWER)
        fields.integer("v", 1, 1)
        fields.integer("epoch")
        head, ours = fields.free_text("checkpoint", _MAX_NOTE), fields.strings("yours", HELD, _MAX_NOTE)
        seen, opened = fields.strings("seen", SHARED, _MAX_NOTE), fields.free_text("opened", MAX_BEAT)
        if fields.text("node", NODE) != partner_code or fields.text("to", NODE) != node.code:
            raise Untrusted(Code.NOT_ADDRESSED, partner=partner_code)
        issued = fields.time("issued")
        if issued < now - SKEW:
            raise Untrusted(Code.EXPIRED, partner=partner_code)
        if issued > now + SKEW:  # its time becomes part of our clock's floor: nobody may push that ahead (T-51)
            raise Untrusted(Code.NOT_YET_VALID, partner=partner_code)
        said = Beat(stamp(issued), fields.integer("head"), fields.integer("received"))
        note_partner_time(unit, issued)
        together = take_ours(node, unit, partner_code, ours, now)
        if together:
            take_epoch(node, unit, card, opened, now)
            keep_beat(unit, partner_code, said)
            note_heads(unit, partner_code, partner_code, [head], now)
            note_shared(node, unit, partner_code, seen, now)
    if not together:
        raise Unavailable(Code.ROLLED_BACK, partner=partner_code)
    return said
