"""A little site over TLS on loopback for the browser's own tests: pages given as text, our files, the real policy."""

from __future__ import annotations

import json
import random
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Browser, Page

from exchange.console.security import policy
from exchange.console.statics import TYPES
from exchange.crypto.tlscert import make_certificate
from tests.console.browser import View, Watch, chromium, page_of

REPO: Final = Path(__file__).resolve().parents[2]
STATIC: Final = REPO / "src" / "exchange" / "console" / "static"
NONCE: Final = "bm9uY2U"
SHEETS: Final = ("vendor/fonts.css", "base.css", "parts.css", "pages.css", "islands.css")


@dataclass(slots=True)
class Site:
    """`pages`: path -> a text (HTML, or what the path's ending says) or JSON. `posted`: forms that came in, by path.

    `loose`: paths without the policy, for pages that are to do what it forbids. `asked`: paths that were asked for.
    """

    origin: str = ""
    certificate: Path = Path()
    pages: dict[str, object] = field(default_factory=dict)
    posted: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    loose: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def put(self, path: str, body: str, *, head: str = "", lang: str = "en", root: str = "") -> str:
        """Adds a page with our style sheets; gives its address. `root`: more attributes of <html>."""
        sheets = "".join(f'<link rel="stylesheet" href="/static/{name}">' for name in SHEETS)
        self.pages[path] = (
            f'<!doctype html><html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}" {root}><head>'
            '<meta charset="utf-8"><title>Little</title><meta name="viewport" content="width=device-width">'
            f'<link rel="icon" href="/static/icon.svg">{sheets}{head}</head><body>{body}</body></html>'
        )
        return f"{self.origin}{path}"


@dataclass(frozen=True, slots=True)
class Looking:
    """A site, and a browser that trusts it."""

    site: Site
    browser: Browser

    @contextmanager
    def at(self, path: str, view: View | None = None) -> Iterator[tuple[Page, Watch]]:
        """A page that has been opened, and its watch."""
        with page_of(self.browser, self.site.origin, view) as (page, watch):
            page.goto(f"{self.site.origin}{path}")
            yield page, watch


@contextmanager
def looking(folder: Path) -> Iterator[Looking]:
    """Both, for one file of tests."""
    with little(folder) as site, chromium(site.certificate) as browser:
        yield Looking(site, browser)


def script(name: str) -> str:
    """One of our scripts, as pages load it."""
    return f'<script src="/static/{name}" type="module" nonce="{NONCE}"></script>'


@contextmanager
def little(folder: Path) -> Iterator[Site]:
    """Serves a site with a fresh self-signed certificate, as a node's is."""
    site = Site(certificate=folder / "little.crt")
    certificate, key = make_certificate("little", ["localhost"], datetime.now(tz=UTC))
    site.certificate.write_bytes(certificate)
    (folder / "little.key").write_bytes(key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(site.certificate, folder / "little.key")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            site.asked.append(path)
            if path.startswith("/static/"):
                file = STATIC / path.removeprefix("/static/")
                if not file.is_file():
                    raise FileNotFoundError(f"{file}: run `make web`")
                self._answer(file.read_bytes(), TYPES[file.suffix[1:]])
            elif path in site.pages:
                page = site.pages[path]
                if isinstance(page, str):
                    self._answer(page.encode(), TYPES.get(path.rpartition(".")[2], "text/html; charset=utf-8"))
                else:
                    self._answer(json.dumps(page).encode(), "application/json")
            else:
                self._answer(b"", "text/plain", 404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", "0"))).decode()
            path = urlsplit(self.path).path
            site.posted[path] = parse_qs(body, keep_blank_values=True)
            found = site.pages.get(f"POST {path}")
            if found is None:
                self._answer(b"<!doctype html><html lang=en><title>Done</title><h1>Done</h1>", "text/html")
            else:
                self._answer(json.dumps(found).encode(), "application/json")

        def _answer(self, body: bytes, kind: str, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("content-type", kind)
            self.send_header("content-length", str(len(body)))
            if urlsplit(self.path).path not in site.loose:
                self.send_header("content-security-policy", policy(NONCE))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            """Nothing: a test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    site.origin = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def network(people: int, extra: Mapping[str, object] | None = None) -> dict[str, object]:
    """An invented network: everybody is linked to one or two earlier ones, to those with many links more often."""
    lot, ends = random.Random(people), [0]
    nodes, edges = [], []
    for number in range(people):
        nodes.append(
            {
                "id": f"p{number}",
                "label": f"عبد الرحمن بن يوسف {number}" if number % 2 else f"Person {number}",
                "kind": ("person", "organisation", "travel")[number % 3],
                "originator": ("DZ", "AE", "KW")[number % 3],
                "tlp": "TLP:AMBER",
                "href": f"/records/p{number}",
            }
        )
        others = (
            {lot.choice(ends) if lot.random() < 0.5 else lot.randrange(number) for _ in range(lot.choice((1, 2)))}
            if number
            else ()
        )
        for other in others:
            ends += [number, other]
            edges.append(
                {
                    "id": f"e{number}-{other}",
                    "source": f"p{number}",
                    "target": f"p{other}",
                    "label": "travelled with",
                    "sources": 1 + number % 3,
                    "certainty": "probable",
                    "originator": ("DZ", "AE")[number % 2],
                    "tlp": "TLP:AMBER",
                    "statements": [{"text": "Seen together", "source": "S-1", "date": "2025-03", "tlp": "TLP:AMBER"}],
                }
            )
    return {"nodes": nodes, "edges": edges, "more": {}, "words": {}, **(extra or {})}
