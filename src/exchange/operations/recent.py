"""Results of pure functions that were asked for a moment ago: a few, for a short time, shared by threads."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")


class Recent(Generic[_K, _V]):
    """Keeps `most` values at most, none that is older than `age` by the times it is given."""

    def __init__(self, most: int, age: timedelta) -> None:
        self._most, self._age = most, age
        self._lock = threading.Lock()
        self._kept: OrderedDict[_K, tuple[datetime, _V]] = OrderedDict()

    def get(self, key: _K, now: datetime) -> _V | None:
        found = self._kept.get(key)
        return found[1] if found is not None and abs(now - found[0]) < self._age else None

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()

    def put(self, key: _K, value: _V, now: datetime) -> None:
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = (now, value)
            while self._kept:
                at, _ = next(iter(self._kept.values()))
                if len(self._kept) <= self._most and abs(now - at) < self._age:
                    break
                self._kept.popitem(last=False)
