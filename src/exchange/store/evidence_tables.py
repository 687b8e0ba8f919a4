"""Tables of evidence: the ledger's tree, what witnesses said, what was seen of partners' ledgers."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Table

from exchange.store.columns import bytes_, name, number
from exchange.store.tables import metadata

ledger_nodes = Table(
    "ledger_nodes",
    metadata,
    number("level", key=True),
    number("position", key=True),
    bytes_("hash"),
)
"""Level 1: roots of 256 leaves each; every level above: of 256 of the level below. Made from the leaves at any time."""
witnessed = Table(
    "witnessed",
    metadata,
    name("origin", key=True),
    name("partner"),
    number("size"),
    bytes_("root"),
    number("at"),
    bytes_("note"),
)
"""The newest head of each partner's ledger that we cosigned, and the note with our cosignatures."""
partner_heads = Table(
    "partner_heads",
    metadata,
    name("origin", key=True),
    number("size", key=True),
    bytes_("root", key=True),
    name("partner"),
    name("source"),
    number("at"),
    bytes_("note"),
)
"""Heads that a partner signed, as they came in; those that the newest one contains, by proof, are taken out."""
cosigned = Table(
    "cosigned",
    metadata,
    name("witness", key=True),
    number("size"),
    number("at"),
)
"""The newest of our own heads that each witness cosigned; `at` is the time that it signed."""
overrides = Table(
    "overrides",
    metadata,
    name("id", key=True),
    name("reason"),
    name("asker"),
    number("asked_at"),
    number("hours"),
    name("confirmer", null=True),
    number("expires_at", null=True),
    number("ended_at", null=True),
    CheckConstraint("confirmer IS NULL OR confirmer <> asker", name="two_persons"),
    CheckConstraint("hours BETWEEN 1 AND 24", name="hours"),
)
"""Two persons let releases go on without a witness, for some hours."""
epochs = Table(
    "epochs",
    metadata,
    name("node", key=True),
    number("epoch", key=True),
    number("at"),
    bytes_("wire"),
)
"""Signed announcements of epochs, our own and partners'."""
