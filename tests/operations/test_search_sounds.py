"""A search takes any spelling in either script, ranked by score; and keeps only what its filters ask for."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from exchange.errors import BadInput
from exchange.matching.names import analyse
from exchange.matching.sounds import SOUNDS_MAX, asked, sounds_of
from exchange.model.records import Ref
from exchange.operations import search as module
from exchange.operations.compare_new import compare_new
from exchange.operations.search import Filters, Found
from tests import invariants
from tests.federation import Federation, State
from tests.operations.find_kit import covered, exchanged, name, of, persons, record
from tests.operations.test_search import ask, refs


def similar(found: Found) -> list[Ref]:
    return [each.line.ref for each in found.similar]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Selim el Ayna", "سليم العينة"),
        ("سليم العينة", "Salim Al-Ayna"),
        ("Mohamed Boukhari", "Muhammad Bukhari"),
        ("bukhari", "محمد البخاري"),
        ("Abdelkader Benali", "عبد القادر بن علي"),
        ("عبدالقادر بنعلي", "Abd al-Qadir Bin Ali"),
    ],
)
def test_any_spelling_in_either_script_finds_a_person(dz: State, text: str, held: str) -> None:
    script = "Latn" if held.isascii() else "Arab"
    (ref, _) = dz.deposit(record(name(held, script)), record(name("Karim Nobody")))
    waits = ask(dz, text)
    assert (refs(waits), similar(waits), waits.compared) == ([], [], False)
    compare_new(dz.node)
    found = ask(dz, text)
    assert (refs(found), similar(found), found.compared) == ([], [ref], True)


def test_as_written_comes_first_and_only_once_then_the_most_alike(house: Federation) -> None:
    dz = house["DZ"]
    exact, near, same = dz.deposit(
        record(name("Salim Ayna")),
        record(name("Selim Omar Ayna")),
        record(name("Selim Ayna")),
    )
    (theirs,) = exchanged(house["KW"], dz, [covered("Saleem el Ayna", "SYN0000001")])
    compare_new(dz.node)
    found = ask(dz, "Salim Ayna")
    assert refs(found) == [exact]
    assert set(similar(found)) == {near, same, theirs}
    scores = [each.probability for each in found.similar]
    assert scores == sorted(scores, reverse=True)
    assert similar(found)[-1] == near
    assert similar(ask(dz, "Salim Ayna", held="received")) == [theirs]
    assert similar(ask(dz, "Salim Ayna", kinds=frozenset({"camp"}))) == []
    assert similar(ask(dz, "Salim Ayna", after=exact)) == []
    assert invariants.entries(dz.node, "search.run")[0]["count"] == 4


def test_a_name_with_a_word_more_is_found_by_its_key(dz: State) -> None:
    (ref,) = dz.deposit(record(name("Qaswara Zubaydi")))
    compare_new(dz.node)
    assert similar(ask(dz, "Kaswara Zoubaidi Fulan")) == [ref]


def test_numbers_and_ids_sound_like_nothing(dz: State) -> None:
    (ref,) = persons(dz, "Salim Specimen")
    compare_new(dz.node)
    for text in ("1985", ref.id, "Selim 1985", "..", "SYN0012345"):
        assert ask(dz, text).similar == []


def test_what_a_word_may_sound_like_is_bounded() -> None:
    assert asked("") == asked("12") == ()
    assert all(len(group) <= 24 for group in asked("Dhu al-Ghadhfiqar Thaghdhath"))
    many = [analyse(f"{chr(97 + at % 26)}ar{chr(97 + at // 26)}am{chr(98 + at % 7)}") for at in range(200)]
    assert len(sounds_of(many)) == SOUNDS_MAX


NATIONAL = ("nationality", {"country": "TN", "status": "confirmed"})
CASES: list[tuple[dict[str, Any], set[int]]] = [
    ({}, {0, 1, 2, 3}),
    ({"nationality": "TN"}, {0, 1}),
    ({"theatre": "SY"}, {1}),
    ({"nationality": "TN", "theatre": "LY"}, {0}),
    ({"group": "ansar"}, {0, 3}),
    ({"group": "Ansar al-Specimen"}, {0}),
    ({"group": "nobody"}, set()),
    ({"until": date(2026, 11, 2)}, {0, 1}),
    ({"since": date(2026, 11, 3)}, {2, 3}),
    ({"since": date(2026, 11, 3), "nationality": "TN"}, set()),
]


def test_filters_keep_what_they_ask_for(house: Federation) -> None:
    dz = house["DZ"]
    made = dz.deposit(
        record(name("Salim A"), NATIONAL, ("theatre", "LY"), ("affiliation.group", "Ansar al-Specimen")),
        record(name("Salim B"), NATIONAL, ("theatre", "SY")),
    )
    house.clock.forward(timedelta(days=1))
    (group,) = dz.deposit(record(name("Ansar Salim"), kind="group"), kind="group")
    made += dz.deposit(record(name("Salim C"), ("affiliation.record", of(group))))
    made.append(group)
    for given, wanted in CASES:
        assert set(refs(ask(dz, "salim", filters=Filters(**given)))) == {made[at] for at in wanted}, given
    assert set(refs(ask(dz, "salim", filters=Filters(group=f"DZ/{group.id}")))) == {made[2], group}
    compare_new(dz.node)
    assert similar(ask(dz, "selim", filters=Filters(theatre="SY"))) == [made[1]]


def test_a_page_that_filters_goes_on_where_it_stopped(dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LOOKED_MAX", 4)
    monkeypatch.setattr(module, "_STEP", 2)
    wanted = dz.deposit(*[record(name(f"Salim N{at}"), ("theatre", "SY")) for at in range(3)])
    dz.deposit(*[record(name(f"Salim O{at}")) for at in range(9)])
    filters, after, found, pages = Filters(theatre="SY"), None, [], 0
    while pages < 10:
        page = ask(dz, "salim", filters=filters, limit=2, after=after)
        found += refs(page)
        pages, after = pages + 1, page.after
        if after is None:
            break
    assert found == wanted[::-1]
    assert pages == 4


@pytest.mark.parametrize(
    "filters",
    [
        Filters(nationality="Tunisia"),
        Filters(theatre="xx"),
        Filters(group=" . "),
        Filters(group="x" * 201),
        Filters(since=date(2026, 2, 1), until=date(2026, 1, 1)),
    ],
)
def test_filters_that_make_no_sense(dz: State, filters: Filters) -> None:
    with pytest.raises(BadInput):
        ask(dz, "salim", filters=filters)
