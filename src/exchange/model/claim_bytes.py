"""Claims from canonical JSON bytes, one object a claim, without a step in Python between.

`claims_if_sound` reads by msgspec, writes again, compares byte for byte, and checks every member. It finds no reason:
whoever asks goes on to the strict reader when it says no (`exchange.operations.claims`). Spec: docs/spec/records.md §2.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from exchange.model.claim_json import sound
from exchange.model.claims import Claim

_read = msgspec.json.Decoder(list[Claim]).decode
_written = msgspec.json.Encoder(order="sorted").encode
_ESCAPED = b"\\u"
"""Letters that need a look of their own: control characters, and what should not have been escaped."""


def claims_if_sound(items: Sequence[bytes], *, whole: bool) -> tuple[Claim, ...] | None:
    """The claims of `items`, in order, each canonical and of the form of its path; None when a closer look is needed.

    With `whole` false (a disclosed part of a record) a link may name a claim that was withheld.
    """
    joined = b"[" + b",".join(items) + b"]"
    if _ESCAPED in joined:
        return None
    try:
        claims = _read(joined)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    same = len(claims) == len(items) and [_written(claim) for claim in claims] == list(items)
    return tuple(claims) if same and sound(claims, whole=whole) else None


def claims_stored(items: Sequence[bytes]) -> tuple[Claim, ...]:
    """Claims that this node checked before it stored them: no checks here, so never for bytes from outside."""
    return tuple(_read(b"[" + b",".join(items) + b"]"))
