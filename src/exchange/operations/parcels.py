"""Reads the body of a `release` or a `correction`: schema (step 13) and import policy (step 14), parcel by parcel.

A fault of the body refuses the envelope; a fault of one parcel refuses that parcel, by its index and a code, and the
others are taken. A record of another originator than the sender needs that originator's grant in the body (T-20).
Nothing in a parcel names a local object: identity is (originator, id) (policies.md, case 9).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, TypeVar

from exchange.crypto.commitments import all_open, unpack
from exchange.crypto.descriptor import Descriptor
from exchange.crypto.encoding import canonical, read_canonical, unb64
from exchange.crypto.frames import split
from exchange.crypto.header import Header
from exchange.crypto.keys import VerifyKey
from exchange.crypto.manifest import Manifest
from exchange.crypto.manifest import read as read_manifest
from exchange.crypto.signing import KeyOf, RootCache, verify
from exchange.errors import BadInput, Code, Denied, ExchangeError, Untrusted
from exchange.model.afterwards import StoredGrant
from exchange.model.claims import Claim, JsonObject, JsonValue
from exchange.model.message_json import is_thread
from exchange.model.message_json import read as read_message
from exchange.model.messages import Message
from exchange.model.records import Ref
from exchange.model.validate import check_claims
from exchange.operations.claims import claims_of
from exchange.operations.grant_documents import opened, row_of
from exchange.policies.agreement import Agreement
from exchange.policies.grants import GrantDocument, Passing, let_pass
from exchange.policies.handling import Handling
from exchange.policies.import_rules import check_view, lets_in, paths_let_in, read_handling

MAX_HEAD = 4 << 20
"""Bytes of a body's head at most: 500 roots of 6 kB and the rest."""
MAX_PARCELS = 500
_PARCELS = {"roots", "handlings", "parcels"}
_MEMBERS = {"v", "type", "purpose", *_PARCELS}
_Item = TypeVar("_Item")
_ROOTS = RootCache(256)
"""Batch roots already verified, by digest: one hybrid verification serves every record of a batch."""


class Cards(NamedTuple):
    """The sender's card, and the cards of other originators as they are pinned here."""

    sender: Descriptor
    of: Callable[[str], Descriptor]
    """By node code. Denied or Untrusted for one that is no partner in use."""


class Parcel(NamedTuple):
    """One record as disclosed to us, verified against its originator's manifest."""

    ref: Ref
    version: int
    kind: str
    manifest: bytes
    root: bytes
    proof: bytes
    claims: bytes
    handling: bytes
    retention_days: int
    grant: StoredGrant | None = None
    """The grant under which it came, if its originator is not its sender."""
    values: tuple[Claim, ...] = ()
    """`claims`, as they were read."""

    def expires_at(self, now: datetime) -> datetime:
        """When our copy must be gone: its own clock, counted from its arrival."""
        return now + timedelta(days=self.retention_days)


@dataclass(slots=True)
class Taken:
    """What an envelope brought: the good parcels, and the refused ones by index and code."""

    purpose: str = ""
    parcels: list[Parcel] = field(default_factory=list)
    refused: list[tuple[int, Code]] = field(default_factory=list)
    message: Message | None = None
    """What a message says; of a correction, what it says beside its parcels."""
    answers: str | None = None
    """The request of ours that a release answers, as its sender says."""
    grants: dict[str, StoredGrant] = field(default_factory=dict)
    """By digest: the grants under which records of other originators came."""


class _Granted(NamedTuple):
    """A verified grant, and the keys of its originator."""

    grant: GrantDocument
    wire: bytes
    key_of: KeyOf


@dataclass(frozen=True, slots=True)
class _Body:
    """The head of a body, checked, and what its parcels are checked against."""

    header: Header
    agreement: Agreement
    cards: Cards
    now: datetime
    purpose: str
    roots: tuple[bytes, ...]
    handlings: tuple[tuple[bytes, Handling], ...]
    grants: tuple[bytes, ...]

    def parcel(self, place: JsonValue, manifest: bytes, proof: bytes, claims: bytes) -> Parcel:
        """One parcel, checked. Raises our errors only."""
        if not isinstance(place, list) or not 2 <= len(place) <= 3:
            raise BadInput(Code.BODY_MALFORMED)
        root, (handling, terms) = _pick(self.roots, place[0]), _pick(self.handlings, place[1])
        head = read_manifest(manifest)
        granted = self._import_policy(head, place)
        key_of = self.signing_key if granted is None else granted.key_of
        verify(root, proof, "exchange/manifest/1", manifest, key_of, _ROOTS)
        pairs = unpack(claims)
        if not all_open(head.commitments, pairs):
            raise Untrusted(Code.CLAIM_NOT_COMMITTED)
        texts = [claim for _, claim in pairs]
        values = claims_of(texts, whole=False)
        check_claims(head.kind, values, texts)
        check_view(values, terms, paths_let_in(self.agreement, head.kind, self.header.sender, self.header.recipient))
        ref, header = Ref(head.originator, head.id), self.header
        if granted is not None:
            way = (header.sender, header.recipient, self.purpose, self.agreement.id, self.now)
            let_pass(granted.grant, Passing(ref, head.version, *way), [claim.path for claim in values], terms)
        row = None if granted is None else row_of(granted.grant, granted.wire, header.agreement, self.now)
        days = terms.retention_days
        return Parcel(ref, head.version, head.kind, manifest, root, proof, claims, handling, days, row, values)

    def signing_key(self, kid: str) -> VerifyKey:
        return self.cards.sender.signing_key(kid, self.now)

    def _import_policy(self, head: Manifest, place: list[JsonValue]) -> _Granted | None:
        """Whose record it may be: the sender's, or that of an originator whose grant came with it."""
        own = head.originator == self.header.sender
        if own != (len(place) == 2):
            raise BadInput(Code.BODY_MALFORMED) if own else Denied(Code.ORIGINATOR_MISMATCH)
        if not lets_in(self.agreement, head.kind, self.header.sender, self.header.recipient):
            raise Denied(Code.IMPORT_REFUSED)
        return None if own else self._granted(head.originator, _pick(self.grants, place[2]))

    def _granted(self, originator: str, wire: bytes) -> _Granted:
        """The grant, signed by the originator that we know. Whatever is wrong with it: Denied(GRANT_INVALID)."""
        try:
            card = self.cards.of(originator)
            key_of = partial(card.signing_key, at=self.now)
            return _Granted(opened(wire, key_of), wire, key_of)
        except ExchangeError:
            raise Denied(Code.GRANT_INVALID) from None


def read_release(body: bytes, header: Header, agreement: Agreement, cards: Cards, now: datetime) -> Taken:
    """The parcels of `body`. Raises BadInput(BODY_MALFORMED) or Denied(IMPORT_REFUSED) for the envelope as a whole."""
    if header.type not in ("release", "correction"):
        raise BadInput(Code.BODY_MALFORMED, at="type")
    try:
        frames = split(body, limit=1 + 3 * MAX_PARCELS)
        value, cover = _head(frames, header.type)
        roots = _roots(value["roots"])
        grants = _roots(value["grants"]) if "grants" in value else ()
    except BadInput as fault:
        raise BadInput(Code.BODY_MALFORMED, **fault.facts) from None
    places = value["parcels"]
    if not isinstance(places, list) or not places or len(frames) != 1 + 3 * len(places):
        raise BadInput(Code.BODY_MALFORMED, at="/parcels")
    if value["purpose"] not in agreement.purposes:
        raise Denied(Code.IMPORT_REFUSED, at="/purpose")
    handlings = _handlings(value["handlings"], agreement)
    frame = _Body(header, agreement, cards, now, str(value["purpose"]), roots, handlings, grants)
    taken = Taken(frame.purpose, message=cover)
    if cover is None and "thread" in value:
        taken.answers = str(value["thread"])
    seen: set[Ref] = set()
    for index, place in enumerate(places):
        try:
            parcel = frame.parcel(place, *frames[1 + 3 * index : 4 + 3 * index])
            if parcel.ref in seen:
                raise BadInput(Code.BODY_MALFORMED)
        except ExchangeError as fault:
            taken.refused.append((index, fault.code))
            continue
        seen.add(parcel.ref)
        if parcel.grant is not None:
            taken.grants[parcel.grant.digest] = parcel.grant
        taken.parcels.append(parcel)
    return taken


def _head(frames: Sequence[bytes], type_: str) -> tuple[JsonObject, Message | None]:
    """The head, and of a correction the message in it: what it has beside a release's members, strictly read."""
    if not frames:
        raise BadInput(Code.BODY_MALFORMED)
    value = read_canonical(frames[0], limit=MAX_HEAD)
    if not isinstance(value, dict) or not value.keys() >= _MEMBERS:
        raise BadInput(Code.BODY_MALFORMED)
    if type(value["v"]) is not int or (value["v"], value["type"]) != (1, type_):
        raise BadInput(Code.BODY_MALFORMED)
    if type_ == "correction":
        return value, read_message({name: each for name, each in value.items() if name not in _PARCELS}, type_)
    if value.keys() - _MEMBERS - {"thread", "grants"} or ("thread" in value and not is_thread(value["thread"])):
        raise BadInput(Code.BODY_MALFORMED)
    return value, None


def _handlings(value: JsonValue, agreement: Agreement) -> tuple[tuple[bytes, Handling], ...]:
    return tuple((canonical(each), read_handling(each, agreement)) for each in _some(value))


def _roots(value: JsonValue) -> tuple[bytes, ...]:
    return tuple(unb64(each) for each in _some(value))


def _some(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_PARCELS:
        raise BadInput(Code.BODY_MALFORMED)
    return value


def _pick(items: Sequence[_Item], index: JsonValue) -> _Item:
    if type(index) is not int or not 0 <= index < len(items):
        raise BadInput(Code.BODY_MALFORMED)
    return items[index]
