"""The evidence bundle by command line: made by a releasing officer, verified by both programs, shown and printed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import run
from tests.integration.cli_pair import AGREEMENT, TRAVEL, Pair, traveller
from tests.second import FILE

WISH = ["--agreement", AGREEMENT, "--purpose", TRAVEL]


@pytest.fixture(scope="module")
def release(agreed: Pair) -> str:
    file = agreed.folder / "bundled.json"
    file.write_text(json.dumps(traveller()), encoding="utf-8")
    record = agreed.dz("officer", "record", "add", str(file))["records"][0]
    proposal = agreed.dz("officer", "push", "--record", record, "--to", "AE", *WISH)["proposals"][0]
    agreed.dz("approver", "approve", proposal["id"], "--digest", proposal["digest"])
    agreed.dz("officer", "release", proposal["id"])
    return str(proposal["id"])


def second(file: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(FILE), str(file), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_a_court_gets_one_file(agreed: Pair, release: str) -> None:
    file, pin = agreed.folder / "bundle.json", agreed.fingerprints["DZ"]
    for who in ("officer", "auditor", "admin"):
        agreed.dz(who, "audit", "bundle", release, "--out", str(file), expect=5)
    assert not file.exists()
    made = agreed.dz("approver", "audit", "bundle", release, "--out", str(file), "--claims", "--envelope")
    assert (made["fingerprint"], made["bytes"]) == (pin, file.stat().st_size)
    ours = run("audit", "verify", str(file), "--fingerprint", pin, "--json")
    assert ours.exit_code == 0
    assert (ours.json["kind"], ours.json["release"], ours.json["told"]["recipient"]) == (
        "exchange-bundle",
        release,
        "AE",
    )
    done = second(file, "--fingerprint", pin, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["release"] == release
    for words, code in (([], 0), (["--require-fingerprint"], 13), (["--fingerprint", agreed.fingerprints["AE"]], 13)):
        assert run("audit", "verify", str(file), *words).exit_code == second(file, *words).returncode == code
    assert "NOTHING SAYS WHOSE IT IS" in second(file).stderr


def test_a_changed_file_is_told_by_its_member(agreed: Pair, release: str) -> None:
    file, pin = agreed.folder / "spoilt.json", agreed.fingerprints["DZ"]
    agreed.dz("approver", "audit", "bundle", release, "--out", str(file))
    file.write_bytes(file.read_bytes().replace(b'"receipt":null', b'"receipt":"AAAA"'))
    ran = run("audit", "verify", str(file), "--fingerprint", pin, "--json")
    assert (ran.exit_code, ran.json["reason"], ran.json["member"]) == (11, "RECEIPT_UNMATCHED", "receipt")
    told = second(file, "--fingerprint", pin)
    assert told.returncode == 11
    assert "NOT OK at receipt: RECEIPT_UNMATCHED" in told.stdout
    pages = agreed.folder / "spoilt.pdf"
    assert run("audit", "verify", str(file), "--fingerprint", pin, "--pdf", str(pages)).exit_code == 11
    assert not pages.exists()


@pytest.mark.parametrize(("lang", "word"), [("ar", "ملف إثبات"), ("fr", "Dossier de preuve"), ("en", "Evidence of")])
def test_pages_in_three_languages(agreed: Pair, release: str, lang: str, word: str) -> None:
    file, pin, pages = agreed.folder / "pages.json", agreed.fingerprints["DZ"], agreed.folder / f"{lang}.pdf"
    agreed.dz("approver", "audit", "bundle", release, "--out", str(file))
    shown = run("audit", "verify", str(file), "--fingerprint", pin, "--lang", lang)
    assert (shown.exit_code, word in shown.out) == (0, True)
    printed = run("audit", "verify", str(file), "--fingerprint", pin, "--lang", lang, "--pdf", str(pages))
    assert printed.exit_code == 0
    assert pages.read_bytes().startswith(b"%PDF-")
