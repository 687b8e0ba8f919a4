"""We witness our partners' ledgers: one head after another, each shown to contain the one before (C2SP tlog-witness).

What was cosigned last moves by compare-and-set in the transaction that answers, so that two heads of one size with
different roots never both get our cosignature, whoever asks at once and wherever this process dies.
A partner asks for its own ledger only. Spec: docs/spec/transport.md §9.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

from exchange.crypto import witness_wire
from exchange.crypto.checkpoint import only
from exchange.crypto.cosign import cosign, with_cosignatures
from exchange.crypto.encoding import b64, canonical, read_canonical
from exchange.crypto.fields import Fields
from exchange.errors import BadInput, Code, NotFound, TooLarge, Unavailable
from exchange.model.claims import JsonValue
from exchange.model.heads import Witnessed
from exchange.operations.clock import safe_now
from exchange.operations.confirm import require_confirmed
from exchange.operations.contradictions import contradicted
from exchange.operations.known_partners import card_in_use, partner_in_use
from exchange.operations.ledger_state import able_to_sign
from exchange.operations.seen_heads import note_heads, partner_origin
from exchange.operations.tree import tree
from exchange.ports import Node

NOTE_TYPE = "text/plain; charset=utf-8"
MOST_SIZES = 256
"""Sizes in one request for proofs."""
MAX_PROOFS = 1 << 20
"""Bytes of an answer."""
MAX_SIZES = 8 << 10
"""Bytes of such a request."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the witness protocol answers: not our problem documents, but its own bodies."""

    status: int
    body: bytes
    type: str


def add_checkpoint(node: Node, partner_code: str, body: bytes) -> Answer:
    """Cosigns the partner's new head, or answers why not, with the status codes of tlog-witness."""
    try:
        request = witness_wire.read_request(body)
    except (BadInput, TooLarge):
        return _refused(400)
    if request.checkpoint.extensions:  # our logs have none (docs/spec/ledger.md §4)
        return _refused(400)
    if node.keys.witness is None:
        raise Unavailable(Code.CONFIG_INVALID, at="witness")
    with node.store.write() as unit:
        able_to_sign(unit)
        now = safe_now(node, unit)
        card = card_in_use(partner_in_use(unit, partner_code), now)
        require_confirmed(unit, partner_code)  # an old backup would have forgotten what it cosigned
        name = partner_origin(unit, partner_code)
        known = unit.heads.witnessed(name)
        trusted = (card.ledger,) if request.checkpoint.origin == name else ()
        latest = None if known is None else witness_wire.Head(known.size, known.root)
        verdict = witness_wire.judge(request, trusted, latest)
        if verdict.status not in (400, 403, 404):
            note_heads(unit, partner_code, partner_code, [request.note.decode()], now)
        if verdict.status == 200 and contradicted(unit, partner_code):
            return _refused(422)
        if verdict.head is None:
            if verdict.status == 409:
                return Answer(409, witness_wire.write_conflict(verdict.latest), witness_wire.SIZE_TYPE)
            return _refused(verdict.status)
        at = now if known is None else max(now, known.at)
        lines = cosign(request.checkpoint, node.keys.witness, int(at.timestamp()))
        bare = only(request.checkpoint, f"{partner_code}.exchange")
        note = with_cosignatures(bare, lines, node.keys.witness.verifiers)
        new = Witnessed(name, partner_code, verdict.head.size, verdict.head.root, at, note)
        if not unit.heads.witness(new, known):
            raise Unavailable(Code.DATABASE_BUSY)
        node.faults.reach("witness.kept")  # uncommitted: nobody has our cosignature
    node.faults.reach("witness.committed")  # unanswered: asked again with the old size, we answer 409 and then 200
    return Answer(200, witness_wire.write_answer(lines), NOTE_TYPE)


def latest_checkpoint(node: Node, partner_code: str, origin_hash: str) -> bytes:
    """The head of the partner's own ledger that we cosigned last, with our cosignatures. NotFound for any other log:
    whom else we witness is nobody's business."""
    with node.store.read() as unit:
        name = partner_origin(unit, partner_code)
        known = unit.heads.witnessed(name)
    if known is None or sha256(name.encode()).hexdigest() != origin_hash:
        raise NotFound(at="origin")
    return known.note


def answer_proofs(node: Node, partner_code: str, body: bytes) -> bytes:
    """Proofs that each of our heads of the asked sizes is contained in the next.

    `body`: canonical `{"sizes":[…],"v":1}`, rising, at most 256, none above our size. The answer has one list of
    hashes for each step. They show hashes of salted leaves, so they tell nothing but that.
    """
    fields = Fields(read_canonical(body, limit=MAX_SIZES), ("v", "sizes"), Code.VALUE_NOT_ALLOWED)
    fields.integer("v", 1, 1)
    sizes = fields.raw("sizes")
    if not isinstance(sizes, list) or not 2 <= len(sizes) <= MOST_SIZES:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="sizes")
    with node.store.read() as unit:
        partner_in_use(unit, partner_code)
        able_to_sign(unit)
        end = unit.ledger.head(lock=False).size
        numbers = [size for size in sizes if type(size) is int and 0 < size <= end]
        if numbers != sizes or numbers != sorted(set(numbers)):
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="sizes")
        whole = tree(unit, numbers[-1])
        proofs: list[JsonValue] = [
            [b64(each) for each in whole.consistency(old, new)] for old, new in pairwise(numbers)
        ]
    return canonical({"v": 1, "proofs": proofs})


def _refused(status: int) -> Answer:
    return Answer(status, b"", NOTE_TYPE)
