"""What a partner would see of a record, and its digest. Preview, release and replay are this one function.

Only `operations/release.py` can turn a view into bytes for a partner (ARCHITECTURE.md, law 1).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from exchange.crypto.commitments import pack
from exchange.crypto.encoding import canonical_own, digest
from exchange.crypto.manifest import digest as manifest_digest
from exchange.errors import Code, Denied
from exchange.model.records import HeldRecord
from exchange.operations.grounds import Grounds
from exchange.policies.check import Question, permitted
from exchange.policies.decide import Decision, Inputs, decide
from exchange.policies.reasons import Reason
from exchange.policies.select import Released, select
from exchange.ports import Node


@dataclass(frozen=True, slots=True)
class Asked:
    """To whom, why and when: the part of a decision's inputs that is the same for every record of a release."""

    recipient: str
    purpose: str
    now: datetime


@dataclass(frozen=True, slots=True)
class View:
    """A decision and, where it permits, what would leave."""

    decision: Decision
    released: Released | None
    packed: bytes
    """The disclosed pairs, packed (docs/spec/records.md §5); empty when denied."""
    digest: bytes
    """32 bytes over manifest, disclosed pairs and handling; of a denial, over the manifest alone."""

    @property
    def decision_digest(self) -> bytes:
        """32 bytes over the whole decision with its reasons: what a replay is compared with. Computed when asked."""
        return decision_digest(self.decision)

    @property
    def reason(self) -> Reason:
        """Why the record as a whole is denied."""
        reason = self.decision.record_reason
        return reason if reason is not None else Reason("DEFAULT_DENY")


def decision_digest(decision: Decision) -> bytes:
    """32 bytes over the decision's document."""
    return digest("exchange/decision/1", canonical_own(decision.document()))


def inputs_of(code: str, grounds: Grounds, held: HeldRecord, asked: Asked) -> Inputs:
    """Everything that the decision of node `code` about `held` depends on."""
    return Inputs(
        agreement=grounds.agreement,
        policies=grounds.policies,
        record=held.record,
        node=code,
        recipient=asked.recipient,
        purpose=asked.purpose,
        now=asked.now,
        manifest_digest=manifest_digest(held.manifest).hex(),
        policy_digest=grounds.policy_digest,
    )


def view(node: Node, grounds: Grounds, held: HeldRecord, asked: Asked) -> View:
    """Decides and selects. Pure: the same inputs give the same view, years later."""
    decision = decide(inputs_of(node.code, grounds, held, asked))
    manifest = bytes.fromhex(decision.manifest_digest)
    if decision.record_state != "released":
        return View(decision, None, b"", digest("exchange/view/1", manifest))
    released = select(held, decision)
    packed = pack(released.pairs)
    seen = digest("exchange/view/1", manifest, packed, canonical_own(released.handling.document()))
    return View(decision, released, packed, seen)


def double_check(node: Node, grounds: Grounds, held: HeldRecord, asked: Asked, released: Released) -> None:
    """The second, independently written checker must agree claim by claim, or nothing is sealed."""
    asking = (node.code, asked.recipient, asked.purpose, asked.now)
    allowed = permitted(Question(grounds.agreement, grounds.policies, held.record, *asking))
    pairs = set(released.pairs)
    sent = {claim.id for claim, pair in zip(held.record.claims, held.pairs, strict=True) if pair in pairs}
    if sent != allowed or len(pairs) != len(sent):
        raise Denied(Code.CHECKER_DISAGREES, record=held.record.id)
