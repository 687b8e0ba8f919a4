"""Heartbeats: what a partner signs is read strictly, and no partner can move our clock's floor."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest

from exchange.crypto.atrest import AtRest
from exchange.crypto.encoding import canonical
from exchange.crypto.signed import wrap
from exchange.errors import Code, ExchangeError
from exchange.model.claims import JsonObject, JsonValue
from exchange.operations.clock import safe_now, stamp
from exchange.operations.heartbeat import TYPE, answer_heartbeat, beat
from exchange.operations.stream_alarms import last_beat
from exchange.store import SqlStore, open_engine
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.federation import START, Federation, federate
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


def said(states: Federation, **changes: JsonValue) -> bytes:
    """A heartbeat from KW to DZ, signed by KW, with some members changed."""
    value: JsonObject = {
        "v": 1,
        "node": "KW",
        "to": "DZ",
        "issued": stamp(states.clock.now()),
        "epoch": 1,
        "head": 0,
        "received": 0,
        "checkpoint": "",
        "yours": [],
        "seen": [],
        "opened": "",
    }
    return wrap(TYPE, canonical({**value, **changes}), states["KW"].node.keys.signing[1])


def test_both_sides_know_where_the_streams_stand(states: Federation) -> None:
    dz = states["DZ"]
    dz.push("KW", dz.deposit(gulf_person(1)))
    dz.deliver("KW")
    answer = beat(dz.node, "KW")
    assert (answer.head, answer.received) == (0, 1)
    with states["KW"].node.store.read() as unit:
        known = last_beat(unit, "DZ")
    assert known is not None
    assert (known.head, known.received) == (1, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"head": "x"},
        {"head": -1},
        {"head": True},
        {"received": None},
        {"received": [1]},
        {"epoch": "1"},
        {"issued": ""},
        {"issued": "yesterday"},
        {"issued": 7},
        {"issued": "2026-11-02T08:00:00"},
        {"issued": "2026-11-02 08:00:00 1 1"},
        {"checkpoint": 5},
        {"more": 1},
    ],
    ids=str,
)
def test_a_malformed_one_is_refused_with_our_error(states: Federation, changes: JsonObject) -> None:
    node = states["DZ"].node
    with pytest.raises(ExchangeError):
        answer_heartbeat(node, "KW", said(states, **changes))
    with node.store.read() as unit:
        assert last_beat(unit, "KW") is None


@pytest.mark.parametrize("ahead", [timedelta(minutes=11), timedelta(days=1), timedelta(days=20_000)])
def test_a_partner_cannot_push_our_clock_into_the_future(states: Federation, ahead: timedelta) -> None:
    """T-51: the floor would rise with it, and every operation of ours would stop."""
    node = states["DZ"].node
    with pytest.raises(ExchangeError) as refused:
        answer_heartbeat(node, "KW", said(states, issued=stamp(START + ahead)))
    assert refused.value.code is Code.NOT_YET_VALID
    with node.store.read() as unit:
        assert safe_now(node, unit) == START
        assert last_beat(unit, "KW") is None


def test_the_end_of_a_card_is_the_end_of_its_signatures(states: Federation) -> None:
    """Whoever found a lost key of KW may speak for it until the card's end and ten minutes, no longer."""
    node = states["DZ"].node
    states.clock.forward(timedelta(days=90, minutes=9))
    answer_heartbeat(node, "KW", said(states))
    states.clock.forward(timedelta(minutes=1))
    with pytest.raises(ExchangeError) as refused:
        answer_heartbeat(node, "KW", said(states))
    assert refused.value.code is Code.DESCRIPTOR_EXPIRED


def test_a_heartbeat_for_somebody_else_is_refused(states: Federation) -> None:
    node = states["DZ"].node
    for changes in ({"to": "AE"}, {"node": "AE"}):
        with pytest.raises(ExchangeError) as refused:
            answer_heartbeat(node, "KW", said(states, **changes))
        assert refused.value.code is Code.NOT_ADDRESSED
