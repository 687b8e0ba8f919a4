"""Reconciliations with partners: the run that each began last, and the results.

A database that is taken back loses its results; partners keep theirs, which this node signed.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES: Final = {
    "reconcile_runs": "partner! run opened_at# state*",
    "reconciled": "partner! run! day at# outcome digest findings document* ours* theirs*? acknowledged_by? "
    "acknowledged_at#? reason?",
}
"""Marks as in 0001."""
OUTCOMES: Final = "outcome IN ('pending', 'agreed', 'differs', 'broken')"


def upgrade() -> None:
    for table, columns in TABLES.items():
        checks = [sa.CheckConstraint(OUTCOMES, name="reconciled_outcome")] if table == "reconciled" else []
        op.create_table(table, *(_column(each) for each in columns.split()), *checks)
    op.create_index("ix_reconciled_at", "reconciled", ["partner", "at"])


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
