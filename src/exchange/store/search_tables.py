"""Tables of revisions 0016 and 0022: under which blinded words each record is found (docs/spec/search.md).

As `exchange.store.tables`, into the same metadata; nothing here reads or writes. `segment` is the first number of a
block; `docs` holds the offsets of records in it, 2 bytes each, little endian, rising. `terms` of a record are all its
terms, 8 bytes each, so that it leaves the index without being opened; `key_terms` are those of a person that the worker
adds, and `keyed` says how far it is. `search_state` has its one row while every record
is in the index.
"""

from __future__ import annotations

from sqlalchemy import Table, UniqueConstraint, text

from exchange.store.columns import bytes_, names, number, one_of, partial
from exchange.store.tables import metadata

search_records = Table(
    "search_records",
    metadata,
    *names("id originator held"),
    number("doc"),
    number("rules"),
    bytes_("terms"),
    number("keyed"),
    bytes_("key_terms"),
    UniqueConstraint("doc"),
    one_of("held", "held", "own received"),
    partial("ix_search_records_keyed", "keyed", "doc", where=text("keyed < 2")),
)
WAITS, KEYED, COMPARED, NO_PERSON = range(4)
"""Values of `keyed`."""
search_terms = Table(
    "search_terms",
    metadata,
    number("term", key=True),
    number("segment", key=True),
    bytes_("docs"),
    sqlite_with_rowid=False,
)
search_state = Table("search_state", metadata, number("one", key=True), number("rules"))
