"""Agreements and national policies: documents with their signatures, and which version is in force.

A release holds FOR SHARE locks on what it stands on, so that a revocation and a release are never interleaved. The
suspend flag and an advisory lock keep a stream of releases from starving whoever wants to change them.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, delete, func, select

from exchange.crypto.encoding import b64, canonical, read_canonical, unb64
from exchange.errors import Code, Unavailable
from exchange.model.claims import JsonObject
from exchange.model.state import StoredAgreement
from exchange.store import bulk
from exchange.store.session import Session
from exchange.store.tables import ACTIVE, agreements, micros, moment, suspensions

_A = agreements.c
_POLICIES = 0x45584348
"""Key of the advisory lock that releases share and a change of national policy owns: row locks cannot hold off a
policy that is not there yet, and waiters on an advisory lock are served in order."""
_MAX_SIGNATURES = 1 << 20


class SqlAgreements:
    """Fits `ports.Agreements`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, agreement: StoredAgreement) -> None:
        """Conflict(ALREADY_EXISTS) when another version is in force: supersede that one first.

        A version that comes into force clears the suspend flag; nothing else does.
        """
        if agreement.kind == "policy" and self._session.postgresql:
            self._session.connection.execute(select(func.pg_advisory_xact_lock(_POLICIES)))
        if agreement.suspend_requested:
            self.request_suspension(agreement.id)
        elif agreement.state == "active" and self._state(agreement) != "active":
            self._session.connection.execute(delete(suspensions).where(suspensions.c.id == agreement.id))
        bulk.put(self._session.connection, agreements, [_row(agreement)])

    def get(self, id_: str, version: int | None = None) -> StoredAgreement | None:
        named = self._select().where(_A.id == id_)
        if version is not None:
            return self._one(named.where(_A.version == version))
        return self._one(named.order_by(_A.state == "draft", _A.version.desc()).limit(1))

    def active(self, id_: str, *, lock: bool) -> StoredAgreement | None:
        """With the flag raised the version in force is given back unlocked, `suspend_requested` set."""
        in_force = self._select().where(_A.id == id_, ACTIVE)
        if not lock or not self._session.postgresql or self._flagged(id_):
            return self._one(in_force)
        return self._one(self._session.share(in_force))

    def active_policies(self, *, lock: bool) -> list[StoredAgreement]:
        in_force = self._select().where(ACTIVE, _A.kind == "policy").order_by(_A.id)
        if lock and self._session.postgresql:
            self._session.connection.execute(select(func.pg_advisory_xact_lock_shared(_POLICIES)))
            in_force = self._session.share(in_force)
        return self._many(in_force)

    def all(self) -> list[StoredAgreement]:
        return self._many(self._select().order_by(_A.id, _A.version))

    def request_suspension(self, id_: str) -> None:
        bulk.keep(self._session.connection, suspensions, [(id_,)])

    def _select(self) -> Select[Any]:
        flag = select(suspensions.c.id).where(suspensions.c.id == _A.id).exists()
        return select(*agreements.c, flag.label("flagged"))

    def _state(self, agreement: StoredAgreement) -> str | None:
        kept = select(_A.state).where(_A.id == agreement.id, _A.version == agreement.version)
        return self._session.connection.execute(kept).scalar()

    def _flagged(self, id_: str) -> bool:
        raised = select(suspensions.c.id).where(suspensions.c.id == id_)
        return self._session.connection.execute(raised).first() is not None

    def _one(self, statement: Select[Any]) -> StoredAgreement | None:
        row = self._session.connection.execute(statement).first()
        return None if row is None else _stored(row)

    def _many(self, statement: Select[Any]) -> list[StoredAgreement]:
        return [_stored(row) for row in self._session.connection.execute(statement)]


def _row(agreement: StoredAgreement) -> tuple[Any, ...]:
    signatures: JsonObject = {party: b64(signature) for party, signature in agreement.signatures.items()}
    return (
        agreement.id, agreement.version, agreement.kind, agreement.document, agreement.digest,
        canonical(signatures), agreement.state, micros(agreement.changed_at),
    )  # fmt: skip


def _stored(row: Any) -> StoredAgreement:
    return StoredAgreement(
        id=row.id,
        version=row.version,
        kind=row.kind,
        document=row.document,
        digest=row.digest,
        signatures=_signatures(row.signatures),
        state=row.state,
        changed_at=moment(row.changed_at),
        suspend_requested=bool(row.flagged),
    )


def _signatures(data: bytes) -> dict[str, bytes]:
    value = read_canonical(data, limit=_MAX_SIGNATURES)
    if not isinstance(value, dict):
        raise Unavailable(Code.AT_REST_CORRUPT)
    return {party: unb64(text) for party, text in value.items() if isinstance(text, str)}
