"""Time-stamps: the newest head of each day and what an authority said of it.

A database that is taken back loses its stamps: bundles made before it carry theirs.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "stamps",
        sa.Column("day", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
        sa.Column("size", number, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("at", number, nullable=True),
    )


def downgrade() -> None:
    op.drop_table("stamps")
