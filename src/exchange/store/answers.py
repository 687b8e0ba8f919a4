"""Answers to idempotent requests, kept for a day. They may quote a record, so they are encrypted like one.

Requests quote records too, and everything in one but a name may be known: their digests are kept under the row's own
key, so that nobody tests a guess of a request against the rows. Erasing a record destroys the answers that name it.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from exchange.crypto.atrest import request_mark
from exchange.model.records import Ref
from exchange.model.state import StoredAnswer
from exchange.store import bulk
from exchange.store.session import Session, bound_to
from exchange.store.tables import answers
from exchange.store.times import micros, moment


class SqlAnswers:
    """Fits `ports.Answers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, person: str, key: str, request_digest: str) -> StoredAnswer | None:
        """What this key was answered with. Its `request_digest` is the given one, or empty: it was another request."""
        named = select(*answers.c).where(answers.c.person == person, answers.c.key == key)
        row = self._session.connection.execute(named).first()
        if row is None:
            return None
        dek, body = self._opened(row)
        same = hmac.compare_digest(row.request_digest, request_mark(dek, request_digest))
        return StoredAnswer(key, person, request_digest if same else "", row.status, body, moment(row.created_at))

    def put(self, answer: StoredAnswer) -> None:
        """Conflict(ALREADY_EXISTS) when this key was answered: the request ran twice, and this one is rolled back."""
        place = bound_to("answer", answer.person, answer.key)
        dek, wrapped = self._session.at_rest.new_key(place)
        body = self._session.at_rest.seal(dek, place, answer.body)
        at = micros(answer.created_at)
        mark = request_mark(dek, answer.request_digest)
        row = (answer.person, answer.key, mark, answer.status, at, wrapped, body)
        bulk.add(self._session, answers, [row])

    def drop_before(self, time: datetime) -> None:
        gone = self._session.connection.execute(delete(answers).where(answers.c.created_at < micros(time)))
        self._session.destroyed |= gone.rowcount > 0

    def drop_naming(self, refs: Sequence[Ref]) -> None:
        """Opens them all: they are those of one day."""
        names = [ref.id.encode("utf-8") for ref in refs]
        for row in self._session.connection.execute(select(*answers.c)).all():
            _, body = self._opened(row)
            if any(name in body for name in names):
                here = (answers.c.person == row.person) & (answers.c.key == row.key)
                self._session.connection.execute(delete(answers).where(here))
                self._session.destroyed = True

    def _opened(self, row: Any) -> tuple[bytes, bytes]:
        """(the row's key, what was answered)."""
        place = bound_to("answer", row.person, row.key)
        dek = self._session.at_rest.unwrap(row.wrapped, place)
        return dek, self._session.at_rest.open(dek, place, row.body)
