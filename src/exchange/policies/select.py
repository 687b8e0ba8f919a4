"""select: the only maker of `Released`, the only thing that `operations/release.py` may seal.

It takes from a held record exactly the pairs that its own decision sends, byte for byte as committed. It decides
nothing and computes no digest; whoever calls it compares manifest digests. Spec: docs/spec/policy.md §7.
"""

from __future__ import annotations

from typing import Final

from exchange.errors import Code, Denied
from exchange.model.records import HeldRecord, Pair, Ref
from exchange.policies.decide import Decision
from exchange.policies.handling import Handling

_MAKER: Final = object()


class Released:
    """What may leave of one record, to one recipient. Made by `select` alone; immutable.

    `pairs` are the disclosed (salt, claim bytes) in record order; the rest of the record is not in here.
    """

    __slots__ = (
        "agreement_id",
        "handling",
        "manifest",
        "pairs",
        "proof",
        "purpose",
        "recipient",
        "ref",
        "root",
        "version",
    )

    ref: Ref
    version: int
    recipient: str
    agreement_id: str
    purpose: str
    manifest: bytes
    root: bytes
    proof: bytes
    pairs: tuple[Pair, ...]
    handling: Handling

    def __init__(self, maker: object, held: HeldRecord, decision: Decision, terms: Handling) -> None:
        if maker is not _MAKER:
            raise TypeError("only select() makes Released")
        record, outcomes = held.record, decision.outcomes
        values = {
            "ref": record.ref,
            "version": record.version,
            "recipient": decision.recipient,
            "agreement_id": decision.agreement_id,
            "purpose": decision.purpose,
            "manifest": held.manifest,
            "root": held.root,
            "proof": held.proof,
            "pairs": tuple(
                [
                    pair
                    for claim, pair in zip(record.claims, held.pairs, strict=True)
                    if outcomes[claim.id].state == "sent"
                ]
            ),
            "handling": terms,
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Released does not change")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("Released does not change")


def select(held: HeldRecord, decision: Decision) -> Released:
    """What `decision` sends of `held`.

    Errors: Denied(RELEASE_DENIED, reason=code) for a denial; Denied(RELEASE_DENIED, reason="OTHER_RECORD") when the
    decision is about another record, another version or other claims (policies.md, case 7).
    """
    record = held.record
    if decision.record_state != "released" or decision.handling is None:
        reason = decision.record_reason
        code = (
            Code.NOTHING_TO_RELEASE
            if reason is not None and reason.code == "NOTHING_TO_RELEASE"
            else Code.RELEASE_DENIED
        )
        raise Denied(code, reason=None if reason is None else reason.code)
    same = decision.ref == record.ref and decision.version == record.version
    if not same or len(held.pairs) != len(record.claims) or list(decision.outcomes) != [c.id for c in record.claims]:
        raise Denied(Code.RELEASE_DENIED, reason="OTHER_RECORD")
    return Released(_MAKER, held, decision, decision.handling)
