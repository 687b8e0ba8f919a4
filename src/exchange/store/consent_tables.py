"""Tables of revision 0004: waivers, standing approvals, and the queues of standing and daily releases.

As `exchange.store.tables`, into the same metadata; nothing here reads or writes.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, Table

from exchange.store.columns import bytes_ as _bytes
from exchange.store.columns import flag as _flag
from exchange.store.columns import name as _name
from exchange.store.columns import number as _number
from exchange.store.tables import metadata

# What may stand for approvals: a waiver for one proposal, a standing approval for what a standing rule proposes.
waivers = Table(
    "waivers",
    metadata,
    _name("id", key=True),
    _name("proposal_id", ForeignKey("proposals.id")),
    _name("digest"),
    _name("reason"),
    _bytes("wrapped"),
    _bytes("text"),
    _number("created_at"),
    _number("expires_at"),
    _name("administrator", null=True),
    _name("releasing_officer", null=True),
    _number("used_at", null=True),
    _number("revoked_at", null=True),
    CheckConstraint("administrator <> releasing_officer", name="two_persons"),
    CheckConstraint("expires_at > created_at AND expires_at - created_at <= 86400000000", name="one_day"),
    CheckConstraint("used_at < expires_at", name="in_time"),
    Index("ix_waivers_proposal", "proposal_id"),
)
standing_approvals = Table(
    "standing_approvals",
    metadata,
    _name("id", key=True),
    _name("agreement_id"),
    _number("agreement_version"),
    _name("agreement_digest"),
    _bytes("clauses"),
    _name("marking"),
    _name("digest"),
    _number("created_at"),
    _number("expires_at"),
    _name("first_officer"),
    _name("second_officer", null=True),
    _number("revoked_at", null=True),
    CheckConstraint("first_officer <> second_officer", name="two_persons"),
    CheckConstraint("expires_at > created_at AND expires_at - created_at <= 7776000000000", name="ninety_days"),
    Index("ix_standing_approvals_agreement", "agreement_id"),
)

# What standing and daily releases still have to look at: names of records, nothing else. A row goes when it is done.
changed_refs = Table(
    "changed_refs", metadata, _name("id", key=True), _name("originator", key=True), _number("version", key=True)
)
daily_refs = Table(
    "daily_refs",
    metadata,
    _name("agreement_id", key=True),
    _name("recipient", key=True),
    _name("id", key=True),
    _name("originator", key=True),
)
daily_runs = Table(
    "daily_runs",
    metadata,
    _name("day", key=True),
    _name("agreement_id", key=True),
    _name("recipient", key=True),
    _flag("done"),
)
standing_due = Table("standing_due", metadata, _name("proposal_id", ForeignKey("proposals.id"), key=True))
