"""What a proposal's decisions stood on, as it is kept: once for a stage, whatever the number of records.

Everything that a decision depends on is in here by digest or, where it is small, itself; documents and records are
found by these digests years later (`exchange.operations.replay`). Grants are not in here: the replay finds the one that
stood then. Spec: docs/spec/policy.md §11.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from exchange.crypto.encoding import canonical, digest, read_canonical
from exchange.crypto.fields import HEX32, NODE, Fields
from exchange.errors import BadInput, Code
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.state import KeptDecisions
from exchange.operations.clock import stamp
from exchange.operations.grounds import Grounds
from exchange.operations.views import Asked
from exchange.policies.decide import RULES

MAX_INPUTS = 256 << 10
"""Bytes: a node has few national policies."""
DIGEST = 32


class Document(NamedTuple):
    """One agreement or national policy that a decision stood on."""

    id: str
    version: int
    digest: str


class KeptInputs(NamedTuple):
    """The inputs that are the same for every record of a stage."""

    rules: int
    """`policies.decide.RULES` of the software that decided."""
    node: str
    recipient: str
    purpose: str
    agreement: Document
    policies: tuple[Document, ...]
    """In the order in which they were combined."""
    policy: str
    """Hex digest over all documents: what the decision, the approval and the envelope name."""


def kept(
    stage: str, code: str, ground: Grounds, asked: Asked, manifests: Sequence[bytes], digests: Sequence[bytes]
) -> KeptDecisions:
    """What is kept of a stage; `manifests` and `digests` have one item of 32 bytes for each record, in order."""
    agreement = ground.agreement
    inputs: JsonObject = {
        "v": 1,
        "rules": RULES,
        "node": code,
        "recipient": asked.recipient,
        "purpose": asked.purpose,
        "agreement": _document(Document(agreement.id, agreement.version, agreement.digest)),
        "policies": [_document(Document(each.id, each.version, each.digest)) for each in ground.policies],
        "policy": ground.policy_digest,
    }
    return KeptDecisions(stage, asked.now, canonical(inputs), b"".join(manifests), b"".join(digests))


def kept_digest(proposal_id: str, kept_: KeptDecisions) -> bytes:
    """32 bytes over all of it: what the ledger's `release.decided` says of the release's own stage."""
    head = (proposal_id.encode("ascii"), kept_.stage.encode("ascii"), stamp(kept_.at).encode("ascii"))
    return digest("exchange/decisions/1", *head, kept_.inputs, kept_.manifests, kept_.digests)


def read_inputs(data: bytes) -> KeptInputs:
    """What `kept` wrote. BadInput(REPLAY_MALFORMED) with the member."""
    try:
        value = read_canonical(data, limit=MAX_INPUTS)
    except BadInput:
        raise BadInput(Code.REPLAY_MALFORMED, at="inputs") from None
    members = ("agreement", "node", "policies", "policy", "purpose", "recipient", "rules", "v")
    fields = Fields(value, members, Code.REPLAY_MALFORMED)
    fields.integer("v", 1, 1)
    policies = fields.raw("policies")
    if not isinstance(policies, list):
        raise fields.fault("policies")
    return KeptInputs(
        rules=fields.integer("rules", 1),
        node=fields.text("node", NODE),
        recipient=fields.text("recipient", NODE),
        purpose=fields.free_text("purpose", 64),
        agreement=_read_document(fields.raw("agreement")),
        policies=tuple(_read_document(each) for each in policies),
        policy=fields.text("policy", HEX32),
    )


def split(packed: bytes) -> list[bytes]:
    """The digests in `packed`. BadInput(REPLAY_MALFORMED)."""
    if len(packed) % DIGEST:
        raise BadInput(Code.REPLAY_MALFORMED, at="digests")
    return [packed[at : at + DIGEST] for at in range(0, len(packed), DIGEST)]


def _document(document: Document) -> JsonObject:
    return {"id": document.id, "version": document.version, "digest": document.digest}


def _read_document(value: JsonValue) -> Document:
    fields = Fields(value, ("digest", "id", "version"), Code.REPLAY_MALFORMED)
    return Document(fields.free_text("id", 128), fields.integer("version", 1), fields.text("digest", HEX32))
