"""The index: under which blinded words each record is found.

The way down drops it; records are as they were, and `exchange search rebuild` makes it anew. A node that holds records
already finds them all once that command has run; the row of `search_state` says that it has.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_records",
        *(sa.Column(name, _text(), primary_key=True) for name in ("id", "originator", "held")),
        sa.Column("doc", _number(), nullable=False),
        sa.Column("rules", _number(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("doc", name="uq_search_records_doc"),
        sa.CheckConstraint("held IN ('own', 'received')", name="held"),
    )
    op.create_table(
        "search_terms",
        *(sa.Column(name, _number(), primary_key=True, autoincrement=False) for name in ("term", "segment")),
        sa.Column("docs", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_copy_heads_kind", "copy_heads", ["kind", "id", "originator"])
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE search_blocks START 8192 INCREMENT 8192 MINVALUE 8192")
    op.create_table(
        "search_state",
        sa.Column("one", _number(), primary_key=True, autoincrement=False),
        sa.Column("rules", _number(), nullable=False),
    )
    op.execute("INSERT INTO search_state (one, rules) SELECT 1, 1 WHERE NOT EXISTS (SELECT 1 FROM record_keys)")


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE search_blocks")
    op.drop_index("ix_copy_heads_kind", "copy_heads")
    op.drop_table("search_state")
    op.drop_table("search_terms")
    op.drop_table("search_records")


def _text() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
