"""Who is signed in at the console, with what, and what they chose for themselves. Pure values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ConsoleSession:
    """One session; `id` is the SHA-256 (hex) of the cookie's token."""

    id: str
    person: str
    method: str
    csrf: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Credential:
    """A passkey of a person."""

    id: str
    person: str
    public_key: bytes
    sign_count: int
    label: str
    backed_up: bool
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person chose."""

    lang: str = "en"
    theme: str = "auto"
    digits: str = "latn"
    calendar: str = "gregorian"
    density: str = "default"
    keys: bool = True
