"""Alembic's entry: runs on the connection that `exchange.store.migrate` opened, inside its transaction.

It opens no connection and configures no logging. Run `exchange migrate`, not the `alembic` command.
"""

from __future__ import annotations

from alembic import context

from exchange.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
