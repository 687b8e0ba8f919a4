"""Messages as JSON."""

from __future__ import annotations

from typing import Literal

from exchange.api.schemas import Out, Page, PageOut


class MessagesQuery(Page):
    direction: Literal["in", "out"] | None = None


class MessageLineOut(Out):
    """A message without its text. `overdue`: it waits for an answer that was due."""

    id: str
    partner: str
    direction: str
    thread: str
    type: str
    agreement: str
    state: str
    created_at: str
    due_at: str | None
    answered_at: str | None
    outcome: str | None
    overdue: bool
    epoch: int | None
    seq: int | None
    envelope: str | None
    release: str | None


class MessagesOut(PageOut):
    items: list[MessageLineOut]


class MessageOut(MessageLineOut):
    """One message. `body` is its head as it was sent (docs/spec/messages.md §2), null once destroyed."""

    body: object
    replies: list[MessageLineOut]
