"""The table of grants."""

from __future__ import annotations

from sqlalchemy import Index, Table

from exchange.store.columns import bytes_, name, number
from exchange.store.tables import metadata

grants = Table(
    "grants",
    metadata,
    name("digest", key=True),
    name("originator"),
    name("holder"),
    name("recipient"),
    name("thread"),
    name("agreement_id"),
    bytes_("wire"),
    number("expires_at"),
    number("stored_at"),
    number("revoked_at", null=True),
    Index("ix_grants_holder", "holder", "recipient", "expires_at"),
    Index("ix_grants_thread", "thread", "holder"),
)
