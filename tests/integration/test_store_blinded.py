"""Blinded matching in the database, on SQLite and PostgreSQL: sealed seeds, sets as tags, queries, forgetting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from exchange.crypto.atrest import AtRest
from exchange.errors import Code, Conflict, Unavailable
from exchange.model.blinded import ASKS, HOLDS, IN, OUT, BlindEpoch, BlindQuery, BlindTicket
from exchange.store import SqlStore
from exchange.store.blind_tables import blind_epochs, blind_queries, blind_tags
from tests.conftest import KEK
from tests.integration.samples import NOW, held, ref

SEED = bytes(range(32))
EPOCH = BlindEpoch("MA", ASKS, 3, b"p" * 32, NOW, SEED, 4096)
QUERY = BlindQuery("MA", IN, "run-1", NOW, "CASE-1", "ab" * 8, "agr-1", "contact", 2, b"s" * 8192)


def test_a_seed_is_sealed_and_replaced_without_a_trace(store: SqlStore) -> None:
    with store.write() as unit:
        unit.blinded.put_epoch(EPOCH)
    with store.read() as unit:
        assert unit.blinded.epoch("MA", ASKS, lock=False) == EPOCH
        assert unit.blinded.epoch("MA", HOLDS, lock=False) is None
        (row,) = unit._connection.execute(select(blind_epochs)).all()
    assert SEED not in bytes(row.seed)
    fresh = replace(EPOCH, epoch=4, seed=b"n" * 32)
    with store.write() as unit:
        unit.blinded.put_epoch(fresh)
        assert unit.destroyed
    with store.read() as unit:
        assert unit.blinded.epoch("MA", ASKS, lock=False) == fresh
    with store.write() as unit:
        unit.blinded.drop_epoch("MA", ASKS)
    with store.read() as unit:
        assert unit.blinded.epoch("MA", ASKS, lock=False) is None


def test_a_seed_of_another_place_does_not_open(store: SqlStore) -> None:
    """Rows exchanged by somebody with the database's password."""
    with store.write() as unit:
        unit.blinded.put_epoch(EPOCH)
        unit._connection.execute(text("UPDATE blind_epochs SET partner = 'TN'"))
    with store.read() as unit, pytest.raises(Unavailable) as refused:
        unit.blinded.epoch("TN", ASKS, lock=False)
    assert refused.value.code is Code.AT_REST_CORRUPT


def test_the_key_of_a_partner_has_no_seed(store: SqlStore) -> None:
    theirs = BlindEpoch("MA", HOLDS, 1, b"q" * 32, NOW, key_version="v1")
    with store.write() as unit:
        unit.blinded.put_epoch(theirs)
    with store.read() as unit:
        assert unit.blinded.epoch("MA", HOLDS, lock=False) == theirs


def test_records_come_into_a_set_change_and_leave_it(store: SqlStore) -> None:
    with store.write() as unit:
        unit.blinded.keep("MA", [("rec-1", 1), ("rec-2", 1)], [(b"a", "rec-1"), (b"b", "rec-1"), (b"b", "rec-2")])
        unit.blinded.keep("TN", [("rec-1", 1)], [(b"a", "rec-1")])
    with store.write() as unit:
        a, b, other = unit.blinded.tags([b"a", b"b", b"c"])
        assert unit.blinded.find("MA", [a, b, other], 100) == sorted([(a, "rec-1"), (b, "rec-1"), (b, "rec-2")])
        assert len(unit.blinded.find("MA", [a, b, other], 2)) == 2
        assert unit.blinded.prepared("MA", ["rec-1", "rec-2", "rec-3"]) == {"rec-1": 1, "rec-2": 1}
        assert unit.blinded.prepared_after("MA", "rec-1", 10) == ["rec-2"]
        unit.blinded.keep("MA", [("rec-1", 2)], [(b"c", "rec-1")])
        assert unit.blinded.find("MA", [a, b], 100) == [(b, "rec-2")]
        assert unit.blinded.prepared("MA", ["rec-1"]) == {"rec-1": 2}
        unit.blinded.forget("MA", ["rec-1"])
        assert (unit.blinded.size("MA"), unit.blinded.size("TN")) == (1, 1)
        unit.blinded.forget("MA", None)
        assert unit.blinded.find("MA", [a, b, other], 100) == []
        assert unit.blinded.find("TN", [a], 100) == [(a, "rec-1")]


def test_a_token_that_many_have_hides_no_other(store: SqlStore) -> None:
    """A hub: one name in thousands of records. Whichever tag stands first, the others are found."""
    ids = [f"rec-{number:04}" for number in range(300)]
    tokens = [b"hub", *(b"rare %d" % number for number in range(8))]
    with store.write() as unit:
        unit.blinded.keep("MA", [(id_, 1) for id_ in ids], [(b"hub", id_) for id_ in ids])
        unit.blinded.keep("MA", [("rec-z", 1)], [(token, "rec-z") for token in tokens])
        hub, *rare = unit.blinded.tags(tokens)
        found = unit.blinded.find("MA", [hub, *rare], 20)
    assert len(found) == 20
    assert {(tag, "rec-z") for tag in rare} <= set(found)


def test_what_is_old_goes_and_our_key_with_it(store: SqlStore) -> None:
    ticket = BlindTicket("MA", IN, "ab" * 16, NOW, "AG-DZ-MA", "purpose", "rec-1")
    with store.write() as unit:
        unit.blinded.add_query(QUERY)
        unit.blinded.put_ticket(ticket)
        unit.blinded.put_epoch(BlindEpoch("MA", ASKS, 3, b"q" * 32, NOW, b"s" * 32))
        unit.blinded.drop_before(NOW)
        unit.blinded.end_keys(NOW - timedelta(seconds=1))
        assert unit.blinded.ticket("MA", IN, "ab" * 16, lock=True) == ticket
        kept = unit.blinded.epoch("MA", ASKS, lock=True)
        assert kept is not None
        assert kept.seed == b"s" * 32
        unit.blinded.drop_before(NOW + timedelta(seconds=1))
        unit.blinded.end_keys(NOW)
        assert unit.blinded.queries(IN, None, NOW) == []
        assert unit.blinded.ticket("MA", IN, "ab" * 16, lock=True) is None
        assert unit.blinded.epoch("MA", ASKS, lock=True) == replace(kept, seed=b"")


def test_a_token_is_nowhere_in_the_database_and_needs_our_key_to_be_found(store: SqlStore) -> None:
    token = b"token-of-16-byte"
    with store.write() as unit:
        unit.blinded.keep("MA", [("rec-1", 1)], [(token, "rec-1")])
        (row,) = unit._connection.execute(select(blind_tags)).all()
        assert [row.tag] == unit.blinded.tags([token])
    assert row.tag != int.from_bytes(token[:8], "big") >> 1
    assert AtRest(bytes(32)).match_tag(token) != AtRest(KEK).match_tag(token) == row.tag
    assert 0 <= row.tag < 2**63


def test_queries_are_kept_once_and_their_tags_for_a_day(store: SqlStore) -> None:
    mine = replace(QUERY, direction=OUT, run="run-2", at=NOW + timedelta(hours=1), hits=None)
    with store.write() as unit:
        unit.blinded.add_query(QUERY)
        unit.blinded.add_query(mine)
    with pytest.raises(Conflict), store.write() as unit:
        unit.blinded.add_query(QUERY)
    with store.write() as unit:
        assert unit.blinded.queries(IN, None, NOW) == [QUERY]
        assert unit.blinded.queries(IN, "TN", NOW) == []
        assert unit.blinded.queries(IN, "MA", NOW + timedelta(seconds=1)) == []
        unit.blinded.answered("MA", "run-2", 1)
        assert unit.blinded.queries(OUT, "MA", NOW) == [replace(mine, hits=1)]
        unit.blinded.forget_seen(NOW + timedelta(minutes=1))
    with store.read() as unit:
        rows = unit._connection.execute(select(blind_queries).order_by(blind_queries.c.run)).all()
    assert [len(bytes(row.seen)) for row in rows] == [0, 8192]


def test_a_record_that_is_erased_leaves_every_set_at_once(store: SqlStore) -> None:
    with store.write() as unit:
        unit.records.add([held(1), held(2)], NOW)
        for partner in ("MA", "TN"):
            unit.blinded.put_epoch(BlindEpoch(partner, HOLDS, 1, b"q" * 32, NOW, key_version="v1"))
            versions = [(ref(number).id, 1) for number in (1, 2)]
            unit.blinded.keep(partner, versions, [(b"token", id_) for id_, _ in versions])
    with store.write() as unit:
        unit.records.erase([ref(1)])
    with store.read() as unit:
        for partner in ("MA", "TN"):
            (tag,) = unit.blinded.tags([b"token"])
            assert unit.blinded.find(partner, [tag], 9) == [(tag, ref(2).id)]
            assert unit.blinded.prepared_after(partner, "", 9) == [ref(2).id]
