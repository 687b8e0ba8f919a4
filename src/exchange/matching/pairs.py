"""Birth dates as a list of pairs writes them: blank, `1960`, `1960-05-01`, `1960~` (about), `1958/1962` (between)."""

from __future__ import annotations

import re
from typing import Final

from exchange.model.claims import JsonValue
from exchange.model.dates import Span, span_of

_YEAR: Final = r"[0-9]{4}"
_FORMS: Final = (
    (re.compile(rf"({_YEAR}-[0-9]{{2}}-[0-9]{{2}}|{_YEAR})", re.ASCII), "said"),
    (re.compile(rf"({_YEAR})~", re.ASCII), "approximate"),
    (re.compile(rf"({_YEAR})/({_YEAR})", re.ASCII), "range"),
)


def birth(text: str) -> tuple[Span, ...]:
    """The span that it says, none for blank. ValueError for what is none of these."""
    text = text.strip()
    if not text:
        return ()
    for form, kind in _FORMS:
        found = form.fullmatch(text)
        if found is not None:
            span = span_of(_value(kind, found))
            if span is not None:
                return (span,)
    raise ValueError("no birth date")


def _value(kind: str, found: re.Match[str]) -> JsonValue:
    if kind == "approximate":
        return {"precision": "approximate", "year": int(found[1])}
    if kind == "range":
        return {"precision": "range", "from": int(found[1]), "to": int(found[2])}
    return found[1] if "-" in found[1] else int(found[1])
