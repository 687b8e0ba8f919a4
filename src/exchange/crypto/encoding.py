"""The bytes that are signed and hashed: canonical JSON, strict JSON reading, and length-prefixed pre-authentication.

Nothing else in the program turns a value into bytes for a hash or a signature. This module knows no keys.
Spec: docs/spec/encoding.md. JSON is RFC 8259, written as RFC 8785; our documents have only strings, integers, booleans,
null, lists and objects with ASCII member names, and in that profile a sorted compact writer and RFC 8785 agree.

What a reader refuses: not UTF-8, a byte order mark, duplicate members, NaN and Infinity, any number that is not an
integer within ±(2^53-1), lone surrogates, U+0000, member names that are not ASCII, depth over 32, size over the limit.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from binascii import Error as Base64Error
from collections.abc import Sequence
from typing import NoReturn

import orjson
import pybase64

from exchange.crypto.profile import MAX_DEPTH, MAX_INT, JsonObject, JsonValue, check_profile, check_text, check_written
from exchange.errors import BadInput, Code, TooLarge

__all__ = [
    "MAX_DEPTH",
    "MAX_INT",
    "MAX_JSON",
    "TYPES",
    "JsonObject",
    "JsonValue",
    "b64",
    "canonical",
    "check_profile",
    "digest",
    "pae",
    "read_canonical",
    "read_canonical_items",
    "read_shaped",
    "read_strict",
    "unb64",
    "unpae",
]

MAX_JSON = 1 << 20
"""Bytes of a JSON text from outside, unless the caller names another limit."""

TYPES = frozenset(
    {
        "exchange/fingerprint/1",
        "exchange/spoken/1",
        "exchange/key/1",
        "exchange/keyfile/1",
        "exchange/at-rest/1",
        "exchange/descriptor/1",
        "exchange/batch/1",
        "exchange/manifest/1",
        "exchange/claim/1",
        "exchange/seal/1",
        "exchange/body/1",
        "exchange/commit/1",
        "exchange/envelope/1",
        "exchange/header/1",
        "exchange/receipt/1",
        "exchange/heartbeat/1",
        "exchange/entry/1",
        "exchange/epoch/1",
        "exchange/heads/1",
        "exchange/reconcile/1",
        "exchange/reconciled/1",
        "exchange/agreement/1",
        "exchange/party-signature/1",
        "exchange/policy/1",
        "exchange/view/1",
        "exchange/approval/1",
        "exchange/bulk/1",
        "exchange/standing/1",
        "exchange/clause/1",
        "exchange/decision/1",
        "exchange/decisions/1",
        "exchange/ledger-ref/1",
        "exchange/audit/1",
        "exchange/blind-audit/1",
        "exchange/bundle/1",
        "exchange/void/1",
        "exchange/token/1",
        "exchange/grant/1",
        "exchange/match-key/1",
        "exchange/match-prepare/1",
        "exchange/match-prepared/1",
        "exchange/match-query/1",
        "exchange/match-run/1",
        "exchange/match-asked/1",
        "exchange/match-answer/1",
        "exchange/match-settle/1",
        "exchange/match-pieces/1",
        "exchange/match-evaluated/1",
        "exchange/match-settled/1",
    }
)
"""Every type that may stand first in a pre-authentication encoding. Registered once, never reused."""

_u64 = struct.Struct("<Q").pack
_HEADS = {type_: _u64(len(type_)) + type_.encode("ascii") for type_ in TYPES}

_WRITE = orjson.OPT_SORT_KEYS | orjson.OPT_STRICT_INTEGER | orjson.OPT_PASSTHROUGH_DATETIME
_WRITE |= orjson.OPT_PASSTHROUGH_DATACLASS
_INTEGER = re.compile(r"(?:0|-?[1-9][0-9]{0,15})", re.ASCII)


def pae(type_: str, *parts: bytes) -> bytes:
    """Pre-authentication encoding: LE64(1 + number of parts), then for type and each part LE64(length) and the bytes.

    This is PAE of PASETO (Common.md) with the type as first piece; all lengths count bytes. Two different lists of
    parts never encode alike. ValueError for a type that is not registered.
    """
    head = _HEADS.get(type_)
    if head is None:
        raise ValueError("unregistered type")
    pieces = [_u64(len(parts) + 1), head]
    for part in parts:
        pieces.append(_u64(len(part)))
        pieces.append(part)
    return b"".join(pieces)


def unpae(type_: str, data: bytes, count: int) -> list[bytes]:
    """The `count` parts of `data`, which must be exactly a PAE of `type_`. BadInput(BODY_MALFORMED) otherwise."""
    head = _u64(count + 1) + _HEADS[type_]
    if not data.startswith(head):
        raise BadInput(Code.BODY_MALFORMED)
    parts, at = [], len(head)
    for _ in range(count):
        if at + 8 > len(data):
            raise BadInput(Code.BODY_MALFORMED)
        size = int.from_bytes(data[at : at + 8], "little")
        at += 8
        if at + size > len(data):
            raise BadInput(Code.BODY_MALFORMED)
        parts.append(data[at : at + size])
        at += size
    if at != len(data):
        raise BadInput(Code.BODY_MALFORMED)
    return parts


def digest(type_: str, *parts: bytes) -> bytes:
    """SHA-256 of the pre-authentication encoding, 32 bytes."""
    return hashlib.sha256(pae(type_, *parts)).digest()


def b64(data: bytes) -> str:
    """Base64 with padding, standard alphabet (RFC 4648, section 4)."""
    return pybase64.b64encode_as_string(data)


def unb64(text: JsonValue, *, size: int | None = None) -> bytes:
    """Reads what `b64` writes and nothing else: one text for one value, so no two wires mean the same.

    `size`: the exact number of bytes, if known. BadInput(WRONG_TYPE or VALUE_NOT_ALLOWED).
    """
    if not isinstance(text, str):
        raise BadInput(Code.WRONG_TYPE)
    try:
        data = pybase64.b64decode(text, validate=True)
    except (Base64Error, ValueError):
        raise BadInput(Code.VALUE_NOT_ALLOWED) from None
    # A strict decoder still ignores the unused bits of the last group: writing that group again shows them.
    if len(text) != (len(data) + 2) // 3 * 4 or (data and b64(data[(len(data) - 1) // 3 * 3 :]) != text[-4:]):
        raise BadInput(Code.VALUE_NOT_ALLOWED)
    if size is not None and len(data) != size:
        raise BadInput(Code.VALUE_NOT_ALLOWED)
    return data


def canonical(value: object) -> bytes:
    """RFC 8785 bytes of a value of our profile.

    BadInput with JSON_NUMBER (floats, integers over 2^53-1), JSON_TEXT (lone surrogates, U+0000, member names that are
    not ASCII), JSON_TOO_DEEP, or WRONG_TYPE (anything that is not JSON).
    """
    try:
        data = orjson.dumps(value, option=_WRITE)
    except TypeError:
        check_profile(value)
        raise BadInput(Code.WRONG_TYPE) from None
    check_written(data, value)
    return data


def canonical_own(value: object) -> bytes:
    """As `canonical`, for what this program itself composed of checked parts: no walk over the values.

    Never for anything that came from outside in one piece. BadInput(WRONG_TYPE) for what JSON does not have.
    """
    try:
        return orjson.dumps(value, option=_WRITE)
    except TypeError:
        raise BadInput(Code.WRONG_TYPE) from None


def as_written(data: bytes) -> object:
    """Stands in a value for `canonical_own` for what is written already: canonical bytes that go in as they are."""
    return orjson.Fragment(data)


def read_canonical(data: bytes, *, limit: int) -> JsonValue:
    """Reads a document that must be in canonical form. Fast: the hot path of every record received.

    `limit` in bytes. BadInput(JSON_NOT_CANONICAL) if `canonical` would write other bytes, else as `read_strict`.
    """
    value = read_shaped(data, limit=limit)
    check_written(data, value)
    return value


def read_canonical_items(items: Sequence[bytes], *, limit: int) -> list[JsonValue]:
    """Reads several canonical texts in one go: one value for each item, each proven canonical on its own.

    Parsing the joined text alone is not enough: two fragments may join to one value while a third item holds two.
    `limit`: bytes of all items together. As with `read_shaped`, without the rules on numbers, names and depth: only for
    items whose every member is then checked against an exact form. Errors as `read_canonical`.
    """
    joined = b"[" + b",".join(items) + b"]"
    if len(joined) > limit:
        raise TooLarge(size=len(joined), limit=limit)
    try:
        values: list[JsonValue] = orjson.loads(joined)
        same = [orjson.dumps(value, option=_WRITE) for value in values] == list(items)
    except (ValueError, TypeError):
        same = False
    if not same:
        for item in items:
            read_canonical(item, limit=limit)
        raise BadInput(Code.JSON_NOT_CANONICAL)
    check_text(joined, values)
    return values


def read_shaped(data: bytes, *, limit: int) -> JsonValue:
    """As `read_canonical`, but without the profile's rules on numbers, names and depth.

    Only for documents whose every member is then checked against an exact form.
    """
    if len(data) > limit:
        raise TooLarge(size=len(data), limit=limit)
    try:
        value: JsonValue = orjson.loads(data)
        same = orjson.dumps(value, option=_WRITE) == data
    except (ValueError, TypeError):
        # Slower, but it finds the reason.
        read_strict(data, limit=limit)
        raise BadInput(Code.JSON_MALFORMED) from None
    if not same:
        read_strict(data, limit=limit)
        raise BadInput(Code.JSON_NOT_CANONICAL)
    return value


def read_strict(data: bytes, *, limit: int = MAX_JSON) -> JsonValue:
    """Reads any JSON from outside (RFC 8259), canonical or not, under the rules at the top of this file.

    `limit` in bytes. TooLarge, or BadInput with JSON_MALFORMED, JSON_DUPLICATE_KEY, JSON_NUMBER, JSON_TEXT or
    JSON_TOO_DEEP.
    """
    if len(data) > limit:
        raise TooLarge(size=len(data), limit=limit)
    try:
        value: JsonValue = orjson.loads(data)
        # Equal to its own compact writing means: no duplicate member was dropped, nothing was reinterpreted.
        same = orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER) == data
    except (ValueError, TypeError):
        same = False
    if not same:
        return _read_slowly(data)
    check_written(data, value)
    return value


def _read_slowly(data: bytes) -> JsonValue:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput(Code.JSON_TEXT) from None
    if text.startswith("\ufeff"):
        raise BadInput(Code.JSON_TEXT)
    try:
        value: JsonValue = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
    except RecursionError:
        raise BadInput(Code.JSON_TOO_DEEP) from None
    except ValueError:
        raise BadInput(Code.JSON_MALFORMED) from None
    check_profile(value)
    return value


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise BadInput(Code.JSON_DUPLICATE_KEY)
    return members


def _integer(text: str) -> int:
    if _INTEGER.fullmatch(text) is None:
        raise BadInput(Code.JSON_NUMBER)
    return int(text)


def _no_number(_text: str) -> NoReturn:
    raise BadInput(Code.JSON_NUMBER)
