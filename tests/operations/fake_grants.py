"""Grants of the store in memory."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from exchange.model.afterwards import StoredGrant
from tests.operations.fake_rows import Rows


class Grants:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def keep(self, grant: StoredGrant) -> bool:
        if grant.digest in self._rows.grants:
            return False
        self._rows.grants[grant.digest] = grant
        return True

    def get(self, digest: str) -> StoredGrant | None:
        return self._rows.grants.get(digest)

    def usable(self, holder: str, recipient: str, now: datetime, *, lock: bool) -> list[StoredGrant]:
        del lock
        found = [
            each
            for each in self._rows.grants.values()
            if (each.holder, each.recipient) == (holder, recipient) and each.expires_at > now and not each.revoked_at
        ]
        return sorted(found, key=lambda each: (each.stored_at, each.digest), reverse=True)

    def revoke(self, originator: str, holder: str, thread: str, at: datetime) -> list[str]:
        named = (originator, holder, thread)
        of = [
            each
            for each in self._rows.grants.values()
            if (each.originator, each.holder, each.thread) == named and each.revoked_at is None
        ]
        self._rows.grants |= {each.digest: replace(each, revoked_at=at) for each in of}
        return sorted(each.digest for each in of)

    def page(self, after: str | None, limit: int) -> list[StoredGrant]:
        return [each for digest, each in sorted(self._rows.grants.items()) if after is None or digest > after][:limit]
