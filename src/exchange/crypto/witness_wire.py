"""The witness protocol as bytes and as a decision: what `add-checkpoint` carries, and what a witness answers.

No store, no clock, no HTTP: the caller looks up the log's keys and the head it last cosigned, calls `judge`, and keeps
the new head before it answers, in the transaction in which it read the old one.

    request body = "old <size>\\n", at most 63 lines of one hash in base64, an empty line, a checkpoint
    answer       200: signature lines; 409: the size that the witness has, decimal, and a newline

Spec: docs/spec/ledger.md §4; C2SP tlog-witness, "add-checkpoint". The order of the checks is the specification's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final, Literal, NamedTuple

from exchange.crypto import checkpoint
from exchange.crypto.checkpoint import Checkpoint
from exchange.crypto.cosign import read_line
from exchange.crypto.encoding import b64, unb64
from exchange.crypto.merkle import sha256, verify_consistency
from exchange.errors import BadInput, ChainBroken, Code, SignatureInvalid, TooLarge, UntrustedKey

MAX_PROOF: Final = 63
"""Lines of a consistency proof."""
MAX_REQUEST: Final = checkpoint.MAX_NOTE + (4 << 10)
"""Bytes of a request body: a note, 63 hashes and the first line."""
SIZE_TYPE: Final = "text/x.tlog.size"
"""Content type of the answer 409."""
EMPTY_ROOT: Final = sha256(b"")
"""Root of the tree without leaves (RFC 6962, section 2.1)."""
Status = Literal[200, 400, 403, 404, 409, 422]
_OLD = re.compile(r"old (0|[1-9][0-9]{0,15})", re.ASCII)
_SIZE = re.compile(rb"(0|[1-9][0-9]{0,15})\n")


class Head(NamedTuple):
    """The latest head of one log that a witness cosigned."""

    size: int
    root: bytes
    """32 bytes."""


class Request(NamedTuple):
    """A parsed request. Nothing in it is true yet."""

    old_size: int
    proof: tuple[bytes, ...]
    """Each 32 bytes."""
    note: bytes
    """The checkpoint as it came."""
    checkpoint: Checkpoint


class Verdict(NamedTuple):
    """What to answer. Only a `status` of 200 has a head; only then may the checkpoint be cosigned."""

    status: Status
    head: Head | None = None
    """200: what the witness must keep before it answers."""
    latest: int = 0
    """409: the size for the body."""
    code: Code | None = None
    """Why not, for logs and alarms."""


def write_request(old_size: int, proof: Sequence[bytes], note: bytes) -> bytes:
    """The body for `note`, whose tree begins with one of `old_size` leaves. BadInput if nobody could read it."""
    lines = [f"old {old_size}", *map(b64, proof)]
    body = "".join(line + "\n" for line in lines).encode() + b"\n" + note
    read_request(body)
    return body


def read_request(body: bytes) -> Request:
    """Parses a body, strictly. BadInput(FILE_NOT_WELL_FORMED) or TooLarge: the answer is 400."""
    if len(body) > MAX_REQUEST:
        raise TooLarge(limit=MAX_REQUEST)
    above, found, note = body.partition(b"\n\n")
    if not found:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="request")
    try:
        first, *lines = above.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="request") from error
    old = _OLD.fullmatch(first)
    if old is None or int(old[1]) > checkpoint.MAX_SIZE:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="request.old")
    if len(lines) > MAX_PROOF:
        raise TooLarge(limit=MAX_PROOF)
    try:
        proof = tuple(unb64(line, size=32) for line in lines)
    except BadInput as error:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="request.proof") from error
    return Request(int(old[1]), proof, note, checkpoint.read(note))


def judge(request: Request, verifiers: Collection[str], latest: Head | None) -> Verdict:
    """What a witness answers.

    `verifiers`: the key texts it trusts for `request.checkpoint.origin`; empty when it does not know that log.
    `latest`: the head it cosigned last for that origin, None if none. Two calls with one `latest` may both give 200:
    the caller keeps the head only where `latest` is still the one it has, and asks again otherwise.
    """
    head = request.checkpoint
    if not verifiers:
        return Verdict(404, code=Code.NOT_FOUND)
    fault = _unsigned(head, verifiers)
    if fault is not None:
        return Verdict(403, code=fault)
    if request.old_size > head.size:
        return Verdict(400, code=Code.VALUE_NOT_ALLOWED)
    before = latest or Head(0, EMPTY_ROOT)
    if request.old_size != before.size:
        return Verdict(409, latest=before.size, code=Code.STALE)
    if head.size == 0 and head.root != EMPTY_ROOT:
        return Verdict(422, code=Code.CHECKPOINT_MISMATCH)
    if head.size == before.size and head.root != before.root:
        return Verdict(422, code=Code.EQUIVOCATION)
    try:
        verify_consistency(
            old_size=before.size, old_root=before.root, size=head.size, root=head.root, path=request.proof
        )
    except ChainBroken as error:
        return Verdict(422, code=error.code)
    return Verdict(200, Head(head.size, head.root))


def _unsigned(head: Checkpoint, verifiers: Collection[str]) -> Code | None:
    """None if a trusted key signed and every signature of a trusted key is good."""
    signed = 0
    for verifier in verifiers:
        try:
            if checkpoint.read_verifier(verifier).type == checkpoint.ED25519:
                checkpoint.verify_note(head.note, verifier)
            else:
                checkpoint.verify_cosignature(head, verifier)
            signed += 1
        except UntrustedKey:
            continue
        except SignatureInvalid as error:
            return error.code
    return None if signed else Code.KEY_UNKNOWN


def write_answer(lines: Sequence[str]) -> bytes:
    """The body of 200: signature lines as `exchange.crypto.cosign.cosign` makes them."""
    body = "".join(lines).encode()
    read_answer(body)
    return body


def read_answer(body: bytes) -> list[str]:
    """The signature lines of a 200, each with its newline, whoever made them: `with_cosignatures` picks and verifies.

    BadInput(FILE_NOT_WELL_FORMED), TooLarge.
    """
    if len(body) > checkpoint.MAX_NOTE:
        raise TooLarge(limit=checkpoint.MAX_NOTE)
    try:
        lines = body.decode("utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="answer") from error
    if len(lines) < 2 or lines.pop():
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="answer")
    if len(lines) > checkpoint.MAX_SIGNATURES:
        raise TooLarge(limit=checkpoint.MAX_SIGNATURES)
    found = [line + "\n" for line in lines]
    for line in found:
        read_line(line)
    return found


def write_conflict(size: int) -> bytes:
    """The body of 409, content type `text/x.tlog.size`."""
    return b"%d\n" % size


def read_conflict(body: bytes) -> int:
    """The size that the witness has. BadInput(FILE_NOT_WELL_FORMED)."""
    found = _SIZE.fullmatch(body)
    if found is None or int(found[1]) > checkpoint.MAX_SIZE:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, at="size")
    return int(found[1])
