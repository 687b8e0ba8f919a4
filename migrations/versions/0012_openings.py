"""Openings: an auditor asks to see what one ledger entry refers to, another person confirms, the auditor reads once.

* asked by an enabled auditor, confirmed by another person, an enabled releasing officer or administrator, within a day
* read once, within a day, while both may still act; neither after it was withdrawn or declined
* nothing of it ever changes or goes, nor which records were shown: a record's account lists them

In TABLES a column is text unless marked, as in 0004.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

TABLES: Final = {
    "openings": "id! position# reason asked_by asked_at# asked_until# confirmed_by? confirmed_at#? read_until#? "
    "opened_at#? ended_at#? ended_by?",
    "opening_records": "id! originator! opening! held",
}
CHECKS: Final = {
    "openings": {
        "two_persons": "confirmed_by <> asked_by",
        "one_day": "asked_until > asked_at AND asked_until - asked_at <= 86400000000",
        "another_day": "read_until > confirmed_at AND read_until - confirmed_at <= 86400000000",
        "in_time": "confirmed_at < asked_until AND opened_at < read_until",
    },
    "opening_records": {"held": "held IN ('own', 'received')"},
}


class Guard(NamedTuple):
    name: str
    table: str
    event: str
    condition: str
    """When to refuse, over NEW and OLD."""
    raises: str = "GUARD_OPENING"


def _changed(*columns: str) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


_MAY = "EXISTS (SELECT 1 FROM people x WHERE x.id = NEW.{} AND x.role IN ({}) AND x.disabled = 0)"
_ASKER = _MAY.format("asked_by", "'auditor'")
_CONFIRMER = _MAY.format("confirmed_by", "'releasing_officer', 'administrator'")
_OVER = "(OLD.opened_at IS NOT NULL OR OLD.ended_at IS NOT NULL)"
_CONFIRMED = "(NEW.confirmed_by IS NOT NULL AND NEW.confirmed_at IS NOT NULL AND NEW.read_until IS NOT NULL)"
_UNCONFIRMED = "(NEW.confirmed_by IS NULL AND NEW.confirmed_at IS NULL AND NEW.read_until IS NULL)"
_CONFIRMATION = ("confirmed_by", "confirmed_at", "read_until")
GUARDS: Final = (
    Guard(
        "guard_opening_new",
        "openings",
        "INSERT",
        f"NOT {_ASKER} OR NOT {_UNCONFIRMED} OR NEW.opened_at IS NOT NULL OR NEW.ended_at IS NOT NULL "
        "OR NEW.ended_by IS NOT NULL",
    ),
    Guard("guard_opening_self", "openings", "UPDATE", "NEW.confirmed_by = OLD.asked_by", "GUARD_SELF_APPROVAL"),
    Guard(
        "guard_opening_update",
        "openings",
        "UPDATE",
        f"{_OVER} OR {_changed('id', 'position', 'reason', 'asked_by', 'asked_at', 'asked_until')} "
        f"OR (OLD.confirmed_by IS NOT NULL AND ({_changed(*_CONFIRMATION)})) "
        f"OR NOT ({_CONFIRMED} OR {_UNCONFIRMED}) "
        f"OR (OLD.confirmed_by IS NULL AND NEW.confirmed_by <> OLD.asked_by AND NOT ({_ASKER} AND {_CONFIRMER})) "
        f"OR (NEW.opened_at IS NOT NULL AND NOT ({_CONFIRMED} AND {_ASKER} AND {_CONFIRMER} "
        "AND OLD.confirmed_by IS NOT NULL AND NEW.ended_at IS NULL)) "
        "OR (NEW.ended_at IS NULL) <> (NEW.ended_by IS NULL)",
    ),
    Guard("guard_opening_delete", "openings", "DELETE", "1 = 1"),
    Guard("guard_opening_record_update", "opening_records", "UPDATE", "1 = 1"),
    Guard("guard_opening_record_delete", "opening_records", "DELETE", "1 = 1"),
)
REPLACING: Final = (
    Guard("guard_opening_replace", "openings", "INSERT", "EXISTS (SELECT 1 FROM openings t WHERE t.id = NEW.id)"),
    Guard(
        "guard_opening_record_replace",
        "opening_records",
        "INSERT",
        "EXISTS (SELECT 1 FROM opening_records t "
        "WHERE t.id = NEW.id AND t.originator = NEW.originator AND t.opening = NEW.opening)",
    ),
)
"""SQLite's INSERT OR REPLACE removes the old row without its delete trigger, unless the connection asked for it."""


def upgrade() -> None:
    for name, columns in TABLES.items():
        checks = [sa.CheckConstraint(condition, name=check) for check, condition in CHECKS[name].items()]
        foreign = [sa.ForeignKeyConstraint(["opening"], ["openings.id"])] if name == "opening_records" else []
        op.create_table(name, *(_column(each) for each in columns.split()), *checks, *foreign)
    op.create_index("ix_opening_records_opening", "opening_records", ["opening"])
    if _sqlite():
        for guard in (*GUARDS, *REPLACING):
            op.execute(_on_sqlite(guard))
        return
    path = f"{op.get_bind().exec_driver_sql('SELECT quote_ident(current_schema())').scalar_one()}, pg_temp"
    for guard in GUARDS:
        op.execute(
            f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql SET search_path = {path} AS $$ BEGIN "
            f"IF {guard.condition} THEN RAISE EXCEPTION '{guard.raises}' USING ERRCODE = '23514'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
            f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()"
        )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_truncate()"
        )


def downgrade() -> None:
    """Who looked at which record is in the ledger alone then, by its blinded reference."""
    if _sqlite():
        for guard in (*REPLACING, *GUARDS):
            op.execute(f"DROP TRIGGER {guard.name}")
    else:
        for table in TABLES:
            op.execute(f"DROP TRIGGER guard_truncate ON {table}")
        for guard in GUARDS:
            op.execute(f"DROP TRIGGER {guard.name} ON {guard.table}")
            op.execute(f"DROP FUNCTION {guard.name}()")
    for name in reversed(TABLES):
        op.drop_table(name)


def _sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def _on_sqlite(guard: Guard) -> str:
    condition = guard.condition.replace("IS DISTINCT FROM", "IS NOT")
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{guard.raises}'); END"
    )


def _column(mark: str) -> sa.Column[Any]:
    name = mark.rstrip("#*!?")
    marks = mark[len(name) :]
    kind: sa.types.TypeEngine[Any] = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    if "#" in marks:
        kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable="?" in marks, primary_key="!" in marks, autoincrement=False)
