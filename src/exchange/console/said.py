"""What a page says after something was done: closed, so that an address can never make a page say anything else."""

from __future__ import annotations

from typing import Final

SAID: Final[dict[str, str]] = {}
"""Name in the address -> msgid. Each area's `SAID` is added by `pages`."""
