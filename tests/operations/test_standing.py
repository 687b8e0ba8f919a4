"""Standing and daily rules: what they propose, what they release by themselves, and what they never do."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.errors import Code
from exchange.model.claims import Claim, JsonObject
from exchange.model.state import Person, Proposal, StandingApproval
from exchange.operations import preapprove as standing
from exchange.operations import standing as rules
from exchange.operations.agreements import activate, raise_flag, suspend
from exchange.operations.approve import approve
from exchange.operations.deposit import Amendment, amend
from exchange.operations.people import add_person
from exchange.operations.permissions import STANDING as ROLE
from exchange.operations.propose import Wish, propose
from exchange.operations.release import release
from tests import invariants
from tests.federation import (
    PURPOSE,
    STANDING,
    Federation,
    State,
    enact,
    federate,
    preapprove,
    standing_document,
)
from tests.operations.fakes import FakeStore
from tests.subjects import gulf_person
from tests.threats.worlds import caught

RULE = f"standing:{STANDING}"
_NONE: JsonObject = {"count": 0, "role": "releasing_officer"}
NOBODY: JsonObject = {
    "TLP:AMBER": _NONE,
    "TLP:AMBER+STRICT": _NONE,
    "TLP:RED": {"count": 3, "role": "releasing_officer"},
}
MARKINGS = ["TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"]


def marked(n: int, label: str) -> tuple[Claim, ...]:
    """An invented person under this marking."""
    return tuple(claim._replace(value=label) if claim.path == "record.marking" else claim for claim in gulf_person(n))


def run(state: State) -> rules.Ran:
    return rules.run_standing(state.node, 5)


def by_rule(state: State, *states: str) -> list[Proposal]:
    return [each for each in invariants.proposals(state.node) if each.proposer == RULE and each.state in states]


@pytest.fixture
def ruled(dz: State) -> State:
    """DZ with a standing agreement in force beside the daily one."""
    enact(dz, standing_document())
    run(dz)
    return dz


def test_a_deposit_only_leaves_names_and_the_worker_proposes(ruled: State) -> None:
    refs = ruled.deposit(gulf_person(1), gulf_person(2))
    assert invariants.proposals(ruled.node) == []
    assert run(ruled)[:2] == (2, 2)
    waiting = by_rule(ruled, "proposed")
    assert Counter(each.recipient for each in waiting) == {"AE": 1, "KW": 1}
    with ruled.node.store.read() as unit:
        for each in waiting:
            assert sorted(item.ref for item in unit.releases.items(each.id)) == sorted(refs)
    assert run(ruled) == (0, 0, 0)
    assert len(invariants.proposals(ruled.node)) == 2


def test_without_a_standing_approval_it_waits_for_people(ruled: State) -> None:
    ruled.deposit(gulf_person(1))
    run(ruled)
    proposal = by_rule(ruled, "proposed")[0]
    assert caught(lambda: ruled.release(proposal)) is Code.APPROVAL_MISSING
    ruled.approve(proposal)
    assert ruled.release(proposal).state == "released"
    invariants.ledger_verifies(ruled.node, ruled.staff.auditor)


def test_under_a_standing_approval_it_leaves_by_itself(ruled: State) -> None:
    preapprove(ruled, "TLP:AMBER+STRICT")
    ruled.deposit(gulf_person(1), marked(2, "TLP:RED"))
    assert run(ruled).released == 2
    assert Counter(each.state for each in invariants.proposals(ruled.node)) == {"released": 2, "proposed": 2}
    assert {entry["kind"] for entry in invariants.entries(ruled.node)} >= {"standing.approved", "standing.used"}
    assert len(invariants.entries(ruled.node, "standing.used")) == 2
    invariants.ledger_verifies(ruled.node, ruled.staff.auditor)


def test_where_the_agreement_asks_for_nobody_it_leaves_by_itself(dz: State) -> None:
    enact(dz, standing_document(approvals=NOBODY, examples=[]))
    dz.deposit(gulf_person(1), marked(2, "TLP:RED"))
    assert run(dz).released == 2
    assert {each.approvals_needed for each in by_rule(dz, "released")} == {0}
    assert {each.approvals_needed for each in by_rule(dz, "proposed")} == {3}
    (ref,) = dz.deposit(gulf_person(3))
    with dz.node.store.write() as unit:
        by_hand = propose(dz.node, unit, dz.staff.officer, Wish("KW", STANDING, PURPOSE, (ref,)))
    assert [each.approvals_needed for each in by_hand.proposals] == [1], "by hand there is always another pair of eyes"
    assert caught(lambda: dz.release(by_hand.proposals[0])) is Code.APPROVAL_MISSING
    invariants.ledger_verifies(dz.node, dz.staff.auditor)


def test_never_by_itself_for_minors_or_what_had_to_be_signed(ruled: State) -> None:
    preapprove(ruled, "TLP:RED")
    flagged = (*gulf_person(1), Claim("c901", "record.flag", "journalist", "fact"))
    signoff: JsonObject = {"for": "listing", "authority": "an authority", "date": "2026-11-01"}
    listed = (*flagged, Claim("c902", "record.signoff", signoff, "fact"))
    ruled.deposit(listed)
    assert run(ruled).released == 0
    waiting = by_rule(ruled, "proposed")
    assert waiting
    assert {each.approvals_needed for each in waiting} == {3}


def test_a_new_version_goes_only_if_the_view_changes(ruled: State) -> None:
    preapprove(ruled, "TLP:AMBER+STRICT")
    (ref,) = ruled.deposit(gulf_person(1))
    assert run(ruled).released == 2
    assert run(ruled) == (0, 0, 0)
    with ruled.node.store.write() as unit:
        amend(ruled.node, unit, ruled.staff.officer, [Amendment(ref, 1, gulf_person(1))])
    assert run(ruled).released == 2, "another version has another manifest, which the partner must hold"
    with ruled.node.store.write() as unit:
        unit.cadences.all_changed()
    assert run(ruled) == (1, 0, 0), "the same view is not sent twice"


def disabled(house: Federation, approval: StandingApproval) -> None:
    with house["DZ"].node.store.write() as unit:
        unit.people.disable(str(approval.second_officer))


def revoked(house: Federation, approval: StandingApproval) -> None:
    with house["DZ"].node.store.write() as unit:
        standing.revoke_standing(house["DZ"].node, unit, house["DZ"].staff.approvers[2], approval.id)


def expired(house: Federation, approval: StandingApproval) -> None:
    house.clock.time = approval.expires_at


def lowered(house: Federation, approval: StandingApproval) -> None:
    """Somebody writes another marking into the row: the digest that both consented to is another."""
    with house["DZ"].node.store.write() as unit:
        unit.waivers.update_standing(replace(approval, marking="TLP:RED"))


@pytest.mark.parametrize("end", [disabled, revoked, expired, lowered])
def test_a_standing_approval_ends(house: Federation, end: object) -> None:
    dz = house["DZ"]
    enact(dz, standing_document())
    approval = preapprove(dz, "TLP:AMBER+STRICT")
    assert callable(end)
    end(house, approval)
    dz.deposit(gulf_person(1))
    assert run(dz).released == 0
    assert len(by_rule(dz, "proposed")) == 2


def test_it_takes_two_releasing_officers_and_their_digest(ruled: State) -> None:
    first, second = ruled.staff.approvers[:2]
    with ruled.node.store.write() as unit:
        asked = standing.ask_standing(ruled.node, unit, first, STANDING, "TLP:AMBER", 30)

    def consent(person: Person, digest: str) -> None:
        with ruled.node.store.write() as unit:
            standing.approve_standing(ruled.node, unit, person, asked.id, digest)

    assert caught(lambda: consent(first, asked.digest)) is Code.ALREADY_APPROVED
    assert caught(lambda: consent(second, "0" * 64)) is Code.APPROVAL_STALE
    ruled.deposit(marked(1, "TLP:AMBER"))
    assert run(ruled).released == 0
    consent(second, asked.digest)
    assert caught(lambda: consent(second, asked.digest)) is Code.RELEASE_STATE


def test_a_new_version_of_the_agreement_needs_a_new_one(ruled: State) -> None:
    preapprove(ruled, "TLP:AMBER+STRICT")
    enact(ruled, standing_document(version=2))
    ruled.deposit(gulf_person(1))
    assert run(ruled).released == 0


def test_the_rule_never_approves_and_nobody_can_have_its_name(ruled: State) -> None:
    ruled.deposit(gulf_person(1))
    run(ruled)
    proposal = by_rule(ruled, "proposed")[0]
    rule = Person(RULE, ROLE, proposal.created_at)

    def consent() -> None:
        with ruled.node.store.write() as unit:
            approve(ruled.node, unit, rule, proposal.id, proposal.digest)

    def join(id_: str, role: str) -> None:
        with ruled.node.store.write() as unit:
            add_person(ruled.node, unit, "DZ", id_, role)

    assert caught(consent) is Code.PERMISSION_MISSING
    assert caught(lambda: join(RULE, "releasing_officer")) is Code.VALUE_NOT_ALLOWED
    assert caught(lambda: join("some.body", ROLE)) is Code.VALUE_NOT_ALLOWED


def test_what_cannot_be_released_does_not_hold_up_the_rest(ruled: State) -> None:
    """The stream to KW is shut; AE gets its own all the same, and KW's waits for people."""
    preapprove(ruled, "TLP:AMBER+STRICT")
    with ruled.node.store.write() as unit:
        partner = unit.partners.get("KW")
        assert partner is not None
        unit.partners.put(replace(partner, suspended=True))
    ruled.deposit(gulf_person(1))
    assert run(ruled).released == 1
    assert {(each.recipient, each.state) for each in by_rule(ruled, "proposed", "released")} == {
        ("AE", "released"),
        ("KW", "proposed"),
    }
    assert run(ruled) == (0, 0, 0)


def test_daily_once_a_day_from_its_hour_and_after_a_restart(house: Federation) -> None:
    dz = house["DZ"]
    house.clock.time = house.clock.time.replace(hour=3)
    house.clock.forward(timedelta(days=1))
    enact(dz, standing_document("daily"))
    dz.deposit(gulf_person(1))
    assert run(dz).proposed == 0, "before its hour"
    house.clock.forward(timedelta(hours=2))
    with dz.node.store.write() as unit:
        assert unit.cadences.begin_day(house.clock.time.date().isoformat(), STANDING, "KW"), "as a worker that died"
    assert run(dz).proposed == 4, "both daily agreements, both partners"
    dz.deposit(gulf_person(2))
    assert run(dz).proposed == 0, "once a day"
    house.clock.forward(timedelta(days=1))
    assert run(dz).proposed == 4
    assert run(dz).proposed == 0


def test_suspension_stops_the_rule_and_what_changed_is_not_forgotten(ruled: State) -> None:
    preapprove(ruled, "TLP:AMBER+STRICT")
    with ruled.node.store.write() as unit:
        raise_flag(unit, ruled.staff.approver, STANDING)
    with ruled.node.store.write() as unit:
        suspend(ruled.node, unit, ruled.staff.approver, STANDING)
    ruled.deposit(gulf_person(1))
    assert run(ruled).released == 0
    with ruled.node.store.write() as unit:
        activate(ruled.node, unit, ruled.staff.admin, STANDING, 1)
    assert run(ruled).released == 2


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(1, 40), st.sampled_from(MARKINGS)), max_size=6))
def test_send_all_now_and_the_standing_rule_give_the_same(chosen: list[tuple[int, str]]) -> None:
    """policies.md, case 2: the same set and the same views, to each partner, whatever the records."""
    dz = federate({code: FakeStore() for code in ("DZ", "AE", "KW")}, documents=())["DZ"]
    enact(dz, standing_document())
    refs = dz.deposit(*(marked(*each) for each in chosen)) if chosen else []
    by_hand: dict[str, dict[object, bytes]] = {}
    for code in ("AE", "KW"):
        wish = Wish(code, STANDING, PURPOSE, tuple(refs))
        with dz.node.store.write() as unit:
            made = propose(dz.node, unit, dz.staff.officer, wish).proposals if refs else []
            found = [item for each in made for item in unit.releases.items(each.id)]
        by_hand[code] = {item.ref: item.view_digest for item in found}
    run(dz)
    with dz.node.store.read() as unit:
        for code in ("AE", "KW"):
            own = [each for each in by_rule(dz, "proposed") if each.recipient == code]
            items = [item for each in own for item in unit.releases.items(each.id)]
            assert len(items) == len({item.ref for item in items})
            assert {item.ref: item.view_digest for item in items} == by_hand[code]


def test_release_of_a_rules_own_is_open_to_no_other_rule(ruled: State) -> None:
    ruled.deposit(gulf_person(1))
    run(ruled)
    proposal = by_rule(ruled, "proposed")[0]
    rule = Person(RULE, ROLE, proposal.created_at)

    def leave() -> None:
        with ruled.node.store.write() as unit:
            release(ruled.node, unit, rule, proposal.id)

    assert caught(leave) is Code.APPROVAL_MISSING
