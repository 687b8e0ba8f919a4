"""The epoch that our ledger is in, and whether a partner has shown that it is older than what we signed before.

One setting, because every write to the ledger asks for both. A node that is behind signs and sends nothing until an
administrator opens a new epoch (protocol.md, ledger: a restored backup is a rollback).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exchange.crypto.encoding import canonical, read_canonical
from exchange.errors import Code, Unavailable
from exchange.model.claims import JsonObject
from exchange.ports import Unit

_SETTING: Final = "ledger.state"
_LIMIT: Final = 4 << 10


@dataclass(frozen=True, slots=True)
class Behind:
    """A head that we signed and that our ledger does not have."""

    size: int
    epoch: int
    partner: str
    """Who showed it."""
    since: str
    """`YYYY-MM-DDTHH:MM:SSZ`."""


@dataclass(frozen=True, slots=True)
class LedgerState:
    """Where the ledger stands."""

    epoch: int = 1
    behind: Behind | None = None


def origin(code: str, epoch: int) -> str:
    """The name of a node's log in an epoch: `DZ.exchange`, from epoch 2 on `DZ.exchange/2`."""
    return f"{code}.exchange" if epoch == 1 else f"{code}.exchange/{epoch}"


def ledger_state(unit: Unit) -> LedgerState:
    kept = unit.setting(_SETTING)
    if not kept:
        return LedgerState()
    value = read_canonical(kept.encode(), limit=_LIMIT)
    assert isinstance(value, dict)  # ours, written below
    behind = value.get("behind")
    shown = None
    if isinstance(behind, dict):
        shown = Behind(
            int(str(behind["size"])), int(str(behind["epoch"])), str(behind["partner"]), str(behind["since"])
        )
    return LedgerState(int(str(value["epoch"])), shown)


def keep_state(unit: Unit, state: LedgerState) -> None:
    value: JsonObject = {"epoch": state.epoch}
    if state.behind is not None:
        shown = state.behind
        value["behind"] = {
            "size": shown.size,
            "epoch": shown.epoch,
            "partner": shown.partner,
            "since": shown.since,
        }
    unit.set_setting(_SETTING, canonical(value).decode())


def able_to_sign(unit: Unit) -> LedgerState:
    """The state of a node that may sign. Unavailable(ROLLED_BACK) while it is behind."""
    state = ledger_state(unit)
    if state.behind is not None:
        raise Unavailable(Code.ROLLED_BACK, size=state.behind.size, since=state.behind.since)
    return state
