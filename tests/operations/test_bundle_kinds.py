"""Bundles of every way that something leaves: by waiver, by rule, as a message, voided, and with others' records."""

from __future__ import annotations

from datetime import timedelta

from exchange.crypto.encoding import canonical, unb64
from exchange.ledger.report import Exit, Fault
from exchange.model.messages import Request
from exchange.operations.agreements import activate, raise_flag, suspend
from exchange.operations.approve import approve, withdraw
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.standing import run_standing
from exchange.operations.waive import Emergency, ask_waiver, grant_waiver
from tests import invariants
from tests.bundle_kit import both, bundle_of, document
from tests.federation import AGREEMENT, PURPOSE, STANDING, Federation, State, enact, preapprove, standing_document
from tests.onward_kit import AE_KW, asked, granted, in_a_row, pass_to, shared, wish_for
from tests.operations.fakes import FakeStore
from tests.subjects import gulf_person


def kinds(data: bytes) -> list[str]:
    return [document(unb64(each["entry"]))["kind"] for each in document(data)["entries"]]


def without(data: bytes, kind: str) -> bytes:
    value = document(data)
    value["entries"] = [each for each, name in zip(value["entries"], kinds(data), strict=True) if name != kind]
    return canonical(value)


def last_release(state: State) -> str:
    return str(invariants.entries(state.node, "release.released")[-1]["release"])


def test_under_a_waiver(dz: State) -> None:
    (proposal,) = dz.propose("KW", dz.deposit(gulf_person(1))).proposals
    with dz.node.store.write() as unit:
        why = Emergency("THREAT_TO_LIFE", "Invented: he boards in an hour.", 4)
        waiver = ask_waiver(dz.node, unit, dz.staff.approvers[2], (proposal.id, proposal.digest), why)
    with dz.node.store.write() as unit:
        grant_waiver(dz.node, unit, dz.staff.admin, waiver.id, waiver.digest)
    dz.release(proposal)
    data = bundle_of(dz, proposal.id)
    told = both(data).told
    assert told is not None
    assert (told.substitute, told.approvals) == ("waiver.used", ())
    assert both(without(data, "waiver.used")).reason is Fault.APPROVAL_MISSING
    assert both(without(data, "waiver.granted")).reason is Fault.WAIVER_INVALID
    assert both(without(data, "person.added")).reason is Fault.WAIVER_INVALID


def test_under_a_standing_rule(dz: State) -> None:
    enact(dz, standing_document())
    run_standing(dz.node, 5)
    preapprove(dz, "TLP:RED")
    dz.deposit(gulf_person(1))
    assert run_standing(dz.node, 5).released
    data = bundle_of(dz, last_release(dz))
    told = both(data).told
    assert told is not None
    assert (told.substitute, told.proposer) == ("standing.used", f"standing:{STANDING}")
    assert both(without(data, "standing.approved")).reason is Fault.STANDING_INVALID


def test_an_approval_taken_back_and_given_again(house: Federation, dz: State) -> None:
    (proposal,) = dz.propose("KW", dz.deposit(gulf_person(1))).proposals
    person = dz.staff.approver
    with dz.node.store.write() as unit:
        approve(dz.node, unit, person, proposal.id, proposal.digest)
    with dz.node.store.write() as unit:
        withdraw(dz.node, unit, person, proposal.id)
    house.clock.forward(timedelta(hours=1))
    dz.approve(proposal)
    dz.release(proposal)
    data = bundle_of(dz, proposal.id)
    told = both(data).told
    assert told is not None
    assert dict(told.approvals)[person.id] > told.proposed
    assert kinds(data).count("release.approved") == proposal.approvals_needed + 1


def test_a_message(dz: State) -> None:
    question = Request(PURPOSE, "", "Is he known to you?", "Invented Act 1", "8h", ())
    with dz.node.store.write() as unit:
        proposal = propose_message(dz.node, unit, dz.staff.officer, MessageWish("KW", AGREEMENT, question))
    dz.approve(proposal)
    dz.release(proposal)
    dz.deliver("KW")
    data = bundle_of(dz, proposal.id)
    told = both(data).told
    assert told is not None
    assert (told.decided, told.decision, told.outcome) == (None, "", "accepted")
    assert both(without(data, "message.sent")).reason is Fault.ENVELOPE_DIFFERS


def test_a_number_that_was_voided(dz: State) -> None:
    dz.push("KW", dz.deposit(gulf_person(1)))
    with dz.node.store.write() as unit:
        raise_flag(unit, dz.staff.approver, AGREEMENT)
        suspend(dz.node, unit, dz.staff.approver, AGREEMENT)
    assert dz.deliver("KW").voided == 1
    with dz.node.store.write() as unit:
        activate(dz.node, unit, dz.staff.admin, AGREEMENT, 1)
    dz.deliver("KW")
    data = bundle_of(dz, last_release(dz), envelope=True)
    told = both(data).told
    assert told is not None
    assert told.voided
    assert both(without(data, "envelope.void")).reason is Fault.RECEIPT_UNMATCHED
    assert both(without(canonical({**document(data), "receipt": None}), "receipt.received")).exit_code is Exit.SIGNATURE
    unanswered = without(without(data, "receipt.received"), "envelope.void")
    assert both(unanswered).reason is Fault.ENVELOPE_DIFFERS


def test_another_states_record_under_its_grant() -> None:
    row = in_a_row({code: FakeStore() for code in ("DZ", "AE", "KW")})
    refs = shared(row, 1)
    granted(row, wish_for(asked(row, refs)))
    ae = row["AE"]
    pass_to(ae, "KW", AE_KW, refs)
    data = bundle_of(ae, last_release(ae))
    told = both(data, "AE").told
    assert told is not None
    assert {"grant.received", "message.received", "envelope.received", "release.onward"} <= set(kinds(data))
    assert both(without(data, "grant.received"), "AE").reason is Fault.ONWARD_UNGRANTED
