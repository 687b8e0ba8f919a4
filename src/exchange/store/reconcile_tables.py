"""Tables of reconciliations: the run that a partner began last, and the results of both sides."""

from __future__ import annotations

from sqlalchemy import Index, Table

from exchange.store.columns import bytes_, name, number, one_of
from exchange.store.tables import metadata

reconcile_runs = Table(
    "reconcile_runs",
    metadata,
    name("partner", key=True),
    name("run"),
    number("opened_at"),
    bytes_("state"),
)
reconciled = Table(
    "reconciled",
    metadata,
    name("partner", key=True),
    name("run", key=True),
    name("day"),
    number("at"),
    name("outcome"),
    name("digest"),
    name("findings"),
    bytes_("document"),
    bytes_("ours"),
    bytes_("theirs", null=True),
    name("acknowledged_by", null=True),
    number("acknowledged_at", null=True),
    name("reason", null=True),
    one_of("reconciled_outcome", "outcome", "pending agreed differs broken"),
    Index("ix_reconciled_at", "partner", "at"),
)
