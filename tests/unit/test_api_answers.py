"""Cursors, models and the parts of a request, without a server."""

from __future__ import annotations

from typing import Any, cast

import pytest
from fastapi.exceptions import RequestValidationError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from starlette.requests import Request

from exchange.api import schemas
from exchange.api.answers import after_ref, page, position
from exchange.api.auditors import CHUNK, in_chunks
from exchange.api.auth import Caller
from exchange.api.call import Call
from exchange.api.problems import place_of
from exchange.api.schemas.node import InboxQuery
from exchange.api.schemas.records import AmendIn, DepositIn, DraftIn, RecordsQuery
from exchange.api.schemas.releases import ApproveIn, PreviewIn, ProposeIn
from exchange.errors import BadInput, Code, Conflict, NotFound, Unauthenticated
from exchange.model.records import Ref
from exchange.ports import Node


def call(body: bytes = b"", query: bytes = b"", **headers: str) -> Call:
    scope: dict[str, Any] = {
        "type": "http",
        "scheme": "https",
        "path": "/v1/records",
        "query_string": query,
        "path_params": {"record": headers.pop("record", "rec-aaaaaaaa")},
        "headers": [(b"host", b"node.example:8441")]
        + [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }
    return Call(cast(Node, None), Request(scope), Caller(), body)


@given(st.lists(st.sampled_from([f"rec-{n:08d}" for n in range(30)]), unique=True), st.integers(1, 7))
def test_pages_cover_everything_once_in_order(ids: list[str], limit: int) -> None:
    stored = sorted(Ref("DZ", id_) for id_ in ids)
    found: list[Ref] = []
    cursor: str | None = None
    while True:
        after = after_ref(cursor)
        lines = [ref for ref in stored if after is None or ref > after][: limit + 1]
        links = page(call(), lines, limit, lambda ref: ref)
        found += lines[:limit]
        cursor = links.next
        assert (cursor is None) == (links.next_url is None)
        if cursor is None:
            break
    assert found == stored


def test_the_next_address_is_absolute_and_keeps_the_query() -> None:
    links = page(call(query=b"kind=person&after=x&limit=1"), [Ref("DZ", "a"), Ref("DZ", "b")], 1, lambda ref: ref)
    assert links.next_url == f"https://node.example:8441/v1/records?kind=person&limit=1&after={links.next}"


@given(st.text(max_size=60))
def test_a_strange_cursor_is_bad_input_and_nothing_else(text: str) -> None:
    try:
        found: object = position(text, str, int)
    except BadInput as fault:
        found = fault.facts
    assert found == {"at": "/after"} or [type(each) for each in cast(tuple[object, ...], found)] == [str, int]


def test_a_truth_value_is_no_number_in_a_cursor() -> None:
    with pytest.raises(BadInput):
        position("WyJhIix0cnVlXQ", str, int)  # ["a",true]
    assert position("WyJhIiwxXQ", str, int) == ("a", 1)
    assert position(None, str) is None


def everything_in() -> list[type[BaseModel]]:
    found, todo = [], [schemas.In, schemas.Query]
    while todo:
        model = todo.pop()
        found.append(model)
        todo += model.__subclasses__()
    return found


def test_no_in_model_takes_a_member_that_it_does_not_name() -> None:
    models = everything_in()
    assert {DepositIn, DraftIn, AmendIn, ProposeIn, PreviewIn, ApproveIn, RecordsQuery, InboxQuery} <= set(models)
    for model in models:
        assert model.model_config["extra"] == "forbid", model
        server_set = {"originator", "version", "issued", "proposer", "state", "approvals", "role", "person", "owner"}
        named = set(model.model_fields) & server_set
        addressed = model is schemas.RefBoth or model.__name__ == "OnwardRequestIn"  # whose record, whom to ask
        assert named <= ({"originator"} if addressed else {"state"}), model


@pytest.mark.parametrize(
    ("model", "body", "places"),
    [
        (DepositIn, b'{"records":[{"kind":"x","claims":[1]}]}', [("/records/0/kind", "VALUE_NOT_ALLOWED")]),
        (DepositIn, b'{"records":[{"kind":"person","claims":[1],"version":3}]}', [("/records/0", "UNKNOWN_MEMBER")]),
        (DepositIn, b"{}", [("/records", "MISSING_MEMBER")]),
        (DepositIn, b"[]", [("", "WRONG_TYPE")]),
        (ApproveIn, b'{"digest":1}', [("/digest", "WRONG_TYPE")]),
        (ProposeIn, b'{"again":"yes"}', [("/again", "WRONG_TYPE")]),
    ],
)
def test_places_and_codes_only(model: type[BaseModel], body: bytes, places: list[tuple[str, str]]) -> None:
    with pytest.raises(RequestValidationError) as caught:
        call(body).document(model)
    found = [place_of(error) for error in caught.value.errors()]
    assert all(set(error) == {"loc", "type"} for error in caught.value.errors())
    assert set(places) <= {(str(each["at"]), str(each["code"])) for each in found}


def test_a_query_is_read_strictly() -> None:
    assert call(query=b"limit=7&kind=camp").query(RecordsQuery) == RecordsQuery(limit=7, kind="camp")
    for query in (b"limit=0", b"limit=101", b"limit=x", b"kind=x", b"x=1", b"after=a%20b", b"after="):
        with pytest.raises(RequestValidationError):
            call(query=query).query(RecordsQuery)
    with pytest.raises(BadInput):
        call(query=b"limit=1&limit=2").query(RecordsQuery)


def test_preconditions_and_keys() -> None:
    assert call(if_match='"12"').if_match() == "12"
    with pytest.raises(Conflict) as caught:
        call().if_match()
    assert caught.value.code is Code.PRECONDITION_REQUIRED
    for value in ("12", "*", 'W/"1"', '"1", "2"', '""'):
        with pytest.raises(Conflict) as caught:
            call(if_match=value).if_match()
        assert caught.value.code is Code.STALE
    assert call(idempotency_key="abcdefgh").idempotency_key() == call(idempotency_key='"abcdefgh"').idempotency_key()
    for key in ("", "short", "a" * 65, "with space", "ünicode-key"):
        with pytest.raises(BadInput):
            call(idempotency_key=key).idempotency_key()


@pytest.mark.parametrize("record", ["rec", "REC-AAAAAAAA", "rec-aaaaaaa\n", "a" * 65, "../../etc/pw", "rec_aaaaaaaa"])
def test_a_part_of_an_address_out_of_form_is_not_found(record: str) -> None:
    with pytest.raises(NotFound) as caught:
        call(record=record).path("record")
    assert caught.value.facts == {}


def test_nobody_is_nobody() -> None:
    with pytest.raises(Unauthenticated):
        _ = call().person
    with pytest.raises(Unauthenticated):
        _ = call().partner


@given(st.lists(st.binary(max_size=50).filter(lambda line: b"\n" not in line)), st.booleans())
def test_chunks_are_the_same_bytes(lines: list[bytes], ended: bool) -> None:
    whole = b"".join(line + b"\n" for line in lines)
    assert b"".join(in_chunks(line + b"\n" if ended else line for line in lines)) == whole


def test_chunks_stay_small() -> None:
    assert max(len(chunk) for chunk in in_chunks(bytes(1000) for _ in range(2000))) < CHUNK + 1001
