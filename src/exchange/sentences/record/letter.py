"""One message between two nodes as pages: what it is, what it says, and the thread that it stands in.

A message has no TLP label of its own; its pages are marked as agreements are. Spec: docs/spec/messages.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Final

from exchange.model.messages import LegalReason, Message
from exchange.model.records import Ref
from exchange.model.state import StoredMessage
from exchange.policies.agreement import Text
from exchange.sentences.law.agreement import MARKING
from exchange.sentences.law.grammar import Tongue, capital
from exchange.sentences.law.text import Block, Item, Items, LawText, Paragraph, Section
from exchange.sentences.law.words import PURPOSES
from exchange.sentences.record.letter_words import (
    ABOUT,
    CODES,
    DIRECTIONS,
    LETTER,
    OUTCOMES,
    REASONS,
    STATES,
    TYPES,
    URGENCIES,
)
from exchange.sentences.record.sheet import facts, named, numbered
from exchange.sentences.record.values import country, date_text, ltr, named_field, state, written

_CODED: Final[dict[str, dict[str, Text]]] = {
    "purpose": PURPOSES,
    "about": ABOUT,
    "outcome": OUTCOMES,
    "urgency": URGENCIES,
    "code": CODES,
}
"""Member -> words for its codes."""
_LABELS: Final = {"note": "note_text"}
"""Member -> its name in `LETTER`, where that is another one."""


def letter_text(stored: StoredMessage, message: Message | None, thread: Sequence[StoredMessage], lang: str) -> LawText:
    """The text in `ar`, `fr` or `en`. `message`: None once its text was destroyed. `thread`: all of it."""
    tongue = Tongue(lang)
    said: Block = Paragraph(tongue.of(LETTER["gone"])) if message is None else facts(tongue, _body(tongue, message))
    others = [each for each in thread if each.key != stored.key]
    parts: list[tuple[str, list[Block]]] = [("head", [facts(tongue, _head(tongue, stored))]), ("text", [said])]
    if others:
        parts.append(("thread", [Items(tuple(Item("–", _one(tongue, each)) for each in others))]))
    return LawText(
        lang=lang,
        marking=MARKING,
        title=_told(tongue, TYPES, stored.type),
        line=tongue.say(LETTER["line"], id=ltr(stored.key.id)),
        notes=(tongue.of(LETTER["note"]),),
        sections=tuple(
            Section(numbered(tongue, number, tongue.of(LETTER[name])), tuple(blocks))
            for number, (name, blocks) in enumerate(parts, 1)
        ),
    )


def _head(tongue: Tongue, stored: StoredMessage) -> list[tuple[str, str]]:
    rows = [
        ("type", _told(tongue, TYPES, stored.type)),
        ("direction", capital(_direction(tongue, stored))),
        ("state", capital(_told(tongue, STATES, stored.state))),
        ("agreement", ltr(stored.agreement_id)),
        ("created", tongue.moment(stored.created_at)),
        ("due", "" if stored.due_at is None else tongue.moment(stored.due_at)),
        ("answered", "" if stored.answered_at is None else tongue.moment(stored.answered_at)),
        ("outcome", "" if stored.outcome is None else capital(_told(tongue, OUTCOMES, stored.outcome))),
        ("number", "" if stored.seq is None else ltr(f"{stored.epoch}/{stored.seq}")),
    ]
    return [(tongue.of(LETTER[name]), value) for name, value in rows]


def _direction(tongue: Tongue, stored: StoredMessage) -> str:
    return tongue.say(DIRECTIONS[stored.key.direction], x=state(tongue, stored.key.partner))


def _one(tongue: Tongue, stored: StoredMessage) -> str:
    """One message of the thread in a line."""
    return tongue.say(
        LETTER["one_message"],
        at=tongue.moment(stored.created_at),
        type=_told(tongue, TYPES, stored.type),
        direction=_direction(tongue, stored),
        state=_told(tongue, STATES, stored.state),
    )


def _body(tongue: Tongue, message: Message) -> list[tuple[str, str]]:
    """Every member but the thread; one that is absent is left out."""
    rows = []
    for each in fields(message):
        value = getattr(message, each.name)
        if each.name == "thread" or value is None:
            continue
        label = tongue.of(LETTER[_LABELS.get(each.name, each.name)])
        rows.append((label, _value(tongue, each.name, value)))
    return rows


def _value(tongue: Tongue, name: str, value: object) -> str:
    if isinstance(value, Ref):
        return ltr(named(value))
    if isinstance(value, LegalReason):
        return tongue.say(LETTER["reason_text"], code=_told(tongue, REASONS, value.code), text=written(value.text))
    if isinstance(value, bytes):
        return capital(tongue.say(LETTER["signed"], x=str(len(value))))
    if isinstance(value, tuple):
        return "\n".join(_value(tongue, name, each) for each in value)
    return _MEMBERS.get(name, _code)(tongue, name, str(value))


def _code(tongue: Tongue, name: str, value: str) -> str:
    if name == "reason" and value in REASONS:
        return capital(tongue.of(REASONS[value]))
    table = _CODED.get(name, {})
    return capital(tongue.of(table[value])) if value in table else written(value)


def _told(tongue: Tongue, table: dict[str, Text], code: str) -> str:
    return tongue.of(table[code]) if code in table else ltr(code)


_MEMBERS: Final[dict[str, Callable[[Tongue, str, str], str]]] = {
    "paths": lambda tongue, _name, value: named_field(tongue, value),
    "for_recipient": lambda tongue, _name, value: country(tongue, value),
    "until": lambda tongue, _name, value: date_text(tongue, value),
    "deadline": lambda tongue, _name, value: tongue.moment(datetime.fromisoformat(value)),
}
"""Members that are neither codes nor what somebody wrote."""
