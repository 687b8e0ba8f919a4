"""Copies of the store in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from exchange.errors import NotFound
from exchange.model.afterwards import CopyLine
from exchange.model.records import Ref
from exchange.model.state import Copy, RecordLine
from tests.operations.fake_rows import Rows, blind, placed


class Copies:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add(self, copies: Sequence[Copy]) -> None:
        self._rows.copies += copies

    def latest(self, ref: Ref) -> Copy | None:
        return max((each for each in self._rows.copies if each.ref == ref), key=lambda each: each.version, default=None)

    def newest(self, refs: Sequence[Ref], *, lock: bool) -> list[Copy]:
        del lock
        found = [self.latest(ref) for ref in refs]
        return [copy for copy in found if copy is not None]

    def lines(self, sender: str | None, after: Ref | None, limit: int, kind: str | None = None) -> list[RecordLine]:
        mine = [each for each in self._rows.copies if sender in (None, each.sender) and kind in (None, each.kind)]
        found = {each.ref: each for each in mine}
        ordered = sorted(found.values(), key=lambda each: placed(each.ref))
        shown = [each for each in ordered if after is None or placed(each.ref) > placed(after)][:limit]
        return [RecordLine(each.ref, each.version, each.kind, each.received_at, "received") for each in shown]

    def end_by(self, agreement_id: str, until: datetime) -> int:
        mine = [each for each in self._rows.copies if each.agreement_id == agreement_id]
        later = [each for each in mine if each.expires_at is None or each.expires_at > until]
        self._rows.copies = [replace(each, expires_at=until) if each in later else each for each in self._rows.copies]
        return len(later)

    def count(self, sender: str | None = None) -> int:
        return len({each.ref for each in self._rows.copies if sender in (None, each.sender)})

    def held_from(self, sender: str, refs: Sequence[Ref]) -> set[Ref]:
        return {each.ref for each in self._rows.copies if each.sender == sender} & set(refs)

    def first_hand(self, refs: Sequence[Ref], *, lock: bool) -> list[Copy]:
        del lock
        own = [each for each in self._rows.copies if each.sender == each.ref.originator]
        newest = {each.ref: each for each in sorted(own, key=lambda each: (each.version, each.received_at, each.seq))}
        return [newest[ref] for ref in refs if ref in newest]

    def as_sent(self, ref: Ref, version: int) -> Copy | None:
        found = [
            each
            for each in self._rows.copies
            if (each.ref, each.version, each.sender) == (ref, version, ref.originator)
        ]
        return max(found, key=lambda each: (each.received_at, each.seq), default=None)

    def ledger_refs(self, refs: Sequence[Ref]) -> list[bytes]:
        if not {each.ref for each in self._rows.copies}.issuperset(refs):
            raise NotFound(at="record")
        return [blind("copy", *ref) for ref in refs]

    def places(self, refs: Sequence[Ref], sender: str | None = None) -> list[CopyLine]:
        held = [each for each in self._rows.copies if each.ref in refs and sender in (None, each.sender)]
        return [_line(each) for each in sorted(held, key=lambda each: (each.received_at, each.sender, each.seq))]

    def two_newest(self, ref: Ref) -> list[Copy]:
        by_version = {each.version: each for each in self._rows.copies if each.ref == ref}
        return [by_version[version] for version in sorted(by_version, reverse=True)][:2]

    def at(self, sender: str, epoch: int, seq: int) -> list[Ref]:
        place = (sender, epoch, seq)
        return sorted(each.ref for each in self._rows.copies if (each.sender, each.epoch, each.seq) == place)

    def expired(self, now: datetime, limit: int) -> list[CopyLine]:
        due = [each for each in self._rows.copies if each.expires_at is not None and each.expires_at <= now]
        return [_line(each) for each in sorted(due, key=lambda each: (each.expires_at or now, each.ref.id))][:limit]

    def destroy(self, gone: Sequence[CopyLine]) -> None:
        self._rows.copies = [each for each in self._rows.copies if _line(each) not in gone]


def _line(kept: Copy) -> CopyLine:
    where, term = (kept.sender, kept.epoch, kept.seq), (kept.agreement_id, kept.purpose)
    return CopyLine(kept.ref, kept.version, *where, *term, kept.received_at, kept.expires_at)
