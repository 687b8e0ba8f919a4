"""Tables of revision 0016 about pairs of records: candidates, and what was decided.

As `exchange.store.tables`, into the same metadata. Both go with either of their records.
"""

from __future__ import annotations

from sqlalchemy import Index, Table

from exchange.store.columns import bytes_, name, names, number, one_of
from exchange.store.tables import metadata

match_pairs = Table(
    "match_pairs",
    metadata,
    *names("id originator other_id other_originator"),
    number("found_at"),
    name("state"),
    one_of("state", "state", "open same different unsure"),
    Index("ix_match_pairs_other", "other_id", "other_originator"),
    Index("ix_match_pairs_state", "state", "found_at", "id", "originator", "other_id", "other_originator"),
)
match_decisions = Table(
    "match_decisions",
    metadata,
    name("id", key=True),
    name("a_id"),
    name("a_originator"),
    name("b_id"),
    name("b_originator"),
    name("decision"),
    name("person"),
    number("at"),
    bytes_("wrapped"),
    bytes_("note"),
    name("undone_by", null=True),
    number("undone_at", null=True),
    one_of("decision", "decision", "same different unsure"),
    Index("ix_match_decisions_a", "a_id", "a_originator"),
    Index("ix_match_decisions_b", "b_id", "b_originator"),
)
