"""Reads the head of a message: exactly the members of its type, each in its form. What it returns is whole or nothing.

Every fault is BadInput(BODY_MALFORMED, at=member): the member that was expected, never what was sent.
Spec: docs/spec/messages.md §2.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Collection
from datetime import date, datetime
from typing import Final

from exchange.errors import BadInput, Code
from exchange.model import messages as m
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.paths import PATHS
from exchange.model.records import Ref
from exchange.model.texts import safe
from exchange.model.vocab import COUNTRIES

_THREAD: Final = re.compile(rf"msg-[0-9a-f]{{{m.THREAD_HEX}}}", re.ASCII)
_NODE: Final = re.compile(r"[A-Z]{2}", re.ASCII)
_RECORD: Final = re.compile(r"[a-z0-9-]{8,64}", re.ASCII)
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_ALWAYS: Final = ("v", "type", "purpose", "thread")


def is_thread(value: JsonValue) -> bool:
    """`msg-` and 32 lower-case hex digits: also the id of every message."""
    return isinstance(value, str) and _THREAD.fullmatch(value) is not None


def read(value: JsonValue, type_: str) -> m.Message:
    """The message of `type_` in a parsed head. The type inside must be the one that the header says."""
    make = _READERS.get(type_)
    if make is None or not isinstance(value, dict):
        raise BadInput(Code.BODY_MALFORMED, at="type")
    members = _Members(value)
    if type(members.raw("v")) is not int or (members.raw("v"), members.raw("type")) != (1, type_):
        raise members.fault("type")
    if not is_thread(members.raw("thread")):
        raise members.fault("thread")
    return make(members)


class _Members:
    """One object; each reader takes the members by name, and `only` refuses any other."""

    __slots__ = ("_value",)

    def __init__(self, value: JsonObject) -> None:
        self._value = value

    def only(self, *names: str) -> None:
        if self._value.keys() != {*_ALWAYS, *names}:
            raise self.fault("members")

    def raw(self, name: str) -> JsonValue:
        if name not in self._value:
            raise self.fault(name)
        return self._value[name]

    def fault(self, name: str) -> BadInput:
        return BadInput(Code.BODY_MALFORMED, at=name)

    @property
    def head(self) -> tuple[str, str]:
        """Purpose and thread."""
        return self.text("purpose", 64), str(self.raw("thread"))

    def word(self, name: str, words: Collection[str]) -> str:
        value = self.raw(name)
        if not isinstance(value, str) or value not in words:
            raise self.fault(name)
        return value

    def text(self, name: str, limit: int) -> str:
        """Text that a reader may be shown, not blank."""
        return self._text(self.raw(name), name, limit)

    def perhaps(self, name: str, limit: int) -> str | None:
        return None if self.raw(name) is None else self.text(name, limit)

    def code_unless(self, whole: bool) -> str | None:
        """The member `code`: null where nothing is missing, a code where something is."""
        if whole:
            if self.raw("code") is not None:
                raise self.fault("code")
            return None
        return self.word("code", m.ANSWER_CODES)

    def moment(self, name: str) -> str:
        return self._dated(name, _TIME, datetime.fromisoformat)

    def day(self, name: str) -> str | None:
        return None if self.raw(name) is None else self._dated(name, _DATE, date.fromisoformat)

    def refs(self, name: str, least: int) -> tuple[Ref, ...]:
        """Distinct records, at most 500."""
        value = self.raw(name)
        if not isinstance(value, list) or not least <= len(value) <= m.MAX_REFS:
            raise self.fault(name)
        found = tuple(self._ref(each, name) for each in value)
        if len(set(found)) != len(found):
            raise self.fault(name)
        return found

    def ref(self, name: str) -> Ref | None:
        return None if self.raw(name) is None else self._ref(self.raw(name), name)

    def paths(self, name: str) -> tuple[str, ...] | None:
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, list) or not value:
            raise self.fault(name)
        found = tuple(each for each in value if isinstance(each, str) and each in PATHS)
        if list(found) != value or list(found) != sorted(set(found)):
            raise self.fault(name)
        return found

    def legal_reason(self, name: str) -> m.LegalReason | None:
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, dict) or value.keys() != {"code", "text"}:
            raise self.fault(name)
        code = value["code"]
        if not isinstance(code, str) or code not in m.LEGAL_REASONS:
            raise self.fault(name)
        return m.LegalReason(code, self._text(value["text"], name, m.MAX_NOTE))

    def binary(self, name: str, limit: int) -> bytes | None:
        """Base64 in its only writing, or null."""
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value or len(value) > 4 * (limit // 3 + 1):
            raise self.fault(name)
        try:
            data = b64decode(value.encode("ascii"), validate=True)
        except (Base64Error, ValueError):
            raise self.fault(name) from None
        if b64encode(data).decode("ascii") != value or len(data) > limit:
            raise self.fault(name)
        return data

    def _text(self, value: JsonValue, name: str, limit: int) -> str:
        if not isinstance(value, str) or not value.strip() or len(value) > limit or not safe(value):
            raise self.fault(name)
        return value

    def _ref(self, value: JsonValue, name: str) -> Ref:
        if not isinstance(value, list) or len(value) != 2:
            raise self.fault(name)
        originator, id_ = value
        if not isinstance(originator, str) or _NODE.fullmatch(originator) is None:
            raise self.fault(name)
        if not isinstance(id_, str) or _RECORD.fullmatch(id_) is None:
            raise self.fault(name)
        return Ref(originator, id_)

    def _dated(self, name: str, form: re.Pattern[str], parse: Callable[[str], object]) -> str:
        value = self.raw(name)
        if not isinstance(value, str) or form.fullmatch(value) is None:
            raise self.fault(name)
        try:
            parse(value)
        except ValueError:
            raise self.fault(name) from None
        return value


def _recall(members: _Members) -> m.Recall:
    members.only("refs", "reason", "note", "deadline", "replaces")
    refs, replaces = members.refs("refs", 1), members.ref("replaces")
    if replaces in refs:
        raise members.fault("replaces")
    reason, note = members.word("reason", m.RECALL_REASONS), members.perhaps("note", m.MAX_NOTE)
    return m.Recall(*members.head, refs, reason, note, members.moment("deadline"), replaces)


def _notice(members: _Members) -> m.Notice:
    members.only("about", "outcome", "refs", "legal_reason", "until", "note")
    about = members.word("about", m.NOTICES)
    outcome, refs = members.word("outcome", m.NOTICES[about]), members.refs("refs", 0)
    reason, until = members.legal_reason("legal_reason"), members.day("until")
    kept = about == "recall-outcome" and outcome in m.KEPT
    if kept != (reason is not None) or (kept and until is None):
        raise members.fault("legal_reason")
    note = members.perhaps("note", m.MAX_NOTE)
    if about == "passed-on" and (not refs or note is None or _DIGEST.fullmatch(note) is None):
        raise members.fault("note")
    if about == "grant-revoked" and refs:
        raise members.fault("refs")
    return m.Notice(*members.head, about, outcome, refs, reason, until, note)


def _request(members: _Members) -> m.Request:
    members.only("question", "legal_basis", "urgency", "refs")
    question, basis = members.text("question", m.MAX_QUESTION), members.text("legal_basis", m.MAX_NOTE)
    return m.Request(*members.head, question, basis, members.word("urgency", m.URGENCIES), members.refs("refs", 0))


def _answer(members: _Members) -> m.Answer:
    members.only("outcome", "code", "note")
    outcome = members.word("outcome", m.ANSWERS)
    code = members.code_unless(outcome == "answered")
    return m.Answer(*members.head, outcome, code, members.perhaps("note", m.MAX_NOTE))


def _onward_request(members: _Members) -> m.OnwardRequest:
    members.only("refs", "for_recipient", "reason", "paths")
    refs, to = members.refs("refs", 1), members.word("for_recipient", COUNTRIES)
    return m.OnwardRequest(*members.head, refs, to, members.text("reason", m.MAX_NOTE), members.paths("paths"))


def _onward_grant(members: _Members) -> m.OnwardGrant:
    members.only("outcome", "code", "grant")
    outcome, grant = members.word("outcome", m.GRANTS), members.binary("grant", m.MAX_GRANT)
    if (outcome == "granted") != (grant is not None):
        raise members.fault("grant")
    return m.OnwardGrant(*members.head, outcome, members.code_unless(outcome == "granted"), grant)


def _correction(members: _Members) -> m.Correction:
    members.only("reason")
    return m.Correction(*members.head, members.word("reason", m.CORRECTION_REASONS))


_READERS: Final[dict[str, Callable[[_Members], m.Message]]] = {
    "recall": _recall,
    "notice": _notice,
    "request": _request,
    "answer": _answer,
    "onward-request": _onward_request,
    "onward-grant": _onward_grant,
    "correction": _correction,
}
