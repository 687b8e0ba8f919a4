"""The course of a recall or correction as a time line: sent, delivered, acknowledged, destroyed, refused, silent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from markupsafe import Markup

from exchange.console.pages.message_shown import ground_of, outcome_of, reason_of, type_of
from exchange.console.render import name
from exchange.console.visit import Visit
from exchange.errors import Code
from exchange.model.messages import Correction, Notice, Recall
from exchange.model.state import MessageKey
from exchange.operations.course import Course as Told
from exchange.operations.messages import read_message
from exchange.ports import Unit

_OUTSTANDING: Final = re.compile(r"(?:^|; )outstanding: ([A-Z]{2}(?: [A-Z]{2})*)$", re.ASCII)
"""What answers say of partners below (`operations/recalls.py`)."""


class Step(NamedTuple):
    """One step. `kind`: of the chip; `code`: which sentence the template says."""

    kind: str
    code: str
    at: datetime | None
    words: Markup | str


class Course(NamedTuple):
    """One message of ours to one partner."""

    key: MessageKey
    type: str
    title: str
    reason: str
    due: datetime | None
    overdue: bool
    steps: list[Step]
    below: list[str]
    """Partners of the partner that have not said that their copies are gone."""


def shown_courses(visit: Visit, unit: Unit, courses: Sequence[Told]) -> list[Course]:
    """Each with the words of its answers, where the reader may read messages; those reads are logged."""
    return [_shown(visit, unit, each) for each in courses]


def _shown(visit: Visit, unit: Unit, told: Told) -> Course:
    row = told.message
    steps = [Step("info", "sent", row.created_at, "")]
    steps += _delivery(visit, told)
    below: list[str] = []
    for answer in told.answers:
        words, below = _answer(visit, unit, answer.key, below)
        kind = {"destroyed": "ok", "not_held": "ok", "applied": "ok"}.get(answer.outcome or "", "warn")
        said = outcome_of(visit, answer.outcome or "") if answer.outcome else ""
        steps.append(Step(kind, "answered", answer.created_at, words or said))
    if not told.answers and row.outcome:
        steps.append(Step("ok", "answered", row.answered_at, outcome_of(visit, row.outcome)))
    if told.overdue:
        steps.append(Step("no", "silent" if row.answered_at is None else "lapsed", row.due_at, ""))
    elif row.answered_at is None and told.envelope == "accepted":
        steps.append(Step("wait", "waits", row.due_at, ""))
    return Course(
        row.key,
        row.type,
        type_of(visit, row.type),
        _reason(visit, unit, row.key),
        row.due_at,
        told.overdue,
        steps,
        below,
    )


def _delivery(visit: Visit, told: Told) -> list[Step]:
    why = visit.sentence(told.code) if told.code in set(Code) else ""
    return {
        "queued": [Step("wait", "queued", None, "")],
        "sent": [Step("wait", "handed_over", None, "")],
        "accepted": [Step("ok", "delivered", told.receipt_at, why)],
        "refused": [Step("no", "refused", told.receipt_at, why)],
        "void": [Step("no", "void", None, "")],
    }[told.envelope]


def _answer(visit: Visit, unit: Unit, key: MessageKey, below: list[str]) -> tuple[Markup | str, list[str]]:
    """The words of an answer, and who it says is outstanding below; the newest answer counts."""
    if not visit.may("message.read"):
        return "", below
    message = read_message(visit.node, unit, visit.person, key).message
    if not isinstance(message, Notice):
        return "", below
    note = message.note or ""
    found = _OUTSTANDING.search(note)
    parts: list[Markup | str] = [outcome_of(visit, message.outcome)]
    if message.legal_reason is not None:
        parts += [ground_of(visit, message.legal_reason.code), name(message.legal_reason.text)]
    if message.until is not None:
        parts.append(visit.partial(message.until))
    rest = note[: found.start()] if found else note
    if rest:
        parts.append(name(rest))
    return Markup(" · ").join(parts), found[1].split() if found else []


def _reason(visit: Visit, unit: Unit, key: MessageKey) -> str:
    if not visit.may("message.read"):
        return ""
    message = read_message(visit.node, unit, visit.person, key).message
    return reason_of(visit, message.reason) if isinstance(message, Recall | Correction) else ""
