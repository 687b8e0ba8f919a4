"""Every table, as SQLAlchemy Core metadata: what the repositories build their statements from.

It creates nothing: the databases are made by `migrations/`, and a test proves that both say the same. The triggers
(four eyes, append-only ledger) are in the migration alone. A thief of the database learns ids, kinds, times, sizes,
partners, agreements, manifests and how often a blinded word occurs; no claim, no salt, no outside key, no answer.
Times are microseconds since 1970 UTC. Digests are lower-case hex text, or 32 bytes where the column is a blob.
`version` in `records` is the current one. Wires stand apart, so that a change of state never rewrites megabytes.
Primary keys begin with the record's id, the column that bulk queries name many of: behind a constant column,
PostgreSQL without statistics reads everything under that constant.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, MetaData, Table, UniqueConstraint
from sqlalchemy import text as sql

from exchange.store.columns import bytes_ as _bytes
from exchange.store.columns import flag as _flag
from exchange.store.columns import name as _name
from exchange.store.columns import names as _names
from exchange.store.columns import number as _number
from exchange.store.columns import one_of as _one_of
from exchange.store.columns import partial as _partial

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# Conditions of partial indexes; queries use the same texts, or the index would not be found.
WAITING = sql("receipt IS NULL")
ACTIVE = sql("state = 'active'")
SCHEDULED = sql("state = 'scheduled'")
OWED = sql("receipt_returned = 0")
BULK = sql("bulk_id IS NOT NULL")
NUMBERED = sql("seq IS NOT NULL")
PROPOSED = sql("proposal_id IS NOT NULL")
EXPIRES = sql("expires_at IS NOT NULL")
UNANSWERED = sql("due_at IS NOT NULL AND answered_at IS NULL AND state IN ('sent', 'refused', 'received')")

settings = Table("settings", metadata, _name("name", key=True), _name("value"))

# Records. A batch root is shared by all records signed with it; a key by all versions of its record.
batches = Table("batches", metadata, _bytes("digest", key=True), _bytes("root"))
record_keys = Table(
    "record_keys",
    metadata,
    *_names("id originator held"),
    _bytes("wrapped"),
    _one_of("held", "held", "own received"),
)
records = Table(
    "records",
    metadata,
    *_names("id originator"),
    _number("version"),
    _name("kind"),
    _number("changed_at"),
    Index("ix_records_kind", "kind", "id", "originator"),
)
record_versions = Table(
    "record_versions",
    metadata,
    _name("id", key=True),
    _name("originator", key=True),
    _number("version", key=True),
    _name("kind"),
    _name("issued"),
    _bytes("batch"),
    _bytes("proof"),
    _bytes("manifest"),
    _bytes("body"),
)
external_links = Table(
    "external_links",
    metadata,
    _name("key", key=True),
    _name("scheme"),
    _name("originator"),
    _name("id"),
    _name("digest"),
    Index("ix_external_links_scheme", "scheme"),
)

# What partners disclosed to us: every parcel as it came, and per sender where each record stands.
copies = Table(
    "copies",
    metadata,
    _name("id", key=True),
    _name("originator", key=True),
    _number("version", key=True),
    _name("sender", key=True),
    _number("epoch", key=True),
    _number("seq", key=True),
    _name("kind"),
    _bytes("batch"),
    _bytes("proof"),
    _name("agreement_id"),
    _name("purpose"),
    _number("received_at"),
    _number("expires_at", null=True),
    _bytes("manifest"),
    _bytes("body"),
    _partial("ix_copies_expires", "expires_at", "id", "originator", where=EXPIRES),
)
copy_heads = Table(
    "copy_heads",
    metadata,
    *_names("id originator sender"),
    _number("version"),
    _name("kind"),
    _number("received_at"),
    Index("ix_copy_heads_sender", "sender", "id", "originator"),
    Index("ix_copy_heads_kind", "kind", "id", "originator"),
)

# Agreements and national policies. The suspend flag has its own table: raising it waits for no release.
agreements = Table(
    "agreements",
    metadata,
    _name("id", key=True),
    _number("version", key=True),
    _name("kind"),
    _bytes("document"),
    _name("digest"),
    _bytes("signatures"),
    _name("state"),
    _number("changed_at"),
    _number("starts_at", null=True),
    _one_of("kind", "kind", "agreement policy"),
    _one_of("state", "state", "draft scheduled active superseded suspended terminated"),
    Index("ix_agreements_state", "state", "kind", "id"),
    _partial("uq_agreements_active", "id", where=ACTIVE, unique=True),
    _partial("uq_agreements_scheduled", "id", where=SCHEDULED, unique=True),
)
suspensions = Table("suspensions", metadata, _name("id", key=True))

partners = Table(
    "partners",
    metadata,
    _name("code", key=True),
    _name("root_fingerprint"),
    _bytes("descriptor"),
    _number("descriptor_version"),
    _number("suite_floor"),
    _number("added_at"),
    _name("added_by"),
    _flag("suspended"),
)
tls_pins = Table(
    "tls_pins",
    metadata,
    _name("pin", key=True),
    _name("code", ForeignKey("partners.code")),
    Index("ix_tls_pins_code", "code"),
)

# Releases
proposals = Table(
    "proposals",
    metadata,
    _name("id", key=True),
    _name("recipient"),
    _name("agreement_id"),
    _number("agreement_version"),
    _name("purpose"),
    _name("proposer"),
    _number("created_at"),
    _number("expires_at"),
    _name("state"),
    _name("digest"),
    _name("policy_digest"),
    _number("approvals_needed"),
    _name("bulk_id", null=True),
    _number("released_at", null=True),
    _name("envelope_digest", null=True),
    _name("kind"),
    _name("thread", null=True),
    _one_of("state", "state", "proposed approved released voided expired"),
    Index("ix_proposals_state", "state", "created_at", "id"),
    Index("ix_proposals_created", "created_at", "id"),
    _partial("ix_proposals_bulk", "bulk_id", "created_at", "id", where=BULK),
)
proposal_items = Table(
    "proposal_items",
    metadata,
    _name("proposal_id", key=True),
    _number("position", key=True),
    _name("originator"),
    _name("id"),
    _number("version"),
    _bytes("view_digest"),
    _bytes("decision_digest"),
    Index("ix_proposal_items_record", "id", "originator"),
)
decisions = Table(
    "decisions",
    metadata,
    _name("proposal_id", key=True),
    _name("stage", key=True),
    _number("at"),
    _bytes("inputs"),
    _bytes("manifests"),
    _bytes("digests"),
    _one_of("stage", "stage", "proposed released"),
)
approvals = Table(
    "approvals",
    metadata,
    _name("proposal_id", ForeignKey("proposals.id"), key=True),
    _name("person", key=True),
    _name("role"),
    _name("digest"),
    _number("at"),
)
sent_views = Table(
    "sent_views",
    metadata,
    *_names("id originator recipient"),
    _number("version"),
    _bytes("view_digest"),
)

# Messages of both directions. Without `wrapped` the body is gone for good.
messages = Table(
    "messages",
    metadata,
    *_names("id partner direction"),
    _name("thread"),
    _name("type"),
    _name("agreement_id"),
    _name("state"),
    _number("created_at"),
    _number("due_at", null=True),
    _number("answered_at", null=True),
    _name("outcome", null=True),
    _number("epoch", null=True),
    _number("seq", null=True),
    _name("envelope_digest", null=True),
    _name("proposal_id", null=True),
    _bytes("wrapped", null=True),
    _bytes("body", null=True),
    _one_of("direction", "direction", "out in"),
    _one_of("type", "type", "correction recall request answer onward-request onward-grant notice"),
    _one_of("state", "state", "draft dropped sent refused void received"),
    Index("ix_messages_created", "created_at", "id", "partner", "direction"),
    Index("ix_messages_thread", "thread", "partner"),
    _partial("uq_messages_number", "partner", "direction", "epoch", "seq", where=NUMBERED, unique=True),
    _partial("uq_messages_proposal", "proposal_id", where=PROPOSED, unique=True),
    _partial("ix_messages_waiting", "due_at", where=UNANSWERED),
)
message_refs = Table(
    "message_refs",
    metadata,
    *_names("id originator message partner direction"),
    Index("ix_message_refs_message", "message", "partner", "direction"),
)

# What was destroyed. `sender` is empty for our own records.
erased = Table(
    "erased",
    metadata,
    *_names("id originator held sender"),
    _number("version"),
    _number("at"),
    _name("why"),
    _one_of("held", "held", "own received"),
)

# Streams


def _stream_ends(name: str) -> Table:
    """One row a partner, the epoch in use: the row that a writer of the stream locks."""
    return Table(name, metadata, _name("partner", key=True), _number("epoch"), _number("seq"), _name("header_digest"))


streams_out = _stream_ends("streams_out")
streams_in = _stream_ends("streams_in")
outbox = Table(
    "outbox",
    metadata,
    _name("recipient", key=True),
    _number("epoch", key=True),
    _number("seq", key=True),
    _name("header_digest"),
    _name("envelope_digest"),
    _number("size"),
    _name("agreement_id"),
    _number("agreement_version"),
    _name("proposal_id", null=True),
    _name("state"),
    _number("attempts"),
    _number("next_attempt_at"),
    _number("created_at"),
    _bytes("receipt", null=True),
    UniqueConstraint("header_digest"),
    _one_of("state", "state", "queued sent accepted refused void"),
    Index("ix_outbox_state", "recipient", "state"),
    _partial("ix_outbox_waiting", "recipient", "epoch", "seq", where=WAITING),
    _partial("ix_outbox_due", "recipient", "next_attempt_at", where=WAITING),
)
outbox_wires = Table(
    "outbox_wires",
    metadata,
    _name("recipient", key=True),
    _number("epoch", key=True),
    _number("seq", key=True),
    _bytes("wire"),
)
inbox = Table(
    "inbox",
    metadata,
    _name("sender", key=True),
    _number("epoch", key=True),
    _number("seq", key=True),
    _name("header_digest"),
    _name("envelope_digest"),
    _name("state"),
    _name("code", null=True),
    _bytes("receipt"),
    _number("received_at"),
    _number("records"),
    _name("agreement_id"),
    _name("purpose"),
    _flag("receipt_returned"),
    _name("thread", null=True),
    UniqueConstraint("header_digest"),
    _one_of("state", "state", "accepted refused void"),
    _partial("ix_inbox_owed", "sender", "epoch", "seq", where=OWED),
)
inbox_wires = Table(
    "inbox_wires",
    metadata,
    _name("sender", key=True),
    _number("epoch", key=True),
    _number("seq", key=True),
    _bytes("wire"),
)
evidence = Table(
    "evidence",
    metadata,
    _name("sender", key=True),
    _number("epoch", key=True),
    _number("seq", key=True),
    _name("kind", key=True),
    _name("digest", key=True),
    _number("at"),
    _bytes("wire"),
)

# Ledger
ledger_head = Table(
    "ledger_head",
    metadata,
    _number("one", key=True),
    _number("size"),
    _bytes("frontier"),
    _number("at", null=True),
    CheckConstraint("one = 1", name="one"),
)
ledger_entries = Table("ledger_entries", metadata, _number("position", key=True), _bytes("leaf_hash"), _bytes("entry"))
checkpoints = Table("checkpoints", metadata, _number("size", key=True), _bytes("note"))

# People and requests
people = Table(
    "people",
    metadata,
    _name("id", key=True),
    _name("role"),
    _number("added_at"),
    _flag("disabled"),
    _one_of("role", "role", "officer releasing_officer auditor administrator"),
)
tokens = Table(
    "tokens",
    metadata,
    _name("token_hash", key=True),
    _name("person_id", ForeignKey("people.id")),
    _number("expires_at"),
)
answers = Table(
    "answers",
    metadata,
    _name("person", key=True),
    _name("key", key=True),
    _name("request_digest"),
    _number("status"),
    _number("created_at"),
    _bytes("wrapped"),
    _bytes("body"),
    Index("ix_answers_created", "created_at"),
)
