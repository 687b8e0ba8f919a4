"""Fixtures for the operations' tests: three states in memory."""

from __future__ import annotations

import pytest

from tests.federation import Federation, State, federate
from tests.operations.fakes import FakeStore


@pytest.fixture
def house() -> Federation:
    """DZ, AE and KW under the example agreement, on stores in memory without any guards of a database."""
    return federate({code: FakeStore() for code in ("DZ", "AE", "KW")})


@pytest.fixture
def dz(house: Federation) -> State:
    return house["DZ"]
