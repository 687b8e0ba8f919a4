"""An identity provider in software, on loopback, as hostile as a test wants it.

It signs with `cryptography` alone, so that what it says comes from the standards and not from the library under test.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from cryptography.hazmat.primitives import hmac as hmacs
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from exchange.crypto.base64url import b64url
from exchange.oidc import Client, HttpIdentityProvider
from tests.federation import HandClock, State

BACK = "https://localhost:8441/sign-in/provider/back"
CLIENT, SECRET = "exchange-dz", "a secret: with/signs+of its own"
Signer = Callable[[bytes], bytes]
JSON = dict[str, Any]


def _number(value: int, size: int) -> str:
    return b64url(value.to_bytes(size, "big"))


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key: name of its algorithm, its public JWK, and how it signs."""

    alg: str
    jwk: JSON
    sign: Signer


def rsa_key(alg: str = "RS256", bits: int = 2048) -> Key:
    key = rsa.generate_private_key(65537, bits)
    numbers = key.public_key().public_numbers()
    pss = padding.PSS(padding.MGF1(SHA256()), 32)
    jwk = {"kty": "RSA", "n": _number(numbers.n, bits // 8), "e": "AQAB"}
    return Key(alg, jwk, lambda text: key.sign(text, pss if alg == "PS256" else padding.PKCS1v15(), SHA256()))


def ec_key() -> Key:
    key = ec.generate_private_key(ec.SECP256R1())
    numbers = key.public_key().public_numbers()

    def sign(text: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(text, ec.ECDSA(SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")

    return Key("ES256", {"kty": "EC", "crv": "P-256", "x": _number(numbers.x, 32), "y": _number(numbers.y, 32)}, sign)


def ed_key() -> Key:
    key = ed25519.Ed25519PrivateKey.generate()
    return Key("EdDSA", {"kty": "OKP", "crv": "Ed25519", "x": b64url(key.public_key().public_bytes_raw())}, key.sign)


def hmac_key(secret: bytes) -> Key:
    """What an attacker signs with who takes a public key for a secret."""

    def sign(text: bytes) -> bytes:
        made = hmacs.HMAC(secret, SHA256())
        made.update(text)
        return made.finalize()

    return Key("HS256", {"kty": "oct", "k": b64url(secret)}, sign)


ALGORITHMS: Mapping[str, Callable[[], Key]] = {
    "RS256": rsa_key,
    "PS256": lambda: rsa_key("PS256"),
    "ES256": ec_key,
    "EdDSA": ed_key,
}


def jws(header: JSON, claims: JSON | str, sign: Signer) -> str:
    """A compact JWS; claims may be a text, to say what no dictionary can."""
    body = claims if isinstance(claims, str) else json.dumps(claims)
    text = f"{b64url(json.dumps(header).encode())}.{b64url(body.encode())}"
    return f"{text}.{b64url(sign(text.encode()))}"


@dataclass(slots=True)
class Agency:
    """The provider. What a test changes here, it says from then on."""

    port: int = 0
    key: Key = field(default_factory=ec_key)
    clock: HandClock = field(default_factory=HandClock)
    person: str = "approver1-dz"
    about: JSON = field(default_factory=dict)
    """Changes of its configuration; None takes a member away."""
    claims: JSON = field(default_factory=dict)
    """The same of the claims."""
    header: JSON = field(default_factory=dict)
    keys: list[JSON] | None = None
    """The keys that it publishes, if not its own."""
    raw: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    """Path -> what answers there in its place."""
    token: Callable[[str], str] = lambda made: made
    asked: list[str] = field(default_factory=list)
    """Paths that were asked for."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/agency"

    def door(self, seconds: float = 5.0, **changes: Any) -> HttpIdentityProvider:
        """How a node reaches it."""
        client = replace(Client(self.issuer, CLIENT, SECRET, BACK), **changes)
        return HttpIdentityProvider(client, loopback=True, seconds=seconds)

    def configuration(self) -> JSON:
        base = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "authorization_response_iss_parameter_supported": True,
        }
        return _changed(base, self.about)

    def go(self, url: str) -> dict[str, str]:
        """Somebody signs in at `url`; gives the query that the browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def id_token(self, asked: Mapping[str, str]) -> str:
        now = int(self.clock.now().timestamp())
        base = {
            "iss": self.issuer,
            "sub": self.person,
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
        }
        if "max_age" in asked:
            base["auth_time"] = now
        return self.token(jws({"alg": self.key.alg, **self.header}, _changed(base, self.claims), self.key.sign))

    def redeem(self, form: Mapping[str, str], authorization: str) -> JSON | None:
        """What the token endpoint says; None when it refuses."""
        asked = self.codes.pop(form.get("code", ""), None)
        told = base64.b64decode(authorization.removeprefix("Basic ")).decode() if authorization else ""
        id_, _, secret = told.partition(":")
        if asked is None or (unquote(id_), unquote(secret)) != (CLIENT, SECRET) or form["redirect_uri"] != BACK:
            return None
        challenge = b64url(sha256(form["code_verifier"].encode()).digest())
        if (asked["code_challenge"], asked["code_challenge_method"]) != (challenge, "S256"):
            return None
        return {"access_token": "at", "token_type": "Bearer", "id_token": self.id_token(asked)}


def _changed(base: JSON, changes: JSON) -> JSON:
    return {name: value for name, value in {**base, **changes}.items() if value is not None}


@contextmanager
def agency(clock: HandClock | None = None) -> Iterator[Agency]:
    """Runs one."""
    made = Agency(clock=clock or HandClock())

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, status: int, value: object) -> None:
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            path = self.path.removeprefix("/agency")
            made.asked.append(path)
            if path in made.raw:
                made.raw[path](self)
            elif path == "/.well-known/openid-configuration":
                self._answer(200, made.configuration())
            elif path == "/keys":
                self._answer(200, {"keys": made.keys if made.keys is not None else [made.key.jwk]})
            else:
                self._answer(404, {})

        def do_POST(self) -> None:
            path = self.path.removeprefix("/agency")
            made.asked.append(path)
            if path in made.raw:
                made.raw[path](self)
                return
            text = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(text).items()}
            said = made.redeem(form, self.headers.get("authorization", ""))
            self._answer(200 if said else 400, said or {"error": "invalid_grant"})

        def log_message(self, *args: object) -> None:
            """Nothing: a test's output is its own."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Answers a byte at a time, without an end."""
    handler.send_response(200)
    handler.end_headers()
    try:
        for _ in range(600):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return


def with_provider(state: State, door: HttpIdentityProvider) -> State:
    """The same node, which sends its people there."""
    return State(replace(state.node, identity=door), state.staff)
