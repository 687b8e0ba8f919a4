"""What a test of the connection to a partner's node finds, as values: the raw look at the wire, and the judged rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Probe:
    """How far a connection came, without any request on it."""

    host: str
    port: int
    addresses: tuple[str, ...] = ()
    """What the name led to; the host itself where it is an address."""
    failed: str = ""
    """`names`, `address`, `reach`, `tls` or `identity`: the first thing that did not work; empty when all did."""
    why: str = ""
    """`timeout`, `refused`, `unreachable`, `expired` or `other`."""
    tls: str = ""
    """The version that was agreed on."""
    pin: str = ""
    """Hex SHA-256 of the certificate that was shown, as far as one was."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the test."""

    name: str
    """`names`, `reach`, `identity`, `protocol`, `clock`, `agreements` or `ledger`."""
    state: str
    """`ok`, `warn`, `fail` or `skipped`."""
    code: str
    """Cause and next step: `exchange.sentences.connection`."""
    facts: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tested:
    """A whole test, and when."""

    at: datetime
    rows: tuple[Row, ...]

    @property
    def outcome(self) -> str:
        """The worst: `fail`, `warn` or `ok`."""
        states = {row.state for row in self.rows}
        return next((state for state in ("fail", "warn") if state in states), "ok")
