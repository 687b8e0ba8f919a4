"""A record: claims about one person, group, network, camp, movement, relation or assessment, and how it is held.

`Record` is what policies reason about. `HeldRecord` adds the exact bytes that were committed and signed, which is
what is stored and what may leave. Neither knows how it was signed: crypto stays outside (ARCHITECTURE.md, law 1).
"""

from __future__ import annotations

from typing import NamedTuple

from exchange.model.claims import Claim

ERASED = "erased"
"""Content digest of an outside entry whose record was erased here: it does not come back with the next list."""


class Ref(NamedTuple):
    """Names a record everywhere: ids of another originator never resolve to ours (policies.md, case 9)."""

    originator: str
    """Node code of the state that issued the record, for example `DZ`."""
    id: str


class Pair(NamedTuple):
    """What opens one commitment: the salt (16 bytes) and the claim's canonical JSON bytes, exactly as committed."""

    salt: bytes
    claim: bytes


class Record(NamedTuple):
    """One version of one record, as values."""

    originator: str
    id: str
    version: int
    kind: str
    """`person`, `group`, `network`, `camp`, `movement`, `relation` or `assessment`."""
    issued: str
    """When this version was issued, `YYYY-MM-DDTHH:MM:SSZ`."""
    claims: tuple[Claim, ...]

    @property
    def ref(self) -> Ref:
        return Ref(self.originator, self.id)

    def at(self, path: str) -> tuple[Claim, ...]:
        """The claims at `path`, in order."""
        return tuple(claim for claim in self.claims if claim.path == path)

    def texts(self, path: str) -> tuple[str, ...]:
        """The values at `path` that are plain text, in order."""
        return tuple(claim.value for claim in self.claims if claim.path == path and isinstance(claim.value, str))


class HeldRecord(NamedTuple):
    """A record with the bytes that prove it. `pairs[i]` opens the commitment of `record.claims[i]`."""

    record: Record
    manifest: bytes
    """Canonical JSON, as signed (docs/spec/records.md §4)."""
    root: bytes
    """The originator's batch root signature, canonical JSON, shared by all records of its batch (envelope.md §2)."""
    proof: bytes
    """Where `manifest` stands in that batch: index (4 bytes, big endian) and Merkle path (32-byte hashes)."""
    pairs: tuple[Pair, ...]
