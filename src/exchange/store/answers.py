"""Answers to idempotent requests, kept for a day. They may quote a record, so they are encrypted like one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from exchange.model.state import StoredAnswer
from exchange.store import bulk
from exchange.store.session import Session, bound_to
from exchange.store.tables import answers
from exchange.store.times import micros, moment


class SqlAnswers:
    """Fits `ports.Answers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, person: str, key: str) -> StoredAnswer | None:
        named = select(*answers.c).where(answers.c.person == person, answers.c.key == key)
        row = self._session.connection.execute(named).first()
        if row is None:
            return None
        place = bound_to("answer", person, key)
        body = self._session.at_rest.open(self._session.at_rest.unwrap(row.wrapped, place), place, row.body)
        return StoredAnswer(key, person, row.request_digest, row.status, body, moment(row.created_at))

    def put(self, answer: StoredAnswer) -> None:
        """Conflict(ALREADY_EXISTS) when this key was answered: the request ran twice, and this one is rolled back."""
        place = bound_to("answer", answer.person, answer.key)
        dek, wrapped = self._session.at_rest.new_key(place)
        body = self._session.at_rest.seal(dek, place, answer.body)
        at = micros(answer.created_at)
        row = (answer.person, answer.key, answer.request_digest, answer.status, at, wrapped, body)
        bulk.add(self._session, answers, [row])

    def drop_before(self, time: datetime) -> None:
        self._session.connection.execute(delete(answers).where(answers.c.created_at < micros(time)))
