"""One release's decisions as a blind auditor gets them: what they stood on by digest, and what they came to in numbers.

    {"v":1,"kind":"exchange-blind-decisions","release":…,
     "stages":[{"at":…,"digests":…,"inputs":…,"manifests":…,"stage":"proposed"}, … "released"],
     "outcomes":[{"position":1,"state":"released","claims":{"sent":{CODE:n},"coarser":{…},"withheld":{…}}}, …]}

A replay file names its records, because decisions and manifests do; this form leaves them out. The stages are those of
the replay file and give the digest of `release.decided`. Spec: docs/spec/ledger.md §10.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from exchange.crypto.encoding import digest, read_canonical
from exchange.crypto.fields import HEX32, NAME, NODE, Fields
from exchange.errors import BadInput, Code
from exchange.model.claims import JsonObject, JsonValue

KIND: Final = "exchange-blind-decisions"
MAX_FILE: Final = 16 << 20
"""Bytes."""
RELEASED: Final = "released"
STATES: Final = frozenset({RELEASED, "erased", "not_retaken", "other_rules", "different"})
"""What is said of one record: that it was released, with its claims counted; or why nothing can be said of it now."""
CLAIMS: Final = ("coarser", "sent", "withheld")
MAX_RECORDS: Final = 5000
_MAX_CLAIMS: Final = 256
_INPUTS: Final = ("agreement", "node", "policies", "policy", "purpose", "recipient", "rules", "v")
_HASH: Final = 32


@dataclass(frozen=True, slots=True)
class BlindDecisions:
    """What one file says."""

    release: str
    digest: str
    """Hex; computed over the stage `released`: what the ledger's `release.decided` must say."""
    at: str
    node: str
    recipient: str
    purpose: str
    agreement: tuple[str, int, str]
    """Id, version, digest."""
    policy: str
    states: tuple[str, ...]
    """One for each record, in order."""
    claims: dict[str, int]
    """How many claims were `sent`, `coarser` and `withheld`, over all records."""


def write_claims(outcomes: list[tuple[str, str]]) -> JsonObject:
    """The counts of one record's claims, from (state, reason code) of each."""
    counted = Counter(outcomes)
    return {
        state: {reason: count for (kind, reason), count in sorted(counted.items()) if kind == state} for state in CLAIMS
    }


def read_decisions(data: bytes) -> BlindDecisions:
    """Reads one file strictly. BadInput(EXPORT_MALFORMED or a code of reading)."""
    fields = Fields(
        read_canonical(data, limit=MAX_FILE), ("v", "kind", "release", "stages", "outcomes"), Code.EXPORT_MALFORMED
    )
    fields.integer("v", 1, 1)
    fields.choice("kind", (KIND,))
    release = fields.text("release", NAME)
    stages = fields.objects("stages", ("at", "digests", "inputs", "manifests", "stage"), 2)
    named = [each.choice("stage", ("proposed", RELEASED)) for each in stages]
    if named not in ([RELEASED], ["proposed", RELEASED]):
        raise fields.fault("stages")
    stage = stages[-1]
    outcomes = fields.items("outcomes", MAX_RECORDS)
    for each in stages:
        sizes = {len(each.binary("manifests")), len(each.binary("digests"))}
        if sizes != {len(outcomes) * _HASH} or not outcomes:
            raise fields.fault("outcomes")
    stage.time("at")
    at = str(stage.raw("at"))
    inputs = _read_inputs(stage.binary("inputs"))
    agreement = inputs.object("agreement", ("digest", "id", "version"))
    claims = dict.fromkeys(CLAIMS, 0)
    states = tuple(_read_outcome(each, place, claims) for place, each in enumerate(outcomes, 1))
    head = (release.encode("ascii"), b"released", at.encode("ascii"))
    parts = [stage.binary(name) for name in ("inputs", "manifests", "digests")]
    return BlindDecisions(
        release=release,
        digest=digest("exchange/decisions/1", *head, *parts).hex(),
        at=at,
        node=inputs.text("node", NODE),
        recipient=inputs.text("recipient", NODE),
        purpose=inputs.free_text("purpose", 64),
        agreement=(agreement.free_text("id", 128), agreement.integer("version", 1), agreement.text("digest", HEX32)),
        policy=inputs.text("policy", HEX32),
        states=states,
        claims=claims,
    )


def _read_inputs(data: bytes) -> Fields:
    return Fields(read_canonical(data, limit=MAX_FILE), _INPUTS, Code.EXPORT_MALFORMED)


def _read_outcome(value: JsonValue, place: int, claims: dict[str, int]) -> str:
    """The state; adds the counts to `claims`. A released record has a claim that went out."""
    fields = Fields(value, ("position", "state", "claims"), Code.EXPORT_MALFORMED)
    fields.integer("position", place, place)
    state = fields.choice("state", STATES)
    if state != RELEASED:
        if fields.raw("claims") is not None:
            raise fields.fault("claims")
        return state
    counted = fields.object("claims", CLAIMS)
    found = {kind: _total(counted, kind) for kind in CLAIMS}
    if found["sent"] < 1 or sum(found.values()) > _MAX_CLAIMS:
        raise fields.fault("claims")
    for kind, count in found.items():
        claims[kind] += count
    return state


def _total(counted: Fields, kind: str) -> int:
    value = counted.raw(kind)
    if not isinstance(value, dict):
        raise counted.fault(kind)
    reasons = Fields(value, list(value), Code.EXPORT_MALFORMED)
    if not all(name.isascii() and name.replace("_", "").isalpha() and name.isupper() for name in value):
        raise BadInput(Code.EXPORT_MALFORMED, at=kind)
    return sum(reasons.integer(name, 1, _MAX_CLAIMS) for name in value)
