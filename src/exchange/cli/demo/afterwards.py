"""Steps 7, 9 and 10 of the tour: what remains in the originator's hand after a record has left."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from exchange.cli.demo.stage import AGREEMENT, TRAVEL, Facts, Tour, check
from exchange.cli.files import write_file


def onward(tour: Tour) -> Facts:
    """7: AE may not pass DZ's record on: exit 4."""
    record = tour.place.cast["traveller"]
    asked = ("push", "--to", "KW", "--agreement", AGREEMENT, "--purpose", TRAVEL, "--record", record)
    refused = tour.run("officer-ae", *asked, exit_code=4)["denied"][0]
    tour.show("   ", refused["why"], f"[{refused['code']}]")
    check(refused["code"] == "ORIGINATOR_CONTROL", "denied for another reason")
    return {"code": refused["code"], "why": refused["why"]}


def correction(tour: Tour) -> Facts:
    """9: DZ amends; the holder gets old and new, and acknowledges."""
    record = tour.place.cast["traveller"]
    old = tour.run("officer-dz", "record", "show", record)
    kept = [claim for claim in old["claims"] if "derived_from" not in claim and claim["path"] != "recruitment.by"]
    file = tour.place.folder / "amended.json"
    write_file(file, json.dumps({"kind": old["kind"], "claims": kept}).encode("utf-8"))
    tour.run("officer-dz", "record", "amend", record, str(file), "--version", str(old["version"]))
    asked = ("push", "--to", "AE", "--agreement", AGREEMENT, "--purpose", TRAVEL, "--record", record)
    pushed = tour.run("officer-dz", *asked)
    tour.approve_and_release(pushed["bulk"], pushed["proposals"][0]["approvals_needed"])
    message = _received(tour, "AE", "correction")
    changes = tour.run("officer-ae", "record", "diff", record)
    tour.run("officer-ae", "corrections", "ack", "DZ", message)
    tour.run("officer-dz", "pull", "--from", "AE")
    tour.show(f"    {record}: {changes['old_version']} → {changes['new_version']}")
    return {"message": message, "old_version": changes["old_version"], "new_version": changes["new_version"]}


def recall(tour: Tour) -> Facts:
    """10: DZ recalls; AE destroys, KW keeps by its law and says until when; the account shows both."""
    record = tour.place.cast["traveller"]
    deadline = (datetime.now(tz=UTC) + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    for code in ("AE", "KW"):
        tour.run(
            "approver-dz", "recall", "send", record, "--to", code, "--agreement", AGREEMENT,
            "--purpose", TRAVEL, "--reason", "inaccurate", "--deadline", deadline,
        )  # fmt: skip
    law = tour.place.folder / "law.txt"
    write_file(law, b"SYNTHETIC court order 7")
    until = (datetime.now(tz=UTC) + timedelta(days=90)).strftime("%Y-%m-%d")
    answers = {
        "AE": ("--outcome", "destroyed"),
        "KW": ("--outcome", "retained", "--law", "court_order", "--law-text", str(law), "--until", until),
    }
    outcomes: Facts = {}
    for code, words in answers.items():
        tour.run(f"officer-{code.lower()}", "pull", "--from", "DZ")
        message = _received(tour, code, "recall")
        outcomes[code] = tour.run(f"approver-{code.lower()}", "recall", "answer", "DZ", message, *words)["outcome"]
        tour.run("officer-dz", "pull", "--from", code)
        tour.show(f"    {code}: {outcomes[code]}")
    told = tour.run("officer-dz", "account", record)
    tour.run("officer-ae", "record", "show", record, exit_code=3)
    check(outcomes == {"AE": "destroyed", "KW": "retained"}, "a partner answered otherwise")
    return {"outcomes": outcomes, "sent": len(told["sent"]), "events": len(told["events"])}


def _received(tour: Tour, code: str, type_: str) -> str:
    """The newest message of that type that `code` has from DZ."""
    found: list[Any] = tour.run(f"officer-{code.lower()}", "messages", "list", "--direction", "in")["messages"]
    ids = [each["id"] for each in found if each["type"] == type_]
    check(bool(ids), f"no {type_} at {code}")
    return str(ids[-1])
