"""The life of an agreement: versions that come into force at a date, terminations by two persons, partners' offers.

SQLite cannot change a CHECK, so `agreements` is made anew there, with the guards that it had. On PostgreSQL the guards
read tables of their own schema (see 0004). They hold what the operation holds: nobody confirms their own request, what
was confirmed stays, and no version is terminated without two persons.
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BEFORE = "draft active superseded suspended terminated"
AFTER = "draft scheduled active superseded suspended terminated"


class Guard(NamedTuple):
    name: str
    table: str
    event: str
    condition: str
    raises: str


_CONFIRMED = (
    "EXISTS (SELECT 1 FROM terminations t "
    "WHERE t.id = NEW.id AND t.version = NEW.version AND t.confirmed_by IS NOT NULL)"
)
_REWRITTEN = " OR ".join(
    f"NEW.{each} IS DISTINCT FROM OLD.{each}" for each in ("id", "version", "asked_by", "asked_at")
)
GUARDS = (
    Guard(
        "guard_termination_insert",
        "terminations",
        "INSERT",
        f"NEW.confirmed_by IS NOT NULL OR {_CONFIRMED}",
        "GUARD_TERMINATION_FIXED",
    ),
    Guard(
        "guard_termination_self",
        "terminations",
        "UPDATE",
        "NEW.confirmed_by = OLD.asked_by",
        "GUARD_SELF_APPROVAL",
    ),
    Guard(
        "guard_termination_update",
        "terminations",
        "UPDATE",
        f"OLD.confirmed_by IS NOT NULL OR {_REWRITTEN}",
        "GUARD_TERMINATION_FIXED",
    ),
    Guard(
        "guard_termination_delete", "terminations", "DELETE", "OLD.confirmed_by IS NOT NULL", "GUARD_TERMINATION_FIXED"
    ),
    Guard(
        "guard_agreement_insert",
        "agreements",
        "INSERT",
        f"NEW.state = 'terminated' AND NOT {_CONFIRMED}",
        "GUARD_TERMINATION_MISSING",
    ),
    Guard(
        "guard_agreement_end",
        "agreements",
        "UPDATE",
        f"NEW.state = 'terminated' AND NOT {_CONFIRMED}",
        "GUARD_TERMINATION_MISSING",
    ),
    Guard(
        "guard_agreement_ended",
        "agreements",
        "UPDATE",
        "OLD.state = 'terminated' AND NEW.state <> 'terminated'",
        "GUARD_TERMINATION_FIXED",
    ),
)


def upgrade() -> None:
    op.create_table(
        "terminations",
        _text("id", key=True),
        _number("version", key=True),
        _text("asked_by"),
        _number("asked_at"),
        _text("confirmed_by", null=True),
        _number("confirmed_at", null=True),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> asked_by", name="two_persons"),
    )
    op.create_table(
        "offers",
        _text("partner", key=True),
        _text("id", key=True),
        _number("version", key=True),
        _text("digest"),
        _bytes("document"),
        _bytes("signatures"),
        _number("received_at"),
    )
    if _sqlite():
        _remade(AFTER, starts=True)
    else:
        op.add_column("agreements", _number("starts_at", null=True))
        _states(AFTER)
    where = sa.text("state = 'scheduled'")
    op.create_index(
        "uq_agreements_scheduled", "agreements", ["id"], unique=True, sqlite_where=where, postgresql_where=where
    )
    for guard in GUARDS:
        _guard(guard)


def downgrade() -> None:
    """A scheduled version becomes a draft again; who asked for a termination is forgotten."""
    for guard in GUARDS:
        op.execute(f"DROP TRIGGER {guard.name}" + ("" if _sqlite() else f" ON {guard.table}"))
        if not _sqlite():
            op.execute(f"DROP FUNCTION {guard.name}()")
    op.drop_index("uq_agreements_scheduled", "agreements")
    op.execute("UPDATE agreements SET state = 'draft' WHERE state = 'scheduled'")
    if _sqlite():
        _remade(BEFORE, starts=False)
    else:
        op.drop_column("agreements", "starts_at")
        _states(BEFORE)
    op.drop_table("offers")
    op.drop_table("terminations")


def _sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def _states(states: str) -> None:
    """PostgreSQL. The name is what the naming convention made of `state`."""
    op.execute("ALTER TABLE agreements DROP CONSTRAINT ck_agreements_state")
    listed = ", ".join(repr(state) for state in states.split())
    op.execute(f"ALTER TABLE agreements ADD CONSTRAINT ck_agreements_state CHECK (state IN ({listed}))")


def _remade(states: str, *, starts: bool) -> None:
    """SQLite: the table with other states, its rows, its indexes, and the guards of earlier revisions on it."""
    guards = _guards_there()
    for name, _ in guards:
        op.execute(f"DROP TRIGGER {name}")
    op.execute("DROP INDEX ix_agreements_state")
    op.execute("DROP INDEX uq_agreements_active")
    op.execute("ALTER TABLE agreements RENAME TO agreements_before")
    op.create_table(
        "agreements",
        _text("id", key=True),
        _number("version", key=True),
        _text("kind"),
        _bytes("document"),
        _text("digest"),
        _bytes("signatures"),
        _text("state"),
        _number("changed_at"),
        *([_number("starts_at", null=True)] if starts else []),
        sa.CheckConstraint("kind IN ('agreement', 'policy')", name="kind"),
        sa.CheckConstraint(f"state IN ({', '.join(repr(state) for state in states.split())})", name="state"),
    )
    op.execute(
        "INSERT INTO agreements (id, version, kind, document, digest, signatures, state, changed_at) "
        "SELECT id, version, kind, document, digest, signatures, state, changed_at FROM agreements_before"
    )
    op.execute("DROP TABLE agreements_before")
    op.create_index("ix_agreements_state", "agreements", ["state", "kind", "id"])
    op.create_index("uq_agreements_active", "agreements", ["id"], unique=True, sqlite_where=sa.text("state = 'active'"))
    for _, made in guards:
        op.execute(made)


def _guards_there() -> list[tuple[str, str]]:
    """SQLite: name and text of every trigger on `agreements`; they would go with the table."""
    found = op.get_bind().exec_driver_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'agreements' ORDER BY name"
    )
    return [(str(name), str(sql)) for name, sql in found]


def _guard(guard: Guard) -> None:
    if _sqlite():
        condition = guard.condition.replace("IS DISTINCT FROM", "IS NOT")
        op.execute(
            f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{guard.raises}'); END"
        )
        return
    schema = op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    op.execute(
        f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql "
        f"SET search_path = {schema}, pg_temp AS $$ BEGIN "
        f"IF {guard.condition} THEN RAISE EXCEPTION '{guard.raises}' USING ERRCODE = '23514'; END IF; "
        "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()"
    )


def _text(name: str, *, key: bool = False, null: bool = False) -> sa.Column[str]:
    kind = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    return sa.Column(name, kind, nullable=null, primary_key=key, autoincrement=False)


def _number(name: str, *, key: bool = False, null: bool = False) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=null, primary_key=key, autoincrement=False)


def _bytes(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=False)
