"""Where the shared real data lies. It is never copied into this repository; a test that needs it fails without it."""

from __future__ import annotations

import os
from pathlib import Path

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "data"

DATA = Path(os.environ.get("EXCHANGE_TEST_DATA", _BESIDE))
"""Root of the shared data: `un/`, `names/`, `vectors/` … `EXCHANGE_TEST_DATA` overrides the default."""
