"""The two pictures on their real pages: they load under the page's policy, are sound, and are walked by key."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from exchange.console.gate import COOKIE
from exchange.console.statics import statics
from exchange.model.records import Ref
from exchange.model.sessions import Preferences
from exchange.operations import preferences, sessions
from tests.console.browser import View, Watch, chromium, context_of, signed_in, watched
from tests.console.checks import faults_of
from tests.console.kit import Consoles, consoles
from tests.console.test_network import circle
from tests.console.test_places import camps
from tests.databases import Sqlite


@dataclass(frozen=True, slots=True)
class Looking:
    shared: Consoles
    browser: Browser
    refs: tuple[Ref, ...]

    @contextmanager
    def at(self, path: str, view: View) -> Iterator[tuple[Page, Watch]]:
        """The page, its picture drawn."""
        state = self.shared.states["DZ"]
        origin = self.shared.addresses["DZ"].replace("127.0.0.1", "localhost")
        with state.node.store.write() as unit:
            preferences.keep(state.node, unit, state.staff.officer, Preferences(lang=view.lang, theme=view.scheme))
            token, _ = sessions.open_session(state.node, unit, state.staff.officer.id, "passkey")
        with context_of(self.browser, view, [signed_in(origin, COOKIE, token)]) as context:
            page, watch = watched(context, origin)
            page.goto(origin + path)
            page.locator("[data-state]").wait_for()
            yield page, watch

    def network(self, place: int, query: str = "") -> str:
        return f"/records/{self.refs[place].originator}/{self.refs[place].id}/network{query}"


@pytest.fixture(scope="module")
def looking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looking]:
    assert "vendor/graph.js" in statics().files, "run `make web`"
    folder: Path = tmp_path_factory.mktemp("islands")
    (folder / "db").mkdir()
    with ExitStack() as stack:
        shared = stack.enter_context(consoles(Sqlite(folder / "db"), folder, hosts=("127.0.0.1", "localhost")))
        refs = circle(shared.states["DZ"])
        camps(shared.states["DZ"])
        browser = stack.enter_context(chromium(*(each.certificate for each in shared.identities.values())))
        yield Looking(shared, browser, refs)


@pytest.mark.parametrize("view", [View("ar"), View("fr", "dark"), View("en", width=320)], ids=str)
def test_both_pictures_are_sound_on_their_pages(looking: Looking, view: View) -> None:
    for path, name in ((looking.network(0, "?hops=2"), "#graph"), ("/places", "#map")):
        with looking.at(path, view) as (page, watch):
            picture = page.locator(name)
            assert picture.get_attribute("data-state") == "ready"
            assert picture.get_attribute("data-missing") is None
            assert faults_of(page, watch, view.lang) == []


def test_the_network_is_walked_and_grows_by_key(looking: Looking) -> None:
    with looking.at(looking.network(5), View()) as (page, watch):
        graph = page.locator("#graph")
        start = graph.get_attribute("data-start")
        assert graph.get_attribute("data-at") == start
        before = graph.get_attribute("data-nodes")
        page.locator(".graph-picture").focus()
        page.keyboard.press("n")
        page.keyboard.press("Enter")
        person = graph.get_attribute("data-at")
        assert person != start
        page.keyboard.press("e")
        page.locator(f"#graph:not([data-nodes='{before}'])").wait_for()
        assert int(graph.get_attribute("data-nodes") or 0) > int(before or 0)
        assert watch.faults == []
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/records/{person}")


def test_the_map_is_walked_by_key(looking: Looking) -> None:
    with looking.at("/places", View()) as (page, watch):
        drawn = page.locator("#map")
        assert drawn.get_attribute("data-boundaries") == "none"
        first = drawn.get_attribute("data-at")
        page.locator("#map a.place[tabindex='0']").focus()
        for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
            page.keyboard.press(key)
            if drawn.get_attribute("data-at") not in (None, first):
                break
        assert drawn.get_attribute("data-at") != first
        assert watch.faults == []


def test_without_scripts_the_tables_say_it_all(looking: Looking) -> None:
    desk = looking.shared.desk("DZ", looking.shared.states["DZ"].staff.officer)
    for path, words in ((looking.network(0), "The picture needs scripts."), ("/places", "The map needs scripts.")):
        page = desk.open(path)
        assert words in page.text
        assert page.html.count("<table") == 2
