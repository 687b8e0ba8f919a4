"""One request as a route sees it: who calls, and its parts, each read strictly. It opens and ends the transaction.

Bodies are read by `crypto.encoding.read_strict` first and validated after: never by the framework's own JSON parsing,
which takes the last of duplicate members and lets U+0000 through. Spec: docs/spec/transport.md §4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from exchange.api.auth import Caller
from exchange.crypto.encoding import read_strict
from exchange.errors import BadInput, Code, Conflict, NotFound, Unauthenticated
from exchange.model.state import Person
from exchange.ports import Node, Unit

_Model = TypeVar("_Model", bound=BaseModel)

FORMS: Final = {
    "originator": re.compile(r"[A-Z]{2}", re.ASCII),
    "partner": re.compile(r"[A-Z]{2}", re.ASCII),
    "record": re.compile(r"[a-z0-9-]{8,64}", re.ASCII),
    "other_originator": re.compile(r"[A-Z]{2}", re.ASCII),
    "other": re.compile(r"[a-z0-9-]{8,64}", re.ASCII),
    "decision": re.compile(r"mtc-[0-9a-f]{16}", re.ASCII),
    "kind": re.compile(r"[a-z]{4,12}", re.ASCII),
    "version": re.compile(r"[0-9]{1,6}", re.ASCII),
    "release": re.compile(r"rel-[0-9a-f]{32}", re.ASCII),
    "bulk": re.compile(r"blk-[0-9a-f]{16}", re.ASCII),
    "claim": re.compile(r"c(?:0|[1-9][0-9]{0,5})", re.ASCII),
    "message": re.compile(r"msg-[0-9a-f]{32}", re.ASCII),
    "direction": re.compile(r"in|out", re.ASCII),
    "origin": re.compile(r"[0-9a-f]{64}", re.ASCII),
    "opening": re.compile(r"opn-[0-9a-f]{16}", re.ASCII),
    "standing": re.compile(r"sta-[0-9a-f]{16}", re.ASCII),
    "override": re.compile(r"ovr-[0-9a-f]{16}", re.ASCII),
    "tile": re.compile(r"(?:entries|[0-9]{1,2})/[0-9x/]{3,23}(?:\.p/[0-9]{1,3})?", re.ASCII),
    "waiver": re.compile(r"wvr-[0-9a-f]{16}", re.ASCII),
    "epoch": re.compile(r"[1-9][0-9]{0,8}", re.ASCII),
    "seq": re.compile(r"[1-9][0-9]{0,14}", re.ASCII),
    "digest": re.compile(r"[0-9a-f]{64}", re.ASCII),
    "agreement": re.compile(r"(?:AG|NP)(?:-[A-Z]{2})+(?:-[0-9]{1,4})?", re.ASCII),
}
"""How each part of an address must look; anything else is not found, like what is not there."""
_KEY: Final = re.compile(r'"?([A-Za-z0-9_-]{8,64})"?', re.ASCII)
_ETAG: Final = re.compile(r'"([A-Za-z0-9]{1,64})"', re.ASCII)


@dataclass(frozen=True, slots=True)
class Call:
    """What a route's function gets."""

    node: Node
    request: Request
    caller: Caller
    body: bytes

    @property
    def person(self) -> Person:
        """The person on a route for people."""
        if self.caller.person is None:
            raise Unauthenticated
        return self.caller.person

    @property
    def partner(self) -> str:
        """The partner's code on a route for partners."""
        if self.caller.partner is None:
            raise Unauthenticated(Code.CERTIFICATE_UNKNOWN)
        return self.caller.partner

    def read(self) -> AbstractContextManager[Unit]:
        """The transaction of a request that changes nothing."""
        return self.node.store.read()

    @contextmanager
    def write(self) -> Iterator[Unit]:
        """The transaction of a request that changes something; a person disabled meanwhile is refused in it."""
        with self.node.store.write() as unit:
            if unit.people.get(self.person.id) != self.person:
                raise Unauthenticated
            yield unit

    def path(self, name: str) -> str:
        """A part of the address. NotFound when it has not the form of such a name."""
        value = str(self.request.path_params[name])
        if FORMS[name].fullmatch(value) is None:
            raise NotFound
        return value

    def document(self, model: type[_Model]) -> _Model:
        """The body. BadInput for JSON out of profile, RequestValidationError for the wrong members."""
        value = read_strict(self.body)
        try:
            return model.model_validate(value)
        except ValidationError as fault:
            raise _invalid(fault) from None

    def query(self, model: type[_Model]) -> _Model:
        """The query. A parameter given twice, or unknown, is refused."""
        pairs = self.request.query_params.multi_items()
        values = dict(pairs)
        if len(values) != len(pairs):
            raise BadInput(Code.JSON_DUPLICATE_KEY, at="query")
        try:
            return model.model_validate(values)
        except ValidationError as fault:
            raise _invalid(fault) from None

    def idempotency_key(self) -> str:
        """The Idempotency-Key. BadInput(IDEMPOTENCY_KEY_REQUIRED) when it is missing or out of form."""
        found = _KEY.fullmatch(self.request.headers.get("idempotency-key", ""))
        if found is None:
            raise BadInput(Code.IDEMPOTENCY_KEY_REQUIRED)
        return found[1]

    def if_match(self) -> str:
        """The strong ETag in If-Match, without quotes. PRECONDITION_REQUIRED, or STALE when it is none of ours."""
        header = self.request.headers.get("if-match")
        if header is None:
            raise Conflict(Code.PRECONDITION_REQUIRED)
        found = _ETAG.fullmatch(header)
        if found is None:
            raise Conflict(Code.STALE)
        return found[1]


def _invalid(fault: ValidationError) -> RequestValidationError:
    """Places and kinds only: what was submitted ends here (threat T-03)."""
    return RequestValidationError(
        [
            {"loc": each["loc"], "type": each["type"]}
            for each in fault.errors(include_url=False, include_context=False, include_input=False)
        ]
    )
