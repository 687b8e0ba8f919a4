"""Tables of revision 0012: openings of ledger entries, and the records that they showed.

As `exchange.store.tables`, into the same metadata; nothing here reads or writes.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Table

from exchange.store.columns import name, number, one_of
from exchange.store.tables import metadata

openings = Table(
    "openings",
    metadata,
    name("id", key=True),
    number("position"),
    name("reason"),
    name("asked_by"),
    number("asked_at"),
    number("asked_until"),
    name("confirmed_by", null=True),
    number("confirmed_at", null=True),
    number("read_until", null=True),
    number("opened_at", null=True),
    number("ended_at", null=True),
    name("ended_by", null=True),
    CheckConstraint("confirmed_by <> asked_by", name="two_persons"),
    CheckConstraint("asked_until > asked_at AND asked_until - asked_at <= 86400000000", name="one_day"),
    CheckConstraint("read_until > confirmed_at AND read_until - confirmed_at <= 86400000000", name="another_day"),
    CheckConstraint("confirmed_at < asked_until AND opened_at < read_until", name="in_time"),
)
opening_records = Table(
    "opening_records",
    metadata,
    name("id", key=True),
    name("originator", key=True),
    name("opening", ForeignKey("openings.id"), key=True),
    name("held"),
    one_of("held", "held", "own received"),
    Index("ix_opening_records_opening", "opening"),
)
