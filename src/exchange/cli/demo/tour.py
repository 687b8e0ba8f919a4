"""The tour: eighteen steps over the running nodes, each by the commands that it shows, each checked."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

from exchange.cli.demo import processes
from exchange.cli.demo.afterwards import correction, onward, recall
from exchange.cli.demo.ledgers import audit, bundle, reconcile, tamper, witnesses
from exchange.cli.demo.matching import blinded, level
from exchange.cli.demo.place import CODES, Place
from exchange.cli.demo.rollback import backup, epoch, rollback
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
    """3: propose, self-approval refused, approval by others, delivery."""
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
    """4: one record, two partners, two views."""
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
    """5: AE is down while DZ releases; AE comes back and pulls."""
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
    """6: exit 4 and a sentence."""
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


STEPS: Final[tuple[tuple[str, Callable[[Tour], Facts]], ...]] = (
    ("preview", preview),
    ("witnesses", witnesses),
    ("release", release),
    ("views", views),
    ("outage", outage),
    ("denied", denied),
    ("onward", onward),
    ("backup", backup),
    ("correction", correction),
    ("recall", recall),
    ("audit", audit),
    ("reconcile", reconcile),
    ("tamper", tamper),
    ("bundle", bundle),
    ("rollback", rollback),
    ("epoch", epoch),
    ("blinded", blinded),
    ("level", level),
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


def _paths(record: Any) -> set[str]:
    return {claim["path"] for claim in record["claims"]}
