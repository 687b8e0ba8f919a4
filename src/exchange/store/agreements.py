"""Agreements and national policies: documents with their signatures, and which version is in force.

A release holds FOR SHARE locks on what it stands on, so that a revocation and a release are never interleaved. The
suspend flag and an advisory lock keep a stream of releases from starving whoever wants to change them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, select, update

from exchange.crypto.encoding import b64, canonical, read_canonical, unb64
from exchange.errors import Code, NotFound, Unavailable
from exchange.model.claims import JsonObject
from exchange.model.state import StoredAgreement, Termination
from exchange.store import bulk
from exchange.store.life_tables import terminations
from exchange.store.session import Session
from exchange.store.statements import Lock, Statement
from exchange.store.tables import ACTIVE, SCHEDULED, agreements, suspensions
from exchange.store.times import micros, moment

_A = agreements.c
_POLICIES = 0x45584348
"""Key of the advisory lock that releases share and a change of national policy owns: row locks cannot hold off a
policy that is not there yet, and waiters on an advisory lock are served in order."""
_MAX_SIGNATURES = 1 << 20

_ALL = select(*agreements.c, select(suspensions.c.id).where(suspensions.c.id == _A.id).exists())
_NAMED = _ALL.where(_A.id == bindparam("id"))
_NEWEST = Statement(_NAMED.order_by((_A.state == "draft") | (_A.state == "scheduled"), _A.version.desc()).limit(1))
_VERSION = Statement(_NAMED.where(_A.version == bindparam("version")))
_IN_FORCE = Statement(_NAMED.where(ACTIVE))
_POLICIES_IN_FORCE = Statement(_ALL.where(ACTIVE, _A.kind == "policy").order_by(_A.id))
_SHARE_POLICIES = Statement(select(func.pg_advisory_xact_lock_shared(_POLICIES)))
_FLAG = Statement(select(suspensions.c.id).where(suspensions.c.id == bindparam("id")))
_SCHEDULED = Statement(
    _ALL.where(SCHEDULED, _A.starts_at <= bindparam("until")).order_by(_A.starts_at, _A.id, _A.version)
)
_T = terminations.c
_TERMINATION = Statement(select(*_T).where(_T.id == bindparam("id"), _T.version == bindparam("version")))
_CONFIRM = Statement(
    update(terminations)
    .where(_T.id == bindparam("id_"), _T.version == bindparam("version_"), _T.confirmed_by.is_(None))
    .values(confirmed_by=bindparam("person"), confirmed_at=bindparam("at"))
)
_WITHDRAW = Statement(
    delete(terminations).where(
        _T.id == bindparam("id_"), _T.version == bindparam("version_"), _T.confirmed_by.is_(None)
    )
)


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
        bulk.put(self._session, agreements, [_row(agreement)])

    def get(self, id_: str, version: int | None = None) -> StoredAgreement | None:
        if version is None:
            row = self._session.first(_NEWEST, id=id_)
        else:
            row = self._session.first(_VERSION, id=id_, version=version)
        return None if row is None else _stored(row)

    def active(self, id_: str, *, lock: bool) -> StoredAgreement | None:
        """With the flag raised the version in force is given back unlocked, `suspend_requested` set."""
        free = not lock or not self._session.postgresql or self._session.first(_FLAG, id=id_) is not None
        row = self._session.first(_IN_FORCE, Lock.NONE if free else Lock.SHARE, id=id_)
        return None if row is None else _stored(row)

    def active_policies(self, *, lock: bool) -> list[StoredAgreement]:
        if lock and self._session.postgresql:
            self._session.rows(_SHARE_POLICIES)
        return [_stored(row) for row in self._session.rows(_POLICIES_IN_FORCE, Lock.SHARE if lock else Lock.NONE)]

    def all(self) -> list[StoredAgreement]:
        rows = self._session.connection.execute(_ALL.order_by(_A.id, _A.version))
        return [_stored(row) for row in rows]

    def request_suspension(self, id_: str) -> None:
        bulk.keep(self._session, suspensions, [(id_,)])

    def scheduled(self, until: datetime) -> list[StoredAgreement]:
        return [_stored(row) for row in self._session.rows(_SCHEDULED, until=micros(until))]

    def termination(self, id_: str, version: int, *, lock: bool) -> Termination | None:
        row = self._session.first(_TERMINATION, Lock.OWN if lock else Lock.NONE, id=id_, version=version)
        if row is None:
            return None
        return Termination(row[0], row[1], row[2], moment(row[3]), row[4], None if row[5] is None else moment(row[5]))

    def ask_termination(self, termination: Termination) -> None:
        row = (termination.agreement_id, termination.version, termination.asked_by, micros(termination.asked_at))
        bulk.add(self._session, terminations, [(*row, None, None)])

    def confirm_termination(self, id_: str, version: int, person: str, at: datetime) -> None:
        """Conflict(SELF_APPROVAL) from the database; NotFound when nothing waits for a confirmation."""
        if self._session.change(_CONFIRM, id_=id_, version_=version, person=person, at=micros(at)) != 1:
            raise NotFound(agreement=id_)

    def withdraw_termination(self, id_: str, version: int) -> None:
        """NotFound when nothing waits for a confirmation."""
        if self._session.change(_WITHDRAW, id_=id_, version_=version) != 1:
            raise NotFound(agreement=id_)

    def _state(self, agreement: StoredAgreement) -> str | None:
        kept = select(_A.state).where(_A.id == agreement.id, _A.version == agreement.version)
        return self._session.connection.execute(kept).scalar()


def _row(agreement: StoredAgreement) -> tuple[Any, ...]:
    return (
        agreement.id, agreement.version, agreement.kind, agreement.document, agreement.digest,
        signatures_row(agreement.signatures), agreement.state, micros(agreement.changed_at),
        None if agreement.starts_at is None else micros(agreement.starts_at),
    )  # fmt: skip


def _stored(row: Sequence[Any]) -> StoredAgreement:
    id_, version, kind, document, digest, signatures, state, changed_at, starts_at, flagged = row
    return StoredAgreement(
        id=id_,
        version=version,
        kind=kind,
        document=document,
        digest=digest,
        signatures=signatures_of(signatures),
        state=state,
        changed_at=moment(changed_at),
        suspend_requested=bool(flagged),
        starts_at=None if starts_at is None else moment(starts_at),
    )


def signatures_row(signatures: dict[str, bytes]) -> bytes:
    """Party code -> signature, as one canonical object."""
    value: JsonObject = {party: b64(signature) for party, signature in signatures.items()}
    return canonical(value)


def signatures_of(data: bytes) -> dict[str, bytes]:
    """From `signatures_row`. Unavailable(AT_REST_CORRUPT)."""
    value = read_canonical(data, limit=_MAX_SIGNATURES)
    if not isinstance(value, dict):
        raise Unavailable(Code.AT_REST_CORRUPT)
    return {party: unb64(text) for party, text in value.items() if isinstance(text, str)}
