"""Triggers: what must hold even when somebody writes SQL beside the program.

* nobody approves their own proposal, an approval is never changed, a proposal's terms are never rewritten (four eyes)
* ledger entries are neither changed nor removed, and the head never shrinks
* a stream never goes back, a partner's suite floor never falls

The texts that they raise are read by `exchange.store.failures`. Whoever may drop triggers is not stopped by them: the
cosigned checkpoints show what such a person did to the ledger (docs/threat-model.md).
"""

from __future__ import annotations

from typing import NamedTuple

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


class Guard(NamedTuple):
    name: str
    table: str
    event: str
    condition: str
    """When to refuse, over NEW and OLD."""
    raises: str


_FIXED = (
    "recipient",
    "agreement_id",
    "agreement_version",
    "purpose",
    "proposer",
    "created_at",
    "expires_at",
    "digest",
    "policy_digest",
    "approvals_needed",
    "bulk_id",
)
_BACK = "NEW.epoch < OLD.epoch OR (NEW.epoch = OLD.epoch AND NEW.seq < OLD.seq)"
_OWN = "EXISTS (SELECT 1 FROM proposals p WHERE p.id = NEW.proposal_id AND p.proposer = NEW.person)"

GUARDS = (
    Guard("guard_self_approval", "approvals", "INSERT", _OWN, "GUARD_SELF_APPROVAL"),
    Guard("guard_approval_update", "approvals", "UPDATE", "1 = 1", "GUARD_APPROVAL_FIXED"),
    Guard(
        "guard_proposal_update",
        "proposals",
        "UPDATE",
        " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in ["id", *_FIXED]),
        "GUARD_PROPOSAL_FIXED",
    ),
    Guard(
        "guard_proposal_delete",
        "proposals",
        "DELETE",
        "EXISTS (SELECT 1 FROM approvals a WHERE a.proposal_id = OLD.id)",
        "GUARD_PROPOSAL_FIXED",
    ),
    Guard("guard_entry_update", "ledger_entries", "UPDATE", "1 = 1", "GUARD_LEDGER_FIXED"),
    Guard("guard_entry_delete", "ledger_entries", "DELETE", "1 = 1", "GUARD_LEDGER_FIXED"),
    Guard("guard_head_update", "ledger_head", "UPDATE", "NEW.size < OLD.size", "GUARD_LEDGER_FIXED"),
    Guard("guard_head_delete", "ledger_head", "DELETE", "1 = 1", "GUARD_LEDGER_FIXED"),
    Guard("guard_stream_out", "streams_out", "UPDATE", _BACK, "GUARD_STREAM_BACKWARDS"),
    Guard("guard_stream_in", "streams_in", "UPDATE", _BACK, "GUARD_STREAM_BACKWARDS"),
    Guard("guard_floor", "partners", "UPDATE", "NEW.suite_floor < OLD.suite_floor", "GUARD_FLOOR_FALLS"),
)
# SQLite's INSERT OR REPLACE removes the old row without its delete trigger, unless the connection asked for it.
REPLACING = (
    Guard(
        "guard_entry_replace",
        "ledger_entries",
        "INSERT",
        "EXISTS (SELECT 1 FROM ledger_entries e WHERE e.position = NEW.position)",
        "GUARD_LEDGER_FIXED",
    ),
    Guard(
        "guard_approval_replace",
        "approvals",
        "INSERT",
        "EXISTS (SELECT 1 FROM approvals a WHERE a.proposal_id = NEW.proposal_id AND a.person = NEW.person)",
        "GUARD_APPROVAL_FIXED",
    ),
    Guard(
        "guard_proposal_replace",
        "proposals",
        "INSERT",
        "EXISTS (SELECT 1 FROM proposals p WHERE p.id = NEW.id)",
        "GUARD_PROPOSAL_THERE",
    ),
)
EMPTYING = ("approvals", "proposals", "ledger_entries", "ledger_head")
"""PostgreSQL: TRUNCATE is refused here."""


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for guard in (*GUARDS, *REPLACING):
            op.execute(_on_sqlite(guard))
        return
    for guard in GUARDS:
        op.execute(_function(guard.name, guard.condition, guard.raises))
        op.execute(
            f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()"
        )
    op.execute(_function("guard_truncate", "1 = 1", "GUARD_LEDGER_FIXED"))
    for table in EMPTYING:
        op.execute(
            f"CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_truncate()"
        )


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for guard in (*REPLACING, *GUARDS):
            op.execute(f"DROP TRIGGER {guard.name}")
        return
    for table in EMPTYING:
        op.execute(f"DROP TRIGGER guard_truncate ON {table}")
    op.execute("DROP FUNCTION guard_truncate()")
    for guard in GUARDS:
        op.execute(f"DROP TRIGGER {guard.name} ON {guard.table}")
        op.execute(f"DROP FUNCTION {guard.name}()")


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
