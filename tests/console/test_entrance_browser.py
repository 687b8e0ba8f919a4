"""The first pages of a real node in a real browser: each language and scheme, with and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser

from exchange.console.gate import COOKIE
from exchange.model.sessions import Preferences
from exchange.operations import preferences, sessions
from tests.console.browser import LANGUAGES, LIGHT, View, chromium, page_of, signed_in
from tests.console.checks import dark_faults, faults_of, language_faults
from tests.console.kit import Consoles


@pytest.fixture(scope="module")
def browser(shared: Consoles) -> Iterator[Browser]:
    with chromium(*(each.certificate for each in shared.identities.values())) as found:
        yield found


def officer_cookie(shared: Consoles, lang: str) -> dict[str, object]:
    """The officer of the first node at work, in `lang`."""
    state = shared.states["DZ"]
    officer = state.staff.officer
    with state.node.store.write() as unit:
        preferences.keep(state.node, unit, officer, replace(Preferences(), lang=lang))
        token, _ = sessions.open_session(state.node, unit, officer.id, "passkey")
    return signed_in(shared.addresses["DZ"], COOKIE, token)


@pytest.mark.parametrize("view", LIGHT, ids=str)
def test_the_entrance(shared: Consoles, browser: Browser, view: View) -> None:
    with page_of(browser, shared.addresses["DZ"], view) as (page, watch):
        page.goto(f"{shared.addresses['DZ']}/sign-in")
        assert faults_of(page, watch, view.lang) == []
        assert dark_faults(page, watch) == []


@pytest.mark.parametrize("view", LIGHT, ids=str)
def test_the_first_pages(shared: Consoles, browser: Browser, view: View) -> None:
    cookie = officer_cookie(shared, view.lang)
    with page_of(browser, shared.addresses["DZ"], view, [cookie]) as (page, watch):
        for path in ("/", "/preferences", "/passkeys"):
            page.goto(f"{shared.addresses['DZ']}{path}")
            assert page.locator("h1").count() == 1
            assert faults_of(page, watch, view.lang) == [], path
            assert dark_faults(page, watch) == [], path


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_scripts_a_choice_is_kept_and_the_way_out_is_open(
    shared: Consoles, browser: Browser, lang: str
) -> None:
    view = View("en" if lang != "en" else "fr", scripts=False)
    with page_of(browser, shared.addresses["DZ"], view, [officer_cookie(shared, view.lang)]) as (page, watch):
        page.goto(f"{shared.addresses['DZ']}/preferences")
        page.select_option("main select[name=lang]", lang)
        page.click("main form button[type=submit]")
        assert language_faults(page, lang) == []
        page.click("form[action='/sign-out'] button")
        assert page.url.split("?")[0].endswith("/sign-in")
        assert watch.faults == []
