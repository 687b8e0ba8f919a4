"""Records, partners' copies and the inbox as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from exchange.api.schemas import Country, In, Out, Page, PageOut, RefOut

KindName = Literal["person", "group", "network", "camp", "movement", "relation", "assessment"]
Claims = Annotated[list[Any], Field(min_length=1, max_length=256)]
"""Claims as in docs/spec/records.md §2; they are read one by one, strictly, after the form."""


class DraftIn(In):
    """A new record. Coarser claims (`birth.year` of `birth.date` …) are added by the node."""

    kind: KindName
    claims: Claims


class DepositIn(In):
    """One to 5,000 new records, all or none."""

    records: Annotated[list[DraftIn], Field(min_length=1, max_length=5000)]


class AmendIn(In):
    """The whole new content of a record."""

    claims: Claims


class RecordsQuery(Page):
    kind: KindName | None = None


class ReceivedQuery(Page):
    sender: Country | None = None


class VersionOut(RefOut):
    version: int


class DepositOut(Out):
    records: list[VersionOut]


class RecordLineOut(VersionOut):
    kind: str
    changed_at: str
    held: str


class RecordsOut(PageOut):
    items: list[RecordLineOut]


class RecordOut(VersionOut):
    """One of our records. Its ETag is its version."""

    kind: str
    issued: str
    claims: Sequence[object]


class ReceivedOut(VersionOut):
    """A partner's record as disclosed to us. `handling` binds us and is shown before the content."""

    kind: str
    handling: object
    sender: str
    epoch: int
    seq: int
    agreement: str
    purpose: str
    received_at: str
    expires_at: str | None
    claims: Sequence[object]


class InboxLineOut(Out):
    sender: str
    epoch: int
    seq: int
    state: str
    code: str | None
    records: int
    agreement: str
    purpose: str
    envelope: str
    received_at: str


class InboxOut(PageOut):
    items: list[InboxLineOut]
