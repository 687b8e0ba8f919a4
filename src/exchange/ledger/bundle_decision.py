"""Whether the decisions in an evidence bundle are those that the ledger names. Bytes in, a fault out.

They are not taken again here: that needs the law, and is `exchange.operations.retaken`.
Spec: docs/spec/bundle.md §2, step 9; docs/spec/policy.md §11 for the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exchange.crypto.commitments import all_open, unpack
from exchange.crypto.encoding import canonical, digest, read_canonical, unb64
from exchange.crypto.fields import HEX32, NAME, NODE, RECORD, Fields
from exchange.crypto.manifest import digest as manifest_digest
from exchange.crypto.manifest import read as read_manifest
from exchange.errors import BadInput, Code
from exchange.ledger.entries import Entry, texts
from exchange.model.claims import JsonObject, JsonValue

_LIMIT: Final = 64 << 20
_MEMBERS: Final = ("documents", "items", "kind", "release", "stages", "v")
_STAGE: Final = ("at", "digests", "inputs", "manifests", "stage")
_DOCUMENT: Final = ("document", "kind", "signatures")
_ITEM: Final = ("claims", "decisions", "id", "manifest", "originator", "position", "version")
_INPUTS: Final = ("agreement", "node", "policies", "policy", "purpose", "recipient", "rules", "v")


@dataclass(frozen=True, slots=True)
class Decided:
    """What the decisions say, for whoever reads the result."""

    kinds: tuple[str, ...]
    """Kinds of the records that are still there, each once."""
    clauses: tuple[str, ...]
    """Clauses that disclosed something, each once."""
    records: int
    values: bool
    """Whether the file has values."""


def decided(data: bytes, release: Entry, node: str, digest_: str, agreement_digest: str) -> Decided | None:
    """What the file says, if the ledger's `release.decided` has its digest and every part belongs to `release`.

    `release`: the entry `release.released`. None: it is another file, or not in its form.
    """
    try:
        said = read_canonical(data, limit=_LIMIT)
    except BadInput:
        return None
    return decided_in(said, release, node, digest_, agreement_digest)


def decided_in(said: JsonValue, release: Entry, node: str, digest_: str, agreement_digest: str) -> Decided | None:
    """The same of a file that was read."""
    try:
        return _decided(said, release, node, digest_, agreement_digest)
    except BadInput:
        return None


def _decided(said: JsonValue, release: Entry, node: str, digest_: str, agreement_digest: str) -> Decided | None:
    fields = Fields(said, _MEMBERS, Code.REPLAY_MALFORMED)
    fields.integer("v", 1, 1)
    fields.choice("kind", ("exchange-decisions",))
    stages = fields.objects("stages", _STAGE, 2)
    released = [each for each in stages if each.choice("stage", ("proposed", "released")) == "released"]
    if fields.text("release", NAME) != release["release"] or len(released) != 1:
        return None
    stage = released[0]
    stage.time("at")
    inputs, manifests, digests = (stage.binary(name) for name in ("inputs", "manifests", "digests"))
    at = str(stage.raw("at"))
    head = (str(release["release"]).encode("ascii"), b"released", at.encode("utf-8"))
    if digest("exchange/decisions/1", *head, inputs, manifests, digests).hex() != digest_:
        return None
    stood = Fields(read_canonical(inputs, limit=256 << 10), _INPUTS, Code.REPLAY_MALFORMED)
    agreement = stood.object("agreement", ("digest", "id", "version"))
    same = {
        "node": (stood.text("node", NODE), node),
        "recipient": (stood.raw("recipient"), release["recipient"]),
        "purpose": (stood.raw("purpose"), release["purpose"]),
        "policy": (stood.text("policy", HEX32), release["policy_digest"]),
        "agreement": (agreement.raw("id"), release["agreement"]),
        "version": (agreement.raw("version"), release["version"]),
        "digest": (agreement.raw("digest"), agreement_digest),
    }
    if any(one != other for one, other in same.values()):
        return None
    for each in fields.objects("documents", _DOCUMENT, 10_000):
        _document(each)
    items, refs = fields.objects("items", _ITEM, 10_000), texts(release, "refs")
    if not items or not 32 * len(items) == 32 * len(refs) == len(manifests) == len(digests):
        return None
    read = [_item(each, place, manifests, digests) for place, each in enumerate(items)]
    if None in read:
        return None
    found = [each for each in read if each is not None]
    return Decided(
        kinds=tuple(dict.fromkeys(each.kind for each in found if each.kind)),
        clauses=tuple(dict.fromkeys(clause for each in found for clause in each.clauses)),
        records=len(found),
        values=any(each.values for each in found),
    )


@dataclass(frozen=True, slots=True)
class _Item:
    kind: str
    clauses: tuple[str, ...]
    values: bool


def _document(fields: Fields) -> None:
    """The form only: `exchange decision check` reads what is in it."""
    fields.choice("kind", ("agreement", "policy"))
    fields.binary("document")
    signatures = fields.raw("signatures")
    if not isinstance(signatures, dict):
        raise fields.fault("signatures")
    for each in signatures.values():
        unb64(each)


def _item(item: Fields, place: int, manifests: bytes, digests: bytes) -> _Item | None:
    """One record's decision. None unless manifest, decision and values are those that the stage names at `place`."""
    item.integer("position", place + 1, place + 1)
    named = item.text("originator", NODE), item.text("id", RECORD), item.integer("version", 1)
    first = 32 * place
    wanted = manifests[first : first + 32], digests[first : first + 32]
    decisions = item.raw("decisions")
    if item.raw("manifest") is None:  # the record was destroyed
        empty = decisions is None and item.raw("claims") is None
        return _Item("", (), False) if empty else None
    manifest = item.binary("manifest")
    decision = decisions.get("released") if isinstance(decisions, dict) else None
    if manifest_digest(manifest) != wanted[0]:
        return None
    if decision is not None and digest("exchange/decision/1", canonical(decision)) != wanted[1]:
        return None
    read = read_manifest(manifest)
    if (read.originator, read.id, read.version) != named:
        return None
    values = item.raw("claims") is not None
    if values and not all_open(read.commitments, unpack(item.binary("claims"))):
        return None
    return _Item(read.kind, _clauses(decision) if isinstance(decision, dict) else (), values)


def _clauses(decision: JsonObject) -> tuple[str, ...]:
    """Ids of the clauses under which a claim was sent, as the decision names them: `[claim, state, clause, …]`."""
    told = decision.get("claims")
    rows = told if isinstance(told, list) else []
    sent = [row for row in rows if isinstance(row, list) and len(row) > 2 and row[1] == "sent"]
    return tuple(dict.fromkeys(row[2] for row in sent if isinstance(row[2], str)))
