"""Heads of ledgers: our witness state, heads seen, cosignatures, overrides, epochs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, select, update

from exchange.model.heads import Cosigned, OpenedEpoch, Override, SeenHead, Witnessed
from exchange.store import bulk
from exchange.store.evidence_tables import cosigned, epochs, overrides, partner_heads, witnessed
from exchange.store.session import Session
from exchange.store.statements import Lock, Statement
from exchange.store.times import micros, moment

_W, _P, _C, _O, _E = witnessed.c, partner_heads.c, cosigned.c, overrides.c, epochs.c
_WITNESSED = Statement(select(*_W).where(_W.origin == bindparam("origin")))
_NEWEST = Statement(select(*_P).where(_P.origin == bindparam("origin")).order_by(_P.size.desc(), _P.root).limit(1))
_SEEN = Statement(
    select(*_P).where(_P.origin == bindparam("origin")).order_by(_P.size, _P.root).limit(bindparam("count"))
)
_OF_SIZE = Statement(
    select(*_P).where(_P.origin == bindparam("origin"), _P.size == bindparam("size")).order_by(_P.root)
)
_COSIGNED = Statement(select(*_C).order_by(_C.witness))
_OVERRIDE = Statement(select(*_O).where(_O.id == bindparam("id_")))
_STANDING = Statement(
    select(*_O).where(_O.expires_at > bindparam("now"), _O.ended_at.is_(None)).order_by(_O.expires_at.desc()).limit(1)
)
_EPOCHS = Statement(select(*_E).where(_E.node == bindparam("node")).order_by(_E.epoch.desc()))


class SqlHeads:
    """Fits `ports.Heads`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def witnessed(self, origin: str) -> Witnessed | None:
        row = self._session.first(_WITNESSED, origin=origin)
        return None if row is None else Witnessed(row[0], row[1], row[2], bytes(row[3]), moment(row[4]), bytes(row[5]))

    def witness(self, new: Witnessed, old: Witnessed | None) -> bool:
        row = (new.origin, new.partner, new.size, new.root, micros(new.at), new.note)
        if old is None:
            bulk.keep(self._session, witnessed, [row])
            return self.witnessed(new.origin) == new
        values = dict(zip((column.name for column in witnessed.columns), row, strict=True))
        same = and_(_W.origin == old.origin, _W.size == old.size, _W.root == old.root, _W.at == micros(old.at))
        return self._session.connection.execute(update(witnessed).where(same).values(values)).rowcount == 1

    def see(self, heads: Sequence[SeenHead]) -> None:
        rows = {
            (each.origin, each.size, each.root): (each.partner, each.source, micros(each.at), each.note)
            for each in heads
        }
        bulk.keep(self._session, partner_heads, [key + rest for key, rest in sorted(rows.items())])

    def seen(self, origin: str, limit: int) -> list[SeenHead]:
        return [_seen(row) for row in self._session.rows(_SEEN, origin=origin, count=limit)]

    def of_size(self, origin: str, size: int) -> list[SeenHead]:
        return [_seen(row) for row in self._session.rows(_OF_SIZE, origin=origin, size=size)]

    def newest(self, origin: str) -> SeenHead | None:
        row = self._session.first(_NEWEST, origin=origin)
        return None if row is None else _seen(row)

    def forget(self, heads: Sequence[SeenHead]) -> None:
        for each in heads:
            here = and_(_P.origin == each.origin, _P.size == each.size, _P.root == each.root)
            self._session.connection.execute(delete(partner_heads).where(here))

    def forget_others(self, partner: str, origin: str) -> None:
        gone = delete(partner_heads).where(_P.partner == partner, _P.origin != origin)
        self._session.connection.execute(gone)

    def cosigned(self) -> list[Cosigned]:
        return [Cosigned(row[0], row[1], moment(row[2])) for row in self._session.rows(_COSIGNED)]

    def put_cosigned(self, row: Cosigned) -> None:
        bulk.put(self._session, cosigned, [(row.witness, row.size, micros(row.at))], rising="at")

    def forget_cosigned(self, witness: str | None = None) -> None:
        gone = delete(cosigned) if witness is None else delete(cosigned).where(_C.witness == witness)
        self._session.connection.execute(gone)

    def put_override(self, override: Override) -> None:
        times = (None if each is None else micros(each) for each in (override.expires_at, override.ended_at))
        asked = (override.id, override.reason, override.asker, micros(override.asked_at), override.hours)
        bulk.put(self._session, overrides, [(*asked, override.confirmer, *times)])

    def override(self, id_: str, *, lock: bool) -> Override | None:
        row = self._session.first(_OVERRIDE, Lock.OWN if lock else Lock.NONE, id_=id_)
        return None if row is None else _override(row)

    def overrides(self, limit: int) -> list[Override]:
        newest = select(*_O).order_by(_O.asked_at.desc(), _O.id).limit(limit)
        return [_override(row) for row in self._session.connection.execute(newest)]

    def standing_override(self, now: datetime) -> Override | None:
        row = self._session.first(_STANDING, now=micros(now))
        return None if row is None else _override(row)

    def put_epoch(self, row: OpenedEpoch) -> None:
        bulk.keep(self._session, epochs, [(row.node, row.epoch, micros(row.at), row.wire)])

    def epochs(self, node: str) -> list[OpenedEpoch]:
        rows = self._session.rows(_EPOCHS, node=node)
        return [OpenedEpoch(row[0], row[1], moment(row[2]), bytes(row[3])) for row in rows]


def _seen(row: Sequence[Any]) -> SeenHead:
    return SeenHead(row[0], row[1], bytes(row[2]), row[3], row[4], moment(row[5]), bytes(row[6]))


def _override(row: Sequence[Any]) -> Override:
    times = [None if each is None else moment(each) for each in row[6:8]]
    return Override(row[0], row[1], row[2], moment(row[3]), row[4], row[5], *times)
