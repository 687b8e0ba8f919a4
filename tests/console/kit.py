"""Consoles of a test federation over real TLS on loopback, and desks: browsers without scripts, one for each person.

A desk keeps cookies, follows redirects and fills in forms as they stand on the page, hidden fields included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx

from exchange.api.app import officer_app
from exchange.console.app import beside, console_app
from exchange.console.gate import COOKIE
from exchange.console.place import Place
from exchange.crypto.atrest import AtRest
from exchange.model.sessions import Preferences
from exchange.model.state import Person
from exchange.operations import preferences, sessions
from exchange.passkeys import WebAuthnPasskeys
from exchange.ports.oidc import IdentityProvider
from exchange.store import SqlStore, open_engine
from tests.api_kit import HOST, Identity, free_port, identity, serving, trusting
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, State, federate
from tests.match_kit import can_match
from tests.operations.sign_in_kit import with_passkeys

Values = Mapping[str, str | Sequence[str]]


@dataclass(slots=True)
class FormOnPage:
    """A form as it stands: where it goes, and what is in it."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FormOnPage] = []
        self.links: list[str] = []
        self._form: FormOnPage | None = None
        self._select = self._area = ""
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag == "form":
            self._form = FormOnPage(found.get("action", ""))
            self.forms.append(self._form)
        if self._form is None:
            return
        name = found.get("name", "")
        kind = found.get("type", "text")
        left_out = kind in ("submit", "file") or (kind in ("checkbox", "radio") and "checked" not in found)
        if tag == "input" and name and not left_out:
            self._form.fields.setdefault(name, []).append(found.get("value", "on"))
        if tag == "select":
            self._select = name
        if tag == "option" and self._select and "selected" in found:
            self._form.fields[self._select] = [found.get("value", "")]
        if tag == "textarea":
            self._area = name
            self._form.fields.setdefault(name, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self._area and self._form is not None:
            self._form.fields[self._area][-1] += data


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as it came."""

    status: int
    path: str
    html: str
    headers: httpx.Headers

    @property
    def text(self) -> str:
        """What a reader sees, in one line."""
        return " ".join(" ".join(self._read().words).split())

    @property
    def links(self) -> list[str]:
        return self._read().links

    def form(self, action: str) -> FormOnPage:
        """The first form that goes to `action`."""
        for form in self._read().forms:
            if form.action.split("?")[0] == action:
                return form
        raise AssertionError(f"no form for {action}: {[form.action for form in self._read().forms]}")

    @property
    def actions(self) -> list[str]:
        return [form.action for form in self._read().forms]

    def _read(self) -> _Reader:
        reader = _Reader()
        reader.feed(self.html)
        return reader


@dataclass(slots=True)
class Desk:
    """One person at one node's console; nobody when `person` is None."""

    client: httpx.Client
    state: State
    person: Person | None = None

    def open(self, path: str) -> Shown:
        return _shown(self.client.get(path))

    def send(
        self, page: Shown, action: str, values: Values | None = None, files: Mapping[str, bytes] | None = None
    ) -> Shown:
        """Fills in the form on `page` that goes to `action`, and follows where it leads."""
        form = page.form(action)
        fields: dict[str, str | Sequence[str]] = {**form.fields, **(values or {})}
        sent = {name: (name, body, "application/octet-stream") for name, body in (files or {}).items()}
        return _shown(self.client.post(form.action, data=fields, files=sent or None))

    def keep(self, lang: str = "en", theme: str = "auto", digits: str = "latn", calendar: str = "gregorian") -> None:
        """Preferences of this person, the others as they are at first."""
        assert self.person is not None
        chosen = Preferences(lang=lang, theme=theme, digits=digits, calendar=calendar)
        with self.state.node.store.write() as unit:
            preferences.keep(self.state.node, unit, self.person, chosen)


def _shown(response: httpx.Response) -> Shown:
    return Shown(response.status_code, response.url.raw_path.decode(), response.text, response.headers)


@dataclass(slots=True)
class Consoles:
    """The consoles of a federation, served."""

    states: Federation
    addresses: dict[str, str]
    identities: dict[str, Identity]
    clients: ExitStack

    def desk(self, code: str, person: Person | None = None, method: str = "passkey") -> Desk:
        """A desk; signed in at once when a person is named."""
        state = self.states[code]
        context = trusting(self.identities[code])
        client = self.clients.enter_context(
            httpx.Client(base_url=self.addresses[code], verify=context, follow_redirects=True, timeout=60)
        )
        if person is not None:
            with state.node.store.write() as unit:
                token, _ = sessions.open_session(state.node, unit, person.id, method)
            client.cookies.set(COOKIE, token, domain=HOST, path="/")
        return Desk(client, state, person)


@contextmanager
def consoles(
    databases: Sqlite | Postgresql,
    folder: Path,
    codes: Sequence[str] = ("DZ", "AE", "KW"),
    hosts: Sequence[str] = (HOST,),
    door: IdentityProvider | None = None,
    real_passkeys: bool = False,
    matching: Sequence[dict[str, Any]] = (),
) -> Iterator[Consoles]:
    """Three states with an agreement in force, each with its console and API on one port.

    `door`: the identity provider of all three. `real_passkeys`: those that a browser makes for `localhost` and this
    port; else those of `tests.passkey_kit`. `matching`: clauses of one more agreement, under which they compare.
    """
    with ExitStack() as stack:
        stores = {}
        for code in codes:
            store = SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK))
            stack.callback(store.close)
            stores[code] = store
        states = federate(stores)
        for code in codes:
            known = with_passkeys(states[code])
            states.states[code] = State(replace(known.node, identity=door), known.staff)
        if matching:
            can_match(states, *matching)
        addresses: dict[str, str] = {}
        identities = {code: identity(folder, code) for code in codes}
        for code, own in identities.items():
            port = free_port()
            if real_passkeys:
                passkeys = WebAuthnPasskeys("localhost", f"https://localhost:{port}", code)
                states.states[code] = State(replace(states[code].node, passkeys=passkeys), states[code].staff)
            node = states[code].node
            place = Place(code, f"https://{HOST}")
            if door is not None:
                place = replace(place, oidc_name="the agency", oidc_origin=door.issuer)
            app = beside(
                officer_app(node, hosts=hosts, pending_migration=lambda: []), console_app(node, place, hosts=hosts)
            )
            addresses[code] = f"https://{HOST}:{stack.enter_context(serving(app, own.server_context(), port))}"
        yield Consoles(states, addresses, identities, stack)
