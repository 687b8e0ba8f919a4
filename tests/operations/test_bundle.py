"""Evidence bundles as a node makes them: they verify by both verifiers, say what happened, and are logged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.crypto import descriptor
from exchange.crypto.encoding import unb64
from exchange.crypto.tlscert import to_der
from exchange.errors import Code, Conflict, Forbidden, NotFound, Unavailable
from exchange.model.state import Proposal
from exchange.operations.audit import OWN_DESCRIPTOR
from exchange.operations.bundle import make_bundle
from exchange.operations.partners import keep_card
from tests import invariants
from tests.bundle_kit import both, bundle_of, document
from tests.federation import Federation, State, card_of, certificate_of, root_of
from tests.replay_kit import years_later
from tests.subjects import gulf_person


@pytest.fixture
def proposal(house: Federation, dz: State) -> Proposal:
    """Two records, released to KW and answered, between others."""
    dz.push("KW", dz.deposit(gulf_person(7)))
    (made,) = dz.propose("KW", dz.deposit(gulf_person(1), gulf_person(2))).proposals
    house.clock.forward(timedelta(hours=2))
    dz.approve(made)
    assert dz.release(made).state == "released"
    dz.push("KW", dz.deposit(gulf_person(8)))
    house.clock.forward(timedelta(minutes=1))
    return made


def test_a_bundle_verifies_and_tells_the_exchange(dz: State, proposal: Proposal) -> None:
    dz.deliver("KW")
    data = bundle_of(dz, proposal.id)
    told = both(data).told
    assert told is not None
    assert (told.recipient, told.agreement, told.version, told.purpose) == (
        "KW",
        "AG-DZ-AE-KW",
        1,
        "counter_terrorism.travel",
    )
    assert (told.proposer, told.releaser, told.stream) == (dz.staff.officer.id, dz.staff.officer.id, "1/2")
    assert [person for person, _ in told.approvals] == [
        person.id for person in dz.staff.approvers[: proposal.approvals_needed]
    ]
    assert (told.outcome, told.voided, told.substitute) == ("accepted", False, "")
    assert told.decided is not None
    assert (told.decided.kinds, told.decided.records, told.decided.values) == (("person",), 2, False)
    assert told.decided.clauses
    assert len(data) < 600_000
    (line,) = invariants.entries(dz.node, "bundle.exported")
    assert (line["actor"], line["release"], line["form"]) == (dz.staff.approver.id, proposal.id, "bare")


def test_it_has_no_value_unless_asked(dz: State, proposal: Proposal) -> None:
    dz.deliver("KW")
    bare, full = bundle_of(dz, proposal.id), bundle_of(dz, proposal.id, claims=True)
    assert document(unb64(document(bare)["decision"]))["items"][0]["claims"] is None
    told = both(full).told
    assert told is not None
    assert told.decided is not None
    assert told.decided.values
    assert invariants.entries(dz.node, "bundle.exported")[-1]["form"] == "values"


def test_without_a_receipt_and_with_the_whole_envelope(dz: State, proposal: Proposal) -> None:
    data = bundle_of(dz, proposal.id, envelope=True)
    told = both(data).told
    assert told is not None
    assert (told.outcome, document(data)["receipt"]) == ("", None)
    wire = unb64(document(data)["envelope"]["wire"])
    assert wire == invariants.sent(dz.node, "KW")[1].wire


def test_years_later_with_other_keys_on_both_sides(house: Federation, dz: State, proposal: Proposal) -> None:
    dz.deliver("KW")
    later = years_later(house, dz, dz.deposit(gulf_person(9))[0])
    card = descriptor.make(
        later.node.keys,
        root_of("DZ").public,
        house.clock.now(),
        tls_certificates=[to_der(certificate_of("DZ"))],
        endpoints={"partner": "https://127.0.0.1:1"},
    )
    newer = replace(card, version=2)
    with later.node.store.write() as unit:
        keep_card(unit, descriptor.verified(card_of("DZ"), fingerprint=root_of("DZ").fingerprint), card_of("DZ"))
        unit.set_setting(OWN_DESCRIPTOR, descriptor.sign(newer, root_of("DZ")).decode())
    later.deposit(gulf_person(10))  # the newest head is signed with the new key
    told = both(bundle_of(later, proposal.id)).told
    assert told is not None
    assert (told.version, told.outcome) == (1, "accepted")


def test_a_node_without_a_card_for_its_key_makes_none(house: Federation, dz: State, proposal: Proposal) -> None:
    later = years_later(house, dz, dz.deposit(gulf_person(9))[0])
    with pytest.raises(Unavailable) as refused:
        make_bundle(later.node, later.staff.approver, proposal.id)
    assert refused.value.facts["reason"] == "SIGNING_KEY_UNKNOWN"


def test_who_may_and_what_there_is(dz: State, proposal: Proposal) -> None:
    (open_,) = dz.propose("KW", dz.deposit(gulf_person(3))).proposals
    for person in (dz.staff.officer, dz.staff.auditor, dz.staff.admin):
        with pytest.raises(Forbidden):
            make_bundle(dz.node, person, proposal.id)
    with pytest.raises(NotFound):
        make_bundle(dz.node, dz.staff.approver, "rel-none")
    with pytest.raises(Conflict) as early:
        make_bundle(dz.node, dz.staff.approver, open_.id)
    assert early.value.code is Code.RELEASE_STATE
    assert not invariants.entries(dz.node, "bundle.exported")
