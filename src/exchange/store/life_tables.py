"""Tables of an agreement's life beside the versions themselves: terminations, and offers of partners.

As `tables.py`: it creates nothing, `migrations/` does.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Table

from exchange.store.columns import bytes_ as _bytes
from exchange.store.columns import name as _name
from exchange.store.columns import number as _number
from exchange.store.tables import metadata

terminations = Table(
    "terminations",
    metadata,
    _name("id", key=True),
    _number("version", key=True),
    _name("asked_by"),
    _number("asked_at"),
    _name("confirmed_by", null=True),
    _number("confirmed_at", null=True),
    CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_persons"),
)
offers = Table(
    "offers",
    metadata,
    _name("partner", key=True),
    _name("id", key=True),
    _number("version", key=True),
    _name("digest"),
    _bytes("document"),
    _bytes("signatures"),
    _number("received_at"),
)
