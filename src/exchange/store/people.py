"""Who may act at this node, and the hashes of their tokens. Roles and permissions are decided elsewhere."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from exchange.errors import NotFound
from exchange.model.state import Person
from exchange.store import bulk
from exchange.store.session import Session
from exchange.store.tables import micros, moment, people, tokens


class SqlPeople:
    """Fits `ports.People`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, person: Person) -> None:
        """Conflict(ALREADY_EXISTS) when this id is known, enabled or not."""
        row = (person.id, person.role, micros(person.added_at), int(person.disabled))
        bulk.add(self._session.connection, people, [row])

    def get(self, id_: str) -> Person | None:
        row = self._session.connection.execute(select(*people.c).where(people.c.id == id_)).first()
        return None if row is None else _person(row)

    def all(self) -> list[Person]:
        return [_person(row) for row in self._session.connection.execute(select(*people.c).order_by(people.c.id))]

    def disable(self, id_: str) -> None:
        """NotFound when nobody has this id."""
        if self._session.connection.execute(update(people).where(people.c.id == id_).values(disabled=1)).rowcount != 1:
            raise NotFound(at="person")

    def add_token(self, token_hash: str, person_id: str, expires_at: datetime) -> None:
        """`token_hash` is the SHA-256 (hex); the token itself is never stored."""
        bulk.add(self._session.connection, tokens, [(token_hash, person_id, micros(expires_at))])

    def by_token(self, token_hash: str, now: datetime) -> Person | None:
        holder = select(*people.c).join(tokens, tokens.c.person_id == people.c.id)
        live = holder.where(
            tokens.c.token_hash == token_hash, tokens.c.expires_at > micros(now), people.c.disabled == 0
        )
        row = self._session.connection.execute(live).first()
        return None if row is None else _person(row)


def _person(row: Any) -> Person:
    return Person(row.id, row.role, moment(row.added_at), bool(row.disabled))
