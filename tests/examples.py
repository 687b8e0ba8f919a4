"""The example agreements of docs/examples as documents that a test may change. Each file is read once a process."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from exchange.interop.documents import read_yaml

EXAMPLES: Final = Path(__file__).resolve().parents[1] / "docs" / "examples" / "agreements"


def example(name: str) -> dict[str, Any]:
    """A fresh copy of the document in `NAME.yaml`; tests break it on purpose, so its members have no types."""
    found: dict[str, Any] = json.loads(_json(name))
    return found


@lru_cache(maxsize=32)
def _json(name: str) -> str:
    return json.dumps(read_yaml((EXAMPLES / f"{name}.yaml").read_bytes()))
