"""Claims from the bytes that were committed to: fast when nothing is wrong, exact about what is."""

from __future__ import annotations

from collections.abc import Sequence

from exchange.crypto.commitments import MAX_PACKED
from exchange.crypto.encoding import read_canonical_items
from exchange.model.claim_bytes import claims_if_sound
from exchange.model.claim_json import claims_from_json
from exchange.model.claims import Claim


def claims_of(items: Sequence[bytes], *, whole: bool = True) -> tuple[Claim, ...]:
    """The claims of `items` (canonical JSON), in order, each proven canonical and of the form of its path.

    With `whole` false (a disclosed part of a record) a link may name a claim that was withheld. Errors as of
    `read_canonical_items` (4 MiB at most) and `claims_from_json`.
    """
    if sum(map(len, items)) < MAX_PACKED:
        claims = claims_if_sound(items, whole=whole)
        if claims is not None:
            return claims
    return claims_from_json(read_canonical_items(items, limit=MAX_PACKED), whole=whole)
