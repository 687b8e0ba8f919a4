"""Steps 2 and 11 to 14 of the tour: who vouches for a ledger, and what an auditor finds without believing anybody."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from exchange.cli.demo.place import CODES
from exchange.cli.demo.stage import Facts, StepError, Tour, check
from exchange.cli.demo.words import say
from exchange.cli.files import write_file
from exchange.operations import archive

VERIFIER: Final = Path(__file__).resolve().parents[4] / "docs" / "spec" / "verifier.py"
"""The second verifier. It comes with the source, not with the installed program."""
PARTNERS: Final = ("AE", "KW")
_WRONG: Final = ("lost", "phantom_receipt", "omitted", "equivocated")
_SAME: Final = ("size", "first_bad_index", "reason")
_VERIFY_S: Final = 60.0


def witnesses(tour: Tour) -> Facts:
    """2: both partners cosign DZ's newest head; its quorum is one."""
    for code in PARTNERS:
        tour.run("officer-dz", "witness", "ask", code)
    told = tour.run("officer-dz", "witness", "show")
    for row in told["witnesses"]:
        tour.show(f"    {row['witness']}: {row['size']} entries, {row['at']}")
    check({row["witness"] for row in told["witnesses"]} == set(PARTNERS), "a partner has not cosigned")
    check(told["fresh"] >= told["quorum"] > 0 and not told["stale"], "nothing may be released")
    return {"witnesses": sorted(row["witness"] for row in told["witnesses"]), "quorum": told["quorum"]}


def audit(tour: Tour) -> Facts:
    """11: the three exported, verified with the fingerprints that people compared, DZ reconciled with each partner."""
    for code in CODES:
        tour.run(f"auditor-{code.lower()}", "audit", "export", "-o", export(tour, code))
    facts: Facts = {"entries": {}, "verifiers": 1 + VERIFIER.is_file()}
    for code in CODES:
        report = verified(tour, code, export(tour, code))
        facts["entries"][code] = report["size"]
        tour.show(f"    {code}: OK, {report['size']} entries, {report['counts']['receipts']} receipts")
    for code in PARTNERS:
        both = tour.run("", "audit", "reconcile", export(tour, "DZ"), export(tour, code))
        wrong = sum(both[each]["count"] for each in _WRONG)
        tour.show(
            f"    matched {both['matched']}, in flight {both['in_flight']['count']}, missing or different {wrong}"
        )
        facts[code] = {"matched": both["matched"], "in_flight": both["in_flight"]["count"], "contradictions": wrong}
    return facts


def reconcile(tour: Tour) -> Facts:
    """12: two running nodes compare what they sent and took; the result that both signed is checked without them.

    Between 23 and 24 hours UTC the node may have done so by itself at its start, and asks once an hour: then that one.
    """
    made = tour.run("auditor-dz", "audit", "reconciled", "AE")["results"]
    by_itself = any(row["outcome"] == "agreed" for row in made)
    if not by_itself:
        tour.run("auditor-dz", "audit", "reconcile-now", "AE")
    file = str(tour.place.exports / "dz-ae-reconciled.json")
    tour.run("auditor-dz", "audit", "reconciled", "AE", "--export", file)
    pins = [word for code in ("DZ", "AE") for word in ("--fingerprint", f"{code}={tour.place.fingerprints[code]}")]
    checked = tour.run("", "audit", "reconcile-check", file, *pins)
    counts = next(iter(checked["results"].values()))["counts"]
    wrong = sum(counts[each] for each in _WRONG)
    tour.show(
        f"    {' + '.join(sorted(checked['results']))}: matched {counts['matched']}, missing or different {wrong}"
    )
    check(checked["same"] and checked["pinned"] and wrong == 0, "the two nodes do not agree")
    signed = sorted(checked["results"])
    return {"signed_by": signed, "matched": counts["matched"], "contradictions": wrong, "by_itself": by_itself}


def tamper(tour: Tour) -> Facts:
    """13: one byte; exit 11 and the index of the entry, by both verifiers."""
    with Path(export(tour, "DZ")).open("rb") as file:
        lines = list(archive.read(file))
    entries = [number for number, line in enumerate(lines) if line.startswith(b'{"entry":')]
    line = entries[len(entries) // 2]
    index = entries.index(line)
    place = lines[line].index(b'"at":"') + len(b'"at":"2')
    changed = bytearray(lines[line])
    changed[place] ^= 1  # a digit of the year becomes another digit
    lines[line] = bytes(changed)
    changed_file = tour.place.exports / "dz-one-byte-changed.jsonl"
    write_file(changed_file, b"".join(lines))
    report = verified(tour, "DZ", str(changed_file), exit_code=11)
    tour.show(f"    {report['reason']} at entry {report['first_bad_index']} (we changed entry {index})")
    check(report["first_bad_index"] == index, "another entry was blamed")
    facts = {"changed": index, "found": report["first_bad_index"], "reason": report["reason"], "exit_code": 11}
    return facts | {"verifiers": 1 + VERIFIER.is_file()}


def bundle(tour: Tour) -> Facts:
    """14: the evidence of one release in one file, made by a releasing officer, verified by both."""
    listed = tour.run("approver-dz", "releases", "--state", "released")["releases"]
    release = next(str(row["id"]) for row in listed if row["to"] == "KW")
    file = str(tour.place.exports / "dz-kw-release.bundle")
    tour.run("approver-dz", "audit", "bundle", release, "-o", file)
    report = verified(tour, "DZ", file, same=("release", "node", "reason", "member"))
    told = report["told"]
    tour.show(f"    OK: {told['recipient']}, {told['agreement']}, {told['outcome']} {told['answered']}")
    check(report["release"] == release and told["outcome"] == "accepted", "another release, or no receipt")
    facts = {"release": release, "recipient": told["recipient"], "outcome": told["outcome"]}
    return facts | {"approvals": len(told["approvals"]), "verifiers": 1 + VERIFIER.is_file()}


def export(tour: Tour, code: str, which: str = "") -> str:
    """Where a node's export is."""
    return str(tour.place.exports / f"{code.lower()}{which}.zip")


def verified(tour: Tour, code: str, file: str, exit_code: int = 0, same: Sequence[str] = _SAME) -> Any:
    """The report on a node's export or bundle, on which both verifiers agree in the members `same`.

    StepError when one ends otherwise than expected.
    """
    words = (file, "--fingerprint", tour.place.fingerprints[code])
    report = tour.run("", "audit", "verify", *words, exit_code=exit_code)
    if not VERIFIER.is_file():
        tour.show("   ", say("one_verifier", tour.out.lang))
        return report
    second = _second(tour, words, exit_code)
    for name in same:
        check(report[name] == second[name], f"the two verifiers differ: {name}")
    return report


def _second(tour: Tour, words: tuple[str, ...], exit_code: int) -> Any:
    """The second verifier's report: a program of its own, which imports nothing of ours."""
    command = [sys.executable, "-I", str(VERIFIER), *words, "--json"]
    done = subprocess.run(command, capture_output=True, timeout=_VERIFY_S, check=False, stdin=subprocess.DEVNULL)
    tour.did(" ".join(["$ python docs/spec/verifier.py", *words]), done.returncode)
    if done.returncode != exit_code:
        raise StepError(f"verifier.py: exit {done.returncode} instead of {exit_code}: {done.stderr[-300:]!r}")
    return json.loads(done.stdout)
