"""Signed heartbeats: where each side's streams stand and its newest checkpoint, so that a lost tail is noticed."""

from __future__ import annotations

from exchange.crypto.encoding import canonical, read_canonical
from exchange.crypto.fields import NODE, Fields
from exchange.crypto.opening import SKEW
from exchange.crypto.signed import unwrap, wrap
from exchange.errors import Code, Untrusted
from exchange.model.claims import JsonObject
from exchange.operations.clock import note_partner_time, safe_now, stamp
from exchange.operations.known_partners import card_in_use, partner_in_use
from exchange.operations.stream_alarms import Beat, keep_beat
from exchange.ports import Node, Unit

TYPE = "exchange/heartbeat/1"
MAX_BEAT = 16 << 10
_MEMBERS = ("v", "node", "to", "issued", "epoch", "head", "received", "checkpoint")


def beat(node: Node, partner_code: str) -> Beat:
    """Sends our heartbeat and stores the partner's answer. Remote and Untrusted errors are raised."""
    with node.store.read() as unit:
        partner = partner_in_use(unit, partner_code)
        ours = _make(node, unit, partner_code)
    return _take(node, partner_code, node.peers.heartbeat(partner, ours))


def answer_heartbeat(node: Node, partner_code: str, wire: bytes) -> bytes:
    """Stores a partner's heartbeat and answers with ours."""
    _take(node, partner_code, wire)
    with node.store.read() as unit:
        return _make(node, unit, partner_code)


def _make(node: Node, unit: Unit, partner_code: str) -> bytes:
    end_out = unit.streams.end_out(partner_code, lock=False)
    value: JsonObject = {
        "v": 1,
        "node": node.code,
        "to": partner_code,
        "issued": stamp(safe_now(node, unit)),
        "epoch": end_out.epoch,
        "head": end_out.seq,
        "received": unit.streams.end_in(partner_code, lock=False).seq,
        "checkpoint": (unit.ledger.checkpoint() or b"").decode("utf-8"),
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
        fields.free_text("checkpoint", MAX_BEAT)
        if fields.text("node", NODE) != partner_code or fields.text("to", NODE) != node.code:
            raise Untrusted(Code.NOT_ADDRESSED, partner=partner_code)
        issued = fields.time("issued")
        if issued < now - SKEW:
            raise Untrusted(Code.EXPIRED, partner=partner_code)
        if issued > now + SKEW:  # its time becomes part of our clock's floor: nobody may push that ahead (T-51)
            raise Untrusted(Code.NOT_YET_VALID, partner=partner_code)
        said = Beat(stamp(issued), fields.integer("head"), fields.integer("received"))
        keep_beat(unit, partner_code, said)
        note_partner_time(unit, issued)
        return said
