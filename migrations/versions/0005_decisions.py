"""What every decision of a proposal stood on, once for each stage; and the documents that it stood on, kept forever.

* a kept decision is never changed or removed
* a version of an agreement or national policy that was ever more than a draft keeps its bytes and is never removed

Whoever may drop triggers is not stopped by them: the ledger's `release.decided` shows what such a person changed.
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


class Guard(NamedTuple):
    name: str
    table: str
    event: str
    condition: str
    """When to refuse, over NEW and OLD."""
    raises: str


_DRAFT = "OLD.state <> 'draft'"
_FIXED = ("id", "version", "kind", "document", "digest")

GUARDS = (
    Guard("guard_decision_update", "decisions", "UPDATE", "1 = 1", "GUARD_DECISION_FIXED"),
    Guard("guard_decision_delete", "decisions", "DELETE", "1 = 1", "GUARD_DECISION_FIXED"),
    Guard(
        "guard_document_update",
        "agreements",
        "UPDATE",
        f"{_DRAFT} AND (" + " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _FIXED) + ")",
        "GUARD_DOCUMENT_FIXED",
    ),
    Guard("guard_document_delete", "agreements", "DELETE", _DRAFT, "GUARD_DOCUMENT_FIXED"),
)
# SQLite's INSERT OR REPLACE removes the old row without its delete trigger, unless the connection asked for it.
REPLACING = (
    Guard(
        "guard_decision_replace",
        "decisions",
        "INSERT",
        "EXISTS (SELECT 1 FROM decisions d WHERE d.proposal_id = NEW.proposal_id AND d.stage = NEW.stage)",
        "GUARD_DECISION_THERE",
    ),
    Guard(
        "guard_document_replace",
        "agreements",
        "INSERT",
        "EXISTS (SELECT 1 FROM agreements a WHERE a.id = NEW.id AND a.version = NEW.version "
        "AND a.state <> 'draft' AND (a.document <> NEW.document OR a.digest <> NEW.digest OR a.kind <> NEW.kind))",
        "GUARD_DOCUMENT_FIXED",
    ),
)
EMPTYING = ("decisions", "agreements")
"""PostgreSQL: TRUNCATE is refused here."""


def upgrade() -> None:
    sqlite = op.get_context().dialect.name == "sqlite"
    text = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "decisions",
        sa.Column("proposal_id", text, nullable=False),
        sa.Column("stage", text, nullable=False),
        sa.Column("at", number, nullable=False),
        sa.Column("inputs", sa.LargeBinary(), nullable=False),
        sa.Column("manifests", sa.LargeBinary(), nullable=False),
        sa.Column("digests", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("proposal_id", "stage", name="pk_decisions"),
        sa.CheckConstraint("stage IN ('proposed', 'released')", name="stage"),
    )
    if sqlite:
        for guard in (*GUARDS, *REPLACING):
            op.execute(_on_sqlite(guard))
        return
    for column in ("manifests", "digests"):
        op.execute(f"ALTER TABLE decisions ALTER COLUMN {column} SET STORAGE EXTERNAL")  # digests do not compress
    for guard in GUARDS:
        op.execute(_function(guard.name, guard.condition, guard.raises))
        op.execute(
            f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()"
        )
    op.execute(_function("guard_kept_truncate", "1 = 1", "GUARD_DECISION_FIXED"))
    for table in EMPTYING:
        op.execute(
            f"CREATE TRIGGER guard_kept_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_kept_truncate()"
        )


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for guard in (*REPLACING, *GUARDS):
            op.execute(f"DROP TRIGGER {guard.name}")
    else:
        for table in EMPTYING:
            op.execute(f"DROP TRIGGER guard_kept_truncate ON {table}")
        op.execute("DROP FUNCTION guard_kept_truncate()")
        for guard in GUARDS:
            op.execute(f"DROP TRIGGER {guard.name} ON {guard.table}")
            op.execute(f"DROP FUNCTION {guard.name}()")
    op.drop_table("decisions")


def _on_sqlite(guard: Guard) -> str:
    condition = guard.condition.replace("IS DISTINCT FROM", "IS NOT")
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{guard.raises}'); END"
    )


def _function(name: str, condition: str, message: str) -> str:
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF {condition} THEN RAISE EXCEPTION '{message}' USING ERRCODE = '23514'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
