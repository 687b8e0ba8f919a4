"""Answers, pages and idempotent answers: the three shapes in which a route replies.

A cursor is opaque to callers: base64url of what the next page starts behind, never a time (threats T-10, T-11). It is
no secret and grants nothing; whatever it says is checked like any other input. Spec: docs/spec/transport.md §4.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Final, TypeVar

from pydantic import BaseModel
from starlette.responses import Response

from exchange.api.call import Call
from exchange.api.schemas import PageOut
from exchange.crypto.encoding import canonical, read_canonical
from exchange.errors import BadInput, Code, Conflict
from exchange.model.records import Ref
from exchange.model.state import StoredAnswer
from exchange.operations.clock import safe_now
from exchange.ports import Unit

KEPT: Final = timedelta(hours=24)
"""How long an idempotent answer is replayed."""
_JSON: Final = "application/json"
_Item = TypeVar("_Item")
Position = str | int


def answer(model: BaseModel, status: int = 200, *, etag: str | None = None) -> Response:
    """`model` as JSON, with a strong ETag if there is one."""
    headers = {} if etag is None else {"etag": f'"{etag}"'}
    return Response(model.model_dump_json(), status, headers, _JSON)


def page(call: Call, items: Sequence[_Item], limit: int, position: Callable[[_Item], Sequence[Position]]) -> PageOut:
    """The links of a page made from `limit` + 1 `items`: the one too many tells that there is another page."""
    if len(items) <= limit:
        return PageOut(next=None, next_url=None)
    behind = cursor(position(items[limit - 1]))
    address = str(call.request.url.include_query_params(after=behind))  # its host passed the allow-list
    return PageOut(next=behind, next_url=address)


def cursor(place: Sequence[Position]) -> str:
    """The cursor of a page that starts behind `place`."""
    return urlsafe_b64encode(canonical(list(place))).rstrip(b"=").decode("ascii")


def page_answer(model: PageOut) -> Response:
    """The page, with a Link header (RFC 8288) when there is a next one."""
    response = answer(model)
    if model.next_url is not None:
        response.headers["link"] = f'<{model.next_url}>; rel="next"'
    return response


def position(cursor: str | None, *types: type[str] | type[int]) -> tuple[Position, ...] | None:
    """What a cursor of ours says: values of exactly `types`. BadInput for anything else."""
    if cursor is None:
        return None
    try:
        value = read_canonical(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), limit=400)
    except (BadInput, Base64Error, ValueError):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/after") from None
    if not isinstance(value, list) or [type(each) for each in value] != list(types):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/after")
    return tuple(each for each in value if isinstance(each, (str, int)))


def after_ref(cursor: str | None) -> Ref | None:
    """The record that a page of records starts behind."""
    found = position(cursor, str, str)
    return None if found is None else Ref(str(found[0]), str(found[1]))


def once(call: Call, act: Callable[[Unit], Response]) -> Response:
    """Does `act` once for an Idempotency-Key, in one transaction with remembering its answer.

    The same request again gets the stored answer for 24 hours. Conflict(IDEMPOTENCY_KEY_REUSED) for another request
    under the same key, Conflict(IDEMPOTENCY_IN_FLIGHT) when both run at this moment: then this one did nothing.
    """
    key, asked = call.idempotency_key(), _request_digest(call)
    with call.write() as unit:
        now = safe_now(call.node, unit)
        known = unit.answers.get(call.person.id, key, asked)
        if known is not None and known.created_at <= now - KEPT:
            unit.answers.drop_before(now - KEPT + timedelta(microseconds=1))
            known = None
        if known is not None:
            if known.request_digest != asked:
                raise Conflict(Code.IDEMPOTENCY_KEY_REUSED)
            return Response(known.body, known.status, media_type=_JSON)
        response = act(unit)
        body = bytes(response.body)
        try:
            unit.answers.put(StoredAnswer(key, call.person.id, asked, response.status_code, body, now))
        except Conflict:
            raise Conflict(Code.IDEMPOTENCY_IN_FLIGHT) from None
    return response


def _request_digest(call: Call) -> str:
    """Hex SHA-256 over method, path and body; neither method nor path can hold a line feed."""
    head = f"{call.request.method}\n{call.request.scope['path']}\n".encode()
    return sha256(head + call.body).hexdigest()
