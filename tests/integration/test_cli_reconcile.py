"""`exchange audit reconcile-now`, `reconciled`, `reconcile-ack`, `reconcile-check`, as people type them."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from exchange.crypto.atrest import AtRest
from exchange.model.state import InboxItem
from exchange.store import SqlStore, open_engine
from tests.cli import Desk, run
from tests.integration.cli_pair import Pair


def take_in(desk: Desk, sender: str) -> None:
    """A number that `sender` never sent, taken in two hours ago."""
    store = SqlStore(open_engine(f"sqlite:///{desk.home / 'node.db'}"), AtRest(os.urandom(32)))
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
    item = InboxItem(
        sender, 1, 1, "ab" * 32, "cd" * 32, "accepted", None, b"{}", at, 1, "AG-DZ-AE-KW", "counter_terrorism.travel"
    )
    with store.write() as unit:
        unit.streams.add_inbox(item)
    store.close()


def another_second() -> None:
    """Times in statements are told to the second: waits for the next one."""
    time.sleep(1.01 - datetime.now(UTC).microsecond / 1_000_000)


def ringing(desk: Desk) -> list[Any]:
    return [(each["code"], each["count"]) for each in desk("auditor", "status")["reconciles"]]


def test_from_a_difference_to_its_acknowledgement(agreed: Pair) -> None:
    dz, ae = agreed.dz, agreed.ae
    assert dz("auditor", "audit", "reconciled")["results"] == []
    dz("auditor", "audit", "reconciled", "AE", "--export", str(agreed.folder / "none.json"), expect=3)
    take_in(ae, "DZ")
    with ae.served():
        dz("officer", "audit", "reconcile-now", "AE", expect=5)
        found = dz("auditor", "audit", "reconcile-now", "AE", expect=11)
        assert (found["outcome"], found["result"]["counts"]["omitted"]) == ("agreed", 1)
        assert found["result"]["differences"] == [["DZ", 1, 1, "omitted"]]
        another_second()  # within one and the same, it would be the same question, and get the same answer
        dz("admin", "audit", "reconcile-now", "AE", expect=6)  # once an hour
    assert ringing(dz) == ringing(ae) == [("OMITTED", 1)]
    shown = run("status", "--home", str(dz.home), "--token-file", str(dz.token("admin")), "--lang", "fr")
    assert "OMITTED" in shown.out
    assert "Appelez le" in shown.out
    checks = {each["name"]: each for each in dz("", "doctor", expect=75)["checks"]}
    assert checks["reconciled AE"]["state"] == "fail"

    file = agreed.folder / "result.json"
    (row,) = dz("auditor", "audit", "reconciled", "AE", "--export", str(file))["results"]
    assert (row["outcome"], row["contradictions"], row["acknowledged_by"]) == ("agreed", 1, None)
    pins = [word for code in ("DZ", "AE") for word in ("--fingerprint", f"{code}={agreed.fingerprints[code]}")]
    assert run("audit", "reconcile-check", str(file)).exit_code == 13
    assert run("audit", "reconcile-check", str(file), *pins[:2]).exit_code == 13
    checked = run("audit", "reconcile-check", str(file), *pins, "--json")
    assert (checked.exit_code, checked.json["same"], checked.json["pinned"]) == (0, True, True)
    assert checked.json["results"]["DZ"] == checked.json["results"]["AE"] == found["result"]
    other = ["--fingerprint", f"DZ={agreed.fingerprints['AE']}"]
    assert run("audit", "reconcile-check", str(file), *other).exit_code == 13
    assert run("audit", "reconcile-check", str(file), "--fingerprint", "DZ").exit_code == 2
    data = file.read_bytes()
    file.write_bytes(data.replace(b'"wire":"eyJ', b'"wire":"eyK', 1))
    assert run("audit", "reconcile-check", str(file), *pins).exit_code in (2, 10)
    file.write_bytes(data[: len(data) // 2])
    assert run("audit", "reconcile-check", str(file), *pins).exit_code == 2

    dz("auditor", "audit", "reconcile-ack", "AE", "--reason", "BECAUSE", expect=2)
    dz("officer", "audit", "reconcile-ack", "AE", "--reason", "INVESTIGATED", expect=5)
    dz("auditor", "audit", "reconcile-ack", "AE", "--reason", "INVESTIGATED")
    dz("auditor", "audit", "reconcile-ack", "AE", "--reason", "INVESTIGATED", expect=7)
    assert ringing(dz) == []
    assert ringing(ae) == [("OMITTED", 1)]  # each node's people acknowledge for themselves
    (row,) = dz("auditor", "audit", "reconciled")["results"]
    assert (row["acknowledged_by"], row["reason"]) == ("auditor-dz", "INVESTIGATED")
