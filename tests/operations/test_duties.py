"""Separation of duties: every act of two persons × every pair of people, against a table that is written here by hand.

Whoever did the first step never does the second, whatever their role; and no role holds both sides of what must be
apart, so that no single person could ever be both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

import pytest

from exchange.crypto.spoken import spoken
from exchange.errors import Code, Forbidden
from exchange.model.state import Person, Proposal
from exchange.operations import acquaint, openings, override, people, preapprove, revoke, terminate, waive
from exchange.operations.approve import approve
from exchange.operations.attested import require_attested
from exchange.operations.codes import attest_by_code, issue_code
from exchange.operations.permissions import ROLES, Permission
from exchange.operations.propose import Wish, propose
from exchange.ports import Node, Unit
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, STANDING, State, card_of, enact, root_of, standing_document
from tests.operations.in_memory import enacted
from tests.subjects import gulf_person
from tests.threats.worlds import caught

OFFICER, RELEASING, AUDITOR, ADMIN = "officer", "releasing_officer", "auditor", "administrator"
APART: Final = (
    (Permission.RELEASE_PROPOSE, Permission.RELEASE_APPROVE),
    (Permission.RECORD_WRITE, Permission.RELEASE_APPROVE),
    (Permission.RECORD_WRITE, Permission.WAIVER_GRANT),
    (Permission.RELEASE_PROPOSE, Permission.WAIVER_GRANT),
    (Permission.PERSON_WRITE, Permission.RELEASE_APPROVE),
    (Permission.PERSON_WRITE, Permission.RECORD_READ),
    (Permission.AGREEMENT_WRITE, Permission.RELEASE_PROPOSE),
    (Permission.AGREEMENT_WRITE, Permission.RELEASE_APPROVE),
    (Permission.PARTNER_WRITE, Permission.RELEASE_APPROVE),
    (Permission.AUDIT_EXPORT, Permission.RECORD_READ),
    (Permission.AUDIT_EXPORT, Permission.RECORD_WRITE),
    (Permission.AUDIT_EXPORT, Permission.PERSON_WRITE),
    (Permission.AUDIT_EXPORT, Permission.RELEASE_APPROVE),
    (Permission.AUDIT_OPEN, Permission.AUDIT_OPEN_CONFIRM),
)
"""Permissions that no role holds together."""
PEOPLE: Final = 8
REFUSALS: Final = frozenset({Code.PERMISSION_MISSING, Code.SELF_APPROVAL, Code.ALREADY_APPROVED})


@dataclass(frozen=True, slots=True)
class Act:
    """What two persons do: who may begin, who may end it, and how. `apart`: the two are of different roles."""

    firsts: frozenset[str]
    seconds: frozenset[str]
    first: Callable[[State, Person], Any]
    second: Callable[[State, Person, Any], object]
    apart: bool = False


def unit_of(state: State, work: Callable[[Node, Unit], Any]) -> Any:
    with state.node.store.write() as unit:
        return work(state.node, unit)


def proposed(state: State, person: Person, n: int = 1) -> Proposal:
    wish = Wish("KW", AGREEMENT, PURPOSE, tuple(state.deposit(gulf_person(n))))
    (made,) = unit_of(state, lambda n, u: propose(n, u, person, wish)).proposals
    assert isinstance(made, Proposal)
    return made


def approved(state: State, person: Person, proposal: Proposal) -> Proposal:
    unit_of(state, lambda n, u: approve(n, u, person, proposal.id, proposal.digest))
    return proposal


def consented(state: State, person: Person) -> Proposal:
    return approved(state, person, proposed(state, state.staff.officer))


def waived(state: State, person: Person) -> Any:
    proposal = proposed(state, state.staff.officer)
    why = waive.Emergency("THREAT_TO_LIFE", "Invented.", 4)
    return unit_of(state, lambda n, u: waive.ask_waiver(n, u, person, (proposal.id, proposal.digest), why))


def standing(state: State, person: Person) -> Any:
    enact(state, standing_document())
    return unit_of(state, lambda n, u: preapprove.ask_standing(n, u, person, STANDING, "TLP:AMBER", 30))


def introduced(state: State, person: Person) -> str:
    unit_of(state, lambda n, u: acquaint.introduce(n, u, state.staff.admin, card_of("QA")))
    return heard(state, person)


def heard(state: State, person: Person) -> str:
    digits = " ".join(spoken(root_of("QA").fingerprint)[-2:])
    acquaint.compare(state.node, person, "QA", digits)
    return digits


def opening(state: State, person: Person) -> Any:
    state.deposit(gulf_person(1))
    index = [line["kind"] for line in invariants.entries(state.node)].index("record.deposited")
    return unit_of(state, lambda n, u: openings.ask_opening(n, u, person, index, "SAMPLE"))


BOTH: Final = frozenset({RELEASING, ADMIN})
ACTS: Final[Mapping[str, Act]] = {
    "propose and approve": Act(frozenset({OFFICER}), frozenset({RELEASING}), proposed, approved),
    "approve and approve": Act(frozenset({RELEASING}), frozenset({RELEASING}), consented, approved),
    "waiver": Act(
        BOTH,
        BOTH,
        waived,
        lambda s, p, made: unit_of(s, lambda n, u: waive.grant_waiver(n, u, p, made.id, made.digest)),
        apart=True,
    ),
    "standing approval": Act(
        frozenset({RELEASING}),
        frozenset({RELEASING}),
        standing,
        lambda s, p, made: unit_of(s, lambda n, u: preapprove.approve_standing(n, u, p, made.id, made.digest)),
    ),
    "override": Act(
        BOTH,
        BOTH,
        lambda s, p: unit_of(s, lambda n, u: override.ask_override(n, u, p, "COURIER_ONLY", 2)),
        lambda s, p, made: unit_of(s, lambda n, u: override.give_override(n, u, p, made.id)),
    ),
    "termination": Act(
        BOTH,
        BOTH,
        lambda s, p: unit_of(s, lambda n, u: terminate.ask_termination(n, u, p, AGREEMENT)),
        lambda s, p, _: terminate.confirm_termination(s.node, p, AGREEMENT),
    ),
    "partner in": Act(BOTH, BOTH, introduced, lambda s, p, _: heard(s, p)),
    "partner out": Act(
        BOTH,
        BOTH,
        lambda s, p: unit_of(s, lambda n, u: revoke.ask_revocation(n, u, p, "KW", "ROOT_STOLEN")),
        lambda s, p, _: revoke.confirm_revocation(s.node, p, "KW"),
    ),
    "opening": Act(
        frozenset({AUDITOR}),
        BOTH,
        opening,
        lambda s, p, made: unit_of(s, lambda n, u: openings.confirm_opening(n, u, p, made.id)),
    ),
}


def dz_and_people() -> tuple[State, list[Person]]:
    """A fresh node, and two people of every role."""
    state = enacted()["DZ"]
    staff = state.staff
    with state.node.store.write() as unit:
        auditor, admin = (
            people.add_person(state.node, unit, staff.admin.id, name, role)
            for name, role in (("auditor2-dz", AUDITOR), ("admin2-dz", ADMIN))
        )
    return state, [staff.officer, staff.second, *staff.approvers[:2], staff.auditor, auditor, staff.admin, admin]


def refused(work: Callable[[], object]) -> bool:
    code = caught(work)
    assert code is None or code in REFUSALS
    return code is not None


def fits(act: Act, first: Person, second: Person) -> bool:
    """What the table says of these two."""
    if second == first or second.role not in act.seconds:
        return False
    return not act.apart or second.role != first.role


def begun(act: Act, number: int) -> tuple[State, list[Person], Any] | None:
    """A fresh node where person `number` has done the first half; None where they may not."""
    state, everybody = dz_and_people()
    made: list[Any] = []
    if refused(lambda: made.append(act.first(state, everybody[number]))):
        assert everybody[number].role not in act.firsts
        return None
    assert everybody[number].role in act.firsts
    return state, everybody, made[0]


@pytest.mark.parametrize("name", sorted(ACTS))
def test_every_pair_of_people_does_what_the_table_says_and_no_more(name: str) -> None:
    act = ACTS[name]
    done = {first: seconds(act, first) for first in range(0, PEOPLE, 2)}  # the first of each role
    begins = [first for first, found in done.items() if found is not None]
    assert len(begins) == len(act.firsts)
    assert any(done[first] for first in begins)


def seconds(act: Act, first: int) -> int | None:
    """How many people may end what person `first` began; None where that person may not begin."""
    found = begun(act, first)
    if found is None:
        return None
    state, everybody, made = found
    able = [number for number, second in enumerate(everybody) if fits(act, everybody[first], second)]
    for number in set(range(PEOPLE)) - set(able):
        assert refused(partial(act.second, state, everybody[number], made)), everybody[number].id
    for number in {everybody[each].role: each for each in able}.values():  # one of each role
        again = begun(act, first)
        assert again is not None
        state, everybody, made = again
        assert not refused(partial(act.second, state, everybody[number], made)), everybody[number].id
    return len(able)


def test_no_role_holds_both_sides() -> None:
    for role, held in ROLES.items():
        assert not [pair for pair in APART if set(pair) <= held], role
    assert {permission for pair in APART for permission in pair} <= {each for held in ROLES.values() for each in held}


def test_nobody_approves_on_the_proof_of_somebody_else() -> None:
    state, everybody = dz_and_people()
    proposal = proposed(state, state.staff.officer)
    mine, other = state.staff.approvers[:2]
    subject, digest = proposal.id, proposal.digest
    code = unit_of(state, lambda n, u: issue_code(n, u, mine, subject, digest))
    for person in everybody:
        if person != mine:
            with state.node.store.write() as unit:
                assert attest_by_code(state.node, unit, person, subject, digest, code) is None
    assert unit_of(state, lambda n, u: attest_by_code(n, u, mine, subject, digest, code)) is not None
    with pytest.raises(Forbidden) as no:
        unit_of(state, lambda n, u: require_attested(n, u, other, subject, digest))
    assert no.value.code is Code.NOT_ATTESTED
    unit_of(state, lambda n, u: require_attested(n, u, mine, subject, digest))


def test_a_proof_does_not_make_an_approver_of_the_proposer() -> None:
    """Whoever signs in by whatever means has the duties of their role, and of what they did."""
    state, _ = dz_and_people()
    officer = state.staff.officer
    proposal = proposed(state, officer)
    code = unit_of(state, lambda n, u: issue_code(n, u, officer, proposal.id, proposal.digest))
    assert unit_of(state, lambda n, u: attest_by_code(n, u, officer, proposal.id, proposal.digest, code)) is not None
    assert refused(lambda: approved(state, officer, proposal))
    promoted = replace(officer, role=RELEASING)
    with pytest.raises(Forbidden) as no:
        approved(state, promoted, proposal)
    assert no.value.code is Code.SELF_APPROVAL
