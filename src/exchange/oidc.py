"""The agency's identity provider over HTTPS: the one door of authlib and joserfc. Fits `ports.oidc.IdentityProvider`.

Its addresses come from its own configuration, which must name exactly the issuer that the operator chose (mix-up). The
whole of an answer takes 10 seconds and 256 KiB at most; redirects are not followed. Of algorithms only those in the
registry below exist here: neither `none` nor HMAC.
Source: OpenID Connect Core 1.0 and Discovery 1.0; RFC 7636 (PKCE), RFC 9207 (issuer in the answer), RFC 9700.
"""

from __future__ import annotations

import json
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import quote, urlsplit

import httpcore
import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oidc.core import CodeIDToken
from joserfc import jws, jwt
from joserfc.jwa import EdDSAAlgorithm
from joserfc.jwk import JWKRegistry

from exchange.crypto.base64url import b64url
from exchange.crypto.encoding import b64, canonical
from exchange.crypto.idtoken import ALGORITHMS, LEEWAY_S, bare
from exchange.errors import Code, SignatureInvalid, Unauthenticated, Unavailable
from exchange.ports.oidc import Attempt, IdToken

log = logging.getLogger("exchange.oidc")
SECONDS: Final = 10.0
"""For the whole of one answer, however often a byte comes."""
MAX_ANSWER: Final = 256 << 10
KEPT_S: Final = 600.0
"""How long the provider's configuration counts."""
FAILED_S: Final = 5.0
"""How long nobody asks again after a failure: strangers open the page that asks."""
MAX_KEYS: Final = 32
_WELL_KNOWN: Final = "/.well-known/openid-configuration"
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class _EdDSA(EdDSAAlgorithm):
    # RFC 9864 would rather have the curve's name; providers say EdDSA.
    security_warning = ""


class _Registry(jws.JWSRegistry):
    def __init__(self) -> None:
        super().__init__(algorithms=list(ALGORITHMS), strict_check_header=False)
        self.algorithms = {**{name: jws.JWSRegistry.algorithms[name] for name in ALGORITHMS}, "EdDSA": _EdDSA()}


@dataclass(frozen=True, slots=True)
class Client:
    """What the operator agreed on with the provider."""

    issuer: str
    id: str
    secret: str
    """Empty for a public client, which PKCE alone protects."""
    redirect: str
    ca_file: Path | None = None
    """PEM; else what this machine trusts."""


class HttpIdentityProvider:
    """One provider. `loopback` allows http on this machine, for tests."""

    def __init__(self, client: Client, *, loopback: bool = False, seconds: float = SECONDS) -> None:
        """Unavailable(CONFIG_INVALID) when the certificates cannot be read."""
        self._client = client
        self._loopback = loopback
        self._seconds = seconds
        self._lock = threading.Lock()
        self._known: tuple[float, dict[str, object]] | None = None
        self._failed: float | None = None
        try:
            self._trust = ssl.create_default_context(cafile=client.ca_file)
        except (OSError, ssl.SSLError):
            raise Unavailable(Code.CONFIG_INVALID, at="oidc_ca_file") from None

    @property
    def issuer(self) -> str:
        return self._client.issuer

    @property
    def client(self) -> str:
        return self._client.id

    def asking(self, attempt: Attempt) -> str:
        about = self._about(time.monotonic() + self._seconds)
        again = {"prompt": "login", "max_age": "0"} if attempt.fresh else {}
        return str(
            prepare_grant_uri(
                self._endpoint(about, "authorization_endpoint"),
                self._client.id,
                "code",
                self._client.redirect,
                "openid",
                attempt.state,
                nonce=attempt.nonce,
                code_challenge=b64url(sha256(attempt.verifier.encode("ascii")).digest()),
                code_challenge_method="S256",
                **again,
            )
        )

    def answered(self, attempt: Attempt, query: Mapping[str, str], now: datetime) -> IdToken:
        deadline = time.monotonic() + self._seconds
        about = self._about(deadline)
        advertised = about.get("authorization_response_iss_parameter_supported") is True
        if query.get("iss", None if advertised else self.issuer) != self.issuer:
            raise Unauthenticated
        if "error" in query or not query.get("code"):
            raise Unauthenticated
        token, access = self._redeem(about, query["code"], attempt.verifier, deadline)
        keys = self._json("GET", self._endpoint(about, "jwks_uri"), deadline).get("keys")
        found = [each for each in keys if isinstance(each, dict)] if isinstance(keys, list) else []
        return IdToken(token, self._checked(token, found[:MAX_KEYS], attempt, access, now))

    def _redeem(self, about: Mapping[str, object], code: str, verifier: str, deadline: float) -> tuple[str, str | None]:
        """(ID token, access token) for a code. Unauthenticated when the provider says no."""
        address = self._endpoint(about, "token_endpoint")
        shown, headers = self._shown(about)
        body = prepare_token_request(
            "authorization_code", "", self._client.redirect, code=code, code_verifier=verifier, **shown
        )
        said = self._json("POST", address, deadline, headers, body)
        token, access = said.get("id_token"), said.get("access_token")
        if not isinstance(token, str):
            raise Unauthenticated
        return token, access if isinstance(access, str) else None

    def _shown(self, about: Mapping[str, object]) -> tuple[dict[str, str], dict[str, str]]:
        """How the client shows who it is: (fields, headers)."""
        headers = {"content-type": "application/x-www-form-urlencoded"}
        fields = {"client_id": self._client.id, "client_secret": self._client.secret}
        if not self._client.secret:
            return {"client_id": self._client.id}, headers
        offered = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if isinstance(offered, list) and "client_secret_basic" not in offered:
            return fields, headers
        pair = ":".join(quote(each, safe="") for each in fields.values())  # RFC 6749, section 2.3.1
        return {}, {**headers, "authorization": f"Basic {b64(pair.encode('ascii'))}"}

    def _checked(
        self, token: str, keys: list[dict[str, object]], attempt: Attempt, access: str | None, now: datetime
    ) -> str:
        """The key (JSON) that signed the token, once all is right with it. Unauthenticated, whatever is not."""
        try:
            header = jws.extract_compact(token.encode("ascii")).headers()
            key = _key_for(header, keys)
            read = jwt.decode(token, JWKRegistry.import_key(dict(key)), registry=_Registry())
            claims = CodeIDToken(
                read.claims,
                read.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self._client.id},
                },
                {
                    "nonce": attempt.nonce,
                    "client_id": self._client.id,
                    "max_age": "0" if attempt.fresh else None,
                    "access_token": access,
                },
            )
            claims.validate(now=int(now.timestamp()), leeway=LEEWAY_S)
            return canonical(dict(key)).decode("ascii")
        except Exception:  # whatever the library stumbles over: a token is bytes from outside
            raise Unauthenticated from None

    def _about(self, deadline: float) -> dict[str, object]:
        """The provider's configuration, asked for now and then."""
        with self._lock:
            now = time.monotonic()
            if self._known is not None and now < self._known[0]:
                return self._known[1]
            if self._failed is not None and now < self._failed:
                raise Unavailable(Code.IDENTITY_PROVIDER)
            try:
                found = self._json("GET", self.issuer.rstrip("/") + _WELL_KNOWN, deadline)
                if found.get("issuer") != self.issuer:
                    raise Unavailable(Code.IDENTITY_PROVIDER, at="issuer")
            except (Unavailable, Unauthenticated):
                self._failed = time.monotonic() + FAILED_S
                raise Unavailable(Code.IDENTITY_PROVIDER) from None
            self._known, self._failed = (time.monotonic() + KEPT_S, found), None
            return found

    def _endpoint(self, about: Mapping[str, object], name: str) -> str:
        """An address of the provider's. The page where people sign in must be at the issuer's own origin."""
        found = about.get(name)
        if isinstance(found, str) and found.isascii() and found.isprintable():
            url, own = urlsplit(found), urlsplit(self.issuer)
            here = url.scheme == "http" and self._loopback and url.hostname in _LOOPBACK
            at_home = name != "authorization_endpoint" or (url.scheme, url.netloc) == (own.scheme, own.netloc)
            if (url.scheme == "https" or here) and url.hostname and not url.fragment and at_home:
                return found
        raise Unavailable(Code.IDENTITY_PROVIDER, at=name)

    def _json(
        self,
        method: str,
        url: str,
        deadline: float,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> dict[str, object]:
        """An object that the provider answers with. Unauthenticated for its 4xx, Unavailable(IDENTITY_PROVIDER)."""
        asked = {"accept": "application/json", "accept-encoding": "identity", **(headers or {})}
        try:
            with (
                _until(deadline) as extensions,
                httpx.Client(
                    timeout=self._seconds, follow_redirects=False, trust_env=False, verify=self._trust
                ) as client,
                client.stream(method, url, content=body, headers=asked, extensions=extensions) as answer,
            ):
                if 400 <= answer.status_code < 500 and method == "POST":
                    log.warning("oidc.refused status=%d", answer.status_code)
                    raise Unauthenticated
                if answer.status_code != 200:
                    raise Unavailable(Code.IDENTITY_PROVIDER)
                whole = bytearray()
                for part in answer.iter_raw():
                    whole += part
                    if len(whole) > MAX_ANSWER or time.monotonic() > deadline:
                        raise Unavailable(Code.IDENTITY_PROVIDER)
            found = json.loads(whole)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError, RecursionError):
            raise Unavailable(Code.IDENTITY_PROVIDER) from None
        if not isinstance(found, dict):
            raise Unavailable(Code.IDENTITY_PROVIDER)
        return found


@contextmanager
def _until(deadline: float) -> Iterator[dict[str, object]]:
    """Cuts the connection at `deadline` (monotonic), also while its other end sends a byte now and then."""
    held: list[socket.socket] = []

    def trace(event: str, facts: dict[str, object]) -> None:
        stream = facts.get("return_value")
        opened = event in ("connection.connect_tcp.complete", "connection.start_tls.complete")
        if opened and isinstance(stream, httpcore.NetworkStream):
            held.append(stream.get_extra_info("socket"))
            if time.monotonic() >= deadline:
                cut()

    def cut() -> None:
        for each in list(held):
            with suppress(OSError):
                socket.socket.shutdown(each, socket.SHUT_RDWR)

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield {"trace": trace}
    finally:
        timer.cancel()


def _key_for(header: Mapping[str, object], keys: list[dict[str, object]]) -> dict[str, str]:
    """The public key that a token's header names; without a name, the only one that fits."""
    name = str(header["alg"])
    wanted = (ALGORITHMS[name], "sig", name)
    fit = [each for each in keys if (each.get("kty"), each.get("use", "sig"), each.get("alg", name)) == wanted]
    named = [each for each in fit if each.get("kid") == header["kid"]] if "kid" in header else fit
    if len(named) != 1:
        raise SignatureInvalid(at="key")
    return bare(named[0])
