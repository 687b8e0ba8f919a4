"""The replay file: one release's decisions with everything needed to take them again, without any node.

With values, whoever checks it decides again and compares. Without, it carries the decisions themselves: their digests,
inputs and documents are checked, but they cannot be taken again, because tests and safeguards read the record's values.
Spec: docs/spec/policy.md §11.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from exchange.crypto.commitments import pack, unpack
from exchange.crypto.encoding import b64, canonical, digest, read_canonical
from exchange.crypto.fields import NAME, NODE, RECORD, Fields
from exchange.crypto.manifest import digest as manifest_digest
from exchange.crypto.manifest import read as read_manifest
from exchange.errors import BadInput, Code
from exchange.ledger.entries import entry
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.records import HeldRecord, Pair, Record, Ref
from exchange.model.state import KeptDecisions, Person, StoredAgreement
from exchange.operations import journal
from exchange.operations.claims import claims_of
from exchange.operations.clock import safe_now, stamp
from exchange.operations.grounds import Grounds
from exchange.operations.kept import Document, KeptInputs, kept_digest, read_inputs, split
from exchange.operations.permissions import Permission, require
from exchange.operations.replay import (
    DIFFERENT,
    EQUAL,
    ERASED,
    NOT_RETAKEN,
    OTHER_RULES,
    ReplayedItem,
    ReplayedStage,
    compare,
    grounds_then,
    judged,
    replayed,
)
from exchange.policies.decide import RULES
from exchange.ports import Node, Unit

MAX_FILE = 256 << 20
"""Bytes. A larger release is exported item by item."""
KIND = "exchange-decisions"
_MEMBERS = ("documents", "items", "kind", "release", "stages", "v")
_STAGE = ("at", "digests", "inputs", "manifests", "stage")
_ITEM = ("claims", "decisions", "id", "manifest", "originator", "position", "version")
_FIRST, _LAST = "proposed", "released"
_STAGE_BYTES = 10_000 * 32
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a file says of itself. Whose it is, the ledger's `release.decided` says: compare the digests."""

    release: str
    stages: tuple[ReplayedStage, ...]

    @property
    def sound(self) -> bool:
        return all(item.state != DIFFERENT for stage in self.stages for item in stage.items)


def export_decisions(
    node: Node, unit: Unit, person: Person, proposal_id: str, item: int | None = None, *, values: bool = False
) -> bytes:
    """The replay file of a proposal or release, canonical JSON; `values` needs the permission to read records.

    Errors: as `replay`. The export is an entry in the ledger.
    """
    require(person, Permission.RELEASE_READ)
    if values:
        require(person, Permission.RECORD_READ)
    data, records = _file(node, unit, proposal_id, item, values=values)
    now = safe_now(node, unit)
    form = "values" if values else "bare"
    line = entry("decision.exported", at=stamp(now), actor=person.id, release=proposal_id, records=records, form=form)
    journal.write(node, unit, [line], now)
    return data


def decision_file(node: Node, unit: Unit, proposal_id: str, *, values: bool) -> bytes:
    """The same of a whole release, for whoever has required a permission and writes an entry of its own."""
    return _file(node, unit, proposal_id, None, values=values)[0]


def check_file(data: bytes) -> Checked:
    """Checks a replay file: documents, signatures, digests, and where it has values every decision, taken again.

    Errors: BadInput(REPLAY_MALFORMED), TooLarge, Untrusted(DOCUMENT_CHANGED, AGREEMENT_UNSIGNED, ROOT_MISMATCH),
    SignatureInvalid.
    """
    try:
        value = read_canonical(data, limit=MAX_FILE)
    except BadInput as fault:
        raise BadInput(Code.REPLAY_MALFORMED, reason=fault.code.value) from None
    return check_said(value)


def check_said(value: JsonValue) -> Checked:
    """The same of a file that was read."""
    fields = Fields(value, _MEMBERS, Code.REPLAY_MALFORMED)
    fields.integer("v", 1, 1)
    fields.choice("kind", (KIND,))
    release = fields.text("release", NAME)
    documents = {(each.kind, each.id, each.version): each for each in map(_read_document, _list(fields, "documents"))}

    def find(kind: str, wanted: Document) -> StoredAgreement | None:
        return documents.get((kind, wanted.id, wanted.version))

    items = [Fields(each, _ITEM, Code.REPLAY_MALFORMED) for each in _list(fields, "items")]
    stages = []
    for kept in _read_stages(fields):
        inputs = read_inputs(kept.inputs)
        ground = grounds_then(inputs, find)
        wanted = list(zip(split(kept.manifests), split(kept.digests), strict=True))
        found = tuple(_checked(item, kept, inputs, ground, wanted) for item in items)
        stages.append(ReplayedStage(kept.stage, kept.at, inputs, kept_digest(release, kept), found))
    if not stages or not items:
        raise fields.fault("stages" if not stages else "items")
    return Checked(release, tuple(stages))


def _file(node: Node, unit: Unit, proposal_id: str, item: int | None, *, values: bool) -> tuple[bytes, int]:
    """The file, and how many records are in it."""
    stages = replayed(node, unit, proposal_id, item)
    file: JsonObject = {
        "v": 1,
        "kind": KIND,
        "release": proposal_id,
        "documents": _documents(unit, stages),
        "stages": [_stage(each) for each in unit.releases.kept_decisions(proposal_id)],
        "items": [_item(stages, place, values=values) for place in range(len(stages[0].items))],
    }
    return canonical(file), len(stages[0].items)


def _documents(unit: Unit, stages: list[ReplayedStage]) -> list[JsonValue]:
    """Every document that any stage stood on, once. They were verified by the replay."""
    wanted: dict[tuple[str, int], None] = {}
    for stage in stages:
        wanted |= {(each.id, each.version): None for each in (stage.inputs.agreement, *stage.inputs.policies)}
    found: list[JsonValue] = []
    for id_, version in wanted:
        stored = unit.agreements.get(id_, version)
        if stored is not None:
            signatures: JsonObject = {code: b64(each) for code, each in stored.signatures.items()}
            found.append({"kind": stored.kind, "document": b64(stored.document), "signatures": signatures})
    return found


def _stage(kept: KeptDecisions) -> JsonObject:
    return {
        "stage": kept.stage,
        "at": stamp(kept.at),
        "inputs": b64(kept.inputs),
        "manifests": b64(kept.manifests),
        "digests": b64(kept.digests),
    }


def _item(stages: list[ReplayedStage], place: int, *, values: bool) -> JsonObject:
    first = stages[0].items[place]
    ours = first.ref.originator == stages[0].inputs.node  # no grants in the file, so no values of other states either
    held = next((stage.items[place].held for stage in stages if stage.items[place].held is not None), None)
    decisions: JsonObject = {}
    for stage in stages:
        item = stage.items[place]
        if item.decision is not None and item.state == EQUAL:
            decisions[stage.stage] = item.decision.document()
    return {
        "position": first.position,
        "originator": first.ref.originator,
        "id": first.ref.id,
        "version": first.version,
        "manifest": None if held is None else b64(held.manifest),
        "claims": b64(pack(held.pairs)) if values and ours and held is not None else None,
        "decisions": None if held is None else decisions,
    }


def _list(fields: Fields, name: str) -> list[JsonValue]:
    return fields.items(name, 10_000)


def _read_document(value: JsonValue) -> StoredAgreement:
    """A document as if it were stored; its digest is computed, its place is what it says of itself."""
    fields = Fields(value, ("document", "kind", "signatures"), Code.REPLAY_MALFORMED)
    kind, document = fields.choice("kind", ("agreement", "policy")), fields.binary("document")
    signatures = fields.raw("signatures")
    codes = list(signatures) if isinstance(signatures, dict) else []
    given = Fields(signatures, codes, Code.REPLAY_MALFORMED)
    try:
        said = read_canonical(document, limit=1 << 20)
    except BadInput:
        raise fields.fault("document") from None
    if not isinstance(said, dict):
        raise fields.fault("document")
    named = Fields({"id": said.get("id"), "version": said.get("version")}, ("id", "version"), Code.REPLAY_MALFORMED)
    return StoredAgreement(
        id=named.text("id", NAME),
        version=named.integer("version", 1),
        kind=kind,
        document=document,
        digest=digest(f"exchange/{kind}/1", document).hex(),
        signatures={code: given.binary(code) for code in codes},
        state="",
        changed_at=_NO_TIME,
    )


def _read_stages(fields: Fields) -> list[KeptDecisions]:
    """`proposed`, perhaps, and then `released`, perhaps; each with as many manifests as decisions."""
    kept = [_read_stage(each) for each in fields.items("stages", 2)]
    if [each.stage for each in kept] not in ([_FIRST], [_LAST], [_FIRST, _LAST]):
        raise fields.fault("stages")
    if any(len(each.manifests) != len(each.digests) or len(each.digests) > _STAGE_BYTES for each in kept):
        raise fields.fault("stages")
    return kept


def _read_stage(value: JsonValue) -> KeptDecisions:
    fields = Fields(value, _STAGE, Code.REPLAY_MALFORMED)
    stage = fields.choice("stage", (_FIRST, _LAST))
    parts = [fields.binary(name) for name in ("inputs", "manifests", "digests")]
    return KeptDecisions(stage, fields.time("at"), *parts)


def _checked(
    item: Fields, kept: KeptDecisions, inputs: KeptInputs, ground: Grounds, stage: Sequence[tuple[bytes, bytes]]
) -> ReplayedItem:
    """`stage`: digest of the manifest and of the decision of each record."""
    position = item.integer("position", 1, len(stage))
    ref = Ref(item.text("originator", NODE), item.text("id", RECORD))
    where = (position, ref, item.integer("version", 1))
    wanted = stage[position - 1]
    if item.raw("manifest") is None:
        return ReplayedItem(*where, ERASED if ref.originator == inputs.node else NOT_RETAKEN)
    manifest = item.binary("manifest")
    if manifest_digest(manifest) != wanted[0]:
        return ReplayedItem(*where, DIFFERENT, "MANIFEST")
    said = read_manifest(manifest)
    if (said.originator, said.id, said.version) != (*ref, where[2]):
        return ReplayedItem(*where, DIFFERENT, "MANIFEST")
    taken = _taken(item, kept)
    fault = None if taken is None else _untrue(taken, kept, inputs, wanted)
    if fault is not None:
        return ReplayedItem(*where, DIFFERENT, fault)
    if item.raw("claims") is None or ref.originator != inputs.node:
        if taken is None and ref.originator != inputs.node:  # what the grant was then, nobody here can know
            return ReplayedItem(*where, NOT_RETAKEN)
        if taken is None:
            return ReplayedItem(*where, DIFFERENT if inputs.rules == RULES else OTHER_RULES, "DECISION")
        return ReplayedItem(*where, NOT_RETAKEN)
    held = _read_held(item, manifest)
    decision = judged(inputs, ground, held, kept.at)
    state, reason = compare(inputs, held, decision, wanted)
    return ReplayedItem(*where, state, reason or None, decision, held)


def _read_held(item: Fields, manifest: bytes) -> HeldRecord:
    said = read_manifest(manifest)
    try:
        pairs = tuple(map(Pair._make, unpack(item.binary("claims"))))
        claims = claims_of([claim for _, claim in pairs])
    except BadInput:
        raise item.fault("claims") from None
    record = Record(said.originator, said.id, said.version, said.kind, said.issued, claims)
    return HeldRecord(record, manifest, b"", b"", pairs)


def _taken(item: Fields, kept: KeptDecisions) -> JsonObject | None:
    """The decision of that stage as the file has it. None: the node could not take it again with the same bytes."""
    decisions = item.raw("decisions")
    if not isinstance(decisions, dict) or not decisions.keys() <= {"proposed", "released"}:
        raise item.fault("decisions")
    decision = decisions.get(kept.stage)
    if decision is not None and not isinstance(decision, dict):
        raise item.fault("decisions")
    return decision


def _untrue(decision: JsonObject, kept: KeptDecisions, inputs: KeptInputs, wanted: tuple[bytes, bytes]) -> str | None:
    """What is wrong with a decision as the file has it: `DECISION`, `INPUTS` or nothing."""
    if digest("exchange/decision/1", canonical(decision)) != wanted[1]:
        return "DECISION"
    agreement: JsonObject = {
        "id": inputs.agreement.id,
        "version": inputs.agreement.version,
        "digest": inputs.agreement.digest,
    }
    same = {
        "node": inputs.node,
        "recipient": inputs.recipient,
        "purpose": inputs.purpose,
        "policy": inputs.policy,
        "agreement": agreement,
        "at": stamp(kept.at),
        "manifest": wanted[0].hex(),
    }
    return None if all(decision.get(name) == value for name, value in same.items()) else "INPUTS"
