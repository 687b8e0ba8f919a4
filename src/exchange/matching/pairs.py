"""Birth dates as a list of pairs writes them.

Blank, `1960`, `1960-05`, `1960-05-01`, `1960~` (about), `1958/1962` (between).
"""

from __future__ import annotations

import re
from typing import Final

from exchange.model.claims import JsonValue
from exchange.model.dates import Span, span_of

_DATE: Final = re.compile(r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?", re.ASCII)
_ABOUT: Final = "~"
_BETWEEN: Final = "/"


def birth(text: str) -> tuple[Span, ...]:
    """The span that it says, none for blank. ValueError for what is none of these, or no day."""
    text = text.strip()
    if not text:
        return ()
    low, between, high = text.partition(_BETWEEN)
    about = not between and low.endswith(_ABOUT)
    if about:
        low = low[: -len(_ABOUT)]
    if not all(_DATE.fullmatch(each) for each in (low, high or low)) or (between and not high):
        raise ValueError("no birth date")
    span = span_of(_value(low, high, about=about))
    if span is None:
        raise ValueError("no birth date")
    return (span,)


def _value(low: str, high: str, *, about: bool) -> JsonValue:
    if about:
        return {"precision": "approximate", "date": low}
    if high:
        return {"precision": "range", "from": low, "to": high}
    return low
