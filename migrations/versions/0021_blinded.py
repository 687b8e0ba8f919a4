"""Blinded matching: keys by epoch, sets of evaluated keys as tags, queries.

Going back destroys the keys and the sets: they are made again by a preparation, and nobody can read the old ones.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES: Final = {
    "blind_epochs": "partner! role! epoch# public* opened_at# wrapped* seed* elements# key_version",
    "blind_tags": "partner! tag!# id!",
    "blind_prepared": "partner! id! version#",
    "blind_queries": "partner! direction! run! at# case_number officer agreement purpose hits#? seen*",
    "blind_tickets": "partner! direction! ticket! at# agreement purpose record wrapped* seed* level#?",
}
"""Marks as in 0001."""
CHECKS: Final = {
    "blind_epochs": ("role", "role IN ('asks', 'holds')"),
    "blind_queries": ("direction", "direction IN ('in', 'out')"),
    "blind_tickets": ("ticket_direction", "direction IN ('in', 'out')"),
}


def upgrade() -> None:
    for table, columns in TABLES.items():
        checks = [sa.CheckConstraint(CHECKS[table][1], name=CHECKS[table][0])] if table in CHECKS else []
        op.create_table(table, *(_column(each) for each in columns.split()), *checks)
    op.create_index("ix_blind_tags_id", "blind_tags", ["partner", "id"])
    op.create_index("ix_blind_queries_at", "blind_queries", ["direction", "at"])


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _column(mark: str) -> sa.Column[Any]:
    name = mark.rstrip("#*!?")
    marks = mark[len(name) :]
    kind: sa.types.TypeEngine[Any] = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    if "#" in marks:
        kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    elif "*" in marks:
        kind = sa.LargeBinary()
    return sa.Column(name, kind, nullable="?" in marks, primary_key="!" in marks, autoincrement=False)
