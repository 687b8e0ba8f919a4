"""The attacks on messages: a malformed body of each type, and what a partner may not say (steps 13 and 14)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from exchange.crypto.encoding import JsonObject, JsonValue, canonical
from exchange.crypto.frames import join
from exchange.errors import Code
from tests.conformance.attacks import ACCEPTED, Vector
from tests.conformance.forging import Body, envelope, header, manifest, pairs
from tests.conformance.vector_world import PURPOSE

OWN = "msg-0f1e2d3c4b5a69788796a5b4c3d2e1f0"
OTHER = "msg-00000000000000000000000000000000"
REF: JsonValue = ["DZ", "rec-example-0000"]
HEADS: dict[str, JsonObject] = {
    "recall": {
        "refs": [REF],
        "reason": "inaccurate",
        "note": None,
        "deadline": "2026-12-01T00:00:00Z",
        "replaces": None,
    },
    "notice": {"about": "breach", "outcome": "suspected", "refs": [], "legal_reason": None, "until": None, "note": "x"},
    "request": {"question": "Is he known?", "legal_basis": "Invented Act 1", "urgency": "8h", "refs": []},
    "answer": {"outcome": "answered", "code": None, "note": None},
    "onward-request": {"refs": [["KW", "rec-example-0000"]], "for_recipient": "TN", "reason": "court", "paths": None},
    "onward-grant": {"outcome": "refused", "code": "not_agreed", "grant": None},
}
_BAD: dict[str, tuple[str, JsonObject]] = {
    "recall": ("a reason that no page knows", {"reason": "because"}),
    "notice": ("an outcome of another thing", {"outcome": "destroyed"}),
    "request": ("a text that turns the direction of writing", {"question": "known\u202e?"}),
    "answer": ("a reason for not answering what was answered", {"code": "no_record"}),
    "onward-request": ("a path that no page knows", {"paths": ["name.secret"]}),
    "onward-grant": ("granted, without a grant", {"outcome": "granted", "code": None}),
}


def message(type_: str, **members: JsonValue) -> bytes:
    """The envelope of a message with these members instead."""
    return with_id(OWN, type_, **members)


def with_id(id_: str, type_: str, **members: JsonValue) -> bytes:
    head: JsonObject = {"v": 1, "type": type_, "purpose": PURPOSE, "thread": OWN, **HEADS[type_], **members}
    return envelope(replace(header(), type=type_, id=id_), join([canonical(head)]))


def correction(**members: JsonValue) -> bytes:
    body = Body([manifest(pairs())])
    body.head.update({"type": "correction", "thread": OWN, "reason": "changed", **members})
    return envelope(replace(header(), type="correction", id=OWN), body.joined())


def malformed() -> Iterator[Vector]:
    """Step 13."""
    code = Code.BODY_MALFORMED
    replies = ("answer", "onward-grant")
    for type_, (what, members) in _BAD.items():
        thread = OTHER if type_ in replies else OWN
        yield Vector(f"{type_}-malformed", 13, code, what, message(type_, **{"thread": thread, **members}))
        unknown = message(type_, thread=thread, extra="x")
        yield Vector(f"{type_}-unknown-member", 13, code, "a member that nobody checks", unknown)
    yield Vector("correction-malformed", 13, code, "a reason that no page knows", correction(reason="because"))
    yield Vector("correction-other-thread", 13, code, "a thread that is not its own id", correction(thread=OTHER))
    yield Vector("message-id-of-a-release", 13, code, "an id of another form", with_id("rel-1", "recall"))
    yield Vector("message-other-type-inside", 13, code, "a notice in a recall", message("recall", type="notice"))
    two = join([canonical({"v": 1, "type": "recall", "purpose": PURPOSE, "thread": OWN, **HEADS["recall"]}), b""])
    yield Vector(
        "message-two-frames", 13, code, "a second frame", envelope(replace(header(), type="recall", id=OWN), two)
    )


def not_allowed() -> Iterator[Vector]:
    """Step 14."""
    refused, unknown = Code.IMPORT_REFUSED, Code.THREAD_UNKNOWN
    yield Vector(
        "message-purpose", 14, refused, "a purpose that nobody agreed", message("notice", purpose="analysis.joint")
    )
    foreign = message("recall", refs=[["KW", "rec-example-0000"]])
    yield Vector("recall-of-the-recipients-record", 14, refused, "a record of KW", foreign)
    yield Vector("onward-not-agreed", 14, refused, "the agreement allows no onward release", message("onward-request"))
    yield Vector("answer-to-nothing", 14, unknown, "a thread that KW did not open", message("answer", thread=OTHER))
    yield Vector(
        "grant-to-nothing", 14, unknown, "a thread that KW did not open", message("onward-grant", thread=OTHER)
    )
    body = Body([manifest(pairs())])
    body.head["thread"] = OTHER
    yield Vector(
        "release-answers-nothing", 14, unknown, "a request that KW did not make", envelope(header(), body.joined())
    )


def valid() -> Iterator[Vector]:
    for type_ in ("recall", "notice", "request"):
        yield Vector(f"valid-{type_}", ACCEPTED, None, f"a {type_} as it should be", message(type_))
    yield Vector("valid-correction", ACCEPTED, None, "a correction as it should be", correction())


def messages() -> Iterator[Vector]:
    """Every vector of this module."""
    for make in (malformed, not_allowed, valid):
        yield from make()
