"""Batch root signatures, each stored once however many records were signed with it."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy import bindparam, select

from exchange.store import bulk
from exchange.store.session import Session
from exchange.store.statements import Statement
from exchange.store.tables import batches

_ROOT = Statement(select(batches.c.root).where(batches.c.digest == bindparam("digest")))


class Batches:
    """Roots by content address: SHA-256 of the document, an address in this database and nothing that is signed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[bytes, bytes] = {}

    def keep(self, roots: Iterable[bytes]) -> dict[bytes, bytes]:
        """Stores the roots that are new; returns root -> address."""
        addresses = {root: sha256(root).digest() for root in set(roots)}
        new = sorted((address, root) for root, address in addresses.items() if address not in self._known)
        bulk.keep(self._session, batches, new)
        self._known.update(new)
        return addresses

    def load(self, addresses: Iterable[bytes]) -> dict[bytes, bytes]:
        """Address -> root."""
        missing = sorted(set(addresses) - self._known.keys())
        if missing:
            self._known.update(self._find(missing))
        return self._known

    def _find(self, addresses: list[bytes]) -> Iterable[tuple[bytes, bytes]]:
        if len(addresses) == 1:
            row = self._session.first(_ROOT, digest=addresses[0])
            return [] if row is None else [(addresses[0], row[0])]
        found = select(batches.c.digest, batches.c.root).where(batches.c.digest.in_(addresses))
        return ((row[0], row[1]) for row in self._session.connection.execute(found))
