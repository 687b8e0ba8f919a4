"""The index of the store in memory: nothing is kept, every question looks at every record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from exchange.crypto.commitments import unpack
from exchange.errors import ExchangeError
from exchange.model.claims import Claim
from exchange.model.found import Indexed, Place, Wanted
from exchange.model.records import Ref
from exchange.model.terms import links, marks, terms
from exchange.operations.claims import claims_of
from tests.operations.fake_copies import Copies
from tests.operations.fake_rows import Rows, blind


class Search:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def find(self, wanted: Wanted, after: Ref | None, limit: int) -> list[Place]:
        found = [
            Place(each.ref, held)
            for held, each in self.newest()
            if wanted.held in (None, held)
            and (not wanted.kinds or each.kind in wanted.kinds)
            and (wanted.words or wanted.sounds)
            and set(wanted.words) <= terms(each.claims)
            and all(self._sounds(held, each) & set(group) for group in wanted.sounds)
        ]
        if after is not None:
            behind = [at for at, place in enumerate(found) if place.ref == after]
            found = found[behind[-1] + 1 :] if behind else []
        return found[:limit]

    def _sounds(self, held: str, each: Indexed) -> frozenset[str]:
        known = self._rows.keyed.get(self._rows.number(each.ref, held, each.claims))
        return frozenset() if known is None else known[2]

    def of_id(self, id_: str) -> list[Place]:
        return [Place(each.ref, held) for held, each in self.newest() if each.ref.id == id_]

    def sharing(self, marks_: Sequence[str], limit: int) -> list[Place]:
        wanted = set(marks_)
        return [Place(each.ref, held) for held, each in self.newest() if wanted & set(marks(each.kind, each.claims))][
            :limit
        ]

    def naming(self, refs: Sequence[Ref], limit: int) -> list[Place]:
        wanted = set(refs)
        return [Place(each.ref, held) for held, each in self.newest() if wanted & set(links(each.claims))][:limit]

    def reference(self, text: str) -> bytes:
        return blind("search", text)

    def outdated(self, held: str, refs: Sequence[Ref]) -> list[Ref]:
        return [ref for ref in refs if (ref, held) not in self._rows.indexed]

    def put(self, held: str, found: Sequence[Indexed], at: datetime) -> None:
        del at
        self._rows.indexed |= {(each.ref, held) for each in found}

    def rules(self) -> int | None:
        return self._rows.index_rules

    def completed(self, rules: int) -> None:
        self._rows.index_rules = rules

    def newest(self) -> Iterator[tuple[str, Indexed]]:
        """Newest first, as far as this store knows an order: the last that was added."""
        for held in reversed(list(self._rows.records.values())):
            record = held[-1].record
            yield "own", Indexed(record.ref, record.kind, record.claims)
        copies = Copies(self._rows)
        for ref in dict.fromkeys(copy.ref for copy in reversed(self._rows.copies)):
            for copy in copies.newest([ref], lock=False):
                yield "received", Indexed(ref, copy.kind, _claims(copy.claims))


def _claims(packed: bytes) -> tuple[Claim, ...]:
    try:
        return claims_of([claim for _, claim in unpack(packed)], whole=False)
    except ExchangeError:
        return ()
