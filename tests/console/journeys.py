"""What the journeys in a browser have in common: a person at a node, who speaks a language, and what is left of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from exchange.console.gate import COOKIE
from exchange.model.sessions import Preferences
from exchange.model.state import Person
from exchange.operations import preferences, sessions
from tests.console.browser import View, Watch, page_of, signed_in
from tests.console.kit import Consoles
from tests.federation import State
from tests.invariants import entries

WIDE = 1280


def origin(shared: Consoles, code: str) -> str:
    return shared.addresses[code].replace("127.0.0.1", "localhost")


def cookie(shared: Consoles, code: str, person: Person, lang: str) -> dict[str, object]:
    node = shared.states[code].node
    with node.store.write() as unit:
        preferences.keep(node, unit, person, Preferences(lang=lang))
        token, _ = sessions.open_session(node, unit, person.id, "link")
    return signed_in(origin(shared, code), COOKIE, token)


@contextmanager
def sat_down(
    browser: Browser, shared: Consoles, code: str, person: Person, lang: str
) -> Iterator[tuple[Page, Watch, str]]:
    """A page of this person at that node, its watch, and the node's address."""
    home = origin(shared, code)
    with page_of(browser, home, View(lang, width=WIDE), [cookie(shared, code, person, lang)]) as (page, watch):
        yield page, watch, home


def submit(page: Page, action: str, button: str = "button[type=submit]") -> None:
    """The button of the form that goes to `action`."""
    page.locator(f"form[action='{action}'] {button}").first.click()
    page.wait_for_load_state("load")


def well(page: Page, watch: Watch, lang: str) -> None:
    """The page speaks the language, and nothing it did was refused."""
    assert page.locator("html").get_attribute("lang") == lang
    assert watch.faults == []


def latest(state: State, kind: str) -> Mapping[str, object]:
    return entries(state.node, kind)[-1]
