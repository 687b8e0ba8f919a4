"""Onward sharing in memory: DZ's record, held by AE, reaches KW under DZ's signed consent and not otherwise (T-20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.crypto.encoding import read_canonical
from exchange.errors import BadInput, Code, Denied
from exchange.ledger.entries import read as read_entry
from exchange.model.claims import Claim
from exchange.model.message_json import read as read_message
from exchange.model.messages import LegalReason, Notice, Recall
from exchange.model.records import Ref
from exchange.model.state import MessageKey
from exchange.operations.deposit import Amendment, amend
from exchange.operations.messages import MessageWish
from exchange.operations.obligations import counts, waiting
from exchange.operations.onward import OnwardWish, grant_onward, refuse_onward, request_onward, revoke_onward
from exchange.operations.permits import Way, held
from exchange.operations.preview import Preview, Question, preview
from exchange.operations.pull import pull
from exchange.operations.read import read_received
from exchange.operations.recalls import RecallAnswer, answer_recall
from exchange.operations.release import send
from exchange.operations.replay_file import check_file, export_decisions
from tests import invariants
from tests.federation import PURPOSE, Federation, State, enact
from tests.onward_kit import (
    AE_KW,
    AMBER,
    DZ_AE,
    agreement,
    asked,
    copies,
    granted,
    in_a_row,
    offer,
    pass_to,
    settle,
    shared,
    wish_for,
)
from tests.operations.fakes import FakeStore
from tests.replay_kit import stages_of
from tests.subjects import gulf_person
from tests.threats.worlds import caught


@pytest.fixture
def row() -> Federation:
    return in_a_row({code: FakeStore() for code in ("DZ", "AE", "KW")})


def reasons(state: State, refs: list[Ref]) -> list[str]:
    found = offer(state, "KW", AE_KW, refs)
    assert found.proposals == []
    return [reason.code for _, reason in found.denied]


def paths_of(state: State, ref: Ref) -> set[str]:
    with state.node.store.write() as unit:
        return {claim.path for claim in read_received(state.node, unit, state.staff.officer, ref).claims}


def entries(state: State) -> list[dict[str, object]]:
    with state.node.store.read() as unit:
        return [dict(read_entry(each)) for each in unit.ledger.entries(0, 10_000)]


def kinds(state: State) -> list[str]:
    return [str(each["kind"]) for each in entries(state)]


def due(state: State) -> list[tuple[str, str, int]]:
    with state.node.store.read() as unit:
        return [(each.type, each.by, each.overdue) for each in counts(waiting(unit, state.node.clock.now()))]


def test_a_record_goes_on_with_its_originators_consent(row: Federation) -> None:
    refs = shared(row, 1)
    ae, kw, dz = row["AE"], row["KW"], row["DZ"]
    assert reasons(ae, refs) == ["ORIGINATOR_CONTROL"]
    thread = asked(row, refs)
    assert (due(ae), due(dz)) == ([("onward-request", "theirs", 0)], [("onward-request", "ours", 0)])
    granted(row, wish_for(thread))
    assert (due(ae), due(dz)) == ([], [])
    pass_to(ae, "KW", AE_KW, refs)
    (copy,) = copies(kw, refs)
    assert (copy.ref.originator, copy.sender, copy.agreement_id) == ("DZ", "AE", AE_KW)
    assert {"name.full", "nationality"} <= paths_of(kw, refs[0])
    assert "gender" not in paths_of(kw, refs[0])  # AE's own agreement with KW still decides
    terms = read_canonical(copy.handling, limit=10_000)
    assert isinstance(terms, dict)
    assert (terms["onward"], terms["retention_days"], terms["purposes"]) == ("none", 200, [PURPOSE])
    with kw.node.store.read() as unit:
        assert [each.originator for each in unit.grants.page(None, 9)] == ["DZ"]
    ae.deliver("DZ")
    with dz.node.store.read() as unit:
        told = [each for each in unit.messages.page("in", None, 99) if each.type == "notice"]
        body = unit.messages.get(told[0].key)
    assert body is not None
    notice = read_message(read_canonical(body.body, limit=10_000), "notice")
    assert isinstance(notice, Notice)
    assert (notice.about, notice.refs) == ("passed-on", tuple(refs))
    assert "release.onward" in kinds(ae)
    for state in row.states.values():
        invariants.ledger_verifies(state.node, state.staff.auditor)


@pytest.mark.parametrize("since", ["nothing", "revoked", "another grant", "expired"])
def test_what_went_on_is_decided_again_under_the_grant_of_that_time(row: Federation, since: str) -> None:
    """In the node, whatever became of the grant since; a file has no grants, and says so."""
    refs = shared(row, 1)
    ae = row["AE"]
    thread = asked(row, refs)
    granted(row, wish_for(thread))
    (proposal,) = offer(ae, "KW", AE_KW, refs).proposals
    ae.approve(proposal)
    assert ae.release(proposal).state == "released"
    row.clock.forward(timedelta(seconds=1))
    if since == "revoked":
        with row["DZ"].node.store.write() as unit:
            revoke_onward(row["DZ"].node, unit, row["DZ"].staff.approver, "AE", thread)
        assert row["DZ"].deliver("AE").stopped is None
    if since == "another grant":
        row.clock.forward(timedelta(hours=1))
        granted(row, replace(wish_for(asked(row, refs, ("name.full",))), tlp="TLP:RED"))
    if since == "expired":
        row.clock.forward(timedelta(days=91))
    stages = stages_of(ae, proposal.id)
    assert [(stage.stage, [each.state for each in stage.items]) for stage in stages] == [
        ("proposed", ["equal"]),
        ("released", ["equal"]),
    ]
    assert all(stage.sound for stage in stages)
    with ae.node.store.write() as unit:
        file = export_decisions(ae.node, unit, ae.staff.officer, proposal.id, values=True)
    assert [each.state for stage in check_file(file).stages for each in stage.items] == ["not_retaken"] * 2
    (decided,) = [each for each in entries(ae) if each["kind"] == "release.decided"]
    assert decided["digest"] == stages[1].digest.hex()
    invariants.ledger_verifies(ae.node, ae.staff.auditor)
    with ae.node.store.write() as unit:
        lines = unit.copies.places(refs)
        unit.copies.destroy(lines)
    assert [each.state for stage in stages_of(ae, proposal.id) for each in stage.items] == ["not_retaken"] * 2


def test_only_the_claims_that_were_granted_go_on(row: Federation) -> None:
    refs = shared(row, 1)
    thread = asked(row, refs, ("name.full",))
    granted(row, wish_for(thread))
    pass_to(row["AE"], "KW", AE_KW, refs)
    found = paths_of(row["KW"], refs[0])
    assert "name.full" in found
    assert "nationality" not in found


def test_handling_is_the_tightest_of_all(row: Federation) -> None:
    refs = shared(row, 1)
    thread = asked(row, refs)
    wish = replace(wish_for(thread), tlp="TLP:RED", caveats=("NO_ARREST_BASIS",), retention_days=30)
    granted(row, wish)
    pass_to(row["AE"], "KW", AE_KW, refs)
    (copy,) = copies(row["KW"], refs)
    terms = read_canonical(copy.handling, limit=10_000)
    assert isinstance(terms, dict)
    assert (terms["tlp"], terms["retention_days"]) == ("TLP:RED", 30)
    assert isinstance(terms["caveats"], list)
    assert "NO_ARREST_BASIS" in terms["caveats"]


@pytest.mark.parametrize("change", ["expired", "other agreement", "other purpose", "revoked", "refused"])
def test_without_a_grant_that_covers_it_nothing_goes_on(row: Federation, change: str) -> None:
    refs = shared(row, 1)
    ae, dz = row["AE"], row["DZ"]
    thread = asked(row, refs)
    wish = wish_for(thread)
    if change == "refused":
        with dz.node.store.write() as unit:
            proposal = refuse_onward(dz.node, unit, dz.staff.officer, "AE", thread, "source_protection")
        settle(dz, proposal)
    else:
        granted(row, replace(wish, agreements=("AG-AE-KW-2",)) if change == "other agreement" else wish)
    if change == "expired":
        row.clock.forward(timedelta(days=90))
    if change == "revoked":
        assert len(offer(ae, "KW", AE_KW, refs).proposals) == 1
        with dz.node.store.write() as unit:
            revoke_onward(dz.node, unit, dz.staff.approver, "AE", thread)
        assert dz.deliver("AE").stopped is None
    found = offer(ae, "KW", AE_KW, refs, "border.checks" if change == "other purpose" else PURPOSE)
    assert found.proposals == []
    assert [reason.code for _, reason in found.denied] == ["ORIGINATOR_CONTROL"]


def test_a_grant_that_is_revoked_after_the_approval_voids_it(row: Federation) -> None:
    """T-13: decided again when it leaves."""
    refs = shared(row, 1)
    ae, dz = row["AE"], row["DZ"]
    thread = asked(row, refs)
    granted(row, wish_for(thread))
    (proposal,) = offer(ae, "KW", AE_KW, refs).proposals
    ae.approve(proposal)
    with dz.node.store.write() as unit:
        revoke_onward(dz.node, unit, dz.staff.approver, "AE", thread)
    assert dz.deliver("AE").stopped is None
    outcome = ae.release(proposal)
    assert (outcome.state, outcome.reason) == ("voided", "APPROVAL_STALE")
    assert kinds(ae).count("grant.revoked") == kinds(dz).count("grant.revoked") == 1
    invariants.ledger_verifies(ae.node, ae.staff.auditor)


def test_what_may_not_be_asked(row: Federation) -> None:
    refs = shared(row, 1)
    ae = row["AE"]

    def ask(*, named: list[Ref], to: str = "KW", agreement: str = DZ_AE) -> None:
        with ae.node.store.write() as unit:
            wish = OnwardWish("DZ", agreement, PURPOSE, tuple(named), to, "x", None)
            request_onward(ae.node, unit, ae.staff.officer, wish)

    assert caught(lambda: ask(named=[Ref("DZ", "rec-00000000")])) is Code.MESSAGE_NOT_ALLOWED
    assert caught(lambda: ask(named=refs, to="DZ")) is Code.MESSAGE_NOT_ALLOWED
    assert caught(lambda: ask(named=refs, to="AE")) is Code.MESSAGE_NOT_ALLOWED
    assert caught(lambda: ask(named=refs, agreement=AE_KW)) is Code.AGREEMENT_NOT_IN_FORCE


def test_a_grant_needs_a_second_person_and_gives_no_more_than_was_asked(row: Federation) -> None:
    refs = shared(row, 1)
    dz = row["DZ"]
    thread = asked(row, refs, ("name.full",))
    with dz.node.store.write() as unit:
        proposal = grant_onward(dz.node, unit, dz.staff.officer, wish_for(thread))
    assert caught(lambda: dz.release(proposal)) is Code.APPROVAL_MISSING
    with dz.node.store.write() as unit, pytest.raises(Denied) as denied:
        grant_onward(dz.node, unit, dz.staff.officer, replace(wish_for(thread), paths=("name.full", "nationality")))
    assert denied.value.facts == {"reason": "GRANT_UNREADABLE"}
    with dz.node.store.write() as unit, pytest.raises(BadInput):
        grant_onward(dz.node, unit, dz.staff.officer, replace(wish_for(thread), days=400))


def test_the_approver_sees_what_would_go_on(row: Federation) -> None:
    refs = shared(row, 1)
    ae = row["AE"]
    granted(row, wish_for(asked(row, refs)))
    with ae.node.store.write() as unit:
        question = Question(refs[0], "KW", PURPOSE, AE_KW)
        (answer,) = preview(ae.node, unit, ae.staff.approver, question)
    assert isinstance(answer, Preview)
    assert answer.view.grant is not None


def recall(house: Federation, ref: Ref) -> MessageKey:
    """DZ recalls it from AE, which has the recall and has answered nothing."""
    dz = house["DZ"]
    with dz.node.store.write() as unit:
        message = Recall(PURPOSE, "", (ref,), "wrong_person", None, "2026-11-20T00:00:00Z", None)
        sent = send(dz.node, unit, dz.staff.approver, MessageWish("AE", DZ_AE, message))
    assert dz.deliver("AE").stopped is None
    return MessageKey(sent.key.id, "DZ", "in")


@pytest.mark.parametrize("answered", [False, True])
def test_what_its_originator_recalled_goes_no_further(row: Federation, answered: bool) -> None:
    """Unanswered or kept by law, the grant still stands: nothing is offered, and what was approved is void."""
    refs = shared(row, 1, 2)
    ae = row["AE"]
    granted(row, wish_for(asked(row, refs)))
    (proposal,) = offer(ae, "KW", AE_KW, refs).proposals
    ae.approve(proposal)
    key = recall(row, refs[0])
    if answered:
        reason = LegalReason("prosecution", "Case 12, court of first instance")
        with ae.node.store.write() as unit:
            wish = RecallAnswer(key, "retained", legal_reason=reason, until="2027-01-01")
            answer_recall(ae.node, unit, ae.staff.approver, wish)
    outcome = ae.release(proposal)
    assert (outcome.state, outcome.reason) == ("voided", "APPROVAL_STALE")
    found = offer(ae, "KW", AE_KW, refs)
    assert [(ref, reason.code) for ref, reason in found.denied] == [(refs[0], "ORIGINATOR_CONTROL")]
    assert [each.kind for each in found.proposals] == ["release"]


def test_what_came_after_the_recall_goes_on(row: Federation) -> None:
    refs = shared(row, 1)
    ae, dz = row["AE"], row["DZ"]
    granted(row, wish_for(asked(row, refs)))
    recall(row, refs[0])
    with dz.node.store.write() as unit:
        amend(dz.node, unit, dz.staff.officer, [Amendment(refs[0], 1, gulf_person(3))])
    pass_to(dz, "AE", DZ_AE, refs)
    pass_to(ae, "KW", AE_KW, refs)
    (copy,) = copies(row["KW"], refs)
    assert copy.version == 2


@pytest.mark.parametrize("by", ["push", "pull"])
@pytest.mark.parametrize("change", ["nothing", "revoked", "expired", "recalled", "other grant", "newer version"])
def test_what_is_queued_needs_its_grant_until_it_leaves(row: Federation, change: str, by: str) -> None:
    refs = shared(row, 1)
    ae, kw, dz = row["AE"], row["KW"], row["DZ"]
    thread = asked(row, refs)
    granted(row, replace(wish_for(thread), days=5))
    (proposal,) = offer(ae, "KW", AE_KW, refs).proposals
    ae.approve(proposal)
    assert ae.release(proposal).state == "released"
    if change in ("revoked", "other grant"):
        with dz.node.store.write() as unit:
            revoke_onward(dz.node, unit, dz.staff.approver, "AE", thread)
        assert dz.deliver("AE").stopped is None
    if change == "other grant":
        granted(row, replace(wish_for(asked(row, refs, ("name.full",))), days=5))
    if change == "expired":
        row.clock.forward(timedelta(days=6))
    if change == "recalled":
        recall(row, refs[0])
    if change == "newer version":
        with dz.node.store.write() as unit:
            amend(dz.node, unit, dz.staff.officer, [Amendment(refs[0], 1, gulf_person(3))])
        pass_to(dz, "AE", DZ_AE, refs)
    if by == "push":
        assert ae.deliver("KW").stopped is None
    else:
        assert pull(kw.node, "AE").stopped is None
    goes = change == "nothing"
    assert [item.state for item in invariants.sent(ae.node, "KW")] == ["accepted" if goes else "void"]
    assert len(copies(kw, refs)) == goes
    for state in row.states.values():
        invariants.ledger_verifies(state.node, state.staff.auditor)


def test_the_second_checker_reads_each_copy_by_its_own_terms(row: Federation) -> None:
    """One grant, two copies under an agreement that provides for no TLP:RED: the other one goes on."""
    dz, ae, kw = row["DZ"], row["AE"], row["KW"]
    document = agreement("AG-AE-KW-2", ("AE", "KW"), "none", ("identity.name", "nationality"), 200)
    for state in (ae, kw):
        enact(state, document | {"approvals": {"TLP:AMBER+STRICT": AMBER, "TLP:AMBER": AMBER}})
    refs = dz.deposit(marked(1, "TLP:RED"), marked(2, "TLP:AMBER"))
    pass_to(dz, "AE", DZ_AE, refs)
    granted(row, replace(wish_for(asked(row, refs)), agreements=("AG-AE-KW-2",), tlp="TLP:AMBER"))
    with ae.node.store.read() as unit:
        way = Way("KW", "AG-AE-KW-2", PURPOSE, ae.node.clock.now())
        _, permits = held(ae.node, unit, refs, way, lock=False)
    bound = [(list(each.versions), each.markings[0]) for each in permits.consents]
    assert bound == [([refs[0].id], "TLP:RED"), ([refs[1].id], "TLP:AMBER")]
    found = offer(ae, "KW", "AG-AE-KW-2", refs)
    assert [ref for ref, _ in found.denied] == refs[:1]
    for proposal in found.proposals:
        settle(ae, proposal)
    assert [copy.ref for copy in copies(kw, refs)] == refs[1:]


def marked(number: int, label: str) -> tuple[Claim, ...]:
    claims = gulf_person(number)
    return tuple(claim._replace(value=label) if claim.path == "record.marking" else claim for claim in claims)
