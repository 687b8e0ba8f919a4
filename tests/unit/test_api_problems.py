"""The table from errors to problems: complete, and silent about what was submitted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from exchange import errors
from exchange.api.language import language
from exchange.api.problems import BY_CLASS, BY_CODE, SHOWN, TYPE, problem, refusal, status_of, unexpected
from exchange.errors import Code, ExchangeError
from exchange.sentences import SENTENCES


def tree(cls: type[ExchangeError]) -> Iterator[type[ExchangeError]]:
    """The class and everything under it that the program itself defines."""
    yield cls
    for below in cls.__subclasses__():
        if below.__module__.startswith("exchange."):
            yield from tree(below)


def request(lang: str = "en") -> Request:
    headers = [(b"accept-language", lang.encode())]
    return Request({"type": "http", "headers": headers, "state": {"correlation_id": "c0ffee"}})


def body(response: Response) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(bytes(response.body))
    return found


def test_every_class_of_the_tree_has_a_row() -> None:
    classes = set(tree(ExchangeError))
    assert {errors.BadInput, errors.UntrustedKey} <= classes
    assert classes == set(BY_CLASS)


def test_every_code_has_a_row() -> None:
    assert set(BY_CODE) == set(Code)
    assert all(400 <= status < 600 for status in BY_CODE.values())


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_every_error_becomes_a_problem_in_every_language(lang: str) -> None:
    for cls in tree(ExchangeError):
        for code in Code:
            answer = problem(request(lang), cls(code))
            told = body(answer)
            assert answer.status_code == status_of(cls(code)) == told["status"]
            assert answer.media_type == "application/problem+json"
            assert (told["type"], told["code"]) == (TYPE + code.value, code.value)
            assert told["title"] == SENTENCES[lang][code]
            assert answer.headers["content-language"] == lang


def test_what_a_partner_says_never_becomes_our_status() -> None:
    assert status_of(errors.Remote(Code.TOKEN_UNKNOWN)) == 502
    assert status_of(errors.Unavailable(Code.NOT_FOUND)) == 503


def test_facts_are_told_only_if_they_are_on_the_list() -> None:
    told = body(problem(request(), errors.NotFound(record="rec-canary", agreement="AG-CANARY", version=3)))
    assert told["version"] == 3
    assert "canary" not in json.dumps(told).lower()
    assert not SHOWN & {"type", "title", "status", "code", "detail", "correlation_id", "errors", "record", "person"}


def test_a_place_becomes_an_error_with_a_pointer() -> None:
    told = body(problem(request(), errors.BadInput(Code.UNKNOWN_PATH, at="/records/0/claims/2", limit=None)))
    assert told["errors"] == [{"at": "/records/0/claims/2", "code": "UNKNOWN_PATH"}]
    assert told["detail"].endswith("Place: /records/0/claims/2.")
    assert "limit" not in told


def test_a_401_has_nothing_of_this_request() -> None:
    one = problem(request(), errors.Unauthenticated())
    assert "correlation_id" not in body(one)
    assert one.headers["www-authenticate"] == "Bearer"
    assert "correlation_id" in body(problem(request(), errors.NotFound()))


def test_the_last_resort_says_nothing() -> None:
    answer = unexpected(request(), ValueError("Mohamed"))
    assert answer.status_code == 500
    assert "Mohamed" not in bytes(answer.body).decode()
    assert set(body(answer)) == {"type", "title", "status", "code", "correlation_id"}


def test_busy_and_too_large_tell_the_client_how_to_go_on() -> None:
    assert problem(request(), errors.Unavailable(Code.DATABASE_BUSY)).headers["retry-after"] == "5"
    assert problem(request(), ExchangeError(Code.TOO_MANY_REQUESTS)).headers["retry-after"] == "1"
    assert problem(request(), errors.TooLarge()).headers["connection"] == "close"
    assert refusal(request(), 405, Code.METHOD_NOT_ALLOWED, {"allow": "GET"}).headers["allow"] == "GET"


@pytest.mark.parametrize(
    ("header", "lang"),
    [
        ("", "en"),
        ("ar", "ar"),
        ("fr-DZ,fr;q=0.9,en;q=0.5", "fr"),
        ("en;q=0.1, ar-KW;q=0.8", "ar"),
        ("de, ja", "en"),
        ("fr;q=0", "en"),
        ("fr;q=9e9, ar;q=0.2", "ar"),
        ("ar" * 500, "en"),
        ("\x00,;;q=,=", "en"),
    ],
)
def test_the_language_is_one_of_ours(header: str, lang: str) -> None:
    assert language(header) == lang
