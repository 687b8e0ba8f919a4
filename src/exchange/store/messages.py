"""Messages of both directions. Each body is encrypted under a key of its own: destroying that key shreds the text.

What remains readable in the database are codes, times, partners, numbers and digests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_, update

from exchange.errors import NotFound
from exchange.model.messages import KEPT
from exchange.model.records import Ref
from exchange.model.state import MessageKey, StoredMessage
from exchange.store import bulk
from exchange.store.session import Session, bound_to, steps
from exchange.store.tables import NUMBERED, PROPOSED, UNANSWERED, message_refs, messages
from exchange.store.times import micros, moment

_M = messages.c
_N = message_refs.c
_LINE = [column for column in _M if column.name not in ("wrapped", "body")]


class SqlMessages:
    """Fits `ports.Messages`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, message: StoredMessage) -> None:
        """Conflict(ALREADY_EXISTS) when its key, its number or its proposal is taken."""
        place = _place(message.key)
        dek, wrapped = self._session.at_rest.new_key(place)
        body = self._session.at_rest.seal(dek, place, _salted(message))
        bulk.add(self._session, messages, [(*_row(message), wrapped, body)])

    def get(self, key: MessageKey) -> StoredMessage | None:
        return self._one(_named(key))

    def of_proposal(self, proposal_id: str) -> StoredMessage | None:
        return self._one(and_(_M.proposal_id == proposal_id, PROPOSED))

    def at(self, partner: str, direction: str, epoch: int, seq: int) -> StoredMessage | None:
        stream = and_(_M.partner == partner, _M.direction == direction)
        return self._one(and_(stream, _M.epoch == epoch, _M.seq == seq, NUMBERED))

    def sent(self, message: StoredMessage) -> None:
        """NotFound when there is no such message."""
        self._change(
            message.key,
            state=message.state,
            epoch=message.epoch,
            seq=message.seq,
            envelope_digest=message.envelope_digest,
            due_at=_micros(message.due_at),
        )

    def set_state(self, key: MessageKey, state: str) -> None:
        self._change(key, state=state)

    def answered(self, key: MessageKey, at: datetime, outcome: str) -> None:
        self._change(key, answered_at=func.coalesce(_M.answered_at, micros(at)), outcome=outcome)

    def reopen(self, key: MessageKey) -> None:
        self._change(key, answered_at=None, outcome=None)

    def shred(self, key: MessageKey) -> None:
        self._session.destroyed = True
        self._change(key, wrapped=None, body=None)

    def page(self, direction: str | None, after: MessageKey | None, limit: int) -> list[StoredMessage]:
        page = select(*_LINE)
        if direction is not None:
            page = page.where(_M.direction == direction)
        return self._behind(page, after, limit)

    def _behind(self, page: Select[Any], after: MessageKey | None, limit: int) -> list[StoredMessage]:
        if after is not None:
            created = self._session.connection.execute(select(_M.created_at).where(_named(after))).scalar()
            place = (created if created is not None else -1, *after)
            page = page.where(tuple_(_M.created_at, _M.id, _M.partner, _M.direction) > place)
        return self._lines(page.order_by(_M.created_at, _M.id, _M.partner, _M.direction).limit(limit))

    def recent(self, types: Sequence[str], before: MessageKey | None, limit: int) -> list[StoredMessage]:
        page = select(*_LINE)
        if types:
            page = page.where(_M.type.in_(sorted(types)))
        if before is not None:
            created = self._session.connection.execute(select(_M.created_at).where(_named(before))).scalar()
            place = (created if created is not None else -1, *before)
            page = page.where(tuple_(_M.created_at, _M.id, _M.partner, _M.direction) < place)
        newest = (_M.created_at.desc(), _M.id.desc(), _M.partner.desc(), _M.direction.desc())
        return self._lines(page.order_by(*newest).limit(limit))

    def of_thread(self, partner: str, thread: str) -> list[StoredMessage]:
        of = select(*_LINE).where(_M.thread == thread, _M.partner == partner)
        return self._lines(of.order_by(_M.created_at, _M.id, _M.direction))

    def name(self, key: MessageKey, refs: Sequence[Ref]) -> None:
        bulk.keep(self._session, message_refs, sorted({(ref.id, ref.originator, *key) for ref in refs}))

    def named(self, key: MessageKey) -> set[Ref]:
        of = and_(_N.message == key.id, _N.partner == key.partner, _N.direction == key.direction)
        rows = self._session.connection.execute(select(_N.originator, _N.id).where(of))
        return {Ref(row[0], row[1]) for row in rows}

    def about(self, refs: Sequence[Ref]) -> list[tuple[Ref, StoredMessage]]:
        same = and_(_N.message == _M.id, _N.partner == _M.partner, _N.direction == _M.direction)
        wanted, found = set(refs), []
        for ids in steps(ref.id for ref in refs):
            of = select(_N.originator, _N.id, *_LINE).join(messages, same).where(_N.id.in_(ids))
            for row in self._session.connection.execute(of.order_by(_M.created_at, _M.id, _M.direction)):
                if Ref(row[0], row[1]) in wanted:
                    found.append((Ref(row[0], row[1]), _line(row[2:])))
        return found

    def waiting(self, limit: int) -> list[StoredMessage]:
        return self._lines(select(*_LINE).where(UNANSWERED).order_by(_M.due_at, _M.id).limit(limit))

    def texts_before(
        self, agreement_id: str, before: datetime, after: MessageKey | None, limit: int
    ) -> list[StoredMessage]:
        of = and_(_M.agreement_id == agreement_id, _M.created_at < micros(before), _M.body.is_not(None))
        return self._behind(select(*_LINE).where(of), after, limit)

    def kept(self, limit: int) -> list[StoredMessage]:
        of = and_(_M.type == "recall", _M.outcome.in_(sorted(KEPT)), _M.state.in_(("sent", "refused", "received")))
        return self._lines(select(*_LINE).where(of).order_by(_M.due_at, _M.id).limit(limit))

    def _change(self, key: MessageKey, **values: Any) -> None:
        if self._session.connection.execute(update(messages).where(_named(key)).values(**values)).rowcount != 1:
            raise NotFound(message=key.id)

    def _one(self, condition: ColumnElement[bool]) -> StoredMessage | None:
        row = self._session.connection.execute(select(*_M).where(condition)).first()
        if row is None:
            return None
        line = _line(row[: len(_LINE)])
        if row.wrapped is None or row.body is None:
            return line
        place = _place(line.key)
        dek = self._session.at_rest.unwrap(row.wrapped, place)
        return _unsalted(line, self._session.at_rest.open(dek, place, row.body))

    def _lines(self, statement: Any) -> list[StoredMessage]:
        return [_line(row) for row in self._session.connection.execute(statement)]


def _named(key: MessageKey) -> ColumnElement[bool]:
    return and_(_M.id == key.id, _M.partner == key.partner, _M.direction == key.direction)


_SALTED = b"\x01"
"""Before a salt and a body. A body alone is canonical JSON and begins with a brace."""
_SALT = 16


def _salted(message: StoredMessage) -> bytes:
    if message.salt and len(message.salt) != _SALT:
        raise ValueError("salt size")
    return _SALTED + message.salt + message.body if message.salt else message.body


def _unsalted(line: StoredMessage, opened: bytes) -> StoredMessage:
    if not opened.startswith(_SALTED):
        return replace(line, body=opened)
    return replace(line, salt=opened[1 : 1 + _SALT], body=opened[1 + _SALT :])


def _place(key: MessageKey) -> bytes:
    return bound_to("message", *key)


def _micros(time: datetime | None) -> int | None:
    return None if time is None else micros(time)


def _moment(value: int | None) -> datetime | None:
    return None if value is None else moment(value)


def _row(message: StoredMessage) -> tuple[Any, ...]:
    return (
        *message.key, message.thread, message.type, message.agreement_id, message.state, micros(message.created_at),
        _micros(message.due_at), _micros(message.answered_at), message.outcome, message.epoch, message.seq,
        message.envelope_digest, message.proposal_id,
    )  # fmt: skip


def _line(row: Sequence[Any]) -> StoredMessage:
    (
        id_, partner, direction, thread, type_, agreement_id, state, created_at, due_at, answered_at, outcome, epoch,
        seq, envelope_digest, proposal_id,
    ) = row  # fmt: skip
    return StoredMessage(
        key=MessageKey(id_, partner, direction),
        thread=thread,
        type=type_,
        agreement_id=agreement_id,
        state=state,
        created_at=moment(created_at),
        body=b"",
        due_at=_moment(due_at),
        answered_at=_moment(answered_at),
        outcome=outcome,
        epoch=epoch,
        seq=seq,
        envelope_digest=envelope_digest,
        proposal_id=proposal_id,
    )
