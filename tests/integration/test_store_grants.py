"""Grants at rest: kept once, found while they stand, revoked for ever; first-hand copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from exchange.crypto.atrest import AtRest
from exchange.model.afterwards import StoredGrant
from exchange.store import SqlStore, open_engine
from tests.conftest import KEK
from tests.databases import Postgresql, Sqlite
from tests.integration.samples import NOW
from tests.integration.samples import copy as sample_copy

GRANT = StoredGrant("ab" * 32, "DZ", "AE", "KW", "msg-1", "AG-DZ-AE", b"wire", NOW + timedelta(days=1), NOW)


@pytest.fixture
def store(databases: Sqlite | Postgresql) -> Iterator[SqlStore]:
    with databases.fresh() as url:
        made = SqlStore(open_engine(url), AtRest(KEK))
        yield made
        made.close()


def test_a_grant_is_kept_once_and_found_while_it_stands(store: SqlStore) -> None:
    newer = replace(GRANT, digest="cd" * 32, stored_at=NOW + timedelta(hours=1))
    others = [replace(GRANT, digest="ef" * 32, holder="QA"), replace(GRANT, digest="01" * 32, recipient="QA")]
    with store.write() as unit:
        assert [unit.grants.keep(each) for each in (GRANT, newer, *others)] == [True] * 4
        assert not unit.grants.keep(replace(GRANT, wire=b"other"))
    with store.write() as unit:
        assert unit.grants.usable("AE", "KW", NOW, lock=True) == [newer, GRANT]
        assert unit.grants.usable("AE", "KW", GRANT.expires_at, lock=True) == []
        assert unit.grants.page(None, 2) == [others[1], GRANT]
        assert unit.grants.page(GRANT.digest, 9) == [newer, others[0]]


def test_a_revocation_ends_a_thread_for_ever(store: SqlStore) -> None:
    same, other = replace(GRANT, digest="cd" * 32), replace(GRANT, digest="ef" * 32, thread="msg-2")
    later = NOW + timedelta(hours=2)
    with store.write() as unit:
        for each in (GRANT, same, other):
            unit.grants.keep(each)
        assert unit.grants.revoke("EG", "AE", "msg-1", later) == []
        assert unit.grants.revoke("DZ", "AE", "msg-1", later) == [GRANT.digest, same.digest]
        assert unit.grants.revoke("DZ", "AE", "msg-1", later) == []
        assert not unit.grants.keep(GRANT)
    with store.read() as unit:
        assert unit.grants.usable("AE", "KW", NOW, lock=False) == [other]
        assert unit.grants.get(GRANT.digest) == replace(GRANT, revoked_at=later)


def test_what_stood_at_a_moment_of_the_past(store: SqlStore) -> None:
    newer = replace(GRANT, digest="cd" * 32, stored_at=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    with store.write() as unit:
        for each in (GRANT, newer, replace(GRANT, digest="ef" * 32, holder="QA")):
            unit.grants.keep(each)
        unit.grants.revoke("DZ", "AE", "msg-1", later)
    with store.read() as unit:

        def stood(at: datetime) -> list[str]:
            return [each.digest for each in unit.grants.stood("AE", "KW", at)]

        assert stood(GRANT.stored_at - timedelta(microseconds=1)) == []
        assert stood(GRANT.stored_at) == [GRANT.digest]
        assert stood(later - timedelta(microseconds=1)) == [newer.digest, GRANT.digest]
        assert stood(later) == []
        assert unit.grants.stood("AE", "EG", NOW) == []


def test_a_version_as_its_originator_sent_it(store: SqlStore) -> None:
    first, again = sample_copy(1), sample_copy(1, seq=2)
    newer, relayed = sample_copy(1, version=2, seq=3), sample_copy(1, sender="QA", version=6)
    with store.write() as unit:
        unit.copies.add([first, again, newer, relayed])
        assert unit.copies.as_sent(first.ref, 1) == again
        assert unit.copies.as_sent(first.ref, 2) == newer
        assert unit.copies.as_sent(first.ref, 6) is None
        assert unit.copies.as_sent(first.ref, 3) is None


def test_a_first_hand_copy_is_its_originators_own(store: SqlStore) -> None:
    first = sample_copy(1)
    relayed = sample_copy(1, sender="QA", version=6)
    newer = sample_copy(1, version=2, seq=2)
    assert first.sender == first.ref.originator
    with store.write() as unit:
        unit.copies.add([relayed])
        assert unit.copies.first_hand([first.ref], lock=True) == []
        unit.copies.add([first, newer])
        assert unit.copies.first_hand([first.ref], lock=True) == [newer]
        assert unit.copies.first_hand([first.ref._replace(originator="QA")], lock=True) == []
