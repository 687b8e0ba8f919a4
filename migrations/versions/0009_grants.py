"""Grants: consents of originators to pass their records on, as they were signed.

A database that is taken back loses its grants: nothing of another state's goes on until its originator consents again.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS: Final = "digest! originator holder recipient thread agreement_id wire* expires_at# stored_at# revoked_at#?"
"""Marks as in 0001."""
INDEXES: Final = (("ix_grants_holder", "holder recipient expires_at"), ("ix_grants_thread", "thread holder"))


def upgrade() -> None:
    op.create_table("grants", *(_column(each) for each in COLUMNS.split()))
    for name, columns in INDEXES:
        op.create_index(name, "grants", columns.split())


def downgrade() -> None:
    op.drop_table("grants")


def _column(mark: str) -> sa.Column[Any]:
    name = mark.rstrip("#*!?")
    marks = mark[len(name) :]
    kind: sa.types.TypeEngine[Any] = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    if "#" in marks:
        kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    elif "*" in marks:
        kind = sa.LargeBinary()
    return sa.Column(name, kind, nullable="?" in marks, primary_key="!" in marks, autoincrement=False)
