"""What goes in and out as JSON. In and Out are separate models: what the server sets cannot be sent (threat T-35).

In models are strict and refuse unknown members; they describe form only. What a claim may say is judged by
`model.claim_json` and `model.validate`. Spec: docs/spec/transport.md §4.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from exchange.errors import Fact
from exchange.model.records import Ref

Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$", max_length=2)]
RecordId = Annotated[str, Field(pattern=r"^[a-z0-9-]{8,64}$", max_length=64)]
AgreementId = Annotated[str, Field(pattern=r"^AG(?:-[A-Z]{2}){2,64}(?:-[0-9]{1,4})?$", max_length=200)]
PurposeCode = Annotated[str, Field(pattern=r"^[a-z_]{1,32}(?:\.[a-z_]{1,32})?$", max_length=65)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", max_length=64)]
Cursor = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,400}$", max_length=400)]
Limit = Annotated[int, Field(ge=1, le=100)]
"""Items of a page."""


class In(BaseModel):
    """Something that a caller sends."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Query(BaseModel):
    """The parameters of a query: text, so numbers are read from digits."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Out(BaseModel):
    """Something that we answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(Query):
    """Which page: at most `limit` items behind the opaque `after` of the page before."""

    after: Cursor | None = None
    limit: Limit = 50


class PageOut(Out):
    """One page. `next` and `next_url` are null on the last one."""

    next: str | None
    next_url: str | None


class RefBoth(In):
    """Names a record: its originator's node code and its id."""

    originator: Country
    id: RecordId

    def ref(self) -> Ref:
        return Ref(self.originator, self.id)


class RefOut(Out):
    originator: str
    id: str


class ReasonOut(Out):
    """Why something stays: a code of docs/spec/policy.md, the clause and what would help, where there is one."""

    code: str
    clause: str | None
    remedy: str | None


class PlaceOut(Out):
    """Where a problem is: a JSON Pointer, or a position, path and member of a claim."""

    model_config = ConfigDict(extra="allow", frozen=True)

    code: str
    at: str | None = None


class ProblemOut(Out):
    """RFC 9457 problem details. Facts of the error stand beside as further members."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    correlation_id: str | None = None
    errors: list[PlaceOut] | None = None

    __pydantic_extra__: dict[str, Fact]


def ref_out(ref: Ref) -> RefOut:
    """A ref as JSON."""
    return RefOut(originator=ref.originator, id=ref.id)
