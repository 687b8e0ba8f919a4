"""The agency's identity provider as operations see it (OpenID Connect, authorization code)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Attempt:
    """One time that somebody is sent there. All are known to that browser alone."""

    state: str
    nonce: str
    verifier: str
    """Of the code (RFC 7636)."""
    asked_at: datetime
    fresh: bool
    """Whether the person must show who they are again, although they are signed in there."""


@dataclass(frozen=True, slots=True)
class IdToken:
    """What the provider signed, and the key that it was signed with, as JSON. Both can be checked again."""

    token: str
    key: str


class IdentityProvider(Protocol):
    """One provider, to which this node is one client."""

    @property
    def issuer(self) -> str: ...

    @property
    def client(self) -> str: ...

    def asking(self, attempt: Attempt) -> str:
        """Where the browser goes. Unavailable(IDENTITY_PROVIDER)."""

    def answered(self, attempt: Attempt, query: Mapping[str, str], now: datetime) -> IdToken:
        """What the provider says for the answer that the browser brought. The network is asked, for 10 s at most.

        Unavailable(IDENTITY_PROVIDER) when it does not answer, Unauthenticated when it says no or not what was asked.
        """
