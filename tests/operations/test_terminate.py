"""The end of an agreement: two persons, nothing leaves afterwards, pending included, and the parties are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from exchange.crypto.atrest import AtRest
from exchange.errors import Code, Conflict, Denied, ExchangeError, Forbidden, NotFound, Unauthenticated
from exchange.model.messages import Notice
from exchange.model.state import Person
from exchange.operations import agreements, people
from exchange.operations.agreement_alarms import alarms
from exchange.operations.messages import MessageWish
from exchange.operations.partners import suspend_partner
from exchange.operations.pull import pull
from exchange.operations.release import send_own_notice
from exchange.operations.terminate import REASON, Ended, ask_termination, confirm_termination, withdraw_termination
from exchange.policies.agreement import AfterEnd
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite, succeeds
from tests.federation import AGREEMENT, PURPOSE, Federation, State, enact, federate
from tests.operations.life_kit import signed, version, versions
from tests.subjects import gulf_person


class Nodes:
    """A federation and the URL of each node's database."""

    def __init__(self, states: Federation, urls: dict[str, str]) -> None:
        self.states, self.urls = states, urls


@pytest.fixture
def nodes(databases: Sqlite | Postgresql) -> Iterator[Nodes]:
    with ExitStack() as stack:
        urls = {code: stack.enter_context(databases.fresh()) for code in ("DZ", "KW")}
        stores = {code: SqlStore(open_engine(url), AtRest(KEK)) for code, url in urls.items()}
        yield Nodes(federate(stores), urls)
        for store in stores.values():
            store.close()


def asked(state: State, person: Person | None = None) -> None:
    with state.node.store.write() as unit:
        ask_termination(state.node, unit, person or state.staff.admin, AGREEMENT)


def ended(state: State) -> Ended:
    asked(state)
    return confirm_termination(state.node, state.staff.approver, AGREEMENT)


def test_it_takes_two_persons(nodes: Nodes) -> None:
    dz = nodes.states["DZ"]
    with pytest.raises(NotFound):
        confirm_termination(dz.node, dz.staff.approver, AGREEMENT)
    asked(dz)
    assert versions(dz) == {1: "active"}
    with pytest.raises(Conflict) as caught:
        confirm_termination(dz.node, dz.staff.admin, AGREEMENT)
    assert caught.value.code is Code.SELF_APPROVAL
    refs = dz.deposit(gulf_person(1))
    assert [each.state for each in dz.push("KW", refs)] == ["released"], "a refused confirmation stops nothing"
    assert confirm_termination(dz.node, dz.staff.approver, AGREEMENT).agreement.state == "terminated"
    assert versions(dz) == {1: "terminated"}


def test_only_some_may_and_a_disabled_person_no_longer(nodes: Nodes) -> None:
    dz = nodes.states["DZ"]
    for person in (dz.staff.officer, dz.staff.auditor):
        with pytest.raises(Forbidden):
            asked(dz, person)
    asked(dz)
    with pytest.raises(Forbidden):
        confirm_termination(dz.node, dz.staff.officer, AGREEMENT)
    with dz.node.store.write() as unit:
        people.disable_person(dz.node, unit, "DZ", dz.staff.approver.id)
    with pytest.raises(Unauthenticated):
        confirm_termination(dz.node, dz.staff.approver, AGREEMENT)
    assert versions(dz) == {1: "active"}


def test_the_database_wants_two_persons_as_well(nodes: Nodes) -> None:
    dz, url = nodes.states["DZ"], nodes.urls["DZ"]
    end = "UPDATE agreements SET state = 'terminated'"
    self_confirmed = "UPDATE terminations SET confirmed_by = asked_by, confirmed_at = 1"
    alone = (
        "INSERT INTO terminations (id, version, asked_by, asked_at, confirmed_by, confirmed_at) "
        f"VALUES ('{AGREEMENT}', 1, 'a', 1, 'b', 1)"
    )
    assert not succeeds(url, end)
    assert not succeeds(url, alone)
    asked(dz)
    assert not succeeds(url, end)
    assert not succeeds(url, self_confirmed)
    assert not succeeds(url, "UPDATE terminations SET asked_by = 'somebody'")
    with pytest.raises(Conflict) as caught, dz.node.store.write() as unit:
        unit.agreements.confirm_termination(AGREEMENT, 1, dz.staff.admin.id, nodes.states.clock.now())
    assert caught.value.code is Code.SELF_APPROVAL
    with pytest.raises(Denied) as missing, dz.node.store.write() as unit:
        stored = agreements.get_version(unit, AGREEMENT, 1)
        agreements.put_version(dz.node, unit, "DZ", replace(stored, state="terminated"))
    assert missing.value.code is Code.APPROVAL_MISSING
    confirm_termination(dz.node, dz.staff.approver, AGREEMENT)
    assert not succeeds(url, "UPDATE agreements SET state = 'active'")
    assert not succeeds(url, "DELETE FROM terminations")
    assert not succeeds(url, "UPDATE terminations SET confirmed_by = 'somebody'")
    engine = create_engine(url)
    with engine.connect() as connection:
        row = connection.execute(text("SELECT asked_by, confirmed_by FROM terminations")).one()
    engine.dispose()
    assert tuple(row) == (dz.staff.admin.id, dz.staff.approver.id)


def test_nothing_leaves_afterwards_pending_included(nodes: Nodes) -> None:
    """policies.md, case 22."""
    dz, kw = nodes.states["DZ"], nodes.states["KW"]
    delivered, queued, approved, proposed = (dz.deposit(gulf_person(number)) for number in range(1, 5))
    dz.push("KW", delivered)
    assert dz.deliver("KW").accepted == 1
    dz.push("KW", queued)
    waiting = dz.propose("KW", approved).proposals[0]
    dz.approve(waiting)
    open_ = dz.propose("KW", proposed).proposals[0]
    done = ended(dz)
    assert (done.proposals, done.envelopes) == (2, 1)
    with dz.node.store.read() as unit:
        states = [unit.releases.get(each.id) for each in (waiting, open_)]
    assert [each.state for each in states if each is not None] == ["voided", "voided"]
    voided = [each["reason"] for each in invariants.entries(dz.node, "release.voided")]
    assert voided == [REASON, REASON]
    with pytest.raises(Conflict):
        dz.release(waiting)
    with pytest.raises(ExchangeError):
        dz.propose("KW", proposed)
    states_ = [item.state for item in invariants.sent(dz.node, "KW")]
    assert states_ == ["accepted", "void", "queued"], "the last is the notice of the end"
    assert dz.deliver("KW").accepted == 1
    assert pull(kw.node, "DZ").stopped is None
    invariants.holds_exactly(dz.node, kw.node, delivered)
    invariants.ledger_verifies(dz.node, dz.staff.auditor)
    invariants.ledger_verifies(kw.node, kw.staff.auditor)


def test_what_ended_is_never_in_force_again_but_a_new_version_can_be(nodes: Nodes) -> None:
    dz = nodes.states["DZ"]
    ended(dz)
    with pytest.raises(Conflict), dz.node.store.write() as unit:
        agreements.activate(dz.node, unit, dz.staff.admin, AGREEMENT, 1)
    with pytest.raises(NotFound):
        asked(dz)
    enact(dz, version(2))
    assert versions(dz) == {1: "terminated", 2: "active"}
    assert [each.state for each in dz.push("KW", dz.deposit(gulf_person(1)))] == ["released"]


def test_a_suspended_agreement_can_be_ended_and_a_waiting_version_is_a_draft_again(nodes: Nodes) -> None:
    dz = nodes.states["DZ"]
    signed(dz, version(2))
    with dz.node.store.write() as unit:
        starts = nodes.states.clock.now() + timedelta(days=1)
        agreements.activate(dz.node, unit, dz.staff.admin, AGREEMENT, 2, starts)
    with dz.node.store.write() as unit:
        agreements.suspend(dz.node, unit, dz.staff.approver, AGREEMENT)
    ended(dz)
    assert versions(dz) == {1: "terminated", 2: "draft"}


def test_a_request_can_be_taken_back(nodes: Nodes) -> None:
    dz = nodes.states["DZ"]
    asked(dz)
    with pytest.raises(Conflict):
        asked(dz, dz.staff.approver)
    with dz.node.store.write() as unit:
        withdraw_termination(dz.node, unit, dz.staff.approver, AGREEMENT)
    with pytest.raises(NotFound):
        confirm_termination(dz.node, dz.staff.approver, AGREEMENT)
    with pytest.raises(NotFound), dz.node.store.write() as unit:
        withdraw_termination(dz.node, unit, dz.staff.approver, AGREEMENT)
    kinds = [each["kind"] for each in invariants.entries(dz.node, "termination.asked", "termination.withdrawn")]
    assert kinds == ["termination.asked", "termination.withdrawn"]


def test_every_partner_is_told_though_the_agreement_has_ended(nodes: Nodes) -> None:
    dz, kw = nodes.states["DZ"], nodes.states["KW"]
    document = version(2, after_end={"rule": "destroy", "days": 30})
    for state in (dz, kw):
        enact(state, document)
    done = ended(dz)
    assert (done.told, done.rule) == (("KW",), AfterEnd("destroy", 30)), "AE is a party, and no partner of this node"
    assert dz.deliver("KW").accepted == 1
    with kw.node.store.read() as unit:
        (said,) = unit.messages.page("in", None, 10)
        (alarm,) = alarms(unit)
        assert unit.agreements.active(AGREEMENT, lock=False) is not None, (
            "one party's word stops nothing between others"
        )
    assert (said.type, said.agreement_id) == ("notice", AGREEMENT)
    assert (alarm.agreement_id, alarm.version, alarm.code) == (AGREEMENT, 2, "ENDED_BY_PARTNER")
    invariants.quiet(dz, kw)
    ended(kw)
    with kw.node.store.read() as unit:
        assert alarms(unit) == []
    assert kw.deliver("DZ").accepted == 1, "it has ended on both sides, and the notice still arrives"
    with dz.node.store.read() as unit:
        assert alarms(unit) == [], "nobody has to end what has ended here already"
    invariants.quiet(kw, dz)
    invariants.quiet(dz, kw)


def test_behind_the_end_goes_the_notice_of_it_and_nothing_else(nodes: Nodes) -> None:
    dz = nodes.states["DZ"]
    ended(dz)
    for about, outcome in (("waiver", "opened"), ("destroyed", "agreement_ended")):
        notice = Notice(PURPOSE, "", about, outcome, (), None, None, None)
        with pytest.raises(Denied) as caught, dz.node.store.write() as unit:
            send_own_notice(dz.node, unit, MessageWish("KW", AGREEMENT, notice))
        assert caught.value.code is Code.AGREEMENT_NOT_IN_FORCE


def test_a_partner_that_cannot_be_told_does_not_hold_the_end_up(nodes: Nodes) -> None:
    dz = nodes.states["DZ"]
    with dz.node.store.write() as unit:
        suspend_partner(dz.node, unit, dz.staff.admin, "KW")
    assert ended(dz).told == ()
    assert versions(dz) == {1: "terminated"}


@pytest.mark.parametrize(("days", "left"), [(30, 30), (364, None)])
def test_our_own_copies_follow_the_rule(nodes: Nodes, days: int, left: int | None) -> None:
    """They end at that time, or earlier by their own retention; never later."""
    dz, kw = nodes.states["DZ"], nodes.states["KW"]
    document = version(2, after_end={"rule": "destroy", "days": days})
    for state in (dz, kw):
        enact(state, document)
    (ref,) = dz.deposit(gulf_person(1))
    dz.push("KW", [ref])
    assert dz.deliver("KW").accepted == 1
    with kw.node.store.read() as unit:
        before = unit.copies.latest(ref)
    ended(kw)
    with kw.node.store.read() as unit:
        after = unit.copies.latest(ref)
    assert before is not None
    assert after is not None
    assert before.expires_at is not None
    until = nodes.states.clock.now() + timedelta(days=days)
    assert after.expires_at == min(until, before.expires_at)
    assert (after.expires_at == until) == (left is not None)
