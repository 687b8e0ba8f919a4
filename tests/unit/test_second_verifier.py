"""docs/spec/verifier.py alone: it stands on Python and `cryptography` only, and a stranger can run it."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from exchange.operations import archive
from tests.second import FILE
from tests.unit.ledger_kit import good, party

PRINT = party("DZ").root.fingerprint


def run(*words: str) -> subprocess.CompletedProcess[str]:
    """As an auditor runs it: without our package in reach."""
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", _BARE, *words], capture_output=True, text=True, check=False
    )


_BARE = f"""
import sys, runpy, site
site.main()
sys.modules["exchange"] = None
sys.argv = ["verifier.py", *sys.argv[1:]]
runpy.run_path({str(FILE)!r}, run_name="__main__")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "export.jsonl"
    path.write_bytes(b"".join(good()))
    return path


def test_it_imports_nothing_of_ours() -> None:
    tree = ast.parse(FILE.read_text("utf-8"))
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    names |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    roots = {name.split(".")[0] for name in names}
    assert roots - {"cryptography"} <= sys.stdlib_module_names


def test_a_faultless_file(file: Path) -> None:
    done = run(str(file), "--fingerprint", PRINT, "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["exit_code"], report["reason"], report["pinned"], report["size"]) == (0, None, True, 15)
    assert len(report["not_proven"]) == 11
    spaced = " ".join(PRINT[at : at + 4].upper() for at in range(0, 64, 4))
    assert run(str(file), "--fingerprint", spaced).returncode == 0


def test_without_a_fingerprint_nothing_says_whose_it_is(file: Path) -> None:
    done = run(str(file))
    assert done.returncode == 0
    assert "NOTHING SAYS WHOSE IT IS" in done.stderr
    assert "whose ledger this is" in done.stdout
    assert PRINT in done.stdout
    report = json.loads(run(str(file), "--json").stdout)
    assert (report["exit_code"], report["pinned"], len(report["not_proven"])) == (0, False, 12)


def test_a_fingerprint_can_be_required(file: Path) -> None:
    done = run(str(file), "--require-fingerprint", "--json")
    assert (done.returncode, json.loads(done.stdout)["exit_code"]) == (13, 13)
    assert run(str(file), "--require-fingerprint", "--fingerprint", PRINT).returncode == 0


def test_without_a_fingerprint_a_fault_is_still_a_fault(file: Path) -> None:
    file.write_bytes(file.read_bytes().replace(b'"records":1', b'"records":2', 1))
    done = run(str(file))
    assert (done.returncode, "NOTHING SAYS" in done.stderr) == (11, False)


def test_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with path.open("wb") as out:
        archive.write(out, good(), b"")
    assert run(str(path), "--fingerprint", PRINT).returncode == 0
    path.write_bytes(path.read_bytes()[:-30])
    done = run(str(path), "--fingerprint", PRINT)
    assert (done.returncode, "FILE_ARCHIVE" in done.stdout) == (11, True)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b'"records":1', b'"records":2', 11),
        (b"DZ.exchange\\n1\\n", b"DZ.exchange\\n2\\n", 10),
        (b"exported", b"exporter", 10),
    ],
)
def test_what_was_changed_is_said(file: Path, old: bytes, new: bytes, code: int) -> None:
    data = file.read_bytes()
    assert old in data
    file.write_bytes(data.replace(old, new, 1))
    done = run(str(file), "--fingerprint", PRINT)
    assert (done.returncode, "NOT OK" in done.stdout) == (code, True)


def test_a_wrong_call(tmp_path: Path) -> None:
    assert run(str(tmp_path / "none"), "--fingerprint", PRINT).returncode == 2
    assert run().returncode == 2
