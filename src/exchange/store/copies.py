"""Records that partners disclosed to us: each parcel as it came, and the newest of each record per sender.

Claims and handling are encrypted together under the copy's own key. Nothing here widens what may be done with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, func, select, tuple_, update

from exchange.crypto.commitments import unpack
from exchange.errors import Code, ExchangeError, NotFound, Unavailable
from exchange.model.afterwards import CopyLine
from exchange.model.claim_bytes import claims_stored
from exchange.model.found import Indexed
from exchange.model.records import Ref
from exchange.model.state import Copy, RecordLine
from exchange.store import bulk
from exchange.store.batches import Batches
from exchange.store.indexing import Indexing
from exchange.store.keys import RecordKeys
from exchange.store.session import Session, bound_to, steps
from exchange.store.statements import Statement
from exchange.store.tables import EXPIRES, copies, copy_heads
from exchange.store.times import micros, moment

_C = copies.c
_H = copy_heads.c
_PLACE = (
    _C.originator, _C.id, _C.version, _C.sender, _C.epoch, _C.seq, _C.agreement_id, _C.purpose, _C.received_at,
    _C.expires_at,
)  # fmt: skip
_ORDER = (_C.received_at, _C.sender, _C.epoch, _C.seq, _C.id)
_VERSIONS = Statement(select(_H.originator, _H.id, _H.version), among=_H.id)
_HELD = Statement(select(_H.originator, _H.id).where(_H.sender == bindparam("sender")), among=_H.id)


class SqlCopies:
    """Fits `ports.Copies`."""

    def __init__(self, session: Session, batches: Batches, index: Indexing) -> None:
        self._session = session
        self._batches = batches
        self._index = index
        self._keys = RecordKeys(session, "received")

    def add(self, copies_: Sequence[Copy]) -> None:
        """Conflict(ALREADY_EXISTS) when the same parcel of the same envelope is there."""
        if not copies_:
            return
        refs = [copy.ref for copy in copies_]
        self._keys.ensure(refs)
        roots = self._batches.keep(copy.root for copy in copies_)
        deks = self._keys.of(refs)
        rows = [self._row(copy, dek, roots[copy.root]) for copy, dek in zip(copies_, deks, strict=True)]
        bulk.add(self._session, copies, rows)
        self._put_heads(copies_)
        self._index_newest(copies_)

    def latest(self, ref: Ref) -> Copy | None:
        """The highest version; among equals the one received last."""
        of = select(*copies.c).where(copies.c.originator == ref.originator, copies.c.id == ref.id)
        newest = of.order_by(copies.c.version.desc(), copies.c.received_at.desc(), copies.c.seq.desc()).limit(1)
        row = self._session.connection.execute(newest).first()
        return None if row is None else self._copy(row)

    def newest(self, refs: Sequence[Ref], *, lock: bool) -> list[Copy]:
        if lock:
            self._keys.hold(refs)
        rows = {}
        for ids in steps(ref.id for ref in refs):
            of = select(*copies.c).where(_C.id.in_(ids)).order_by(_C.version, _C.received_at, _C.seq)
            for row in self._session.connection.execute(of):
                rows[Ref(row.originator, row.id)] = row
        return [self._copy(rows[ref]) for ref in refs if ref in rows]

    def lines(self, sender: str | None, after: Ref | None, limit: int, kind: str | None = None) -> list[RecordLine]:
        """One line a record, whoever sent it."""
        heads = copy_heads.c
        page = select(
            heads.originator, heads.id, func.max(heads.version), func.max(heads.kind), func.max(heads.received_at)
        )
        if sender is not None:
            page = page.where(heads.sender == sender)
        if kind is not None:
            page = page.where(heads.kind == kind)
        if after is not None:
            page = page.where(tuple_(heads.id, heads.originator) > (after.id, after.originator))
        page = page.group_by(heads.id, heads.originator).order_by(heads.id, heads.originator).limit(limit)
        rows = self._session.connection.execute(page)
        return [RecordLine(Ref(row[0], row[1]), row[2], row[3], moment(row[4]), "received") for row in rows]

    def end_by(self, agreement_id: str, until: datetime) -> int:
        end, expires = micros(until), copies.c.expires_at
        sooner = update(copies).where(copies.c.agreement_id == agreement_id, expires.is_(None) | (expires > end))
        return self._session.connection.execute(sooner.values(expires_at=end)).rowcount

    def count(self, sender: str | None = None) -> int:
        heads = copy_heads.c
        if sender is not None:
            counted = select(func.count()).select_from(copy_heads).where(heads.sender == sender)
        else:
            distinct = select(heads.originator, heads.id).group_by(heads.id, heads.originator).subquery()
            counted = select(func.count()).select_from(distinct)
        return self._session.connection.execute(counted).scalar_one()

    def held_from(self, sender: str, refs: Sequence[Ref]) -> set[Ref]:
        wanted = set(refs)
        found: set[Ref] = set()
        for ids in steps(ref.id for ref in refs):
            rows = self._session.rows(_HELD, sender=sender, among=self._session.listed(ids))
            found |= {Ref(row[0], row[1]) for row in rows} & wanted
        return found

    def first_hand(self, refs: Sequence[Ref], *, lock: bool) -> list[Copy]:
        """By id, so that all writers lock in one order. A copy that somebody else passed on is no first hand."""
        found: dict[Ref, Copy] = {}
        for ref in sorted(set(refs)):
            of = select(*copies.c).where(
                copies.c.originator == ref.originator, copies.c.id == ref.id, copies.c.sender == ref.originator
            )
            newest = of.order_by(copies.c.version.desc(), copies.c.received_at.desc(), copies.c.seq.desc()).limit(1)
            if lock and self._session.postgresql and self._session.write:
                newest = newest.with_for_update(read=True)
            row = self._session.connection.execute(newest).first()
            if row is not None:
                found[ref] = self._copy(row)
        return [found[ref] for ref in refs if ref in found]

    def as_sent(self, ref: Ref, version: int) -> Copy | None:
        of = select(*copies.c).where(
            _C.originator == ref.originator, _C.id == ref.id, _C.version == version, _C.sender == ref.originator
        )
        last = of.order_by(_C.received_at.desc(), _C.seq.desc()).limit(1)
        row = self._session.connection.execute(last).first()
        return None if row is None else self._copy(row)

    def ledger_refs(self, refs: Sequence[Ref]) -> list[bytes]:
        make = self._session.at_rest.ledger_ref
        return [make(dek, ref.originator, ref.id) for dek, ref in zip(self._keys.of(refs), refs, strict=True)]

    def places(self, refs: Sequence[Ref], sender: str | None = None) -> list[CopyLine]:
        wanted, found = set(refs), []
        for ids in steps(ref.id for ref in refs):
            of = select(*_PLACE).where(_C.id.in_(ids))
            if sender is not None:
                of = of.where(_C.sender == sender)
            found += [_line(row) for row in self._session.connection.execute(of.order_by(*_ORDER))]
        return [line for line in found if line.ref in wanted]

    def two_newest(self, ref: Ref) -> list[Copy]:
        of = select(*copies.c).where(_C.originator == ref.originator, _C.id == ref.id)
        rows = self._session.connection.execute(of.order_by(_C.version.desc(), _C.received_at.desc(), _C.seq.desc()))
        found: list[Any] = []
        for row in rows:
            if not found or row.version < found[-1].version:
                found.append(row)
        return [self._copy(row) for row in found[:2]]

    def at(self, sender: str, epoch: int, seq: int) -> list[Ref]:
        of = select(_C.originator, _C.id).where(_C.sender == sender, _C.epoch == epoch, _C.seq == seq)
        return [Ref(row[0], row[1]) for row in self._session.connection.execute(of.order_by(_C.id, _C.originator))]

    def expired(self, now: datetime, limit: int) -> list[CopyLine]:
        due = select(*_PLACE).where(EXPIRES, _C.expires_at <= micros(now))
        rows = self._session.connection.execute(due.order_by(_C.expires_at, _C.id, _C.originator).limit(limit))
        return [_line(row) for row in rows]

    def destroy(self, gone: Sequence[CopyLine]) -> None:
        refs = sorted({line.ref for line in gone})
        self._session.destroyed = True
        self._keys.own(refs)
        for line in gone:
            self._session.connection.execute(delete(copies).where(_here(line)))
        for ref in refs:
            self._reseal(ref)

    def _reseal(self, ref: Ref) -> None:
        """What stays of a record is sealed anew, so that the old key opens nothing; the heads say what is held."""
        send = self._session.connection.execute
        of = select(*copies.c).where(_C.originator == ref.originator, _C.id == ref.id)
        rows = send(of).all()
        send(delete(copy_heads).where(_H.id == ref.id, _H.originator == ref.originator))
        if not rows:
            self._index.drop("received", [ref])
            self._keys.destroy([ref])
            return
        left, damaged = self._opened(rows)
        if left:
            dek = self._keys.renew(ref)
        for copy in left:
            body = self._session.at_rest.seal(dek, _place(copy), _join(copy.handling, copy.claims))
            send(update(copies).where(_here(copy)).values(body=body))
        self._put_heads([*left, *damaged])
        newest = max(left or damaged, key=_newness)
        found = _indexed(newest) if left else Indexed(ref, newest.kind, ())  # what cannot be read is found by no word
        self._index.put("received", [found], micros(newest.received_at))

    def _opened(self, rows: Sequence[Any]) -> tuple[list[Copy], list[Copy]]:
        """Those that open, and those that the disk has lost: nothing can be sealed anew of them, and nothing waits."""
        left, damaged = [], []
        for row in rows:
            try:
                left.append(self._copy(row))
            except (NotFound, Unavailable) as fault:
                if fault.code not in (Code.NOT_FOUND, Code.AT_REST_CORRUPT):
                    raise
                damaged.append(self._unopened(row))
        return left, damaged

    def _index_newest(self, copies_: Sequence[Copy]) -> None:
        """What is shown of a record is its newest copy (`latest`), and that is found."""
        newest: dict[Ref, Copy] = {}
        for copy in copies_:
            if copy.ref not in newest or _newness(copy) >= _newness(newest[copy.ref]):
                newest[copy.ref] = copy
        highest: dict[Ref, int] = {}
        for ids in steps(ref.id for ref in newest):
            for originator, id_, version in self._session.rows(_VERSIONS, among=self._session.listed(ids)):
                ref = Ref(originator, id_)
                highest[ref] = max(version, highest.get(ref, 0))
        found = [each for ref, each in newest.items() if each.version >= highest[ref]]
        if found:
            self._index.put("received", [_indexed(each) for each in found], micros(found[0].received_at))

    def _put_heads(self, copies_: Sequence[Copy]) -> None:
        ordered = sorted(copies_, key=lambda copy: (copy.ref, copy.sender, copy.version))
        heads = [(c.ref.id, c.ref.originator, c.sender, c.version, c.kind, micros(c.received_at)) for c in ordered]
        bulk.put(self._session, copy_heads, heads, rising="version")

    def _row(self, copy: Copy, dek: bytes, batch: bytes) -> tuple[Any, ...]:
        body = self._session.at_rest.seal(dek, _place(copy), _join(copy.handling, copy.claims))
        return (
            copy.ref.id, copy.ref.originator, copy.version, copy.sender, copy.epoch, copy.seq, copy.kind,
            batch, copy.proof, copy.agreement_id, copy.purpose, micros(copy.received_at),
            None if copy.expires_at is None else micros(copy.expires_at), copy.manifest, body,
        )  # fmt: skip

    def _copy(self, row: Any) -> Copy:
        draft = self._unopened(row)
        body = self._session.at_rest.open(self._keys.one(draft.ref), _place(draft), row.body)
        handling, claims = _split(body)
        return replace(draft, handling=handling, claims=claims)

    def _unopened(self, row: Any) -> Copy:
        """What stands in the open: all but handling and claims."""
        return Copy(
            ref=Ref(row.originator, row.id),
            version=row.version,
            kind=row.kind,
            sender=row.sender,
            epoch=row.epoch,
            seq=row.seq,
            manifest=row.manifest,
            root=self._batches.load([row.batch])[row.batch],
            proof=row.proof,
            claims=b"",
            handling=b"",
            agreement_id=row.agreement_id,
            purpose=row.purpose,
            received_at=moment(row.received_at),
            expires_at=None if row.expires_at is None else moment(row.expires_at),
        )


def _line(row: Sequence[Any]) -> CopyLine:
    originator, id_, version, sender, epoch, seq, agreement_id, purpose, received_at, expires_at = row
    expires = None if expires_at is None else moment(expires_at)
    ref = Ref(originator, id_)
    return CopyLine(ref, version, sender, epoch, seq, agreement_id, purpose, moment(received_at), expires)


def _newness(copy: Copy) -> tuple[int, datetime, int]:
    """As `latest` orders them."""
    return copy.version, copy.received_at, copy.seq


def _indexed(copy: Copy) -> Indexed:
    """Checked when it came. One that cannot be read any more is found by its id."""
    if copy.values:
        return Indexed(copy.ref, copy.kind, copy.values)
    try:
        claims = claims_stored([claim for _, claim in unpack(copy.claims)])
    except (ExchangeError, ValueError):
        claims = ()
    return Indexed(copy.ref, copy.kind, claims)


def _here(line: CopyLine | Copy) -> ColumnElement[bool]:
    parcel = and_(_C.originator == line.ref.originator, _C.id == line.ref.id, _C.version == line.version)
    return and_(parcel, _C.sender == line.sender, _C.epoch == line.epoch, _C.seq == line.seq)


def _place(copy: Copy) -> bytes:
    return bound_to("body", "received", *copy.ref, copy.version, copy.sender, copy.epoch, copy.seq)


def _join(handling: bytes, claims: bytes) -> bytes:
    """Length of the handling (4 bytes, big endian), handling, claims."""
    return len(handling).to_bytes(4, "big") + handling + claims


def _split(body: bytes) -> tuple[bytes, bytes]:
    size = int.from_bytes(body[:4], "big")
    if len(body) < 4 + size:
        raise Unavailable(Code.AT_REST_CORRUPT)
    return body[4 : 4 + size], body[4 + size :]
