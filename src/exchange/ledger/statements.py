"""What two nodes tell each other of the streams between them: signed statements, and the rows of one block.

A statement has one digest for every 1,000 numbers, so that equal histories cost a few hundred bytes; rows go over the
wire only where digests differ. Pure: the documents and their form, no store. Spec: docs/spec/ledger.md §8.2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from exchange.crypto.encoding import JsonObject, JsonValue, canonical, digest, read_canonical
from exchange.crypto.fields import HEX32, NODE, Fields, read_time
from exchange.errors import BadInput, Code

TYPE: Final = "exchange/reconcile/1"
BLOCK: Final = 1000
"""Numbers of a stream under one digest: block n has n·1000+1 to (n+1)·1000."""
MAX_EPOCHS: Final = 8
"""Epochs of one direction, the newest."""
RECENT_BLOCKS: Final = 64
"""Blocks of the newest epoch, the last ones."""
OLDER_BLOCKS: Final = 4
"""Blocks of each epoch before it, the last ones."""
MAX_READ: Final = 8
"""Differing blocks whose rows are exchanged in one run; the others are only counted."""
MAX_WIRE: Final = 384 << 10
"""Bytes of a signed statement or of the signed rows of a block."""
OPEN: Final = "open"
ROWS: Final = "rows"
NO_OUTCOME: Final = "-"
_OUTCOMES: Final = frozenset({"accepted", "refused", NO_OUTCOME})
_OPEN_MEMBERS: Final = ("v", "step", "node", "to", "issued", "day", "run", "streams")
_ROWS_MEMBERS: Final = ("v", "step", "node", "to", "issued", "run", "sender", "epoch", "block", "rows")
_STREAM_MEMBERS: Final = ("sender", "epoch", "first", "last", "blocks")


class Row(NamedTuple):
    """One number as a node has it."""

    seq: int
    envelope: str
    """Hex digest: of a receipt that came, what it names; else what would be sent now, or was taken in."""
    outcome: str
    """`accepted` or `refused`; `-` where no receipt has come."""
    at: str
    """The receipt's date; of what has none, when it was released; at the recipient, when it was taken in."""
    other: str = ""
    """Hex digest of the envelope that a void without a receipt replaced."""


class Block(NamedTuple):
    """1,000 numbers of one stream."""

    sender: str
    epoch: int
    number: int


class Stream(NamedTuple):
    """One epoch of one direction, from `first` to `last`, with a digest for each block in between."""

    sender: str
    epoch: int
    first: int
    """The first number of a block."""
    last: int
    blocks: tuple[str, ...]

    def digest(self, number: int) -> str | None:
        """Of block `number`, None if this stream does not reach it."""
        at = number - (self.first - 1) // BLOCK
        return self.blocks[at] if 0 <= at < len(self.blocks) else None


@dataclass(frozen=True)
class Statement:
    """What `node` has of both directions between it and `to`."""

    node: str
    to: str
    issued: str
    day: str
    """`YYYY-MM-DD` of the asker."""
    run: str
    """Empty in a question; in an answer, the digest of the question."""
    streams: tuple[Stream, ...]

    def to_bytes(self) -> bytes:
        value: JsonObject = {"v": 1, "step": OPEN, "node": self.node, "to": self.to, "issued": self.issued}
        streams: list[JsonValue] = [{**each._asdict(), "blocks": list(each.blocks)} for each in self.streams]
        return canonical({**value, "day": self.day, "run": self.run, "streams": streams})

    @cached_property
    def digest(self) -> str:
        """Hex; of a question, the name of the run."""
        return digest(TYPE, self.to_bytes()).hex()

    @cached_property
    def by_place(self) -> Mapping[tuple[str, int], Stream]:
        return {(each.sender, each.epoch): each for each in self.streams}

    def block(self, place: Block) -> str | None:
        """The digest of a block; None if this side has nothing of it."""
        stream = self.by_place.get(place[:2])
        return None if stream is None else stream.digest(place.number)


@dataclass(frozen=True, slots=True)
class Said:
    """The rows that `node` has of one block."""

    node: str
    to: str
    issued: str
    run: str
    place: Block
    rows: tuple[Row, ...]

    def to_bytes(self) -> bytes:
        value: JsonObject = {"v": 1, "step": ROWS, "node": self.node, "to": self.to, "issued": self.issued}
        sender, epoch, block = self.place
        rows: list[JsonValue] = [list(each) for each in self.rows]
        return canonical({**value, "run": self.run, "sender": sender, "epoch": epoch, "block": block, "rows": rows})


EMPTY: Final = digest(TYPE).hex()
"""Digest of a block without rows, which nobody states."""


def block_digest(epoch: int, rows: Iterable[Row]) -> str:
    """Hex SHA-256 of PAE(type, one `epoch seq envelope outcome` a row): what both sides must have alike."""
    return digest(TYPE, *(f"{epoch} {row.seq} {row.envelope} {row.outcome}".encode() for row in rows)).hex()


def read_statement(data: bytes) -> Statement | Said:
    """A question, an answer, or rows; its form is checked, no signature. BadInput(VALUE_NOT_ALLOWED, at=member)."""
    value = read_canonical(data, limit=MAX_WIRE)
    step = value.get("step") if isinstance(value, dict) else None
    if step == OPEN:
        return _statement(Fields(value, _OPEN_MEMBERS, Code.VALUE_NOT_ALLOWED))
    if step == ROWS:
        return _said(Fields(value, _ROWS_MEMBERS, Code.VALUE_NOT_ALLOWED))
    raise BadInput(Code.VALUE_NOT_ALLOWED, at="step")


def differing(asked: Statement, answered: Statement) -> list[Block]:
    """The blocks that the two do not have alike, in order. What lies before the window of either is left out
    here and counted by `left_out`."""
    found = []
    for sender, epoch in places(asked, answered):
        first, last = reach(asked, answered, (sender, epoch))
        for number in range((first - 1) // BLOCK, (last - 1) // BLOCK + 1):
            place = Block(sender, epoch, number)
            if asked.block(place) != answered.block(place):
                found.append(place)
    return found


def left_out(asked: Statement, answered: Statement) -> int:
    """How many blocks one of the two has that are not compared, because the other's window or epochs begin later.

    Who names later ones than there are would else choose what is compared.
    """
    compared, found = set(places(asked, answered)), 0
    for stream in (*asked.streams, *answered.streams):
        before = len(stream.blocks)
        if stream[:2] in compared:
            before = min(before, (reach(asked, answered, stream[:2])[0] - stream.first) // BLOCK)
        found += before
    return found


def places(asked: Statement, answered: Statement) -> list[tuple[str, int]]:
    """(sender, epoch) of each stream that is compared."""
    named = {*asked.by_place, *answered.by_place}
    return sorted(each for each in named if all(each[1] >= _oldest(side, each[0]) for side in (asked, answered)))


def reach(asked: Statement, answered: Statement, place: tuple[str, int]) -> tuple[int, int]:
    """(first, last) number of one stream that is compared."""
    found = [side.by_place[place] for side in (asked, answered) if place in side.by_place]
    return max(each.first for each in found), max(each.last for each in found)


def _oldest(side: Statement, sender: str) -> int:
    """The oldest epoch that the side would have named."""
    epochs = [each.epoch for each in side.streams if each.sender == sender]
    return min(epochs) if len(epochs) == MAX_EPOCHS else 0


def _statement(fields: Fields) -> Statement:
    fields.integer("v", 1, 1)
    node, to, issued = _between(fields)
    day = fields.free_text("day", 10)
    read_time(f"{day}T00:00:00Z")
    run = "" if fields.raw("run") == "" else fields.text("run", HEX32)
    streams = tuple(_stream(each) for each in fields.objects("streams", _STREAM_MEMBERS, 2 * MAX_EPOCHS))
    keys = [(each.sender, each.epoch) for each in streams]
    newest = {sender: max(epoch for code, epoch in keys if code == sender) for sender, _ in keys}
    if keys != sorted(set(keys)) or not {sender for sender, _ in keys} <= {node, to}:
        raise fields.fault("streams")
    if any(each.first != window(each.last, newest=each.epoch == newest[each.sender]) for each in streams):
        raise fields.fault("streams")
    if any(sum(sender == code for sender, _ in keys) > MAX_EPOCHS for code in (node, to)):
        raise fields.fault("streams")
    return Statement(node, to, issued, day, run, streams)


def window(last: int, *, newest: bool) -> int:
    """The first number that a statement covers of a stream that ends at `last`."""
    blocks = RECENT_BLOCKS if newest else OLDER_BLOCKS
    return max(0, (last - 1) // BLOCK + 1 - blocks) * BLOCK + 1


def _stream(fields: Fields) -> Stream:
    first, last = fields.integer("first", 1), fields.integer("last", 1)
    blocks = tuple(_hex(each) for each in fields.items("blocks", RECENT_BLOCKS))
    if (first - 1) % BLOCK or last < first or len(blocks) != (last - 1) // BLOCK - (first - 1) // BLOCK + 1:
        raise fields.fault("blocks")
    if EMPTY in blocks:
        raise fields.fault("blocks")
    return Stream(fields.text("sender", NODE), fields.integer("epoch", 1), first, last, blocks)


def _said(fields: Fields) -> Said:
    fields.integer("v", 1, 1)
    node, to, issued = _between(fields)
    place = Block(fields.text("sender", NODE), fields.integer("epoch", 1), fields.integer("block"))
    rows = read_rows(fields.items("rows", BLOCK), place, ours=place.sender == node)
    return Said(node, to, issued, fields.text("run", HEX32), place, rows)


def read_rows(values: Sequence[JsonValue], place: Block, *, ours: bool) -> tuple[Row, ...]:
    """Rows of a block by rising number. `ours`: the sender's own, which may lack a receipt."""
    rows = tuple(_row(each) for each in values)
    numbers = [each.seq for each in rows]
    low = place.number * BLOCK
    if numbers != sorted(set(numbers)) or (numbers and not low < numbers[0] <= numbers[-1] <= low + BLOCK):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="rows")
    if not ours and any(each.outcome == NO_OUTCOME or each.other for each in rows):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="rows")
    return rows


def _row(value: JsonValue) -> Row:
    if not isinstance(value, list) or len(value) != 5:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="rows")
    seq, envelope, outcome, at, other = value
    if type(seq) is not int or not isinstance(outcome, str) or outcome not in _OUTCOMES or not isinstance(at, str):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="rows")
    read_time(at)
    return Row(seq, _hex(envelope), outcome, at, "" if other == "" else _hex(other))


def _hex(value: JsonValue) -> str:
    if not isinstance(value, str) or HEX32.fullmatch(value) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="digest")
    return value


def _between(fields: Fields) -> tuple[str, str, str]:
    node, to, issued = fields.text("node", NODE), fields.text("to", NODE), fields.free_text("issued", 20)
    read_time(issued)
    if node == to:
        raise fields.fault("to")
    return node, to, issued
