"""Candidates by document number and full name, decisions that can be taken back, and what the ledger says of them."""

from __future__ import annotations

import pytest

from exchange.errors import BadInput, Conflict, Forbidden, NotFound
from exchange.model.compare import DOCUMENT, NAME
from exchange.model.matching import OPEN, Pair
from exchange.model.records import Ref
from exchange.operations.duplicates import Candidate, duplicates, suggest
from exchange.operations.match_review import (
    MAX_NOTE,
    Waiting,
    decide_match,
    history,
    queue,
    side_by_side,
    undo,
)
from tests import invariants
from tests.federation import Federation, State
from tests.operations.find_kit import covered, exchanged, name, passport, persons, record

NOTE = "SYNTHETIC: the same eyes"


def candidates(state: State, ref: Ref) -> list[Candidate]:
    with state.node.store.write() as unit:
        return duplicates(state.node, unit, state.staff.officer, ref)


def waiting(state: State, kind: str = OPEN) -> list[Waiting]:
    with state.node.store.write() as unit:
        return queue(state.node, unit, state.staff.officer, kind)


def decide(state: State, a: Ref, b: Ref, decision: str, note: str = "") -> str:
    with state.node.store.write() as unit:
        return decide_match(state.node, unit, state.staff.officer, Pair(a, b), decision, note).id


def take_back(state: State, id_: str) -> None:
    with state.node.store.write() as unit:
        undo(state.node, unit, state.staff.second, id_)


@pytest.fixture
def pair(house: Federation) -> tuple[State, Ref, Ref]:
    """DZ with a record of its own and one of KW that share a name and a passport."""
    dz = house["DZ"]
    (theirs,) = exchanged(house["KW"], dz, [covered("Salim al-Specimen", "SYN 0000001")])
    (ours,) = dz.deposit(covered("SALIM SPECIMEN", "syn-0000001"))
    return dz, ours, theirs


def test_who_shares_a_number_or_a_name_is_a_candidate(dz: State) -> None:
    ref, by_name, by_number, _ = dz.deposit(
        record(name("Salim Specimen"), passport("SYN0000001")),
        record(name("Sālim Specimen")),
        record(name("Other Person"), passport("syn 0000001")),
        record(name("Salim"), name("Salim Specimen", type_="alias"), passport("1234")),
    )
    found = {each.ref: each for each in candidates(dz, ref)}
    assert {each: found[each].reasons for each in found} == {by_name: (NAME,), by_number: (DOCUMENT,)}
    rows = {row.path: row for row in found[by_number].fields}
    assert (rows["document"].mark, rows["name.full"].mark) == ("same", "different")
    assert found[by_name].held == "own"
    score = found[by_name].score
    assert score is not None
    assert (score.alike, round(sum(part.nats for part in score.parts), 3)) == (True, round(score.nats, 3))
    assert found[by_name].line.title.original == "Sālim Specimen"
    read = invariants.entries(dz.node, "record.read")
    assert len(read) == 3


def test_a_record_of_another_kind_is_no_candidate(dz: State) -> None:
    (ref,) = persons(dz, "Salim Specimen")
    dz.deposit(record(name("Salim Specimen"), kind="camp"), kind="camp")
    assert candidates(dz, ref) == []
    with pytest.raises(NotFound):
        candidates(dz, Ref("DZ", "rec-not-there"))
    with pytest.raises(NotFound):
        candidates(dz, Ref("KW", ref.id))


def test_a_draft_is_looked_at_before_it_is_deposited(pair: tuple[State, Ref, Ref]) -> None:
    dz, ours, theirs = pair
    before = len(invariants.entries(dz.node))
    with dz.node.store.write() as unit:
        found = suggest(dz.node, unit, dz.staff.officer, covered("Salim Specimen", "SYN9999999"))
        nobody = suggest(dz.node, unit, dz.staff.officer, record(name("Nobody Here")))
    assert [(each.ref, each.held, each.reasons) for each in found] == [
        (ours, "own", (NAME,)),
        (theirs, "received", (NAME,)),
    ]
    assert nobody == []
    told = [(line["kind"], line.get("count")) for line in invariants.entries(dz.node)[before:]]
    assert told == [("list.read", 2), ("record.read", None), ("record.read", None), ("list.read", 0)]


def test_an_own_record_waits_beside_a_received_one_until_somebody_decides(pair: tuple[State, Ref, Ref]) -> None:
    dz, ours, theirs = pair
    persons(dz, "Salim Specimen")
    (other, first) = waiting(dz)
    assert (first.pair.a, first.pair.b, first.reasons) == (ours, theirs, (DOCUMENT, NAME))
    assert (other.reasons, other.score is not None) == ((NAME,), True)
    assert (first.a.held, first.b.sender) == ("own", "KW")
    decide(dz, theirs, ours, "same", NOTE)
    assert [each.pair.a for each in waiting(dz)] == [other.pair.a]
    assert [each.pair.a for each in waiting(dz, "same")] == [ours]
    with pytest.raises(BadInput):
        waiting(dz, "decided")
    with dz.node.store.write() as unit:
        behind = queue(dz.node, unit, dz.staff.officer, OPEN, Pair(theirs, other.pair.a))
    assert behind == []


def test_both_side_by_side_with_what_was_decided_before(pair: tuple[State, Ref, Ref]) -> None:
    dz, ours, theirs = pair
    decide(dz, ours, theirs, "unsure", NOTE)
    before = len(invariants.entries(dz.node, "record.read"))
    with dz.node.store.write() as unit:
        found = side_by_side(dz.node, unit, dz.staff.officer, theirs, ours)
    assert (found.a.ref, found.b.ref, found.state, found.reasons) == (theirs, ours, "unsure", (DOCUMENT, NAME))
    assert [(each.decision, each.person, each.note) for each in found.history] == [("unsure", "officer-dz", NOTE)]
    assert {row.path for row in found.fields if row.mark == "same"} >= {"name.full", "document", "theatre"}
    assert len(invariants.entries(dz.node, "record.read")) == before + 2


def test_the_newest_decision_that_stands_counts(pair: tuple[State, Ref, Ref]) -> None:
    dz, ours, theirs = pair
    first = decide(dz, ours, theirs, "different")
    second = decide(dz, theirs, ours, "same", NOTE)
    assert [each.pair.state for each in waiting(dz, "same")] == ["same"]
    take_back(dz, second)
    assert [each.pair.state for each in waiting(dz, "different")] == ["different"]
    take_back(dz, first)
    assert [each.pair.a for each in waiting(dz)] == [ours]
    with pytest.raises(Conflict):
        take_back(dz, first)
    with dz.node.store.write() as unit:
        told = history(dz.node, unit, dz.staff.officer, Pair(theirs, ours))
    assert [(each.id, each.decision, each.undone_by) for each in told] == [
        (first, "different", "officer2-dz"),
        (second, "same", "officer2-dz"),
    ]


def test_the_ledger_has_the_decision_and_neither_names_nor_notes(pair: tuple[State, Ref, Ref]) -> None:
    dz, ours, theirs = pair
    take_back(dz, decide(dz, ours, theirs, "same", NOTE))
    lines = invariants.entries(dz.node, "match.decided")
    assert [(line["decision"], line["actor"]) for line in lines] == [("same", "officer-dz"), ("undone", "officer2-dz")]
    assert lines[0]["refs"] == lines[1]["refs"]
    with dz.node.store.read() as unit:
        assert not [line for line in unit.ledger.entries(0, 999) if b"eyes" in line or ours.id.encode() in line]


def test_what_is_refused(pair: tuple[State, Ref, Ref]) -> None:
    dz, ours, theirs = pair
    (camp,) = dz.deposit(record(name("Camp Specimen"), kind="camp"), kind="camp")
    for a, b, decision, note in (
        (ours, ours, "same", ""),
        (ours, theirs, "perhaps", ""),
        (ours, theirs, "same", "x" * (MAX_NOTE + 1)),
        (ours, camp, "same", ""),
    ):
        with pytest.raises(BadInput):
            decide(dz, a, b, decision, note)
    decide(dz, ours, camp, "different")
    for missing in (Ref("DZ", "rec-not-there"), Ref("AE", theirs.id)):
        with pytest.raises(NotFound):
            decide(dz, ours, missing, "same")
    with pytest.raises(NotFound):
        take_back(dz, "mtc-0000000000000000")


def test_who_reads_only_decides_nothing(pair: tuple[State, Ref, Ref]) -> None:
    dz, ours, theirs = pair
    with pytest.raises(Forbidden), dz.node.store.write() as unit:
        decide_match(dz.node, unit, dz.staff.approver, Pair(ours, theirs), "same")
    for act in (duplicates, lambda *_: queue(dz.node, unit, dz.staff.auditor)):
        with pytest.raises(Forbidden), dz.node.store.write() as unit:
            act(dz.node, unit, dz.staff.auditor, ours)
