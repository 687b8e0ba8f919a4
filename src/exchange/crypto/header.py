"""The header of an envelope: everything about it that is in the clear, as one frozen value. Spec: envelope.md §3.

A header says who sends to whom, under which agreement, where in the stream, and what it commits to; never the type of
a record or its marking. Whether it may be believed is `exchange.crypto.opening`'s business.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

from exchange.crypto.encoding import canonical, digest, read_shaped
from exchange.crypto.fields import HEX32, KID, NAME, NODE, Fields, read_time
from exchange.errors import BadInput, Code

TYPES = frozenset(
    {
        "release",
        "correction",
        "recall",
        "request",
        "answer",
        "onward-request",
        "onward-grant",
        "notice",
        "void",
    }
)
MAX_HEADER = 16 << 10
"""Bytes."""
MAX_CHECKPOINT = 8 << 10
NO_PREVIOUS = "0" * 64
"""`previous` of the first envelope of a stream."""


@dataclass(frozen=True, slots=True)
class Header:
    """All members of a header but `v`, which is 1. Digests are hex."""

    suite: int
    type: str
    id: str
    sender: str
    recipient: str
    agreement: str
    agreement_digest: str
    stream: str
    """`<sender>-<recipient>`: read strictly, so that a number belongs to one stream only."""
    epoch: int
    seq: int
    """From 1, without gaps."""
    previous: str
    """Digest of the header before it in the stream."""
    issued: str
    expires: str
    commitment: str
    """SHA-256(PAE("exchange/commit/1", salt, body)); of a `void`: the digest of the header whose number it fills."""
    policy_digest: str
    signing_kid: str
    sealing_kid: str
    checkpoint: str
    """The sender's newest signed ledger head (C2SP checkpoint), or empty before the first."""

    @property
    def issued_at(self) -> datetime:
        return read_time(self.issued)

    @property
    def expires_at(self) -> datetime:
        return read_time(self.expires)

    def to_bytes(self) -> bytes:
        """Canonical JSON. BadInput(HEADER_MALFORMED) if the recipient could not read it."""
        data = canonical({"v": 1, **{name: getattr(self, name) for name in _NAMES}})
        read(data)
        return data


_NAMES = tuple(field.name for field in fields(Header))
_MEMBERS = (*_NAMES, "v")


def header_digest(header: bytes) -> str:
    """Hex SHA-256(PAE("exchange/header/1", header bytes)): what the next header's `previous` names."""
    return digest("exchange/header/1", header).hex()


def read(data: bytes) -> Header:
    """Parses header bytes strictly. BadInput(HEADER_MALFORMED) with the member at fault."""
    try:
        members = Fields(read_shaped(data, limit=MAX_HEADER), _MEMBERS, Code.HEADER_MALFORMED)
    except BadInput as fault:
        raise BadInput(Code.HEADER_MALFORMED, **fault.facts) from None
    members.integer("v", 1, 1)
    members.time("issued")
    members.time("expires")
    header = Header(
        suite=members.integer("suite", 1),
        type=members.choice("type", TYPES),
        id=members.text("id", NAME),
        sender=members.text("sender", NODE),
        recipient=members.text("recipient", NODE),
        agreement=members.text("agreement", NAME),
        agreement_digest=members.text("agreement_digest", HEX32),
        stream=members.text("stream", NAME),
        epoch=members.integer("epoch"),
        seq=members.integer("seq", 1),
        previous=members.text("previous", HEX32),
        issued=members.free_text("issued", 20),
        expires=members.free_text("expires", 20),
        commitment=members.text("commitment", HEX32),
        policy_digest=members.text("policy_digest", HEX32),
        signing_kid=members.text("signing_kid", KID),
        sealing_kid=members.text("sealing_kid", KID),
        checkpoint=members.free_text("checkpoint", MAX_CHECKPOINT),
    )
    if header.sender == header.recipient:
        raise members.fault("recipient")
    if header.stream != f"{header.sender}-{header.recipient}":  # a number of one stream never counts in another
        raise members.fault("stream")
    return header
