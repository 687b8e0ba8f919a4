"""Fixtures for the operations' tests: three states in memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exchange.matching.blind import messages
from exchange.operations import match_prepare
from tests.federation import Federation, State
from tests.oidc_kit import Agency, agency
from tests.operations.in_memory import enacted


@pytest.fixture(autouse=True)
def _small_pages(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of a preparation of 256 elements: 4096 take two seconds. `test_blind_tls` sends them whole."""
    if str(request.module.__name__).startswith("tests.operations.test_blind_"):
        monkeypatch.setattr(messages, "PAGE", 256)
        monkeypatch.setattr(match_prepare, "PAGE", 256)


@pytest.fixture
def house() -> Federation:
    """DZ, AE and KW under the example agreement, on stores in memory without any guards of a database."""
    return enacted()


@pytest.fixture
def dz(house: Federation) -> State:
    return house["DZ"]


@pytest.fixture
def there(house: Federation) -> Iterator[Agency]:
    """An identity provider, where DZ's first approver is signed in."""
    with agency(house.clock) as made:
        made.person = house["DZ"].staff.approver.id
        yield made
