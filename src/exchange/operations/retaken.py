"""Takes decisions again that somebody brings beside a verified export, or that stand in a bundle.

No node, no network, no clock. A replay file alone only agrees with itself; here its digest is that of the ledger's
`release.decided`, its agreement the one that the ledger activated, its records as many as left.
Spec: docs/spec/ledger.md §6.1, bundle.md §2, policy.md §11.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from exchange.crypto.encoding import read_strict
from exchange.errors import BadInput, Code, ExchangeError, SignatureInvalid, Untrusted
from exchange.ledger import bundle
from exchange.ledger.bundle_decision import decided
from exchange.ledger.bundle_report import BundleReport
from exchange.ledger.entries import Entry, number, read, text
from exchange.ledger.export import split_entry
from exchange.ledger.report import Exit, Fault, Findings, Report
from exchange.operations.replay import DIFFERENT, EQUAL, ERASED, NOT_RETAKEN, OTHER_RULES
from exchange.operations.replay_file import MAX_FILE, Checked, check_file

UNPROVEN: Final = "NOT_PROVEN_DECISIONS"
_LOOKED_AT: Final = (b'"kind":"release.released"', b'"kind":"release.decided"', b'"kind":"agreement.changed"')
_COUNTS: Final = {
    EQUAL: "decisions_equal",
    DIFFERENT: "decisions_different",
    ERASED: "decisions_erased",
    NOT_RETAKEN: "decisions_not_retaken",
    OTHER_RULES: "decisions_other_rules",
}
_FAULTS: Final = {
    Code.AGREEMENT_UNSIGNED: Fault.AGREEMENT_UNSIGNED,
    Code.ROOT_MISMATCH: Fault.PARTY_KEY_UNKNOWN,
    Code.DOCUMENT_CHANGED: Fault.AGREEMENT_DIFFERS,
}


@dataclass(slots=True)
class _Release:
    """What the ledger says of one release with records."""

    entry: Entry
    agreement_digest: str
    """Of its agreement version, as the ledger activated it."""
    decided: tuple[int, str] | None = None
    """Index and digest of its `release.decided`."""
    states: tuple[str, ...] = field(default=())
    """One for each record, of the file that took most of them again."""


def with_decisions(report: Report, lines: Iterable[bytes], files: Iterable[bytes]) -> Report:
    """The report of an export, once more with what replay files say. `lines`: the export again; it was verified.

    A report that is not good is given back as it is. Counts `decisions_…`, records by what came of them, and
    `releases_without_decisions`, those of which no file was brought. `NOT_PROVEN_DECISIONS` goes when every decision of
    every release was taken again with the same result. Never raises for what is in the files.
    """
    if not report.ok:
        return report
    releases, findings = _releases(lines), Findings()
    for data in files:
        _take(data, releases, report.node, findings)
    counted = Counter(state for each in releases.values() for state in each.states)
    without = sum(not each.states for each in releases.values())
    deciding, lowest = findings.deciding, findings.lowest
    whole = releases and not without and not findings.total and counted.keys() == {EQUAL}
    return replace(
        report,
        exit_code=Exit.OK if deciding is None else deciding.fault.exit,
        reason=None if deciding is None else deciding.fault,
        first_bad_index=None if lowest is None else lowest.index,
        bad_before=None if lowest is None else lowest.before,
        counts={
            **report.counts,
            **{name: counted[state] for state, name in _COUNTS.items()},
            "releases_without_decisions": without,
            "findings": findings.total,
        },
        findings=tuple(findings.kept),
        not_proven=_proven(report.not_proven) if whole else report.not_proven,
    )


def with_bundled(report: BundleReport, data: bytes) -> BundleReport:
    """The report of a bundle, once its decisions were taken again; as it is where the bundle has no values.

    `data`: the bundle, which was verified. `NOT_PROVEN_DECISIONS` goes as in `with_decisions`.
    """
    file = bundle.read(data).bundle.decision if report.told is not None else None
    if report.told is None or report.told.decided is None or not report.told.decided.values or file is None:
        return report
    fault, found = _checked(file)
    if found is not None and not found.sound:
        fault = Fault.DECISION_DIFFERS
    if fault is not None:
        return replace(report, exit_code=fault.exit, reason=fault, member="decision", told=None)
    states = {each.state for stage in (found.stages if found is not None else ()) for each in stage.items}
    return replace(report, not_proven=_proven(report.not_proven)) if states == {EQUAL} else report


def _proven(not_proven: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(each for each in not_proven if each != UNPROVEN)


def _releases(lines: Iterable[bytes]) -> dict[str, _Release]:
    """Every release with records, by its id."""
    found: dict[str, _Release] = {}
    versions: dict[tuple[str, int], str] = {}
    for index, entry in _entries(lines):
        kind = text(entry, "kind")
        if kind == "agreement.changed":
            versions[text(entry, "agreement"), number(entry, "version")] = text(entry, "digest")
        elif kind == "release.released" and entry["refs"]:
            version = (text(entry, "agreement"), number(entry, "version"))
            found[text(entry, "release")] = _Release(entry, versions.get(version, ""))
        elif kind == "release.decided" and text(entry, "release") in found:
            found[text(entry, "release")].decided = (index, text(entry, "digest"))
    return found


def _entries(lines: Iterable[bytes]) -> Iterator[tuple[int, Entry]]:
    index = -1
    for line in lines:
        split = split_entry(line)
        if split is not None:
            index += 1
            if any(each in split[0] for each in _LOOKED_AT):
                yield index, read(split[0])


def _take(data: bytes, releases: dict[str, _Release], node: str, findings: Findings) -> None:
    """One file: whose it is, then whether its decisions come out again."""
    findings.line += 1
    release = releases.get(_named(data))
    place = None if release is None or release.decided is None else release.decided[0]
    fault, found = _checked(data)
    if fault is not None or found is None:
        findings.add(fault or Fault.FILE_MALFORMED, place)
        return
    if release is None or release.decided is None:
        findings.add(Fault.DECISION_UNMATCHED)
        return
    digest, agreement = release.decided[1], release.agreement_digest
    if decided(data, release.entry, node, digest, agreement, limit=MAX_FILE) is None or not found.sound:
        findings.add(Fault.DECISION_DIFFERS, place)
    states = tuple(item.state for item in found.stages[-1].items)
    if not release.states or states.count(EQUAL) > release.states.count(EQUAL):
        release.states = states


def _checked(data: bytes) -> tuple[Fault | None, Checked | None]:
    """What `check_file` says, or the fault that it stopped at."""
    try:
        return None, check_file(data)
    except SignatureInvalid:
        return Fault.AGREEMENT_SIGNATURE, None
    except Untrusted as refused:
        return _FAULTS.get(refused.code, Fault.PARTY_KEY_UNKNOWN), None
    except ExchangeError:
        return Fault.FILE_MALFORMED, None


def _named(data: bytes) -> str:
    """The release that a file names; empty where it names none."""
    try:
        said = read_strict(data, limit=MAX_FILE)
    except (BadInput, ExchangeError):
        return ""
    named = said.get("release") if isinstance(said, dict) else None
    return named if isinstance(named, str) else ""
