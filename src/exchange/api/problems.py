"""THE table from our errors to RFC 9457 problem details. Nothing else turns an error into a status or a sentence.

A problem never carries a submitted value: titles are made from codes, and only the facts of `SHOWN` are told.
Spec: docs/spec/transport.md §5.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Final

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from exchange import errors
from exchange.api.language import language
from exchange.errors import Code, ExchangeError, Fact
from exchange.sentences import sentence

log = logging.getLogger("exchange.api")

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:exchange:problem:"

BY_CLASS: Final[dict[type[ExchangeError], int | None]] = {
    errors.ExchangeError: None,
    errors.BadInput: None,
    errors.TooLarge: 413,
    errors.NotFound: 404,
    errors.Denied: None,
    errors.Unauthenticated: None,
    errors.Forbidden: 403,
    errors.Conflict: None,
    errors.Remote: 502,
    errors.Unavailable: 503,
    errors.Untrusted: None,
    errors.SignatureInvalid: 422,
    errors.ChainBroken: None,
    errors.CheckpointMismatch: 422,
    errors.UntrustedKey: 422,
}
"""Error class -> status; None: the code decides. A partner's code in a `Remote` says nothing about our caller."""

_ROWS: Final[dict[int, str]] = {
    400: "JSON_MALFORMED JSON_NOT_CANONICAL JSON_DUPLICATE_KEY JSON_TOO_DEEP JSON_NUMBER JSON_TEXT ENVELOPE_MALFORMED "
    "HEADER_MALFORMED IDEMPOTENCY_KEY_REQUIRED HOST_NOT_ALLOWED FORM_EXPIRED",
    401: "TOKEN_UNKNOWN",
    403: "TRANSPORT_MISMATCH AGREEMENT_NOT_IN_FORCE IMPORT_REFUSED ORIGINATOR_MISMATCH AGREEMENT_UNSIGNED "
    "AGREEMENT_EXAMPLE_FAILS NOT_A_PARTY RELEASE_DENIED CHECKER_DISAGREES NOTHING_TO_RELEASE APPROVAL_MISSING "
    "SELF_APPROVAL SUSPENDED CERTIFICATE_UNKNOWN PERMISSION_MISSING PARTNER_UNKNOWN MESSAGE_NOT_ALLOWED "
    "THREAD_UNKNOWN GRANT_INVALID NOT_ATTESTED SIGN_IN_STALE SIGNED_IN MATCH_LIMIT MATCH_PROBING",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "EQUIVOCATION SEQUENCE_GAP PREVIOUS_MISMATCH APPROVAL_STALE ALREADY_APPROVED RELEASE_STATE OPENING_STATE "
    "ALREADY_EXISTS IDEMPOTENCY_IN_FLIGHT DESCRIPTOR_ROLLBACK RECORD_RECALLED RECALL_OUTSTANDING RECONCILE_DIFFERS "
    "MATCH_NOT_READY",
    412: "STALE",
    413: "TOO_LARGE ENVELOPE_TOO_LARGE",
    415: "ENCODING_NOT_ALLOWED",
    422: "UNKNOWN_MEMBER MISSING_MEMBER WRONG_TYPE VALUE_NOT_ALLOWED FILE_NOT_WELL_FORMED RECORD_INVALID UNKNOWN_PATH "
    "PATH_NOT_FOR_KIND TEXT_NOT_ALLOWED GOVERNANCE_MISSING TOO_MANY_CLAIMS KEY_MALFORMED KEY_UNKNOWN KEY_NOT_VALID "
    "SIGNATURE_INVALID DESCRIPTOR_MALFORMED DESCRIPTOR_EXPIRED ROOT_MISMATCH SUITE_NOT_ALLOWED SUITE_BELOW_FLOOR "
    "NOT_ADDRESSED NOT_YET_VALID EXPIRED DECRYPT_FAILED COMMITMENT_MISMATCH BODY_MALFORMED MANIFEST_INVALID "
    "CLAIM_NOT_COMMITTED RECEIPT_INVALID AGREEMENT_INVALID CHECKPOINT_MISMATCH PROOF_INVALID EXPORT_MALFORMED "
    "DOCUMENT_CHANGED REPLAY_MALFORMED STAMP_INVALID ENTRY_NAMES_NOTHING IDEMPOTENCY_KEY_REUSED "
    "PASSKEY_REFUSED ELEMENT_MALFORMED EVALUATION_INVALID MATCH_OTHER_PERSON",
    428: "PRECONDITION_REQUIRED",
    429: "TOO_MANY_REQUESTS",
    500: "UNEXPECTED LEDGER_BROKEN ENTRY_MALFORMED AT_REST_CORRUPT KEYFILE_MALFORMED",
    502: "PARTNER_UNREACHABLE PARTNER_ANSWER ADDRESS_NOT_ALLOWED",
    503: "KEYFILE_LOCKED CONFIG_INVALID CLOCK_UNSAFE DATABASE_UNAVAILABLE DATABASE_BUSY MIGRATION_PENDING "
    "LEDGER_UNWRITABLE NOT_LOOPBACK FONTS_MISSING WITNESS_STALE ROLLED_BACK NOT_CONFIRMED "
    "IDENTITY_PROVIDER",
}
BY_CODE: Final[dict[Code, int]] = {Code(name): status for status, names in _ROWS.items() for name in names.split()}
"""Code -> status, where the class leaves it open. Every code has a row; a test holds that."""

SHOWN: Final = frozenset(
    {"at", "position", "path", "claim", "member", "reason", "limit", "size", "count", "version", "state", "needed"}
    | {"expected", "seq", "epoch", "permission", "missing", "failures", "first", "behind_s", "apart_s"}
)
"""Facts that a problem tells. Identifiers are left out: the caller knows what it asked for."""

MAX_PLACES: Final = 20
"""Places named in one problem at most."""

_RETRY_AFTER: Final = {429: "1", 503: "5"}
"""Seconds."""
_VALIDATION: Final = {"extra_forbidden": Code.UNKNOWN_MEMBER, "missing": Code.MISSING_MEMBER}


def status_of(error: ExchangeError) -> int:
    """The HTTP status for an error: its class's row, or where that leaves it open, its code's."""
    fixed = next(BY_CLASS[cls] for cls in type(error).__mro__ if cls in BY_CLASS)
    return BY_CODE[error.code] if fixed is None else fixed


def problem(request: Request, error: ExchangeError, places: Sequence[Mapping[str, Fact]] = ()) -> Response:
    """The answer to an error, in the caller's language. A 401 is the same bytes whatever was wrong with the token."""
    status = status_of(error)
    facts = {name: fact for name, fact in error.facts.items() if name in SHOWN and fact is not None}
    return _answer(request, status, error.code, facts, list(places) or _place(error.code, facts))


def refusal(request: Request, status: int, code: Code, headers: Mapping[str, str] | None = None) -> Response:
    """A problem that no error of ours caused: the frame around the routes uses it."""
    response = _answer(request, status, code, {}, [])
    response.headers.update(headers or {})
    return response


def unexpected(request: Request, error: Exception) -> Response:
    """The last resort: 500 without detail. Only the type is logged, a message may quote what was submitted (T-03)."""
    log_unexpected(request, error)
    return refusal(request, 500, Code.UNEXPECTED)


def log_unexpected(request: Request, error: Exception) -> None:
    """Says that an error of no known kind came up, by its type and the correlation id."""
    log.error("api.unexpected type=%s correlation_id=%s", type(error).__name__, _correlation(request))


def install(app: FastAPI) -> None:
    """Makes `app` answer our errors and the framework's as problems; all others end in `exchange.api.asgi`."""
    app.exception_handler(ExchangeError)(_ours)
    app.exception_handler(RequestValidationError)(_validation)
    app.exception_handler(HTTPException)(_http)


async def _ours(request: Request, error: ExchangeError) -> Response:
    return problem(request, error)


async def _validation(request: Request, error: RequestValidationError) -> Response:
    """Where and what, by code; never the value, and never a name that the caller made up (threat T-03)."""
    places: list[Mapping[str, Fact]] = [place_of(each) for each in error.errors()[:MAX_PLACES]]
    code = Code(str(places[0]["code"])) if places else Code.VALUE_NOT_ALLOWED
    return problem(request, errors.BadInput(code), places)


async def _http(request: Request, error: HTTPException) -> Response:
    known = {404: Code.NOT_FOUND, 405: Code.METHOD_NOT_ALLOWED}
    code = known.get(error.status_code, Code.UNEXPECTED if error.status_code >= 500 else Code.VALUE_NOT_ALLOWED)
    return refusal(request, error.status_code, code, error.headers)


def place_of(error: Mapping[str, object]) -> dict[str, Fact]:
    """A validation error's place as JSON Pointer, and its code; neither a value nor a member that the caller named."""
    kind, place = str(error.get("type", "")), error.get("loc")
    steps = list(place) if isinstance(place, (tuple, list)) else []
    code = _VALIDATION.get(kind, Code.WRONG_TYPE if kind.endswith("_type") else Code.VALUE_NOT_ALLOWED)
    if kind == "extra_forbidden":
        steps = steps[:-1]  # the last step is the name that the caller chose
    return {"at": "".join(f"/{step}" for step in steps), "code": code.value}


def _place(code: Code, facts: Mapping[str, Fact]) -> list[Mapping[str, Fact]]:
    where = {name: facts[name] for name in ("at", "position", "path", "claim", "member") if name in facts}
    return [{**where, "code": code.value}] if where else []


def _answer(
    request: Request, status: int, code: Code, facts: Mapping[str, Fact], places: Sequence[Mapping[str, Fact]]
) -> Response:
    lang = language(request.headers.get("accept-language", ""))
    title = sentence(code, lang)
    body: dict[str, object] = {"type": TYPE + code.value, "title": title, "status": status, "code": code.value}
    if status != 401:
        body["correlation_id"] = _correlation(request)
        body |= {name: fact for name, fact in facts.items() if name not in body}
    detail = sentence(code, lang, facts)
    if detail != title:
        body["detail"] = detail
    if places:
        body["errors"] = places
    headers = {"content-language": lang}
    if status == 401:
        headers["www-authenticate"] = "Bearer"
    if status == 413:
        headers["connection"] = "close"  # what is still coming of the body is not worth reading
    if status in _RETRY_AFTER:
        headers["retry-after"] = _RETRY_AFTER[status]
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)


def _correlation(request: Request) -> str:
    return str(request.scope.get("state", {}).get("correlation_id", ""))
