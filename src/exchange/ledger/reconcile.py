"""Compares the ledgers of two nodes: what one says it sent with what the other says it took in, in both directions.

Works on two exports that were verified before (`exchange.ledger.verify`): nothing is verified here, and lines that are
not entries are passed over. An envelope is known by (sender, recipient, epoch, seq) and its digest.
Spec: docs/spec/ledger.md §8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from exchange.crypto.encoding import read_canonical
from exchange.errors import BadInput, Code
from exchange.ledger.classes import ALARMS, Answer, Class, Proof, Sent, Taken, View, classify, proof
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
    proof: Proof | None
    """Whose word its own signature contradicts, where one does."""


@dataclass(slots=True)
class Listed:
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
    classes: Mapping[Class, Listed]
    """Every class but `matched`."""

    @property
    def in_flight(self) -> Listed:
        return self.classes[Class.IN_FLIGHT]

    @property
    def agrees(self) -> bool:
        return not any(self.classes[each].count for each in ALARMS)

    def document(self) -> JsonObject:
        """The result as JSON."""
        classes: JsonObject = {each.value: _listed(found) for each, found in self.classes.items()}
        return {"here": self.here, "there": self.there, "agrees": self.agrees, "matched": self.matched, **classes}


@dataclass(slots=True)
class _Side:
    """What one export says about the traffic with others."""

    node: str
    exported: str
    sent: dict[Place, Sent] = field(default_factory=dict)
    taken: dict[Place, Taken] = field(default_factory=dict)

    def see(self, entry: Entry) -> None:
        kind = entry["kind"]
        if kind in ("release.released", "envelope.void", "message.sent"):
            self._sent(self._place(entry, self.node, text(entry, "recipient")), entry)
        elif kind == "receipt.received":
            place = self._place(entry, self.node, text(entry, "recipient"))
            answer = Answer(text(entry, "envelope"), text(entry, "outcome"), text(entry, "at"))
            self.sent[place] = self.sent.get(place, Sent((), answer.at))._replace(answer=answer)
        elif kind in ("envelope.received", "envelope.refused"):
            # A void is logged as refused with the code VOID and answered `accepted`: nothing of it was refused.
            accepted = kind == "envelope.received" or entry["code"] == "VOID"
            place = self._place(entry, text(entry, "sender"), self.node)
            outcome = "accepted" if accepted else "refused"
            self.taken[place] = Taken(text(entry, "envelope"), outcome, text(entry, "at"))

    def _sent(self, place: Place, entry: Entry) -> None:
        envelope, known = text(entry, "envelope"), self.sent.get(place)
        if known is None:
            self.sent[place] = Sent((envelope,), text(entry, "at"))
        elif envelope not in known.envelopes:  # a message that was approved stands behind the release of its number
            self.sent[place] = known._replace(envelopes=(*known.envelopes, envelope))

    def last(self, places: Iterable[Place], sender: str, recipient: str) -> tuple[int, int]:
        """The highest (epoch, seq) of a stream among `places`."""
        stream = (sender, recipient)
        return max(((each.epoch, each.seq) for each in places if each[:2] == stream), default=(0, 0))

    @staticmethod
    def _place(entry: Entry, sender: str, recipient: str) -> Place:
        return Place(sender, recipient, number(entry, "epoch"), number(entry, "seq"))


def reconcile(a_lines: Iterable[bytes], b_lines: Iterable[bytes]) -> Reconciliation:
    """Compares two exports line by line. BadInput(EXPORT_MALFORMED or ENTRY_MALFORMED) if one is not an export."""
    here, there = _read(a_lines), _read(b_lines)
    if here.node == there.node:
        raise BadInput(Code.EXPORT_MALFORMED, node=there.node)
    classes: dict[Class, Listed] = {each: Listed() for each in Class if each is not Class.MATCHED}
    matched = _direction(here, there, classes, ours=True) + _direction(there, here, classes, ours=False)
    return Reconciliation(here.node, there.node, matched, classes)


def _direction(sender: _Side, recipient: _Side, classes: Mapping[Class, Listed], *, ours: bool) -> int:
    """Sorts every number of the stream from `sender` to `recipient` that one of them names. Returns the matches."""
    matched, stream = 0, (sender.node, recipient.node)
    last_sent, last_taken = sender.last(sender.sent, *stream), recipient.last(recipient.taken, *stream)
    named = dict.fromkeys((*sender.sent, *recipient.taken))
    for place in named:
        if place[:2] != stream:
            continue
        sent, taken = sender.sent.get(place), recipient.taken.get(place)
        at = (place.epoch, place.seq)
        view = View(sender.exported, recipient.exported, last_sent > at, last_taken > at)
        class_ = classify(sent, taken, view)
        if class_ is Class.MATCHED:
            matched += 1
            continue
        told = (_shown(sent), None if taken is None else taken.envelope)
        here, there = told if ours else reversed(told)
        classes[class_].add(Difference(place, here, there, proof(class_, sent, taken, stream)))
    return matched


def _shown(sent: Sent | None) -> str | None:
    return sent.envelopes[-1] if sent is not None and sent.envelopes else None


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


def _listed(found: Listed) -> JsonObject:
    listed: list[JsonValue] = [
        {**each.place._asdict(), "here": each.here, "there": each.there, **_proof(each.proof)} for each in found.listed
    ]
    return {"count": found.count, "listed": listed}


def _proof(found: Proof | None) -> JsonObject:
    return {"contradicted": None, "by": None} if found is None else {"contradicted": found.node, "by": found.by}
