"""Fixtures for the carried-over cases: three states in memory under the example agreement."""

from __future__ import annotations

import pytest

from tests.federation import Federation, State
from tests.operations.in_memory import enacted


@pytest.fixture
def house() -> Federation:
    return enacted()


@pytest.fixture
def dz(house: Federation) -> State:
    return house["DZ"]


@pytest.fixture
def kw(house: Federation) -> State:
    return house["KW"]
