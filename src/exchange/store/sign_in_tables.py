"""Tables of revision 0015: signing in.

As `exchange.store.tables`, into the same metadata; nothing here reads or writes. A thief of the database learns who is
signed in and who has passkeys, and cannot sign in with any of it: tokens, links and codes are kept as hashes.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Table
from sqlalchemy import text as sql

from exchange.store.columns import bytes_, flag, name, number, one_of, partial
from exchange.store.tables import metadata

SPENT = sql("used_at IS NOT NULL")

console_sessions = Table(
    "console_sessions",
    metadata,
    name("id", key=True),
    name("person_id", ForeignKey("people.id")),
    name("method"),
    name("csrf"),
    number("created_at"),
    number("seen_at"),
    number("ends_at"),
    one_of("method", "method", "passkey oidc link"),
    CheckConstraint("ends_at > created_at AND ends_at - created_at <= 28800000000", name="eight_hours"),
    Index("ix_console_sessions_person", "person_id"),
)
enrolments = Table(
    "enrolments",
    metadata,
    name("id", key=True),
    name("person_id", ForeignKey("people.id")),
    name("purpose"),
    number("issued_at"),
    number("ends_at"),
    CheckConstraint("ends_at > issued_at AND ends_at - issued_at <= 86400000000", name="one_day"),
    Index("ix_enrolments_person", "person_id"),
)
passkeys = Table(
    "passkeys",
    metadata,
    name("id", key=True),
    name("person_id", ForeignKey("people.id")),
    bytes_("public_key"),
    number("sign_count"),
    name("label"),
    flag("backed_up"),
    number("added_at"),
    number("used_at", null=True),
    Index("ix_passkeys_person", "person_id"),
)
challenges = Table(
    "challenges",
    metadata,
    name("id", key=True),
    name("purpose"),
    number("ends_at"),
    name("person_id", null=True),
    name("subject", null=True),
    name("digest", null=True),
    one_of("purpose", "purpose", "register login step-up oidc"),
)
attestations = Table(
    "attestations",
    metadata,
    name("proof", key=True),
    name("person_id", ForeignKey("people.id")),
    name("subject"),
    name("digest"),
    name("method"),
    name("mark"),
    bytes_("evidence"),
    number("at"),
    number("used_at", null=True),
    one_of("method", "method", "passkey oidc code"),
    Index("ix_attestations_subject", "subject", "person_id", "at"),
    partial("uq_attestations_mark", "mark", where=SPENT, unique=True),
)
approval_codes = Table(
    "approval_codes",
    metadata,
    name("person_id", ForeignKey("people.id"), key=True),
    name("subject", key=True),
    name("digest"),
    name("hash"),
    number("issued_at"),
    number("ends_at"),
    number("wrong"),
)
preferences = Table(
    "preferences",
    metadata,
    name("person_id", ForeignKey("people.id"), key=True),
    name("chosen"),
)
