"""The real UN Security Council lists go in, what the agreement permits goes to AE, both sides count the same.

The lists name real people: they are read where they lie, and nothing of them is printed (assertions compare numbers).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date

import pytest

from exchange.crypto.atrest import AtRest
from exchange.errors import BadInput, Code, Conflict
from exchange.interop import un_list
from exchange.ledger.report import Report
from exchange.ledger.verify import verify
from exchange.model.claims import Claim, Grade
from exchange.model.records import Ref
from exchange.model.validate import with_governance
from exchange.operations.audit import export_lines, note_export
from exchange.operations.import_list import Imported, ListEntry, OutsideList, import_list
from exchange.operations.propose import MAX_PARCELS, Wish, propose
from exchange.store import SqlStore, open_engine
from tests.conftest import KEK
from tests.data import DATA
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, State, federate

GRADE = Grade("admiralty", "A", "2")
AGREEMENT = "AG-DZ-AE-1"
LISTS = ("2015-03-16", "2015-03-27", "2020-11-30", "2024-09-26")


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with ExitStack() as stack:
        stores = {}
        for code in ("DZ", "AE"):
            stores[code] = SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK))
            stack.callback(stores[code].close)
        yield federate(stores, ("dz-ae-un.yaml",))


def outside(day: str) -> OutsideList:
    """The list of `day`, governed as `exchange import un-list` does."""
    source = un_list.read((DATA / "un" / f"un_consolidated_{day}.xml").read_bytes(), grade=GRADE)
    entries = []
    for each in source.listed:
        claims = with_governance(
            each.claims,
            legal_basis="Security Council list",
            purpose="border.checks",
            marking="TLP:GREEN",
            review=date(2027, 6, 1),
            category="associate" if each.kind == "person" else None,
        )
        entries.append(ListEntry(each.key, each.kind, claims, each.digest))
    return OutsideList("un-sc", source.generated, tuple(entries), len(source.oddities))


def bring_in(state: State, day: str) -> Imported:
    with state.node.store.write() as unit:
        gone = Claim("c0", "listed.until", day, "fact", GRADE)
        return import_list(state.node, unit, state.staff.officer, outside(day), gone)


def own_refs(state: State) -> list[Ref]:
    refs: list[Ref] = []
    with state.node.store.read() as unit:
        while page := unit.records.lines(None, refs[-1] if refs else None, 500):
            refs += [line.ref for line in page]
    return refs


def push_everything(state: State) -> int:
    """Proposes, approves, releases and delivers all that the agreement permits; returns how many records left."""
    left = 0
    refs = own_refs(state)
    for first in range(0, len(refs), MAX_PARCELS):
        wish = Wish("AE", AGREEMENT, "border.checks", tuple(refs[first : first + MAX_PARCELS]))
        with state.node.store.write() as unit:
            outcome = propose(state.node, unit, state.staff.officer, wish)
        for proposal in outcome.proposals:
            state.approve(proposal)
            left += state.release(proposal).records
    assert state.deliver("AE").stopped is None
    return left


def held(state: State) -> int:
    with state.node.store.read() as unit:
        return unit.copies.count("DZ")


def verified(state: State) -> Report:
    size = note_export(state.node, state.staff.auditor)
    return verify(export_lines(state.node, size), fingerprint=state.node.keys.root_fingerprint)


def test_the_newest_list_reaches_the_partner_whole(states: Federation) -> None:
    dz, ae = states["DZ"], states["AE"]
    imported = bring_in(dz, "2024-09-26")
    assert imported.added == 875
    left = push_everything(dz)
    assert left == held(ae) == imported.added
    assert verified(dz).exit_code == 0
    assert verified(ae).exit_code == 0


def test_newer_lists_update_add_and_mark_and_only_changes_are_sent(states: Federation) -> None:
    dz, ae = states["DZ"], states["AE"]
    first = bring_in(dz, LISTS[0])
    assert push_everything(dz) == held(ae) == first.added
    second = bring_in(dz, LISTS[1])
    assert second.updated + second.unchanged + second.delisted == first.added
    changed = push_everything(dz)
    assert 0 < changed <= second.added + second.updated + second.delisted < first.added
    again = bring_in(dz, LISTS[1])
    assert (again.added, again.updated, again.delisted) == (0, 0, 0)
    assert push_everything(dz) == 0
    assert held(ae) == first.added + second.added


def test_an_older_list_or_a_broken_one_changes_nothing(states: Federation) -> None:
    dz = states["DZ"]
    bring_in(dz, LISTS[1])
    before = own_refs(dz)
    with pytest.raises(Conflict) as older:
        bring_in(dz, LISTS[0])
    assert older.value.code is Code.STALE
    whole = (DATA / "un" / "un_consolidated_2020-11-30.xml").read_bytes()
    with pytest.raises(BadInput) as broken:
        un_list.read(whole[: len(whole) // 2], grade=GRADE)
    assert broken.value.code is Code.FILE_NOT_WELL_FORMED
    assert own_refs(dz) == before
