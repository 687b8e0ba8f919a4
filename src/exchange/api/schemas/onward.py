"""Onward requests, grants, questions and answers as JSON."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from exchange.api.schemas import AgreementId, Country, Digest, In, Out, Page, PageOut, PurposeCode, RefBoth
from exchange.api.schemas.releases import ProposedOut, ReleaseLineOut

Thread = Annotated[str, Field(pattern=r"^msg-[0-9a-f]{32}$", max_length=36)]
Note = Annotated[str, Field(min_length=1, max_length=1000)]
Paths = Annotated[list[Annotated[str, Field(max_length=64)]], Field(min_length=1, max_length=500)]
Word = Annotated[str, Field(pattern=r"^[a-z_]{1,32}$", max_length=32)]
Records = Annotated[list[RefBoth], Field(max_length=500)]


class OnwardRequestIn(In):
    """May these records of `originator` go to `recipient`? `paths`: claim paths; null for all that we hold."""

    originator: Country
    agreement: AgreementId
    purpose: PurposeCode
    records: Annotated[list[RefBoth], Field(min_length=1, max_length=500)]
    recipient: Country
    reason: Note
    paths: Paths | None = None


class GrantIn(In):
    """Consent to one onward request. `agreements`: under which the records may travel from holder to third state."""

    holder: Country
    thread: Thread
    agreements: Annotated[list[AgreementId], Field(min_length=1, max_length=16)]
    days: Annotated[int, Field(ge=1, le=365)] = 90
    paths: Paths | None = None
    tlp: Literal["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"] = "TLP:AMBER"
    caveats: Annotated[list[Annotated[str, Field(max_length=64)]], Field(default_factory=list, max_length=16)]
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 365


class RefusalIn(In):
    """No to one onward request."""

    holder: Country
    thread: Thread
    code: Word


class RevocationIn(In):
    """Takes back every grant of one thread, at once."""

    holder: Country
    thread: Thread


class SentOut(Out):
    """A message that left at once."""

    message: str
    seq: int
    envelope: Digest


class GrantOut(Out):
    """One grant: that we gave, that we hold, or that came with a copy."""

    digest: str
    originator: str
    holder: str
    recipient: str
    thread: str
    agreement: str
    expires_at: str
    stored_at: str
    revoked_at: str | None


class GrantsQuery(Page):
    pass


class GrantsOut(PageOut):
    items: list[GrantOut]


class QuestionIn(In):
    """A question to a partner, on a legal basis."""

    recipient: Country
    agreement: AgreementId
    purpose: PurposeCode
    question: Annotated[str, Field(min_length=1, max_length=4000)]
    legal_basis: Note
    urgency: Literal["8h", "3d", "7d"]
    records: Records = Field(default_factory=list)


class ReplyIn(In):
    """The answer to a partner's question. `nothing` goes with the code `no_record` and no note."""

    partner: Country
    thread: Thread
    outcome: Literal["answered", "partly", "refused", "nothing"]
    code: Word | None = None
    note: Note | None = None
    records: Records = Field(default_factory=list)


class AnsweredOut(Out):
    """Proposals to approve: the records', then the answer's; null while no record may leave."""

    records: ProposedOut
    answer: ReleaseLineOut | None
