"""Empties SQLite's journal once something was destroyed: its old frames still hold the pages as they were before.

`secure_delete` overwrites what leaves the database file; the write-ahead log keeps its frames until they are written
over, which may be weeks. So the first commit after a start, and every one that destroys something, is followed by a
checkpoint that truncates the log. A reader can hold it up: then the next commit tries again.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import Engine

from exchange.errors import Unavailable

_PATIENCE_MS = 200
"""A reader's old snapshot may need longer than that; the writers behind us should not wait for it."""


class Scrub:
    """What one store still has to empty. Used under the writer's turn only."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._left = True  # a process that died may have left some

    def after(self, destroyed: bool) -> None:
        """Call after each commit. Never raises: what was destroyed is committed, and is tried again."""
        self._left |= destroyed
        if not self._left:
            return
        try:
            with self._engine.connect() as connection:
                self._left = not _truncated(connection.connection.driver_connection)
        except Unavailable:
            return


def _truncated(driver: Any) -> bool:
    (patience,) = driver.execute("PRAGMA busy_timeout").fetchone()
    driver.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
    try:
        busy, _, _ = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error:
        return False
    finally:
        driver.execute(f"PRAGMA busy_timeout={patience}")
    return int(busy) == 0
