"""Persons in the index by keys and sounds of their names, which the worker adds.

Records that were there wait for it. The way down takes those terms out again; nothing else of the index changes.
"""

from __future__ import annotations

import struct

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_STEP = 500


def upgrade() -> None:
    empty = "x''" if _sqlite() else "''"
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.add_column("search_records", sa.Column("keyed", number, nullable=False, server_default=sa.text("0")))
    op.add_column(
        "search_records", sa.Column("key_terms", sa.LargeBinary(), nullable=False, server_default=sa.text(empty))
    )
    if not _sqlite():
        for column in ("keyed", "key_terms"):
            op.alter_column("search_records", column, server_default=None)
    where = sa.text("keyed < 2")
    op.create_index(
        "ix_search_records_keyed", "search_records", ["keyed", "doc"], sqlite_where=where, postgresql_where=where
    )


def downgrade() -> None:
    """Spaces of terms are apart, so a term of a key is of nothing else."""
    connection, last = op.get_bind(), -1
    page = sa.text(
        "SELECT doc, key_terms FROM search_records WHERE doc > :last AND keyed IN (1, 2) ORDER BY doc LIMIT :step"
    )
    leave = sa.text("DELETE FROM search_terms WHERE term = :term")
    while rows := connection.execute(page, {"last": last, "step": _STEP}).all():
        last = rows[-1][0]
        terms = {term for row in rows for (term,) in struct.iter_unpack("<Q", bytes(row[1]))}
        if terms:
            connection.execute(leave, [{"term": term} for term in sorted(terms)])
    op.drop_index("ix_search_records_keyed", "search_records")
    op.drop_column("search_records", "key_terms")
    op.drop_column("search_records", "keyed")


def _sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"
