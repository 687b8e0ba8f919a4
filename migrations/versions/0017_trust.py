"""Partners on their way in (two persons heard the digits of a root) and out (two persons revoke).

A database that is taken back loses introductions that wait, and what asked for a revocation. A revoked partner stays
suspended, without certificates.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES: Final = {
    "introductions": "code! card* version# fingerprint brought_by brought_at# first_by? first_at?# second_by? "
    "second_at?# misheard#",
    "revocations": "code! reason asked_by asked_at# confirmed_by? confirmed_at?#",
}
"""Marks: `!` key, `#` number, `*` bytes, `?` may be null."""
CHECKS: Final = {
    "introductions": "second_by IS NULL OR (first_by IS NOT NULL AND first_by <> second_by)",
    "revocations": "confirmed_by IS NULL OR confirmed_by <> asked_by",
}


def upgrade() -> None:
    for name, columns in TABLES.items():
        check = sa.CheckConstraint(CHECKS[name], name="two_persons")
        op.create_table(name, *(_column(each) for each in columns.split()), check)


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)


def _column(mark: str) -> sa.Column[Any]:
    name = mark.rstrip("#*!?")
    marks = mark[len(name) :]
    kind: sa.types.TypeEngine[Any] = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    if "#" in marks:
        kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    elif "*" in marks:
        kind = sa.LargeBinary()
    return sa.Column(name, kind, nullable="?" in marks, primary_key="!" in marks, autoincrement=False)
