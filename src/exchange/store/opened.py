"""Own records opened a moment ago, so that a release that follows its proposal does not decrypt and parse them again.

Found only by the sealed body itself, whose nonce is random: a changed, moved or re-encrypted body is never found. The
row, its lock and its key are read each time, so a record that was erased is not found either. Few and for a short
time, because this is plaintext in memory.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection
from datetime import timedelta
from time import monotonic

from exchange.model.records import HeldRecord

KEPT = 1000
"""Records at most: about 25 MB of persons with 30 claims."""
FOR = timedelta(minutes=2)
_FOR_S = FOR.total_seconds()


class Opened:
    """Shared by the transactions of one process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._found: OrderedDict[tuple[bytes, bytes], tuple[float, HeldRecord]] = OrderedDict()

    def get(self, place: bytes, body: bytes) -> HeldRecord | None:
        """The record in the sealed `body` of `place`, if it was opened within `FOR`."""
        known = self._found.get((place, body))
        return known[1] if known is not None and monotonic() - known[0] < _FOR_S else None

    def put(self, place: bytes, body: bytes, held: HeldRecord) -> None:
        now = monotonic()
        with self._lock:
            self._found.pop((place, body), None)
            self._found[place, body] = (now, held)
            while self._found:
                at, _ = next(iter(self._found.values()))
                if len(self._found) <= KEPT and now - at < _FOR_S:
                    break
                self._found.popitem(last=False)

    def forget(self, places: Collection[bytes]) -> None:
        """Drops what was opened of these places: they are erased."""
        with self._lock:
            for key in [key for key in self._found if key[0] in places]:
                del self._found[key]

    def clear(self) -> None:
        with self._lock:
            self._found.clear()
