"""What a node keeps, in SQLite or PostgreSQL. The only package that knows SQL (ARCHITECTURE.md, law 2).

Start at `unit.py` (one transaction), `engine.py` (how each database is opened) and `tables.py` (what is where).
"""

from exchange.store.engine import Limits, open_engine, with_password
from exchange.store.unit import SqlStore, SqlUnit

__all__ = ["Limits", "SqlStore", "SqlUnit", "open_engine", "with_password"]
