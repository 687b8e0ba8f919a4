"""The pages of an evidence bundle: every language has every word, and the PDF has what a court asks for."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from exchange import paper
from exchange.ledger.bundle_decision import Decided
from exchange.ledger.bundle_report import NOT_PROVEN, BundleReport, Cosigner, Told
from exchange.ledger.report import NOT_PROVEN_WHOSE, Exit, Fault
from exchange.sentences.law import phrases_evidence
from exchange.sentences.law.evidence import bundle_text
from exchange.sentences.law.plain import lines
from exchange.sentences.law.text import Grid, LawText

PRINT, ENVELOPE = "ab" * 32, "cd" * 32
TOLD = Told(
    recipient="KW",
    agreement="AG-DZ-KW",
    version=3,
    agreement_digest="01" * 32,
    purpose="counter_terrorism.travel",
    proposer="p-officer",
    proposed="2026-03-01T08:00:00Z",
    approvals=(("p-first", "2026-03-01T09:00:00Z"), ("p-second", "2026-03-01T10:00:00Z")),
    substitute="waiver.used",
    releaser="p-officer",
    released="2026-03-01T11:00:00Z",
    stream="1/12",
    envelope=ENVELOPE,
    voided=True,
    outcome="refused",
    answered="2026-03-01T12:00:00Z",
    index=19,
    size=22,
    root="02" * 32,
    digest="03" * 32,
    decision="04" * 32,
    decided=Decided(("person", "camp"), ("5.1", "NP-DZ/2"), 4, False),
    witnesses=(Cosigner("KW", "05" * 32, 1772366400, True), Cosigner("QA", "06" * 32, 1772370000, False)),
    cosigners=("AE.exchange/witness",),
    stamps=2,
    stamped="2026-03-02T00:10:00Z",
)
REPORT = BundleReport(Exit.OK, None, None, "DZ", "rel-1", "2026-04-01T08:00:00Z", TOLD)


def text_of(lang: str) -> LawText:
    return bundle_text(REPORT, PRINT, lang)


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_what_a_court_asks_for_is_in_the_text(lang: str) -> None:
    told = "\n".join(lines(text_of(lang)))
    for wanted in (
        *("rel-1", "AG-DZ-KW", "p-officer", "p-first", "p-second", "5.1", "NP-DZ/2", "1/12", "19 / 22"),
        *(
            TOLD.proposed,
            TOLD.stamped,
            TOLD.released,
            TOLD.answered,
            PRINT,
            ENVELOPE,
            TOLD.root,
            TOLD.digest,
            TOLD.decision,
        ),
    ):
        assert wanted in told, wanted
    at = ("ar", "fr", "en").index(lang)
    for words in (phrases_evidence.OUTCOMES["refused"], *(phrases_evidence.NOT_PROVEN[code] for code in NOT_PROVEN)):
        assert words[at] in told


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_stamps_are_not_verified_without_certificates(lang: str) -> None:
    at = ("ar", "fr", "en").index(lang)
    unread = bundle_text(replace(REPORT, told=replace(TOLD, stamped="")), PRINT, lang)
    verified, not_verified = (phrases_evidence.EVIDENCE[name][at] for name in ("stamps", "stamps_unread"))
    assert [row for row in _cells(unread) if row[0] in (verified, not_verified)] == [(not_verified, "2")]
    assert [row for row in _cells(text_of(lang)) if row[0] in (verified, not_verified)] == [(verified, "2")]
    words = ("لم يُتحقق", "non vérifiés", "not verified")
    assert words[at] in not_verified


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_a_witness_whose_root_the_agreement_does_not_name_is_told_with_it(lang: str) -> None:
    at = ("ar", "fr", "en").index(lang)
    named, unnamed, unread = (
        phrases_evidence.EVIDENCE[name][at] for name in ("witness", "witness_unnamed", "cosigners")
    )
    assert [row for row in _cells(text_of(lang)) if row[0] in (named, unnamed, unread)] == [
        (named, f"\u2066KW · 2026-03-01T12:00:00Z · {'05' * 32}\u2069"),
        (unnamed, f"\u2066QA · 2026-03-01T13:00:00Z · {'06' * 32}\u2069"),
        (unread, "1"),
    ]


def _cells(text: LawText) -> list[tuple[str, ...]]:
    blocks = [block for section in text.sections for block in section.blocks]
    return [tuple(row) for block in blocks if isinstance(block, Grid) for row in block.rows]


def test_every_code_has_its_sentence() -> None:
    assert tuple(phrases_evidence.NOT_PROVEN) == (NOT_PROVEN_WHOSE, *NOT_PROVEN)
    tables = (phrases_evidence.EVIDENCE, phrases_evidence.OUTCOMES, phrases_evidence.SUBSTITUTES)
    assert all(all(text) for table in tables for text in table.values())


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_the_pdf_has_two_pages_and_digests_as_one_piece(lang: str) -> None:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(paper.pdf(text_of(lang), mono=True))).pages]
    assert 1 <= len(pages) <= 2
    assert PRINT in "".join(pages)
    assert all("TLP:AMBER" in page for page in pages)


def test_nothing_is_written_about_what_does_not_verify() -> None:
    bad = BundleReport(Exit.CHAIN, Fault.ENTRY_PROOF, "entries.1", "DZ", "rel-1", "2026-04-01T08:00:00Z")
    with pytest.raises(ValueError, match="not verified"):
        bundle_text(bad, PRINT, "en")
