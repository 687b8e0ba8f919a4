"""The worker compares who came in with all that is held, and proposes who is alike, in either script."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exchange.model.claims import Claim
from exchange.model.matching import OPEN, Pair
from exchange.model.records import Ref
from exchange.operations import compare_new as steps
from exchange.operations.compare_new import Compared, compare_new
from exchange.operations.deposit import Amendment, amend
from exchange.operations.duplicates import suggest
from exchange.operations.match_review import decide_match, side_by_side, undo
from tests import invariants
from tests.federation import Federation, State
from tests.operations.find_kit import Said, covered, exchanged, name, record
from tests.operations.test_match_review import candidates, decide, take_back, waiting

ARABIC, LATIN = "سليم العينة", "Selim el-Ayna"
BORN: Said = ("birth.date", {"precision": "exact", "date": "1985-04-12"})


def arabic(text: str = ARABIC, *said: Said) -> tuple[Claim, ...]:
    return record(name(text, "Arab"), *said)


def pairs(state: State, kind: str = OPEN) -> set[frozenset[Ref]]:
    return {frozenset((each.pair.a, each.pair.b)) for each in waiting(state, kind)}


def amended(state: State, ref: Ref, claims: tuple[Claim, ...], base: int = 1) -> None:
    with state.node.store.write() as unit:
        amend(state.node, unit, state.staff.officer, [Amendment(ref, base, claims)])


def test_one_person_in_two_scripts_is_proposed_once(dz: State) -> None:
    one, other, _ = dz.deposit(arabic(), record(name(LATIN)), record(name("Karim Nobody")))
    assert waiting(dz) == []
    assert compare_new(dz.node) == Compared(keyed=3, compared=3, proposed=1)
    (found,) = waiting(dz)
    assert {found.pair.a, found.pair.b} == {one, other}
    assert (found.reasons, found.pair.state) == ((), OPEN)
    score = found.score
    assert score is not None
    assert score.alike
    assert score.probability >= score.threshold
    assert {score.name_a, score.name_b} == {ARABIC, LATIN}
    assert [bool(row.a and row.b) for row in score.rows] == [True, True]
    assert score.evidence_for
    assert compare_new(dz.node) == Compared()


def test_ours_and_theirs_and_what_two_partners_sent(house: Federation) -> None:
    dz = house["DZ"]
    (kw,) = exchanged(house["KW"], dz, [covered("Selim Elayna", "SYN 0000001")])
    (ae,) = exchanged(house["AE"], dz, [covered("Saleem Al Ayna", "SYN 0000002")])
    (ours,) = dz.deposit(arabic())
    compare_new(dz.node)
    assert pairs(dz) == {frozenset((ours, kw)), frozenset((ours, ae)), frozenset((kw, ae))}
    assert {each.pair.a for each in waiting(dz)} == {ours, min(kw, ae)}
    by_place = {each.pair.b: each.a.held for each in waiting(dz) if each.pair.a != ours}
    assert list(by_place.values()) == ["received"]
    decide(dz, ae, kw, "same")
    assert pairs(dz, "same") == {frozenset((kw, ae))}


def test_who_is_not_alike_is_not_proposed(dz: State) -> None:
    dz.deposit(
        arabic(ARABIC, BORN),
        record(name(LATIN), ("birth.date", {"precision": "exact", "date": "1950-01-30"})),
        record(name("Abu Salim", type_="kunya")),
        record(name("Abu Salim", type_="kunya")),
    )
    assert compare_new(dz.node).proposed == 0


@pytest.mark.parametrize("decision", ["same", "different", "unsure"])
def test_what_was_decided_comes_again_only_when_a_record_changed(house: Federation, decision: str) -> None:
    dz = house["DZ"]
    one, other = dz.deposit(arabic(), record(name(LATIN)))
    decide(dz, one, other, decision)
    assert compare_new(dz.node).proposed == 0
    with dz.node.store.write() as unit:
        unit.set_setting("search.keys", "older")
    assert compare_new(dz.node) == Compared(keyed=2, compared=2, proposed=0)
    house.clock.forward(timedelta(hours=1))
    amended(dz, other, record(name(LATIN), BORN))
    compare_new(dz.node)
    assert pairs(dz) == (set() if decision == "same" else {frozenset((one, other))})


def test_a_pair_that_waited_and_was_decided_waits_again_when_a_record_changed(house: Federation) -> None:
    dz = house["DZ"]
    one, other = dz.deposit(arabic(), record(name(LATIN)))
    compare_new(dz.node)
    decide(dz, one, other, "different")
    assert pairs(dz) == set()
    house.clock.forward(timedelta(hours=1))
    amended(dz, one, arabic(ARABIC, BORN))
    compare_new(dz.node)
    assert pairs(dz) == {frozenset((one, other))}
    amended(dz, one, arabic("كريم آخر"), base=2)
    compare_new(dz.node)
    assert pairs(dz) == set()


def test_other_rules_of_keys_make_everything_wait_again(dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = dz.deposit(arabic(), record(name(LATIN)))
    monkeypatch.setattr(steps, "key_version", lambda: "before")
    monkeypatch.setattr(steps, "keys", lambda identity, side: frozenset({repr(identity.names).encode()}))
    assert compare_new(dz.node) == Compared(2, 2, 0)
    monkeypatch.undo()
    assert compare_new(dz.node) == Compared(2, 2, 1)
    assert pairs(dz) == {frozenset((one, other))}
    assert compare_new(dz.node) == Compared()


def test_pages_end(dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "PAGE", 2)
    monkeypatch.setattr(steps, "KEYED_AT_ONCE", 2)
    dz.deposit(*[record(name(f"{first} Specimen")) for first in ("Adel", "Bachir", "Djamel", "Farid", "Hakim")])
    assert compare_new(dz.node) == Compared(5, 5, 0)


def test_a_draft_and_a_record_find_the_other_spelling_with_its_score(dz: State) -> None:
    one, other = dz.deposit(arabic(), record(name(LATIN)))
    compare_new(dz.node)
    (found,) = candidates(dz, one)
    assert (found.ref, found.reasons) == (other, ())
    assert found.score is not None
    with dz.node.store.write() as unit:
        drafted = suggest(dz.node, unit, dz.staff.officer, record(name("Salim Al-Ayna"), BORN))
    scores = [each.score.probability for each in drafted if each.score is not None]
    assert {each.ref for each in drafted} == {one, other}
    assert scores == sorted(scores, reverse=True)


def test_a_decision_taken_back_leaves_every_byte_as_it_was(dz: State) -> None:
    one, other = dz.deposit(arabic(), record(name(LATIN)))
    compare_new(dz.node)
    amended(dz, one, arabic(ARABIC, BORN))
    compare_new(dz.node)

    def shown() -> object:
        with dz.node.store.write() as unit:
            side = side_by_side(dz.node, unit, dz.staff.officer, one, other)
            held = unit.records.current([one, other], lock=False)
        return side.score, side.fields, side.state, side.a, side.b, held, waiting(dz), candidates(dz, one)

    before = shown()
    id_ = decide(dz, one, other, "same", "SYNTHETIC")
    assert shown() != before
    take_back(dz, id_)
    assert shown() == before


def test_amended_between_a_decision_and_its_undoing(house: Federation) -> None:
    """The amendment stands, the decision is gone: as if nobody had decided."""
    told = []
    for decided in (True, False):
        dz = house["DZ" if decided else "AE"]
        one, other = dz.deposit(arabic(), record(name(LATIN)))
        compare_new(dz.node)
        with dz.node.store.write() as unit:
            made = decide_match(dz.node, unit, dz.staff.officer, Pair(one, other), "same") if decided else None
        amended(dz, one, arabic(ARABIC, BORN))
        compare_new(dz.node)
        if made is not None:
            with dz.node.store.write() as unit:
                undo(dz.node, unit, dz.staff.officer, made.id)
        (found,) = waiting(dz)
        with dz.node.store.read() as unit:
            (held,) = unit.records.current([one], lock=False)
        assert found.score is not None
        told.append(
            (
                found.score.parts,
                found.pair.state,
                held.record.version,
                [(claim.path, claim.value) for claim in held.record.claims],
            )
        )
    assert told[0] == told[1]


def test_comparing_is_no_reading_and_looking_is(dz: State) -> None:
    dz.deposit(arabic(), record(name(LATIN)))
    before = len(invariants.entries(dz.node))
    compare_new(dz.node)
    assert len(invariants.entries(dz.node)) == before
    waiting(dz)
    assert [line["kind"] for line in invariants.entries(dz.node)[before:]] == ["list.read"]
