"""A federation on real databases, and the envelopes that only a hostile or broken partner would make."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from exchange.crypto.atrest import AtRest
from exchange.crypto.commitments import pack
from exchange.crypto.encoding import b64, canonical
from exchange.crypto.frames import join
from exchange.crypto.header import Header
from exchange.crypto.sealing import finish, prepare
from exchange.errors import Code, ExchangeError
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.records import HeldRecord, Ref
from exchange.operations.clock import stamp
from exchange.operations.grounds import grounds
from exchange.operations.known_partners import descriptor_of, partner_in_use
from exchange.operations.views import Asked, view
from exchange.store import SqlStore, open_engine
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import AGREEMENT, PURPOSE, Federation, State, federate

CODES = ("DZ", "AE", "KW")


@dataclass(frozen=True, slots=True, repr=False)
class World:
    """A federation and where its rows are."""

    federation: Federation
    urls: dict[str, str]
    stores: dict[str, SqlStore]

    def __getitem__(self, code: str) -> State:
        return self.federation[code]


@contextmanager
def world(databases: Sqlite | Postgresql, codes: Sequence[str] = CODES) -> Iterator[World]:
    """Nodes that know one another, closed and removed at the end."""
    with ExitStack() as stack:
        urls = {code: stack.enter_context(databases.fresh()) for code in codes}
        stores = {code: SqlStore(open_engine(url), AtRest(KEK)) for code, url in urls.items()}
        for store in stores.values():
            stack.callback(store.close)
        yield World(federate(stores), urls, stores)


def caught(call: Callable[[], object]) -> Code | None:
    """The code of our error that `call` raises, or None when it raises nothing. Other errors pass through."""
    try:
        call()
    except ExchangeError as error:
        return error.code
    return None


class Parcel(NamedTuple):
    """The three frames of a parcel, and the root that its proof leads to."""

    root: bytes
    manifest: bytes
    proof: bytes
    claims: bytes


def held_of(state: State, refs: Sequence[Ref]) -> list[HeldRecord]:
    with state.node.store.read() as unit:
        return unit.records.current(refs, lock=False)


def parcels_of(state: State, to: str, refs: Sequence[Ref]) -> list[Parcel]:
    """The parcels that an honest release of `refs` would carry."""
    with state.node.store.read() as unit:
        ground = grounds(unit, AGREEMENT, lock=False)
    found = []
    for held in held_of(state, refs):
        seen = view(state.node, ground, held, Asked(to, PURPOSE, state.node.clock.now()))
        assert seen.released is not None
        found.append(Parcel(held.root, held.manifest, held.proof, pack(seen.released.pairs)))
    return found


HANDLING: JsonObject = {
    "tlp": "TLP:RED",
    "caveats": ["NO_ARREST_BASIS"],
    "purposes": [PURPOSE],
    "retention_days": 30,
    "onward": "none",
}


def body_of(parcels: Sequence[Parcel], /, **changes: JsonValue) -> bytes:
    """The body of a `release` with these parcels; `changes` replace or add members of its head."""
    roots = list(dict.fromkeys(parcel.root for parcel in parcels))
    head: JsonObject = {
        "v": 1,
        "type": "release",
        "purpose": PURPOSE,
        "roots": [b64(root) for root in roots],
        "handlings": [HANDLING],
        "parcels": [[roots.index(parcel.root), 0] for parcel in parcels],
    }
    frames = [canonical({**head, **changes})]
    for parcel in parcels:
        frames += parcel[1:]
    return join(frames)


@dataclass(slots=True)
class Forger:
    """Seals envelopes with a node's own keys, as the node itself never would; keeps its own count of the stream."""

    sender: State
    recipient: State
    seq: int = 0
    previous: str = "0" * 64

    def header(self) -> Header:
        """An honest header for the next number."""
        sender, recipient = self.sender.node, self.recipient.node
        with sender.store.read() as unit:
            ground = grounds(unit, AGREEMENT, lock=False)
            card = descriptor_of(partner_in_use(unit, recipient.code))
        now = sender.clock.now()
        return Header(
            suite=1,
            type="release",
            id=f"rel-forged-{self.seq + 1}",
            sender=sender.code,
            recipient=recipient.code,
            agreement=AGREEMENT,
            agreement_digest=ground.agreement.digest,
            stream=f"{sender.code}-{recipient.code}",
            epoch=1,
            seq=self.seq + 1,
            previous=self.previous,
            issued=stamp(now),
            expires=stamp(now + timedelta(days=30)),
            commitment="",
            policy_digest=ground.policy_digest,
            signing_kid=sender.keys.signing[1].kid,
            sealing_kid=card.sealing_for(1, now).kid,
            checkpoint="",
        )

    def seal(self, body: bytes) -> bytes:
        """The next envelope of the stream; the count moves on."""
        header = self.header()
        with self.sender.node.store.read() as unit:
            card = descriptor_of(partner_in_use(unit, self.recipient.node.code))
        key = card.sealing_for(1, self.sender.node.clock.now())
        sealed = finish([prepare(header, body, key)], self.sender.node.keys.signing[1])[0]
        self.seq, self.previous = header.seq, sealed.header_digest
        return sealed.wire
