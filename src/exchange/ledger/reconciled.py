"""The result of a day's reconciliation: one document that two nodes compute apart and both sign.

It holds numbers of the streams between the two and classes, nothing of a record and nothing of a third state. The same
two statements and rows give the same bytes on both sides. Spec: docs/spec/ledger.md §8.2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from exchange.crypto.encoding import JsonObject, JsonValue, canonical, digest, read_canonical
from exchange.crypto.fields import HEX32, NODE, Fields, read_time
from exchange.errors import BadInput, Code
from exchange.ledger.classes import ALARMS, Answer, Class, Sent, Taken, View, classify
from exchange.ledger.statements import BLOCK, MAX_EPOCHS, NO_OUTCOME, Block, Row, Statement, left_out, places, reach

TYPE: Final = "exchange/reconciled/1"
MAX_DOCUMENT: Final = 32 << 10
MAX_LISTED: Final = 100
"""Differences that are named; all are counted."""
_MEMBERS: Final = ("v", "asker", "answerer", "day", "at", "statements", "ranges", "counts", "unread", "differences")
_R: Final = ("sender", "epoch", "first", "last")
_N: Final = ("sender", "epoch", "seq", "class")


class Number(NamedTuple):
    """One number that the two do not have alike."""

    sender: str
    epoch: int
    seq: int
    class_: Class


@dataclass(frozen=True, slots=True)
class Result:
    """What two nodes found between them."""

    asker: str
    answerer: str
    day: str
    at: str
    """When the asker spoke."""
    statements: tuple[str, str]
    """Digests of what the two said, the asker's first: the name of the run."""
    ranges: tuple[tuple[str, int, int, int], ...]
    """(sender, epoch, first, last) of each stream compared."""
    counts: Mapping[Class, int]
    unread: int
    """Blocks that differ and whose rows were not exchanged in this run, and blocks that were not compared."""
    differences: tuple[Number, ...]
    """The first contradictions, in order."""

    @property
    def run(self) -> str:
        return self.statements[0]

    @property
    def clean(self) -> bool:
        return not self.unread and not any(self.counts[each] for each in ALARMS)

    @property
    def findings(self) -> str:
        """Hex digest of what is wrong; empty when nothing is. The same faults of another day give the same."""
        if self.clean:
            return ""
        wrong = {each.value: self.counts[each] for each in ALARMS}
        return digest(TYPE, canonical({"wrong": wrong, "unread": self.unread, "which": self._listed()})).hex()

    def _listed(self) -> list[JsonValue]:
        return [[sender, epoch, seq, class_.value] for sender, epoch, seq, class_ in self.differences]

    def to_bytes(self) -> bytes:
        value: JsonObject = {"v": 1, "asker": self.asker, "answerer": self.answerer, "day": self.day, "at": self.at}
        counts: JsonObject = {each.value: self.counts[each] for each in Class}
        ranges: list[JsonValue] = [list(each) for each in self.ranges]
        more: JsonObject = {"ranges": ranges, "counts": counts, "unread": self.unread, "differences": self._listed()}
        return canonical({**value, **more, "statements": list(self.statements)})


def digest_of(document: bytes) -> str:
    """Hex digest of a result: what the ledger names."""
    return digest(TYPE, document).hex()


def compute(
    asked: Statement, answered: Statement, equal: int, rows: Mapping[tuple[str, Block], tuple[Row, ...]], unread: int
) -> Result:
    """The result of two statements. `equal`: numbers in the blocks that are alike; `rows`: of the others, by node.
    `unread`: differing blocks whose rows were not exchanged."""
    counts: Counter[Class] = Counter({Class.MATCHED: equal})
    wrong: list[Number] = []
    for number in _classified(asked, answered, rows):
        counts[number.class_] += 1
        if number.class_ in ALARMS and len(wrong) < MAX_LISTED:
            wrong.append(number)
    streams = [(place, reach(asked, answered, place)) for place in places(asked, answered)]
    return Result(
        asker=asked.node,
        answerer=answered.node,
        day=asked.day,
        at=asked.issued,
        statements=(asked.digest, answered.digest),
        ranges=tuple((*place, first, last) for place, (first, last) in streams),
        counts={each: counts[each] for each in Class},
        unread=unread + left_out(asked, answered),
        differences=tuple(wrong),
    )


def _classified(
    asked: Statement, answered: Statement, rows: Mapping[tuple[str, Block], tuple[Row, ...]]
) -> Iterator[Number]:
    sides = {asked.node: asked, answered.node: answered}
    for place in sorted({block for _, block in rows}):
        sender = sides[place.sender]
        recipient = answered if sender is asked else asked
        sent = {row.seq: _sent(row) for row in rows.get((sender.node, place), ())}
        taken = {row.seq: Taken(row.envelope, row.outcome, row.at) for row in rows.get((recipient.node, place), ())}
        ends = _end(sender, place.sender), _end(recipient, place.sender)
        for seq in sorted({*sent, *taken}):
            beyond = [end > (place.epoch, seq) for end in ends]
            # An epoch that its sender does not name, or a number far above, is not what it sent while it spoke.
            made_up = place[:2] not in sender.by_place or seq > sender.by_place[place[:2]].last + BLOCK
            view = View(sender.issued, recipient.issued, beyond[0] or made_up, beyond[1])
            yield Number(place.sender, place.epoch, seq, classify(sent.get(seq), taken.get(seq), view))


def _sent(row: Row) -> Sent:
    envelopes = (row.other, row.envelope) if row.other else (row.envelope,)
    return Sent(envelopes, row.at, None if row.outcome == NO_OUTCOME else Answer(row.envelope, row.outcome, row.at))


def _end(side: Statement, sender: str) -> tuple[int, int]:
    return max(((each.epoch, each.last) for each in side.streams if each.sender == sender), default=(0, 0))


def read_result(data: bytes) -> Result:
    """The result as a document has it; no signature is looked at. BadInput(VALUE_NOT_ALLOWED, at=member)."""
    fields = Fields(read_canonical(data, limit=MAX_DOCUMENT), _MEMBERS, Code.VALUE_NOT_ALLOWED)
    fields.integer("v", 1, 1)
    asker, answerer = fields.text("asker", NODE), fields.text("answerer", NODE)
    day, at = fields.free_text("day", 10), fields.free_text("at", 20)
    read_time(at)
    read_time(f"{day}T00:00:00Z")
    counts = fields.object("counts", tuple(each.value for each in Class))
    statements = fields.items("statements", 2)
    if len(statements) != 2 or not all(isinstance(each, str) and HEX32.fullmatch(each) for each in statements):
        raise fields.fault("statements")
    return Result(
        asker=asker,
        answerer=answerer,
        day=day,
        at=at,
        statements=(str(statements[0]), str(statements[1])),
        ranges=tuple(_range(each) for each in fields.items("ranges", 2 * MAX_EPOCHS)),
        counts={each: counts.integer(each.value) for each in Class},
        unread=fields.integer("unread"),
        differences=tuple(_number(each) for each in fields.items("differences", MAX_LISTED)),
    )


def _range(value: JsonValue) -> tuple[str, int, int, int]:
    if not isinstance(value, list) or len(value) != 4:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="ranges")
    fields = Fields(dict(zip(_R, value, strict=True)), _R, Code.VALUE_NOT_ALLOWED)
    return (
        fields.text("sender", NODE),
        fields.integer("epoch", 1),
        fields.integer("first", 1),
        fields.integer("last", 1),
    )


def _number(value: JsonValue) -> Number:
    if not isinstance(value, list) or len(value) != 4:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="differences")
    fields = Fields(dict(zip(_N, value, strict=True)), _N, Code.VALUE_NOT_ALLOWED)
    class_ = Class(fields.choice("class", [each.value for each in ALARMS]))
    return Number(fields.text("sender", NODE), fields.integer("epoch", 1), fields.integer("seq", 1), class_)
