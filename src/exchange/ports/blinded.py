"""What an operation may do for blinded matching: a part of `exchange.ports`, as Protocols."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from exchange.matching.keys import Piece
from exchange.model.blinded import BlindEpoch, BlindQuery, BlindTicket
from exchange.model.claims import Claim


class MatchKeys(Protocol):
    """How the claims about a person become comparable keys. Both nodes must have the same version."""

    @property
    def version(self) -> str:
        """Of rules, frequency table and bound together."""

    def keys(self, claims: Sequence[Claim], *, asking: bool) -> frozenset[bytes]:
        """`asking` adds the near births that only who asks emits."""

    def pieces(self, claims: Sequence[Claim], *, asking: bool) -> Sequence[Piece]:
        """What the second stage compares."""


class Blinded(Protocol):
    """Keys by epoch, sets of evaluated keys as tags, queries. Tokens are kept as tags under a key of the store."""

    def epoch(self, partner: str, role: str, *, lock: bool) -> BlindEpoch | None: ...

    def put_epoch(self, epoch: BlindEpoch) -> None:
        """Inserts or replaces; a seed that is replaced is gone."""

    def drop_epoch(self, partner: str, role: str) -> None: ...

    def tags(self, tokens: Sequence[bytes]) -> list[int]:
        """A 63-bit stand-in for each token, the same each time; the database alone cannot test a guess."""

    def prepared(self, partner: str, ids: Sequence[str]) -> dict[str, int]:
        """Record -> the version that is in the set for this partner."""

    def prepared_after(self, partner: str, after: str, limit: int) -> list[str]:
        """Ids in the set, in order."""

    def keep(self, partner: str, versions: Sequence[tuple[str, int]], tokens: Sequence[tuple[bytes, str]]) -> None:
        """Puts records (id, version) into the set with their (token, id), in place of what they had."""

    def forget(self, partner: str, ids: Sequence[str] | None) -> None:
        """Takes these records out of the set, or all."""

    def find(self, partner: str, tags: Sequence[int], limit: int) -> list[tuple[int, str]]:
        """(tag, id) of what is in the set, at most `limit`: of each tag the first, then of each the second, and so on,
        so that a tag that thousands have hides no other."""

    def size(self, partner: str) -> int:
        """Records in the set."""

    def add_query(self, query: BlindQuery) -> None:
        """Conflict(ALREADY_EXISTS) for a run that was there."""

    def answered(self, partner: str, run: str, hits: int) -> None:
        """A query of ours has its answer."""

    def queries(self, direction: str, partner: str | None, since: datetime) -> list[BlindQuery]:
        """The newest first."""

    def forget_seen(self, before: datetime) -> None:
        """Empties what was kept of queries to know neighbours by."""

    def drop_before(self, before: datetime) -> None:
        """Forgets queries and tickets from before."""

    def end_keys(self, before: datetime) -> None:
        """Destroys our keys of epochs that began at `before` or earlier; their numbers stay."""

    def put_ticket(self, ticket: BlindTicket) -> None:
        """Inserts or replaces; a seed that is replaced is gone."""

    def ticket(self, partner: str, direction: str, ticket: str, *, lock: bool) -> BlindTicket | None: ...
