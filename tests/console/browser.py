"""A real browser for the console's tests: Debian's chromium, driven by playwright, without a way to the outside.

`chromium` starts one that trusts exactly the servers named to it; `page_of` opens a page as one reader sees it and
watches what the page does; `checks` says what is wrong with it.

A browser lives as long as a file of tests, not as the session: playwright's loop runs in this thread until it is
stopped, and `asyncio.run` of another file would be refused meanwhile.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import product
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, BrowserContext, CDPSession, ConsoleMessage, Page, Request, sync_playwright

CHROMIUM: Final = Path("/usr/bin/chromium")
LANGUAGES: Final = ("ar", "fr", "en")
SCHEMES: Final = ("light", "dark")
FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    # Whatever a page asks of another host is refused before it leaves; `Watch` still sees that it was asked.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


@dataclass(frozen=True, slots=True)
class View:
    """How a reader has set the desk. `scripts=False`: the page must do without."""

    lang: str = "en"
    scheme: str = "light"
    scripts: bool = True
    width: int = 1280
    height: int = 900

    def __str__(self) -> str:
        return f"{self.lang}-{self.scheme}{'' if self.scripts else '-plain'}"


VIEWS: Final = tuple(View(lang, scheme) for lang, scheme in product(LANGUAGES, SCHEMES))
"""Each language in each colour scheme, with scripts."""
LIGHT: Final = tuple(View(lang) for lang in LANGUAGES)
"""Each language in the light scheme; `checks.dark_faults` then looks at the same page in the dark."""


@contextmanager
def chromium(*certificates: Path) -> Iterator[Browser]:
    """A fresh chromium with a profile of its own; `certificates` (PEM) are trusted, whatever name they are for.

    Trusted by key and not by `ignore_https_errors`: with errors ignored, chromium refuses passkeys.
    """
    flags = list(FLAGS)
    if certificates:
        flags.append(f"--ignore-certificate-errors-spki-list={','.join(key_digest(path) for path in certificates)}")
    if not CHROMIUM.exists():
        raise FileNotFoundError(f"{CHROMIUM} is missing: run the tests under scripts/with-chromium.sh")
    with sync_playwright() as playwright:
        # playwright makes a fresh folder for the profile, and removes it.
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags, headless=True)
        try:
            yield browser
        finally:
            browser.close()


def key_digest(certificate: Path) -> str:
    """SHA-256 of a certificate's public key, base64: how chromium names it."""
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    return base64.b64encode(sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()).decode()


@dataclass
class Watch:
    """What a page did that it must not: broken policy, errors, requests to anybody but its own server.

    Without slots: playwright keeps notes on the object whose methods it calls.
    """

    origin: str
    violations: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """All of it, in words."""
        return [
            *(f"policy: {each}" for each in self.violations),
            *(f"error: {each}" for each in self.errors),
            *(f"outside request: {each}" for each in self.outside),
        ]

    def on_request(self, request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme not in ("data", "blob", "about") and f"{where.scheme}://{where.netloc}" != self.origin:
            self.outside.append(f"{where.scheme}://{where.netloc}{where.path}")

    def on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def on_issue(self, event: Mapping[str, Any]) -> None:
        """A broken policy as the browser itself notes it: seen also where scripts are off."""
        details = event["issue"]["details"].get("contentSecurityPolicyIssueDetails")
        if details is not None:
            said = (details.get(name, "") for name in ("violatedDirective", "contentSecurityPolicyViolationType"))
            self.violations.append(" ".join([*said, str(details.get("blockedURL", ""))]).strip())


@contextmanager
def context_of(browser: Browser, view: View, cookies: Sequence[Mapping[str, Any]] = ()) -> Iterator[BrowserContext]:
    """A reader's browser: language, colours, scripts, and cookies such as `signed_in` makes."""
    context = browser.new_context(
        locale=view.lang,
        color_scheme="dark" if view.scheme == "dark" else "light",
        java_script_enabled=view.scripts,
        viewport={"width": view.width, "height": view.height},
        reduced_motion="reduce",
        service_workers="block",
    )
    try:
        if cookies:
            context.add_cookies(cast(Any, list(cookies)))
        yield context
    finally:
        context.close()


def watched(context: BrowserContext, origin: str) -> tuple[Page, Watch]:
    """A new page and its watch; `origin` as in `https://localhost:8441`."""
    page, watch = context.new_page(), Watch(origin)
    page.on("request", watch.on_request)
    page.on("console", watch.on_console)
    page.on("pageerror", lambda error: watch.errors.append(str(error)))
    session = context.new_cdp_session(page)
    session.on("Audits.issueAdded", watch.on_issue)
    session.send("Audits.enable")
    return page, watch


@contextmanager
def page_of(
    browser: Browser, origin: str, view: View | None = None, cookies: Sequence[Mapping[str, Any]] = ()
) -> Iterator[tuple[Page, Watch]]:
    """One page of one reader, watched."""
    with context_of(browser, view or View(), cookies) as context:
        yield watched(context, origin)


def signed_in(origin: str, cookie: str, token: str) -> dict[str, Any]:
    """The session's cookie for `context_of`."""
    return {"name": cookie, "value": token, "url": origin, "secure": True, "httpOnly": True, "sameSite": "Strict"}


@dataclass(frozen=True, slots=True)
class Authenticator:
    """A passkey device that is not there: touches and knows its person by itself."""

    session: CDPSession
    id: str

    @property
    def credentials(self) -> list[dict[str, Any]]:
        """What it holds."""
        found = self.session.send("WebAuthn.getCredentials", {"authenticatorId": self.id})
        return list(found["credentials"])

    def answers(self, willing: bool) -> None:
        """Whether the person touches it and is recognised."""
        self.session.send("WebAuthn.setUserVerified", {"authenticatorId": self.id, "isUserVerified": willing})


def authenticator(page: Page) -> Authenticator:
    """Plugs one into this page's tab; what it holds is gone with the tab."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return Authenticator(session, str(made["authenticatorId"]))
