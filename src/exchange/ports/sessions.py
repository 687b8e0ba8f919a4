"""Signing in as operations see it: what is kept of it (`Sessions`), and how passkeys are spoken to (`Passkeys`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from exchange.model.sessions import ApprovalCode, Assertion, Challenge, ConsoleSession, Credential, Enrolment
from exchange.model.state import Person


class Sessions(Protocol):
    """Rows of signing in. Whatever is of one use is taken: of two who take it at once, one gets it."""

    def open(self, session: ConsoleSession) -> None: ...

    def find(self, id_: str) -> tuple[Person, ConsoleSession] | None:
        """The session and its person, in whatever state either is."""

    def seen(self, id_: str, at: datetime) -> None:
        """Nothing happens when the session is gone."""

    def end(self, id_: str) -> bool:
        """False when it was gone already."""

    def end_all(self, person: str) -> int:
        """How many there were."""

    def put_enrolment(self, enrolment: Enrolment) -> None:
        """In place of every other of that person and purpose."""

    def take_enrolment(self, id_: str) -> Enrolment | None: ...

    def add_challenge(self, challenge: Challenge) -> None:
        """In place of one with the same id."""

    def take_challenge(self, id_: str) -> Challenge | None: ...

    def add_credential(self, credential: Credential) -> None:
        """Conflict(ALREADY_EXISTS) for one that is known for anybody."""

    def credential(self, id_: str, *, lock: bool = False) -> Credential | None:
        """`lock` takes FOR UPDATE."""

    def credentials(self, person: str) -> list[Credential]:
        """The oldest first."""

    def credential_used(self, credential: Credential) -> None:
        """Writes the sign count, whether it is backed up, and when it was used."""

    def remove_credential(self, person: str, id_: str) -> bool:
        """False when this person has no such passkey."""

    def attest(self, assertion: Assertion) -> None:
        """Kept for good. Conflict(ALREADY_EXISTS) for the same evidence again."""

    def unused(self, person: str, subject: str, digest: str, since: datetime) -> Assertion | None:
        """The newest that no approval was given on, from `since` on; nobody else gets it while this unit lasts."""

    def use(self, proof: str, at: datetime) -> None:
        """An approval is given on it. Conflict when one was, on this or on the same answer."""

    def spent(self, mark: str) -> bool:
        """Whether an approval was given on this answer."""

    def attestations(self, subject: str) -> list[Assertion]:
        """All that were given for `subject`, the oldest first."""

    def put_code(self, code: ApprovalCode) -> None:
        """In place of the one that this person has for the same subject."""

    def code(self, person: str, subject: str, *, lock: bool) -> ApprovalCode | None:
        """`lock` takes FOR UPDATE."""

    def drop_code(self, person: str, subject: str) -> None: ...

    def preferences(self, person: str) -> str | None:
        """The text that `prefer` kept."""

    def prefer(self, person: str, chosen: str) -> None: ...

    def sweep(self, now: datetime, idle_since: datetime) -> None:
        """Removes sessions, links, challenges and codes that are over, and sessions not seen since `idle_since`."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What an answer of a browser says of itself. Nothing is verified yet."""

    credential: str
    challenge: bytes
    handle: bytes | None
    """Of the person, where the passkey told it."""


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """A passkey that was just made, verified."""

    id: str
    public_key: bytes
    sign_count: int
    backed_up: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A passkey's verified answer, and the bytes that anybody can check again."""

    sign_count: int
    backed_up: bool
    key: bytes
    """SubjectPublicKeyInfo (DER)."""
    authenticator_data: bytes
    client_data: bytes
    signature: bytes


class Passkeys(Protocol):
    """The browser's side of passkeys (W3C WebAuthn Level 2), as JSON in and out. BadInput(PASSKEY_REFUSED)."""

    @property
    def origin(self) -> str:
        """Where pages are, for example `https://localhost:8441`."""

    @property
    def rp_id(self) -> str:
        """The host name that passkeys belong to."""

    def making(self, person: str, handle: bytes, challenge: bytes, known: Sequence[str]) -> str:
        """Options for a new passkey; `known` are those that the person has already."""

    def asking(self, challenge: bytes, allowed: Sequence[str]) -> str:
        """Options for an answer of one of `allowed`, or of any passkey of this place when empty."""

    def claimed(self, response: str) -> Claimed: ...

    def made(self, response: str, challenge: bytes) -> NewPasskey: ...

    def shown(self, response: str, challenge: bytes, public_key: bytes) -> Shown:
        """Verified but for the sign count, which is for the caller to compare."""
