"""Whether partners' records were destroyed when their time was over, as far as the ledger can say.

A copy's clock runs from its arrival, and no clause allows longer than its agreement (policy.md §7). Which agreement a
copy came under is not in the ledger, so it has the longest time of any that was ever in force with its sender: what is
found here was kept too long under each of them. Spec: docs/spec/ledger.md §6, step 21.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from exchange.crypto.encoding import unb64
from exchange.crypto.fields import read_time
from exchange.ledger.entries import Entry, text, texts

GRACE: Final = timedelta(days=7)
"""How long a destruction may come after its time: a node that was off, or whose clock could not be trusted."""

_DAY: Final = 86_400
"""Seconds."""


class Retained:
    """Feed it arrivals and destructions in order, as `entries.read` checked them.

    Memory: about 200 bytes for each record that is held.
    """

    def __init__(self) -> None:
        self._held: dict[bytes, int] = {}
        """Name of a record -> index of the entry with which it last arrived."""
        self._arrived: dict[int, tuple[str, str]] = {}
        """That index -> (sender, time)."""
        self._gone: list[tuple[str, str, str]] = []
        """(sender, time of arrival, time of destruction), once for each destruction and arrival."""

    def received(self, index: int, entry: Entry) -> None:
        """An `envelope.received`."""
        refs = texts(entry, "refs")
        if refs:
            self._arrived[index] = (text(entry, "sender"), text(entry, "at"))
        for ref in refs:
            self._held[unb64(ref)] = index

    def destroyed(self, entry: Entry) -> None:
        """A `record.destroyed`."""
        if entry["held"] != "received":
            return
        arrivals = {self._held.pop(unb64(ref), None) for ref in texts(entry, "refs")}
        at = text(entry, "at")
        self._gone += [(*self._arrived[index], at) for index in sorted(each for each in arrivals if each is not None)]

    def overdue(self, days: Mapping[str, int], now: str) -> Iterator[int]:
        """Indexes of arrivals of which something is still held at `now`, and should not be; ascending.

        `days`: sender -> the longest retention, in days, of any agreement with it. Of others nothing can be said.
        """
        for index in sorted(set(self._held.values())):
            sender, at = self._arrived[index]
            if sender in days and _over(at, now, days[sender]):
                yield index

    def late(self, days: Mapping[str, int]) -> int:
        """How many destructions came too late, though they came."""
        return sum(sender in days and _over(at, gone, days[sender]) for sender, at, gone in self._gone)


def _over(since: str, until: str, days: int) -> bool:
    """Whether more than `days` and the grace lie between two times."""
    return (read_time(until) - read_time(since)).total_seconds() > _DAY * days + GRACE.total_seconds()
