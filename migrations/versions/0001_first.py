"""The first schema: every table, check and index, frozen as it was. `exchange.store.tables` is how it is now.

In TABLES a column is text unless marked: `#` number (64 bits), `*` bytes; `!` is in the primary key, `?` may be null.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLES = {
    "settings": "name! value",
    "batches": "digest*! root*",
    "record_keys": "id! originator! held! wrapped*",
    "records": "id! originator! version# kind changed_at#",
    "record_versions": "id! originator! version#! kind issued batch* proof* manifest* body*",
    "external_links": "key! scheme originator id digest",
    "copies": "id! originator! version#! sender! epoch#! seq#! kind batch* proof* agreement_id purpose received_at# "
    "expires_at#? manifest* body*",
    "copy_heads": "id! originator! sender! version# kind received_at#",
    "agreements": "id! version#! kind document* digest signatures* state changed_at#",
    "suspensions": "id!",
    "partners": "code! root_fingerprint descriptor* descriptor_version# suite_floor# added_at# added_by suspended#",
    "tls_pins": "pin! code",
    "proposals": "id! recipient agreement_id agreement_version# purpose proposer created_at# expires_at# state digest "
    "policy_digest approvals_needed# bulk_id? released_at#? envelope_digest?",
    "proposal_items": "proposal_id! position#! originator id version# view_digest* decision_digest*",
    "approvals": "proposal_id! person! role digest at#",
    "sent_views": "id! originator! recipient! version# view_digest*",
    "streams_out": "partner! epoch# seq# header_digest",
    "streams_in": "partner! epoch# seq# header_digest",
    "outbox": "recipient! epoch#! seq#! header_digest envelope_digest size# agreement_id agreement_version# "
    "proposal_id? state attempts# next_attempt_at# created_at# receipt*?",
    "outbox_wires": "recipient! epoch#! seq#! wire*",
    "inbox": "sender! epoch#! seq#! header_digest envelope_digest state code? receipt* received_at# records# "
    "agreement_id purpose receipt_returned#",
    "inbox_wires": "sender! epoch#! seq#! wire*",
    "evidence": "sender! epoch#! seq#! kind! digest! at# wire*",
    "ledger_head": "one#! size# frontier* at#?",
    "ledger_entries": "position#! leaf_hash* entry*",
    "checkpoints": "size#! note*",
    "people": "id! role added_at# disabled#",
    "tokens": "token_hash! person_id expires_at#",
    "answers": "person! key! request_digest status# created_at# wrapped* body*",
}
ALLOWED = {
    "record_keys.held": "own received",
    "agreements.kind": "agreement policy",
    "agreements.state": "draft active superseded suspended terminated",
    "proposals.state": "proposed approved released voided expired",
    "outbox.state": "queued sent accepted refused void",
    "inbox.state": "accepted refused void",
    "people.role": "officer releasing_officer auditor administrator",
}
UNIQUE = {"outbox": "header_digest", "inbox": "header_digest"}
REFERENCES = {
    "tls_pins.code": "partners.code",
    "approvals.proposal_id": "proposals.id",
    "tokens.person_id": "people.id",
}
INCOMPRESSIBLE = {
    "batches": "root",
    "record_versions": "proof manifest body",
    "copies": "proof manifest body",
    "outbox_wires": "wire",
    "inbox_wires": "wire",
    "evidence": "wire",
}
INDEXES = (
    ("ix_records_kind", "records", "kind id originator", None),
    ("ix_copy_heads_sender", "copy_heads", "sender id originator", None),
    ("ix_external_links_scheme", "external_links", "scheme", None),
    ("ix_agreements_state", "agreements", "state kind id", None),
    ("uq_agreements_active", "agreements", "id", "state = 'active'"),
    ("ix_tls_pins_code", "tls_pins", "code", None),
    ("ix_proposals_bulk", "proposals", "bulk_id created_at id", "bulk_id IS NOT NULL"),
    ("ix_proposals_created", "proposals", "created_at id", None),
    ("ix_proposals_state", "proposals", "state created_at id", None),
    ("ix_outbox_due", "outbox", "recipient next_attempt_at", "receipt IS NULL"),
    ("ix_outbox_state", "outbox", "recipient state", None),
    ("ix_outbox_waiting", "outbox", "recipient epoch seq", "receipt IS NULL"),
    ("ix_inbox_owed", "inbox", "sender epoch seq", "receipt_returned = 0"),
    ("ix_answers_created", "answers", "created_at", None),
)


def upgrade() -> None:
    for name, columns in TABLES.items():
        op.create_table(name, *(_column(each) for each in columns.split()), *_constraints(name))
    for name, table, columns, where in INDEXES:
        condition = None if where is None else sa.text(where)
        op.create_index(
            name,
            table,
            columns.split(),
            unique=name.startswith("uq_"),
            sqlite_where=condition,
            postgresql_where=condition,
        )
    if op.get_context().dialect.name == "postgresql":
        _store_as_it_is()
    head = sa.table("ledger_head", *(sa.column(name) for name in ("one", "size", "frontier")))
    op.execute(head.insert().values(one=1, size=0, frontier=sa.cast(b"", sa.LargeBinary())))


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(name)


def _store_as_it_is() -> None:
    """Ciphertexts, digests and signatures do not compress: PostgreSQL would try, and split rows that fit a page."""
    for table, columns in INCOMPRESSIBLE.items():
        for column in columns.split():
            op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE EXTERNAL")
        op.execute(f"ALTER TABLE {table} SET (toast_tuple_target = 8160)")


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
    for place, values in ALLOWED.items():
        owner, column = place.split(".")
        if owner == table:
            yield sa.CheckConstraint(f"{column} IN ({', '.join(repr(value) for value in values.split())})", name=column)
    if table == "ledger_head":
        yield sa.CheckConstraint("one = 1", name="one")
    if table in UNIQUE:
        yield sa.UniqueConstraint(UNIQUE[table])
    for place, target in REFERENCES.items():
        owner, column = place.split(".")
        if owner == table:
            yield sa.ForeignKeyConstraint([column], [target])
