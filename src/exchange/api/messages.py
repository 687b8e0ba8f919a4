"""Routes for messages: list, and read one with its thread. What sends them is with each kind of message."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from starlette.responses import Response

from exchange.api.answers import answer, page, page_answer, position
from exchange.api.call import Call
from exchange.api.declare import Audience, Route
from exchange.api.schemas.messages import MessageLineOut, MessageOut, MessagesOut, MessagesQuery
from exchange.model.state import MessageKey, StoredMessage
from exchange.operations.clock import stamp
from exchange.operations.lookups import note_list
from exchange.operations.messages import list_messages, read_message
from exchange.operations.obligations import lates
from exchange.operations.permissions import Permission


def get_messages(call: Call) -> Response:
    """A page of messages, oldest first, without their text."""
    query = call.query(MessagesQuery)
    found = position(query.after, str, str, str)
    after = None if found is None else MessageKey(*(str(part) for part in found))
    with call.write() as unit:
        rows = list_messages(unit, call.person, query.direction, after, query.limit + 1)
        note_list(call.node, unit, call.person, "messages", len(rows[: query.limit]))
        late = lates(unit, rows, call.node.clock.now())
    links = page(call, rows, query.limit, lambda row: row.key)
    items = [line_out(row, late) for row in rows[: query.limit]]
    return page_answer(MessagesOut(items=items, next=links.next, next_url=links.next_url))


def get_message(call: Call) -> Response:
    """One message with its text and its thread."""
    key = MessageKey(call.path("message"), call.path("partner"), call.path("direction"))
    with call.write() as unit:
        view = read_message(call.node, unit, call.person, key)
        late = lates(unit, [view.stored, *view.thread], call.node.clock.now())
    return answer(
        MessageOut(
            **dict(line_out(view.stored, late)),
            body=None if view.message is None else view.message.document(),
            replies=[line_out(each, late) for each in view.thread if each.key != key],
        )
    )


def line_out(row: StoredMessage, late: Collection[MessageKey]) -> MessageLineOut:
    """A message without its text."""
    return MessageLineOut(
        id=row.key.id,
        partner=row.key.partner,
        direction=row.key.direction,
        thread=row.thread,
        type=row.type,
        agreement=row.agreement_id,
        state=row.state,
        created_at=stamp(row.created_at),
        due_at=None if row.due_at is None else stamp(row.due_at),
        answered_at=None if row.answered_at is None else stamp(row.answered_at),
        outcome=row.outcome,
        overdue=row.key in late,
        epoch=row.epoch,
        seq=row.seq,
        envelope=row.envelope_digest,
        release=row.proposal_id,
    )


ROUTES: Final = (
    Route(
        "GET",
        "/v1/messages",
        get_messages,
        Audience.OFFICER,
        Permission.MESSAGE_LIST,
        query=MessagesQuery,
        gives=MessagesOut,
    ),
    Route(
        "GET",
        "/v1/messages/{direction}/{partner}/{message}",
        get_message,
        Audience.OFFICER,
        Permission.MESSAGE_READ,
        gives=MessageOut,
    ),
)
