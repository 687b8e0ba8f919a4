"""Which of our languages a caller reads best (Accept-Language, RFC 9110 §12.5.4). It decides words, nothing else."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from exchange.sentences import DEFAULT, LANGUAGES

_MAX: Final = 200
_RANGE: Final = re.compile(r"([a-z]{2})(?:-[a-z0-9-]{1,20})?(?:;q=([01](?:\.[0-9]{0,3})?))?", re.ASCII)


@lru_cache(maxsize=256)
def language(header: str) -> str:
    """`ar`, `fr` or `en`: the one with the highest weight, the first of equals; English for anything else."""
    best, weight = DEFAULT, 0.0
    for part in header[:_MAX].lower().replace(" ", "").split(","):
        found = _RANGE.fullmatch(part)
        if found is None or found[1] not in LANGUAGES:
            continue
        value = float(found[2] or "1")
        if value > weight:
            best, weight = found[1], value
    return best
