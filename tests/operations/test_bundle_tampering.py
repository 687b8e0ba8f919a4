"""Whatever is changed in a bundle is caught, with one exit code, reason and member by both verifiers."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from exchange.crypto.encoding import b64, canonical, unb64
from exchange.ledger.bundle_verify import verify
from exchange.ledger.report import Exit, Fault
from tests.bundle_kit import both, bundle_of, changed, document
from tests.federation import Federation, root_of
from tests.operations.in_memory import enacted
from tests.subjects import gulf_person

FLIPS = 400
Document = dict[str, Any]


@pytest.fixture(scope="module")
def house() -> Federation:
    made = enacted()
    dz = made["DZ"]
    for to in ("KW", "AE"):
        dz.push(to, dz.deposit(gulf_person(1), gulf_person(2)))
    dz.push("KW", dz.deposit(gulf_person(3)))
    for to in ("KW", "AE"):
        dz.deliver(to)
    return made


@pytest.fixture(scope="module")
def bundles(house: Federation) -> list[bytes]:
    """Two releases to KW and one to AE, with values and whole envelopes."""
    dz = house["DZ"]
    with dz.node.store.read() as unit:
        released = unit.releases.page("released", None, 10)
    by_recipient = sorted(released, key=lambda each: each.recipient, reverse=True)
    return [bundle_of(dz, each.id, claims=True, envelope=True) for each in by_recipient]


def test_the_controls(bundles: list[bytes]) -> None:
    assert [both(each).exit_code for each in bundles] == [Exit.OK] * 3


def test_any_flipped_bit_of_the_file(bundles: list[bytes]) -> None:
    random, data = Random(1), bundles[0]
    for _ in range(FLIPS):
        at, bit = random.randrange(len(data)), 1 << random.randrange(8)
        flipped = data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]
        assert both(flipped).exit_code is not Exit.OK, at


def _leaves(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[tuple[str | int, ...], object]]:
    if isinstance(value, dict):
        return [leaf for name, each in value.items() for leaf in _leaves(each, (*path, name))]
    if isinstance(value, list):
        return [leaf for place, each in enumerate(value) for leaf in _leaves(each, (*path, place))]
    return [(path, value)]


def _put(document: Document, path: tuple[str | int, ...], value: object) -> None:
    held: Any = document
    for step in path[:-1]:
        held = held[step]
    held[path[-1]] = value


def test_a_flipped_bit_in_every_member_behind_its_base64(bundles: list[bytes]) -> None:
    """The file stays in its form, so that the steps behind the first are what catches it."""
    random, reasons = Random(2), set()
    for path, value in _leaves(document(bundles[0])):
        for _ in range(3):
            fresh = document(bundles[0])
            _put(fresh, path, _another(value, random))
            report = both(canonical(fresh))
            assert report.exit_code is not Exit.OK, path
            reasons.add(report.reason)
    assert reasons >= {
        Fault.FILE_MALFORMED,
        Fault.ROOT_MISMATCH,
        Fault.DESCRIPTOR_INVALID,
        Fault.CHECKPOINT_SIGNATURE,
        Fault.ENTRY_PROOF,
        Fault.AGREEMENT_MISSING,
        Fault.AGREEMENT_SIGNATURE,
        Fault.ENVELOPE_DIFFERS,
        Fault.ENVELOPE_SIGNATURE,
        Fault.RECEIPT_UNMATCHED,
        Fault.DECISION_DIFFERS,
        Fault.FILE_SIGNATURE,
    }


def _another(value: object, random: Random) -> object:
    if isinstance(value, int):
        return value + random.choice((-1, 1, 7))
    if isinstance(value, str) and len(value) > 64 and "\n" not in value:
        data = bytearray(unb64(value))
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
        return b64(bytes(data))
    at = random.randrange(len(str(value)))
    return str(value)[:at] + ("0" if str(value)[at : at + 1] != "0" else "1") + str(value)[at + 1 :]


def test_members_of_another_bundle(bundles: list[bytes]) -> None:
    """Whole members, and every item of a list, of another release: the same recipient's and another's."""
    for other in bundles[1:]:
        for name, value in document(other).items():
            if value != document(bundles[0])[name]:
                assert both(changed(bundles[0], **{name: value})).exit_code is not Exit.OK, name
        for name in ("entries", "descriptors"):
            here, there = document(bundles[0])[name], document(other)[name]
            for place, (one, two) in enumerate(zip(here, there, strict=False)):
                if one != two:
                    mixed = [*here[:place], two, *here[place + 1 :]]
                    assert both(changed(bundles[0], **{name: mixed})).exit_code is not Exit.OK, (name, place)


def _kind(entry: Document) -> str:
    return str(document(unb64(entry["entry"]))["kind"])


def _without(kind: str) -> Callable[[Document], None]:
    def drop(value: Document) -> None:
        gone = next(each for each in value["entries"] if _kind(each) == kind)
        value["entries"].remove(gone)

    return drop


def _never_in_force(value: Document) -> None:
    value["entries"] = [each for each in value["entries"] if _kind(each) != "agreement.changed"]


def _another_index(value: Document) -> None:
    value["entries"][-1]["index"] += 1


def _swapped_proofs(value: Document) -> None:
    one, two = value["entries"][-2:]
    one["path"], two["path"] = two["path"], one["path"]


def _turned(value: Document) -> None:
    value["entries"][-2:] = value["entries"][:-3:-1]


def _twice(value: Document) -> None:
    value["entries"].insert(1, value["entries"][0])


def _no_receipt(value: Document) -> None:
    value["receipt"] = None


def _no_decision(value: Document) -> None:
    value["decision"] = None


def _no_signature(value: Document) -> None:
    value["agreement"]["signatures"].pop("KW")


def _own_card_gone(value: Document) -> None:
    value["descriptors"] = [each for each in value["descriptors"] if each["party"] != "DZ"]


def _their_card_gone(value: Document) -> None:
    value["descriptors"] = [each for each in value["descriptors"] if each["party"] == "DZ"]


def _stamp_of_another(value: Document) -> None:
    value["stamps"] = [b64(bytes(100))]


CHANGES: dict[str, tuple[Callable[[Document], None], Fault, str]] = {
    "an approval dropped": (_without("release.approved"), Fault.APPROVAL_MISSING, "entries"),
    "the proposal dropped": (_without("release.proposed"), Fault.APPROVAL_UNPROPOSED, "entries"),
    "the release dropped": (_without("release.released"), Fault.DECISION_UNMATCHED, "entries"),
    "the draft dropped": (_without("agreement.changed"), Fault.FILE_SIGNATURE, "signature"),
    "an agreement that was never in force": (_never_in_force, Fault.AGREEMENT_NOT_ACTIVE, "entries"),
    "the decision's entry dropped": (_without("release.decided"), Fault.DECISION_UNMATCHED, "decision"),
    "the receipt's entry dropped": (_without("receipt.received"), Fault.RECEIPT_UNMATCHED, "receipt"),
    "a person dropped": (_without("person.added"), Fault.FILE_SIGNATURE, "signature"),
    "another index": (_another_index, Fault.ENTRY_PROOF, "entries"),
    "proofs of each other": (_swapped_proofs, Fault.ENTRY_PROOF, "entries"),
    "another order": (_turned, Fault.ENTRY_INDEX, "entries"),
    "an entry twice": (_twice, Fault.ENTRY_INDEX, "entries.1"),
    "no receipt": (_no_receipt, Fault.RECEIPT_MISSING, "receipt"),
    "no decision": (_no_decision, Fault.DECISION_UNMATCHED, "decision"),
    "a party's signature dropped": (_no_signature, Fault.AGREEMENT_UNSIGNED, "entries"),
    "no card of the node": (_own_card_gone, Fault.DESCRIPTOR_MISSING, "descriptors"),
    "no card of the recipient": (_their_card_gone, Fault.PARTY_KEY_UNKNOWN, "receipt"),
    "a stamp of something else": (_stamp_of_another, Fault.STAMP_DIFFERS, "stamps.0"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_left_out_or_put_elsewhere(bundles: list[bytes], what: str) -> None:
    change, fault, member = CHANGES[what]
    value: Document = document(bundles[0])
    change(value)
    report = both(canonical(value))
    assert report.reason is fault
    assert (report.member or "").startswith(member)


def test_another_recipients_receipt(bundles: list[bytes]) -> None:
    report = both(changed(bundles[0], receipt=document(bundles[2])["receipt"]))
    assert (report.reason, report.member) == (Fault.RECEIPT_UNMATCHED, "receipt")


def test_another_node_by_its_fingerprint(bundles: list[bytes]) -> None:
    assert both(bundles[0], "AE").reason is Fault.ROOT_MISMATCH


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"null", b"{", b'{"agreement":1}', b"\xff"])
def test_what_is_no_bundle(data: bytes) -> None:
    report = both(data)
    assert (report.exit_code, report.reason, report.member) == (Exit.CHAIN, Fault.FILE_MALFORMED, "")


def test_a_report_as_json(bundles: list[bytes]) -> None:
    good = verify(bundles[0], fingerprint=root_of("DZ").fingerprint).document()
    assert (good["ok"], good["exit_code"], good["reason"], good["member"]) == (True, 0, None, None)
    bad = both(changed(bundles[0], receipt=None)).document()
    assert (bad["ok"], bad["exit_code"], bad["reason"], bad["told"]) == (False, 11, "RECEIPT_MISSING", {})
