"""A failed log-in is a ledger entry, in a transaction of its own. How often is for the edge to limit."""

from __future__ import annotations

from exchange.errors import Code, ExchangeError
from exchange.ledger.entries import entry
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.ports import Node


def note_denied(node: Node, code: Code) -> None:
    """Logs that somebody unknown tried; the entry tells why by `code` and nothing of what was presented."""
    with node.store.write() as unit:
        now = safe_now(node, unit)
        line = entry("login.denied", at=stamp(now), actor=node.code, code=code.value)
        journal.write(node, unit, [line], now)


def note_failure(node: Node, failure: ExchangeError) -> None:
    """The same for a failed passkey; one whose counter did not rise is named, and whose it is: it may be a copy."""
    person, credential = failure.facts.get("person"), failure.facts.get("credential")
    if not isinstance(person, str) or not isinstance(credential, str):
        note_denied(node, failure.code)
        return
    with node.store.write() as unit:
        now = safe_now(node, unit)
        line = entry("passkey.suspect", at=stamp(now), actor=person, credential=credential)
        journal.write(node, unit, [line], now)
