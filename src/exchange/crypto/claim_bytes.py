"""Claims from the bytes that were committed to, and nothing between: canonical JSON, one object a claim.

`claims_of` takes what comes from outside: read by msgspec, written again, compared byte for byte, then checked member
by member. Whatever does not come out equal is read again by the strict reader, which is slow and finds the reason.
`claims_stored` is for what this node checked before it stored it. Spec: docs/spec/records.md §2.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from exchange.crypto.commitments import MAX_PACKED
from exchange.crypto.encoding import read_canonical_items
from exchange.model.claim_json import claims_from_json, sound
from exchange.model.claims import Claim

_read = msgspec.json.Decoder(list[Claim]).decode
_written = msgspec.json.Encoder(order="sorted").encode
_ESCAPED = b"\\u"
"""Letters that need a look of their own: control characters, and what should not have been escaped."""


def claims_of(items: Sequence[bytes], *, whole: bool = True) -> tuple[Claim, ...]:
    """The claims of `items`, in order, each proven canonical and of the form of its path.

    With `whole` false (a disclosed part of a record) a link may name a claim that was withheld. Errors as of
    `read_canonical_items` and `claims_from_json`.
    """
    joined = b"[" + b",".join(items) + b"]"
    if len(joined) <= MAX_PACKED and _ESCAPED not in joined:
        try:
            claims = _read(joined)
        except (msgspec.DecodeError, RecursionError):
            claims = []
        same = len(claims) == len(items) and [_written(claim) for claim in claims] == list(items)
        if same and sound(claims, whole=whole):
            return tuple(claims)
    return claims_from_json(read_canonical_items(items, limit=MAX_PACKED), whole=whole)


def claims_stored(items: Sequence[bytes]) -> tuple[Claim, ...]:
    """Claims that this node checked before it stored them: no checks here, so never for bytes from outside."""
    return tuple(_read(b"[" + b",".join(items) + b"]"))
