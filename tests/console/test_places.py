"""Camps and movements: what has coordinates is on the map, everything is in the table, and no place is made up."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from exchange.console.pages import places as pages
from exchange.console.pages.places_map import known_within, map_of, middle
from exchange.model.claims import Claim, Grade
from exchange.model.dates import Span
from exchange.model.records import Ref
from exchange.model.titles import Title
from exchange.operations.deposit import Draft, deposit
from exchange.operations.places import Count, PlaceLine, Places, Spot
from tests.console.kit import Consoles, Desk
from tests.federation import State
from tests.invariants import entries

GRADE = Grade("admiralty", "B", "2")
REPO = Path(__file__).resolve().parents[2]
GOVERNED = (
    ("record.marking", "TLP:AMBER+STRICT"),
    ("record.legal_basis", "SYNTHETIC Act 1"),
    ("record.purpose", "counter_terrorism.travel"),
    ("record.review", "2027-10-01"),
)


@dataclass(frozen=True, slots=True)
class Told:
    point: Ref
    cell: Ref
    named: Ref
    moved: Ref


def draft(kind: str, *facts: tuple[str, object]) -> Draft:
    given = [
        Claim(f"c{number}", path, value, "fact", None if path.startswith("record.") else GRADE)
        for number, (path, value) in enumerate((*facts, *GOVERNED), 1)
    ]
    return Draft(kind, tuple(given))


def name(text: str, script: str = "Arab") -> dict[str, str]:
    return {"text": text, "script": script, "type": "primary"}


def camps(state: State) -> Told:
    drafts = [
        draft(
            "camp",
            ("name.full", name("معسكر المثال")),
            ("location.point", {"lat": 32890000, "lon": 13180000}),
            ("count", {"low": 70, "high": 75}),
            ("count", {"low": 120, "high": None}),
            ("founded", {"precision": "year", "year": 2014}),
        ),
        draft("camp", ("name.full", name("Cell Camp", "Latn")), ("location.area", {"lat": 31, "lon": 16})),
        draft(
            "camp",
            ("name.full", name("Named Camp", "Latn")),
            ("location.address", {"country": "LY", "city": "Specimen Town"}),
            ("location.country", "LY"),
        ),
        draft(
            "movement",
            ("movement.from", {"country": "DZ", "city": "Specimen A"}),
            ("movement.to", {"country": "LY", "city": "مدينة ب"}),
            ("route.via", "TN"),
            ("movement.means", "land"),
            ("movement.date", "2015-06-01"),
            ("count", {"low": 4, "high": 4}),
        ),
    ]
    with state.node.store.write() as unit:
        return Told(*deposit(state.node, unit, state.staff.officer, drafts))


@pytest.fixture(scope="module")
def told(shared: Consoles) -> Told:
    return camps(shared.states["DZ"])


@pytest.fixture(scope="module")
def officer(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.officer)


def data(desk: Desk, query: str = "") -> Mapping[str, Any]:
    answer = desk.client.get(f"/places/data{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    found: Mapping[str, Any] = json.loads(answer.text)
    return found


def test_nothing_held_says_what_to_do(shared: Consoles) -> None:
    desk = shared.desk("AE", shared.states["AE"].staff.officer)
    page = desk.open("/places")
    assert page.status == 200
    assert "No camp and no movement with a place is held here." in page.text
    assert "<svg id=" not in page.html
    assert "TLP:" not in page.text


def test_the_table_says_where_and_how_exact(officer: Desk, told: Told) -> None:
    page = officer.open("/places")
    assert page.status == 200
    for words in (
        *("معسكر المثال", "32.89000° N, 13.18000° E", "31° N, 16° E", "a cell of one degree", "within 73 km"),
        *("Specimen Town", "the name of a place", "70 to 75", "at least 120", "contested", "Through", "Tunisia"),
        *("Specimen A", "مدينة ب", "by land", "1 June 2015", "TLP:AMBER+STRICT", "With coordinates: 2 of"),
    ):
        assert words in page.text, words
    assert f"/records/DZ/{told.moved.id}" in page.links


def test_the_map_has_what_has_coordinates_and_the_keys_of_its_script(officer: Desk, told: Told) -> None:
    found = data(officer)
    shown = {each["id"].rpartition("-")[0]: each for each in found["places"]}
    assert set(shown) == {f"DZ/{told.point.id}", f"DZ/{told.cell.id}"}
    exact, cell = shown[f"DZ/{told.point.id}"], shown[f"DZ/{told.cell.id}"]
    assert (exact["lon"], exact["lat"], exact["precision_km"]) == (13.18, 32.89, 0)
    assert (exact["count_low"], exact["count_high"]) == (70, 75)
    assert (cell["lon"], cell["lat"], cell["precision_km"]) == (16.5, 31.5, 73)
    assert found["lines"] == []
    script = (REPO / "web/map.js").read_text(encoding="utf-8")
    words = script[script.index("const WORDS = {") : script.index("const WIDE")]
    assert set(re.findall(r"^  (\w+):", words, re.M)) == found["words"].keys() - {"kinds"}
    assert {each["kind"] for each in found["places"]} <= found["words"]["kinds"].keys()


def test_borders_are_drawn_only_where_the_node_asks(officer: Desk, told: Told) -> None:
    page = officer.open("/places")
    assert 'data-boundaries="none"' in page.html


def test_one_kind_and_a_lens(officer: Desk, told: Told) -> None:
    camps_only, moves = officer.open("/places?kind=camp"), officer.open("/places?kind=movement")
    assert told.moved.id not in camps_only.html
    assert told.point.id not in moves.html
    seen = officer.open("/places?lens=KW")
    assert seen.status == 200
    assert "Kuwait would see" in seen.text
    assert len(data(officer, "?lens=KW")["places"]) <= len(data(officer)["places"])
    assert officer.open("/places?lens=ZZ").status == 404
    for query in ("kind=secret", "lens=nobody", "from=-1"):
        assert officer.open(f"/places?{query}").status == 422


def test_every_language(officer: Desk, told: Told) -> None:
    try:
        for lang, words in (("ar", "مربع من درجة واحدة"), ("fr", "carré d'un degré")):
            officer.keep(lang=lang)
            assert words in officer.open("/places").text
    finally:
        officer.keep(lang="en")


def test_the_table_file(officer: Desk, told: Told) -> None:
    answer = officer.client.get("/places/csv?kind=all")
    assert answer.headers["content-disposition"] == 'attachment; filename="places-all.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    by_record = {row[0]: row for row in rows}
    assert by_record[f"DZ/{told.point.id}"][5:8] == ["32.890000", "13.180000", "0"]
    assert by_record[f"DZ/{told.point.id}"][8:10] == ["70; 120", "75; "]
    assert by_record[f"DZ/{told.moved.id}"][3:5] == ["Specimen A, Algeria", "مدينة ب, Libya"]
    assert len({len(row) for row in rows}) == 1


def test_a_long_list_comes_in_parts(officer: Desk, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE", 1)
    seen, path = set(), "/places"
    while path:
        page = officer.open(path)
        assert page.status == 200
        seen |= set(re.findall(r"rec-[a-z0-9]{26}", page.html))
        path = next((link for link in page.links if "from=" in link), "")
    assert {told.point.id, told.cell.id, told.named.id, told.moved.id} <= seen


def test_looking_is_noted_and_only_who_may_read_records_looks(shared: Consoles, officer: Desk, told: Told) -> None:
    node = shared.states["DZ"].node
    before = len(entries(node, "list.read"))
    officer.open("/places")
    (noted,) = entries(node, "list.read")[before:]
    assert (noted["what"], noted["actor"]) == ("places", "officer-dz")
    staff = shared.states["DZ"].staff
    for person in (staff.auditor, staff.admin):
        desk = shared.desk("DZ", person)
        assert [desk.open(f"/places{more}").status for more in ("", "/data", "/csv")] == [403, 403, 403]


def test_a_movement_is_a_line_only_between_two_known_spots(officer: Desk) -> None:
    spot, named = Spot(32.0, 13.0, "point", None, None), Spot(None, None, "place", "LY", "Town")
    ref, title = Ref("DZ", "rec-00000001"), Title("عنوان", "", "Arab")
    lines = [
        PlaceLine(ref, "own", title, None, None, ends[0], ends[1], (), means, (Count(1, None),), None)
        for ends, means in (((spot, spot), ("air",)), ((spot, spot), ()), ((spot, named), ()), ((None, spot), ()))
    ]
    visit: Any = type("Reader", (), {"lang": "en"})()
    found = map_of(visit, Places([], lines, False))
    drawn: Any = found["lines"]
    assert [each["kind"] for each in drawn] == ["air", "movement"]
    assert drawn[0]["from"] == [13.0, 32.0]


def test_how_exact_a_spot_and_a_time_are() -> None:
    assert middle(Spot(-1.0, 2.0, "cell", None, None)) == (2.5, -0.5)
    assert known_within(Spot(0.0, 0.0, "cell", None, None)) == 79
    assert known_within(Spot(None, None, "country", "LY", None)) is None
    first, last = date(2015, 6, 1), date(2015, 6, 30)
    told = {precision: pages._when(Span(first, last, precision)) for precision in ("exact", "month", "year", "range")}
    assert [each.text for each in told.values() if each] == ["2015-06-01", "2015-06", "2015", "2015-06-01"]
    hijri = pages._when(Span(first, last, "exact", "hijri"))
    assert hijri is not None
    assert (hijri.kind, hijri.text) == ("about", "2015")
