"""People of this node and the answers that they got, as operations see them: part of `ports`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from exchange.model.records import Ref
from exchange.model.state import Person, StoredAnswer


class People(Protocol):
    def add(self, person: Person) -> None: ...

    def get(self, id_: str) -> Person | None: ...

    def all(self) -> list[Person]: ...

    def disable(self, id_: str) -> None: ...

    def add_token(self, token_hash: str, person_id: str, expires_at: datetime) -> None: ...

    def by_token(self, token_hash: str, now: datetime) -> Person | None:
        """The enabled person whose unexpired token has this SHA-256 (hex)."""


class Answers(Protocol):
    """Idempotency keys."""

    def get(self, person: str, key: str, request_digest: str) -> StoredAnswer | None:
        """`request_digest` of the answer is the given one, or empty where it answered another request."""

    def drop_naming(self, refs: Sequence[Ref]) -> None:
        """Destroys the answers that name one of these records; the same request would then be done again."""

    def put(self, answer: StoredAnswer) -> None: ...

    def drop_before(self, time: datetime) -> None: ...
