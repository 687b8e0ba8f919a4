"""Fixtures for the carried-over cases: three states in memory under the example agreement."""

from __future__ import annotations

import pytest

from tests.federation import Federation, State, federate
from tests.operations.fakes import FakeStore


@pytest.fixture
def house() -> Federation:
    return federate({code: FakeStore() for code in ("DZ", "AE", "KW")})


@pytest.fixture
def dz(house: Federation) -> State:
    return house["DZ"]


@pytest.fixture
def kw(house: Federation) -> State:
    return house["KW"]
