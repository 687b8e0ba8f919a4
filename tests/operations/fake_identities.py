"""Keys and sounds of persons in memory: what was put is kept by the content that it is of."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from exchange.model.found import Keyed, Numbered, Place
from tests.operations.fake_rows import Rows
from tests.operations.fake_search import Search

WAITS, KEYED, COMPARED = range(3)


class Identities:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def waiting(self, limit: int) -> list[Numbered]:
        return self._in(WAITS)[:limit]

    def put(self, found: Sequence[Keyed]) -> int:
        still = set(self._in(WAITS))
        there = [each for each in found if each.there in still]
        for each in there:
            self._rows.keyed[each.there.doc] = (KEYED, frozenset(each.keys), frozenset(each.sounds))
        return len(there)

    def uncompared(self, limit: int) -> list[Numbered]:
        return self._in(KEYED)[:limit]

    def compared(self, done: Sequence[Numbered]) -> None:
        for each in done:
            self._rows.keyed[each.doc] = (COMPARED, *self._rows.keyed[each.doc][1:])

    def having(self, keys: Collection[bytes], limit: int) -> list[tuple[Numbered, int]]:
        found = [(each, len(self._keys(each) & set(keys))) for each in self.every()]
        return sorted((each for each in found if each[1]), key=lambda each: (-each[1], -each[0].doc))[:limit]

    def outdate(self, after: int, limit: int) -> int | None:
        old = sorted(doc for doc in self._rows.keyed if doc > after)[:limit]
        for doc in old:
            del self._rows.keyed[doc]
        return old[-1] if old else None

    def every(self) -> Iterator[Numbered]:
        """Persons, the newest first."""
        for held, each in Search(self._rows).newest():
            if each.kind == "person":
                yield Numbered(Place(each.ref, held), self._rows.number(each.ref, held, each.claims))

    def _in(self, state: int) -> list[Numbered]:
        return [each for each in self.every() if self._rows.keyed.get(each.doc, (WAITS,))[0] == state]

    def _keys(self, each: Numbered) -> frozenset[bytes]:
        known = self._rows.keyed.get(each.doc)
        return frozenset() if known is None else known[1]
