"""Opening one entry: two persons, a day each, one reading; what is shown, to whom, and who is told of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from exchange.errors import Code
from exchange.model.openings import Opening
from exchange.model.records import Ref
from exchange.model.state import Person
from exchange.operations import people
from exchange.operations.account import account
from exchange.operations.deposit import Amendment, amend
from exchange.operations.opening_notice import list_untold, tell_opening
from exchange.operations.openings import (
    Opened,
    ask_opening,
    confirm_opening,
    decline_opening,
    list_openings,
    read_opening,
    withdraw_opening,
)
from exchange.operations.overview import status
from exchange.operations.read import read_own
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, Federation, State
from tests.subjects import gulf_person
from tests.threats.worlds import caught

HOURS = timedelta(hours=1)


def index_of(state: State, kind: str) -> int:
    """Of the newest entry of a kind."""
    return max(at for at, entry in enumerate(invariants.entries(state.node)) if entry["kind"] == kind)


def ask(state: State, index: int, person: Person | None = None, reason: str = "SAMPLE") -> Opening:
    with state.node.store.write() as unit:
        return ask_opening(state.node, unit, person or state.staff.auditor, index, reason)


def confirm(state: State, opening: Opening, person: Person | None = None) -> Opening:
    with state.node.store.write() as unit:
        return confirm_opening(state.node, unit, person or state.staff.approver, opening.id)


def end(state: State, how: Callable[..., Opening], person: Person, opening: Opening) -> Opening:
    with state.node.store.write() as unit:
        return how(state.node, unit, person, opening.id)


def look(state: State, opening: Opening, person: Person | None = None) -> Opened:
    return read_opening(state.node, person or state.staff.auditor, opening.id)


def opened(state: State, kind: str) -> Opened:
    return look(state, confirm(state, ask(state, index_of(state, kind))))


def other_auditor(state: State) -> Person:
    with state.node.store.write() as unit:
        return people.add_person(state.node, unit, "admin", "auditor-2", "auditor")


def released(house: Federation, count: int = 2) -> list[Ref]:
    refs = house["DZ"].deposit(*(gulf_person(n) for n in range(count)))
    house["DZ"].push("KW", refs)
    house["DZ"].deliver("KW")
    return refs


def disable(state: State, person: Person) -> None:
    with state.node.store.write() as unit:
        people.disable_person(state.node, unit, state.staff.admin.id, person.id)


def test_of_a_release_the_claims_that_left_and_nothing_else(house: Federation) -> None:
    dz, refs = house["DZ"], released(house)
    opening = ask(dz, index_of(dz, "release.released"), reason="COMPLAINT")
    assert (opening.state, confirm(dz, opening).state) == ("asked", "confirmed")
    found = look(dz, opening)
    assert (found.kind, found.gone, found.opening.state) == ("release.released", 0, "opened")
    assert {each.ref for each in found.shown} == set(refs)
    assert sorted(each.position or 0 for each in found.shown) == [1, 2]
    for each in found.shown:
        with house["KW"].node.store.read() as unit:
            copy = unit.copies.latest(each.ref)
        with dz.node.store.write() as unit:
            whole = read_own(dz.node, unit, dz.staff.officer, each.ref).record.claims
        assert copy is not None
        assert each.claims is not None
        assert 0 < len(each.claims) < len(whole)
        assert copy.claims.count(b'"path":') == len(each.claims)
        assert all(f'"id":"{claim.id}"'.encode() in copy.claims for claim in each.claims)
    last = invariants.entries(dz.node, "audit.opened")[-1]
    said = (last["actor"], last["asker"], last["confirmer"], last["index"], last["reason"])
    assert said == (dz.staff.auditor.id, dz.staff.auditor.id, dz.staff.approver.id, opening.index, "COMPLAINT")
    assert last["refs"] == invariants.entries(dz.node, "release.released")[0]["refs"]
    assert invariants.ledger_verifies(dz.node, dz.staff.auditor).ok


def test_the_version_that_left_also_after_it_was_amended(house: Federation) -> None:
    dz, (ref,) = house["DZ"], released(house, 1)
    with dz.node.store.write() as unit:
        amend(dz.node, unit, dz.staff.officer, [Amendment(ref, 1, gulf_person(7))])
    (shown,) = opened(dz, "release.released").shown
    assert (shown.version, shown.position) == (1, 1)
    assert shown.claims
    (shown,) = opened(dz, "record.amended").shown
    assert (shown.version, shown.position, shown.held) == (2, None, "own")


def test_one_reference_and_a_copy(house: Federation) -> None:
    dz, kw, (ref,) = house["DZ"], house["KW"], released(house, 1)
    with dz.node.store.write() as unit:
        read_own(dz.node, unit, dz.staff.officer, ref)
    assert [each.ref for each in opened(dz, "record.read").shown] == [ref]
    (shown,) = opened(kw, "envelope.received").shown
    assert (shown.ref, shown.held) == (ref, "received")
    assert shown.claims


def test_of_an_erased_record_nothing_and_it_is_said(house: Federation) -> None:
    dz, refs = house["DZ"], released(house)
    opening = confirm(dz, ask(dz, index_of(dz, "release.released")))
    with dz.node.store.write() as unit:
        unit.records.erase([refs[0]])
    found = look(dz, opening)
    assert ([each.ref for each in found.shown], found.gone) == ([refs[1]], 1)
    with dz.node.store.write() as unit:
        unit.records.erase([refs[1]])
    again = opened(dz, "release.released")
    assert (again.shown, again.gone) == ((), 2)


def test_only_an_entry_that_is_there_and_names_something(house: Federation) -> None:
    dz = house["DZ"]
    size = len(invariants.entries(dz.node))
    for index in (size, size + 1, -1, 2**53):
        assert caught(partial(ask, dz, index)) is Code.NOT_FOUND
    assert caught(lambda: ask(dz, 0)) is Code.ENTRY_NAMES_NOTHING
    released(house, 1)
    assert caught(lambda: ask(dz, index_of(dz, "record.deposited"), reason="BECAUSE")) is Code.VALUE_NOT_ALLOWED
    assert not invariants.entries(dz.node, "audit.opening-asked")


def test_one_person_is_never_both(dz: State, house: Federation) -> None:
    released(house, 1)
    opening = ask(dz, index_of(dz, "release.released"))
    both = replace(dz.staff.auditor, role="administrator")
    assert caught(lambda: confirm(dz, opening, both)) is Code.SELF_APPROVAL
    assert caught(lambda: end(dz, decline_opening, both, opening)) is Code.SELF_APPROVAL
    assert caught(lambda: confirm(dz, opening, other_auditor(dz))) is Code.PERMISSION_MISSING
    assert caught(lambda: look(dz, opening)) is Code.OPENING_STATE
    confirm(dz, opening)
    assert caught(lambda: confirm(dz, opening, dz.staff.admin)) is Code.OPENING_STATE


def test_the_asker_alone_and_once(dz: State, house: Federation) -> None:
    released(house, 1)
    opening = confirm(dz, ask(dz, index_of(dz, "release.released")))
    other = other_auditor(dz)
    assert caught(lambda: look(dz, opening, other)) is Code.PERMISSION_MISSING
    assert caught(lambda: look(dz, opening, dz.staff.approver)) is Code.PERMISSION_MISSING
    assert caught(lambda: end(dz, withdraw_opening, other, opening)) is Code.PERMISSION_MISSING
    look(dz, opening)
    assert caught(lambda: look(dz, opening)) is Code.OPENING_STATE
    assert caught(lambda: end(dz, withdraw_opening, dz.staff.auditor, opening)) is Code.OPENING_STATE
    assert len(invariants.entries(dz.node, "audit.opened")) == 1
    assert caught(lambda: look(dz, replace(opening, id="opn-x"))) is Code.NOT_FOUND


def test_each_step_has_a_day(house: Federation) -> None:
    dz = house["DZ"]
    released(house, 1)
    index = index_of(dz, "release.released")
    late, in_time = ask(dz, index), ask(dz, index)
    house.clock.forward(23 * HOURS)
    confirm(dz, in_time)
    house.clock.forward(HOURS)
    assert caught(lambda: confirm(dz, late)) is Code.OPENING_STATE
    end(dz, withdraw_opening, dz.staff.auditor, late)
    house.clock.forward(22 * HOURS)
    read_late = confirm(dz, ask(dz, index))
    look(dz, in_time)
    house.clock.forward(24 * HOURS)
    assert caught(lambda: look(dz, read_late)) is Code.OPENING_STATE
    assert invariants.ledger_verifies(dz.node, dz.staff.auditor).ok


@pytest.mark.parametrize("how", [withdraw_opening, decline_opening])
@pytest.mark.parametrize("after", ["asked", "confirmed"])
def test_withdrawn_or_declined_it_is_over(
    dz: State, house: Federation, how: Callable[..., Opening], after: str
) -> None:
    released(house, 1)
    opening = ask(dz, index_of(dz, "release.released"))
    if after == "confirmed":
        confirm(dz, opening)
    who = dz.staff.auditor if how is withdraw_opening else dz.staff.admin
    state = "withdrawn" if how is withdraw_opening else "declined"
    assert end(dz, how, who, opening).state == state
    assert caught(lambda: look(dz, opening)) is Code.OPENING_STATE
    assert caught(lambda: confirm(dz, opening)) is Code.OPENING_STATE
    assert caught(lambda: end(dz, how, who, opening)) is Code.OPENING_STATE
    assert [each["kind"] for each in invariants.entries(dz.node)][-1] == f"audit.opening-{state}"
    with dz.node.store.read() as unit:
        assert [each.state for each in list_openings(unit, dz.staff.admin)] == [state]
    assert invariants.ledger_verifies(dz.node, dz.staff.auditor).ok


def test_a_disabled_person_counts_for_nothing_at_any_step(dz: State, house: Federation) -> None:
    released(house, 1)
    index = index_of(dz, "release.released")
    asked, confirmed = ask(dz, index), confirm(dz, ask(dz, index))
    disable(dz, dz.staff.approver)
    assert caught(lambda: look(dz, confirmed)) is Code.OPENING_STATE
    assert caught(lambda: confirm(dz, asked)) is Code.TOKEN_UNKNOWN
    confirmed = confirm(dz, ask(dz, index), dz.staff.admin)
    disable(dz, dz.staff.auditor)
    assert caught(lambda: look(dz, confirmed)) is Code.TOKEN_UNKNOWN
    assert caught(lambda: ask(dz, index)) is Code.TOKEN_UNKNOWN
    assert caught(lambda: confirm(dz, asked, dz.staff.admin)) is Code.OPENING_STATE
    assert not invariants.entries(dz.node, "audit.opened")
    invariants.ledger_verifies(dz.node, dz.staff.auditor)


def test_the_owner_sees_it_in_the_account(dz: State, house: Federation) -> None:
    refs = released(house)
    found = opened(dz, "release.released").opening
    for ref in refs:
        with dz.node.store.write() as unit:
            (shown,) = account(dz.node, unit, dz.staff.officer, ref).openings
        assert shown == found
        assert (shown.asker, shown.confirmer) == (dz.staff.auditor.id, dz.staff.approver.id)
    (other,) = dz.deposit(gulf_person(9))
    with dz.node.store.write() as unit:
        assert account(dz.node, unit, dz.staff.officer, other).openings == ()


def test_the_originator_of_a_copy_is_told_by_a_person(house: Federation) -> None:
    kw, refs = house["KW"], released(house)
    opening = opened(kw, "envelope.received").opening
    with kw.node.store.read() as unit:
        due = list_untold(kw.node, unit, kw.staff.officer)
        assert sorted(ref for ref, _ in due) == sorted(refs)
        owed = {
            each.type: (each.by, each.due, each.overdue) for each in status(kw.node, unit, kw.staff.admin).obligations
        }
    assert owed["opening"] == ("ours", 1, 0)
    assert not kw.deliver("DZ").accepted, "nothing leaves by itself"
    with kw.node.store.write() as unit:
        tell_opening(kw.node, unit, kw.staff.officer, opening.id, ("DZ", AGREEMENT, PURPOSE))
    assert kw.deliver("DZ").accepted == 1
    with house["DZ"].node.store.read() as unit:
        (row,) = [each for each in unit.messages.page("in", None, 9) if each.type == "notice"]
        message = unit.messages.get(row.key)
    assert message is not None
    assert b'"about":"handed-over"' in message.body
    assert all(ref.id.encode() in message.body for ref in refs)
    with kw.node.store.read() as unit:
        assert list_untold(kw.node, unit, kw.staff.officer) == []
    tell = ("DZ", AGREEMENT, PURPOSE)
    with kw.node.store.write() as unit:
        assert caught(lambda: tell_opening(kw.node, unit, kw.staff.officer, opening.id, tell)) is Code.NOT_FOUND


def test_what_nobody_told_is_overdue_after_a_week(house: Federation) -> None:
    kw = house["KW"]
    released(house, 1)
    opened(kw, "envelope.received")
    house.clock.forward(timedelta(days=7))
    with kw.node.store.read() as unit:
        ((_, due),) = list_untold(kw.node, unit, kw.staff.officer)
        assert due.overdue
        (gone,) = unit.copies.places([ref for ref, _ in list_untold(kw.node, unit, kw.staff.officer)])
    with kw.node.store.write() as unit:
        unit.copies.destroy([gone])
    with kw.node.store.read() as unit:
        assert list_untold(kw.node, unit, kw.staff.officer) == []
