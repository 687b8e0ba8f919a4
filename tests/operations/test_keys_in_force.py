"""An envelope goes out only while its keys hold: the prekey that it is sealed to and the key that signed it.

A partner revokes a prekey because somebody else has it. What was sealed to it before must not be handed over after.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.crypto import descriptor
from exchange.crypto.atrest import AtRest
from exchange.crypto.descriptor import Descriptor
from exchange.crypto.keys import NodeKeys
from exchange.crypto.opening import parse_outer
from exchange.operations import partners
from exchange.operations.audit import OWN_DESCRIPTOR
from exchange.operations.pull import pull
from exchange.store import SqlStore, open_engine
from tests import invariants
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation, State, card_of, federate, keys_of, root_of
from tests.subjects import gulf_person


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with ExitStack() as stack:
        stores = {
            code: SqlStore(open_engine(stack.enter_context(databases.fresh())), AtRest(KEK)) for code in ("DZ", "KW")
        }
        yield federate(stores)
        for store in stores.values():
            store.close()


def current(code: str) -> Descriptor:
    return descriptor.trusted(card_of(code))


def publish(states: Federation, at: State, card: Descriptor) -> None:
    """`at` takes a card, signed by its root: its own, or that of a partner."""
    data = descriptor.sign(card, root_of(card.node))
    with at.node.store.write() as unit:
        if card.node == at.node.code:
            unit.set_setting(OWN_DESCRIPTOR, data.decode("utf-8"))
        else:
            partners.update_partner(at.node, unit, data, card.node, at.staff.admin.id)


def revoking(states: Federation, code: str, kid: str) -> Descriptor:
    """The next card of `code`: the key is revoked from now on, and there is another of its kind."""
    before, now = current(code), states.clock.now()
    other = NodeKeys.generate(code, root_of(code).fingerprint)
    keys = replace(keys_of(code), sealing=(*keys_of(code).sealing, *other.sealing))
    return replace(descriptor.renew(before, keys, now), revocations={kid: now})


def queued(states: Federation, n: int) -> str:
    """DZ queues a record for KW; returns the key id of the prekey that it is sealed to."""
    dz = states["DZ"]
    dz.push("KW", dz.deposit(gulf_person(n)))
    return parse_outer(invariants.sent(dz.node, "KW")[-1].wire).header.sealing_kid


def hand_over(states: Federation, by: str) -> None:
    if by == "push":
        assert states["DZ"].deliver("KW").stopped is None
    else:
        assert pull(states["KW"].node, "DZ").stopped is None


def results(states: Federation) -> list[str]:
    return [item.state for item in invariants.sent(states["DZ"].node, "KW")]


@pytest.mark.parametrize("by", ["push", "pull"])
def test_what_is_sealed_to_a_prekey_revoked_since_stays_here(states: Federation, by: str) -> None:
    dz, kw = states["DZ"], states["KW"]
    kid = queued(states, 1)
    wire = invariants.sent(dz.node, "KW")[0].wire
    states.clock.forward(timedelta(minutes=1))
    publish(states, dz, revoking(states, "KW", kid))
    hand_over(states, by)
    assert results(states) == ["void"]
    assert not [data for _, _, data in states.network.wire if wire in data]
    invariants.holds_exactly(dz.node, kw.node, [])


@pytest.mark.parametrize("by", ["push", "pull"])
def test_what_is_sealed_to_a_prekey_that_the_card_dropped_before_its_end_stays_here(
    states: Federation, by: str
) -> None:
    dz = states["DZ"]
    kid = queued(states, 1)
    states.clock.forward(timedelta(minutes=1))
    newer = revoking(states, "KW", kid)
    kept = tuple(span for span in newer.sealing if span.key.kid != kid)
    publish(states, dz, replace(newer, sealing=kept, revocations={}))
    hand_over(states, by)
    assert results(states) == ["void"]


def test_a_prekey_that_ended_in_its_time_is_opened_for_two_weeks_more(states: Federation) -> None:
    """The partner was away when its prekey ended and its card was renewed: it still has the private half."""
    dz = states["DZ"]
    kid = queued(states, 1)
    (span,) = (each for each in current("KW").sealing if each.key.kid == kid)
    states.clock.time = span.end + timedelta(hours=1)
    newer = descriptor.renew(current("KW"), keys_of("KW"), states.clock.now())
    assert kid not in {each.key.kid for each in newer.sealing}
    publish(states, dz, newer)
    hand_over(states, "push")
    assert results(states) == ["accepted"]


def test_a_prekey_that_ended_longer_ago_may_be_destroyed_and_nothing_goes_to_it(states: Federation) -> None:
    dz = states["DZ"]
    kid = queued(states, 1)
    (span,) = (each for each in current("KW").sealing if each.key.kid == kid)
    states.clock.time = span.end + timedelta(hours=1)
    publish(states, dz, descriptor.renew(current("KW"), keys_of("KW"), states.clock.now()))
    states.clock.forward(descriptor.PREKEY_GRACE)
    hand_over(states, "push")
    assert results(states) == ["void"]


@pytest.mark.parametrize("by", ["push", "pull"])
def test_what_our_own_key_signed_before_it_was_revoked_stays_here(states: Federation, by: str) -> None:
    """The void in its place is signed with the next key, which the partner knows from our card; the stream goes on."""
    dz, kw = states["DZ"], states["KW"]
    queued(states, 1)
    states.clock.forward(timedelta(minutes=1))
    kid = dz.node.keys.signing[1].kid
    next_keys = NodeKeys.generate("DZ", root_of("DZ").fingerprint)
    newer = replace(
        descriptor.renew(current("DZ"), replace(keys_of("DZ"), signing=next_keys.signing), states.clock.now()),
        revocations={kid: states.clock.now()},
    )
    for state in (dz, kw):
        publish(states, state, newer)
    dz.node = replace(dz.node, keys=replace(dz.node.keys, signing=next_keys.signing))
    states.network.nodes["DZ"] = dz.node
    hand_over(states, by)
    assert results(states) == ["void"]
    assert [item.state for item in invariants.taken(kw.node, "DZ")] == ["void"]
    refs = dz.deposit(gulf_person(2))
    dz.push("KW", refs)
    hand_over(states, by)
    invariants.holds_exactly(dz.node, kw.node, refs)


def test_keys_that_hold_change_nothing(states: Federation) -> None:
    dz, kw = states["DZ"], states["KW"]
    refs = dz.deposit(gulf_person(1))
    dz.push("KW", refs)
    publish(states, dz, revoking(states, "KW", "0" * 16))
    hand_over(states, "push")
    assert results(states) == ["accepted"]
    invariants.holds_exactly(dz.node, kw.node, refs)
