"""What the threat tests share: federations on any store, and envelopes made by a partner that does as it likes.

A rogue partner holds its own keys, so whatever it signs is well signed; everything else about an envelope is its
choice. Production code has one sealer; a test that plays the enemy uses it with other arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from exchange.crypto.encoding import canonical
from exchange.crypto.frames import join
from exchange.crypto.header import NO_PREVIOUS, Header
from exchange.crypto.sealing import SealedEnvelope, finish, prepare
from exchange.errors import Code, ExchangeError
from exchange.model.claims import JsonObject, JsonValue
from exchange.operations.clock import stamp
from exchange.operations.grounds import grounds
from exchange.operations.known_partners import descriptor_of, partner_in_use
from exchange.operations.release import LIFETIME, release_body
from exchange.operations.views import Asked, view
from exchange.model.records import Ref
from exchange.ports import Store
from exchange.store import SqlStore, open_engine
from exchange.crypto.atrest import AtRest
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import AGREEMENT, PURPOSE, Federation, State, federate

AMENDED = Callable[[Header], Header]


@contextmanager
def federation(databases: Sqlite | Postgresql, *codes: str) -> Iterator[Federation]:
    """Nodes of `codes` on fresh databases."""
    with ExitStack() as stack:
        stores: dict[str, Store] = {}
        for code in codes or ("DZ", "KW"):
            store = SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK))
            stack.callback(store.close)
            stores[code] = store
        yield federate(stores)


def code_of(call: Callable[[], object]) -> Code | None:
    """The code of the error that `call` raises, None if it raises none. Errors that are not ours go through."""
    try:
        call()
    except ExchangeError as fault:
        return fault.code
    return None


def next_header(sender: State, to: str, epoch: int = 1) -> Header:
    """The honest header of the next envelope of `sender` to `to`."""
    node, now = sender.node, sender.node.clock.now()
    with node.store.read() as unit:
        ground = grounds(unit, AGREEMENT, lock=False)
        sealing = descriptor_of(partner_in_use(unit, to)).sealing_for(1, now)
        end = unit.streams.end_out(to, lock=False)
    return Header(
        suite=1,
        type="release",
        id=f"rel-{end.seq + 1:032d}",
        sender=node.code,
        recipient=to,
        agreement=AGREEMENT,
        agreement_digest=ground.agreement.digest,
        stream=f"{node.code}-{to}",
        epoch=epoch,
        seq=end.seq + 1,
        previous=end.header_digest if end.seq else NO_PREVIOUS,
        issued=stamp(now),
        expires=stamp(now + LIFETIME),
        commitment="",
        policy_digest=ground.policy_digest,
        signing_kid=node.keys.signing[1].kid,
        sealing_kid=sealing.kid,
        checkpoint="",
    )


def seal(sender: State, to: str, body: bytes, header: Header | None = None) -> SealedEnvelope:
    """An envelope with any body and header, well signed by `sender`."""
    draft = next_header(sender, to) if header is None else header
    with sender.node.store.read() as unit:
        key = descriptor_of(partner_in_use(unit, to)).sealing_for(draft.suite, sender.node.clock.now())
    return finish([prepare(replace(draft, commitment=""), body, key)], sender.node.keys.signing[draft.suite])[0]


def honest_body(sender: State, to: str, refs: Sequence[Ref]) -> bytes:
    """What a release of `refs` would carry."""
    node = sender.node
    with node.store.read() as unit:
        ground = grounds(unit, AGREEMENT, lock=False)
        held = unit.records.current(refs, lock=False)
    asked = Asked(to, PURPOSE, node.clock.now())
    return release_body(PURPOSE, [(each, view(node, ground, each, asked)) for each in held])


def body_of(head: JsonObject, frames: Sequence[bytes]) -> bytes:
    return join([canonical(head), *frames])


def head_of(roots: Sequence[JsonValue], handlings: Sequence[JsonValue], parcels: Sequence[JsonValue]) -> JsonObject:
    return {
        "v": 1,
        "type": "release",
        "purpose": PURPOSE,
        "roots": list(roots),
        "handlings": list(handlings),
        "parcels": list(parcels),
    }
