"""Builds a `Node` from `Settings`: the only module that knows every edge."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from exchange.authority import HttpAuthority
from exchange.config import Settings
from exchange.crypto.atrest import AtRest
from exchange.crypto.keyfile import unlock
from exchange.crypto.keys import NodeKeys
from exchange.errors import Code, Unavailable
from exchange.matching.blind.names import NameKeys
from exchange.oidc import Client, HttpIdentityProvider
from exchange.passkeys import WebAuthnPasskeys
from exchange.peers import ClientCertificate, HttpPeers, on_loopback
from exchange.ports import Clock, Faults, Node
from exchange.store import SqlStore, open_engine, with_password

NODE_KEYS = "node.keys"
TLS_CERTIFICATE = "tls.crt"
TLS_KEY = "tls.key"
CAME_BACK = "/sign-in/provider/back"
"""Page of the console that the identity provider leads back to."""


class SystemClock:
    """The machine's clock; `operations.clock` holds it above its floor."""

    def now(self) -> datetime:
        return datetime.now(tz=UTC)


class NoFaults:
    """Crash points do nothing outside the fault trials."""

    def reach(self, point: str) -> None:
        del point


@dataclass(frozen=True, slots=True)
class Wiring:
    """What tests and trials may replace."""

    clock: Clock = field(default_factory=SystemClock)
    faults: Faults = field(default_factory=NoFaults)


def build(settings: Settings, passphrase: bytes, wiring: Wiring | None = None) -> Node:
    """A node ready to work. Errors: Unavailable(KEYFILE_LOCKED) for a wrong passphrase or missing key file."""
    parts = wiring or Wiring()
    keys = read_keys(settings, passphrase)
    own = ClientCertificate(settings.keys / TLS_CERTIFICATE, settings.keys / TLS_KEY, passphrase)
    return Node(
        code=settings.node,
        store=SqlStore(open_engine(database_url(settings)), AtRest(keys.at_rest)),
        peers=HttpPeers(own, loopback=on_loopback(settings.partner_host)),
        clock=parts.clock,
        keys=keys,
        faults=parts.faults,
        suite=settings.suite,
        quorum=settings.witness_quorum,
        authority=authority_of(settings),
        passkeys=WebAuthnPasskeys(settings.passkey_host, settings.origin, f"Exchange {settings.node}"),
        identity=identity_of(settings),
        match_keys=NameKeys(),
    )


def authority_of(settings: Settings) -> HttpAuthority | None:
    """Who stamps our heads. Unavailable(CONFIG_INVALID) for one without certificates."""
    if not settings.stamp_url:
        return None
    if settings.stamp_certificates_file is None:
        raise Unavailable(Code.CONFIG_INVALID, at="stamp_certificates_file")
    return HttpAuthority(settings.stamp_url, settings.stamp_certificates_file)


def identity_of(settings: Settings) -> HttpIdentityProvider | None:
    """Where people of the agency sign in. Unavailable(CONFIG_INVALID) for one that is named by half."""
    if not settings.oidc_issuer:
        return None
    if not settings.oidc_client_id:
        raise Unavailable(Code.CONFIG_INVALID, at="oidc_client_id")
    redirect = settings.origin + CAME_BACK
    secret = _secret(settings.oidc_client_secret_file)
    return HttpIdentityProvider(
        Client(settings.oidc_issuer, settings.oidc_client_id, secret, redirect, settings.oidc_ca_file)
    )


def _secret(path: Path | None) -> str:
    try:
        return "" if path is None else path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise Unavailable(Code.CONFIG_INVALID, at="oidc_client_secret_file") from None


def read_keys(settings: Settings, passphrase: bytes) -> NodeKeys:
    """The node's private keys from its locked key file."""
    try:
        data = (settings.keys / NODE_KEYS).read_bytes()
    except OSError:
        raise Unavailable(Code.KEYFILE_LOCKED, at=NODE_KEYS) from None
    return NodeKeys.from_bytes(unlock(data, passphrase))


def database_url(settings: Settings) -> str:
    """The database's address, with the password from its file if one is named: only for the store's own use."""
    if settings.database_password_file is None:
        return settings.url
    try:
        password = settings.database_password_file.read_text(encoding="utf-8").strip()
    except OSError:
        raise Unavailable(Code.CONFIG_INVALID, at="database_password_file") from None
    return with_password(settings.url, password)
