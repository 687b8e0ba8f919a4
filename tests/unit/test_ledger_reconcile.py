"""Two ledgers side by side: what one sent and the other took in."""

from __future__ import annotations

import pytest

from exchange.crypto.encoding import canonical
from exchange.errors import BadInput
from exchange.ledger.classes import Class
from exchange.ledger.reconcile import Difference, Place, Reconciliation, reconcile
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


def counts(result: Reconciliation) -> dict[str, int]:
    """Class -> how many, without those that nothing is in."""
    found = {each.value: listed.count for each, listed in result.classes.items() if listed.count}
    return found | ({"matched": result.matched} if result.matched else {})


def both_ways(here: Story, there: Story, **expected: int) -> Reconciliation:
    """Seen from the other side it is the same, with the two digests the other way round."""
    result, mirrored = compare(here, there), compare(there, here)
    assert counts(result) == counts(mirrored) == expected
    for each, listed in result.classes.items():
        turned = [found._replace(here=found.there, there=found.here) for found in mirrored.classes[each].listed]
        assert sorted(listed.listed) == sorted(turned)
    return result


def the_one(result: Reconciliation, class_: Class) -> Difference:
    (found,) = result.classes[class_].listed
    return found


def test_matched() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    take(there, 1)
    here.receipt(1)
    here.whole("rel-2", 2)
    take(there, 2)  # no receipt back yet: both have it all the same
    result = both_ways(here, there, matched=2)
    assert result.agrees
    assert (result.here, result.there) == ("DZ", "TN")


def test_nothing_in_common() -> None:
    assert both_ways(sender(), receiver()).agrees


def test_in_flight() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    there.minute = 60
    result = both_ways(here, there, in_flight=1)
    assert result.agrees
    assert the_one(result, Class.IN_FLIGHT) == (FIRST, hex_of("envelope", 1), None, None)


@pytest.mark.parametrize(("days", "class_"), [(0.9, Class.IN_FLIGHT), (1.1, Class.LOST)])
def test_lost_when_the_other_side_saw_a_day_more(days: float, class_: Class) -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    there.minute = here.minute + int(days * 24 * 60)
    result = both_ways(here, there, **{class_.value: 1})
    assert result.agrees is (class_ is Class.IN_FLIGHT)
    assert the_one(result, class_).proof is None  # nothing signed says that it ever arrived


@pytest.mark.parametrize("epoch", [1, 2])
def test_lost_when_a_later_number_is_there(epoch: int) -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    here.release("rel-2", 2 if epoch == 1 else 1, epoch=epoch)
    there.write(
        "envelope.received",
        "DZ",
        sender="DZ",
        epoch=epoch,
        seq=2 if epoch == 1 else 1,
        envelope=hex_of("envelope", 2 if epoch == 1 else 1),
        records=1,
        refused=0,
        refs=[],
    )
    assert the_one(both_ways(here, there, matched=1, lost=1), Class.LOST).place == FIRST


def test_a_phantom_receipt() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    here.receipt(1)
    there.minute = 60
    result = both_ways(here, there, phantom_receipt=1)
    assert not result.agrees
    assert the_one(result, Class.PHANTOM_RECEIPT) == (FIRST, hex_of("envelope", 1), None, ("TN", "receipt"))


def test_a_receipt_newer_than_the_other_export_proves_nothing_yet() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    here.minute = 60
    here.receipt(1)
    both_ways(here, there, in_flight=1)


def test_a_receipt_without_its_envelope_is_a_phantom() -> None:
    here, there = sender(), receiver()
    here.receipt(1)
    there.minute = 60
    assert the_one(both_ways(here, there, phantom_receipt=1), Class.PHANTOM_RECEIPT).here is None


def test_the_sender_omits_what_the_other_took_in() -> None:
    here, there = sender(), receiver()
    here.minute = 60
    here.write("record.listed", count=1)
    take(there, 1)
    result = both_ways(here, there, omitted=1)
    assert the_one(result, Class.OMITTED) == (FIRST, None, hex_of("envelope", 1), ("DZ", "envelope"))


def test_taken_in_after_our_export_is_in_flight() -> None:
    here, there = sender(), receiver()
    there.minute = 60
    take(there, 1)
    both_ways(here, there, in_flight=1)


def test_another_envelope_under_the_same_number() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    take(there, 1, envelope=hex_of("forged"))
    result = both_ways(here, there, equivocated=1)
    expected = (FIRST, hex_of("envelope", 1), hex_of("forged"), ("DZ", "envelope"))
    assert the_one(result, Class.EQUIVOCATED) == expected


def test_a_receipt_shows_who_took_another_envelope() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    here.receipt(1)
    take(there, 1, envelope=hex_of("forged"))
    assert the_one(both_ways(here, there, equivocated=1), Class.EQUIVOCATED).proof == ("TN", "receipt")


def test_a_receipt_that_the_other_ledger_contradicts() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    here.receipt(1)
    take(there, 1, code="DECRYPT_FAILED")
    assert the_one(both_ways(here, there, equivocated=1), Class.EQUIVOCATED).proof == ("TN", "receipt")


@pytest.mark.parametrize("name", ["envelope", "void"])
def test_a_voided_number_matches_either_envelope(name: str) -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    here.write("envelope.void", "DZ", recipient="TN", epoch=1, seq=1, envelope=hex_of("void", 1))
    here.receipt(1, envelope=hex_of(name, 1))
    take(there, 1, envelope=hex_of(name, 1), code="VOID" if name == "void" else "")
    both_ways(here, there, matched=1)


def test_both_directions_and_third_parties() -> None:
    here, there = sender(), receiver()
    here.whole("rel-1", 1)
    take(there, 1)
    there.release("rel-t", 1, recipient="DZ", policy_digest=POLICY)
    take(here, 1, sender_code="TN")
    here.release("rel-e", 1, recipient="EG")
    take(there, 7, sender_code="EG")
    both_ways(here, there, matched=2)


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
                "contradicted": None,
                "by": None,
            }
        ],
    }
    assert (document["agrees"], document["matched"]) == (True, 0)
    assert document.keys() == {"here", "there", "agrees", *(each.value for each in Class)}
    canonical(document)


@pytest.mark.parametrize("lines", [[], [b"{}\n"], [b"junk\n"], [good()[0].replace(b"exchange-audit", b"something")]])
def test_other_files_are_refused(lines: list[bytes]) -> None:
    with pytest.raises(BadInput):
        reconcile(lines, good())


def test_a_node_is_not_compared_with_itself() -> None:
    with pytest.raises(BadInput):
        reconcile(good(), good())
