"""Checkpoints of a log: C2SP signed notes with an Ed25519 signature, and the cosignatures of witnesses.

Bytes in, values out. A note's text is worth nothing before `verify`. Signature types 0x01 (Ed25519 over the text), 0x04
and 0x06 (timestamped cosignatures, Ed25519 and ML-DSA-44) are known here; signatures of unknown keys are ignored, as
the specification demands. Making cosignatures is in `exchange.crypto.cosign`, proofs of consistency in
`exchange.crypto.merkle`; keeping what a witness saw is not here.
Spec: docs/spec/ledger.md §4; C2SP signed-note, tlog-checkpoint and tlog-cosignature, all v1.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from exchange.crypto.encoding import b64, unb64
from exchange.errors import BadInput, Code, SignatureInvalid, TooLarge, UntrustedKey

ED25519 = 0x01
"""Signature type of a log's own signature."""
COSIGNATURE = 0x04
"""Signature type of a witness's timestamped Ed25519 cosignature."""
COSIGNATURE_MLDSA = 0x06
"""Signature type of a witness's timestamped ML-DSA-44 cosignature."""
PUBLIC_SIZES = {ED25519: 32, COSIGNATURE: 32, COSIGNATURE_MLDSA: 1312}
"""Signature type -> bytes of its public key: the types known here."""
COSIGNATURE_SIZES = {COSIGNATURE: 64, COSIGNATURE_MLDSA: 2420}
"""Bytes of the signature after the eight of its time."""
MAX_NOTE = 1 << 17
"""Bytes of one note at most: room for 16 signatures of any type."""
MAX_SIGNATURES = 64
MAX_SIZE = 2**53 - 1
MAX_TIME = 253_402_300_799
"""POSIX seconds, 9999-12-31T23:59:59Z: no calendar here goes further."""
_CONTROL = re.compile("[\\x00-\\x09\\x0b-\\x1f]")
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,15}")
_KEY_ID = re.compile(r"[0-9a-f]{8}")
_NAME = re.compile("[^\\s+\\x00-\\x1f]+")


class NoteKey(Protocol):
    """A private key that signs notes; `exchange.crypto.keys.LedgerKey` fits."""

    @property
    def name(self) -> str: ...

    @property
    def key_id(self) -> bytes:
        """4 bytes, as `key_id` here makes them."""

    def sign(self, message: bytes) -> bytes: ...


class Verifier(NamedTuple):
    """A parsed verifier key."""

    name: str
    key_id: bytes
    """4 bytes."""
    type: int
    public: bytes
    """32 bytes (RFC 8032) or, for type 0x06, 1312 bytes (FIPS 204)."""


class NoteSignature(NamedTuple):
    """One signature line."""

    name: str
    key_id: bytes
    """4 bytes."""
    signature: bytes

    def line(self) -> str:
        """As it stands in a note, with its newline."""
        return f"— {self.name} {b64(self.key_id + self.signature)}\n"


class Note(NamedTuple):
    """A parsed, unverified note."""

    text: bytes
    """With the final newline, without the empty line: what is signed."""
    signatures: tuple[NoteSignature, ...]


class Checkpoint(NamedTuple):
    """A parsed checkpoint. Nothing in it is true before `verify`."""

    origin: str
    size: int
    root: bytes
    """32 bytes, RFC 6962."""
    extensions: tuple[str, ...]
    note: Note

    @property
    def signatures(self) -> tuple[NoteSignature, ...]:
        return self.note.signatures


def key_id(name: str, public: bytes, type_: int = ED25519) -> bytes:
    """The recommended key id, 4 bytes: SHA-256(name ‖ 0x0A ‖ type ‖ public key)[:4] (signed-note, "Signatures")."""
    return hashlib.sha256(name.encode() + b"\n" + bytes([type_]) + public).digest()[:4]


def verifier_text(name: str, public: bytes, type_: int = ED25519) -> str:
    """The verifier key `name+hex id+base64(type ‖ public)` (signed-note, "Verifier keys"). BadInput on a bad name."""
    _check_name(name)
    return f"{name}+{key_id(name, public, type_).hex()}+{b64(bytes([type_]) + public)}"


@lru_cache(maxsize=256)
def read_verifier(text: str) -> Verifier:
    """Parses a verifier key of type 0x01, 0x04 or 0x06.

    BadInput(KEY_MALFORMED), also when the key id is of another key.
    """
    parts = text.split("+", 2)
    if len(parts) != 3 or not _KEY_ID.fullmatch(parts[1]):
        raise BadInput(Code.KEY_MALFORMED)
    try:
        _check_name(parts[0])
        material = _unbase64(parts[2])
    except BadInput as error:
        raise BadInput(Code.KEY_MALFORMED) from error
    if not material or len(material) - 1 != PUBLIC_SIZES.get(material[0]):
        raise BadInput(Code.KEY_MALFORMED)
    key = Verifier(parts[0], bytes.fromhex(parts[1]), material[0], material[1:])
    if key_id(key.name, key.public, key.type) != key.key_id:
        raise BadInput(Code.KEY_MALFORMED)
    return key


def make(origin: str, size: int, root: bytes, key: NoteKey, extensions: Sequence[str] = ()) -> bytes:
    """A signed checkpoint over the tree of `size` leaves with `root` (32 bytes). BadInput if it could not be read."""
    lines = [origin, str(size), b64(root), *extensions]
    text = "".join(line + "\n" for line in lines).encode()
    note = text + b"\n" + NoteSignature(key.name, key.key_id, key.sign(text)).line().encode()
    read(note)
    return note


def only(head: Checkpoint, name: str) -> bytes:
    """The note of `head` with the signatures of keys of that name alone: without cosignatures it stays small."""
    lines = "".join(each.line() for each in head.signatures if each.name == name)
    return head.note.text + b"\n" + lines.encode()


def read_note(data: bytes) -> Note:
    """Splits a note into text and signatures, strictly (signed-note, "Format"). BadInput, TooLarge."""
    if len(data) > MAX_NOTE:
        raise TooLarge(limit=MAX_NOTE)
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="note") from error
    if _CONTROL.search(whole):
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="note")
    # The text may hold empty lines: the last one in the note is what separates (signed-note, "Format").
    text, found, rest = whole.rpartition("\n\n")
    if not found or not rest.endswith("\n"):
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="note")
    lines = rest[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise TooLarge(limit=MAX_SIGNATURES)
    return Note((text + "\n").encode(), tuple(read_signature(line) for line in lines))


def read(data: bytes) -> Checkpoint:
    """Parses a checkpoint, verifying nothing (tlog-checkpoint, "Note text"). BadInput on any other form."""
    note = read_note(data)
    lines = note.text.decode("utf-8")[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="checkpoint")
    if not _DECIMAL.fullmatch(lines[1]) or int(lines[1]) > MAX_SIZE:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="checkpoint.size")
    root = _unbase64(lines[2])
    if len(root) != 32:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="checkpoint.root")
    return Checkpoint(lines[0], int(lines[1]), root, tuple(lines[3:]), note)


def verify_note(note: Note, verifier: str) -> None:
    """Checks the Ed25519 signature of the key `verifier` (text form, type 0x01) over the note's text.

    UntrustedKey(KEY_UNKNOWN) when the key did not sign, SignatureInvalid when a signature under its name is wrong.
    """
    key, signatures = signed_by(note, verifier)
    for signature in signatures:
        check(key, signature, note.text)


def signed_by(note: Note, verifier: str) -> tuple[Verifier, list[bytes]]:
    """The key `verifier` (type 0x01) and its signatures in the note; every one must verify, none has been.

    UntrustedKey(KEY_UNKNOWN) when the key did not sign.
    """
    key = read_verifier(verifier)
    if key.type != ED25519:
        raise UntrustedKey(Code.KEY_UNKNOWN)
    return key, _by(note, key)


def verify(data: bytes, verifier: str) -> Checkpoint:
    """The checkpoint in `data`, signed by `verifier`. BadInput, UntrustedKey or SignatureInvalid otherwise.

    The caller compares `origin` with the log that it means.
    """
    checkpoint = read(data)
    verify_note(checkpoint.note, verifier)
    return checkpoint


def verify_cosignature(checkpoint: Checkpoint, verifier: str) -> int:
    """POSIX seconds at which the witness `verifier` (type 0x04 or 0x06) says that it saw this head (tlog-cosignature).

    The latest, if there are several. 0 says nothing about time: such a cosignature is never fresh.
    UntrustedKey(KEY_UNKNOWN) when it did not cosign, SignatureInvalid otherwise.
    """
    key = read_verifier(verifier)
    if key.type not in COSIGNATURE_SIZES:
        raise UntrustedKey(Code.KEY_UNKNOWN)
    return max(_check_cosignature(key, signature, checkpoint) for signature in _by(checkpoint.note, key))


def cosigned_text(checkpoint: Checkpoint, at: int) -> bytes:
    """What an Ed25519 cosignature signs: a line of its kind, the time, the whole text (tlog-cosignature)."""
    return b"cosignature/v1\ntime %d\n" % at + checkpoint.note.text


def cosigned_message(cosigner: str, checkpoint: Checkpoint, at: int) -> bytes:
    """What an ML-DSA-44 cosignature signs: `cosigned_message` from 0 to the size, without extension lines.

    BadInput(FILE_NOT_WELL_FORMED) when the cosigner's name or the origin has more than 255 bytes.
    """
    parts = []
    for text in (cosigner, checkpoint.origin):
        data = text.encode()
        if not 1 <= len(data) <= 255:
            raise BadInput(Code.FILE_NOT_WELL_FORMED, at="checkpoint.origin")
        parts.append(bytes([len(data)]) + data)
    name, origin = parts
    numbers = (0).to_bytes(8, "big") + checkpoint.size.to_bytes(8, "big")
    return b"subtree/v1\n\0" + name + at.to_bytes(8, "big") + origin + numbers + checkpoint.root


def _check_cosignature(key: Verifier, signature: bytes, checkpoint: Checkpoint) -> int:
    timestamp = int.from_bytes(signature[:8], "big")
    if len(signature) != 8 + COSIGNATURE_SIZES[key.type] or timestamp > MAX_TIME:
        raise SignatureInvalid
    try:
        ed25519 = key.type == COSIGNATURE
        message = cosigned_text(checkpoint, timestamp) if ed25519 else cosigned_message(key.name, checkpoint, timestamp)
    except BadInput as error:
        raise SignatureInvalid from error
    check(key, signature[8:], message)
    return timestamp


def _by(note: Note, key: Verifier) -> list[bytes]:
    """Signatures under the key's name and id: both must match, and every one of them must verify."""
    found = [each.signature for each in note.signatures if (each.name, each.key_id) == (key.name, key.key_id)]
    if not found:
        raise UntrustedKey(Code.KEY_UNKNOWN)
    return found


def check(key: Verifier, signature: bytes, message: bytes) -> None:
    """SignatureInvalid unless `signature` is the key's over exactly `message`: Ed25519, or ML-DSA-44, empty context."""
    public = MLDSA44PublicKey if key.type == COSIGNATURE_MLDSA else Ed25519PublicKey
    try:
        public.from_public_bytes(key.public).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise SignatureInvalid from error


def read_signature(line: str) -> NoteSignature:
    """Parses one signature line, given without its newline. BadInput."""
    parts = line.split(" ")
    if len(parts) != 3 or parts[0] != "—":
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="note.signature")
    _check_name(parts[1])
    blob = _unbase64(parts[2])
    if len(blob) < 5:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="note.signature")
    return NoteSignature(parts[1], blob[:4], blob[4:])


def _check_name(name: str) -> None:
    """Not empty, no Unicode space, no plus, no control character."""
    if not _NAME.fullmatch(name):
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="note.name")


def _unbase64(text: str) -> bytes:
    try:
        return unb64(text)
    except BadInput as error:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="base64") from error
