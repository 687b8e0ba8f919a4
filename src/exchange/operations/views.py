"""What a partner would see of a record, and its digest. Preview, release and replay are this one function.

Only `operations/release.py` can turn a view into bytes for a partner (ARCHITECTURE.md, law 1).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from exchange.crypto.commitments import pack
from exchange.crypto.encoding import as_written, canonical_own, digest
from exchange.crypto.manifest import digest as manifest_digest
from exchange.errors import Code, Denied
from exchange.model.afterwards import StoredGrant
from exchange.model.records import HeldRecord
from exchange.operations.grounds import Grounds
from exchange.operations.permits import NONE, Permits
from exchange.operations.recent import Recent
from exchange.policies.agreement import Agreement, NationalPolicy
from exchange.policies.check import Question, permitted
from exchange.policies.decide import Decision, Inputs, decide
from exchange.policies.handling import Handling
from exchange.policies.reasons import Reason
from exchange.policies.select import Released, select
from exchange.ports import Node


@dataclass(frozen=True, slots=True)
class Asked:
    """To whom, why and when: the part of a decision's inputs that is the same for every record of a release."""

    recipient: str
    purpose: str
    now: datetime
    permits: Permits = NONE
    """Consents of originators, for records that are not ours."""


@dataclass(frozen=True, slots=True)
class View:
    """A decision and, where it permits, what would leave."""

    decision: Decision
    released: Released | None
    packed: bytes
    """The disclosed pairs, packed (docs/spec/records.md §5); empty when denied."""
    digest: bytes
    """32 bytes over manifest, disclosed pairs and handling; of a denial, over the manifest alone. Of another state's
    record also over the grant that it travels under."""
    grant: StoredGrant | None = None
    """That grant."""
    told: bytes | None = None
    """Canonical JSON of the decision's claims: the part of it that its time does not change."""

    @property
    def decision_digest(self) -> bytes:
        """32 bytes over the whole decision with its reasons: what a replay is compared with. Computed when asked."""
        if self.told is None:
            return decision_digest(self.decision)
        return digest("exchange/decision/1", canonical_own(self.decision.document(as_written(self.told))))

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
        grants=asked.permits.grants,
    )


class _Key(NamedTuple):
    """Everything that a view depends on; `decide` uses of the time the day and the agreement's validity. Documents are
    compared by identity: parsed documents are kept by digest."""

    manifest: bytes
    agreement: Agreement
    policies: tuple[NationalPolicy, ...]
    policy_digest: str
    asked: tuple[str, str, str]
    day: date
    valid: bool


_RECENT: Recent[_Key, View] = Recent(1000, timedelta(minutes=2))
"""Few and for a short time, because this is plaintext in memory."""


def view(node: Node, grounds: Grounds, held: HeldRecord, asked: Asked) -> View:
    """Decides and selects. Pure: the same inputs give the same view, years later.

    A view that was made a moment ago of the same bytes, under the same documents, on the same day is found again: so
    by a release right after its proposal. Whether the agreement is valid is asked each time.
    """
    manifest = manifest_digest(held.manifest)
    if held.record.originator != node.code:
        return _view(node, grounds, held, asked, manifest)  # a grant may be revoked at any moment
    key = _Key(
        manifest,
        grounds.agreement,
        grounds.policies,
        grounds.policy_digest,
        (node.code, asked.recipient, asked.purpose),
        asked.now.astimezone(UTC).date(),
        grounds.agreement.valid_from <= asked.now < grounds.agreement.valid_until,
    )
    known = _RECENT.get(key, asked.now)
    if known is not None:
        return replace(known, decision=replace(known.decision, decided_at=asked.now))
    made = _view(node, grounds, held, asked, manifest)
    if made.released is not None:
        _RECENT.put(key, made, asked.now)
    return made


def forget_views() -> None:
    """Drops every view that was made a moment ago: records were erased."""
    _RECENT.clear()


def _view(node: Node, grounds: Grounds, held: HeldRecord, asked: Asked, manifest: bytes) -> View:
    decision = decide(inputs_of(node.code, grounds, held, asked))
    if decision.record_state != "released":
        return View(decision, None, b"", digest("exchange/view/1", manifest))
    released = select(held, decision)
    packed = pack(released.pairs)
    grant = asked.permits.stored.get(held.record.ref)
    under = () if grant is None else (bytes.fromhex(grant.digest),)
    seen = digest("exchange/view/1", manifest, packed, _handling(released.handling), *under)
    return View(decision, released, packed, seen, grant, canonical_own(decision.told()))


@lru_cache(maxsize=256)
def _handling(handling: Handling) -> bytes:
    return canonical_own(handling.document())


def double_check(node: Node, grounds: Grounds, held: HeldRecord, asked: Asked, released: Released) -> None:
    """The second, independently written checker must agree claim by claim, or nothing is sealed."""
    asking = (node.code, asked.recipient, asked.purpose, asked.now)
    allowed = permitted(Question(grounds.agreement, grounds.policies, held.record, *asking, asked.permits.consents))
    expected = [pair for claim, pair in zip(held.record.claims, held.pairs, strict=True) if claim.id in allowed]
    if not allowed or list(released.pairs) != expected or len(expected) != len(allowed):
        raise Denied(Code.CHECKER_DISAGREES, record=held.record.id)
