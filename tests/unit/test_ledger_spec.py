"""docs/spec/ledger.md says what the code does: its example verifies, and its tables are the code's."""

from __future__ import annotations

import json
import re
from pathlib import Path

from exchange.crypto import checkpoint
from exchange.crypto.encoding import unb64
from exchange.ledger.book import SALT, leaf_of
from exchange.ledger.entries import KINDS, read
from exchange.ledger.export import EntryPart, entry_line, split_entry
from exchange.ledger.report import NOT_PROVEN, NOT_PROVEN_SHOWN, NOT_PROVEN_WHOSE, Fault

SPEC = (Path(__file__).resolve().parents[2] / "docs" / "spec" / "ledger.md").read_text("utf-8")


def rows(section: str) -> list[list[str]]:
    """The cells of the table rows in one section."""
    text = re.split(r"^## ", SPEC, flags=re.MULTILINE)
    (found,) = [part for part in text if part.startswith(section)]
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in found.split("\n") if line.startswith("| ")]


def test_the_example_is_real() -> None:
    (block,) = re.findall(r"^```\n(.*?)^```$", SPEC, re.MULTILINE | re.DOTALL)
    head, genesis, note, release = block.encode().splitlines(keepends=True)
    assert json.loads(head)["kind"] == "exchange-audit"
    for line in (genesis, release):
        found = split_entry(line)
        assert found is not None
        entry, salt = found
        read(entry)
        assert len(salt) == SALT
        assert line == entry_line(json.loads(line)["index"], EntryPart(entry, leaf_of(salt, entry), salt))
    (verifier,) = re.findall(r"`(DZ\.exchange\+[^`]*)`", SPEC)
    signed = checkpoint.verify(json.loads(note)["checkpoint"].encode(), verifier)
    assert (signed.origin, signed.size) == ("DZ.exchange", 1)
    assert signed.root == unb64(json.loads(genesis)["hash"])


def test_every_kind_is_in_the_table() -> None:
    listed = {cells[0].strip("`"): set(re.findall(r"`(\w+)`", cells[1])) for cells in rows("2 Entries")}
    assert {kind: set(listed[kind]) for kind in KINDS} == {kind: set(members) for kind, members in KINDS.items()}


def test_every_fault_has_its_exit_code() -> None:
    listed = {
        name: int(cells[0])
        for cells in rows("6 Verification")
        if cells[0].isdigit()
        for name in re.findall(r"`([A-Z_]+)`", cells[2])
    }
    assert listed == {fault.value: fault.exit.value for fault in Fault}


def test_every_not_proven_code_is_explained() -> None:
    told = [cells[0].strip("`") for cells in rows("7 What")[1:]]
    told.remove(NOT_PROVEN_SHOWN)  # in the place of another
    assert told == [NOT_PROVEN_WHOSE, *NOT_PROVEN]
