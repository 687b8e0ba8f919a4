"""What two nodes say of one number of a stream between them, and the class that it gets. Pure: no ledger, no store.

The sender says what it sent and which receipt came back; the recipient says what it took in. Numbers of a stream are
taken in order and never skipped, so a number that is missing below one that is there did not just come late.
Spec: docs/spec/ledger.md §8.
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from exchange.crypto.fields import read_time

DUE: Final = timedelta(hours=24)
"""How long an envelope may be on its way before it counts as lost."""
SKEW: Final = timedelta(minutes=10)
"""How far the clocks of two nodes may be apart."""


class Class(StrEnum):
    """Every number gets exactly one."""

    MATCHED = "matched"
    IN_FLIGHT = "in_flight"
    LOST = "lost"
    PHANTOM_RECEIPT = "phantom_receipt"
    OMITTED = "omitted"
    EQUIVOCATED = "equivocated"


ALARMS: Final = (Class.LOST, Class.PHANTOM_RECEIPT, Class.OMITTED, Class.EQUIVOCATED)
"""Classes that a person must look at."""


class Answer(NamedTuple):
    """A receipt as the sender has it. Times: `YYYY-MM-DDTHH:MM:SSZ`."""

    envelope: str
    """Hex digest that the recipient signed."""
    outcome: str
    """`accepted` or `refused`."""
    at: str


class Sent(NamedTuple):
    """One number as its sender has it."""

    envelopes: tuple[str, ...]
    """Hex digests: what was sent, and if a void replaced it, the void. Empty: only a receipt is left of it."""
    at: str
    answer: Answer | None = None


class Taken(NamedTuple):
    """One number as its recipient has it."""

    envelope: str
    outcome: str
    at: str


class View(NamedTuple):
    """How far the two sides saw when they said it."""

    sender_at: str
    recipient_at: str
    sender_beyond: bool
    """The sender has a later number of the stream, or cannot just have sent this one."""
    recipient_beyond: bool


class Proof(NamedTuple):
    """Whose word its own signature contradicts."""

    node: str
    by: str
    """`receipt`: the recipient signed it and the sender holds it; `envelope`: the other way round."""


def classify(sent: Sent | None, taken: Taken | None, view: View) -> Class:
    """The class of a number that at least one of the two names."""
    if taken is None:
        return _untaken(sent, view)
    if sent is None or not sent.envelopes:
        fresh = not view.sender_beyond and _not_before(taken.at, view.sender_at)
        return Class.IN_FLIGHT if fresh else Class.OMITTED
    if taken.envelope not in sent.envelopes or _denied(sent, taken):
        return Class.EQUIVOCATED
    return Class.MATCHED


def proof(class_: Class, sent: Sent | None, taken: Taken | None, stream: tuple[str, str]) -> Proof | None:
    """Who is contradicted by signed evidence; None where nothing signed says so. `stream`: sender and recipient."""
    sender, recipient = stream
    if class_ is Class.PHANTOM_RECEIPT:
        return Proof(recipient, "receipt")
    if class_ is Class.OMITTED:
        return Proof(sender, "envelope")
    if class_ is not Class.EQUIVOCATED or sent is None or taken is None:
        return None
    return Proof(recipient, "receipt") if _denied(sent, taken) else Proof(sender, "envelope")


def _untaken(sent: Sent | None, view: View) -> Class:
    if sent is None:
        raise ValueError("nobody names it")
    if sent.answer is not None:
        fresh = not view.recipient_beyond and _not_before(sent.answer.at, view.recipient_at)
        return Class.IN_FLIGHT if fresh else Class.PHANTOM_RECEIPT
    late = read_time(view.recipient_at) - read_time(sent.at) > DUE
    return Class.LOST if view.recipient_beyond or late else Class.IN_FLIGHT


def _denied(sent: Sent, taken: Taken) -> bool:
    """The recipient's receipt says something else than the recipient now does."""
    return sent.answer is not None and sent.answer[:2] != (taken.envelope, taken.outcome)


def _not_before(at: str, other: str) -> bool:
    """`at` is not clearly before `other`, which another clock may have read."""
    return read_time(at) >= read_time(other) - SKEW
