"""The one table from what a database driver raises to our errors. It never carries a value, only names and codes.

Drivers' own messages quote rows ("Key (person, key)=(...)"), so neither the message nor the cause is kept
(docs/spec/errors.md).
"""

from __future__ import annotations

from collections.abc import Callable

from exchange.errors import BadInput, ChainBroken, Code, Conflict, Denied, ExchangeError, Unavailable

GUARDS: dict[str, Callable[[], ExchangeError]] = {
    "GUARD_SELF_APPROVAL": lambda: Conflict(Code.SELF_APPROVAL),
    "GUARD_APPROVAL_FIXED": lambda: Conflict(Code.ALREADY_APPROVED),
    "GUARD_PROPOSAL_FIXED": lambda: Conflict(Code.APPROVAL_STALE),
    "GUARD_APPROVAL_MISSING": lambda: Denied(Code.APPROVAL_MISSING),
    "GUARD_APPROVAL_STALE": lambda: Conflict(Code.APPROVAL_STALE),
    "GUARD_APPROVAL_GONE": lambda: Conflict(Code.RELEASE_STATE),
    "GUARD_PROPOSAL_NEW": lambda: Conflict(Code.RELEASE_STATE),
    "GUARD_WAIVER": lambda: Conflict(Code.RELEASE_STATE, at="waiver"),
    "GUARD_OPENING": lambda: Conflict(Code.OPENING_STATE),
    "GUARD_ATTESTATION": lambda: Conflict(Code.RELEASE_STATE, at="attestation"),
    "GUARD_STANDING": lambda: Conflict(Code.RELEASE_STATE, at="standing"),
    "GUARD_PROPOSAL_THERE": lambda: Conflict(Code.ALREADY_EXISTS, table="proposals"),
    "GUARD_DECISION_FIXED": lambda: Conflict(Code.ALREADY_EXISTS, table="decisions"),
    "GUARD_DECISION_THERE": lambda: Conflict(Code.ALREADY_EXISTS, table="decisions"),
    "GUARD_DOCUMENT_FIXED": lambda: Conflict(Code.ALREADY_EXISTS, table="agreements"),
    "GUARD_LEDGER_FIXED": lambda: ChainBroken(Code.LEDGER_BROKEN),
    "GUARD_STREAM_BACKWARDS": lambda: Conflict(Code.STALE, at="stream"),
    "GUARD_TERMINATION_FIXED": lambda: Conflict(Code.RELEASE_STATE, state="terminated"),
    "GUARD_TERMINATION_MISSING": lambda: Denied(Code.APPROVAL_MISSING, needed=2),
    "GUARD_FLOOR_FALLS": lambda: Conflict(Code.SUITE_BELOW_FLOOR),
}
"""What the triggers of `migrations/` raise."""

_ALREADY = {"approvals": Code.ALREADY_APPROVED}
_BUSY_STATES = frozenset({"40001", "40P01", "55P03", "57014"})
"""PostgreSQL: serialization failure, deadlock, lock timeout, statement timeout."""


def translate(error: BaseException) -> ExchangeError:
    """Our error for a driver's `error`: Conflict, BadInput (a CHECK), or Unavailable for everything else."""
    guard = _guard(str(error))
    if guard is not None:
        return guard
    name = getattr(error, "sqlite_errorname", None)
    if isinstance(name, str):
        return _from_sqlite(name, str(error))
    state = getattr(error, "sqlstate", None)
    return _from_postgresql(state, error) if isinstance(state, str) else Unavailable(Code.DATABASE_UNAVAILABLE)


def _guard(message: str) -> ExchangeError | None:
    if "GUARD_" not in message:
        return None
    return next((make() for name, make in GUARDS.items() if message.startswith(name)), None)


def _from_sqlite(name: str, message: str) -> ExchangeError:
    if name in ("SQLITE_CONSTRAINT_PRIMARYKEY", "SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_ROWID"):
        # "UNIQUE constraint failed: table.column, …" or "… failed: index 'name'": the names are ours.
        table = message.rpartition(": ")[2].partition(".")[0]
        return _already(table if table.isidentifier() else None)
    if name.startswith("SQLITE_CONSTRAINT"):
        return _refused(name)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Unavailable(Code.DATABASE_BUSY)
    return Unavailable(Code.DATABASE_UNAVAILABLE, database=name)


def _from_postgresql(state: str, error: BaseException) -> ExchangeError:
    if state == "23505":
        return _already(getattr(getattr(error, "diag", None), "table_name", None))
    if state.startswith("23"):
        return _refused(state)
    if state in _BUSY_STATES:
        return Unavailable(Code.DATABASE_BUSY)
    return Unavailable(Code.DATABASE_UNAVAILABLE, database=state)


def _already(table: str | None) -> Conflict:
    return Conflict(_ALREADY.get(table or "", Code.ALREADY_EXISTS), table=table)


def _refused(constraint: str) -> ExchangeError:
    """A CHECK, NOT NULL or foreign key said no: the value has no place in the store."""
    return BadInput(Code.VALUE_NOT_ALLOWED, database=constraint)
