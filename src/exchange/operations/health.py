"""Can this node do its work now? Answers in error codes, nothing sensitive; changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from exchange.errors import Code, ExchangeError
from exchange.operations.clock import safe_now
from exchange.operations.ledger_state import able_to_sign
from exchange.ports import Node

Pending = Callable[[], bool | Sequence[str]]
"""Whether the database still has to be upgraded, or the names of the missing steps."""
_PROBE = "health.probe"


class _Undo(Exception):
    """Ends the probing transaction without a trace. It never leaves this module."""


def readiness(node: Node, pending_migration: Pending) -> list[str]:
    """Why the node is not ready, as codes; empty when it is.

    DATABASE_UNAVAILABLE or DATABASE_BUSY, MIGRATION_PENDING, CLOCK_UNSAFE, LEDGER_UNWRITABLE, ROLLED_BACK.
    """
    try:
        if pending_migration():
            return [Code.MIGRATION_PENDING.value]
        with node.store.read() as unit:
            unit.ledger.head(lock=False)
    except ExchangeError as failure:
        return [failure.code.value]
    return [*_clock(node), *_ledger(node), *_behind(node)]


def _clock(node: Node) -> list[str]:
    try:
        with node.store.read() as unit:
            safe_now(node, unit)
    except ExchangeError as failure:
        return [failure.code.value]
    return []


def _behind(node: Node) -> list[str]:
    """Whether a partner showed that our ledger is older than what we signed."""
    try:
        with node.store.read() as unit:
            able_to_sign(unit)
    except ExchangeError as failure:
        return [failure.code.value]
    return []


def _ledger(node: Node) -> list[str]:
    """Takes the ledger's lock and writes a row, then rolls back: a full disk or a read-only file shows here."""
    try:
        with node.store.write() as unit:
            unit.ledger.head(lock=True)
            unit.set_setting(_PROBE, "1")
            raise _Undo
    except _Undo:
        return []
    except ExchangeError as failure:
        busy = failure.code is Code.DATABASE_BUSY
        return [failure.code.value if busy else Code.LEDGER_UNWRITABLE.value]
