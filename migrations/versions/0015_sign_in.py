"""Signing in: sessions, one-use links, passkeys, challenges, attestations of approvals, codes, preferences.

* a session lasts eight hours at most, a link a day
* an attestation is evidence: nothing of it changes but that it is used, once; the same answer is never used twice
* a database that is taken back loses attestations: their digests stay in the ledger

In TABLES a column is text unless marked, as in 0004.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TABLES: Final = {
    "console_sessions": "id! person_id method csrf created_at# seen_at# ends_at#",
    "enrolments": "id! person_id purpose issued_at# ends_at#",
    "passkeys": "id! person_id public_key* sign_count# label backed_up# added_at# used_at#?",
    "challenges": "id! purpose ends_at# person_id? subject? digest?",
    "attestations": "proof! person_id subject digest method mark evidence* at# used_at#?",
    "approval_codes": "person_id! subject! digest hash issued_at# ends_at# wrong#",
    "preferences": "person_id! chosen",
}
CHECKS: Final = {
    "console_sessions": {
        "method": "method IN ('passkey', 'oidc', 'link')",
        "eight_hours": "ends_at > created_at AND ends_at - created_at <= 28800000000",
    },
    "enrolments": {"one_day": "ends_at > issued_at AND ends_at - issued_at <= 86400000000"},
    "challenges": {"purpose": "purpose IN ('register', 'login', 'step-up', 'oidc')"},
    "attestations": {"method": "method IN ('passkey', 'oidc', 'code')"},
}
INDEXES: Final = {
    "console_sessions": ("ix_console_sessions_person", ["person_id"]),
    "enrolments": ("ix_enrolments_person", ["person_id"]),
    "passkeys": ("ix_passkeys_person", ["person_id"]),
    "attestations": ("ix_attestations_subject", ["subject", "person_id", "at"]),
}


class Guard(NamedTuple):
    name: str
    event: str
    condition: str
    """When to refuse, over NEW and OLD."""


_FIXED = ("proof", "person_id", "subject", "digest", "method", "mark", "evidence", "at")
GUARDS: Final = (
    Guard("guard_attestation_new", "INSERT", "NEW.used_at IS NOT NULL"),
    Guard(
        "guard_attestation_update",
        "UPDATE",
        "OLD.used_at IS NOT NULL OR NEW.used_at IS NULL OR "
        + " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in _FIXED),
    ),
    Guard("guard_attestation_delete", "DELETE", "1 = 1"),
)
REPLACING: Final = Guard(
    "guard_attestation_replace", "INSERT", "EXISTS (SELECT 1 FROM attestations t WHERE t.proof = NEW.proof)"
)
"""SQLite's INSERT OR REPLACE removes the old row without its delete trigger, unless the connection asked for it."""


def upgrade() -> None:
    for name, columns in TABLES.items():
        checks = [sa.CheckConstraint(condition, name=check) for check, condition in CHECKS.get(name, {}).items()]
        of_people = [sa.ForeignKeyConstraint(["person_id"], ["people.id"])] if name != "challenges" else []
        op.create_table(name, *(_column(each) for each in columns.split()), *checks, *of_people)
    for name, (index, columns_) in INDEXES.items():
        op.create_index(index, name, columns_)
    spent = sa.text("used_at IS NOT NULL")
    op.create_index(
        "uq_attestations_mark", "attestations", ["mark"], unique=True, sqlite_where=spent, postgresql_where=spent
    )
    if _sqlite():
        for guard in (*GUARDS, REPLACING):
            op.execute(_on_sqlite(guard))
        return
    path = f"{op.get_bind().exec_driver_sql('SELECT quote_ident(current_schema())').scalar_one()}, pg_temp"
    for guard in GUARDS:
        op.execute(
            f"CREATE FUNCTION {guard.name}() RETURNS trigger LANGUAGE plpgsql SET search_path = {path} AS $$ BEGIN "
            f"IF {guard.condition} THEN RAISE EXCEPTION 'GUARD_ATTESTATION' USING ERRCODE = '23514'; END IF; "
            "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON attestations "
            f"FOR EACH ROW EXECUTE FUNCTION {guard.name}()"
        )
    op.execute(
        "CREATE TRIGGER guard_truncate BEFORE TRUNCATE ON attestations "
        "FOR EACH STATEMENT EXECUTE FUNCTION guard_truncate()"
    )


def downgrade() -> None:
    """Everybody is signed out and has no passkey any more; what was attested is in the ledger by its digest alone."""
    if _sqlite():
        for guard in (REPLACING, *GUARDS):
            op.execute(f"DROP TRIGGER {guard.name}")
    else:
        op.execute("DROP TRIGGER guard_truncate ON attestations")
        for guard in GUARDS:
            op.execute(f"DROP TRIGGER {guard.name} ON attestations")
            op.execute(f"DROP FUNCTION {guard.name}()")
    for name in reversed(TABLES):
        op.drop_table(name)


def _sqlite() -> bool:
    return op.get_context().dialect.name == "sqlite"


def _on_sqlite(guard: Guard) -> str:
    condition = guard.condition.replace("IS DISTINCT FROM", "IS NOT")
    return (
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON attestations WHEN {condition} "
        "BEGIN SELECT RAISE(ABORT, 'GUARD_ATTESTATION'); END"
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
