"""Introductions and revocations in the store: what is put comes back, and one person is never two."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.errors import BadInput
from exchange.model.trust import Introduction, Revocation
from exchange.store import SqlStore
from tests.integration.samples import NOW, hexes, outgoing

WAITING = Introduction("QA", b"card", 3, hexes("root"), "admin-1", NOW)
HEARD = replace(WAITING, first_by="admin-1", first_at=NOW + timedelta(seconds=1), misheard=1)
VERIFIED = replace(HEARD, second_by="officer-2", second_at=NOW + timedelta(seconds=2))
ASKED = Revocation("MA", "OUR_DECISION", "admin-1", NOW)
CONFIRMED = replace(ASKED, confirmed_by="officer-2", confirmed_at=NOW)


@pytest.mark.parametrize("kept", [WAITING, HEARD, VERIFIED])
def test_an_introduction_comes_back_as_it_was(store: SqlStore, kept: Introduction) -> None:
    with store.write() as unit:
        unit.trust.put_introduction(WAITING)
        unit.trust.put_introduction(kept)
        unit.trust.put_introduction(replace(kept, code="AA"))
        assert unit.trust.introduction("QA", lock=True) == kept
    with store.read() as unit:
        assert [each.code for each in unit.trust.introductions()] == ["AA", "QA"]
        assert unit.trust.introduction("ZZ") is None
    with store.write() as unit:
        unit.trust.drop_introduction("QA")
    with store.read() as unit:
        assert unit.trust.introduction("QA") is None


@pytest.mark.parametrize(
    "one", [replace(VERIFIED, second_by="admin-1"), replace(WAITING, second_by="officer-2", second_at=NOW)]
)
def test_the_database_wants_two_persons_to_have_heard(store: SqlStore, one: Introduction) -> None:
    with pytest.raises(BadInput), store.write() as unit:
        unit.trust.put_introduction(one)


def test_a_revocation_is_withdrawn_until_it_is_confirmed(store: SqlStore) -> None:
    with store.write() as unit:
        unit.trust.put_revocation(ASKED)
        assert unit.trust.revocation("MA", lock=True) == ASKED
        unit.trust.drop_revocation("MA")
        assert unit.trust.revocations() == []
        unit.trust.put_revocation(CONFIRMED)
        unit.trust.drop_revocation("MA")
    with store.read() as unit:
        assert unit.trust.revocations() == [CONFIRMED]


def test_the_database_wants_two_persons_to_revoke(store: SqlStore) -> None:
    with pytest.raises(BadInput), store.write() as unit:
        unit.trust.put_revocation(replace(CONFIRMED, confirmed_by="admin-1"))


def test_what_waits_for_one_recipient(store: SqlStore) -> None:
    with store.write() as unit:
        unit.streams.queue([outgoing(number) for number in range(1, 5)])
        unit.streams.settle("MA", 1, 2, "accepted", b"receipt")
        unit.streams.replace_with_void(replace(outgoing(3), state="void"))
        assert [item.seq for item in unit.streams.waiting_to("MA", 10)] == [1, 4]
        assert [item.seq for item in unit.streams.waiting_to("MA", 1)] == [1]
        assert unit.streams.waiting_to("TN", 10) == []
        newest = unit.streams.last_out("MA")
        assert newest is not None
        assert (newest.seq, newest.wire) == (4, b"")
        assert unit.streams.last_out("TN") is None
