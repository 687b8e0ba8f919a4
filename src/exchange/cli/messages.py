"""`exchange messages …`: messages of both directions, without and with their text. Sending is with each kind."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Final

import typer

from exchange.cli.command import command
from exchange.cli.session import Session
from exchange.errors import NotFound
from exchange.model.state import MessageKey, StoredMessage
from exchange.operations.clock import stamp
from exchange.operations.lookups import note_list
from exchange.operations.messages import list_messages, read_message
from exchange.operations.obligations import lates

group: Final = typer.Typer(name="messages", help="Messages between nodes.", no_args_is_help=True)
_DIRECTIONS: Final = ("in", "out")


def _direction(value: str | None) -> str | None:
    if value is not None and value not in _DIRECTIONS:
        raise typer.BadParameter(", ".join(_DIRECTIONS))
    return value


@command(group, "list")
def list_(
    session: Session,
    *,
    direction: Annotated[str | None, typer.Option(callback=_direction, help="in or out; both if not given.")] = None,
    after: Annotated[str | None, typer.Option(metavar="ID:PARTNER:DIRECTION", help="Go on behind this one.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
) -> None:
    """Messages, oldest first, without their text."""
    with session.acting() as (node, person), node.store.write() as unit:
        rows = list_messages(unit, person, direction, _behind(after), limit)
        note_list(node, unit, person, "messages", len(rows))
        late = lates(unit, rows, node.clock.now())
    lines = [_row(each, late) for each in rows]
    if lines:
        session.out.table(list(lines[0]), [["" if cell is None else cell for cell in line.values()] for line in lines])
    last = ":".join(rows[-1].key) if len(rows) == limit else None
    session.result(messages=lines, next=last)


@command(group, "show")
def show(
    session: Session,
    partner: Annotated[str, typer.Argument(metavar="PARTNER")],
    message: Annotated[str, typer.Argument(metavar="ID")],
    *,
    direction: Annotated[str | None, typer.Option(callback=_direction, help="in or out; in first.")] = None,
) -> None:
    """One message with its text and its thread. The reading is logged."""
    with session.acting() as (node, person), node.store.write() as unit:
        wanted = [direction] if direction is not None else list(_DIRECTIONS)
        keys = [MessageKey(message, partner, each) for each in wanted]
        key = next((each for each in keys if unit.messages.get(each) is not None), keys[0])
        view = read_message(node, unit, person, key)
        late = lates(unit, [view.stored, *view.thread], node.clock.now())
    line = _row(view.stored, late)
    body = {} if view.message is None else view.message.document()
    for name, value in {**line, **body}.items():
        session.out.line(f"{name}:", "" if value is None else value)
    thread = [_row(each, late) for each in view.thread if each.key != key]
    if thread:
        session.out.table(
            list(thread[0]), [["" if cell is None else cell for cell in each.values()] for each in thread]
        )
    session.result(message=line, body=body or None, thread=thread)


def _behind(after: str | None) -> MessageKey | None:
    if after is None:
        return None
    parts = after.split(":")
    if len(parts) != 3:
        raise NotFound
    return MessageKey(*parts)


def _row(row: StoredMessage, late: Collection[MessageKey]) -> dict[str, object]:
    return {
        "id": row.key.id,
        "partner": row.key.partner,
        "direction": row.key.direction,
        "type": row.type,
        "state": "overdue" if row.key in late else row.state,
        "thread": row.thread,
        "agreement": row.agreement_id,
        "number": row.seq,
        "created": stamp(row.created_at),
        "due": None if row.due_at is None else stamp(row.due_at),
        "answered": None if row.answered_at is None else stamp(row.answered_at),
        "outcome": row.outcome,
        "release": row.proposal_id,
    }
