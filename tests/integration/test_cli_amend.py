"""`exchange record amend`: the next version, and every way in which it is refused."""

from __future__ import annotations

import json
from pathlib import Path

from exchange.cli.exits import Exit
from tests.cli import desk, make_node, staff

RECORD = Path(__file__).resolve().parents[2] / "docs" / "examples" / "records" / "traveller.json"


def test_a_record_is_amended_by_whoever_saw_its_last_version(tmp_path: Path) -> None:
    dz = desk("DZ", tmp_path)
    make_node(dz)
    staff(dz)
    (name,) = dz("officer", "record", "add", str(RECORD))["records"]
    whole = json.loads(RECORD.read_text(encoding="utf-8"))
    changed = tmp_path / "changed.json"
    changed.write_text(json.dumps(whole | {"claims": [c for c in whole["claims"] if c["path"] != "contact.phone"]}))
    assert dz("officer", "record", "amend", name, str(changed), "--version", "1")["version"] == 2
    shown = dz("officer", "record", "show", name)
    assert shown["version"] == 2
    assert "contact.phone" not in {claim["path"] for claim in shown["claims"]}
    dz("officer", "record", "amend", name, str(changed), "--version", "1", expect=Exit.CONFLICT)
    other = tmp_path / "other.json"
    other.write_text(json.dumps(whole | {"kind": "group"}))
    dz("officer", "record", "amend", name, str(other), "--version", "2", expect=Exit.USAGE)
    dz("officer", "record", "amend", "DZ/rec-unknown", str(changed), "--version", "1", expect=Exit.NOT_FOUND)
    dz("approver", "record", "amend", name, str(changed), "--version", "2", expect=Exit.AUTH)
    assert dz("officer", "record", "show", name)["version"] == 2
