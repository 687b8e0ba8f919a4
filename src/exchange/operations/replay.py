"""Replays the decisions of a proposal or release: same documents, same record versions, same inputs, same bytes?

It needs no key of that time: documents are found by digest and carry their parties' signatures, with the roots that
they name themselves. Another state's record is decided again under the grant that stood then, as long as the copy is
here and the grant verifies by its originator's card. What cannot be decided again is still verified in all else.
Nothing is released here and no value is shown. Spec: docs/spec/policy.md §11.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from exchange.crypto.commitments import all_open
from exchange.crypto.encoding import digest
from exchange.crypto.manifest import digest as manifest_digest
from exchange.crypto.manifest import read as read_manifest
from exchange.crypto.rootsign import read_root_signature
from exchange.errors import BadInput, Code, Fact, NotFound, Untrusted
from exchange.ledger.entries import entry
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import KeptDecisions, Person, ProposalItem, StoredAgreement
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.grounds import Grounds, combine
from exchange.operations.kept import Document, KeptInputs, kept_digest, read_inputs, split
from exchange.operations.permissions import Permission, require
from exchange.operations.permits import NONE as NO_PERMITS
from exchange.operations.permits import Permits, Way, held_then
from exchange.operations.views import Asked, decision_digest, inputs_of
from exchange.policies.decide import RULES, Decision, decide
from exchange.ports import Node, Unit

EQUAL = "equal"
"""Decided again, with the same digest."""
DIFFERENT = "different"
"""Decided again, with another digest; or the record, or what was kept of it, is not that of the time."""
OTHER_RULES = "other_rules"
"""Another digest, but this software has other rules than the one that decided: ask the software of the time."""
ERASED = "erased"
"""The record was destroyed: it cannot be decided again. Documents and inputs were verified."""
NOT_RETAKEN = "not_retaken"
"""Documents and inputs are right, but the decision cannot be taken again: a file without the record's values, or
another state's record whose copy is gone, or whose grant nobody here can verify any more."""
_TYPES = {"agreement": "exchange/agreement/1", "policy": "exchange/policy/1"}
Find = Callable[[str, Document], StoredAgreement | None]
"""(kind, document) -> what is stored under that id and version."""
PassedOn = Callable[[ProposalItem, KeptInputs, datetime], tuple[HeldRecord, Permits] | None]
"""Another state's record as it stood then, with the consent for it."""


@dataclass(frozen=True, slots=True)
class ReplayedItem:
    """One record's decision, replayed."""

    position: int
    """In the proposal, from 1."""
    ref: Ref
    version: int
    state: str
    reason: str | None = None
    """Of `different`: `DECISION`, `MANIFEST`, `COMMITMENTS` or `ITEM`."""
    decision: Decision | None = None
    held: HeldRecord | None = None


@dataclass(frozen=True, slots=True)
class ReplayedStage:
    """All decisions of one moment."""

    stage: str
    at: datetime
    inputs: KeptInputs
    digest: bytes
    """What the ledger's `release.decided` must say for the stage `released`."""
    items: tuple[ReplayedItem, ...]

    @property
    def sound(self) -> bool:
        return all(item.state in (EQUAL, ERASED, NOT_RETAKEN) for item in self.items)


def replay(node: Node, unit: Unit, person: Person, proposal_id: str, item: int | None = None) -> list[ReplayedStage]:
    """Decides every item again (or the one at place `item`, from 1), for each stage that was kept.

    Errors: NotFound(proposal, item, or nothing kept), Untrusted(DOCUMENT_CHANGED, SIGNATURE_INVALID) when a document
    is not that of the time, BadInput(REPLAY_MALFORMED). The replay is an entry in the ledger.
    """
    require(person, Permission.RELEASE_READ)
    stages = replayed(node, unit, proposal_id, item)
    now = safe_now(node, unit)
    records = len(stages[0].items)
    line = entry("decision.replayed", at=stamp(now), actor=person.id, release=proposal_id, records=records)
    journal.write(node, unit, [line], now)
    return stages


def replayed(node: Node, unit: Unit, proposal_id: str, item: int | None) -> list[ReplayedStage]:
    """As `replay`, for an operation that has checked who asks and writes its own entry."""
    items = unit.releases.items(proposal_id)
    if unit.releases.get(proposal_id) is None or (item is not None and not 1 <= item <= len(items)):
        raise NotFound(release=proposal_id)
    kept = unit.releases.kept_decisions(proposal_id)
    if not kept:
        raise NotFound(release=proposal_id, at="decisions")

    def find(_kind: str, document: Document) -> StoredAgreement | None:
        return unit.agreements.get(document.id, document.version)

    wanted = range(len(items)) if item is None else range(item - 1, item)
    held = {place: _held(unit, items[place]) for place in wanted}

    def passed_on(one: ProposalItem, inputs: KeptInputs, at: datetime) -> tuple[HeldRecord, Permits] | None:
        return held_then(
            node, unit, one.ref, one.version, Way(inputs.recipient, inputs.agreement.id, inputs.purpose, at)
        )

    return [_stage(proposal_id, each, items, held, (find, passed_on)) for each in kept]


def grounds_then(inputs: KeptInputs, find: Find) -> Grounds:
    """The grounds of that time, every document verified: its bytes by digest, its parties by signature."""
    agreement = _document("agreement", inputs.agreement, find)
    policies = [_document("policy", each, find) for each in inputs.policies]
    ground = combine(agreement, policies)
    parties = {party.code: party.fingerprint for party in ground.agreement.parties}
    _check_signatures(agreement, parties)
    for stored, policy in zip(policies, ground.policies, strict=True):
        _check_signatures(stored, {policy.party.code: policy.party.fingerprint})
    if ground.policy_digest != inputs.policy:
        raise Untrusted(Code.DOCUMENT_CHANGED, at="policy_digest")
    return ground


def judged(
    inputs: KeptInputs, ground: Grounds, held: HeldRecord, at: datetime, permits: Permits = NO_PERMITS
) -> Decision:
    """The decision, taken again."""
    return decide(inputs_of(inputs.node, ground, held, Asked(inputs.recipient, inputs.purpose, at, permits)))


def compare(inputs: KeptInputs, held: HeldRecord, decision: Decision, wanted: tuple[bytes, bytes]) -> tuple[str, str]:
    """(state, reason or empty) of one item. `wanted`: the kept digests of its manifest and its decision."""
    manifest, taken = wanted
    if manifest_digest(held.manifest) != manifest:
        return DIFFERENT, "MANIFEST"
    if not all_open(read_manifest(held.manifest).commitments, held.pairs):
        return DIFFERENT, "COMMITMENTS"
    if decision_digest(decision) == taken:
        return EQUAL, ""
    return (DIFFERENT, "DECISION") if inputs.rules == RULES else (OTHER_RULES, "")


def _stage(
    proposal_id: str,
    kept: KeptDecisions,
    items: list[ProposalItem],
    held: dict[int, HeldRecord | None],
    sources: tuple[Find, PassedOn],
) -> ReplayedStage:
    find, passed_on = sources
    inputs = read_inputs(kept.inputs)
    ground = grounds_then(inputs, find)
    manifests, digests = split(kept.manifests), split(kept.digests)
    if not len(manifests) == len(digests) == len(items):
        raise BadInput(Code.REPLAY_MALFORMED, at="items")
    found = []
    for place, record in held.items():
        item = items[place]
        where = (place + 1, item.ref, item.version)
        if kept.stage == "proposed" and item.decision_digest != digests[place]:
            found.append(ReplayedItem(*where, DIFFERENT, "ITEM"))
            continue
        ours = item.ref.originator == inputs.node
        then = passed_on(item, inputs, kept.at) if not ours else None if record is None else (record, NO_PERMITS)
        if then is None:
            found.append(ReplayedItem(*where, ERASED if ours else NOT_RETAKEN))
            continue
        decision = judged(inputs, ground, then[0], kept.at, then[1])
        state, reason = compare(inputs, then[0], decision, (manifests[place], digests[place]))
        found.append(ReplayedItem(*where, state, reason or None, decision, then[0]))
    return ReplayedStage(kept.stage, kept.at, inputs, kept_digest(proposal_id, kept), tuple(found))


def _held(unit: Unit, item: ProposalItem) -> HeldRecord | None:
    """The record's version of that time; None when it was erased, by row or by key."""
    try:
        return unit.records.version(item.ref, item.version)
    except NotFound:
        return None


def _document(kind: str, wanted: Document, find: Find) -> StoredAgreement:
    stored = find(kind, wanted)
    facts: dict[str, Fact] = {"agreement": wanted.id, "version": wanted.version}
    if stored is None or stored.kind != kind:
        raise Untrusted(Code.DOCUMENT_CHANGED, reason="missing", **facts)
    if digest(_TYPES[kind], stored.document).hex() != wanted.digest or stored.digest != wanted.digest:
        raise Untrusted(Code.DOCUMENT_CHANGED, reason="digest", **facts)
    return stored


def _check_signatures(stored: StoredAgreement, parties: dict[str, str]) -> None:
    """Every party signed these bytes, under the root that they name for it. Roots of the time: none is looked up."""
    for code, fingerprint in parties.items():
        signature = stored.signatures.get(code)
        if signature is None:
            raise Untrusted(Code.AGREEMENT_UNSIGNED, agreement=stored.id, version=stored.version, missing=code)
        party = read_root_signature(signature, _TYPES[stored.kind], stored.document)
        if party != (code, fingerprint):
            raise Untrusted(Code.ROOT_MISMATCH, agreement=stored.id, version=stored.version, party=code)
