"""Who may act at this node, and the hashes of their tokens. Roles and permissions are decided elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from exchange.errors import NotFound
from exchange.model.state import Person
from exchange.store import bulk
from exchange.store.session import Session
from exchange.store.statements import Statement
from exchange.store.tables import people, tokens
from exchange.store.times import micros, moment

_ONE = Statement(select(*people.c).where(people.c.id == bindparam("id")))
_HOLDER = Statement(
    select(*people.c)
    .join(tokens, tokens.c.person_id == people.c.id)
    .where(tokens.c.token_hash == bindparam("token_hash"), tokens.c.expires_at > bindparam("now"))
    .where(people.c.disabled == 0)
)


class SqlPeople:
    """Fits `ports.People`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, person: Person) -> None:
        """Conflict(ALREADY_EXISTS) when this id is known, enabled or not."""
        row = (person.id, person.role, micros(person.added_at), int(person.disabled))
        bulk.add(self._session, people, [row])

    def get(self, id_: str) -> Person | None:
        row = self._session.first(_ONE, id=id_)
        return None if row is None else _person(row)

    def all(self) -> list[Person]:
        return [_person(row) for row in self._session.connection.execute(select(*people.c).order_by(people.c.id))]

    def disable(self, id_: str) -> None:
        """NotFound when nobody has this id."""
        if self._session.connection.execute(update(people).where(people.c.id == id_).values(disabled=1)).rowcount != 1:
            raise NotFound(at="person")

    def add_token(self, token_hash: str, person_id: str, expires_at: datetime) -> None:
        """`token_hash` is the SHA-256 (hex); the token itself is never stored."""
        bulk.add(self._session, tokens, [(token_hash, person_id, micros(expires_at))])

    def by_token(self, token_hash: str, now: datetime) -> Person | None:
        row = self._session.first(_HOLDER, token_hash=token_hash, now=micros(now))
        return None if row is None else _person(row)


def _person(row: Sequence[Any]) -> Person:
    id_, role, added_at, disabled = row
    return Person(id_, role, moment(added_at), bool(disabled))
