"""No alarm rings without words: `exchange status` in three languages, and what `exchange doctor` tells to do."""

from __future__ import annotations

import re

import pytest

from exchange.cli.words import word
from exchange.model.connections import Row
from exchange.operations.alarms import CODES
from exchange.operations.reconcile_alarms import CODES as RECONCILE_CODES
from exchange.sentences import node_health
from tests.architecture.sources import PACKAGE


@pytest.mark.parametrize("code", CODES)
def test_an_alarm_has_words_in_every_language(code: str) -> None:
    assert len({word(code.lower(), lang) for lang in ("ar", "fr", "en")}) == 3


@pytest.mark.parametrize("code", [*CODES, *RECONCILE_CODES])
def test_a_row_of_an_alarm_says_what_to_do(code: str) -> None:
    name = "reconciled" if code in RECONCILE_CODES else "partner"
    facts: dict[str, str | int] = {
        "partner": "AE",
        "since": "2026-11-02",
        "ours": 1,
        "theirs": 2,
        "count": 1,
        "size": 9,
    }
    row = Row(name, "fail", code, {**facts, "fresh": 0, "quorum": 1})
    for lang in ("ar", "fr", "en"):
        assert node_health.cause_of(row, lang)
        assert node_health.step_of(row, lang)
        assert node_health.page_of(row).startswith("/")


def test_every_row_that_the_checks_can_give_has_words() -> None:
    source = (PACKAGE / "operations" / "node_checks.py").read_text("utf-8")
    given = set(re.findall(r'"([A-Z][A-Z_]{3,})"', source)) | {f"{name}_BAD" for name in CHECKED}
    assert given <= node_health.CODES.keys()
    assert set(re.findall(r'Row\("([a-z]+)"', source)) <= node_health.NAMES.keys()
    for told in node_health.CODES.values():
        assert len(set(told.cause)) == 3 or told.cause.en == "{at}"
        assert told.step is None or len(set(told.step)) == 3


CHECKED = ("CLOCK", "CARD", "LEDGER", "WITNESSES", "AGREEMENTS")
