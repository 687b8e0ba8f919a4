"""A blind audit by command line: the package, both verifiers, and one entry opened by two persons."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.cli import run
from tests.integration.cli_pair import Pair, traveller
from tests.second import FILE


def test_the_package_verifies_anywhere(agreed: Pair) -> None:
    dz, out = agreed.dz, agreed.folder / "dz.zip"
    dz("officer", "audit", "blind", "--out", str(out), expect=5)
    made = dz("auditor", "audit", "blind", "--out", str(out))
    pin = agreed.fingerprints["DZ"]
    assert (made["fingerprint"], made["bytes"]) == (pin, out.stat().st_size)
    ran = run("audit", "verify", str(out), "--fingerprint", pin, "--json")
    assert (ran.exit_code, ran.json["counts"]["decisions"], ran.json["size"]) == (0, 0, made["entries"])
    assert run("audit", "verify", str(out)).exit_code == 0
    assert run("audit", "verify", str(out), "--require-fingerprint").exit_code == 13
    assert run("audit", "verify", str(out), "--fingerprint", agreed.fingerprints["AE"]).exit_code == 13
    second = [sys.executable, str(FILE), str(out), "--json"]
    for words, code in (([], 0), (["--require-fingerprint"], 13), (["--fingerprint", pin], 0)):
        done = subprocess.run([*second, *words], capture_output=True, text=True, check=False)
        assert (done.returncode, json.loads(done.stdout)["size"]) == (code, made["entries"])
    told = subprocess.run([sys.executable, str(FILE), str(out)], capture_output=True, text=True, check=False)
    assert "0 decisions" in told.stdout
    spoilt = agreed.folder / "spoilt.zip"
    spoilt.write_bytes(out.read_bytes()[:-40])
    assert run("audit", "verify", str(spoilt), "--fingerprint", pin).exit_code == 11
    done = subprocess.run([sys.executable, str(FILE), str(spoilt)], capture_output=True, text=True, check=False)
    assert done.returncode == 11


def test_two_persons_open_one_entry(agreed: Pair) -> None:
    dz, folder = agreed.dz, agreed.folder
    file = folder / "opened.json"
    file.write_text(json.dumps(traveller()), encoding="utf-8")
    (record,) = dz("officer", "record", "add", str(file))["records"]
    size = dz("auditor", "audit", "export", "--out", str(folder / "for-index.jsonl"))["entries"]
    index = str(size - 2)
    ask = ["audit", "open", index, "--reason"]
    assert dz("auditor", *ask, "curiosity", expect=2)["code"] == "VALUE_NOT_ALLOWED"
    dz("officer", *ask, "SAMPLE", expect=5)
    dz("auditor", "audit", "open", str(size + 9), "--reason", "SAMPLE", expect=3)
    assert dz("auditor", "audit", "open", "0", "--reason", "SAMPLE", expect=2)["code"] == "ENTRY_NAMES_NOTHING"
    opening = dz("auditor", *ask, "SAMPLE")["id"]
    dz("auditor", "audit", "open-confirm", opening, expect=5)
    dz("auditor", "audit", "open-read", opening, expect=7)
    assert dz("approver", "audit", "open-confirm", opening)["state"] == "confirmed"
    read = dz("auditor", "audit", "open-read", opening)
    assert [f"{each['originator']}/{each['id']}" for each in read["records"]] == [record]
    assert {claim["path"] for claim in read["records"][0]["claims"]} >= {"name.full", "birth.date"}
    dz("auditor", "audit", "open-read", opening, expect=7)
    others = [dz("auditor", *ask, "COMPLAINT")["id"] for _ in range(2)]
    assert dz("approver", "audit", "open-decline", others[0])["state"] == "declined"
    assert dz("auditor", "audit", "open-withdraw", others[1])["state"] == "withdrawn"
    listed = {each["id"]: each["state"] for each in dz("admin", "audit", "openings")["items"]}
    assert listed == {opening: "opened", others[0]: "declined", others[1]: "withdrawn"}
    assert [each["opening"] for each in dz("officer", "account", record)["openings"]] == [opening]
    assert dz("officer", "audit", "openings", "--untold")["items"] == []
    tell = ["--to", "AE", "--agreement", "AG-DZ-AE-KW", "--purpose", "counter_terrorism.travel"]
    dz("officer", "audit", "open-tell", opening, *tell, expect=3)
    out = folder / "after.zip"
    dz("auditor", "audit", "blind", "--out", str(out))
    assert run("audit", "verify", str(out), "--fingerprint", agreed.fingerprints["DZ"]).exit_code == 0
