"""Looks at the heads that came in of a partner's ledger: signatures, contradictions, proofs that one contains another.

Runs behind each heartbeat. Of heads that join, the newest stays: it stands for all of them.
"""

from __future__ import annotations

from itertools import pairwise

from exchange.crypto import checkpoint
from exchange.crypto.descriptor import trusted
from exchange.crypto.encoding import canonical, read_canonical, unb64
from exchange.crypto.fields import Fields
from exchange.crypto.merkle import verify_consistency
from exchange.errors import BadInput, ChainBroken, Code, Remote, SignatureInvalid, Untrusted, UntrustedKey
from exchange.model.heads import SeenHead
from exchange.model.state import Partner
from exchange.operations.clock import safe_now
from exchange.operations.contradictions import SPLIT, UNPROVEN, accuse, contradicted
from exchange.operations.known_partners import partner_in_use
from exchange.operations.partners import kept_cards
from exchange.operations.seen_heads import MOST, partner_origin
from exchange.operations.witness import MAX_PROOFS, MOST_SIZES
from exchange.ports import Node, Unit


def watch(node: Node, partner_code: str) -> int:
    """One round; returns how many heads were settled. Remote when the partner could not be asked."""
    with node.store.write() as unit:
        partner = partner_in_use(unit, partner_code)
        heads, forged = _signed(unit, partner)
        unit.heads.forget(forged)
        unit.heads.forget_others(partner_code, partner_origin(unit, partner_code))
        split = next(((a, b) for a, b in pairwise(heads) if a.size == b.size), None)
        if split is not None:
            accuse(node, unit, SPLIT, split, safe_now(node, unit))
        if contradicted(unit, partner_code) is not None:
            return 0
        if len(heads) > MOST_SIZES:  # it signs and does not prove: neither fills our disk
            unit.heads.forget(heads[MOST_SIZES // 2 : -MOST_SIZES // 2])
            heads = [*heads[: MOST_SIZES // 2], *heads[-MOST_SIZES // 2 :]]
    if len(heads) < 2:
        return len(forged)
    proofs = _ask(node, partner, [each.size for each in heads])
    with node.store.write() as unit:
        for (old, new), proof in zip(pairwise(heads), proofs, strict=True):
            try:
                verify_consistency(old_size=old.size, old_root=old.root, size=new.size, root=new.root, path=proof)
            except ChainBroken:
                accuse(node, unit, UNPROVEN, (old, new), safe_now(node, unit))
                return 0
        unit.heads.forget(heads[:-1])
    return len(heads) - 1 + len(forged)


def _signed(unit: Unit, partner: Partner) -> tuple[list[SeenHead], list[SeenHead]]:
    """The smallest heads that the partner's ledger key signed, and those that it did not."""
    keys = dict.fromkeys(trusted(card).ledger for card in [partner.descriptor, *kept_cards(unit, partner.code)])
    good: list[SeenHead] = []
    bad: list[SeenHead] = []
    for head in unit.heads.seen(partner_origin(unit, partner.code), MOST):
        (good if head.size and _by(head, list(keys)) else bad).append(head)
    return good, bad


def _by(head: SeenHead, keys: list[str]) -> bool:
    for key in keys:
        try:
            checkpoint.verify(head.note, key)
        except UntrustedKey:
            continue
        except (BadInput, SignatureInvalid, Untrusted):
            return False
        return True
    return False


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
