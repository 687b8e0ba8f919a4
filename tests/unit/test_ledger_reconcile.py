"""Two ledgers side by side: what one sent and the other took in."""

from __future__ import annotations

import pytest

from exchange.crypto.encoding import canonical
from exchange.errors import BadInput
from exchange.ledger.reconcile import Place, Reconciliation, reconcile
from tests.unit.ledger_kit import POLICY, Story, good, hex_of, party, ref_of

FIRST = Place("DZ", "TN", 1, 1)


def sender() -> Story:
    """DZ, which releases to TN."""
    return Story().begin()


def receiver() -> Story:
    """TN, which takes in from DZ."""
    story = Story(owner=party("TN"), minute=5)
    story.write("genesis", "TN", node="TN", root=party("TN").root.fingerprint)
    return story


def take(story: Story, seq: int, envelope: str = "", code: str = "", sender_code: str = "DZ") -> None:
    digest = envelope or hex_of("envelope", seq)
    place: dict[str, str | int] = {"sender": sender_code, "epoch": 1, "seq": seq, "envelope": digest}
    if code:
        story.write("envelope.refused", sender_code, code=code, **place)
    else:
        story.write("envelope.received", sender_code, records=1, refused=0, refs=[ref_of("copy")], **place)


def compare(here: Story, there: Story) -> Reconciliation:
    return reconcile(iter(here.lines()), iter(there.lines()))


def counts(result: Reconciliation) -> tuple[int, int, int, int, int]:
    return (
        result.matched,
        result.in_flight.count,
        result.missing_here.count,
        result.missing_there.count,
        result.different.count,
    )


def both_ways(here: Story, there: Story, expected: tuple[int, int, int, int, int]) -> Reconciliation:
    """Seen from the other side, only the two `missing` change places."""
    result = compare(here, there)
    matched, in_flight, missing_here, missing_there, different = counts(compare(there, here))
    assert counts(result) == expected
    assert (matched, in_flight, missing_there, missing_here, different) == expected
    return result


def test_matched() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    take(there, 1)
    here.receipt(1)
    here.whole("rel-2", 2)
    take(there, 2)  # no receipt back yet: both have it all the same
    result = both_ways(here, there, (2, 0, 0, 0, 0))
    assert result.agrees
    assert (result.here, result.there) == ("DZ", "TN")


def test_nothing_in_common() -> None:
    assert both_ways(sender(), receiver(), (0, 0, 0, 0, 0)).agrees


def test_in_flight() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    there.minute = 60
    result = both_ways(here, there, (0, 1, 0, 0, 0))
    assert result.agrees
    assert result.in_flight.listed[0] == (FIRST, hex_of("envelope", 1), None)


def test_the_other_side_lost_what_it_acknowledged() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    here.receipt(1)
    there.minute = 60
    result = both_ways(here, there, (0, 0, 0, 1, 0))
    assert not result.agrees
    assert result.missing_there.listed[0] == (FIRST, hex_of("envelope", 1), None)


def test_a_receipt_newer_than_the_other_export_proves_nothing_yet() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    here.minute = 60
    here.receipt(1)
    both_ways(here, there, (0, 1, 0, 0, 0))


def test_our_ledger_lacks_what_the_other_took_in() -> None:
    here, there = sender(), receiver()
    here.minute = 60
    here.write("record.listed", count=1)
    take(there, 1)
    result = both_ways(here, there, (0, 0, 1, 0, 0))
    assert result.missing_here.listed[0] == (FIRST, None, hex_of("envelope", 1))


def test_taken_in_after_our_export_is_in_flight() -> None:
    here, there = sender(), receiver()
    there.minute = 60
    take(there, 1)
    both_ways(here, there, (0, 1, 0, 0, 0))


def test_another_envelope_under_the_same_number() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    take(there, 1, envelope=hex_of("forged"))
    result = both_ways(here, there, (0, 0, 0, 0, 1))
    assert result.different.listed[0] == (FIRST, hex_of("envelope", 1), hex_of("forged"))


def test_a_receipt_that_the_other_ledger_contradicts() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    here.receipt(1)
    take(there, 1, code="DECRYPT_FAILED")
    both_ways(here, there, (0, 0, 0, 0, 1))


@pytest.mark.parametrize("name", ["envelope", "void"])
def test_a_voided_number_matches_either_envelope(name: str) -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    here.write("envelope.void", "DZ", recipient="TN", epoch=1, seq=1, envelope=hex_of("void", 1))
    here.receipt(1, envelope=hex_of(name, 1))
    take(there, 1, envelope=hex_of(name, 1), code="VOID" if name == "void" else "")
    both_ways(here, there, (1, 0, 0, 0, 0))


def test_both_directions_and_third_parties() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    take(there, 1)
    there.release("rel-t", 1, recipient="DZ", policy_digest=POLICY)
    take(here, 1, sender_code="TN")
    here.release("rel-e", 1, recipient="EG")
    take(there, 7, sender_code="EG")
    both_ways(here, there, (2, 0, 0, 0, 0))


def test_as_a_document() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    document = compare(here, there).document()
    assert document["in_flight"] == {
        "count": 1,
        "listed": [
            {
                "sender": "DZ",
                "recipient": "TN",
                "epoch": 1,
                "seq": 1,
                "here": hex_of("envelope", 1),
                "there": None,
            }
        ],
    }
    assert (document["agrees"], document["matched"]) == (True, 0)
    canonical(document)


@pytest.mark.parametrize("lines", [[], [b"{}\n"], [b"junk\n"], [good()[0].replace(b"exchange-audit", b"something")]])
def test_other_files_are_refused(lines: list[bytes]) -> None:
    with pytest.raises(BadInput):
        reconcile(lines, good())


def test_a_node_is_not_compared_with_itself() -> None:
    with pytest.raises(BadInput):
        reconcile(good(), good())
