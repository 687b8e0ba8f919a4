"""An attacker with a dictionary: every hash that the system can make of a value, looked for among all that it keeps.

He knows the candidates (every answer that a claim can have), the types of our encodings, names that are no secret, and
whatever keys a test hands him. `values` takes apart what he holds: every 32 bytes in it, whatever their form.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

from exchange.crypto.atrest import AtRest, derive, hmac_sha256, request_mark
from exchange.crypto.commitments import SALT, commit
from exchange.crypto.encoding import TYPES, canonical, digest

WINDOW = 32
_HEX = re.compile(rb"(?<![0-9a-fA-F])[0-9a-fA-F]{64}(?![0-9a-fA-F])")
_BASE64 = re.compile(rb"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{43}=?(?![A-Za-z0-9+/_=-])")
_LONG = re.compile(rb"[A-Za-z0-9+/]{60,}={0,2}")


def values(hays: Iterable[bytes]) -> set[bytes]:
    """Every 32 bytes in `hays`: written as hex or base64, and every window of what is binary or base64 itself."""
    found: set[bytes] = set()
    for hay in hays:
        found |= {bytes.fromhex(each.decode("ascii")) for each in _HEX.findall(hay)}
        for each in _BASE64.findall(hay):
            found.add(b64decode(each.rstrip(b"=") + b"=", altchars=b"-_" if set(each) & set(b"-_") else None))
        for each in _LONG.findall(hay):
            bare = each.rstrip(b"=")
            found |= _windows(b64decode(bare[: len(bare) // 4 * 4]))
        if not hay.isascii():
            found |= _windows(hay)
    return found


def _windows(data: bytes) -> set[bytes]:
    return {data[at : at + WINDOW] for at in range(len(data) - WINDOW + 1)}


def guesses(candidates: Iterable[bytes], names: Sequence[bytes], keys: Sequence[bytes]) -> Iterator[tuple[bytes, str]]:
    """(32 bytes, how they were made) of every candidate. `names`: no secrets, but parts and HMAC keys."""
    rest = [AtRest(key) for key in keys if len(key) == WINDOW]
    derived = [derive(key, purpose) for key in keys for purpose in (b"blind", b"wrap", b"ledger-ref", b"request")]
    for value in candidates:
        plain = sha256(value).digest()
        yield plain, "sha256"
        yield sha256(plain).digest(), "sha256 twice"
        yield sha256(b"\x00" + value).digest(), "leaf"
        yield commit(bytes(SALT), value), "commitment with a salt of zeros"
        for type_ in TYPES:
            yield digest(type_, value), type_
            for name in names:
                yield digest(type_, name, value), f"{type_} with a name"
                yield digest(type_, value, name), f"{type_} with a name behind"
        for name in names:
            for text in (name + value, name + b"\n" + value, name + b"|" + value, value + name):
                yield sha256(text).digest(), "sha256 with a name"
            yield hmac_sha256(name, value), "hmac under a name"
            yield hmac_sha256(value, name), "hmac of a name"
            yield hmac_sha256(name, plain), "hmac of a digest"
        for key in (*keys, *derived):
            yield hmac.digest(key, value, sha256), "hmac under a key"
            yield hmac.digest(key, plain, sha256), "hmac of a digest under a key"
            yield bytes.fromhex(request_mark(key, plain.hex())), "request under a key"
        for each in rest:
            yield each.blind(value), "blinded"
            for name in names:
                yield each.blind(b"\0".join((b"external", name, value))), "blinded outside key"


def forms(texts: Iterable[str]) -> list[bytes]:
    """How a text would be written: plain, in other case, in UTF-16, and as JSON."""
    found: list[bytes] = []
    for text in texts:
        found += [
            text.encode(),
            text.upper().encode(),
            text.lower().encode(),
            text.encode("utf-16-le"),
            canonical(text),
        ]
    return found


def hit(kept: set[bytes], made: Iterable[tuple[bytes, str]]) -> set[str]:
    """How the guesses were made that are among `kept`."""
    return {how for value, how in made if value in kept}
