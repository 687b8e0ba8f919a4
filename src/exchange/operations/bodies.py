"""Puts bodies together: the plaintext of an envelope, as frames. It seals nothing and decides nothing.

A body is its head, then the three frames of every parcel (docs/spec/envelope.md §5, docs/spec/messages.md §2). Parcels
come from `Released` only, heads of messages from `Sendable` only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.crypto.encoding import b64, canonical
from exchange.crypto.frames import join
from exchange.errors import Code, Denied
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.records import HeldRecord
from exchange.operations.views import View
from exchange.policies.handling import Handling
from exchange.policies.messages import Sendable


@dataclass(frozen=True, slots=True)
class Cover:
    """What the head of a release says beside its parcels."""

    purpose: str
    thread: str | None = None
    """The request that the release answers."""
    correction: Sendable | None = None
    """The message that makes it a correction."""

    def members(self) -> JsonObject:
        if self.correction is not None:
            return self.correction.message.document()
        head: JsonObject = {"v": 1, "type": "release", "purpose": self.purpose}
        return head if self.thread is None else {**head, "thread": self.thread}


def release_body(cover: Cover, views: Sequence[tuple[HeldRecord, View]]) -> bytes:
    """The body of a `release` or a `correction`.

    A head that names shared things once, then, for every parcel, its manifest, its proof and its disclosed claims as
    they were signed. A parcel of another state's record names the grant that it travels under; without such parcels
    the head has no member `grants`.
    """
    roots: dict[bytes, int] = {}
    handlings: dict[Handling, int] = {}
    grants: dict[bytes, int] = {}
    places: list[JsonValue] = []
    frames = [b""]
    for _, seen in views:
        parcel = seen.released
        if parcel is None:
            raise Denied(Code.RELEASE_DENIED)
        place: list[JsonValue] = [
            roots.setdefault(parcel.root, len(roots)),
            handlings.setdefault(parcel.handling, len(handlings)),
        ]
        if seen.grant is not None:
            place.append(grants.setdefault(seen.grant.wire, len(grants)))
        places.append(place)
        frames += (parcel.manifest, parcel.proof, seen.packed)
    head: JsonObject = {
        **cover.members(),
        "roots": [b64(root) for root in roots],
        "handlings": [handling.document() for handling in handlings],
        "parcels": places,
    }
    if grants:
        head["grants"] = [b64(grant) for grant in grants]
    frames[0] = canonical(head)
    return join(frames)


def message_body(sendable: Sendable) -> bytes:
    """The body of a message without parcels: one frame."""
    return join([canonical(sendable.message.document())])
