"""The verification of one export as pages: the result, what was checked, every fault, what a pass does not prove.

No name and no value of a record is in it. Spec: docs/spec/ledger.md §6, §7.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from exchange.ledger.report import NOT_PROVEN_WHOSE, Finding, Report
from exchange.sentences.audit.words import REPORT
from exchange.sentences.faults import FAULTS
from exchange.sentences.law.agreement import MARKING
from exchange.sentences.law.grammar import Tongue, capital
from exchange.sentences.law.text import Block, Grid, Item, Items, LawText, Paragraph, Section
from exchange.sentences.record.sheet import facts, numbered
from exchange.sentences.record.values import country, ltr
from exchange.sentences.verification import not_proven

SHOWN: Final = 100
_COUNTED: Final = (
    *("entries", "checkpoints", "agreements", "descriptors", "receipts", "releases", "decisions", "permitted"),
    *("denied", "sent", "coarser", "withheld", "lines"),
)


def report_text(report: Report, fingerprint: str, lang: str) -> LawText:
    """The text in `ar`, `fr` or `en`. `fingerprint`: of the root in the file; whether one was brought is told."""
    tongue = Tongue(lang)
    pinned = NOT_PROVEN_WHOSE not in report.not_proven
    parts: list[tuple[str, list[Block]]] = [("result", _result(tongue, report, pinned=pinned))]
    parts.append(("checked", [facts(tongue, _checked(tongue, report, fingerprint, pinned=pinned))]))
    if report.findings:
        parts.append(("findings", _findings(tongue, report)))
    if report.witnesses:
        parts.append(("witnesses", [_witnesses(tongue, report)]))
    unproven = [not_proven(code, lang, bundle=False) for code in report.not_proven]
    parts.append(("not_proven", [Items(tuple(Item("–", text) for text in unproven))]))
    return LawText(
        lang=lang,
        marking=MARKING,
        title=tongue.of(REPORT["title"]),
        line=tongue.say(REPORT["line"], node=ltr(report.node)),
        notes=(tongue.of(REPORT["note"]),),
        sections=tuple(
            Section(numbered(tongue, number, tongue.of(REPORT[name])), tuple(blocks))
            for number, (name, blocks) in enumerate(parts, 1)
        ),
    )


def _result(tongue: Tongue, report: Report, *, pinned: bool) -> list[Block]:
    if report.ok:
        told = [tongue.of(REPORT["ok"])]
    else:
        why = "" if report.reason is None else FAULTS[report.reason].in_(tongue.lang)
        told = [tongue.say(REPORT["not_ok"], x=why)]
        if report.first_bad_index is not None:
            place = _between(tongue, report.first_bad_index, report.bad_before)
            told.append(tongue.say(REPORT["first_at"], x=place))
    if not pinned:
        told.append(tongue.of(REPORT["whose"]))
    return [Paragraph(text) for text in told]


def _between(tongue: Tongue, index: int, before: int | None) -> str:
    if before is None or before <= index + 1:
        return str(index)
    return tongue.say(REPORT["between"], low=str(index), high=str(before - 1))


def _checked(tongue: Tongue, report: Report, fingerprint: str, *, pinned: bool) -> list[tuple[str, str]]:
    rows = [
        ("node", country(tongue, report.node)),
        ("exported", _moment(tongue, report.exported)),
        ("fingerprint", ltr(fingerprint) if fingerprint else ""),
        ("brought", tongue.of(REPORT["yes" if pinned else "no"])),
        ("size", str(report.size)),
        ("root", ltr(report.root) if report.root else ""),
        *((name, str(report.counts[name])) for name in _COUNTED if name in report.counts),
        ("findings_count", str(report.counts.get("findings", len(report.findings)))),
    ]
    return [(capital(tongue.of(REPORT[name])), value) for name, value in rows]


def _findings(tongue: Tongue, report: Report) -> list[Block]:
    head = tuple(tongue.of(REPORT[name]) for name in ("fault", "entry", "in_line"))
    rows = tuple(_finding(tongue, each) for each in report.findings[:SHOWN])
    blocks: list[Block] = [Grid(head, rows, (6, 3, 2))]
    total = report.counts.get("findings", len(report.findings))
    if total > len(rows):
        blocks.append(Paragraph(tongue.say(REPORT["more"], x=str(total))))
    return blocks


def _finding(tongue: Tongue, finding: Finding) -> tuple[str, str, str]:
    entry = "" if finding.index is None else _between(tongue, finding.index, finding.before)
    return (f"{FAULTS[finding.fault].in_(tongue.lang)}\n{ltr(finding.fault.value)}", entry, str(finding.line))


def _witnesses(tongue: Tongue, report: Report) -> Grid:
    head = tuple(tongue.of(REPORT[name]) for name in ("party", "at_size", "at"))
    rows: Sequence[tuple[str, str, str]] = [
        (country(tongue, each.party), str(each.size), tongue.moment(datetime.fromtimestamp(each.at, UTC)))
        for each in report.witnesses
    ]
    return Grid(head, tuple(rows), (3, 2, 4))


def _moment(tongue: Tongue, text: str) -> str:
    """The time that the file says; as it stands when it is none."""
    try:
        return tongue.moment(datetime.fromisoformat(text))
    except ValueError:
        return ltr(text)
