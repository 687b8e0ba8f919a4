"""A partner becomes one when two persons have heard its digits, and in no other way than that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from exchange.crypto import descriptor
from exchange.crypto.spoken import spoken
from exchange.errors import BadInput, Code, Conflict, ExchangeError, Forbidden, NotFound, Unauthenticated, Untrusted
from exchange.ledger.entries import Entry, text
from exchange.model.state import Partner, Person
from exchange.model.trust import Introduction
from exchange.operations import acquaint, people
from tests import invariants
from tests.federation import START, State, card_of, keys_of, root_of


def introduce(dz: State, card: bytes | None = None) -> Introduction:
    with dz.node.store.write() as unit:
        return acquaint.introduce(dz.node, unit, dz.staff.admin, card_of("QA") if card is None else card)


def heard(code: str = "QA") -> str:
    return " ".join(spoken(root_of(code).fingerprint)[-2:])


def refused(call: Callable[[], object]) -> ExchangeError:
    with pytest.raises(ExchangeError) as caught:
        call()
    return caught.value


def entries(dz: State, kind: str) -> list[Entry]:
    return invariants.entries(dz.node, kind)


def partner(dz: State, code: str = "QA") -> Partner | None:
    with dz.node.store.read() as unit:
        return unit.partners.get(code)


def test_two_persons_hear_the_digits_and_the_partner_is_pinned(dz: State) -> None:
    made = introduce(dz)
    assert (made.state, made.fingerprint) == ("waiting", root_of("QA").fingerprint)
    assert partner(dz) is None
    once = acquaint.compare(dz.node, dz.staff.admin, "QA", heard())
    assert isinstance(once, Introduction)
    assert (once.state, once.first_by) == ("heard", dz.staff.admin.id)
    assert partner(dz) is None
    pinned = acquaint.compare(dz.node, dz.staff.approver, "QA", heard())
    assert pinned == partner(dz)
    assert isinstance(pinned, Partner)
    assert (pinned.root_fingerprint, pinned.added_by) == (root_of("QA").fingerprint, dz.staff.approver.id)
    assert [text(each, "actor") for each in entries(dz, "partner.compared")] == [
        dz.staff.admin.id,
        dz.staff.approver.id,
    ]
    assert text(entries(dz, "partner.added")[-1], "partner") == "QA"
    with dz.node.store.read() as unit:
        kept = unit.trust.introduction("QA")
        assert kept is not None
        assert (kept.state, kept.second_by) == ("verified", dz.staff.approver.id)
        assert acquaint.list_introductions(unit, dz.staff.officer) == []


def test_one_person_is_never_both(dz: State) -> None:
    introduce(dz)
    acquaint.compare(dz.node, dz.staff.admin, "QA", heard())
    again = refused(lambda: acquaint.compare(dz.node, dz.staff.admin, "QA", heard()))
    assert (type(again), again.code) == (Conflict, Code.SELF_APPROVAL)
    assert partner(dz) is None


def test_somebody_disabled_in_between_counts_no_more(dz: State) -> None:
    introduce(dz)
    first = dz.staff.approvers[1]
    acquaint.compare(dz.node, first, "QA", heard())
    with dz.node.store.write() as unit:
        people.disable_person(dz.node, unit, dz.staff.admin.id, first.id)
    once = acquaint.compare(dz.node, dz.staff.approver, "QA", heard())
    assert isinstance(once, Introduction)
    assert once.first_by == dz.staff.approver.id
    gone = refused(lambda: acquaint.compare(dz.node, first, "QA", heard()))
    assert isinstance(gone, Unauthenticated)
    assert isinstance(acquaint.compare(dz.node, dz.staff.admin, "QA", heard()), Partner)


def test_three_wrong_attempts_throw_the_card_away(dz: State) -> None:
    introduce(dz)
    for typed in ("00000 00000", "", heard("KW")):
        wrong = refused(partial(acquaint.compare, dz.node, dz.staff.admin, "QA", typed))
        assert (type(wrong), wrong.code) == (Untrusted, Code.ROOT_MISMATCH)
    assert len(entries(dz, "partner.misheard")) == 3
    assert len(entries(dz, "partner.dismissed")) == 1
    assert isinstance(refused(lambda: acquaint.compare(dz.node, dz.staff.admin, "QA", heard())), NotFound)
    assert partner(dz) is None


def test_what_is_shown_before_lacks_the_last_two_groups(dz: State) -> None:
    introduce(dz)
    with dz.node.store.read() as unit:
        brought = acquaint.read_introduction(unit, dz.staff.officer, "QA")
    assert brought.shown == spoken(root_of("QA").fingerprint)[:10]
    assert brought.card.node == "QA"


def test_a_card_that_does_not_verify_is_not_kept(dz: State) -> None:
    forged = card_of("QA").replace(b'"ed25519":"', b'"ed25519":"A', 1)
    for card in (b"", b"{}", b"not a card", forged):
        assert refused(partial(introduce, dz, card)).code in (
            Code.DESCRIPTOR_MALFORMED,
            Code.SIGNATURE_INVALID,
        )
    own = refused(lambda: introduce(dz, card_of("DZ")))
    assert (type(own), own.code) == (BadInput, Code.VALUE_NOT_ALLOWED)
    assert refused(lambda: introduce(dz, card_of("KW"))).code is Code.ALREADY_EXISTS


def other_card() -> bytes:
    """Somebody else's root under the code QA."""
    made = descriptor.make(
        keys_of("QA"), root_of("XX").public, START, tls_certificates=[b"x"], endpoints={"partner": "https://x.example"}
    )
    return descriptor.sign(
        replace(made, tls_certificates=descriptor.trusted(card_of("QA")).tls_certificates), root_of("XX")
    )


def test_a_second_card_under_the_same_code_waits_for_nobody(dz: State) -> None:
    introduce(dz)
    acquaint.compare(dz.node, dz.staff.admin, "QA", heard())
    assert refused(lambda: introduce(dz, other_card())).code is Code.ALREADY_EXISTS
    again = introduce(dz)
    assert again.state == "waiting"
    with dz.node.store.write() as unit:
        acquaint.dismiss(dz.node, unit, dz.staff.approver, "QA")
    assert introduce(dz, other_card()).fingerprint == root_of("XX").fingerprint
    assert refused(lambda: acquaint.compare(dz.node, dz.staff.admin, "QA", heard())).code is Code.ROOT_MISMATCH


def test_who_may_not_may_not(dz: State) -> None:
    introduce(dz)
    for person in (dz.staff.officer, dz.staff.auditor, Person("x", "administrator", START, disabled=True)):
        assert isinstance(refused(partial(acquaint.compare, dz.node, person, "QA", heard())), Forbidden)
    assert partner(dz) is None
