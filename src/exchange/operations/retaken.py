"""Takes decisions again that somebody brings beside a verified export, or that stand in a bundle.

No node, no network, no clock. A replay file alone only agrees with itself; here its digest is that of the ledger's
`release.decided`, its agreement the one that the ledger activated, its records as many as left.
Spec: docs/spec/ledger.md §6.1, bundle.md §2, policy.md §11.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from exchange.crypto.encoding import read_canonical
from exchange.crypto.fields import read_time
from exchange.errors import Code, ExchangeError, SignatureInvalid, Untrusted
from exchange.ledger import bundle
from exchange.ledger.bundle_decision import decided_in
from exchange.ledger.bundle_report import BundleReport
from exchange.ledger.entries import Entry, number, read, text, texts
from exchange.ledger.export import split_entry
from exchange.ledger.report import NOT_PROVEN_DECISIONS, NOT_PROVEN_SHOWN, Exit, Fault, Findings, Report
from exchange.model.claims import JsonObject, JsonValue
from exchange.operations.replay import DIFFERENT, EQUAL, ERASED, NOT_RETAKEN, OTHER_RULES, ReplayedStage
from exchange.operations.replay_file import KIND, MAX_FILE, check_said
from exchange.policies.decide import Decision

SLACK: Final = timedelta(days=1)
"""How much earlier than its entry a release may have been decided on: entries wait for a head of the ledger."""
_LOOKED_AT: Final = (b'"kind":"release.', b'"kind":"agreement.changed"')
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
    """What the ledger says of one release of records."""

    entry: Entry
    agreement_digest: str
    """Of its agreement version, as the ledger activated it."""
    foreign: int = 0
    """How many of its records are other states', as its `release.onward` says."""
    decided: tuple[int, str] | None = None
    """Index and digest of its `release.decided`."""
    states: tuple[str, ...] = ()
    """One for each record, of the file that took most of them again."""


@dataclass(slots=True)
class _Releases:
    """Those that a file may be brought for, by id, and the number of those that none can be."""

    known: dict[str, _Release]
    never: int = 0
    """An id used twice, or fewer records in the release than were proposed."""


def with_decisions(report: Report, lines: Iterable[bytes], files: Iterable[bytes]) -> Report:
    """The report of an export, once more with what replay files say. `lines`: the export again; it was verified.

    A report that is not good is given back as it is. Counts `decisions_…`, records by what came of them;
    `decision_files_foreign`, files of releases that are not in the export; and `releases_without_decisions`, those of
    which no file was brought. When every decision of every release was taken again with the same result,
    `NOT_PROVEN_SHOWN` stands where `NOT_PROVEN_DECISIONS` was. Never raises for what is in the files.
    """
    if not report.ok:
        return report
    releases, findings = _releases(lines), Findings()
    foreign = sum(not _take(data, releases.known, report.node, findings) for data in files)
    counted = Counter(state for each in releases.known.values() for state in each.states)
    without = releases.never + sum(not each.states for each in releases.known.values())
    deciding, lowest = findings.deciding, findings.lowest
    whole = not without and not findings.total and counted.keys() == {EQUAL}
    return replace(
        report,
        exit_code=Exit.OK if deciding is None else deciding.fault.exit,
        reason=None if deciding is None else deciding.fault,
        first_bad_index=None if lowest is None else lowest.index,
        bad_before=None if lowest is None else lowest.before,
        counts={
            **report.counts,
            **{name: counted[state] for state, name in _COUNTS.items()},
            "decision_files_foreign": foreign,
            "releases_without_decisions": without,
            "findings": findings.total,
        },
        findings=tuple(findings.kept),
        not_proven=_shown(report.not_proven) if whole else report.not_proven,
    )


def with_bundled(report: BundleReport, data: bytes) -> BundleReport:
    """The report of a bundle, once its decisions were taken again; as it is where the bundle has no values.

    `data`: the bundle, which was verified. A fault is told; `NOT_PROVEN_DECISIONS` stays: a bundle has not all of the
    ledger that speaks of its release.
    """
    told = report.told
    file = bundle.read(data).bundle.decision if told is not None else None
    if told is None or told.decided is None or not told.decided.values or file is None:
        return report
    fault, stage = _released(read_canonical(file, limit=MAX_FILE))
    if stage is not None and not (_sound(stage) and _in_time(stage, told.released)):
        fault = Fault.DECISION_DIFFERS
    return (
        report if fault is None else replace(report, exit_code=fault.exit, reason=fault, member="decision", told=None)
    )


def _shown(not_proven: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(NOT_PROVEN_SHOWN if each == NOT_PROVEN_DECISIONS else each for each in not_proven)


def _releases(lines: Iterable[bytes]) -> _Releases:
    """Every release of records. Messages that carry none propose none."""
    found = _Releases({})
    versions: dict[tuple[str, int], str] = {}
    proposed: dict[str, int] = {}
    for index, entry in _entries(lines):
        kind = text(entry, "kind")
        if kind == "agreement.changed":
            versions[text(entry, "agreement"), number(entry, "version")] = text(entry, "digest")
        elif kind == "release.proposed":
            proposed[text(entry, "release")] = number(entry, "records")
        elif kind == "release.released":
            id_, version = text(entry, "release"), (text(entry, "agreement"), number(entry, "version"))
            found.never += id_ in found.known or proposed.pop(id_, 0) != len(texts(entry, "refs"))
            if entry["refs"]:
                found.known[id_] = _Release(entry, versions.get(version, ""))
        elif kind == "release.onward" and text(entry, "release") in found.known:
            found.known[text(entry, "release")].foreign += len(texts(entry, "refs"))
        elif kind == "release.decided" and text(entry, "release") in found.known:
            found.known[text(entry, "release")].decided = (index, text(entry, "digest"))
    return found


def _entries(lines: Iterable[bytes]) -> Iterator[tuple[int, Entry]]:
    index = -1
    for line in lines:
        split = split_entry(line)
        if split is not None:
            index += 1
            if any(each in split[0] for each in _LOOKED_AT):
                yield index, read(split[0])


def _take(data: bytes, releases: dict[str, _Release], node: str, findings: Findings) -> bool:
    """One file: first whose it is, then whether its decisions come out again. False: of a release that is not here, or
    of a proposal before it left."""
    findings.line += 1
    said = _read(data)
    named = None if said is None else said.get("release")
    if said is None or not isinstance(named, str):
        findings.add(Fault.FILE_MALFORMED)
        return True
    release = releases.get(named)
    if release is None or release.decided is None or not _left(said):
        return False
    place, digest = release.decided
    if decided_in(said, release.entry, node, digest, release.agreement_digest) is None:
        findings.add(Fault.DECISION_DIFFERS)  # it is not that file: nothing is said of the entry
        return True
    fault, stage = _released(said)
    if stage is None:
        findings.add(fault or Fault.FILE_MALFORMED, place)
        return True
    foreign = sum(each.ref.originator != node for each in stage.items)
    if not (_sound(stage) and _in_time(stage, text(release.entry, "at")) and foreign == release.foreign):
        findings.add(Fault.DECISION_DIFFERS, place)
    states = tuple(item.state for item in stage.items)
    if not release.states or states.count(EQUAL) > release.states.count(EQUAL):
        release.states = states
    return True


def _sound(stage: ReplayedStage) -> bool:
    """No record stands twice, no decision comes out otherwise, and none that comes out again is one not to send."""
    return len({each.ref for each in stage.items}) == len(stage.items) and all(
        each.state != DIFFERENT and (each.state != EQUAL or each.decision is None or _sent(each.decision))
        for each in stage.items
    )


def _sent(decision: Decision) -> bool:
    return decision.record_state == "released" and any(each.state == "sent" for each in decision.outcomes.values())


def _in_time(stage: ReplayedStage, released: str) -> bool:
    """Decided on when it left, and not on a day that suited."""
    left = read_time(released)
    return timedelta(0) <= left - stage.at <= SLACK


def _released(said: JsonValue) -> tuple[Fault | None, ReplayedStage | None]:
    """The stage `released` of a replay file that `decided_in` knows, taken again; or the fault that stopped it."""
    try:
        found = check_said(said)
    except SignatureInvalid:
        return Fault.AGREEMENT_SIGNATURE, None
    except Untrusted as refused:
        return _FAULTS.get(refused.code, Fault.PARTY_KEY_UNKNOWN), None
    except (ExchangeError, TypeError, ValueError, ArithmeticError, LookupError, RecursionError):
        return Fault.FILE_MALFORMED, None  # whatever stands in a stranger's records
    stages = [each for each in found.stages if each.stage == "released"]
    return (None, stages[0]) if len(stages) == 1 else (Fault.FILE_MALFORMED, None)


def _read(data: bytes) -> JsonObject | None:
    """A replay file, of which nothing is checked but that it calls itself one."""
    try:
        said = read_canonical(data, limit=MAX_FILE)
    except ExchangeError:
        return None
    return said if isinstance(said, dict) and said.get("kind") == KIND else None


def _left(said: JsonObject) -> bool:
    """Whether it says what was decided when the records left, and not only at the proposal."""
    stages = said.get("stages")
    names = [each.get("stage") for each in stages if isinstance(each, dict)] if isinstance(stages, list) else []
    return names != ["proposed"]
