"""What happens after release: what was destroyed and must not come back, which messages name a record, and the order
in which copies run out.

A database that is taken back to 0003 forgets what was destroyed; what was destroyed stays destroyed.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES: Final = {
    "erased": "id! originator! held! sender! version# at# why",
    "message_refs": "id! originator! message! partner! direction!",
}
"""Marks as in 0001."""
INDEXES: Final = (
    ("ix_copies_expires", "copies", "expires_at id originator", "expires_at IS NOT NULL"),
    ("ix_message_refs_message", "message_refs", "message partner direction", None),
    ("ix_proposal_items_record", "proposal_items", "id originator", None),
)


def upgrade() -> None:
    for name, columns in TABLES.items():
        held = [sa.CheckConstraint("held IN ('own', 'received')", name="held")] if name == "erased" else []
        op.create_table(name, *(_column(each) for each in columns.split()), *held)
    for name, table, columns, where in INDEXES:
        condition = None if where is None else sa.text(where)
        op.create_index(name, table, columns.split(), sqlite_where=condition, postgresql_where=condition)


def downgrade() -> None:
    for name, table, _, _ in reversed(INDEXES):
        op.drop_index(name, table)
    for name in reversed(TABLES):
        op.drop_table(name)


def _column(mark: str) -> sa.Column[Any]:
    name = mark.rstrip("#!")
    kind: sa.types.TypeEngine[Any] = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    if mark.endswith("#"):
        kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=False, primary_key="!" in mark, autoincrement=False)
