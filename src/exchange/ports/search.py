"""The index as operations see it: part of `ports`. Records enter it and leave it with their rows, in the same unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from exchange.model.found import Indexed, Place, Wanted
from exchange.model.records import Ref


class Search(Protocol):
    """Newest first: a record that was changed or came in again is new."""

    def find(self, wanted: Wanted, after: Ref | None, limit: int) -> list[Place]:
        """Those behind `after` that have every word and sound; nothing for none of both. A chance hit is possible
        (one in 2^48)."""

    def of_id(self, id_: str) -> list[Place]:
        """Records with this id, whoever issued them."""

    def sharing(self, marks: Sequence[str], limit: int) -> list[Place]:
        """Records with one of these marks (`terms.marks`), newest first."""

    def naming(self, refs: Sequence[Ref], limit: int) -> list[Place]:
        """Records whose claims name one of `refs`."""

    def reference(self, text: str) -> bytes:
        """32 bytes by which the ledger names a question: the same each time, and nobody can test a guess."""

    def outdated(self, held: str, refs: Sequence[Ref]) -> list[Ref]:
        """Those of `refs` that are not in the index, or under older rules."""

    def put(self, held: str, found: Sequence[Indexed], at: datetime) -> None:
        """Indexes records anew. Hold their locks: one that is destroyed meanwhile must not come back. Pairs with
        records of the other side that share a mark are noted as found `at`."""

    def rules(self) -> int | None:
        """Under which rules every record was indexed; None while some may not be in the index."""

    def completed(self, rules: int) -> None:
        """Every record is in the index, under these rules."""
