"""Base64 with the URL alphabet and no padding (RFC 4648, section 5), as browsers and JOSE write it."""

from __future__ import annotations

from exchange.crypto.encoding import b64, unb64
from exchange.errors import BadInput, Code

_TO_STANDARD = str.maketrans("-_", "+/")
_TO_URL = str.maketrans("+/", "-_")


def b64url(data: bytes) -> str:
    """Without padding."""
    return b64(data).rstrip("=").translate(_TO_URL)


def unb64url(text: str) -> bytes:
    """Reads what `b64url` writes and nothing else. BadInput(VALUE_NOT_ALLOWED)."""
    if not text.isascii() or set(text) & set("+/="):
        raise BadInput(Code.VALUE_NOT_ALLOWED)
    return unb64(text.translate(_TO_STANDARD) + "=" * (-len(text) % 4))
