"""Steps 8, 15 and 16 of the tour: a backup, what partners' heads say when it is put back, and how the node goes on."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Final

from exchange.cli import checks
from exchange.cli.demo import processes
from exchange.cli.demo.ledgers import PARTNERS, VERIFIER, export, verified
from exchange.cli.demo.stage import AGREEMENT, BORDER, Facts, Tour, check
from exchange.config import load

FOUND_S: Final = 20.0
"""How long the restarted node may take to hear from its partners."""
UNAVAILABLE: Final = 503


def backup(tour: Tour) -> Facts:
    """8: as operations.md says it: the node stops, its database is copied, it starts again."""
    processes.stop(tour.place, ["DZ"])
    size = _copy(tour, _database(tour), _backup(tour))
    processes.start(tour.place, ["DZ"])
    return {"bytes": size}


def rollback(tour: Tour) -> Facts:
    """15: the backup is put back. Partners hold heads that it lacks: 503, and nothing is signed or sent."""
    before = {code: _taken(tour, code) for code in PARTNERS}
    processes.stop(tour.place, ["DZ"])
    _copy(tour, _backup(tour), _database(tour))
    for name in ("-wal", "-shm"):  # of the database that was there before
        _database(tour).with_name(_database(tour).name + name).unlink(missing_ok=True)
    processes.start(tour.place, ["DZ"])
    status, reasons = _readiness(tour)
    address = f"https://{tour.place.host}:{tour.place.officer_ports['DZ']}"
    tour.did(f"$ curl --cacert {tour.place.home('DZ')}/keys/tls.crt {address}/readyz")
    tour.show(f"    {status} {', '.join(reasons)}")
    check(status == UNAVAILABLE and "ROLLED_BACK" in reasons, "the node has not found out")
    report = tour.run("admin-dz", "doctor", exit_code=75)
    cause = next(each for each in report["checks"] if each["name"] == "witnesses")
    tour.show("   ", cause["cause"])
    refused = tour.run("officer-dz", *_push(tour), exit_code=75)
    after = {code: _taken(tour, code) for code in PARTNERS}
    check(after == before, "something left")
    return {
        "status": status,
        "reasons": reasons,
        "doctor": cause["state"],
        "refused": refused["code"],
        "taken_before": before,
        "taken_after": after,
    }


def epoch(tour: Tour) -> Facts:
    """16: an administrator opens epoch 2; the next release is its number 1, partners are told, the ledger verifies."""
    opened = tour.run("admin-dz", "epoch", "open", "--reason", "EXERCISE", "--yes")
    tour.show(f"    epoch {opened['epoch']}, from {opened['size']} entries; lost up to {opened['lost']}")
    pushed = tour.run("officer-dz", *_push(tour))
    done = tour.approve_and_release(pushed["bulk"], pushed["proposals"][0]["approvals_needed"])
    accepted = done["delivered"]["KW"]["accepted"]
    told = tour.run("officer-kw", "status")
    alarms = sorted({each["code"] for each in told["streams"] if each["partner"] == "DZ"})
    number = next(row["taken_up_to"] for row in told["partners"] if row["partner"] == "DZ")
    tour.show(f"    KW: {', '.join(alarms)}; taken up to number {number}")
    check(alarms == ["NEW_EPOCH"] and (accepted, number) == (1, 1), "the partner saw something else")
    status, _ = checks.ready(load(tour.place.home("DZ")))
    tour.run("auditor-dz", "audit", "export", "-o", export(tour, "DZ", "-epoch-2"))
    report = verified(tour, "DZ", export(tour, "DZ", "-epoch-2"))
    tour.show(f"    DZ: OK, {report['size']} entries; readyz {status}")
    return {
        "epoch": opened["epoch"],
        "size": opened["size"],
        "lost": opened["lost"],
        "number": number,
        "alarms": alarms,
        "entries": report["size"],
        "ready": status,
        "verifiers": 1 + VERIFIER.is_file(),
    }


def _push(tour: Tour) -> tuple[str, ...]:
    record = tour.place.cast["latecomer"]
    return ("push", "--to", "KW", "--agreement", AGREEMENT, "--purpose", BORDER, "--record", record)


def _taken(tour: Tour, code: str) -> int:
    """The last number of DZ's stream that a partner has."""
    rows = tour.run(f"officer-{code.lower()}", "status")["partners"]
    return int(next(row["taken_up_to"] for row in rows if row["partner"] == "DZ"))


def _readiness(tour: Tour) -> tuple[int, list[str]]:
    """Of DZ, as soon as it is not ready; of the last time after `FOUND_S`."""
    settings, end = load(tour.place.home("DZ")), time.monotonic() + FOUND_S
    while (found := checks.ready(settings))[0] != UNAVAILABLE and time.monotonic() < end:
        time.sleep(0.2)
    return found


def _copy(tour: Tour, source: Path, target: Path) -> int:
    """Copies a file, for its owner only; returns its bytes."""
    target.touch(mode=0o600)
    shutil.copyfile(source, target)
    tour.did(f"$ cp {source} {target}")
    return target.stat().st_size


def _database(tour: Tour) -> Path:
    return tour.place.home("DZ") / "node.db"


def _backup(tour: Tour) -> Path:
    return tour.place.folder / "dz-backup.db"
