"""Tables of revision 0016: under which blinded words each record is found (docs/spec/search.md).

As `exchange.store.tables`, into the same metadata; nothing here reads or writes. `segment` is the first number of a
block; `docs` holds the offsets of records in it, 2 bytes each, little endian, rising. `terms` of a record are all its
terms, 8 bytes each, so that it leaves the index without being opened. `search_state` has its one row while every record
is in the index.
"""

from __future__ import annotations

from sqlalchemy import Table, UniqueConstraint

from exchange.store.columns import bytes_, names, number, one_of
from exchange.store.tables import metadata

search_records = Table(
    "search_records",
    metadata,
    *names("id originator held"),
    number("doc"),
    number("rules"),
    bytes_("terms"),
    UniqueConstraint("doc"),
    one_of("held", "held", "own received"),
)
search_terms = Table(
    "search_terms",
    metadata,
    number("term", key=True),
    number("segment", key=True),
    bytes_("docs"),
    sqlite_with_rowid=False,
)
search_state = Table("search_state", metadata, number("one", key=True), number("rules"))
