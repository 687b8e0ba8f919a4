"""The four documents of blinded matching, each signed by its node and carried over mutual TLS.

    prepare   -> prepared     the holder's blinded elements, 4,096 or none; the asker's epoch, its proof and evaluations
    query     -> answer       16 slots of tokens; 16 slots of answers

Every query is the same number of bytes and so is every answer, whoever is asked for and whatever is found. Reading is
strict: exact members, exact sizes. Spec: docs/spec/matching.md §4.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from exchange.crypto.encoding import JsonObject, b64, canonical, digest, read_canonical
from exchange.crypto.fields import HEX32, NAME, NODE, Fields
from exchange.errors import BadInput, Code
from exchange.matching.blind.group import ELEMENT, MAX_BATCH, PROOF, check_public
from exchange.matching.blind.slots import ANSWER, QUERY

PREPARE: Final = "exchange/match-prepare/1"
PREPARED: Final = "exchange/match-prepared/1"
QUERY_TYPE: Final = "exchange/match-query/1"
ANSWER_TYPE: Final = "exchange/match-answer/1"
PAGE: Final = MAX_BATCH
"""Elements of one page of a preparation: always as many, filled up with blinded random bytes."""
QUERY_SIZE: Final = 23 << 10
"""Bytes of a query's document."""
MAX_WIRE: Final = 512 << 10
"""Bytes of a signed document on the wire."""
MAX_EPOCH: Final = 2**31
_LIMIT: Final = 256 << 10
CASE: Final = re.compile(r"[!-~]{1,64}", re.ASCII)
"""A case number: visible characters, no name."""
_OFFICER: Final = re.compile(r"[0-9a-f]{16}", re.ASCII)
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", re.ASCII)
_LEFT: Final = re.compile(r"[0-9]{6}", re.ASCII)
_PAD: Final = re.compile(r"0*", re.ASCII)
_HEAD: Final = ("v", "node", "to", "issued")


@dataclass(frozen=True, slots=True)
class Prepare:
    """What the holder sends: a page of blinded elements, or none, to ask which epoch it is."""

    node: str
    to: str
    issued: str
    epoch: int
    """0 where it is not known yet."""
    elements: tuple[bytes, ...]

    def to_bytes(self) -> bytes:
        value = _head(self.node, self.to, self.issued)
        return canonical({**value, "epoch": self.epoch, "elements": b64(b"".join(self.elements))})


@dataclass(frozen=True, slots=True)
class Prepared:
    """What the asker answers: its epoch and public key, and for a page the proof and the evaluated elements."""

    node: str
    to: str
    issued: str
    run: str
    """Digest of the question's document, hex."""
    epoch: int
    public: bytes
    evaluated: bytes

    def to_bytes(self) -> bytes:
        value = _head(self.node, self.to, self.issued)
        own = {"run": self.run, "epoch": self.epoch, "public": b64(self.public), "evaluated": b64(self.evaluated)}
        return canonical({**value, **own})


@dataclass(frozen=True, slots=True)
class Query:
    """What the asker sends. Everything but the tokens is in clear: the holder may know who asks, why and for what."""

    node: str
    to: str
    issued: str
    epoch: int
    key_version: str
    agreement: str
    agreement_version: int
    purpose: str
    case: str
    officer: str
    """A pseudonym of 16 hex characters, the same for one person of the asker."""
    tokens: bytes

    def to_bytes(self) -> bytes:
        """Always `QUERY_SIZE` bytes."""
        value: JsonObject = {
            **_head(self.node, self.to, self.issued),
            "epoch": self.epoch,
            "key_version": self.key_version,
            "agreement": self.agreement,
            "agreement_version": self.agreement_version,
            "purpose": self.purpose,
            "case": self.case,
            "officer": self.officer,
            "tokens": b64(self.tokens),
            "pad": "",
        }
        short = QUERY_SIZE - len(canonical(value))
        if short < 0:
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="query")
        return canonical({**value, "pad": "0" * short})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the holder answers. Nothing in it but `answers` depends on what is held."""

    node: str
    to: str
    issued: str
    run: str
    left_case: int
    """Queries that this case has left today."""
    left_day: int
    """Queries that the partner has left today."""
    answers: bytes

    def to_bytes(self) -> bytes:
        left = {"left_case": f"{self.left_case:06}", "left_day": f"{self.left_day:06}"}
        value = _head(self.node, self.to, self.issued)
        return canonical({**value, "run": self.run, **left, "answers": b64(self.answers)})


def digest_of(document: bytes) -> str:
    """How an answer names its question, hex."""
    return digest("exchange/match-run/1", document).hex()


def read_prepare(document: bytes) -> Prepare:
    """BadInput(VALUE_NOT_ALLOWED). A page has all its elements or none; whether they are elements is the group's."""
    fields = _fields(document, ("epoch", "elements"))
    data = fields.binary("elements")
    if len(data) not in (0, PAGE * ELEMENT):
        raise fields.fault("elements")
    elements = tuple(data[at : at + ELEMENT] for at in range(0, len(data), ELEMENT))
    return Prepare(*_common(fields), fields.integer("epoch", 0, MAX_EPOCH), elements)


def read_prepared(document: bytes, elements: Sequence[bytes]) -> Prepared:
    """The answer to a page of these elements. BadInput(VALUE_NOT_ALLOWED, ELEMENT_MALFORMED)."""
    fields = _fields(document, ("run", "epoch", "public", "evaluated"))
    evaluated = fields.binary("evaluated")
    if len(evaluated) != (PROOF + ELEMENT * len(elements) if elements else 0):
        raise fields.fault("evaluated")
    return Prepared(
        *_common(fields),
        run=fields.text("run", HEX32),
        epoch=fields.integer("epoch", 1, MAX_EPOCH),
        public=check_public(fields.binary("public")),
        evaluated=evaluated,
    )


def read_query(document: bytes) -> Query:
    """BadInput(VALUE_NOT_ALLOWED) also for another size than `QUERY_SIZE`."""
    if len(document) != QUERY_SIZE:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="query")
    own = ("epoch", "key_version", "agreement", "agreement_version", "purpose", "case", "officer", "tokens", "pad")
    fields = _fields(document, own)
    fields.text("pad", _PAD)
    return Query(
        *_common(fields),
        epoch=fields.integer("epoch", 1, MAX_EPOCH),
        key_version=fields.text("key_version", _VERSION),
        agreement=fields.text("agreement", NAME),
        agreement_version=fields.integer("agreement_version", 1),
        purpose=fields.text("purpose", NAME),
        case=fields.text("case", CASE),
        officer=fields.text("officer", _OFFICER),
        tokens=fields.binary("tokens", QUERY),
    )


def read_answer(document: bytes) -> Answer:
    fields = _fields(document, ("run", "left_case", "left_day", "answers"))
    return Answer(
        *_common(fields),
        run=fields.text("run", HEX32),
        left_case=int(fields.text("left_case", _LEFT)),
        left_day=int(fields.text("left_day", _LEFT)),
        answers=fields.binary("answers", ANSWER),
    )


def _head(node: str, to: str, issued: str) -> JsonObject:
    return {"v": 1, "node": node, "to": to, "issued": issued}


def _fields(document: bytes, own: tuple[str, ...]) -> Fields:
    fields = Fields(read_canonical(document, limit=_LIMIT), (*_HEAD, *own), Code.VALUE_NOT_ALLOWED)
    fields.integer("v", 1, 1)
    fields.time("issued")
    return fields


def _common(fields: Fields) -> tuple[str, str, str]:
    issued = fields.raw("issued")
    return fields.text("node", NODE), fields.text("to", NODE), str(issued)
