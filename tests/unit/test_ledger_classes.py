"""Random histories of a stream with faults put in: each fault is told with its class, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.crypto.encoding import canonical
from exchange.ledger.classes import Class, View, classify
from exchange.ledger.entries import entry
from exchange.ledger.export import EntryPart, entry_line
from exchange.ledger.reconcile import Place, reconcile
from tests.unit.ledger_kit import hex_of, ref_of, stamp

FAULTS = {
    "none": Class.MATCHED,
    "no receipt yet": Class.MATCHED,
    "voided": Class.MATCHED,
    "taken before the void": Class.MATCHED,
    "refused": Class.MATCHED,
    "dropped on the way": Class.LOST,
    "forgotten by the recipient": Class.PHANTOM_RECEIPT,
    "forgotten by the sender": Class.OMITTED,
    "another envelope": Class.EQUIVOCATED,
    "another outcome": Class.EQUIVOCATED,
}
EXPORTED = 24 * 60
"""Minute of both exports: a day after the beginning, so that nothing is late by its age alone."""


@dataclass
class Book:
    """The lines of one node's ledger; nothing is signed, because nothing is verified here."""

    node: str
    entries: list[bytes] = field(default_factory=list)

    def write(self, kind: str, minute: int, **members: str | int | list[str]) -> None:
        self.entries.append(entry(kind, at=stamp(minute), actor=self.node, **members))

    def lines(self) -> Iterator[bytes]:
        head = {"v": 1, "kind": "exchange-audit", "node": self.node, "root_fingerprint": "", "size": 0}
        yield canonical({**head, "exported": stamp(EXPORTED)}) + b"\n"
        for index, each in enumerate(self.entries):
            yield entry_line(index, EntryPart(each, bytes(32)))


def release(book: Book, recipient: str, seq: int, minute: int) -> None:
    digests = {"policy_digest": hex_of("p"), "digest": hex_of("d"), "envelope": hex_of("envelope", seq)}
    place: dict[str, str | int] = {"recipient": recipient, "epoch": 1, "seq": seq}
    under: dict[str, str | int] = {"agreement": "AG", "version": 1, "purpose": "p", "release": f"rel-{seq}"}
    book.write("release.released", minute, **digests, **place, **under, approvals=[], refs=[ref_of(seq)])


def take(book: Book, sender: str, seq: int, minute: int, envelope: str, code: str = "") -> None:
    place: dict[str, str | int] = {"sender": sender, "epoch": 1, "seq": seq, "envelope": envelope}
    if code:
        book.write("envelope.refused", minute, **place, code=code)
    else:
        book.write("envelope.received", minute, **place, records=1, refused=0, refs=[])


def receipt(book: Book, recipient: str, seq: int, minute: int, envelope: str, outcome: str = "accepted") -> None:
    place: dict[str, str | int] = {"recipient": recipient, "epoch": 1, "seq": seq}
    book.write("receipt.received", minute, **place, envelope=envelope, outcome=outcome, receipt=hex_of("r", seq))


def happen(fault: str, sender: Book, recipient: Book, seq: int, minute: int) -> None:
    """One number of the stream, with what went wrong with it."""
    to, from_, sent, void = recipient.node, sender.node, hex_of("envelope", seq), hex_of("void", seq)
    if fault != "forgotten by the sender":
        release(sender, to, seq, minute)
    if fault in ("voided", "taken before the void"):
        sender.write("envelope.void", minute, recipient=to, epoch=1, seq=seq, envelope=void)
    taken = {"another envelope": hex_of("other", seq), "voided": void}.get(fault, sent)
    code = {"refused": "DECRYPT_FAILED", "voided": "VOID"}.get(fault, "")
    if fault not in ("dropped on the way", "forgotten by the recipient"):
        take(recipient, from_, seq, minute, taken, code)
    if fault not in ("no receipt yet", "dropped on the way", "another envelope", "forgotten by the sender"):
        answered = "refused" if fault in ("refused", "another outcome") else "accepted"
        receipt(sender, to, seq, minute, taken, answered)


@given(
    streams=st.lists(st.lists(st.sampled_from(sorted(FAULTS)), max_size=12), min_size=2, max_size=2),
    delayed=st.lists(st.integers(0, 3), min_size=2, max_size=2),
)
def test_each_fault_is_told_and_nothing_else_is(streams: list[list[str]], delayed: list[int]) -> None:
    books = Book("DZ"), Book("TN")
    expected: dict[Place, Class] = {}
    for (sender, recipient), faults, late in zip((books, books[::-1]), streams, delayed, strict=True):
        # The last number before those under way arrived: what is missing below it was not just slow.
        whole = [*faults, "none"]
        for seq, fault in enumerate(whole, 1):
            happen(fault, sender, recipient, seq, 5 + seq)
            expected[Place(sender.node, recipient.node, 1, seq)] = FAULTS[fault]
        for seq in range(len(whole) + 1, len(whole) + 1 + late):
            release(sender, recipient.node, seq, 40)
            expected[Place(sender.node, recipient.node, 1, seq)] = Class.IN_FLIGHT
    for a, b in (books, books[::-1]):
        found = reconcile(a.lines(), b.lines())
        told = {each.place: class_ for class_, listed in found.classes.items() for each in listed.listed}
        assert told == {place: class_ for place, class_ in expected.items() if class_ is not Class.MATCHED}
        assert found.matched == sum(class_ is Class.MATCHED for class_ in expected.values())
        assert found.agrees is (set(expected.values()) <= {Class.MATCHED, Class.IN_FLIGHT})


def test_a_number_that_nobody_names_has_no_class() -> None:
    with pytest.raises(ValueError, match="nobody"):
        classify(None, None, View(stamp(0), stamp(0), sender_beyond=False, recipient_beyond=False))
