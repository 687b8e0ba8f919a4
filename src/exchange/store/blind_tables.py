"""Tables of revision 0021: blinded matching with partners (docs/spec/matching.md §6).

As `exchange.store.tables`, into the same metadata; nothing here reads or writes. `tag` is a token under a key of the
store; `seen` are the tags of a whole query, filler included, and so always of one size.
"""

from __future__ import annotations

from sqlalchemy import Index, Table

from exchange.store.columns import bytes_, name, names, number, one_of
from exchange.store.tables import metadata

blind_epochs = Table(
    "blind_epochs",
    metadata,
    *names("partner role"),
    number("epoch"),
    bytes_("public"),
    number("opened_at"),
    bytes_("wrapped"),
    bytes_("seed"),
    number("elements"),
    name("key_version"),
    one_of("role", "role", "asks holds"),
)
blind_tags = Table(
    "blind_tags",
    metadata,
    name("partner", key=True),
    number("tag", key=True),
    name("id", key=True),
    Index("ix_blind_tags_id", "partner", "id"),
)
blind_prepared = Table("blind_prepared", metadata, *names("partner id"), number("version"))
blind_queries = Table(
    "blind_queries",
    metadata,
    *names("partner direction run"),
    number("at"),
    name("case_number"),
    name("officer"),
    name("agreement"),
    name("purpose"),
    number("hits", null=True),
    bytes_("seen"),
    one_of("direction", "direction", "in out"),
    Index("ix_blind_queries_at", "direction", "at"),
)
blind_tickets = Table(
    "blind_tickets",
    metadata,
    *names("partner direction ticket"),
    number("at"),
    name("agreement"),
    name("purpose"),
    name("record"),
    bytes_("wrapped"),
    bytes_("seed"),
    number("level", null=True),
    one_of("ticket_direction", "direction", "in out"),
)
