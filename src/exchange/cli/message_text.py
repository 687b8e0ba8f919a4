"""What a message says, for whoever approves or reads it; of a grant, what is in it and not its signature."""

from __future__ import annotations

from typing import Final

from exchange.cli.output import Output
from exchange.crypto.encoding import read_canonical
from exchange.crypto.signed import document_of
from exchange.errors import ExchangeError
from exchange.model.claims import JsonValue
from exchange.model.messages import MAX_GRANT, Message, OnwardGrant

_ALWAYS: Final = frozenset({"v", "type"})


def show_message(out: Output, message: Message | None) -> None:
    """One line a member; nothing once the text was destroyed."""
    if message is None:
        return
    members = message.document()
    if isinstance(message, OnwardGrant):
        members["grant"] = grant_in(message)
    for name, value in members.items():
        if name not in _ALWAYS:
            out.line(f"{name}:", "" if value is None else str(value))


def grant_in(message: OnwardGrant) -> JsonValue:
    """The document of the grant, unverified: its verification was the gate's."""
    if message.grant is None:
        return None
    try:
        return read_canonical(document_of(message.grant), limit=MAX_GRANT)
    except ExchangeError:
        return None
