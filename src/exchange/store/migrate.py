"""Brings a database to a revision, from code: `migrations/` run by Alembic in one transaction.

The scripts lie beside the source in a checkout, and in `share/exchange/migrations` of the environment where the wheel
was installed. Two processes that start at once take turns.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError
from sqlalchemy import Connection, func, select

from exchange.errors import Code, Unavailable
from exchange.store.engine import open_engine, writing

_TURN = 0x45584D47
"""Key of PostgreSQL's advisory lock for migrations."""


def folder() -> Path:
    """Where the migration scripts are. Unavailable(CONFIG_INVALID) when the installation lacks them."""
    beside = Path(__file__).resolve().parents[3] / "migrations"
    installed = Path(sys.prefix) / "share" / "exchange" / "migrations"
    for place in (beside, installed):
        if (place / "env.py").is_file():
            return place
    raise Unavailable(Code.CONFIG_INVALID, at="migrations")


def upgrade(url: str, revision: str = "head") -> None:
    """Upgrades to `revision`; nothing happens when it is there already. Unavailable(MIGRATION_PENDING) if unknown."""
    _run(url, revision, up=True)


def downgrade(url: str, revision: str) -> None:
    """Downgrades to `revision` (`base` empties the database)."""
    _run(url, revision, up=False)


def current(url: str) -> str | None:
    """The revision that the database is at, None before the first."""
    with _connected(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def pending(url: str) -> list[str]:
    """The revisions still to be run, oldest first."""
    at = current(url)
    scripts = ScriptDirectory.from_config(_config())
    try:
        steps = [script.revision for script in scripts.iterate_revisions("head", at or "base")]
    except (CommandError, RevisionError):
        raise Unavailable(Code.MIGRATION_PENDING, at=at) from None  # a newer program was here
    return [revision for revision in reversed(steps) if revision != at]


def _run(url: str, revision: str, *, up: bool) -> None:
    config = _config()
    with _connected(url) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_TURN)))
        config.attributes["connection"] = connection
        try:
            (command.upgrade if up else command.downgrade)(config, revision)
        except (CommandError, RevisionError):
            raise Unavailable(Code.MIGRATION_PENDING, revision=revision) from None


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder()))
    return config


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    engine = open_engine(url, text_rows=True)
    try:
        with writing(engine).begin() as connection:
            yield connection
    finally:
        engine.dispose()
