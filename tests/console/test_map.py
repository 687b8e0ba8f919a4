"""The map, under the policy of real pages: no request outside, no name of a country, borders only where asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page

from tests.console.browser import LIGHT, View, Watch
from tests.console.checks import dark_faults, faults_of
from tests.console.little import REPO, STATIC, Looking, looking, script

PLACES: dict[str, object] = {
    "places": [
        {"id": "a", "label": "طرابلس", "lon": 13.18, "lat": 32.89, "kind": "place", "href": "/places/a"},
        {"id": "b", "label": "Sirte", "lon": 16.59, "lat": 31.2, "kind": "camp", "count_low": 100, "count_high": 300},
        {
            "id": "c",
            "label": "Tobruk",
            "lon": 23.96,
            "lat": 32.08,
            "kind": "place",
            "precision_km": 60,
            "count_high": 4,
        },
        {"id": "d", "label": "Kufra", "lon": 23.31, "lat": 24.2, "kind": "transit"},
    ],
    "lines": [
        {"from": [3.06, 36.75], "to": [13.18, 32.89], "label": "by air", "kind": "travel"},
        {"from": [13.18, 32.89], "to": [16.59, 31.2], "label": "by road", "kind": "transfer"},
    ],
    "words": {},
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looking]:
    with looking(tmp_path_factory.mktemp("little")) as found:
        yield found


@contextmanager
def shown(
    desk: Looking, view: View | None = None, boundaries: str = "none", data: object = None
) -> Iterator[tuple[Page, Watch, Locator]]:
    lang = (view or View()).lang
    desk.site.pages["/data"] = PLACES if data is None else data
    body = f'<main><h1>{lang}</h1><svg id="map" data-source="/data" data-boundaries="{boundaries}"></svg></main>'
    desk.site.put("/map", body, head=script("vendor/map.js"), lang=lang)
    with desk.at("/map", view) as (page, watch):
        page.locator("#map[data-state]").wait_for()
        yield page, watch, page.locator("#map")


@pytest.mark.parametrize("view", LIGHT, ids=str)
def test_it_is_sound_in_each_language_and_scheme(desk: Looking, view: View) -> None:
    with shown(desk, view) as (page, watch, drawn):
        assert [drawn.get_attribute(f"data-{name}") for name in ("state", "places", "lines")] == ["ready", "4", "2"]
        assert faults_of(page, watch, view.lang) == []
        assert dark_faults(page, watch) == []


def test_nothing_but_its_own_files_and_data_is_asked_for(desk: Looking) -> None:
    desk.site.asked.clear()
    with shown(desk) as (_, watch, _drawn):
        assert watch.outside == []
    assert {path for path in desk.site.asked if not path.startswith("/static/")} == {"/map", "/data"}


def test_there_are_no_borders_unless_they_are_asked_for(desk: Looking) -> None:
    with shown(desk) as (page, _, _drawn):
        assert page.locator("#map .land").count() == 1
        assert page.locator("#map .border").count() == 0
    with shown(desk, boundaries="un") as (page, _, _drawn):
        assert page.locator("#map .border").count() == 2
        dashes = page.locator("#map .border.unsettled").evaluate("(path) => getComputedStyle(path).strokeDasharray")
        assert dashes != "none"


def test_only_places_have_names() -> None:
    """Names of countries, which are claims, are not even in the file."""
    script_text = (STATIC / "vendor" / "map.js").read_text("utf-8")
    assert not re.search(
        r"Algeria|Libya|Morocco|W\. Sahara|Israel|Palestin|Iran|Persian|Arabian|DZA|LBY|ESH", script_text
    )


def test_every_label_is_a_place(desk: Looking) -> None:
    with shown(desk, boundaries="un") as (page, _, _drawn):
        assert set(page.locator("#map text").all_text_contents()) <= {"طرابلس", "Sirte", "Tobruk", "Kufra"}
        assert page.locator("#map text").first.get_attribute("direction") == "rtl"


def test_the_keyboard_goes_from_place_to_place_and_opens(desk: Looking) -> None:
    desk.site.put("/places/a", "<main><h1>Place</h1></main>")
    with shown(desk) as (page, _, drawn):
        page.locator('#map [tabindex="0"]').focus()
        assert drawn.get_attribute("data-at") == "a"
        walk = []
        for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowLeft"):
            page.keyboard.press(key)
            walk.append(drawn.get_attribute("data-at"))
        assert walk == ["b", "c", "d", "c", "b", "a"]
        assert page.locator('#map [tabindex="0"]').count() == 1
        page.keyboard.press("Enter")
        page.wait_for_url("**/places/a")


def test_a_place_says_its_count_and_how_exact_it_is(desk: Looking) -> None:
    with shown(desk) as (page, _, _drawn):
        page.locator('#map [tabindex="0"]').focus()
        page.keyboard.press("ArrowRight")
        said = re.sub("[\u2066-\u2069]", "", page.inner_text(".map-told"))
        assert said == "Sirte · camp · Persons: 100–300"
        page.keyboard.press("ArrowRight")
        assert page.inner_text(".map-told").endswith("Known to within (km): 60")
        assert page.locator("#map .about").count() == 1


def test_zooming_and_moving_keep_the_focus(desk: Looking) -> None:
    with shown(desk) as (page, _, drawn):
        page.locator('#map [tabindex="0"]').focus()
        start = page.locator("#map .land").get_attribute("d")
        page.keyboard.press("+")
        assert page.locator("#map .land").get_attribute("d") != start
        assert drawn.evaluate("(map) => map.contains(document.activeElement)")
        page.keyboard.press("0")
        assert page.locator("#map .land").get_attribute("d") == start
        for name in ("Closer", "Up", "Right", "Further"):
            before = page.locator("#map .land").get_attribute("d")
            page.get_by_role("button", name=name, exact=True).click()
            assert page.locator("#map .land").get_attribute("d") != before, name
        page.get_by_role("button", name="All", exact=True).click()
        assert page.locator("#map .land").get_attribute("d") == start


def test_libya_is_in_the_picture_also_without_places(desk: Looking) -> None:
    with shown(desk, data={"places": [], "lines": [], "words": {}}) as (page, watch, drawn):
        assert drawn.get_attribute("data-state") == "ready"
        page.get_by_role("button", name="Closer").click()
        assert watch.faults == []


def test_names_are_text(desk: Looking) -> None:
    place = {"id": "a", "label": "<b>x\u202e</b>", "lon": 15, "lat": 30, "kind": "place"}
    with shown(desk, data={"places": [place], "lines": [], "words": {}}) as (page, watch, _):
        assert page.text_content("#map text") == "<b>x[U+202E]</b>"
        assert watch.faults == []


def test_what_cannot_be_loaded_is_said(desk: Looking) -> None:
    body = '<main><h1>A</h1><svg id="map" data-source="/nowhere" data-failed="Not there"></svg></main>'
    desk.site.put("/none", body, head=script("vendor/map.js"))
    with desk.at("/none") as (page, _):
        page.locator('#map[data-state="failed"]').wait_for(state="attached")
        assert page.inner_text("[role=alert]") == "Not there"


def test_all_words_can_be_sent(desk: Looking) -> None:
    source = (REPO / "web" / "map.js").read_text("utf-8")
    keys = re.findall(r"(\w+): \"", source[source.index("const WORDS") : source.index("const WIDE")])
    with shown(desk, View("ar"), data={**PLACES, "words": {key: f"كلمة {key}" for key in keys}}) as (page, _, drawn):
        assert drawn.get_attribute("data-missing") is None
        assert page.locator(".map-tools button").first.inner_text() == "كلمة zoom_in"
