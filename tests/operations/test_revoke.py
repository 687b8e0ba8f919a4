"""Suspended and resumed by one person, revoked by two and for good."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.crypto.descriptor import trusted
from exchange.errors import BadInput, Code, Conflict, Denied, ExchangeError, NotFound, Unauthenticated
from exchange.ledger.entries import number, text
from exchange.model.state import Person
from exchange.operations import partners, people, revoke
from exchange.operations.deliver import deliver
from tests import invariants
from tests.federation import START, Federation, State, card_of, root_of
from tests.subjects import gulf_person


def refused(call: Callable[[], object]) -> ExchangeError:
    with pytest.raises(ExchangeError) as caught:
        call()
    return caught.value


def suspend(dz: State) -> None:
    with dz.node.store.write() as unit:
        partners.suspend_partner(dz.node, unit, dz.staff.admin, "KW")


def resume(dz: State) -> None:
    with dz.node.store.write() as unit:
        partners.resume_partner(dz.node, unit, dz.staff.admin, "KW")


def ask(dz: State, reason: str = "ROOT_STOLEN", code: str = "KW") -> None:
    with dz.node.store.write() as unit:
        revoke.ask_revocation(dz.node, unit, dz.staff.admin, code, reason)


def withdraw(dz: State) -> None:
    with dz.node.store.write() as unit:
        revoke.withdraw_revocation(dz.node, unit, dz.staff.approver, "KW")


def test_a_suspension_is_lifted_and_what_waited_goes(house: Federation) -> None:
    dz = house["DZ"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    suspend(dz)
    assert refused(lambda: deliver(dz.node, "KW")).code is Code.SUSPENDED
    resume(dz)
    assert deliver(dz.node, "KW").accepted == 1
    assert text(invariants.entries(dz.node, "partner.resumed")[0], "partner") == "KW"
    assert isinstance(refused(lambda: resume(dz)), Conflict)


def test_a_partner_nobody_knows_cannot_be_resumed_or_revoked(dz: State) -> None:
    with dz.node.store.write() as unit, pytest.raises(NotFound):
        partners.resume_partner(dz.node, unit, dz.staff.admin, "QA")
    assert isinstance(refused(lambda: ask(dz, code="QA")), NotFound)
    assert isinstance(refused(lambda: ask(dz, reason="because")), BadInput)
    assert isinstance(refused(lambda: revoke.confirm_revocation(dz.node, dz.staff.admin, "KW")), NotFound)


def test_two_persons_revoke_and_nothing_is_left_to_send(house: Federation) -> None:
    dz = house["DZ"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    dz.push("KW", dz.deposit(gulf_person(2)))
    waiting = dz.propose("KW", dz.deposit(gulf_person(3))).proposals[0]
    other = dz.propose("AE", dz.deposit(gulf_person(4))).proposals
    ask(dz)
    assert isinstance(refused(lambda: ask(dz)), Conflict)
    done = revoke.confirm_revocation(dz.node, dz.staff.approver, "KW")
    assert (done.proposals, done.envelopes) == (1, 2)
    with dz.node.store.read() as unit:
        assert unit.streams.outbox_counts("KW") == {"void": 2}
        proposal = unit.releases.get(waiting.id)
        assert proposal is not None
        assert proposal.state == "voided"
        assert all(
            each is not None and each.state == "proposed" for each in map(unit.releases.get, [p.id for p in other])
        )
        assert unit.partners.by_tls_pin(next(iter(pins("KW")))) is None
        assert partners.is_revoked(unit, "KW")
        assert not partners.is_revoked(unit, "AE")
    (line,) = invariants.entries(dz.node, "partner.revoked")
    assert (text(line, "reason"), number(line, "envelopes")) == ("ROOT_STOLEN", 2)
    assert refused(lambda: deliver(dz.node, "KW")).code is Code.SUSPENDED
    (voided,) = invariants.entries(dz.node, "release.voided")
    assert text(voided, "reason") == revoke.VOIDED


def pins(code: str) -> tuple[str, ...]:
    return trusted(card_of(code)).tls_pins


def test_there_is_no_way_back(dz: State) -> None:
    ask(dz)
    revoke.confirm_revocation(dz.node, dz.staff.approver, "KW")
    assert isinstance(refused(lambda: resume(dz)), Conflict)
    assert isinstance(refused(lambda: withdraw(dz)), NotFound)
    with dz.node.store.write() as unit:
        with pytest.raises(Denied):
            partners.update_partner(dz.node, unit, card_of("KW"), "KW", "admin-dz")
        with pytest.raises(Conflict):
            partners.add_partner(dz.node, unit, dz.staff.admin, card_of("KW"), root_of("KW").fingerprint)


def test_the_person_who_asked_does_not_confirm(dz: State) -> None:
    ask(dz)
    same = refused(lambda: revoke.confirm_revocation(dz.node, dz.staff.admin, "KW"))
    assert (type(same), same.code) == (Conflict, Code.SELF_APPROVAL)
    stranger = Person("somebody", "releasing_officer", START)
    assert isinstance(refused(lambda: revoke.confirm_revocation(dz.node, stranger, "KW")), Unauthenticated)
    withdraw(dz)
    assert isinstance(refused(lambda: revoke.confirm_revocation(dz.node, dz.staff.approver, "KW")), NotFound)
    assert len(invariants.entries(dz.node, "revocation.withdrawn")) == 1


def test_what_somebody_disabled_asked_for_is_confirmed_by_nobody(dz: State) -> None:
    with dz.node.store.write() as unit:
        revoke.ask_revocation(dz.node, unit, dz.staff.approvers[1], "KW", "OUR_DECISION")
    with dz.node.store.write() as unit:
        people.disable_person(dz.node, unit, dz.staff.admin.id, dz.staff.approvers[1].id)
    gone = refused(lambda: revoke.confirm_revocation(dz.node, dz.staff.approver, "KW"))
    assert (type(gone), gone.code) == (Conflict, Code.RELEASE_STATE)
