"""Evidence of ledgers: the tree's inner nodes, heads seen of partners, cosignatures, overrides, epochs.

A database that is taken back loses what it knew of partners' heads: the next heartbeats bring them again. Epochs stay
in the ledger and at the partners.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES: Final = {
    "ledger_nodes": "level!# position!# hash*",
    "witnessed": "origin! partner size# root* at# note*",
    "partner_heads": "origin! size!# root!* partner source at# note*",
    "cosigned": "witness! size# at#",
    "overrides": "id! reason asker asked_at# hours# confirmer? expires_at?# ended_at?#",
    "epochs": "node! epoch!# at# wire*",
}
"""Marks: `!` key, `#` number, `*` bytes, `?` may be null."""


def upgrade() -> None:
    checks = {
        "overrides": [
            sa.CheckConstraint("confirmer IS NULL OR confirmer <> asker", name="two_persons"),
            sa.CheckConstraint("hours BETWEEN 1 AND 24", name="hours"),
        ]
    }
    for name, columns in TABLES.items():
        op.create_table(name, *(_column(each) for each in columns.split()), *checks.get(name, []))


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
