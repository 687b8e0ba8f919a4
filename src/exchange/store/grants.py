"""Grants as they were signed. They name records, states, paths and purposes, and no claim: they are in clear here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select, update

from exchange.errors import Conflict
from exchange.model.afterwards import StoredGrant
from exchange.store import bulk
from exchange.store.grant_tables import grants
from exchange.store.session import Session
from exchange.store.statements import Statement
from exchange.store.times import micros, moment

_G = grants.c
_REVOCATIONS = 0x45786772
"""Key of the advisory lock that releases under grants share and a revocation owns: waiters on it are served in order,
while a stream of releases would keep a row's lock from a revocation for as long as it lasts."""
_SHARED = Statement(select(func.pg_advisory_xact_lock_shared(_REVOCATIONS)))
_OWNED = Statement(select(func.pg_advisory_xact_lock(_REVOCATIONS)))


class SqlGrants:
    """Fits `ports.Grants`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep(self, grant: StoredGrant) -> bool:
        """False when it is there; what is there stays as it is, a revocation too."""
        if self.get(grant.digest) is not None:
            return False
        bulk.add(self._session, grants, [_row(grant)])
        return True

    def get(self, digest: str) -> StoredGrant | None:
        return next(iter(self._read(select(*_G).where(_G.digest == digest))), None)

    def usable(self, holder: str, recipient: str, now: datetime, *, lock: bool) -> list[StoredGrant]:
        of = select(*_G).where(
            _G.holder == holder, _G.recipient == recipient, _G.expires_at > micros(now), _G.revoked_at.is_(None)
        )
        if lock and self._session.postgresql and self._session.write:
            self._session.rows(_SHARED)
        return sorted(self._read(of), key=lambda each: (each.stored_at, each.digest), reverse=True)

    def stood(self, holder: str, recipient: str, at: datetime) -> list[StoredGrant]:
        then = micros(at)
        of = select(*_G).where(
            _G.holder == holder,
            _G.recipient == recipient,
            _G.stored_at <= then,
            _G.expires_at > then,
            or_(_G.revoked_at.is_(None), _G.revoked_at > then),
        )
        return sorted(self._read(of), key=lambda each: (each.stored_at, each.digest), reverse=True)

    def revoke(self, originator: str, holder: str, thread: str, at: datetime) -> list[str]:
        if self._session.postgresql:
            self._session.rows(_OWNED)
        of = and_(_G.thread == thread, _G.holder == holder, _G.originator == originator, _G.revoked_at.is_(None))
        found = sorted(row[0] for row in self._session.connection.execute(select(_G.digest).where(of)))
        changed = self._session.connection.execute(update(grants).where(of).values(revoked_at=micros(at))).rowcount
        if changed != len(found):
            raise Conflict(at="grants")
        return found

    def page(self, after: str | None, limit: int) -> list[StoredGrant]:
        page = select(*_G) if after is None else select(*_G).where(_G.digest > after)
        return self._read(page.order_by(_G.digest).limit(limit))

    def _read(self, statement: Any) -> list[StoredGrant]:
        return [_grant(row) for row in self._session.connection.execute(statement)]


def _row(grant: StoredGrant) -> tuple[Any, ...]:
    revoked = None if grant.revoked_at is None else micros(grant.revoked_at)
    return (
        grant.digest, grant.originator, grant.holder, grant.recipient, grant.thread, grant.agreement_id, grant.wire,
        micros(grant.expires_at), micros(grant.stored_at), revoked,
    )  # fmt: skip


def _grant(row: Any) -> StoredGrant:
    return StoredGrant(
        digest=row.digest,
        originator=row.originator,
        holder=row.holder,
        recipient=row.recipient,
        thread=row.thread,
        agreement_id=row.agreement_id,
        wire=row.wire,
        expires_at=moment(row.expires_at),
        stored_at=moment(row.stored_at),
        revoked_at=None if row.revoked_at is None else moment(row.revoked_at),
    )
