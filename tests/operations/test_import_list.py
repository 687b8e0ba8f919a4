"""Imports of outside lists: added, updated, delisted once, come back, never by an older list, all or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import pytest

from exchange.errors import BadInput, Code, Conflict, ExchangeError
from exchange.model.claims import Claim, Grade
from exchange.model.records import HeldRecord, Ref
from exchange.operations.import_list import Imported, ListEntry, OutsideList, import_list
from tests import invariants
from tests.federation import State
from tests.subjects import gulf_person

MARKER: Final = Claim("c1", "listed.until", "2026-11-02", "fact", Grade("admiralty", "A", "1"))


def entry(n: int, name: str = "") -> ListEntry:
    claims = tuple(
        claim._replace(value="SYNTHETIC " + name) if claim.path == "note" and name else claim
        for claim in gulf_person(n)
        if claim.derived_from is None
    )
    return ListEntry(f"QDi.{n:03}", "person", claims, sha256(f"{n} {name}".encode()).hexdigest())


def bring(state: State, day: int, entries: Sequence[ListEntry]) -> Imported:
    source = OutsideList("un-sc", f"2026-11-{day:02}T00:00:00Z", tuple(entries), oddities=3)
    with state.node.store.write() as unit:
        return import_list(state.node, unit, state.staff.officer, source, MARKER)


def records(state: State) -> list[HeldRecord]:
    with state.node.store.read() as unit:
        refs = [line.ref for line in unit.records.lines(None, None, 1000)]
        return unit.records.current(refs, lock=False)


def marked(state: State) -> int:
    """How many markers all current records hold together."""
    return sum(len(held.record.at("listed.until")) for held in records(state))


def test_a_list_that_changes(dz: State) -> None:
    assert bring(dz, 1, [entry(1), entry(2), entry(3)]) == Imported(3, 0, 0, 0)
    assert bring(dz, 2, [entry(1), entry(2, "changed"), entry(4)]) == Imported(1, 1, 1, 1)
    assert len(records(dz)) == 4
    assert sorted(held.record.version for held in records(dz)) == [1, 1, 2, 2]
    (first, second) = invariants.entries(dz.node, "import.done")
    assert (first["added"], first["oddities"]) == (3, 3)
    assert (second["added"], second["updated"], second["delisted"]) == (1, 1, 1)
    assert "QDi" not in str(invariants.entries(dz.node))


def test_the_same_list_again_changes_nothing(dz: State) -> None:
    bring(dz, 1, [entry(1), entry(2)])
    assert bring(dz, 1, [entry(1), entry(2)]) == Imported(0, 0, 2, 0)
    assert {held.record.version for held in records(dz)} == {1}


def test_an_older_list_is_refused(dz: State) -> None:
    bring(dz, 5, [entry(1)])
    before = records(dz)
    for entries in ([], [entry(1), entry(2)]):
        with pytest.raises(Conflict) as refused:
            bring(dz, 4, entries)
        assert (refused.value.code, refused.value.facts) == (Code.STALE, {"at": "generated"})
    assert records(dz) == before


def test_two_entries_with_one_key_are_refused(dz: State) -> None:
    with pytest.raises(BadInput) as refused:
        bring(dz, 1, [entry(1), entry(2), entry(1, "other")])
    assert refused.value.facts == {"at": "entries"}
    assert records(dz) == []


def test_what_is_gone_is_marked_once(dz: State) -> None:
    bring(dz, 1, [entry(1), entry(2)])
    assert [bring(dz, day, [entry(2)]).delisted for day in (2, 3, 4)] == [1, 0, 0]
    assert marked(dz) == 1
    assert sorted(held.record.version for held in records(dz)) == [1, 2]


def test_what_comes_back_is_no_longer_marked(dz: State) -> None:
    """The same content as before it was delisted, and other content: either way an update of the same record."""
    bring(dz, 1, [entry(1), entry(2)])
    bring(dz, 2, [])
    assert marked(dz) == 2
    assert bring(dz, 3, [entry(1), entry(2, "changed")]) == Imported(0, 2, 0, 0)
    assert (marked(dz), len(records(dz))) == (0, 2)
    assert bring(dz, 4, []).delisted == 2


def test_an_empty_list_marks_all_and_another_scheme_nothing(dz: State) -> None:
    bring(dz, 1, [entry(1)])
    other = OutsideList("eu", "2026-11-03T00:00:00Z", (), 0)
    with dz.node.store.write() as unit:
        assert import_list(dz.node, unit, dz.staff.officer, other, MARKER) == Imported(0, 0, 0, 0)
    assert marked(dz) == 0


def test_one_bad_entry_leaves_nothing_behind(dz: State) -> None:
    bring(dz, 1, [entry(1)])
    before, lines = records(dz), len(invariants.entries(dz.node))
    bad = entry(3)._replace(claims=entry(3).claims[:2])
    with pytest.raises(ExchangeError):
        bring(dz, 2, [entry(1, "changed"), entry(2), bad])
    assert records(dz) == before
    assert len(invariants.entries(dz.node)) == lines
    assert bring(dz, 2, [entry(1), entry(2)]) == Imported(1, 0, 1, 0), "nor was the bad list's date remembered"


def test_more_than_one_page(dz: State) -> None:
    assert bring(dz, 1, [entry(n) for n in range(501)]).added == 501
    assert bring(dz, 2, [entry(n) for n in range(1)]).delisted == 500


def marks(state: State) -> dict[str, str]:
    """Blinded key -> what is remembered of the content."""
    with state.node.store.read() as unit:
        return {key: mark for key, (_, mark) in unit.records.external_all("un-sc").items()}


def test_nothing_remembered_of_the_content_can_be_guessed(dz: State) -> None:
    """The list is public: a plain digest in the database would say which entry of it a record of ours is."""
    same = entry(1)
    entries = [same, entry(2), same._replace(key="QDi.900")]
    bring(dz, 1, entries)
    kept = list(marks(dz).values())
    assert len(set(kept)) == 3, "not even that two entries are alike"
    assert not set(kept) & {each.digest for each in entries}
    assert bring(dz, 2, entries) == Imported(0, 0, 3, 0)


def test_marks_of_a_version_before_are_known_and_replaced_by_the_next_import(dz: State) -> None:
    """Databases hold plain digests until then: no record gets a new version because of it, and none is left after."""
    bring(dz, 1, [entry(1), entry(2), entry(3)])
    with dz.node.store.write() as unit:
        for each in (entry(1), entry(2), entry(3)):
            (ref, _) = unit.records.external_all("un-sc")[unit.records.blind("un-sc", each.key)]
            unit.records.link_external("un-sc", [(each.key, ref, each.digest)])
    assert bring(dz, 2, [entry(1), entry(2, "changed")]) == Imported(0, 1, 1, 1)
    plain = {each.digest for each in (entry(1), entry(2), entry(2, "changed"), entry(3))}
    assert not set(marks(dz).values()) & plain
    assert bring(dz, 3, [entry(1), entry(2, "changed")]) == Imported(0, 0, 2, 0)


def test_who_was_erased_stays_out_whatever_the_list_says(dz: State) -> None:
    bring(dz, 1, [entry(1), entry(2)])
    with dz.node.store.read() as unit:
        key = unit.records.blind("un-sc", entry(1).key)
        ref = unit.records.external_all("un-sc")[key][0]
    with dz.node.store.write() as unit:
        unit.records.erase([ref])
    assert bring(dz, 2, [entry(1), entry(2)]) == Imported(0, 0, 1, 0, 1)
    assert bring(dz, 3, [entry(1, "changed"), entry(2), entry(3)]) == Imported(1, 0, 1, 0, 1)
    assert bring(dz, 4, [entry(2), entry(3)]) == Imported(0, 0, 2, 0, 0)
    assert len(records(dz)) == 2
    with dz.node.store.read() as unit:
        assert unit.records.external_all("un-sc")[key] == (Ref("", ""), "erased"), "nothing that leads to the record"
