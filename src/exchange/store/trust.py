"""Introductions and revocations of partners. That they take two persons the database holds itself (CHECK)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select

from exchange.model.trust import Introduction, Revocation
from exchange.store import bulk
from exchange.store.session import Session
from exchange.store.statements import Lock, Statement
from exchange.store.times import micros, moment
from exchange.store.trust_tables import introductions, revocations

_I, _R = introductions.c, revocations.c
_INTRODUCED = Statement(select(*_I).where(_I.code == bindparam("code")))
_REVOKED = Statement(select(*_R).where(_R.code == bindparam("code")))


class SqlTrust:
    """Fits `ports.Trust`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put_introduction(self, introduction: Introduction) -> None:
        row = (
            introduction.code, introduction.card, introduction.version, introduction.fingerprint,
            introduction.brought_by, micros(introduction.brought_at), introduction.first_by,
            _micros(introduction.first_at), introduction.second_by, _micros(introduction.second_at),
            introduction.misheard,
        )  # fmt: skip
        bulk.put(self._session, introductions, [row])

    def introduction(self, code: str, *, lock: bool = False) -> Introduction | None:
        row = self._session.first(_INTRODUCED, Lock.OWN if lock else Lock.NONE, code=code)
        return None if row is None else _introduction(row)

    def introductions(self) -> list[Introduction]:
        return [_introduction(row) for row in self._session.connection.execute(select(*_I).order_by(_I.code))]

    def drop_introduction(self, code: str) -> None:
        self._session.connection.execute(delete(introductions).where(_I.code == code))

    def put_revocation(self, revocation: Revocation) -> None:
        row = (
            revocation.code, revocation.reason, revocation.asked_by, micros(revocation.asked_at),
            revocation.confirmed_by, _micros(revocation.confirmed_at),
        )  # fmt: skip
        bulk.put(self._session, revocations, [row])

    def revocation(self, code: str, *, lock: bool = False) -> Revocation | None:
        row = self._session.first(_REVOKED, Lock.OWN if lock else Lock.NONE, code=code)
        return None if row is None else _revocation(row)

    def revocations(self) -> list[Revocation]:
        return [_revocation(row) for row in self._session.connection.execute(select(*_R).order_by(_R.code))]

    def drop_revocation(self, code: str) -> None:
        waiting = (_R.code == code) & _R.confirmed_by.is_(None)
        self._session.connection.execute(delete(revocations).where(waiting))


def _introduction(row: Sequence[Any]) -> Introduction:
    code, card, version, fingerprint, brought_by, brought_at, first_by, first_at, second_by, second_at, misheard = row
    return Introduction(
        code=code,
        card=bytes(card),
        version=version,
        fingerprint=fingerprint,
        brought_by=brought_by,
        brought_at=moment(brought_at),
        first_by=first_by,
        first_at=_moment(first_at),
        second_by=second_by,
        second_at=_moment(second_at),
        misheard=misheard,
    )


def _revocation(row: Sequence[Any]) -> Revocation:
    code, reason, asked_by, asked_at, confirmed_by, confirmed_at = row
    return Revocation(code, reason, asked_by, moment(asked_at), confirmed_by, _moment(confirmed_at))


def _micros(time: datetime | None) -> int | None:
    return None if time is None else micros(time)


def _moment(time: int | None) -> datetime | None:
    return None if time is None else moment(time)
