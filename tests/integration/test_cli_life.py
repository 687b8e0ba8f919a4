"""`exchange agreement lint`, `diff`, `simulate`, `terminate` by command line: with files alone, and at a node."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli import Desk, desk, make_node, run, staff
from tests.examples import EXAMPLES, example

GULF = EXAMPLES / "dz-ae-kw.yaml"


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    made = desk("DZ", tmp_path_factory.mktemp("life"))
    make_node(made)
    staff(made)
    return made


def changed(folder: Path, **members: object) -> Path:
    """The example with members replaced, as JSON."""
    raw = example(GULF.stem)
    path = folder / "candidate.json"
    path.write_text(json.dumps({**raw, **members}), "utf-8")
    return path


def test_lint_needs_no_node_and_ends_with_4_for_errors(tmp_path: Path) -> None:
    fine = run("agreement", "lint", str(GULF), "--json")
    assert (fine.exit_code, fine.json["exit_code"]) == (0, 0)
    assert {each["severity"] for each in fine.json["findings"]} <= {"warning"}
    bad = run("agreement", "lint", str(changed(tmp_path, examples=[])), "--json", "--lang", "ar")
    assert bad.exit_code == 4
    (error,) = [each for each in bad.json["findings"] if each["severity"] == "error"]
    assert (error["code"], error["at"]) == ("EXAMPLES_NONE", "/examples")
    assert "مثال" in error["sentence"]
    assert run("agreement", "lint", str(changed(tmp_path, onward="perhaps")), "--json").exit_code == 2
    assert run("agreement", "lint", str(tmp_path / "none.yaml"), "--json").exit_code == 3
    shown = run("agreement", "lint", str(GULF), "--lang", "fr")
    assert "avertissement" in shown.out


def test_diff_needs_no_node(tmp_path: Path) -> None:
    same = run("agreement", "diff", str(GULF), str(GULF), "--json")
    assert (same.exit_code, same.json["changes"]) == (0, [])
    newer = changed(tmp_path, version=2, retention_days=800)
    found = run("agreement", "diff", str(GULF), str(newer), "--node", "DZ", "--json")
    assert [(each["code"], each["before"], each["after"]) for each in found.json["changes"]] == [
        ("HANDLING_LOOSENED", "730", "800")
    ]
    assert "loosened" in run("agreement", "diff", str(GULF), str(newer)).out


def test_at_a_node(node: Desk, tmp_path: Path) -> None:
    found = node("officer", "agreement", "simulate", str(GULF), "--jobs", "1")
    assert (found["records"], found["released"], found["against"], found["effects"]) == (0, 0, None, [])
    side = node("officer", "agreement", "simulate", str(GULF), "--jobs", "2")
    assert side["records"] == 0
    linted = node("officer", "agreement", "lint", str(GULF), "--records")
    assert linted["findings"][-1]["code"] == "NO_RECENT_RECORDS"
    node("admin", "agreement", "diff", str(GULF), expect=3)
    assert node("admin", "agreement", "offers")["offers"] == []
    for words in (["terminate", "AG-DZ-AE-KW"], ["terminate", "AG-DZ-AE-KW", "--confirm"]):
        node("admin", "agreement", *words, expect=3)
    node("officer", "agreement", "terminate", "AG-DZ-AE-KW", expect=5)
    node("admin", "agreement", "unschedule", "AG-DZ-AE-KW", "--version", "1", expect=3)
    node("admin", "agreement", "offer", "AG-DZ-AE-KW", "--version", "1", "--to", "AE", expect=4)
    node("admin", "agreement", "take", "AE", "--digest", "0" * 64, expect=3)
