"""Signing in: sessions, one-use links, passkeys, challenges, attestations of approvals, and what a person chose.

Nothing here is a secret: of tokens, links and codes only hashes are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConsoleSession:
    """One browser that is signed in. `id` is the SHA-256 (hex) of the token in its cookie."""

    id: str
    person: str
    method: str
    """How the person signed in: `passkey`, `oidc` or `link`."""
    csrf: str
    """32 random bytes (hex), which every form of this session carries; it stays when the token is replaced."""
    created_at: datetime
    """When this token was made: at signing in, or when the one before it was replaced."""
    seen_at: datetime
    ends_at: datetime
    """Never later for a replaced token than for the first."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A passkey of a person: its public half."""

    id: str
    """Base64url, as the browser says it."""
    person: str
    public_key: bytes
    """COSE_Key (RFC 9052)."""
    sign_count: int
    label: str
    backed_up: bool
    """Whether the authenticator says that it is copied to other devices."""
    added_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Preferences:
    """How a person wants pages to look."""

    lang: str = "en"
    theme: str = "auto"
    """`auto`, `light` or `dark`."""
    digits: str = "latn"
    """`latn` or `arab`."""
    calendar: str = "gregorian"
    """`gregorian`, or `both` with Hijri beside it."""
    density: str = "default"
    """`default` or `compact`."""
    keys: bool = True
    """Single-key shortcuts (WCAG 2.1.4)."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A one-use link for a person. `id` is the SHA-256 (hex) of its token."""

    id: str
    person: str
    purpose: str
    issued_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Challenge:
    """What somebody was asked and has to answer once before its end. `id` is a SHA-256 (hex)."""

    id: str
    purpose: str
    """`register`, `login`, `step-up` or `oidc`."""
    ends_at: datetime
    person: str | None = None
    subject: str | None = None
    """What is to be approved, for example `rel-…`."""
    digest: str | None = None


@dataclass(frozen=True, slots=True)
class Assertion:
    """That a person confirmed one digest, with what shows it."""

    proof: str
    """SHA-256 (hex) of `evidence`."""
    person: str
    subject: str
    digest: str
    method: str
    """`passkey`, `oidc` or `code`."""
    mark: str
    """SHA-256 (hex) of what the person's device or provider signed: the same answer is never used twice."""
    evidence: bytes
    """A document that anybody can check offline (`operations.attested.verify`)."""
    at: datetime
    used_at: datetime | None = None
    """When an approval was given on it."""


@dataclass(frozen=True, slots=True)
class ApprovalCode:
    """A one-use code of a person for one digest. `hash` is a SHA-256 (hex) over the code and what it is for."""

    person: str
    subject: str
    digest: str
    hash: str
    issued_at: datetime
    ends_at: datetime
    wrong: int = 0
    """How many times another code was typed."""
