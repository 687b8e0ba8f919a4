"""One request for a page, as its handler sees it: who, in which language, what was typed. It opens the transactions."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from exchange.api.auth import Caller
from exchange.api.call import FORMS
from exchange.api.problems import SHOWN
from exchange.console import render, security, when
from exchange.console.forms import Form
from exchange.console.page import GROUPS, Page
from exchange.console.place import Place
from exchange.console.said import SAID
from exchange.console.words import mark, said
from exchange.crypto.encoding import b64
from exchange.errors import BadInput, Code, Conflict, ExchangeError, NotFound, Unauthenticated
from exchange.model.sessions import ConsoleSession, Preferences
from exchange.model.state import Person, StoredAnswer
from exchange.operations.clock import safe_now
from exchange.operations.permissions import ROLES, Permission
from exchange.operations.sessions import LONGEST
from exchange.ports import Node, Unit
from exchange.sentences import sentence

KEPT: Final = timedelta(hours=24)
"""How long a form that was sent twice gets the same answer."""
FRESH: Final = timedelta(minutes=10)
"""How long ago somebody may have signed in for what a desk that was left open must not do."""
SEE_OTHER: Final = 303
NOT_SIGNED_IN: Final = mark("You are not signed in by this. Try again, or ask an administrator for a new link.")
"""The same words whatever was wrong."""
_OF_PAGES: Final = {
    Code.TOKEN_UNKNOWN: NOT_SIGNED_IN,
    Code.IDEMPOTENCY_KEY_REUSED: mark(
        "This form was sent before, with other values. Open the page anew: it shows what became of it."
    ),
    Code.IDEMPOTENCY_IN_FLIGHT: mark("This form is being dealt with already. Look again in a moment."),
}
"""What a page says where the sentence for programs would speak of headers and tokens."""


def _nothing(_fault: ExchangeError) -> None:
    """Where nobody signs in."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the navigation; `here` when it is open."""

    path: str
    label: str
    here: bool


@dataclass(frozen=True, slots=True)
class Visit:
    """What a page's handler gets."""

    node: Node
    place: Place
    request: Request
    lang: str
    wanted: Preferences
    session: ConsoleSession | None = None
    caller: Caller = field(default_factory=Caller)
    form: Form = field(default_factory=Form)
    fault: ExchangeError | None = None
    pages: tuple[Page, ...] = ()
    failed: Callable[[ExchangeError], None] = _nothing
    """Notes that somebody could not sign in, not more often than the ledger can bear."""
    door: str = ""
    """The token of a stranger's forms."""
    nonce: str = field(default_factory=security.nonce)
    once_key: str = field(default_factory=lambda: secrets.token_urlsafe(18))

    @property
    def person(self) -> Person:
        """Who is signed in."""
        if self.caller.person is None:
            raise Unauthenticated
        return self.caller.person

    @property
    def fresh(self) -> bool:
        """Whether the person signed in a moment ago. Renewing a token does not count."""
        session = self.session
        return session is not None and self.node.clock.now() - (session.ends_at - LONGEST) < FRESH

    @property
    def csrf(self) -> str:
        """The token that every form of this visit holds."""
        return self.door if self.session is None else self.session.csrf

    def may(self, permission: Permission | str) -> bool:
        """Whether the role of the person holds `permission`: what a page offers. Operations ask again."""
        person = self.caller.person
        return person is not None and Permission(permission) in ROLES.get(person.role, frozenset())

    def read(self) -> AbstractContextManager[Unit]:
        """The transaction of a page that notes nothing."""
        return self.node.store.read()

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """The transaction of a page that changes or notes something; who was disabled meanwhile is refused in it."""
        with self.node.store.write() as unit:
            if unit.people.get(self.person.id) != self.person:
                raise Unauthenticated
            yield unit

    def part(self, name: str) -> str:
        """A part of the address, in its form. NotFound for any other."""
        value = str(self.request.path_params[name])
        if FORMS[name].fullmatch(value) is None:
            raise NotFound
        return value

    def asked(self, name: str, default: str = "", limit: int = 200) -> str:
        """A parameter of the query. BadInput when it is given twice, too long or holds controls."""
        values = self.request.query_params.getlist(name)
        return Form({name: tuple(values)}).text(name, limit=limit, needed=False) or default

    def faulted(self, fault: ExchangeError) -> Visit:
        """The same visit after its form was refused."""
        return replace(self, fault=fault)

    def navigation(self) -> list[tuple[str, list[Line]]]:
        """Group -> lines that this role may open, in their order."""
        here = str(self.request.scope["path"])
        groups: dict[str, list[tuple[int, Line]]] = {}
        for page in self.pages:
            if page.nav is not None and (page.permission is None or self.may(page.permission)):
                inside = here == page.path or (page.path != "/" and here.startswith(f"{page.path}/"))
                line = Line(page.path, page.nav.label, inside)
                groups.setdefault(page.nav.group, []).append((page.nav.order, line))
        ordered = sorted(groups.items(), key=lambda each: GROUPS.index(each[0]))
        return [(group, [line for _, line in sorted(lines, key=_order)]) for group, lines in ordered]

    # What a page shows.

    def page(self, template: str, /, status: int = 200, **values: object) -> Response:
        """`template` with `values` and what every page has."""
        shared = {"visit": self, "place": self.place, "wanted": self.wanted, "nonce": self.nonce}
        done = SAID.get(self.asked("said", limit=40)) if self.request.method == "GET" else None
        body = render.page(self.lang, template, {**shared, "said": done, **values})
        headers = {
            "content-security-policy": security.policy(self.nonce, self.place.form_targets),
            "content-language": self.lang,
        }
        return Response(body, status, headers, "text/html; charset=utf-8")

    def to(self, path: str, done: str = "") -> Response:
        """Goes on to another page of ours, which says `done` (a name in `said.SAID`)."""
        if done and done not in SAID:
            raise ValueError(done)
        joint = "&" if "?" in path else "?"
        return RedirectResponse(f"{path}{joint}said={done}" if done else path, SEE_OTHER)

    def once(self, act: Callable[[Unit], Response]) -> Response:
        """Does `act` once for a form, in one transaction with remembering where it led.

        The same form sent again leads to the same page and does nothing. Conflict(IDEMPOTENCY_KEY_REUSED) for other
        fields under the same key, Conflict(IDEMPOTENCY_IN_FLIGHT) when both run at this moment.
        """
        key, asked = self.form.text("once", limit=64), self._form_digest()
        with self.write() as unit:
            now = safe_now(self.node, unit)
            known = unit.answers.get(self.person.id, key, asked)
            if known is not None and known.created_at > now - KEPT:
                if known.request_digest != asked:
                    raise Conflict(Code.IDEMPOTENCY_KEY_REUSED)
                return RedirectResponse(known.body.decode("ascii"), SEE_OTHER)
            if known is not None:
                unit.answers.drop_before(now - KEPT + timedelta(microseconds=1))
            response = act(unit)
            target = response.headers.get("location")
            if target is not None:
                self._remember(unit, StoredAnswer(key, self.person.id, asked, SEE_OTHER, target.encode("ascii"), now))
        return response

    def _remember(self, unit: Unit, done: StoredAnswer) -> None:
        try:
            unit.answers.put(done)
        except Conflict:
            raise Conflict(Code.IDEMPOTENCY_IN_FLIGHT) from None

    def _form_digest(self) -> str:
        whole = sha256(f"{self.request.method}\n{self.request.scope['path']}\n".encode())
        for name, values in sorted(self.form.fields.items()):
            if name != "csrf":
                whole.update(repr((name, values)).encode("utf-8", "surrogatepass"))
        for name, body in sorted(self.form.files.items()):
            whole.update(name.encode() + sha256(body).digest())
        return whole.hexdigest()

    # Words for templates.

    def sentence(self, code: Code | str, facts: Mapping[str, str | int | None] | None = None) -> str:
        """The sentence for a code of an error."""
        return sentence(Code(code), self.lang, facts)

    @property
    def told(self) -> str:
        """What went wrong with the form, in words; empty when nothing did."""
        if self.fault is None:
            return ""
        if self.fault.code in _OF_PAGES:
            return said(self.lang, _OF_PAGES[self.fault.code])
        return sentence(
            self.fault.code, self.lang, {name: value for name, value in self.fault.facts.items() if name in SHOWN}
        )

    @property
    def wrong(self) -> str:
        """The name of the field that is at fault, if one is."""
        place = "" if self.fault is None else str(self.fault.facts.get("at") or "")
        return place.removeprefix("/").split("/")[0]

    def moment(self, at: object) -> Markup:
        """A time, for people and as `<time datetime>`."""
        return self._time(at, when.moment)

    def day(self, at: object) -> Markup:
        """The day of a time."""
        return self._time(at, lambda moment, wanted: when.day(moment.date(), wanted))

    def partial(self, text: object) -> str:
        """A date of a record as exact as it is."""
        return when.partial(str(text), self.wanted)

    def number(self, value: int) -> str:
        """A count in the reader's digits."""
        return when.number(value, self.wanted)

    def _time(self, at: object, tell: Callable[..., str]) -> Markup:
        moment = place_in_time(at)
        return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), tell(moment, self.wanted))

    def watermark(self) -> str:
        """Who looks at this, and when: on every page with a record, and on paper."""
        return f"{self.node.code} · {self.person.id} · {self.node.clock.now():%Y-%m-%d %H:%M} UTC"

    def tag(self, digest: bytes | str) -> str:
        """The first signs of a digest, to compare at a glance; the whole one stands beside it where it counts."""
        text = digest if isinstance(digest, str) else b64(digest)
        return text[:12]


def place_in_time(at: object) -> datetime:
    """A time as stored: a datetime, or its ISO text. BadInput for anything else."""
    if isinstance(at, datetime):
        return at
    try:
        return datetime.fromisoformat(str(at).replace("Z", "+00:00"))
    except ValueError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="time") from None


def _order(each: tuple[int, Line]) -> int:
    return each[0]
