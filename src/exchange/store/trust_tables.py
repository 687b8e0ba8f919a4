"""Tables of revision 0017: partners on their way in and out, each by two persons.

As `exchange.store.tables`, into the same metadata; nothing here reads or writes.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Table

from exchange.store.columns import bytes_, name, number
from exchange.store.tables import metadata

introductions = Table(
    "introductions",
    metadata,
    name("code", key=True),
    bytes_("card"),
    number("version"),
    name("fingerprint"),
    name("brought_by"),
    number("brought_at"),
    name("first_by", null=True),
    number("first_at", null=True),
    name("second_by", null=True),
    number("second_at", null=True),
    number("misheard"),
    CheckConstraint("second_by IS NULL OR (first_by IS NOT NULL AND first_by <> second_by)", name="two_persons"),
)
revocations = Table(
    "revocations",
    metadata,
    name("code", key=True),
    name("reason"),
    name("asked_by"),
    number("asked_at"),
    name("confirmed_by", null=True),
    number("confirmed_at", null=True),
    CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_persons"),
)
