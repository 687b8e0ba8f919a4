"""Fixed keys, a card and a header for the tests of `exchange.crypto`. Seeds are constants, so every run is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256, sha512
from typing import ParamSpec

from exchange.crypto import descriptor
from exchange.crypto.descriptor import Descriptor
from exchange.crypto.header import Header
from exchange.crypto.keys import (
    LedgerKey,
    NodeKeys,
    RootKey,
    SealingKey,
    SigningKey,
    VerifyKey,
    WitnessKey,
    witness_name,
)
from exchange.crypto.tlscert import make_certificate, to_der
from exchange.errors import Code, ExchangeError, UntrustedKey

NOW = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
SUITES = (1, 2)


def seed(*parts: str) -> bytes:
    return sha256("/".join(parts).encode()).digest()


@cache
def signing_key(name: str, suite: int = 1) -> SigningKey:
    return SigningKey.from_seeds(suite, seed(name, str(suite), "ed25519"), seed(name, str(suite), "mldsa"))


@cache
def sealing_key(name: str, suite: int = 1) -> SealingKey:
    curve = seed(name, "curve") if suite == 1 else bytes(16) + seed(name, "curve")
    return SealingKey.from_seed(suite, sha512(name.encode()).digest() + curve)


@cache
def root_key(name: str) -> RootKey:
    return RootKey(signing_key(name + " root"))


@cache
def node_keys(code: str) -> NodeKeys:
    return NodeKeys(
        code=code,
        root_fingerprint=root_key(code).fingerprint,
        signing={suite: signing_key(code, suite) for suite in SUITES},
        sealing=tuple(sealing_key(f"{code} {week}", suite) for suite in SUITES for week in range(13)),
        ledger=LedgerKey.from_seed(f"{code}.exchange", seed(code, "ledger")),
        at_rest=seed(code, "at rest"),
        witness=WitnessKey.from_seeds(witness_name(code), seed(code, "witness ed25519"), seed(code, "witness mldsa")),
    )


@cache
def card(code: str) -> Descriptor:
    return descriptor.make(
        node_keys(code), root_key(code).public, NOW, [certificate(code)], {"partner": "https://127.0.0.1:8443"}
    )


@cache
def certificate(code: str) -> bytes:
    """DER; its key is a fresh one in each run."""
    return to_der(make_certificate(code, ["127.0.0.1"], NOW)[0])


def key_of(*keys: SigningKey) -> Callable[[str], VerifyKey]:
    """Accepts exactly these keys."""
    known = {key.kid: key.public for key in keys}

    def find(kid: str) -> VerifyKey:
        if kid not in known:
            raise UntrustedKey(Code.KEY_UNKNOWN)
        return known[kid]

    return find


def header(suite: int = 1) -> Header:
    """A header from DZ to TN."""
    return Header(
        suite=suite,
        type="release",
        id="rel-0123456789",
        sender="DZ",
        recipient="TN",
        agreement="agreement-7",
        agreement_digest="ab" * 32,
        stream="DZ-TN",
        epoch=1,
        seq=7,
        previous="cd" * 32,
        issued="2026-11-23T12:00:00Z",
        expires="2026-12-23T12:00:00Z",
        commitment="",
        policy_digest="ef" * 32,
        signing_kid=signing_key("DZ", suite).kid,
        sealing_kid=sealing_key("TN 0", suite).kid,
        checkpoint="",
    )


def flipped(data: bytes, step: int = 1) -> Iterator[bytes]:
    """`data` with one bit flipped, at every `step`-th byte; the bit moves on with the place."""
    for at in range(0, len(data), step):
        changed = bytearray(data)
        changed[at] ^= 1 << (at // step % 8)
        yield bytes(changed)


_Args = ParamSpec("_Args")


def code_of(call: Callable[_Args, object], *args: _Args.args, **named: _Args.kwargs) -> Code | None:
    """The code of the error that `call` raises, None if it raises none. Other exceptions go through."""
    try:
        call(*args, **named)
    except ExchangeError as fault:
        return fault.code
    return None
