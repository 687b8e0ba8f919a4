"""What came in and waits to be looked at.

What a node received before has been looked at by other ways: the list begins empty.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "arrivals",
        sa.Column("sender", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True),
        sa.Column("epoch", number, primary_key=True, autoincrement=False),
        sa.Column("seq", number, primary_key=True, autoincrement=False),
        sa.Column("at", number, nullable=False),
    )
    op.create_index("ix_arrivals_at", "arrivals", ["at", "sender", "epoch", "seq"])


def downgrade() -> None:
    op.drop_index("ix_arrivals_at", "arrivals")
    op.drop_table("arrivals")
