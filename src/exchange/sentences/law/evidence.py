"""A verified evidence bundle as one or two pages for a court: what happened, who acted, digests, what is not proven.

Persons are ids and no value of a record appears. Spec: docs/spec/bundle.md.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from exchange.crypto.fields import write_time
from exchange.ledger.bundle_report import BundleReport, Cosigner, Told
from exchange.model.vocab import Tlp
from exchange.policies.agreement import LANGUAGES, Text
from exchange.sentences.law.countries import COUNTRIES
from exchange.sentences.law.grammar import capital
from exchange.sentences.law.phrases_evidence import EVIDENCE, NOT_PROVEN, OUTCOMES, SUBSTITUTES
from exchange.sentences.law.text import Block, Grid, Item, Items, LawText, Paragraph, Section
from exchange.sentences.law.words import KINDS, PURPOSES

MARKING: Final = str(Tlp.AMBER)
_COMMAS: Final = ("، ", ", ", ", ")


def bundle_text(report: BundleReport, fingerprint: str, lang: str) -> LawText:
    """The text in `ar`, `fr` or `en`. ValueError for a bundle that does not verify: nothing is written about it."""
    if report.told is None:
        raise ValueError("not verified")
    pages = _Pages(report, report.told, fingerprint, LANGUAGES.index(lang))
    return LawText(
        lang=lang,
        marking=MARKING,
        title=pages.say("title"),
        line=f"{report.release} · {report.node}",
        notes=(pages.say("note"),),
        sections=pages.sections(),
    )


class _Pages:
    def __init__(self, report: BundleReport, told: Told, fingerprint: str, at: int) -> None:
        self._report, self._told, self._fingerprint, self._at = report, told, fingerprint, at

    def say(self, name: str) -> str:
        return EVIDENCE[name][self._at]

    def sections(self) -> tuple[Section, ...]:
        parts: list[tuple[str, list[Block]]] = [
            ("exchange", [self._rows(self._exchange())]),
            ("acts", [self._rows(self._acts())]),
            ("result", [Paragraph(self.say("verified"))]),
            ("digests", [self._rows(self._digests())]),
            ("not_proven", [Items(tuple(self._not_proven()))]),
        ]
        return tuple(
            Section(f"{number}. {self.say(name)}", tuple(blocks)) for number, (name, blocks) in enumerate(parts, 1)
        )

    def _rows(self, rows: list[tuple[str, str]]) -> Grid:
        head = (self.say("item"), self.say("content"))
        return Grid(head, tuple((self.say(name), value) for name, value in rows if value))

    def _word(self, words: dict[str, Text], code: str) -> str:
        return words[code][self._at] if code in words else code

    def _state(self, code: str) -> str:
        return f"{capital(self._word(COUNTRIES, code))} ({code})"

    def _exchange(self) -> list[tuple[str, str]]:
        told, found = self._told, self._told.decided
        kinds = [] if found is None else [self._word(KINDS, kind) for kind in found.kinds]
        return [
            ("sender", self._state(self._report.node)),
            ("recipient", self._state(told.recipient)),
            ("kinds", _COMMAS[self._at].join(kinds)),
            ("records", "" if found is None else str(found.records)),
            ("agreement", _ltr(f"{told.agreement} · {told.version}")),
            ("clauses", "" if found is None else _COMMAS[self._at].join(found.clauses)),
            ("purpose", self._word(PURPOSES, told.purpose)),
            ("number", _ltr(told.stream)),
        ]

    def _acts(self) -> list[tuple[str, str]]:
        told = self._told
        outcome = self._word(OUTCOMES, told.outcome or "none")
        return [
            ("proposed", _ltr(f"{told.proposed} · {told.proposer}")),
            *(("approved", _ltr(f"{at} · {person}")) for person, at in told.approvals),
            ("substitute", self._word(SUBSTITUTES, told.substitute)),
            ("released", _ltr(f"{told.released} · {told.releaser}")),
            ("voided", self.say("yes") if told.voided else ""),
            ("answer", f"{_ltr(told.answered)} · {outcome}" if told.answered else outcome),
            ("made", self._report.made),
        ]

    def _digests(self) -> list[tuple[str, str]]:
        told = self._told
        return [
            ("fingerprint", self._fingerprint),
            ("agreement", told.agreement_digest),
            ("what", told.digest),
            ("envelope", told.envelope),
            ("decision", told.decision),
            ("root", told.root),
            ("place", _ltr(f"{told.index} / {told.size}")),
            *(("witness" if each.named else "witness_unnamed", _witness(each)) for each in told.witnesses),
            ("cosigners", str(len(told.cosigners)) if told.cosigners else ""),
            ("stamps" if told.stamped else "stamps_unread", str(told.stamps)),
            ("stamped", told.stamped),
        ]

    def _not_proven(self) -> list[Item]:
        return [Item("–", NOT_PROVEN[code][self._at]) for code in self._report.not_proven]


def _witness(witness: Cosigner) -> str:
    """With its root, which the reader compares with what that state says: the file is its maker's."""
    seen = write_time(datetime.fromtimestamp(witness.at, tz=UTC))
    return _ltr(f"{witness.party} · {seen} · {witness.fingerprint}")


def _ltr(text: str) -> str:
    """Figures and ids keep their order inside Arabic."""
    return f"\u2066{text}\u2069"
