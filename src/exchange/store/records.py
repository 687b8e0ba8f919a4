"""Own records: every version kept, the current one named in `records`, bodies under the record's own key.

It does not validate, sign or decide; it gives back exactly the bytes that were committed (docs/spec/records.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, delete, func, select, tuple_, update

from exchange.crypto.commitments import pack, unpack
from exchange.errors import Code, Conflict
from exchange.model.claim_bytes import claims_stored
from exchange.model.found import Indexed
from exchange.model.records import ERASED, HeldRecord, Pair, Record, Ref
from exchange.model.state import RecordLine
from exchange.store import bulk
from exchange.store.batches import Batches
from exchange.store.blinded import SqlBlinded
from exchange.store.indexing import Indexing
from exchange.store.keys import RecordKeys
from exchange.store.opened import Opened
from exchange.store.session import Row, Session, bound_to, steps
from exchange.store.statements import Lock, Statement
from exchange.store.tables import external_links, record_versions, records
from exchange.store.times import micros, moment

_V = record_versions.c
_BODY = (_V.originator, _V.id, _V.version, _V.kind, _V.issued, _V.batch, _V.proof, _V.manifest, _V.body)
_CURRENT = (_V.originator == records.c.originator) & (_V.id == records.c.id) & (_V.version == records.c.version)

_CURRENT_OF = Statement(select(*_BODY).join(records, _CURRENT), among=records.c.id)
_VERSION = Statement(
    select(*_BODY).where(
        _V.originator == bindparam("originator"), _V.id == bindparam("id"), _V.version == bindparam("version")
    )
)
_LOCKED = Statement(select(records.c.id).order_by(records.c.id), among=records.c.id)

_L = external_links.c
_LINKS = select(_L.key, _L.originator, _L.id, _L.digest)
_LINKED = Statement(_LINKS, among=_L.key)


_pair = partial(tuple.__new__, Pair)
"""What `Pair._make` does, without a Python frame for each claim."""


class SqlRecords:
    """Fits `ports.Records`."""

    def __init__(self, session: Session, batches: Batches, opened: Opened, index: Indexing) -> None:
        self._session = session
        self._batches = batches
        self._opened = opened
        self._index = index
        self._keys = RecordKeys(session, "own")

    def add(self, held: Sequence[HeldRecord], changed_at: datetime) -> None:
        """Conflict(ALREADY_EXISTS) when a version is there, Conflict(STALE) when a newer one is current."""
        first = [each.record for each in held if each.record.version == 1]
        later = [each.record for each in held if each.record.version > 1]
        self._keys.create(record.ref for record in first)
        at = micros(changed_at)
        bulk.add(self._session, records, [(r.id, r.originator, r.version, r.kind, at) for r in first])
        roots = self._batches.keep(each.root for each in held)
        deks = self._keys.of([each.record.ref for each in held])
        rows = [self._row(each, dek, roots[each.root]) for each, dek in zip(held, deks, strict=True)]
        bulk.add(self._session, record_versions, rows)
        if later:
            self._make_current(later, at)
        for some, new in ((first, True), (later, False)):
            self._index.put("own", [Indexed(record.ref, record.kind, record.claims) for record in some], at, new=new)

    def current(self, refs: Sequence[Ref], *, lock: bool) -> list[HeldRecord]:
        """Unknown refs are left out, and so are refs of another originator: an id alone never finds a record."""
        found: dict[Ref, HeldRecord] = {}
        for ids in steps(ref.id for ref in refs):
            if lock:
                self._lock(ids)
            rows = self._session.rows(_CURRENT_OF, among=self._session.listed(ids))
            found.update((each.record.ref, each) for each in self._read(rows))
        return [found[ref] for ref in refs if ref in found]

    def version(self, ref: Ref, version: int) -> HeldRecord | None:
        rows = self._session.rows(_VERSION, originator=ref.originator, id=ref.id, version=version)
        return next(iter(self._read(rows)), None)

    def ledger_refs(self, refs: Sequence[Ref]) -> list[bytes]:
        make = self._session.at_rest.ledger_ref
        return [make(dek, ref.originator, ref.id) for dek, ref in zip(self._keys.of(refs), refs, strict=True)]

    def lines(self, kind: str | None, after: Ref | None, limit: int) -> list[RecordLine]:
        columns = records.c
        page = select(columns.originator, columns.id, columns.version, columns.kind, columns.changed_at)
        if kind is not None:
            page = page.where(columns.kind == kind)
        if after is not None:
            page = page.where(tuple_(columns.id, columns.originator) > (after.id, after.originator))
        rows = self._session.connection.execute(page.order_by(columns.id, columns.originator).limit(limit))
        return [RecordLine(Ref(row[0], row[1]), row[2], row[3], moment(row[4]), "own") for row in rows]

    def count(self) -> int:
        return self._session.connection.execute(select(func.count()).select_from(records)).scalar_one()

    def link_external(self, scheme: str, links: Sequence[tuple[str, Ref, str]]) -> None:
        self.mark_external(scheme, [(self.blind(scheme, key), ref, digest) for key, ref, digest in links])

    def mark_external(self, scheme: str, marks: Sequence[tuple[str, Ref, str]]) -> None:
        rows = [(blinded, scheme, ref.originator, ref.id, digest) for blinded, ref, digest in marks]
        bulk.put(self._session, external_links, rows)

    def external(self, scheme: str, keys: Sequence[str]) -> dict[str, tuple[Ref, str]]:
        blinded = {self.blind(scheme, key): key for key in keys}
        found = {}
        for step in steps(blinded):
            # Without the scheme, which is inside the blinded key: its index would be the longer way.
            links = self._session.rows(_LINKED, among=self._session.listed(step))
            for key, originator, id_, digest in links:
                found[blinded[key]] = (Ref(originator, id_), digest)
        return found

    def external_all(self, scheme: str) -> dict[str, tuple[Ref, str]]:
        rows = self._session.connection.execute(_LINKS.where(_L.scheme == scheme))
        return {row[0]: (Ref(row[1], row[2]), row[3]) for row in rows}

    def blind(self, scheme: str, key: str) -> str:
        """HMAC-SHA-256 under a key derived from the node's key: the database alone cannot test a guess."""
        return self._session.at_rest.blind(bound_to("external", scheme, key)).hex()

    def erase(self, refs: Sequence[Ref]) -> None:
        """The current row goes first: whoever reads to change or release the record waits there and finds nothing."""
        for ref in sorted(set(refs), key=lambda each: (each.id, each.originator)):
            send = self._session.connection.execute
            send(delete(records).where(records.c.id == ref.id, records.c.originator == ref.originator))
            of = (_V.id == ref.id) & (_V.originator == ref.originator)
            versions = [row[0] for row in send(select(_V.version).where(of))]
            send(delete(record_versions).where(of))
            gone = update(external_links).where(_L.id == ref.id, _L.originator == ref.originator)
            send(gone.values(id="", originator="", digest=ERASED))
            self._opened.forget({_place(ref.originator, ref.id, version) for version in versions})
        self._index.drop("own", refs)
        SqlBlinded(self._session).erased([ref.id for ref in refs])
        self._keys.destroy(refs)

    def _lock(self, ids: list[str]) -> None:
        """Locks first and reads in a second statement: under READ COMMITTED a statement that had to wait for a lock
        joins the new row with versions of its old snapshot, and would lose the record."""
        if self._session.postgresql:
            self._session.rows(_LOCKED, Lock.SHARE, among=self._session.listed(ids))

    def _make_current(self, later: list[Record], at: int) -> None:
        rows = [(r.id, r.originator, r.version, r.kind, at) for r in later]
        if bulk.put(self._session, records, rows, rising="version") != len(rows):
            raise Conflict(Code.STALE, at="record")

    def _row(self, held: HeldRecord, dek: bytes, batch: bytes) -> tuple[Any, ...]:
        record = held.record
        body = self._session.at_rest.seal(dek, _place(record.originator, record.id, record.version), pack(held.pairs))
        return (
            record.id, record.originator, record.version, record.kind, record.issued,
            batch, held.proof, held.manifest, body,
        )  # fmt: skip

    def _read(self, rows: list[Row]) -> list[HeldRecord]:
        roots = self._batches.load(row[5] for row in rows)
        deks = self._keys.of([Ref(row[0], row[1]) for row in rows])
        return [self._held(row, dek, roots[row[5]]) for row, dek in zip(rows, deks, strict=True)]

    def _held(self, row: Row, dek: bytes, root: bytes) -> HeldRecord:
        originator, id_, version, kind, issued, _, proof, manifest, body = row
        place = _place(originator, id_, version)
        known = self._opened.get(place, body)
        if known is not None and known[1:4] == (manifest, root, proof):
            return known
        packed = self._session.at_rest.open(dek, place, body)
        pairs = tuple(map(_pair, unpack(packed)))
        # Sealed under our own key after it was checked: the strict readers have nothing left to find.
        claims = claims_stored([pair.claim for pair in pairs])
        held = HeldRecord(Record(originator, id_, version, kind, issued, claims), manifest, root, proof, pairs)
        self._opened.put(place, body, held)
        return held


def _place(originator: str, id_: str, version: int) -> bytes:
    return bound_to("body", "own", originator, id_, version)
