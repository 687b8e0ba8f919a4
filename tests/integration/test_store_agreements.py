"""Agreements, national policies and the suspend flag."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exchange.errors import BadInput, Code, Conflict
from exchange.store import SqlStore
from tests.integration.samples import agreement


def test_versions_and_states(store: SqlStore) -> None:
    first, second, draft = agreement(), agreement(version=2), agreement(version=3, state="draft")
    with store.write() as unit:
        unit.agreements.put(first)
        unit.agreements.put(draft)
        assert unit.agreements.active("agr-1", lock=True) == first
        unit.agreements.put(replace(first, state="superseded"))
        unit.agreements.put(second)
    with store.read() as unit:
        assert unit.agreements.active("agr-1", lock=False) == second
        assert unit.agreements.get("agr-1") == second
        assert unit.agreements.get("agr-1", 3) == draft
        assert unit.agreements.get("agr-1", 1) == replace(first, state="superseded")
        assert unit.agreements.get("agr-1", 9) is None
        assert unit.agreements.all() == [replace(first, state="superseded"), second, draft]
        assert unit.agreements.active("agr-2", lock=False) is None


def test_the_newest_draft_where_there_is_nothing_else(store: SqlStore) -> None:
    with store.write() as unit:
        unit.agreements.put(agreement(state="draft"))
        unit.agreements.put(agreement(version=2, state="draft"))
        assert unit.agreements.get("agr-1") == agreement(version=2, state="draft")


def test_two_versions_are_never_in_force(store: SqlStore) -> None:
    with pytest.raises(Conflict) as caught, store.write() as unit:
        unit.agreements.put(agreement())
        unit.agreements.put(agreement(version=2))
    assert caught.value.code is Code.ALREADY_EXISTS


def test_an_unknown_state_is_refused(store: SqlStore) -> None:
    with pytest.raises(BadInput), store.write() as unit:
        unit.agreements.put(agreement(state="perhaps"))


def test_policies_in_force(store: SqlStore) -> None:
    policies = [agreement(f"pol-{name}", kind="policy", signatures={"DZ": b"{}"}) for name in "ba"]
    with store.write() as unit:
        for policy in [*policies, agreement(), agreement("pol-c", state="draft", kind="policy")]:
            unit.agreements.put(policy)
        assert unit.agreements.active_policies(lock=True) == policies[::-1]
    with store.read() as unit:
        assert unit.agreements.active_policies(lock=False) == policies[::-1]


@pytest.mark.parametrize("lock", [True, False])
def test_the_suspend_flag(store: SqlStore, lock: bool) -> None:
    with store.write() as unit:
        unit.agreements.put(agreement())
        unit.agreements.put(agreement("agr-2"))
    with store.write() as unit:
        unit.agreements.request_suspension("agr-1")
        unit.agreements.request_suspension("agr-1")
    with store.write() as unit:
        assert unit.agreements.active("agr-1", lock=lock) == agreement(suspend_requested=True)
        assert unit.agreements.active("agr-2", lock=lock) == agreement("agr-2")


def test_only_coming_into_force_clears_the_flag(store: SqlStore) -> None:
    """A signature stored from an older reading must not take a raised flag away."""
    with store.write() as unit:
        unit.agreements.put(agreement())
        unit.agreements.request_suspension("agr-1")
        unit.agreements.put(agreement(signatures={"DZ": b"{}"}))
        unit.agreements.put(agreement(version=2, state="draft"))
        raised = unit.agreements.active("agr-1", lock=True)
        assert raised is not None
        assert raised.suspend_requested
        unit.agreements.put(agreement(state="suspended", suspend_requested=True))
        assert unit.agreements.active("agr-1", lock=True) is None
        unit.agreements.put(agreement())
        assert unit.agreements.active("agr-1", lock=True) == agreement()
