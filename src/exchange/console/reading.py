"""Reads the body of a form, urlencoded or multipart, into a `Form`. Anything else is refused."""

from __future__ import annotations

from python_multipart.exceptions import FormParserError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from exchange.api.asgi import MAX_BODY
from exchange.console.forms import MAX_FIELDS, Form
from exchange.errors import BadInput, Code, TooLarge

_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


async def read_form(request: Request, limit: int) -> Form:
    """The fields and files. BadInput for a malformed body, TooLarge above `limit` bytes."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if not kind:
        return Form()
    if kind not in _TYPES:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="content-type")
    if kind == _TYPES[0]:
        request = _bounded(request, min(limit, MAX_BODY))
    fields: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    try:
        async with request.form(max_files=4, max_fields=MAX_FIELDS, max_part_size=limit) as form:
            if len(form.multi_items()) > MAX_FIELDS:
                raise TooLarge(limit=MAX_FIELDS)
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = await value.read()
                else:
                    fields.setdefault(name, []).append(value)
    except (MultiPartException, FormParserError, HTTPException, UnicodeDecodeError):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="form") from None
    return Form({name: tuple(values) for name, values in fields.items()}, files)


def _bounded(request: Request, limit: int) -> Request:
    """The same request, whose body may be no longer: text fields are unfolded in memory, files are not."""
    left = limit

    async def receive() -> Message:
        nonlocal left
        message = await request.receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise TooLarge(limit=limit)
        return message

    return Request(request.scope, receive)
