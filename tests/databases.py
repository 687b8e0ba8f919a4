"""Throw-away databases for tests: a private PostgreSQL, and fresh migrated databases copied from a template.

PostgreSQL is never optional: where `EXCHANGE_TEST_PG` names none, `scripts/with-postgres.sh` starts one, and a test
run without it fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from exchange.store import migrate

_SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "with-postgres.sh"


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of a server: the one that `EXCHANGE_TEST_PG` names, or our own for as long as the context lasts."""
    given = os.environ.get("EXCHANGE_TEST_PG")
    if given:
        yield given
        return
    command = [str(_SCRIPT), "bash", "-c", 'echo "url $EXCHANGE_TEST_PG"; read -r _ || true']
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            url = ""
            for line in process.stdout:
                if line.startswith("url "):
                    url = line.removeprefix("url ").strip()
                    break
            assert url, "scripts/with-postgres.sh could not start PostgreSQL"
            yield url
        finally:
            process.stdin.close()
            process.wait(timeout=60)


class Sqlite:
    """Fresh SQLite files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        migrate.upgrade(f"sqlite:///{self._template}")

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[str]:
        path = self._folder / f"{uuid4().hex}.db"
        if migrated:
            shutil.copyfile(self._template, path)
        try:
            yield f"sqlite:///{path}"
        finally:
            for left in self._folder.glob(f"{path.name}*"):
                left.unlink()

    @contextmanager
    def copied(self, url: str) -> Iterator[str]:
        """A backup of a database as it is now, as a database of its own. Nobody may be writing."""
        path = self._folder / f"{uuid4().hex}.db"
        source = create_engine(url, isolation_level="AUTOCOMMIT")
        with source.connect() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(path),))
        source.dispose()
        try:
            yield f"sqlite:///{path}"
        finally:
            for left in self._folder.glob(f"{path.name}*"):
                left.unlink()


class Postgresql:
    """Fresh PostgreSQL databases on one server."""

    def __init__(self, server: str) -> None:
        self._server = server
        self._template = f"template_{uuid4().hex}"
        self._admin(f"CREATE DATABASE {self._template}")
        migrate.upgrade(self._url(self._template))

    @contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[str]:
        name = f"test_{uuid4().hex}"
        self._admin(f"CREATE DATABASE {name} TEMPLATE {self._template if migrated else 'template0'}")
        try:
            yield self._url(name)
        finally:
            self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def copied(self, url: str) -> Iterator[str]:
        """A backup of a database as it is now, as a database of its own. Nobody may be connected to it."""
        name = f"copy_{uuid4().hex}"
        self._admin(f"CREATE DATABASE {name} TEMPLATE {make_url(url).database}")
        try:
            yield self._url(name)
        finally:
            self._admin(f"DROP DATABASE {name} WITH (FORCE)")

    def drop_template(self) -> None:
        self._admin(f"DROP DATABASE {self._template} WITH (FORCE)")

    def _url(self, database: str) -> str:
        return make_url(self._server).set(database=database).render_as_string(hide_password=False)

    def _admin(self, statement: str) -> None:
        engine = create_engine(self._server, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql(statement)
        finally:
            engine.dispose()


def succeeds(database: str, statement: str) -> bool:
    """True if `statement` can be committed by a stranger's connection, which has none of our settings."""
    engine = create_engine(database)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(statement)
    except DBAPIError:
        return False
    else:
        return True
    finally:
        engine.dispose()
