"""Blinded matching: our keys, sealed; the sets for partners as tags; queries. Fits `ports.Blinded`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ARRAY, BIGINT, bindparam, delete, func, select, true, update

from exchange.model.blinded import ASKS, HOLDS, BlindEpoch, BlindQuery, BlindTicket
from exchange.store import bulk
from exchange.store.blind_tables import (
    blind_epochs,
    blind_prepared,
    blind_queries,
    blind_tags,
    blind_tickets,
)
from exchange.store.session import Row, Session, bound_to, steps
from exchange.store.statements import AMONG, Lock, Statement
from exchange.store.times import micros, moment

_E, _T, _P, _Q = blind_epochs.c, blind_tags.c, blind_prepared.c, blind_queries.c
_EPOCH = Statement(select(*_E).where(_E.partner == bindparam("partner"), _E.role == bindparam("role")))
_K = blind_tickets.c
_TICKET = Statement(
    select(*_K).where(
        _K.partner == bindparam("partner"), _K.direction == bindparam("direction"), _K.ticket == bindparam("ticket")
    )
)
_PREPARED = Statement(select(_P.id, _P.version).where(_P.partner == bindparam("partner")), among=_P.id)
PER_TAG: Final = 64
"""Records of one tag that are looked at."""
_OF_TAG = select(_T.id).where(_T.partner == bindparam("partner")).order_by(_T.id).limit(PER_TAG)
_FIND = Statement(_OF_TAG.where(_T.tag == bindparam("tag")))
_ASKED = func.unnest(bindparam(AMONG, type_=ARRAY(BIGINT()))).table_valued("tag").render_derived("asked")
_EACH = _OF_TAG.where(_T.tag == _ASKED.c.tag).lateral()
_FIND_ALL = Statement(select(_ASKED.c.tag, _EACH.c.id).select_from(_ASKED).join(_EACH, true()))
"""On PostgreSQL: one round trip for every tag."""
_DROP_TAGS = Statement(delete(blind_tags).where(_T.partner == bindparam("partner")), among=_T.id)
_DROP_PREPARED = Statement(delete(blind_prepared).where(_P.partner == bindparam("partner")), among=_P.id)


class SqlBlinded:
    """Fits `ports.Blinded`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def epoch(self, partner: str, role: str, *, lock: bool) -> BlindEpoch | None:
        row = self._session.first(_EPOCH, Lock.OWN if lock else Lock.NONE, partner=partner, role=role)
        return None if row is None else self._opened(row)

    def put_epoch(self, epoch: BlindEpoch) -> None:
        wrapped, seed = self._sealed(_place(epoch.partner, epoch.role, epoch.epoch), epoch.seed)
        self._session.destroyed |= bool(seed)  # an older seed, if there was one, is in no journal either
        head = (epoch.partner, epoch.role, epoch.epoch, epoch.public, micros(epoch.opened_at))
        bulk.put(self._session, blind_epochs, [(*head, wrapped, seed, epoch.elements, epoch.key_version)])

    def drop_epoch(self, partner: str, role: str) -> None:
        self._session.connection.execute(delete(blind_epochs).where(_E.partner == partner, _E.role == role))
        self._session.destroyed = True

    def tags(self, tokens: Sequence[bytes]) -> list[int]:
        return [self._session.at_rest.match_tag(token) for token in tokens]

    def prepared(self, partner: str, ids: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in steps(ids):
            found |= dict(self._session.rows(_PREPARED, partner=partner, among=self._session.listed(some)))
        return found

    def prepared_after(self, partner: str, after: str, limit: int) -> list[str]:
        page = select(_P.id).where(_P.partner == partner, _P.id > after).order_by(_P.id).limit(limit)
        return [row[0] for row in self._session.connection.execute(page)]

    def keep(self, partner: str, versions: Sequence[tuple[str, int]], tokens: Sequence[tuple[bytes, str]]) -> None:
        self._drop(_DROP_TAGS, partner, [id_ for id_, _ in versions])
        tag = self._session.at_rest.match_tag
        rows = sorted({(partner, tag(token), id_) for token, id_ in tokens})
        bulk.add(self._session, blind_tags, rows)
        bulk.put(self._session, blind_prepared, [(partner, id_, version) for id_, version in versions])

    def forget(self, partner: str, ids: Sequence[str] | None) -> None:
        if ids is None:
            self._session.connection.execute(delete(blind_tags).where(_T.partner == partner))
            self._session.connection.execute(delete(blind_prepared).where(_P.partner == partner))
            return
        self._drop(_DROP_TAGS, partner, ids)
        self._drop(_DROP_PREPARED, partner, ids)

    def erased(self, ids: Sequence[str]) -> None:
        """Records of ours that are gone leave every set with them."""
        sets = select(_E.partner).where(_E.role == HOLDS).order_by(_E.partner)
        for (partner,) in self._session.connection.execute(sets).all():
            self.forget(partner, ids)

    def find(self, partner: str, tags: Sequence[int], limit: int) -> list[tuple[int, str]]:
        every, found = sorted(set(tags)), dict[int, list[str]]()
        if self._session.postgresql:
            for tag, id_ in self._session.rows(_FIND_ALL, partner=partner, among=every):
                found.setdefault(tag, []).append(id_)
        else:
            found = {tag: [row[0] for row in self._session.rows(_FIND, partner=partner, tag=tag)] for tag in every}
        ranked = sorted((at, tag, id_) for tag, ids in found.items() for at, id_ in enumerate(sorted(ids)))
        return sorted((tag, id_) for _, tag, id_ in ranked[:limit])

    def size(self, partner: str) -> int:
        counted = select(func.count()).select_from(blind_prepared).where(_P.partner == partner)
        return int(self._session.connection.execute(counted).scalar() or 0)

    def add_query(self, query: BlindQuery) -> None:
        head = (query.partner, query.direction, query.run, micros(query.at), query.case, query.officer)
        row = (*head, query.agreement, query.purpose, query.hits, query.seen)
        bulk.add(self._session, blind_queries, [row])

    def answered(self, partner: str, run: str, hits: int) -> None:
        one = update(blind_queries).where(_Q.partner == partner, _Q.direction == "out", _Q.run == run)
        self._session.connection.execute(one.values(hits=hits))

    def queries(self, direction: str, partner: str | None, since: datetime) -> list[BlindQuery]:
        found = select(*_Q).where(_Q.direction == direction, _Q.at >= micros(since))
        if partner is not None:
            found = found.where(_Q.partner == partner)
        rows = self._session.connection.execute(found.order_by(_Q.at.desc(), _Q.partner, _Q.run))
        return [_query(tuple(row)) for row in rows]

    def drop_before(self, before: datetime) -> None:
        for table in (blind_queries, blind_tickets):
            self._session.connection.execute(delete(table).where(table.c.at < micros(before)))

    def end_keys(self, before: datetime) -> None:
        over = update(blind_epochs).where(_E.role == ASKS, _E.opened_at <= micros(before), func.length(_E.seed) > 0)
        ended = self._session.connection.execute(over.values(wrapped=b"", seed=b"")).rowcount
        self._session.destroyed |= ended > 0

    def forget_seen(self, before: datetime) -> None:
        old = update(blind_queries).where(_Q.at < micros(before), func.length(_Q.seen) > 0)
        self._session.connection.execute(old.values(seen=b""))

    def put_ticket(self, ticket: BlindTicket) -> None:
        wrapped, seed = self._sealed(_place(ticket.partner, ticket.direction, ticket.ticket), ticket.seed)
        self._session.destroyed |= ticket.level is not None
        head = (ticket.partner, ticket.direction, ticket.ticket, micros(ticket.at), ticket.agreement, ticket.purpose)
        bulk.put(self._session, blind_tickets, [(*head, ticket.record, wrapped, seed, ticket.level)])

    def ticket(self, partner: str, direction: str, ticket: str, *, lock: bool) -> BlindTicket | None:
        taken = Lock.OWN if lock else Lock.NONE
        row = self._session.first(_TICKET, taken, partner=partner, direction=direction, ticket=ticket)
        if row is None:
            return None
        *_, at, agreement, purpose, record, wrapped, sealed, level = row
        seed = self._unsealed(_place(partner, direction, ticket), bytes(wrapped), bytes(sealed))
        return BlindTicket(partner, direction, ticket, moment(at), agreement, purpose, record, seed, level)

    def _sealed(self, place: bytes, seed: bytes) -> tuple[bytes, bytes]:
        """(wrapped key, sealed seed); both empty for none."""
        if not seed:
            return b"", b""
        dek, wrapped = self._session.at_rest.new_key(place)
        return wrapped, self._session.at_rest.seal(dek, place, seed)

    def _unsealed(self, place: bytes, wrapped: bytes, sealed: bytes) -> bytes:
        at_rest = self._session.at_rest
        return at_rest.open(at_rest.unwrap(wrapped, place), place, sealed) if sealed else b""

    def _drop(self, statement: Statement, partner: str, ids: Sequence[str]) -> None:
        for some in steps(ids):
            self._session.change(statement, partner=partner, among=self._session.listed(some))

    def _opened(self, row: Row) -> BlindEpoch:
        partner, role, epoch, public, opened_at, wrapped, sealed, elements, key_version = row
        seed = self._unsealed(_place(partner, role, epoch), bytes(wrapped), bytes(sealed))
        return BlindEpoch(partner, role, epoch, bytes(public), moment(opened_at), seed, elements, key_version)


def _place(partner: str, role: str, what: int | str) -> bytes:
    return bound_to("blind", partner, role, what)


def _query(row: tuple[Any, ...]) -> BlindQuery:
    partner, direction, run, at, case, officer, agreement, purpose, hits, seen = row
    return BlindQuery(partner, direction, run, moment(at), case, officer, agreement, purpose, hits, bytes(seen))
