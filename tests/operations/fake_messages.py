"""Messages of the store in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from exchange.errors import Conflict, NotFound
from exchange.model.messages import KEPT
from exchange.model.records import Ref
from exchange.model.state import MessageKey, StoredMessage
from tests.operations.fake_rows import Rows


class Messages:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add(self, message: StoredMessage) -> None:
        if message.key in self._rows.messages:
            raise Conflict(message=message.key.id)
        self._rows.messages[message.key] = message

    def get(self, key: MessageKey) -> StoredMessage | None:
        return self._rows.messages.get(key)

    def of_proposal(self, proposal_id: str) -> StoredMessage | None:
        return next((each for each in self._rows.messages.values() if each.proposal_id == proposal_id), None)

    def at(self, partner: str, direction: str, epoch: int, seq: int) -> StoredMessage | None:
        place = (partner, direction, epoch, seq)
        here = (each for each in self._rows.messages.values() if (*each.key[1:], each.epoch, each.seq) == place)
        return next(here, None)

    def sent(self, message: StoredMessage) -> None:
        known = self._known(message.key)
        self._rows.messages[message.key] = replace(
            known,
            state=message.state,
            epoch=message.epoch,
            seq=message.seq,
            envelope_digest=message.envelope_digest,
            due_at=message.due_at,
        )

    def set_state(self, key: MessageKey, state: str) -> None:
        self._rows.messages[key] = replace(self._known(key), state=state)

    def answered(self, key: MessageKey, at: datetime, outcome: str) -> None:
        known = self._known(key)
        self._rows.messages[key] = replace(known, answered_at=known.answered_at or at, outcome=outcome)

    def reopen(self, key: MessageKey) -> None:
        self._rows.messages[key] = replace(self._known(key), answered_at=None, outcome=None)

    def shred(self, key: MessageKey) -> None:
        self._rows.messages[key] = replace(self._known(key), body=b"", salt=b"")

    def page(self, direction: str | None, after: MessageKey | None, limit: int) -> list[StoredMessage]:
        found = sorted(self._rows.messages.values(), key=lambda each: (each.created_at, each.key))
        start = 0 if after is None else 1 + [each.key for each in found].index(after)
        return [_line(each) for each in found[start:] if direction in (None, each.key.direction)][:limit]

    def recent(self, types: Sequence[str], before: MessageKey | None, limit: int) -> list[StoredMessage]:
        found = list(reversed(self.page(None, None, 10_000)))
        start = 0 if before is None else 1 + [each.key for each in found].index(before)
        return [each for each in found[start:] if not types or each.type in types][:limit]

    def of_thread(self, partner: str, thread: str) -> list[StoredMessage]:
        return [each for each in self.page(None, None, 10_000) if (each.key.partner, each.thread) == (partner, thread)]

    def name(self, key: MessageKey, refs: Sequence[Ref]) -> None:
        self._rows.named |= {(ref, key) for ref in refs}

    def named(self, key: MessageKey) -> set[Ref]:
        return {ref for ref, of in self._rows.named if of == key}

    def about(self, refs: Sequence[Ref]) -> list[tuple[Ref, StoredMessage]]:
        lines = self.page(None, None, 10_000)
        return [(ref, line) for line in lines for ref in refs if (ref, line.key) in self._rows.named]

    def waiting(self, limit: int) -> list[StoredMessage]:
        open_ = [
            (each.due_at, each.key, each)
            for each in self._rows.messages.values()
            if each.due_at is not None and each.answered_at is None and each.state in ("sent", "refused", "received")
        ]
        return [_line(each) for _, _, each in sorted(open_)][:limit]

    def texts_before(
        self, agreement_id: str, before: datetime, after: MessageKey | None, limit: int
    ) -> list[StoredMessage]:
        lines = self.page(None, after, 10_000)
        here = [each for each in lines if self._rows.messages[each.key].body and each.created_at < before]
        return [each for each in here if each.agreement_id == agreement_id][:limit]

    def kept(self, limit: int) -> list[StoredMessage]:
        of = [each for each in self._rows.messages.values() if each.type == "recall" and each.outcome in KEPT]
        return [_line(each) for each in of if each.state in ("sent", "refused", "received")][:limit]

    def _known(self, key: MessageKey) -> StoredMessage:
        if key not in self._rows.messages:
            raise NotFound(message=key.id)
        return self._rows.messages[key]


def _line(message: StoredMessage) -> StoredMessage:
    return replace(message, body=b"")
