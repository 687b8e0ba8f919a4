"""The network as a picture, under the policy of real pages: by keyboard, in both directions, saved as a marked file."""

from __future__ import annotations

import base64
import random
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

from tests.console.browser import LIGHT, View, Watch
from tests.console.checks import dark_faults, faults_of
from tests.console.little import REPO, Looking, looking, network, script

BODY = """<main><h1>{lang}</h1><div id="graph" data-source="{source}" data-expand="/expand/{{id}}" data-start="b"
data-tlp="TLP:AMBER" data-watermark="DZ · officer-dz" data-failed="Not there"></div></main>"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looking]:
    with looking(tmp_path_factory.mktemp("little")) as found:
        yield found


def node(name: str, label: str, **more: object) -> dict[str, object]:
    return {"id": name, "label": label, "kind": "person", "originator": "DZ", "tlp": "TLP:AMBER", **more}


def edge(source: str, target: str, sources: int = 1, **more: object) -> dict[str, object]:
    told = [{"text": f"Statement {number}", "source": "S-1", "date": "2025-03"} for number in range(sources)]
    return {
        **{"id": f"{source}-{target}", "source": source, "target": target, "label": "travelled with"},
        **{"sources": sources, "certainty": "probable", "originator": "AE", "tlp": "TLP:GREEN", "statements": told},
        **more,
    }


SMALL: dict[str, object] = {
    "nodes": [
        node("a", "Karim"),
        node("b", "عبد الرحمن", href="/records/b"),
        node("c", "Sami"),
        node("d", "Omar \u202egnp.exe"),
    ],
    "edges": [edge("a", "b"), edge("b", "c", 3), edge("c", "d")],
    "more": {"c": 2},
    "words": {},
}


@contextmanager
def graph(desk: Looking, data: object = None, view: View | None = None) -> Iterator[tuple[Page, Watch, Locator]]:
    lang = (view or View()).lang
    desk.site.pages["/data"] = SMALL if data is None else data
    desk.site.put("/graph", BODY.format(lang=lang, source="/data"), head=script("vendor/graph.js"), lang=lang)
    with desk.at("/graph", view) as (page, watch):
        root = page.locator("#graph")
        page.locator("#graph[data-state]").wait_for()
        yield page, watch, root


def at(root: Locator) -> str:
    return root.get_attribute("data-at") or ""


def told(page: Page) -> str:
    return page.inner_text("#graph [role=status]")


@pytest.mark.parametrize("view", LIGHT, ids=str)
def test_it_is_sound_in_each_language_and_scheme(desk: Looking, view: View) -> None:
    with graph(desk, None, view) as (page, watch, root):
        assert [root.get_attribute(f"data-{name}") for name in ("state", "nodes", "edges", "at")] == [
            "ready",
            "4",
            "3",
            "b",
        ]
        assert faults_of(page, watch, view.lang) == []
        assert dark_faults(page, watch) == []


def test_the_keyboard_walks_along_links(desk: Looking) -> None:
    with graph(desk) as (page, watch, root):
        page.locator(".graph-picture").focus()
        assert at(root) == "b"
        here, lot, seen = "b", random.Random(1), {"b"}
        for _ in range(40):
            page.keyboard.press(lot.choice(("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp")))
            assert at(root) == here or {here, at(root)} in ({"a", "b"}, {"b", "c"}, {"c", "d"})
            here = at(root)
            seen.add(here)
        assert seen == {"a", "b", "c", "d"}
        assert watch.faults == []


def test_every_link_is_reached_by_stepping_and_crossed_by_enter(desk: Looking) -> None:
    with graph(desk) as (page, _, root):
        page.locator(".graph-picture").focus()
        steps = []
        for _ in range(3):
            page.keyboard.press("n")
            steps.append(at(root))
        assert set(steps) == {"a-b", "b-c"}
        assert steps[0] == steps[2]
        while at(root) != "b-c":
            page.keyboard.press("p")
        assert page.inner_text(".graph-panel").count("Statement") >= 3
        assert "Independent sources: 3" in told(page)
        page.keyboard.press("Enter")
        assert at(root) == "c"
        assert told(page).startswith("Sami")
        page.keyboard.press("n")
        page.keyboard.press("Escape")
        assert at(root) == "c"


def test_enter_opens_the_record(desk: Looking) -> None:
    desk.site.put("/records/b", "<main><h1>Record</h1></main>")
    with graph(desk) as (page, _, _root):
        page.locator(".graph-picture").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/records/b")


def test_a_record_is_not_opened_elsewhere(desk: Looking) -> None:
    data = {**SMALL, "nodes": [node("b", "B", href="https://example.org/b")], "edges": []}
    with graph(desk, data) as (page, watch, _):
        page.locator(".graph-picture").focus()
        page.keyboard.press("Enter")
        page.wait_for_timeout(200)
        assert page.url.endswith("/graph")
        assert watch.outside == []


def test_buttons_do_what_keys_and_dragging_do(desk: Looking) -> None:
    with graph(desk) as (page, _, root):
        picture = page.locator(".graph-picture")
        for name in ("Closer", "Further", "Up", "Down", "Left", "Right"):
            before = picture.screenshot()
            page.get_by_role("button", name=name, exact=True).click()
            page.wait_for_timeout(120)
            assert picture.screenshot() != before, name
        page.get_by_role("button", name="Next link").click()
        page.get_by_role("button", name="To the other end").click()
        assert at(root) in ("a", "c")
        page.locator(".graph-links button").first.click()
        assert "-" in at(root)


def test_more_is_fetched_and_what_stood_stays(desk: Looking) -> None:
    desk.site.pages["/expand/c"] = {
        "nodes": [node("c", "Sami"), node("e", "Nadia", originator="KW"), node("f", "Zaki")],
        "edges": [edge("c", "e"), edge("f", "c"), edge("f", "unknown")],
        "more": {"e": 7},
    }
    with graph(desk) as (page, watch, root):
        page.locator(".graph-picture").focus()
        page.keyboard.press("e")
        assert told(page) == "Nothing more is linked to it."
        while at(root) != "c":
            page.keyboard.press("n")
            page.keyboard.press("Enter")
        assert "Not shown yet: 2" in told(page)
        page.keyboard.press("e")
        page.locator('#graph[data-nodes="6"][data-edges="5"]').wait_for()
        assert "KW" in page.inner_text(".graph-legend")
        assert "Not shown yet" not in told(page)
        assert watch.faults == []


def test_the_picture_is_never_overfull(desk: Looking) -> None:
    data = {"nodes": [node(f"n{number}", "N") for number in range(1600)], "edges": [], "more": {}, "words": {}}
    with graph(desk, data) as (page, _, root):
        assert root.get_attribute("data-nodes") == "1500"
        assert "full" in told(page)


def test_names_cannot_turn_the_picture_or_add_markup(desk: Looking) -> None:
    data = {**SMALL, "nodes": [node("b", "x\u202e<img src=/x onerror=1>"), node("a", "A")], "edges": [edge("a", "b")]}
    with graph(desk, data) as (page, watch, _):
        heading = page.locator(".graph-panel h2")
        assert heading.inner_text() == "x[U+202E]<img src=/x onerror=1>"
        assert page.locator("#graph img").count() == 0
        assert watch.faults == []


def test_arabic_is_drawn_in_our_font(desk: Looking) -> None:
    with graph(desk) as (page, _, _root):
        used = page.evaluate("() => [...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.family)")
        assert {"Plex Arabic", "Plex Sans"} <= {str(each).strip('"') for each in used}


def test_the_same_data_gives_the_same_picture(desk: Looking) -> None:
    shots = []
    for _ in range(2):
        with graph(desk, network(60)) as (page, _, _root):
            page.wait_for_timeout(200)
            shots.append(page.locator(".graph-picture").screenshot())
    assert shots[0] == shots[1]


def test_colours_follow_the_desk(desk: Looking) -> None:
    with graph(desk) as (page, _, _root):
        picture = page.locator(".graph-picture canvas").last
        before = picture.screenshot()
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        page.wait_for_timeout(200)
        assert picture.screenshot() != before


PIXELS = """async (text) => {
  const image = await createImageBitmap(new Blob([Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0))]));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const corner = (y) => {
    const { data } = pen.getImageData(image.width - 240, y, 230, 64);
    const found = new Set();
    for (let at = 0; at < data.length; at += 4) found.add(`${data[at]},${data[at + 1]},${data[at + 2]}`);
    return [...found];
  };
  return [corner(0), corner(image.height - 64)];
}"""


def test_it_is_saved_with_its_marking_above_and_below(desk: Looking, tmp_path: Path) -> None:
    with graph(desk) as (page, watch, _):
        with page.expect_download() as coming:
            page.get_by_role("button", name="Save as picture").click()
        file = coming.value
        assert file.suggested_filename == "network-TLP-AMBER.png"
        file.save_as(tmp_path / "network.png")
        body = (tmp_path / "network.png").read_bytes()
        wide, high = struct.unpack(">II", body[16:24])
        assert body[:8] == b"\x89PNG\r\n\x1a\n"
        assert wide >= 1000
        assert high > 200
        assert watch.faults == []
        corners = page.evaluate(PIXELS, base64.b64encode(body).decode())
        for colours in corners:
            assert {"255,192,0", "0,0,0"} <= set(colours)


def test_what_cannot_be_loaded_is_said(desk: Looking) -> None:
    desk.site.put("/none", BODY.format(lang="x", source="/nowhere"), head=script("vendor/graph.js"))
    with desk.at("/none") as (page, _):
        page.locator('#graph[data-state="failed"]').wait_for()
        assert page.inner_text("#graph [role=alert]") == "Not there"


def test_all_words_can_be_sent(desk: Looking) -> None:
    source = (REPO / "web" / "graph" / "words.js").read_text("utf-8")
    keys = re.findall(r"^  (\w+):", source, re.MULTILINE)
    words = {key: f"كلمة {key}" for key in keys}
    with graph(desk, {**SMALL, "words": words}, View("ar")) as (page, _, root):
        assert root.get_attribute("data-missing") is None
        assert page.locator("#graph button").first.inner_text() == "كلمة zoom_in"
    with graph(desk, {**SMALL, "words": {**words, "save": None}}) as (_, _watch, root):
        assert root.get_attribute("data-missing") == "save"
