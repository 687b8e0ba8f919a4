"""`exchange record search` and `exchange search rebuild`, on a node that was there before the index."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.integration.cli_pair import Pair, traveller


@pytest.fixture(scope="module")
def records(agreed: Pair) -> list[str]:
    file = agreed.folder / "found.json"
    file.write_text(json.dumps([traveller(), traveller()], ensure_ascii=False), encoding="utf-8")
    found: list[str] = agreed.dz("officer", "record", "add", str(file))["records"]
    return found


def word(pair: Pair, record: str) -> str:
    claims = pair.dz("officer", "record", "show", record)["claims"]
    name: str = next(each["value"]["text"] for each in claims if each["path"] == "name.full")
    return name


def database(pair: Pair) -> Path:
    return pair.dz.home / "node.db"


def test_words_find_records_page_by_page(agreed: Pair, records: list[str]) -> None:
    text = word(agreed, records[0])
    found = agreed.dz("officer", "record", "search", text)
    assert [each["record"] for each in found["records"]] == records[::-1]
    assert (found["next"], found["complete"]) == (None, True)
    assert found["records"][0]["matched"].startswith("name.full")
    first = agreed.dz("officer", "record", "search", text[:4], "--limit", "1")
    assert first["next"] == records[1]
    last = agreed.dz("officer", "record", "search", text[:4], "--after", records[1])
    assert [each["record"] for each in last["records"]] == [records[0]]
    assert agreed.dz("officer", "record", "search", text, "--held", "received")["records"] == []
    assert agreed.dz("officer", "record", "search", text, "--kind", "camp")["records"] == []
    assert agreed.dz("officer", "record", "search", records[0])["records"][0]["record"] == records[0]
    agreed.dz("officer", "record", "search", text, "--held", "both", expect=2)
    agreed.dz("auditor", "record", "search", text, expect=5)


def test_filters_and_other_spellings(agreed: Pair, records: list[str]) -> None:
    text = word(agreed, records[0])
    every = agreed.dz("officer", "record", "search", text, "--since", "2020-01-01", "--until", "2999-01-01")
    assert {each["record"] for each in every["records"]} >= set(records)
    assert agreed.dz("officer", "record", "search", text, "--theatre", "FR")["records"] == []
    assert agreed.dz("officer", "record", "search", text, "--group", "nobody")["records"] == []
    agreed.dz("officer", "record", "search", text, "--nationality", "Algeria", expect=2)
    assert (every["similar"], every["compared"]) == ([], False)


def test_a_node_from_before_says_so_until_it_is_rebuilt(agreed: Pair, records: list[str]) -> None:
    with sqlite3.connect(database(agreed)) as found:
        found.executescript("DELETE FROM search_terms; DELETE FROM search_records; DELETE FROM search_state;")
    text = word(agreed, records[0])
    before = agreed.dz("officer", "record", "search", text)
    assert (before["records"], before["complete"]) == ([], False)
    assert agreed.dz("officer", "search", "rebuild")["indexed"] >= 2
    after = agreed.dz("officer", "record", "search", text)
    assert (len(after["records"]), after["complete"]) == (2, True)
    assert agreed.dz("officer", "search", "rebuild")["indexed"] == 0
