"""A node that is served on an old copy of its SQLite file: it finds out, says so, and goes on under a new epoch."""

from __future__ import annotations

import shutil
import ssl
import time
from collections.abc import Callable
from typing import Any

import httpx

from exchange.config import load
from tests.cli import Desk
from tests.integration.cli_pair import Pair

PATIENCE_S = 60


def ready(place: Desk) -> tuple[int, list[str]]:
    """Status and reasons of /readyz, trusting the node's own certificate alone."""
    settings = load(place.home)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(settings.keys / "tls.crt")
    with httpx.Client(verify=context, trust_env=False, timeout=10) as client:
        url = f"https://127.0.0.1:{place.officer_port}/readyz"
        answer = client.get(url, headers={"host": settings.officer_hosts[0]})
    return answer.status_code, answer.json()["reasons"]


def until(look: Callable[[], Any], expected: object) -> None:
    end = time.monotonic() + PATIENCE_S
    while (found := look()) != expected:
        assert time.monotonic() < end, found
        time.sleep(0.5)


def alarms(place: Desk) -> list[str]:
    return [each["code"] for each in place("auditor", "status")["streams"]]


def copy(place: Desk, source: str, target: str) -> None:
    """The database's file, and nothing that a later process left beside it."""
    for beside in ("-wal", "-shm"):
        (place.home / (target + beside)).unlink(missing_ok=True)
        assert not (place.home / (source + beside)).exists(), "every process has closed it"
    shutil.copy(place.home / source, place.home / target)


def test_served_on_an_old_copy(pair: Pair) -> None:
    dz, ae = pair.dz, pair.ae
    with ae.served():
        dz("", "doctor", "--partners")  # a heartbeat: a witness cosigns for nobody whom it has not heard
        dz("officer", "witness", "ask", "AE")
    copy(dz, "node.db", "old.db")
    with ae.served():
        dz("admin", "partner", "list")  # an entry
        dz("", "doctor", "--partners")
        later = dz("officer", "witness", "ask", "AE")["size"]
    copy(dz, "old.db", "node.db")
    with ae.served(), dz.served():
        until(lambda: ready(dz), (503, ["ROLLED_BACK"]))
        checks = {each["name"]: each for each in dz("", "doctor", expect=75)["checks"]}
        assert checks["witnesses"]["state"] == "fail"
        assert "ROLLED_BACK" in checks["witnesses"]["cause"]
        assert "ROLLED_BACK" in alarms(dz)
        assert dz("admin", "partner", "list", expect=75)["code"] == "ROLLED_BACK"
        made = dz("admin", "epoch", "open", "--reason", "RESTORED_BACKUP", "--yes")
        assert (made["epoch"], made["lost"]) == (2, later)
        until(lambda: ready(dz), (200, []))
        until(lambda: "NEW_EPOCH" in alarms(ae), True)
        dz("admin", "partner", "list")
        assert dz("officer", "witness", "ask", "AE")["size"] > made["size"]
    assert alarms(dz) == []
    assert dz("officer", "witness", "show")["epoch"] == 2
