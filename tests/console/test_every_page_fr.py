"""Every page in a real browser, in French, light and dark: policy, requests, fonts, width, axe, Tab, direction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exchange.console.page import Page
from tests.console.walk import SHOWN, Walk, faults_on, walking


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    with walking(tmp_path_factory.mktemp("walk")) as found:
        yield found


@pytest.mark.parametrize("page", SHOWN, ids=lambda page: page.path)
def test_a_page_is_sound(walk: Walk, page: Page) -> None:
    assert faults_on(walk, page, "fr") == {}
