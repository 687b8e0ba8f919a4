"""A root's fingerprint as sixty digits, to be read out over the telephone. Digits are the same in every language.

    twelve groups of five = bytes 0 to 59 of SHA-512(PAE("exchange/spoken/1", fingerprint)), each five as a number
    (big-endian) modulo 100,000

Whoever wants another root to sound the same must find one of about 2^199. Who hears them read types the last two
groups, which are not on the screen: so nobody confirms without a call. Spec: docs/spec/keys.md §1.1.
"""

from __future__ import annotations

import unicodedata
from hashlib import sha512
from typing import Final

from exchange.crypto.encoding import pae

GROUPS: Final = 12
DIGITS: Final = 5
"""Of one group."""
HEARD: Final = 2
"""Groups at the end that are typed by whoever heard them, and shown to nobody before."""
_MODULUS: Final = 10**DIGITS


def spoken(fingerprint: str) -> tuple[str, ...]:
    """The twelve groups for a fingerprint of 64 hex digits. ValueError for anything else."""
    data = bytes.fromhex(fingerprint)
    if len(data) != 32:
        raise ValueError("fingerprint")
    stream = sha512(pae("exchange/spoken/1", data)).digest()
    parts = (stream[at : at + DIGITS] for at in range(0, GROUPS * DIGITS, DIGITS))
    return tuple(f"{int.from_bytes(part, 'big') % _MODULUS:0{DIGITS}d}" for part in parts)


def heard_right(fingerprint: str, typed: str) -> bool:
    """Whether `typed` is the last two groups. White space and signs between count for nothing; digits of every script
    count as theirs."""
    digits = "".join(str(unicodedata.decimal(sign)) for sign in typed if unicodedata.decimal(sign, None) is not None)
    others = [sign for sign in typed if sign.isalpha()]
    return not others and digits == "".join(spoken(fingerprint)[-HEARD:])
