"""All versions of a record, ours and a partner's; each look is a ledger entry."""

from __future__ import annotations

import pytest

from exchange.errors import Forbidden, NotFound
from exchange.model.records import HeldRecord, Ref
from exchange.operations.deposit import Amendment, amend
from exchange.operations.read import ReceivedRecord
from exchange.operations.versions import MAX_PAGE, read_version, versions
from tests.federation import Federation, State
from tests.operations.test_corrections import corrected, renamed
from tests.subjects import gulf_person


def amended(state: State, times: int) -> Ref:
    (ref,) = state.deposit(gulf_person(1))
    for seen in range(1, times + 1):
        claims = renamed(gulf_person(1)) if seen % 2 else gulf_person(1)
        with state.node.store.write() as unit:
            amend(state.node, unit, state.staff.officer, [Amendment(ref, seen, claims)])
    return ref


def test_own_versions_newest_first_with_what_each_changed(dz: State) -> None:
    ref = amended(dz, MAX_PAGE + 2)
    with dz.node.store.write() as unit:
        first = versions(dz.node, unit, dz.staff.officer, ref)
        second = versions(dz.node, unit, dz.staff.officer, ref, first.before)
        before = unit.ledger.head(lock=False).size
        read_version(dz.node, unit, dz.staff.officer, ref, 1)
        assert unit.ledger.head(lock=False).size == before + 1
    assert [line.version for line in (*first.lines, *second.lines)] == list(range(MAX_PAGE + 3, 0, -1))
    assert second.before is None
    assert second.lines[-1].changes is None
    assert {change.path for change in first.lines[0].changes or ()} >= {"name.full"}
    assert all(line.changes is not None for line in first.lines)


def test_another_version_is_read(dz: State) -> None:
    ref = amended(dz, 1)
    with dz.node.store.write() as unit:
        old = read_version(dz.node, unit, dz.staff.officer, ref, 1)
        assert isinstance(old, HeldRecord)
        assert old.record.version == 1
        for version in (0, 3):
            with pytest.raises(NotFound):
                read_version(dz.node, unit, dz.staff.officer, ref, version)


def test_received_parcels(house: Federation) -> None:
    ref, _ = corrected(house, "changed")
    kw = house["KW"]
    with kw.node.store.write() as unit:
        found = versions(kw.node, unit, kw.staff.officer, ref)
        assert [line.sender for line in found.lines] == ["DZ"] * len(found.lines)
        newest = read_version(kw.node, unit, kw.staff.officer, ref, found.lines[0].version)
        assert isinstance(newest, ReceivedRecord)
        assert newest.copy.version == 2
        assert versions(kw.node, unit, kw.staff.officer, ref, 10).lines == found.lines
        with pytest.raises(NotFound):
            versions(kw.node, unit, kw.staff.officer, ref, 1)


def test_what_is_not_here_and_who_may_not(house: Federation) -> None:
    dz, unknown = house["DZ"], Ref("DZ", "rec-unknown-01")
    with dz.node.store.write() as unit:
        for ref in (unknown, Ref("KW", unknown.id)):
            with pytest.raises(NotFound):
                versions(dz.node, unit, dz.staff.officer, ref)
            with pytest.raises(NotFound):
                read_version(dz.node, unit, dz.staff.officer, ref, 1)
        with pytest.raises(Forbidden):
            versions(dz.node, unit, dz.staff.auditor, unknown)
        with pytest.raises(Forbidden):
            read_version(dz.node, unit, dz.staff.auditor, unknown, 1)
