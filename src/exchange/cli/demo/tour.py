"""The tour: ten steps over the running nodes, each by the commands that it shows, each checked."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from exchange.cli import archive
from exchange.cli.demo import processes
from exchange.cli.demo.afterwards import correction, onward, recall
from exchange.cli.demo.place import CODES, Place
from exchange.cli.demo.stage import AGREEMENT, BORDER, NETWORKS, TRAVEL, Facts, StepError, Tour, check
from exchange.cli.demo.words import say
from exchange.cli.files import write_file
from exchange.cli.output import Output
from exchange.cli.safe import shown

SCHEMA: Final = "exchange.demo/1"
SUMMARY: Final = "summary.json"


def preview(tour: Tour) -> Facts:
    """1: withheld and coarser claims, with reasons."""
    record = tour.place.cast["traveller"]
    answer = tour.run("officer-dz", "preview", record, "--to", "AE", "--purpose", NETWORKS, "--agreement", AGREEMENT)[
        "answers"
    ][0]
    rows = [claim for claim in answer["claims"] if claim["state"] != "sent"]
    for claim in rows:
        tour.show(f"    {claim['state']:9} {claim['path']:20}", claim["why"])
    counts = {
        state: sum(each["state"] == state for each in answer["claims"]) for state in ("sent", "coarser", "withheld")
    }
    check(counts["withheld"] > 0 and counts["coarser"] > 0, "nothing withheld or coarser")
    return {**counts, "record": record}


def release(tour: Tour) -> Facts:
    """2: propose, self-approval refused, approval by others, delivery."""
    pushed = tour.run(
        "officer-dz", "push", "--to", "AE", "--agreement", AGREEMENT, "--purpose", TRAVEL, "--kind", "person"
    )
    for row in pushed["denied"]:
        tour.show(f"    {row['records']:3} ×", row["why"])
    proposals = pushed["proposals"]
    tour.run("officer-dz", "approve", proposals[0]["id"], exit_code=5)
    done = tour.approve_and_release(pushed["bulk"], max(each["approvals_needed"] for each in proposals))
    sent = sum(each["records"] for each in done["releases"])
    accepted = done["delivered"]["AE"]["accepted"]
    check(sent > 0 and accepted == len(proposals), "not everything was accepted")
    tour.show(f"    AE: {accepted} envelopes accepted, {sent} records")
    return {"released": sent, "denied": len(pushed["denied_records"]), "accepted": accepted, "self_approval": "refused"}


def views(tour: Tour) -> Facts:
    """3: one record, two partners, two views."""
    record = tour.place.cast["traveller"]
    pushed = tour.run(
        "officer-dz", "push", "--to", "KW", "--agreement", AGREEMENT, "--purpose", BORDER, "--record", record
    )
    tour.approve_and_release(pushed["bulk"], pushed["proposals"][0]["approvals_needed"])
    seen = {code: _paths(tour.run(f"officer-{code.lower()}", "record", "show", record)) for code in ("AE", "KW")}
    only = {code: sorted(seen[code] - seen[other]) for code, other in (("AE", "KW"), ("KW", "AE"))}
    for code, paths in only.items():
        tour.show("   ", say("only", tour.out.lang), f"{code}:", ", ".join(paths) or "-")
    tour.show("   ", say("both", tour.out.lang) + ":", ", ".join(sorted(seen["AE"] & seen["KW"])))
    check(seen["AE"] != seen["KW"], "both partners see the same")
    return {"only_ae": only["AE"], "only_kw": only["KW"], "both": sorted(seen["AE"] & seen["KW"])}


def outage(tour: Tour) -> Facts:
    """4: AE is down while DZ releases; AE comes back and pulls."""
    record = tour.place.cast["latecomer"]
    processes.stop(tour.place, ["AE"])
    pushed = tour.run(
        "officer-dz", "push", "--to", "AE", "--agreement", AGREEMENT, "--purpose", NETWORKS, "--record", record
    )
    done = tour.approve_and_release(pushed["bulk"], pushed["proposals"][0]["approvals_needed"])
    check(done["delivered"]["AE"]["stopped"] == "PARTNER_UNREACHABLE", "AE answered although it was stopped")
    processes.start(tour.place, ["AE"], only=["web", "partner"])  # no worker: the pull below is what fetches it
    pulled = tour.run("officer-ae", "pull", "--from", "DZ")["pulled"][0]
    inbox = tour.run("officer-ae", "inbox", "--from", "DZ")["inbox"]
    claims = len(tour.run("officer-ae", "record", "show", record)["claims"])
    tour.show(f"    pull: {pulled['envelopes']} envelope; inbox: {len(inbox)}; {record}: {claims} claims")
    return {"pulled": pulled["envelopes"], "inbox": len(inbox), "record": record}


def denied(tour: Tour) -> Facts:
    """5: exit 4 and a sentence."""
    record = tour.place.cast["victim"]
    refused = tour.run(
        "officer-dz",
        "push",
        "--to",
        "AE",
        "--agreement",
        AGREEMENT,
        "--purpose",
        TRAVEL,
        "--record",
        record,
        exit_code=4,
    )
    why = refused["denied"][0]
    tour.show("   ", why["why"], f"[{why['code']} {why['clause'] or ''}]")
    return {"code": why["code"], "clause": why["clause"], "why": why["why"]}


def audit(tour: Tour) -> Facts:
    """9: both sides exported, verified with the fingerprints that people compared, reconciled."""
    facts: Facts = {}
    for code in ("DZ", "AE"):
        tour.run(f"auditor-{code.lower()}", "audit", "export", "--out", _export(tour, code))
    for code in ("DZ", "AE"):
        report = tour.run("", "audit", "verify", _export(tour, code), "--fingerprint", tour.place.fingerprints[code])
        facts[f"entries_{code.lower()}"] = report["size"]
        tour.show(f"    {code}: OK, {report['size']} entries, {report['counts']['receipts']} receipts")
    both = tour.run("", "audit", "reconcile", _export(tour, "DZ"), _export(tour, "AE"))
    missing = sum(both[each]["count"] for each in ("lost", "phantom_receipt", "omitted", "equivocated"))
    tour.show(f"    matched {both['matched']}, in flight {both['in_flight']['count']}, missing or different {missing}")
    return facts | {"matched": both["matched"], "in_flight": both["in_flight"]["count"], "contradictions": missing}


def tamper(tour: Tour) -> Facts:
    """10: one byte; exit 11 and the index of the entry."""
    with Path(_export(tour, "DZ")).open("rb") as export:
        lines = list(archive.read(export))
    entries = [number for number, line in enumerate(lines) if line.startswith(b'{"entry":')]
    line = entries[len(entries) // 2]
    index = entries.index(line)
    place = lines[line].index(b'"at":"') + len(b'"at":"2')
    changed = bytearray(lines[line])
    changed[place] ^= 1  # a digit of the year becomes another digit
    lines[line] = bytes(changed)
    file = tour.place.exports / "dz-one-byte-changed.jsonl"
    write_file(file, b"".join(lines))
    pin = tour.place.fingerprints["DZ"]
    report = tour.run("", "audit", "verify", str(file), "--fingerprint", pin, exit_code=11)
    tour.show(f"    {report['reason']} at entry {report['first_bad_index']} (we changed entry {index})")
    check(report["first_bad_index"] == index, "another entry was blamed")
    return {"changed": index, "found": report["first_bad_index"], "reason": report["reason"], "exit_code": 11}


STEPS: Final[tuple[tuple[str, Callable[[Tour], Facts]], ...]] = (
    ("preview", preview),
    ("release", release),
    ("views", views),
    ("outage", outage),
    ("denied", denied),
    ("onward", onward),
    ("correction", correction),
    ("recall", recall),
    ("audit", audit),
    ("tamper", tamper),
)


def take(place: Place, out: Output, started: float) -> dict[str, Any]:
    """The whole tour; returns and writes the summary. Stops at the first step that fails."""
    steps: list[Facts] = []
    for number, (name, step) in enumerate(STEPS, 1):
        tour = Tour(place, out)
        tour.show("")
        out.err.print(f"{number} {shown(say(name, out.lang))}", style="bold", soft_wrap=True)
        row: Facts = {"step": number, "name": name, "ok": True}
        try:
            row["facts"] = step(tour)
        except StepError as fault:
            row |= {"ok": False, "fault": str(fault)}
            tour.show("  ✕ " + str(fault))
        row["commands"] = [each.document() for each in tour.ran]
        steps.append(row)
        if not row["ok"]:
            break
    return _summary(place, steps, started)


def _summary(place: Place, steps: list[Facts], started: float) -> dict[str, Any]:
    summary = {
        "schema": SCHEMA,
        "ok": len(steps) == len(STEPS) and all(step["ok"] for step in steps),
        "synthetic": True,
        "nodes": {
            code: {
                "officers": place.officer_ports[code],
                "partners": place.partner_ports[code],
                "records": place.records[code],
                "fingerprint": place.fingerprints[code],
            }
            for code in CODES
        },
        "steps": steps,
        "seconds": round(time.monotonic() - started, 1),
    }
    write_file(place.folder / SUMMARY, json.dumps(summary, indent=1, sort_keys=True).encode("utf-8"))
    return summary


def _export(tour: Tour, code: str) -> str:
    return str(tour.place.exports / f"{code.lower()}.zip")


def _paths(record: Any) -> set[str]:
    return {claim["path"] for claim in record["claims"]}
