"""Grants as operations see them."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from exchange.model.afterwards import StoredGrant


class Grants(Protocol):
    """Consents of originators to pass records on."""

    def keep(self, grant: StoredGrant) -> bool:
        """Stores a grant; False when the same one is there, which stays as it is."""

    def usable(self, holder: str, recipient: str, now: datetime, *, lock: bool) -> list[StoredGrant]:
        """Neither revoked nor expired, newest first; with `lock` none is revoked before this transaction ends."""

    def stood(self, holder: str, recipient: str, at: datetime) -> list[StoredGrant]:
        """Those that were stored, not expired and not revoked at a moment of the past, newest first."""

    def revoke(self, originator: str, holder: str, thread: str, at: datetime) -> list[str]:
        """Marks every grant of this thread; returns the digests of those that were not revoked before."""

    def page(self, after: str | None, limit: int) -> list[StoredGrant]:
        """In the order of their digests, behind `after`."""
