"""Persons in the index by what their names sound like, as operations see it: part of `ports`.

A person that is stored waits for its keys, and then to be compared; whatever changes or destroys it takes its keys out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from exchange.model.found import Keyed, Numbered


class Identities(Protocol):
    """Keys and skeletons go in blinded, and cannot be read back."""

    def waiting(self, limit: int) -> list[Numbered]:
        """Without keys, the newest first."""

    def put(self, found: Sequence[Keyed]) -> int:
        """Adds keys to those that still wait, and returns how many did. One that changed, or that another worker holds
        now, is left alone."""

    def uncompared(self, limit: int) -> list[Numbered]:
        """With keys, and not compared since they came or changed; the newest first."""

    def compared(self, done: Sequence[Numbered]) -> None:
        """No error for one that changed."""

    def having(self, keys: Collection[bytes], limit: int) -> list[tuple[Numbered, int]]:
        """Persons with one of these keys, and how many they have: the most first, keys that few have before keys that
        many have, then the newest. Of a key that many have only the newest are looked at."""

    def outdate(self, after: int, limit: int) -> int | None:
        """Takes the keys of the next `limit` persons behind number `after` out, and lets them wait. The last number;
        None when there was none left."""
