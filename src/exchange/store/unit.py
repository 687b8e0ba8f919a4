"""The store: opens transactions. `SqlUnit` is one of them over everything that a node keeps.

Only the edge that opened a unit ends it: a clean exit commits, any exception rolls back. On SQLite writers
queue on a lock of their own (`turn.py`), because the database's would make them sleep and poll.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.exc import TimeoutError as PoolTimeout

from exchange.crypto.atrest import AtRest
from exchange.errors import Code, ExchangeError, Unavailable
from exchange.store import bulk
from exchange.store.agreements import SqlAgreements
from exchange.store.answers import SqlAnswers
from exchange.store.batches import Batches
from exchange.store.blinded import SqlBlinded
from exchange.store.cadences import SqlCadences
from exchange.store.copies import SqlCopies
from exchange.store.database_clock import DatabaseClock
from exchange.store.engine import WAIT_LOCK, Limits, reading, writing
from exchange.store.erased import SqlErasures
from exchange.store.grants import SqlGrants
from exchange.store.heads import SqlHeads
from exchange.store.identities import SqlIdentities
from exchange.store.indexing import Indexing
from exchange.store.ledger import SqlLedger
from exchange.store.matches import SqlMatches
from exchange.store.messages import SqlMessages
from exchange.store.offers import SqlOffers
from exchange.store.opened import Opened
from exchange.store.openings import SqlOpenings
from exchange.store.partners import SqlPartners
from exchange.store.people import SqlPeople
from exchange.store.reconciles import SqlReconciles
from exchange.store.records import SqlRecords
from exchange.store.releases import SqlReleases
from exchange.store.scrub import Scrub
from exchange.store.search import SqlSearch
from exchange.store.session import Session
from exchange.store.sign_in import SqlSessions
from exchange.store.stamps import SqlStamps
from exchange.store.statements import SETTING
from exchange.store.streams import SqlStreams
from exchange.store.tables import settings
from exchange.store.trust import SqlTrust
from exchange.store.turn import Turn
from exchange.store.waivers import SqlWaivers


class SqlUnit:
    """Fits `ports.Unit`. Locks asked for in a reading unit are not taken: it sees one snapshot and changes nothing."""

    def __init__(self, session: Session, opened: Opened) -> None:
        self._session = session
        self._connection = session.connection
        batches, index = Batches(session), Indexing(session)
        self.records = SqlRecords(session, batches, opened, index)
        self.copies = SqlCopies(session, batches, index)
        self.search = SqlSearch(session, index)
        self.identities = SqlIdentities(session, index)
        self.matches = SqlMatches(session)
        self.blinded = SqlBlinded(session)
        self.erasures = SqlErasures(session)
        self.agreements = SqlAgreements(session)
        self.offers = SqlOffers(session)
        self.partners = SqlPartners(session)
        self.trust = SqlTrust(session)
        self.releases = SqlReleases(session)
        self.messages = SqlMessages(session)
        self.grants = SqlGrants(session)
        self.waivers = SqlWaivers(session)
        self.openings = SqlOpenings(session)
        self.cadences = SqlCadences(session)
        self.streams = SqlStreams(session)
        self.reconciles = SqlReconciles(session)
        self.ledger = SqlLedger(session)
        self.heads = SqlHeads(session)
        self.stamps = SqlStamps(session)
        self.people = SqlPeople(session)
        self.sessions = SqlSessions(session)
        self.answers = SqlAnswers(session)

    @property
    def destroyed(self) -> bool:
        """Whether something in this transaction was destroyed for good."""
        return self._session.destroyed

    def setting(self, name: str) -> str | None:
        row = self._session.first(SETTING, name=name)
        return None if row is None else row[0]

    def set_setting(self, name: str, value: str) -> None:
        bulk.put(self._session, settings, [(name, value)])

    def settings(self, prefix: str) -> dict[str, str]:
        named = select(settings.c.name, settings.c.value).where(settings.c.name.startswith(prefix, autoescape=True))
        return {row[0]: row[1] for row in self._connection.execute(named.order_by(settings.c.name))}


class SqlStore:
    """Fits `ports.Store`. Errors of the database leave it as ours (`failures.py`)."""

    def __init__(self, engine: Engine, at_rest: AtRest) -> None:
        self._engine = engine
        self._at_rest = at_rest
        self._writer, self._reader = writing(engine), reading(engine)
        self._turn = _turn(engine)
        self._scrub = Scrub(engine) if engine.dialect.name == "sqlite" else None
        self._opened = Opened()
        self._clock = DatabaseClock(engine) if engine.dialect.name == "postgresql" else None

    @contextmanager
    def write(self) -> Iterator[SqlUnit]:
        """Commits on a clean exit, rolls back on any exception. Unavailable(DATABASE_BUSY) after a long wait."""
        with self._turn.taken() if self._turn else nullcontext():
            with self._transaction(self._writer, write=True) as unit:
                yield unit
            if self._scrub is not None:
                self._scrub.after(unit.destroyed)

    @contextmanager
    def read(self) -> Iterator[SqlUnit]:
        """One snapshot; an attempt to write fails."""
        with self._transaction(self._reader, write=False) as unit:
            yield unit

    def forked(self) -> None:
        """In a process made by fork: forgets the parent's connections without touching them."""
        self._engine.dispose(close=False)

    def now(self) -> datetime | None:
        """The database server's clock, or None where it is the system's (SQLite)."""
        return None if self._clock is None else self._clock.now()

    def close(self) -> None:
        """Closes every connection."""
        if self._clock is not None:
            self._clock.close()
        if self._turn is not None:
            self._turn.close()
        self._opened.clear()
        self._engine.dispose()

    @contextmanager
    def _transaction(self, engine: Engine, *, write: bool) -> Iterator[SqlUnit]:
        try:
            with engine.begin() as connection:
                yield SqlUnit(Session(connection, self._at_rest, write), self._opened)
        except PoolTimeout:
            raise Unavailable(Code.DATABASE_BUSY) from None
        except ExchangeError as error:
            raise error from None  # a driver's exception quotes rows; it ends here


def _turn(engine: Engine) -> Turn | None:
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    wait = engine.get_execution_options().get(WAIT_LOCK, Limits().wait_lock.total_seconds())
    return Turn(Path(engine.url.database), float(wait))
