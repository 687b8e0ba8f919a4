"""Four eyes in the database to the end, waivers, standing approvals, and the queues of standing and daily releases.

* a proposal begins as proposed, ends once, and is approved or released only with the persons that it needs, or under
  a complete waiver, or (a standing rule's own) under a standing approval by two releasing officers
* an approval is of the proposal's digest, by an enabled releasing officer, and stays once something has left
* a waiver is for one digest, for a day at most, by an administrator and a releasing officer, neither the proposer

On PostgreSQL the guards that read tables name their schema: a temporary table of the same name would blind them.
In TABLES a column is text unless marked: `#` number, `*` bytes; `!` is in the primary key, `?` may be null.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = {
    "waivers": "id! proposal_id digest reason wrapped* text* created_at# expires_at# administrator? "
    "releasing_officer? used_at#? revoked_at#?",
    "standing_approvals": "id! agreement_id agreement_version# agreement_digest clauses* marking digest created_at# "
    "expires_at# first_officer second_officer? revoked_at#?",
    "changed_refs": "id! originator! version#!",
    "daily_refs": "agreement_id! recipient! id! originator!",
    "daily_runs": "day! agreement_id! recipient! done#",
    "standing_due": "proposal_id!",
}
CHECKS = {
    "waivers": {
        "two_persons": "administrator <> releasing_officer",
        "one_day": "expires_at > created_at AND expires_at - created_at <= 86400000000",
        "in_time": "used_at < expires_at",
    },
    "standing_approvals": {
        "two_persons": "first_officer <> second_officer",
        "ninety_days": "expires_at > created_at AND expires_at - created_at <= 7776000000000",
    },
}
REFERENCES = {"waivers": "proposal_id", "standing_due": "proposal_id"}
INDEXES = (
    ("ix_waivers_proposal", "waivers", "proposal_id"),
    ("ix_standing_approvals_agreement", "standing_approvals", "agreement_id"),
)


class Guard(NamedTuple):
    name: str
    table: str
    event: str
    condition: str
    """When to refuse, over NEW and OLD."""
    raises: str
    locks: str = ""
    """PostgreSQL: the proposal that is locked first, so that no other transaction moves its state meanwhile."""


_NOBODY = "NOT EXISTS (SELECT 1 FROM people x WHERE x.id = NEW.{} AND x.role = '{}' AND x.disabled = 0)"
_KNOWN = "EXISTS (SELECT 1 FROM {} t WHERE t.id = NEW.id)"


def _changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


def _nobody(column: str, role: str) -> str:
    return _NOBODY.format(column, role)


_STANDING = "NEW.proposer = 'standing:' || NEW.agreement_id"
_MISSING = (
    "(SELECT count(*) FROM approvals a WHERE a.proposal_id = NEW.id AND a.digest = NEW.digest "
    "AND a.person <> NEW.proposer AND EXISTS (SELECT 1 FROM people x WHERE x.id = a.person AND x.disabled = 0)) "
    "< NEW.approvals_needed"
)
_WAIVED = (
    "EXISTS (SELECT 1 FROM waivers w WHERE w.proposal_id = NEW.id AND w.digest = NEW.digest "
    "AND w.administrator IS NOT NULL AND w.releasing_officer IS NOT NULL AND w.revoked_at IS NULL "
    "AND w.used_at = NEW.released_at)"
)
_STANDS = (
    "(NEW.proposer = 'standing:' || NEW.agreement_id "
    "AND EXISTS (SELECT 1 FROM standing_approvals s WHERE s.agreement_id = NEW.agreement_id "
    "AND s.agreement_version = NEW.agreement_version AND s.second_officer IS NOT NULL AND s.revoked_at IS NULL "
    "AND s.created_at <= NEW.released_at AND NEW.released_at < s.expires_at))"
)
_OWN = "EXISTS (SELECT 1 FROM proposals p WHERE p.id = NEW.proposal_id AND p.proposer = NEW.{})"
_OPEN = (
    "EXISTS (SELECT 1 FROM proposals p WHERE p.id = NEW.proposal_id AND p.digest = NEW.digest AND p.state = 'proposed')"
)
_WAIVER_TERMS = ("id", "proposal_id", "digest", "reason", "wrapped", "text", "created_at", "expires_at")
_STANDING_TERMS = (
    *("id", "agreement_id", "agreement_version", "agreement_digest", "clauses", "marking", "digest"),
    *("created_at", "expires_at", "first_officer"),
)


def _part(column: str) -> str:
    """One person's part of a waiver: set once, by somebody of that role, never by the proposer."""
    wrong = f"{_nobody(column, column)} OR {_OWN.format(column)}"
    return (
        f"(OLD.{column} IS NOT NULL AND {_changed(column)}) "
        f"OR (NEW.{column} IS NOT NULL AND ({_changed(column, 'used_at')}) AND ({wrong}))"
    )


def _new_part(column: str) -> str:
    return f"(NEW.{column} IS NOT NULL AND ({_nobody(column, column)} OR {_OWN.format(column)}))"


GUARDS = (
    Guard(
        "guard_proposal_new",
        "proposals",
        "INSERT",
        "NEW.state <> 'proposed' OR NEW.released_at IS NOT NULL OR NEW.envelope_digest IS NOT NULL "
        f"OR (NEW.approvals_needed < 1 AND NOT ({_STANDING})) OR NEW.approvals_needed < 0 "
        f"OR (NEW.proposer LIKE 'standing:%' AND NOT ({_STANDING}))",
        "GUARD_PROPOSAL_NEW",
    ),
    Guard(
        "guard_proposal_state",
        "proposals",
        "UPDATE",
        "(OLD.state IN ('released', 'voided', 'expired') "
        f"AND ({_changed('state', 'released_at', 'envelope_digest')})) "
        f"OR (NEW.state = 'approved' AND OLD.state <> 'approved' AND {_MISSING}) "
        "OR (NEW.state = 'released' AND OLD.state <> 'released' "
        f"AND (NEW.released_at IS NULL OR ({_MISSING} AND NOT {_WAIVED} AND NOT {_STANDS})))",
        "GUARD_APPROVAL_MISSING",
    ),
    Guard("guard_items_update", "proposal_items", "UPDATE", "1 = 1", "GUARD_PROPOSAL_FIXED"),
    Guard(
        "guard_items_delete",
        "proposal_items",
        "DELETE",
        "EXISTS (SELECT 1 FROM approvals a WHERE a.proposal_id = OLD.proposal_id)",
        "GUARD_PROPOSAL_FIXED",
    ),
    Guard(
        "guard_approval_new",
        "approvals",
        "INSERT",
        f"NOT {_OWN.format('person')} AND (NOT {_OPEN} OR NEW.role <> 'releasing_officer' "
        f"OR {_nobody('person', 'releasing_officer')})",
        "GUARD_APPROVAL_STALE",
        "NEW.proposal_id",
    ),
    Guard(
        "guard_approval_delete",
        "approvals",
        "DELETE",
        "EXISTS (SELECT 1 FROM proposals p WHERE p.id = OLD.proposal_id AND p.state NOT IN ('proposed', 'approved'))",
        "GUARD_APPROVAL_GONE",
        "OLD.proposal_id",
    ),
    Guard(
        "guard_waiver_new",
        "waivers",
        "INSERT",
        f"NOT {_OPEN} OR NEW.used_at IS NOT NULL OR NEW.revoked_at IS NOT NULL "
        "OR (NEW.administrator IS NULL) = (NEW.releasing_officer IS NULL) "
        f"OR {_new_part('administrator')} OR {_new_part('releasing_officer')}",
        "GUARD_WAIVER",
        "NEW.proposal_id",
    ),
    Guard(
        "guard_waiver_update",
        "waivers",
        "UPDATE",
        f"{_changed(*_WAIVER_TERMS)} OR {_part('administrator')} OR {_part('releasing_officer')} "
        f"OR (OLD.revoked_at IS NOT NULL AND ({_changed('revoked_at', 'used_at')})) "
        f"OR (OLD.used_at IS NOT NULL AND ({_changed('used_at', 'revoked_at')})) "
        "OR (NEW.used_at IS NOT NULL AND (NEW.administrator IS NULL OR NEW.releasing_officer IS NULL))",
        "GUARD_WAIVER",
        "NEW.proposal_id",
    ),
    Guard("guard_waiver_delete", "waivers", "DELETE", "1 = 1", "GUARD_WAIVER"),
    Guard(
        "guard_standing_new",
        "standing_approvals",
        "INSERT",
        "NEW.second_officer IS NOT NULL OR NEW.revoked_at IS NOT NULL "
        f"OR {_nobody('first_officer', 'releasing_officer')}",
        "GUARD_STANDING",
    ),
    Guard(
        "guard_standing_update",
        "standing_approvals",
        "UPDATE",
        f"{_changed(*_STANDING_TERMS)} OR (OLD.second_officer IS NOT NULL AND {_changed('second_officer')}) "
        f"OR ({_changed('second_officer')}) AND {_nobody('second_officer', 'releasing_officer')} "
        f"OR (OLD.revoked_at IS NOT NULL AND ({_changed('revoked_at', 'second_officer')}))",
        "GUARD_STANDING",
    ),
    Guard("guard_standing_delete", "standing_approvals", "DELETE", "1 = 1", "GUARD_STANDING"),
)
# SQLite's INSERT OR REPLACE removes the old row without its delete trigger, unless the connection asked for it.
REPLACING = tuple(
    Guard(name, table, "INSERT", _KNOWN.format(table), raises)
    for name, table, raises in (
        ("guard_waiver_replace", "waivers", "GUARD_WAIVER"),
        ("guard_standing_replace", "standing_approvals", "GUARD_STANDING"),
    )
)
EMPTYING = ("waivers", "standing_approvals", "proposal_items")
READING = ("guard_self_approval", "guard_proposal_delete")
"""Functions of revision 0002 that read tables."""


def upgrade() -> None:
    for name, columns in TABLES.items():
        op.create_table(name, *(_column(each) for each in columns.split()), *_constraints(name))
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns.split())
    if op.get_context().dialect.name == "sqlite":
        for guard in (*GUARDS, *REPLACING):
            op.execute(_on_sqlite(guard))
        return
    path = f"{op.get_bind().exec_driver_sql('SELECT quote_ident(current_schema())').scalar_one()}, pg_temp"
    for guard in GUARDS:
        op.execute(_function(guard, path))
        op.execute(
            f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()"
        )
    for table in EMPTYING:
        op.execute(
            f"CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_truncate()"
        )
    for name in READING:
        op.execute(f"ALTER FUNCTION {name}() SET search_path = {path}")


def downgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        for guard in (*REPLACING, *GUARDS):
            op.execute(f"DROP TRIGGER {guard.name}")
    else:
        for name in READING:
            op.execute(f"ALTER FUNCTION {name}() RESET search_path")
        for table in EMPTYING:
            op.execute(f"DROP TRIGGER guard_truncate ON {table}")
        for guard in GUARDS:
            op.execute(f"DROP TRIGGER {guard.name} ON {guard.table}")
            op.execute(f"DROP FUNCTION {guard.name}()")
    for name in reversed(TABLES):
        op.drop_table(name)


def _on_sqlite(guard: Guard) -> str:
    condition = guard.condition.replace("IS DISTINCT FROM", "IS NOT")
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{guard.raises}'); END"
    )


def _function(guard: Guard, path: str) -> str:
    lock = f"PERFORM 1 FROM proposals p WHERE p.id = {guard.locks} FOR UPDATE; " if guard.locks else ""
    return (
        f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql SET search_path = {path} AS $$ BEGIN {lock}"
        f"IF {guard.condition} THEN RAISE EXCEPTION '{guard.raises}' USING ERRCODE = '23514'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
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


def _constraints(table: str) -> Iterator[sa.Constraint]:
    """Names follow the naming convention of the metadata."""
    for name, condition in CHECKS.get(table, {}).items():
        yield sa.CheckConstraint(condition, name=name)
    if table in REFERENCES:
        yield sa.ForeignKeyConstraint([REFERENCES[table]], ["proposals.id"])
