"""Grants and what was destroyed, of the store in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from exchange.model.afterwards import Erased, StoredGrant
from exchange.model.records import Ref
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

    def stood(self, holder: str, recipient: str, at: datetime) -> list[StoredGrant]:
        found = [
            each
            for each in self._rows.grants.values()
            if (each.holder, each.recipient) == (holder, recipient)
            and each.stored_at <= at < each.expires_at
            and (each.revoked_at is None or each.revoked_at > at)
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


class Erasures:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def bury(self, found: Sequence[Erased]) -> None:
        for each in found:
            key = (each.ref, each.held, each.sender)
            known = self._rows.erased.get(key)
            if known is None or known.version <= each.version:
                self._rows.erased[key] = each

    def versions(self, sender: str, refs: Sequence[Ref]) -> dict[Ref, int]:
        found = self._rows.erased
        return {ref: found[ref, "received", sender].version for ref in refs if (ref, "received", sender) in found}

    def of(self, ref: Ref) -> list[Erased]:
        return [each for key, each in sorted(self._rows.erased.items()) if key[0] == ref]
