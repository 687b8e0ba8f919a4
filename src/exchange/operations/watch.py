"""Looks at the heads that came in of a partner's ledger: signatures, contradictions, proofs that one contains another.

Runs behind each heartbeat. Of heads that join, the newest stays: it stands for all of them.
"""

from __future__ import annotations

from itertools import pairwise

from exchange.crypto.encoding import canonical, read_canonical, unb64
from exchange.crypto.fields import Fields
from exchange.crypto.merkle import verify_consistency
from exchange.errors import BadInput, ChainBroken, Code, Remote
from exchange.model.heads import SeenHead
from exchange.model.state import Partner
from exchange.operations.clock import safe_now
from exchange.operations.contradictions import SPLIT, UNPROVEN, accuse, contradicted
from exchange.operations.known_partners import partner_in_use
from exchange.operations.seen_heads import MOST, ledger_keys, partner_origin, signed_by
from exchange.operations.witness import MAX_PROOFS, MOST_SIZES
from exchange.ports import Node


def watch(node: Node, partner_code: str) -> int:
    """One round; returns how many heads were settled. Remote when the partner could not be asked."""
    partner, heads, forged = look(node, partner_code)
    if len(heads) < 2:
        return forged
    proofs = _ask(node, partner, [each.size for each in heads])
    with node.store.write() as unit:
        for (old, new), proof in zip(pairwise(heads), proofs, strict=True):
            try:
                verify_consistency(old_size=old.size, old_root=old.root, size=new.size, root=new.root, path=proof)
            except ChainBroken:
                accuse(node, unit, UNPROVEN, (old, new), safe_now(node, unit))
                return 0
        unit.heads.forget(heads[:-1])
    return len(heads) - 1 + forged


def look(node: Node, partner_code: str) -> tuple[Partner, list[SeenHead], int]:
    """What needs no answer of the partner: forged heads go, two of one size are told, and no partner fills our disk.

    The partner, the heads that are to be proven (none while something stands against the ledger), and how many went.
    """
    with node.store.write() as unit:
        partner = partner_in_use(unit, partner_code)
        keys, name = ledger_keys(unit, partner_code), partner_origin(unit, partner_code)
        found = unit.heads.seen(name, MOST)
        heads = [each for each in found if each.size and signed_by(each.note, keys)]
        forged = [each for each in found if each not in heads]
        unit.heads.forget(forged)
        unit.heads.forget_others(partner_code, name)
        split = next(((a, b) for a, b in pairwise(heads) if a.size == b.size), None)
        if split is not None:
            accuse(node, unit, SPLIT, split, safe_now(node, unit))
        if len(heads) > MOST_SIZES:
            unit.heads.forget(heads[MOST_SIZES // 2 : -MOST_SIZES // 2])
            heads = [*heads[: MOST_SIZES // 2], *heads[-MOST_SIZES // 2 :]]
        return partner, [] if contradicted(unit, partner_code) is not None else heads, len(forged)


def _ask(node: Node, partner: Partner, sizes: list[int]) -> list[list[bytes]]:
    answer = node.peers.proofs(partner, canonical({"v": 1, "sizes": list(sizes)}))
    try:
        fields = Fields(read_canonical(answer, limit=MAX_PROOFS), ("v", "proofs"), Code.PARTNER_ANSWER)
        fields.integer("v", 1, 1)
        proofs = fields.raw("proofs")
        if not isinstance(proofs, list) or len(proofs) != len(sizes) - 1:
            raise BadInput(Code.PARTNER_ANSWER)
        return [_hashes(proof) for proof in proofs]
    except BadInput:
        raise Remote(Code.PARTNER_ANSWER, partner=partner.code) from None


def _hashes(proof: object) -> list[bytes]:
    if not isinstance(proof, list) or len(proof) > 63:
        raise BadInput(Code.PARTNER_ANSWER)
    return [unb64(each, size=32) for each in proof]
