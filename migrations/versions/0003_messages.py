"""Messages beside releases: their table, what a proposal sends (`kind`, `thread`; fixed like its other terms), and
what an envelope answers.

A database that is taken back to 0002 loses its messages and the kinds of its proposals; releases stay as they are.
"""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COLUMNS: Final = (
    "id! partner! direction! thread type agreement_id state created_at# due_at#? answered_at#? outcome? epoch#? seq#? "
    "envelope_digest? proposal_id? wrapped*? body*?"
)
"""Marks as in 0001."""
ALLOWED: Final = {
    "direction": "out in",
    "type": "correction recall request answer onward-request onward-grant notice",
    "state": "draft dropped sent refused void received",
}
INDEXES: Final = (
    ("ix_messages_created", "created_at id partner direction", None),
    ("ix_messages_thread", "thread partner", None),
    ("uq_messages_number", "partner direction epoch seq", "seq IS NOT NULL"),
    ("uq_messages_proposal", "proposal_id", "proposal_id IS NOT NULL"),
    (
        "ix_messages_waiting",
        "due_at",
        "due_at IS NOT NULL AND answered_at IS NULL AND state IN ('sent', 'refused', 'received')",
    ),
)
_OLD: Final = (
    "id recipient agreement_id agreement_version purpose proposer created_at expires_at digest policy_digest "
    "approvals_needed bulk_id"
)
_NEW: Final = f"{_OLD} kind thread"


def upgrade() -> None:
    op.create_table("messages", *(_column(each) for each in COLUMNS.split()), *_checks())
    for name, columns, where in INDEXES:
        condition = None if where is None else sa.text(where)
        op.create_index(
            name,
            "messages",
            columns.split(),
            unique=name.startswith("uq_"),
            sqlite_where=condition,
            postgresql_where=condition,
        )
    _guard_dropped()
    collated = "" if _sqlite() else ' COLLATE "C"'
    op.execute(f"ALTER TABLE proposals ADD COLUMN kind TEXT{collated} NOT NULL DEFAULT 'release'")
    op.execute(f"ALTER TABLE proposals ADD COLUMN thread TEXT{collated}")
    op.execute(f"ALTER TABLE inbox ADD COLUMN thread TEXT{collated}")
    _guard_made(_NEW)


def downgrade() -> None:
    _guard_dropped()
    op.execute("ALTER TABLE inbox DROP COLUMN thread")
    op.execute("ALTER TABLE proposals DROP COLUMN thread")
    op.execute("ALTER TABLE proposals DROP COLUMN kind")
    _guard_made(_OLD)
    op.drop_table("messages")


def _sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def _guard_dropped() -> None:
    op.execute("DROP TRIGGER guard_proposal_update" + ("" if _sqlite() else " ON proposals"))
    if not _sqlite():
        op.execute("DROP FUNCTION guard_proposal_update()")


def _guard_made(columns: str) -> None:
    """The guard of 0002 over these columns: a proposal's terms are never rewritten."""
    differs = "IS NOT" if _sqlite() else "IS DISTINCT FROM"
    condition = " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns.split())
    if _sqlite():
        op.execute(
            f"CREATE TRIGGER guard_proposal_update BEFORE UPDATE ON proposals WHEN {condition} "
            "BEGIN SELECT RAISE(ABORT, 'GUARD_PROPOSAL_FIXED'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION guard_proposal_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION 'GUARD_PROPOSAL_FIXED' USING ERRCODE = '23514'; END IF; "
        "RETURN NEW; END $$"
    )
    op.execute(
        "CREATE TRIGGER guard_proposal_update BEFORE UPDATE ON proposals "
        "FOR EACH ROW EXECUTE FUNCTION guard_proposal_update()"
    )


def _column(mark: str) -> sa.Column[Any]:
    name = mark.rstrip("#*!?")
    marks = mark[len(name) :]
    kind: sa.types.TypeEngine[Any] = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    if "#" in marks:
        kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    elif "*" in marks:
        kind = sa.LargeBinary()
    return sa.Column(name, kind, nullable="?" in marks, primary_key="!" in marks, autoincrement=False)


def _checks() -> list[sa.CheckConstraint]:
    return [
        sa.CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values.split())})", name=column)
        for column, values in ALLOWED.items()
    ]
