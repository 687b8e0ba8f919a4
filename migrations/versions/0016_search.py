"""The index: under which blinded words each record is found. And pairs of records that may be of one person.

The way down drops it; records are as they were, and `exchange search rebuild` makes it anew. A node that holds records
already finds them all once that command has run; the row of `search_state` says that it has.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0014"
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
    _create_matches()
    op.create_index("ix_copy_heads_kind", "copy_heads", ["kind", "id", "originator"])
    if op.get_context().dialect.name == "postgresql":
        op.execute("CREATE SEQUENCE search_blocks START 8192 INCREMENT 8192 MINVALUE 8192")
    op.create_table(
        "search_state",
        sa.Column("one", _number(), primary_key=True, autoincrement=False),
        sa.Column("rules", _number(), nullable=False),
    )
    op.execute("INSERT INTO search_state (one, rules) SELECT 1, 1 WHERE NOT EXISTS (SELECT 1 FROM record_keys)")


def _create_matches() -> None:
    op.create_table(
        "match_pairs",
        *(sa.Column(name, _text(), primary_key=True) for name in ("id", "originator", "other_id", "other_originator")),
        sa.Column("found_at", _number(), nullable=False),
        sa.Column("state", _text(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'same', 'different', 'unsure')", name="state"),
    )
    op.create_index("ix_match_pairs_other", "match_pairs", ["other_id", "other_originator"])
    place = ["state", "found_at", "id", "originator", "other_id", "other_originator"]
    op.create_index("ix_match_pairs_state", "match_pairs", place)
    op.create_table(
        "match_decisions",
        sa.Column("id", _text(), primary_key=True),
        *(
            sa.Column(name, _text(), nullable=False)
            for name in ("a_id", "a_originator", "b_id", "b_originator", "decision", "person")
        ),
        sa.Column("at", _number(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("undone_by", _text(), nullable=True),
        sa.Column("undone_at", _number(), nullable=True),
        sa.CheckConstraint("decision IN ('same', 'different', 'unsure')", name="decision"),
    )
    for side in ("a", "b"):
        op.create_index(f"ix_match_decisions_{side}", "match_decisions", [f"{side}_id", f"{side}_originator"])


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP SEQUENCE search_blocks")
    op.drop_index("ix_copy_heads_kind", "copy_heads")
    op.drop_table("match_decisions")
    op.drop_table("match_pairs")
    op.drop_table("search_state")
    op.drop_table("search_terms")
    op.drop_table("search_records")


def _text() -> sa.types.TypeEngine[str]:
    return sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")
