"""One data key per record, wrapped by the node's key. Destroying the wrapped key erases every version of the record.

Our own record and a partner's copy of the same (originator, id) have different keys: `held` is `own` or `received`.
Unwrapped keys live for one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress

from sqlalchemy import ColumnElement, and_, bindparam, delete, select, update

from exchange.errors import Code, NotFound, Unavailable
from exchange.model.records import Ref
from exchange.store import bulk
from exchange.store.session import Session, bound_to, steps
from exchange.store.statements import Lock, Statement
from exchange.store.tables import record_keys

_K = record_keys.c
_KEYS = Statement(select(_K.originator, _K.id, _K.wrapped).where(_K.held == bindparam("held")), among=_K.id)


class RecordKeys:
    """The data keys that one transaction has used."""

    def __init__(self, session: Session, held: str) -> None:
        self._session = session
        self._held = held
        self._known: dict[Ref, bytes] = {}

    def of(self, refs: Sequence[Ref]) -> list[bytes]:
        """The key of each ref, in order. NotFound when a record has none (never stored, or erased)."""
        self._load(refs)
        try:
            return [self._known[ref] for ref in refs]
        except KeyError:
            raise NotFound(Code.NOT_FOUND, at="record") from None

    def one(self, ref: Ref) -> bytes:
        return self.of([ref])[0]

    def hold(self, refs: Sequence[Ref]) -> None:
        """Until this transaction ends, nobody destroys these keys. Of some there may be none."""
        for ref in refs:
            self._known.pop(ref, None)
        self._load(refs, Lock.SHARE)

    def create(self, refs: Iterable[Ref]) -> None:
        """New keys for new records. Conflict(ALREADY_EXISTS) when one has a key."""
        bulk.add(self._session, record_keys, self._new(refs))

    def ensure(self, refs: Sequence[Ref]) -> None:
        """Keys for records that may be known or new; where two writers are first at once, one key wins for both.

        Known keys are locked: who destroys one waits, or has destroyed it before it is used here."""
        self._load(refs, Lock.SHARE)
        rows = self._new(sorted({ref for ref in refs if ref not in self._known}))
        if not rows:
            return
        bulk.keep(self._session, record_keys, rows)
        if self._session.postgresql:
            for id_, originator, _, _ in rows:
                del self._known[Ref(originator, id_)]
            self._load(refs, Lock.SHARE)

    def destroy(self, refs: Iterable[Ref]) -> None:
        """The wrapped key goes: what it sealed opens no more, in no backup of the rows either."""
        self._session.destroyed = True
        for ref in sorted(set(refs)):
            self._known.pop(ref, None)
            self._session.connection.execute(delete(record_keys).where(self._row(ref)))

    def renew(self, ref: Ref) -> bytes:
        """A new key in the place of the old one, which is gone. Call `own` first and reseal what must stay."""
        self._session.destroyed = True
        dek, wrapped = self._session.at_rest.new_key(self._place(ref))
        self._session.connection.execute(update(record_keys).where(self._row(ref)).values(wrapped=wrapped))
        self._known[ref] = dek
        return dek

    def own(self, refs: Sequence[Ref]) -> None:
        """Takes the keys' locks: until the end nobody seals under them. A damaged key too: it can be destroyed."""
        for ref in refs:
            self._known.pop(ref, None)
        self._load(refs, Lock.OWN, damaged=True)

    def _new(self, refs: Iterable[Ref]) -> list[tuple[str, str, str, bytes]]:
        rows = []
        for ref in refs:
            dek, wrapped = self._session.at_rest.new_key(self._place(ref))
            self._known[ref] = dek
            rows.append((ref.id, ref.originator, self._held, wrapped))
        return rows

    def _row(self, ref: Ref) -> ColumnElement[bool]:
        return and_(_K.id == ref.id, _K.originator == ref.originator, _K.held == self._held)

    def _load(self, refs: Sequence[Ref], lock: Lock = Lock.NONE, *, damaged: bool = False) -> None:
        """`damaged`: a key that cannot be unwrapped stays unknown, and raises when somebody wants to use it."""
        missing = {ref for ref in refs if ref not in self._known}
        for ids in steps(ref.id for ref in missing):
            found = self._session.rows(_KEYS, lock, held=self._held, among=self._session.listed(ids))
            for originator, id_, wrapped in found:
                ref = Ref(originator, id_)
                if ref in missing:
                    with suppress(Unavailable) if damaged else nullcontext():
                        self._known[ref] = self._session.at_rest.unwrap(wrapped, self._place(ref))

    def _place(self, ref: Ref) -> bytes:
        return bound_to("key", self._held, ref.originator, ref.id)
