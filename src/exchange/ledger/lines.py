"""Reads the lines of an audit export, strictly: the header, the entry lines, and the others by their one member.

What the lines say is judged in `exchange.ledger.verify`. Spec: docs/spec/ledger.md §5.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exchange.crypto.encoding import read_canonical
from exchange.crypto.fields import HEX32, NODE, Fields
from exchange.errors import BadInput, Code
from exchange.ledger import export
from exchange.ledger.report import Fault
from exchange.model.claims import JsonObject

_HEAD: Final = ("v", "kind", "node", "root_fingerprint", "exported", "size")


class UnreadableError(Exception):
    """What the lines are read from is broken, or not in our form: none can come any more."""


@dataclass(frozen=True, slots=True)
class Head:
    """The first line. Nothing in it is believed."""

    node: str
    root_fingerprint: str
    exported: str
    size: int


def read_head(line: bytes) -> Head:
    """The header. BadInput unless `line` is exactly one."""
    fields = Fields(_parse(line), _HEAD, Code.EXPORT_MALFORMED)
    fields.integer("v", export.VERSION, export.VERSION)
    fields.choice("kind", (export.KIND,))
    fields.time("exported")
    return Head(
        node=fields.text("node", NODE),
        root_fingerprint=fields.text("root_fingerprint", HEX32),
        exported=str(fields.raw("exported")),
        size=fields.integer("size"),
    )


def read_line(line: bytes) -> tuple[str, object]:
    """The one member of a line that is neither the header nor an entry."""
    value = _parse(line)
    if len(value) != 1:
        raise BadInput(Code.EXPORT_MALFORMED)
    return next(iter(value.items()))


def _parse(line: bytes) -> JsonObject:
    if not line.endswith(b"\n"):
        raise BadInput(Code.EXPORT_MALFORMED)
    return as_object(read_canonical(line[:-1], limit=export.MAX_LINE))


def as_object(value: object) -> JsonObject:
    """`value`, if it is an object; BadInput otherwise."""
    if not isinstance(value, dict):
        raise BadInput(Code.EXPORT_MALFORMED)
    return value


def why(line: bytes, index: int) -> Fault:
    """Names what is wrong with an entry line that is not the one expected at `index`."""
    try:
        value = _parse(line)
    except BadInput:
        return Fault.ENTRY_LINE
    if value.keys() != {"entry", "hash", "index", "salt"}:
        return Fault.ENTRY_LINE
    return Fault.ENTRY_HASH if value["index"] == index else Fault.ENTRY_INDEX
