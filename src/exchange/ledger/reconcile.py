"""Compares the ledgers of two nodes: what one says it sent with what the other says it took in, in both directions.

Works on two exports that were verified before (`exchange.ledger.verify`): nothing is verified here, and lines that are
not entries are passed over. An envelope is known by (sender, recipient, epoch, seq) and its digest.
Spec: docs/spec/ledger.md §8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from exchange.crypto.encoding import read_canonical
from exchange.errors import BadInput, Code
from exchange.ledger.entries import Entry, number, read, text
from exchange.ledger.export import KIND, MAX_LINE, split_entry
from exchange.model.claims import JsonObject, JsonValue

MAX_LISTED: Final = 10_000
"""Envelopes listed in each class; all are counted."""


class Place(NamedTuple):
    """One number of one stream."""

    sender: str
    recipient: str
    epoch: int
    seq: int


class Difference(NamedTuple):
    """One envelope on which the two ledgers do not agree, or not yet."""

    place: Place
    here: str | None
    """Digest (hex) in the first export; None if it does not name the envelope."""
    there: str | None


@dataclass(slots=True)
class Class:
    """How many, and which."""

    count: int = 0
    listed: list[Difference] = field(default_factory=list)

    def add(self, difference: Difference) -> None:
        self.count += 1
        if len(self.listed) < MAX_LISTED:
            self.listed.append(difference)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """`here` is the first export, `there` the second."""

    here: str
    there: str
    matched: int
    """Numbers with the same envelope on both sides."""
    in_flight: Class
    """One side names it; the other had not seen it, or may not have, when its export was made."""
    missing_here: Class
    """The other side proves it (it received it from us, or holds our receipt), and our ledger lacks it."""
    missing_there: Class
    different: Class
    """Both name the number, with other envelopes, or with an outcome that the receipt contradicts."""

    @property
    def agrees(self) -> bool:
        return not (self.missing_here.count or self.missing_there.count or self.different.count)

    def document(self) -> JsonObject:
        """The result as JSON."""
        classes: JsonObject = {"in_flight": _listed(self.in_flight), "different": _listed(self.different)}
        classes |= {"missing_here": _listed(self.missing_here), "missing_there": _listed(self.missing_there)}
        return {"here": self.here, "there": self.there, "agrees": self.agrees, "matched": self.matched, **classes}


@dataclass(slots=True)
class _Sent:
    """One number as its sender's ledger has it."""

    digests: tuple[str, ...]
    """The release and, if it was replaced, the void."""
    outcome: str | None = None
    answered: str = ""
    """When its receipt came."""


@dataclass(slots=True)
class _Side:
    """What one export says about the traffic with the other node."""

    node: str
    exported: str
    sent: dict[Place, _Sent] = field(default_factory=dict)
    taken: dict[Place, tuple[str, str, str]] = field(default_factory=dict)
    """Place -> (time, digest, outcome)."""

    def see(self, entry: Entry) -> None:
        kind = entry["kind"]
        if kind in ("release.released", "envelope.void"):
            place = self._place(entry, self.node, text(entry, "recipient"))
            known = self.sent.get(place)
            digests = () if known is None else known.digests
            self.sent[place] = _Sent((*digests, text(entry, "envelope")))
        elif kind == "message.sent":
            # One that was approved stands behind the release of the same number.
            place = self._place(entry, self.node, text(entry, "recipient"))
            self.sent.setdefault(place, _Sent((text(entry, "envelope"),)))
        elif kind == "receipt.received":
            sent = self.sent.get(self._place(entry, self.node, text(entry, "recipient")))
            if sent is not None and entry["envelope"] in sent.digests:
                sent.outcome, sent.answered = text(entry, "outcome"), text(entry, "at")
        elif kind in ("envelope.received", "envelope.refused"):
            # A void is logged as refused with the code VOID and answered `accepted`: nothing of it was refused.
            accepted = kind == "envelope.received" or entry["code"] == "VOID"
            place = self._place(entry, text(entry, "sender"), self.node)
            outcome = "accepted" if accepted else "refused"
            self.taken[place] = (text(entry, "at"), text(entry, "envelope"), outcome)

    @staticmethod
    def _place(entry: Entry, sender: str, recipient: str) -> Place:
        return Place(sender, recipient, number(entry, "epoch"), number(entry, "seq"))


def reconcile(a_lines: Iterable[bytes], b_lines: Iterable[bytes]) -> Reconciliation:
    """Compares two exports line by line. BadInput(EXPORT_MALFORMED or ENTRY_MALFORMED) if one is not an export."""
    here, there = _read(a_lines), _read(b_lines)
    if here.node == there.node:
        raise BadInput(Code.EXPORT_MALFORMED, node=there.node)
    result = Reconciliation(here.node, there.node, 0, Class(), Class(), Class(), Class())
    matched = _direction(here, there, result, ours=True) + _direction(there, here, result, ours=False)
    return Reconciliation(
        here=here.node,
        there=there.node,
        matched=matched,
        in_flight=result.in_flight,
        missing_here=result.missing_here,
        missing_there=result.missing_there,
        different=result.different,
    )


def _direction(sender: _Side, receiver: _Side, result: Reconciliation, *, ours: bool) -> int:
    """Sorts every number that `sender` sent to `receiver`, or that `receiver` says so. Returns the matches."""
    matched = 0
    at_receiver, at_sender = (
        (result.missing_there, result.missing_here) if ours else (result.missing_here, result.missing_there)
    )
    for place, sent in sender.sent.items():
        if place.recipient != receiver.node:
            continue
        taken = receiver.taken.get(place)
        difference = _difference(place, sent.digests[-1], None if taken is None else taken[1], ours=ours)
        if taken is None:
            # Without a receipt, or with one that came after the other file was made, nothing says that it is lost.
            late = sent.outcome is None or sent.answered > receiver.exported
            (result.in_flight if late else at_receiver).add(difference)
        elif taken[1] not in sent.digests or sent.outcome not in (None, taken[2]):
            result.different.add(difference)
        else:
            matched += 1
    for place, (at, digest, _) in receiver.taken.items():
        if place.sender == sender.node and place not in sender.sent:
            difference = _difference(place, None, digest, ours=ours)
            (result.in_flight if at > sender.exported else at_sender).add(difference)
    return matched


def _difference(place: Place, sent: str | None, taken: str | None, *, ours: bool) -> Difference:
    return Difference(place, sent, taken) if ours else Difference(place, taken, sent)


def _read(lines: Iterable[bytes]) -> _Side:
    rest = iter(lines)
    side = _head(next(rest, b""))
    for entry in _entries(rest):
        side.see(entry)
    return side


def _head(line: bytes) -> _Side:
    try:
        head = read_canonical(line.rstrip(b"\n"), limit=MAX_LINE)
    except BadInput as error:
        raise BadInput(Code.EXPORT_MALFORMED, at="line 1") from error
    if not isinstance(head, dict) or head.get("kind") != KIND:
        raise BadInput(Code.EXPORT_MALFORMED, at="line 1")
    node, exported = head.get("node"), head.get("exported")
    if not isinstance(node, str) or not isinstance(exported, str):
        raise BadInput(Code.EXPORT_MALFORMED, at="line 1")
    return _Side(node, exported)


def _entries(lines: Iterator[bytes]) -> Iterator[Entry]:
    for line in lines:
        found = split_entry(line)
        if found is not None:
            yield read(found[0])


def _listed(class_: Class) -> JsonObject:
    listed: list[JsonValue] = [
        {**each.place._asdict(), "here": each.here, "there": each.there} for each in class_.listed
    ]
    return {"count": class_.count, "listed": listed}
