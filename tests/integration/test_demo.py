"""`exchange demo run` from nothing to its summary: what a newcomer sees with `make demo`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from exchange.cli.demo import processes, tour
from exchange.cli.demo.place import CODES, load
from exchange.operations import archive
from tests.cli import run

CHANGED = "dz-one-byte-changed.jsonl"


def test_the_demonstration_runs_and_every_step_holds(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    command = [sys.executable, "-m", "exchange", "demo", "run", "--folder", str(folder), "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EXCHANGE_")}
    done = subprocess.run(command, capture_output=True, timeout=240, check=False, env=environment)
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    assert json.loads(done.stdout)["steps"] == summary["steps"]
    assert summary["ok"]
    assert summary["synthetic"]
    assert [step["name"] for step in summary["steps"]] == [name for name, _ in tour.STEPS]
    facts = {step["name"]: step["facts"] for step in summary["steps"]}
    assert facts["preview"]["withheld"] >= 3
    assert facts["preview"]["coarser"] >= 1
    assert facts["release"]["released"] > 0 < facts["release"]["denied"]
    assert facts["views"]["only_kw"] == ["document", "document.country", "document.type"]
    assert (facts["outage"]["pulled"], facts["outage"]["inbox"]) == (1, 2)
    assert (facts["denied"]["code"], facts["denied"]["clause"]) == ("FORBIDDEN", "3.1")
    assert facts["onward"]["code"] == "ORIGINATOR_CONTROL"
    assert (facts["correction"]["old_version"], facts["correction"]["new_version"]) == (1, 2)
    assert facts["recall"]["outcomes"] == {"AE": "destroyed", "KW": "retained"}
    _assert_ledgers(facts)
    _assert_rollback(facts)
    assert facts["blinded"]["level"] > 0 == facts["blinded"]["other"]
    assert facts["blinded"]["contact"]
    assert (facts["level"]["level"] > 0, facts["level"]["contact"]) == (True, False)
    commands = [each for step in summary["steps"] for each in step["commands"]]
    assert {each["exit_code"] for each in commands} == {0, 3, 4, 5, 11, 75}
    assert {code: summary["nodes"][code]["records"] for code in CODES} == {"DZ": 121, "AE": 10, "KW": 11}
    place = load(folder)
    assert place.processes == {}
    exports = [path for ending in ("zip", "jsonl") for path in place.folder.rglob(f"*.{ending}")]
    assert {path.name for path in exports} == {*(f"{code.lower()}.zip" for code in CODES), "dz-epoch-2.zip", CHANGED}
    for path in exports:
        with path.open("rb") as export:
            assert b"SYNTHETIC" not in b"".join(archive.read(export))
    assert run("demo", "down", "--folder", str(folder), "--wipe").exit_code == 0
    assert not folder.exists()


def _assert_ledgers(facts: dict[str, Any]) -> None:
    """Cosigned, verified by two programs, reconciled offline and live, one byte found."""
    assert facts["witnesses"] == {"witnesses": ["AE", "KW"], "quorum": 1}
    assert facts["audit"]["entries"].keys() == set(CODES)
    for code, matched in (("AE", 6), ("KW", 3)):
        assert facts["audit"][code] == {"matched": matched, "in_flight": 0, "contradictions": 0}
    assert facts["reconcile"]["signed_by"] == ["AE", "DZ"]
    assert facts["reconcile"]["contradictions"] == 0
    assert facts["reconcile"]["matched"] == 6 or facts["reconcile"]["by_itself"]
    assert facts["tamper"]["changed"] == facts["tamper"]["found"]
    assert {facts[name]["verifiers"] for name in ("audit", "tamper", "bundle", "epoch")} == {2}
    assert (facts["bundle"]["recipient"], facts["bundle"]["outcome"]) == ("KW", "accepted")
    assert facts["bundle"]["approvals"] >= 1


def _assert_rollback(facts: dict[str, Any]) -> None:
    """Found out from the partners, silent until the new epoch, which begins at 1 and verifies."""
    assert (facts["rollback"]["status"], facts["rollback"]["reasons"]) == (503, ["ROLLED_BACK"])
    assert (facts["rollback"]["doctor"], facts["rollback"]["refused"]) == ("fail", "ROLLED_BACK")
    assert facts["rollback"]["taken_before"] == facts["rollback"]["taken_after"]
    assert (facts["epoch"]["epoch"], facts["epoch"]["number"], facts["epoch"]["ready"]) == (2, 1, 200)
    assert facts["epoch"]["alarms"] == ["NEW_EPOCH"]
    assert facts["epoch"]["size"] < facts["epoch"]["lost"], "a partner held more than the backup had"
    assert facts["epoch"]["size"] < facts["epoch"]["entries"] < facts["audit"]["entries"]["DZ"]


def test_only_loopback_addresses_and_only_our_own_folders(tmp_path: Path) -> None:
    assert run("demo", "run", "--folder", str(tmp_path / "demo"), "--host", "192.0.2.1", "--json").exit_code == 2
    assert not (tmp_path / "demo").exists()
    precious = tmp_path / "work"
    precious.mkdir()
    (precious / "file").write_text("mine", encoding="utf-8")
    assert run("demo", "run", "--folder", str(precious)).exit_code == 7
    assert (precious / "file").exists()


def test_only_processes_of_this_demonstration_are_ours(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    folder.mkdir()
    (folder / "demo.json").write_text(
        json.dumps({"folder": "", "host": "127.0.0.1", "officer_ports": {}, "partner_ports": {}}), encoding="utf-8"
    )
    assert not processes.is_ours(load(folder), "DZ", os.getpid())


def test_up_tour_again_and_interrupt_leave_no_process_behind(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    command = [sys.executable, "-m", "exchange", "demo", "up", "--folder", str(folder), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as up:
        assert up.stdout is not None
        try:
            assert set(json.loads(up.stdout.readline())["nodes"]) == set(CODES)
            place = load(folder)
            processes.stop(place, ["AE"])
            processes.start(place, ["AE"])
            (folder / tour.SUMMARY).touch()
            assert run("demo", "tour", "--folder", str(folder)).exit_code == 7
            running = load(folder).processes
            assert all(processes.is_ours(place, code, pid) for code, pid in running.items())
        finally:
            up.send_signal(signal.SIGINT)
        up.wait(timeout=60)
    assert not any(processes.is_ours(place, code, pid) for code, pid in running.items())
    assert load(folder).processes == {}
    assert run("demo", "tour", "--folder", str(folder)).exit_code == 2
    processes.stop(place)  # AE was a child of this process: it has ended, and is waited for
