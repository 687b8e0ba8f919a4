"""Whether the bytes in an onward grant are a grant. There is no grant document yet, so none is read and none is sent.

A node answers an onward request with a refusal; a partner's grant is refused by IMPORT_REFUSED and changes nothing.
"""

from __future__ import annotations


def reads(grant: bytes | None) -> bool:
    """True for a grant document that its originator signed. Until the document exists: false for all bytes."""
    del grant
    return False
