"""Cosignatures of a witness: making them, and adding them to a checkpoint that is kept. Checking: `crypto.checkpoint`.

A cosignature says that its key saw, at a time, this head as the largest consistent one of a log. Whether that is true
is for the caller to know before it calls `cosign`: see `exchange.crypto.witness_wire.judge`.
Spec: docs/spec/ledger.md §4; C2SP tlog-cosignature v1.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol

from exchange.crypto import checkpoint
from exchange.crypto.checkpoint import COSIGNATURE, COSIGNATURE_MLDSA, Checkpoint, NoteSignature
from exchange.errors import BadInput, Code, UntrustedKey


class CosignKey(Protocol):
    """A witness's private keys; `exchange.crypto.keys.WitnessKey` fits."""

    @property
    def name(self) -> str: ...

    @property
    def ed25519(self) -> bytes:
        """Public half, 32 bytes."""

    @property
    def mldsa(self) -> bytes:
        """Public half, 1312 bytes, ML-DSA-44."""

    def sign_ed25519(self, message: bytes) -> bytes: ...

    def sign_mldsa(self, message: bytes) -> bytes: ...


def cosign(head: Checkpoint, key: CosignKey, at: int) -> list[str]:
    """Two signature lines, each with its newline: Ed25519 (0x04), then ML-DSA-44 (0x06). `at`: POSIX seconds, not 0.

    BadInput(VALUE_NOT_ALLOWED) for another time, BadInput(FILE_NOT_WELL_FORMED) for an origin over 255 bytes.
    """
    if not 1 <= at < 1 << 63:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="time")
    time = at.to_bytes(8, "big")
    made = (
        (COSIGNATURE, key.ed25519, key.sign_ed25519(checkpoint.cosigned_text(head, at))),
        (COSIGNATURE_MLDSA, key.mldsa, key.sign_mldsa(checkpoint.cosigned_message(key.name, head, at))),
    )
    return [
        NoteSignature(key.name, checkpoint.key_id(key.name, public, type_), time + signature).line()
        for type_, public, signature in made
    ]


def with_cosignatures(note: bytes, lines: Iterable[str], verifiers: Collection[str]) -> bytes:
    """The checkpoint `note` with those of `lines` (each with its newline) that are of the keys `verifiers`.

    Lines of other keys are left out. Of each known key the latest cosignature stays, in the note too; of two with one
    time the one that was there. Doing it twice changes nothing. SignatureInvalid when a cosignature of a known key is
    wrong, UntrustedKey when `verifiers` has a key that is no witness's, BadInput for other forms, TooLarge when the
    note would pass the limits of `crypto.checkpoint`.
    """
    head = checkpoint.read(note)
    known = _known(verifiers)
    kept: dict[tuple[str, bytes] | int, tuple[int, NoteSignature]] = {}
    for number, each in enumerate((*head.signatures, *map(read_line, lines))):
        who = each.name, each.key_id
        if who in known:
            alone = head._replace(note=head.note._replace(signatures=(each,)))
            at = checkpoint.verify_cosignature(alone, known[who])
            if who not in kept or at > kept[who][0]:
                kept[who] = at, each
        elif number < len(head.signatures):
            kept[number] = 0, each
    made = head.note.text + b"\n" + "".join(each.line() for _, each in kept.values()).encode()
    checkpoint.read(made)
    return made


def read_line(line: str) -> NoteSignature:
    """Parses one signature line that ends with its newline. BadInput."""
    if not line.endswith("\n"):
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="note.signature")
    return checkpoint.read_signature(line[:-1])


def _known(verifiers: Collection[str]) -> dict[tuple[str, bytes], str]:
    found = {}
    for text in verifiers:
        key = checkpoint.read_verifier(text)
        if key.type not in checkpoint.COSIGNATURE_SIZES:
            raise UntrustedKey(Code.KEY_UNKNOWN)
        found[key.name, key.key_id] = text
    return found
