"""Every page of the application, as each reader sees it, in a real browser: pages come from the application itself.

A page is opened by the first role that may, on the node that sends; those of a received item on the node that got it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext
from playwright.sync_api import Page as Tab

from exchange.console.gate import COOKIE
from exchange.console.page import Page
from exchange.console.pages import PAGES
from exchange.model.sessions import Preferences
from exchange.model.state import Person
from exchange.operations import preferences, sessions
from exchange.operations.permissions import ROLES
from tests.console.browser import View, Watch, chromium, context_of, signed_in, watched
from tests.console.checks import dark_faults, faults_of
from tests.console.kit import Consoles, Desk, consoles
from tests.console.story import RECEIVER, SENDER, Story, tell
from tests.databases import Sqlite
from tests.match_kit import CLAUSE

ORDER = ("officer", "releasing_officer", "auditor", "administrator")
SHOWN = [page for page in PAGES if page.method == "GET"]


@dataclass
class Walk:
    """A federation with something in it, and a browser that trusts it."""

    shared: Consoles
    story: Story
    browser: Browser
    stack: ExitStack
    desks: dict[tuple[str, str], Desk] = field(default_factory=dict)
    tabs: dict[tuple[str, str, View], tuple[BrowserContext, Tab, Watch]] = field(default_factory=dict)

    def address(self, page: Page) -> tuple[str, str] | None:
        """(node, path); None for a page of something that this story has none of."""
        for code, values in ((SENDER, self.story.sender), (RECEIVER, self.story.receiver)):
            names = re.findall(r"\{([a-z_]+)(?::[a-z]+)?\}", page.path)
            if all(name in values for name in names):
                path = page.path
                for name in names:
                    path = re.sub(rf"\{{{name}(?::[a-z]+)?\}}", values[name], path)
                if self.status(code, page, path) == 200:
                    return code, path
        return None

    def status(self, code: str, page: Page, path: str) -> int:
        """What a desk without scripts gets; 0 for what is no page, such as a file."""
        person = self.person(code, page)
        who = (code, "" if person is None else person.id)
        if who not in self.desks:
            self.desks[who] = self.shared.desk(code, person)
        answer = self.desks[who].open(path)
        html = answer.headers.get("content-type", "").startswith("text/html")
        return answer.status if html and answer.path.split("?")[0] == path else 0

    def person(self, code: str, page: Page) -> Person | None:
        """Nobody for the entrance."""
        if page.entrance:
            return None
        staff = self.shared.states[code].staff
        people = dict(zip(ORDER, (staff.officer, staff.approver, staff.auditor, staff.admin), strict=True))
        role = next(role for role in ORDER if page.permission is None or page.permission in ROLES[role])
        return people[role]

    def open(self, code: str, page: Page, path: str, view: View) -> tuple[Tab, Watch]:
        """The page in a tab of that reader, loaded."""
        person = self.person(code, page)
        who = "" if person is None else person.id
        if (code, who, view) not in self.tabs:
            origin = self.shared.addresses[code].replace("127.0.0.1", "localhost")
            cookies = []
            if person is not None:
                node = self.shared.states[code].node
                with node.store.write() as unit:
                    preferences.keep(node, unit, person, Preferences(lang=view.lang, theme=view.scheme))
                    token, _ = sessions.open_session(node, unit, person.id, "passkey")
                cookies = [signed_in(origin, COOKIE, token)]
            context = self.stack.enter_context(context_of(self.browser, view, cookies))
            self.tabs[code, who, view] = (context, *watched(context, origin))
        _, tab, watch = self.tabs[code, who, view]
        for found in (watch.errors, watch.outside, watch.violations):
            found.clear()
        tab.goto(watch.origin + path)
        return tab, watch


@contextmanager
def walking(folder: Path) -> Iterator[Walk]:
    """A walk over fresh nodes."""
    (folder / "db").mkdir()
    with ExitStack() as stack:
        shared = stack.enter_context(
            consoles(Sqlite(folder / "db"), folder, hosts=("127.0.0.1", "localhost"), matching=(CLAUSE,))
        )
        story = tell(shared)
        certificates = [identity.certificate for identity in shared.identities.values()]
        browser = stack.enter_context(chromium(*certificates))
        yield Walk(shared, story, browser, stack)


def faults_on(walk: Walk, page: Page, lang: str) -> dict[str, list[str]]:
    """Colour scheme -> what is wrong with the page; empty when nothing is, or when the story has nothing of it."""
    found = walk.address(page)
    if found is None:
        return {}
    code, path = found
    tab, watch = walk.open(code, page, path, View(lang, "light"))
    wrong = {"light": faults_of(tab, watch, lang), "dark": dark_faults(tab, watch)}
    return {scheme: faults for scheme, faults in wrong.items() if faults}
