"""What a ticket of ours was asked about, so that it is settled with that person and no other.

Tickets that were there have nothing, and are settled as before until they are a week old.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    empty = sa.text("x''" if sqlite else "''")
    op.add_column("blind_tickets", sa.Column("asked", sa.LargeBinary(), nullable=False, server_default=empty))
    if not sqlite:
        op.alter_column("blind_tickets", "asked", server_default=None)


def downgrade() -> None:
    op.drop_column("blind_tickets", "asked")
