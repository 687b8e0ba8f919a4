"""No alarm rings without words: `exchange status` in three languages, and what `exchange doctor` tells to do."""

from __future__ import annotations

import pytest

from exchange.cli.checks import _STREAM_STEPS
from exchange.cli.words import word
from exchange.operations.alarms import CODES, STALE


@pytest.mark.parametrize("code", CODES)
def test_an_alarm_has_words_in_every_language(code: str) -> None:
    assert len({word(code.lower(), lang) for lang in ("ar", "fr", "en")}) == 3


def test_an_alarm_about_a_partner_has_a_next_step() -> None:
    assert _STREAM_STEPS.keys() == set(CODES) - {STALE}
    assert all(_STREAM_STEPS.values())
