"""True entries of the ledger that are not of the release: no bundle may tell another exchange's acts as its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from exchange.ledger import bundle as form
from exchange.ledger.entries import Entry
from exchange.ledger.report import Exit, Fault
from exchange.model.messages import Request
from exchange.model.state import Proposal
from exchange.operations import bundle as making
from exchange.operations.agreements import activate, raise_flag, suspend
from exchange.operations.messages import MessageWish, propose_message
from exchange.operations.standing import run_standing
from exchange.operations.waive import Emergency, ask_waiver, grant_waiver
from tests import invariants
from tests.bundle_kit import both, bundle_of
from tests.federation import AGREEMENT, PURPOSE, Federation, State, enact, preapprove, standing_document
from tests.onward_kit import AE_KW, asked, granted, in_a_row, pass_to, shared, wish_for
from tests.operations.fakes import FakeStore
from tests.subjects import gulf_person


def bundle_with(state: State, release: str, monkeypatch: pytest.MonkeyPatch, more: Iterable[Entry]) -> bytes:
    """A bundle of `release` by a node that also puts these entries of its ledger in it."""
    own, added = making._belongs, list(more)

    def belongs(kind: str, entry: Entry, proposal: Proposal, place: dict[str, str | int]) -> bool:
        return own(kind, entry, proposal, place) or entry in added

    with monkeypatch.context() as patch, state.node.store.read() as unit:
        patch.setattr(making, "_belongs", belongs)
        patch.setattr(making, "_maybe", lambda line, proposal: True)
        return form.build(making._bundle(state.node, unit, release, False, False), state.node.keys.signing[1])


def refused(data: bytes, node: str = "DZ") -> bool:
    report = both(data, node)
    found = (report.exit_code, report.reason, (report.member or "").split(".")[0])
    return found == (Exit.CHAIN, Fault.RELEASE_DIFFERS, "entries")


def of_kind(state: State, kind: str) -> list[Entry]:
    return invariants.entries(state.node, kind)


def pushed(dz: State) -> Proposal:
    (proposal,) = dz.propose("KW", dz.deposit(gulf_person(1))).proposals
    dz.approve(proposal)
    assert dz.release(proposal).state == "released"
    return proposal


def voided(dz: State) -> None:
    """One more release, whose number goes out as a void."""
    dz.push("KW", dz.deposit(gulf_person(2)))
    with dz.node.store.write() as unit:
        raise_flag(unit, dz.staff.approver, AGREEMENT)
        suspend(dz.node, unit, dz.staff.approver, AGREEMENT)
    assert dz.deliver("KW").voided == 1
    with dz.node.store.write() as unit:
        activate(dz.node, unit, dz.staff.admin, AGREEMENT, 1)
    dz.deliver("KW")


def test_anothers_proposal_and_approvals(house: Federation, dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    (proposal,) = dz.propose("KW", dz.deposit(gulf_person(1))).proposals
    dz.approve(proposal)
    house.clock.forward(timedelta(hours=2))
    (other,) = dz.propose("KW", dz.deposit(gulf_person(3))).proposals
    dz.approve(other)
    assert dz.release(proposal).state == "released"
    assert both(bundle_of(dz, proposal.id)).ok
    foreign = [*of_kind(dz, "release.proposed"), *of_kind(dz, "release.approved")]
    for each in (foreign, [entry for entry in foreign if entry["kind"] == "release.proposed"]):
        assert refused(bundle_with(dz, proposal.id, monkeypatch, each))


def test_anothers_waiver(dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    (other,) = dz.propose("KW", dz.deposit(gulf_person(3))).proposals
    with dz.node.store.write() as unit:
        why = Emergency("THREAT_TO_LIFE", "Invented: he boards in an hour.", 4)
        waiver = ask_waiver(dz.node, unit, dz.staff.approvers[2], (other.id, other.digest), why)
    with dz.node.store.write() as unit:
        grant_waiver(dz.node, unit, dz.staff.admin, waiver.id, waiver.digest)
    dz.release(other)
    proposal = pushed(dz)
    acts = ("release.proposed", "waiver.granted", "waiver.used")
    foreign = [each for kind in acts for each in of_kind(dz, kind) if each["release"] == other.id]
    assert len(foreign) == 3
    assert refused(bundle_with(dz, proposal.id, monkeypatch, foreign))


def test_a_void_of_another_number(dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = pushed(dz)
    dz.deliver("KW")
    voided(dz)
    foreign = of_kind(dz, "envelope.void")
    assert len(foreign) == 1
    assert refused(bundle_with(dz, proposal.id, monkeypatch, foreign))


def test_a_receipt_of_another_number(dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = pushed(dz)
    dz.deliver("KW")
    voided(dz)
    foreign = [each for kind in ("envelope.void", "receipt.received") for each in of_kind(dz, kind) if each["seq"] == 2]
    assert len(foreign) == 2
    for each in (foreign, foreign[1:]):
        assert refused(bundle_with(dz, proposal.id, monkeypatch, each))


def test_another_message(dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    question = Request(PURPOSE, "", "Is he known to you?", "Invented Act 1", "8h", ())
    with dz.node.store.write() as unit:
        asking = propose_message(dz.node, unit, dz.staff.officer, MessageWish("KW", AGREEMENT, question))
    proposal = pushed(dz)
    dz.approve(asking)
    dz.release(asking)
    assert refused(bundle_with(dz, proposal.id, monkeypatch, of_kind(dz, "message.sent")))


def test_another_agreement(dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    enact(dz, standing_document())
    run_standing(dz.node, 5)
    preapprove(dz, "TLP:RED")
    proposal = pushed(dz)
    foreign = [each for each in of_kind(dz, "agreement.changed") if each["agreement"] != proposal.agreement_id]
    foreign += [each for each in of_kind(dz, "standing.approved") if each["agreement"] != proposal.agreement_id]
    assert foreign
    for each in foreign:
        assert refused(bundle_with(dz, proposal.id, monkeypatch, [each]))


@pytest.mark.parametrize("kind", ["record.deposited", "partner.added"])
def test_a_kind_that_no_bundle_has(dz: State, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    proposal = pushed(dz)
    foreign = of_kind(dz, kind)[:1]
    assert foreign
    assert refused(bundle_with(dz, proposal.id, monkeypatch, foreign))


def test_what_the_agreement_became_after_the_release(dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = pushed(dz)
    dz.deliver("KW")
    voided(dz)
    foreign = of_kind(dz, "agreement.changed")
    assert refused(bundle_with(dz, proposal.id, monkeypatch, foreign))


def test_a_message_that_brought_no_grant(monkeypatch: pytest.MonkeyPatch) -> None:
    row = in_a_row({code: FakeStore() for code in ("DZ", "AE", "KW")})
    refs = shared(row, 1)
    granted(row, wish_for(asked(row, refs)))
    ae = row["AE"]
    pass_to(ae, "KW", AE_KW, refs)
    release = str(of_kind(ae, "release.released")[-1]["release"])
    assert both(bundle_with(ae, release, monkeypatch, []), "AE").ok
    foreign = of_kind(ae, "envelope.received")[:1]
    assert refused(bundle_with(ae, release, monkeypatch, foreign), "AE")
