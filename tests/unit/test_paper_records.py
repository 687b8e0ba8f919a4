"""Records, previews, messages, reports and guides on paper: what must be there is, in three languages, in its order."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from exchange import paper
from exchange.errors import TooLarge
from exchange.ledger.report import NOT_PROVEN, NOT_PROVEN_WHOSE, Exit, Fault, Finding, Report, Witness
from exchange.model.claims import Claim, Grade
from exchange.model.messages import Answer, LegalReason, Message, Notice, OnwardGrant, OnwardRequest, Recall, Request
from exchange.model.records import Record, Ref
from exchange.model.state import MessageKey, StoredMessage
from exchange.operations.permissions import ROLES
from exchange.policies.handling import Handling
from exchange.sentences.audit.report import report_text
from exchange.sentences.faults import FAULTS
from exchange.sentences.guides.guide import guide
from exchange.sentences.law.countries import COUNTRIES
from exchange.sentences.law.grammar import Tongue
from exchange.sentences.law.plain import lines
from exchange.sentences.law.text import LawText, Paragraph, Section
from exchange.sentences.law.words import CAVEATS
from exchange.sentences.record import letter_words
from exchange.sentences.record.letter import letter_text
from exchange.sentences.record.preview import Previewed, preview_text
from exchange.sentences.record.sheet import Held, Shown, record_text
from exchange.sentences.record.values import value_lines
from exchange.sentences.verification import not_proven
from tests.paper_kit import WATERMARK, flat, pages, printed, visual_lines
from tests.unit.policies_kit import agreement, ask, document, name, record

LANGUAGES = ("ar", "fr", "en")
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
ARABIC, LATIN = "رفاعة بن زياد", "Rifaa ben Ziad"
GRADE = Grade("admiralty", "B", "2")
CLAIMS = (
    Claim("c1", "name.full", {"text": ARABIC, "script": "Arab", "type": "primary"}, "fact", GRADE, "2024-05-01"),
    Claim("c2", "name.full", {"text": LATIN, "script": "Latn", "type": "transliteration"}, "fact", GRADE),
    Claim("c3", "document", {"type": "passport", "number": "A-123/456 (7)"}, "fact", GRADE),
    Claim("c4", "birth.year", 1991, "fact"),
    Claim("c5", "birth.year", 1993, "hearsay", contests="c4"),
    Claim("c6", "birth.year", {"from": 1990, "to": 1995}, "fact", derived_from="c4"),
    Claim("c7", "record.marking", "TLP:AMBER+STRICT", "fact"),
    Claim("c8", "record.caveat", "NO_ARREST_BASIS", "fact"),
    Claim("c9", "no.such.path", {"kept": "seen all the same"}, "fact"),
)
OWN = Shown(Ref("DZ", "rec-00000001"), 2, "person", NOW, CLAIMS, "cd" * 32)
TERMS = Handling("TLP:RED", ("COURT_USE_NEEDS_CONSENT",), ("border.checks",), 90, "ask")
HELD = Held("AE", "1/12", "AG-DZ-AE-KW", "border.checks", NOW, NOW + timedelta(days=90), TERMS)
COPY = replace(OWN, ref=Ref("AE", "rec-00000002"), issued=None, held=HELD)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("shown", [OWN, COPY], ids=["own", "received"])
def test_a_record_is_on_paper_as_it_is_held(shown: Shown, lang: str) -> None:
    text = record_text(shown, lang)
    data = paper.pdf(text, mono=True, watermark=WATERMARK)
    assert data == paper.pdf(text, mono=True, watermark=WATERMARK)
    for page in pages(data):
        assert page.count(shown.marking) >= 2
        assert WATERMARK in page
    whole = flat(data)
    for wanted in (f"{shown.ref.originator}/{shown.ref.id}", LATIN, "A-123/456", "1991", "cd" * 32, "B2", "c5"):
        assert wanted.replace(" ", "") in whole, wanted
    assert "seenallthesame" in whole
    meta = PdfReader(io.BytesIO(data)).metadata
    assert meta is not None
    assert meta.creation_date is None
    assert LATIN not in str(meta.title)
    assert ARABIC not in str(meta.title)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_caveats_come_before_every_claim(lang: str) -> None:
    at = LANGUAGES.index(lang)
    told = "\n".join(lines(record_text(COPY, lang)))
    places = [told.index(CAVEATS[code][at]) for code in ("NO_ARREST_BASIS", "COURT_USE_NEEDS_CONSENT")]
    assert max(places) < told.index(ARABIC)
    plain = replace(OWN, claims=CLAIMS[:7])
    assert CAVEATS["NO_ARREST_BASIS"][at] not in "\n".join(lines(record_text(plain, lang)))


def test_a_record_is_marked_by_its_handling_its_own_label_or_as_strictly_as_can_be() -> None:
    assert record_text(COPY, "en").marking == "TLP:RED"
    assert record_text(OWN, "en").marking == "TLP:AMBER+STRICT"
    assert record_text(replace(OWN, claims=CLAIMS[:6]), "en").marking == "TLP:RED"


def test_what_contradicts_what_is_said_on_both_sides() -> None:
    told = "\n".join(lines(record_text(OWN, "en")))
    assert "contradicted by c5" in told
    assert "contradicts c4" in told
    assert "less precise form of c4" in told


def test_terms_of_a_copy_are_told() -> None:
    told = "\n".join(lines(record_text(COPY, "en")))
    for wanted in ("Copy received from", "1/12", "AG-DZ-AE-KW", "Border checks", "30 May 2026", "third state"):
        assert wanted in told, wanted
    endless = replace(COPY, held=replace(HELD, expires_at=None, purpose="odd"))
    assert "no end set" in "\n".join(lines(record_text(endless, "en")))


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_two_directions_in_one_line_keep_their_order(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Glyph by glyph as an eye sees them, in a font where each letter is one glyph."""
    monkeypatch.setattr(paper, "FAMILY", "DejaVu Sans Mono")
    tongue = Tongue(lang)
    mixed = Claim("c1", "note", f"{LATIN} ({ARABIC}) 12/3", "fact")
    other = Claim("c2", "note", f"{ARABIC} - {LATIN} (12)", "fact")
    told = [line for claim in (*CLAIMS[:3], mixed, other) for line in value_lines(tongue, claim)]
    text = LawText(lang, "TLP:GREEN", "x", "x", (), (Section("x", tuple(Paragraph(each) for each in told)),))
    seen = visual_lines(paper.pdf(text))
    number = {"ar": f"A-123/456 |7| :{'الرقم'[::-1]}", "en": "Number: A-123/456 |7|"}[lang]
    for line in (ARABIC[::-1], LATIN, number, f"{LATIN} |{ARABIC[::-1]}| 12/3", f"{LATIN} |12| - {ARABIC[::-1]}"):
        assert line in seen, line


def previewed(about: Record) -> Previewed:
    return Previewed(about, ask(agreement(), about), "ef" * 32, 512)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_preview_says_that_nothing_was_sent_and_what_is_approved(lang: str) -> None:
    at = LANGUAGES.index(lang)
    about = record(("name.full", name(LATIN)), ("contact.phone", "+000 1"), ("record.caveat", "NO_ARREST_BASIS"))
    text = preview_text(previewed(about), lang)
    told = "\n".join(lines(text))
    nothing = ("لم يُرسل شيء.", "Rien n'a été transmis.", "Nothing has been sent.")[at]
    assert text.notes[0] == nothing
    assert COUNTRIES["KW"][at] in text.title
    assert "ef" * 32 in told
    assert "512" in told
    whole = printed(text)
    assert "ef" * 32 in whole
    assert LATIN.replace(" ", "") in whole
    assert "+0001" in whole
    states = {outcome.state for outcome in previewed(about).decision.outcomes.values()}
    assert {"sent", "withheld"} <= states
    assert CAVEATS["NO_ARREST_BASIS"][at] in told


def test_a_denied_preview_has_no_size_and_is_marked_as_the_record() -> None:
    about = record(("name.full", name(LATIN)), without="record.legal_basis")
    denied = replace(previewed(about), size=0)
    text = preview_text(denied, "en")
    told = "\n".join(lines(text))
    assert denied.decision.handling is None
    assert text.marking == "TLP:AMBER"
    assert "The record is not sent." in told
    assert "Digest of what would leave" not in told


def test_a_coarser_claim_stands_beside_the_finer_one() -> None:
    about = record(("birth.date", {"precision": "exact", "date": "1991-03-14"}))
    year = Claim("c90", "birth.year", 1991, "fact", derived_from="c1")
    about = about._replace(claims=(*about.claims, year))
    wanted = agreement(clauses=[{**clause, "disclose": ["birth.year"]} for clause in clauses()])
    decision = ask(wanted, about)
    assert decision.outcomes["c1"].state == "coarser"
    told = "\n".join(lines(preview_text(Previewed(about, decision, "ef" * 32, 9), "en")))
    assert re.search(r"14 March 1991 · Sent less precisely · Year of birth · 1991", told)


def clauses() -> list[dict[str, object]]:
    found = document()["clauses"]
    assert isinstance(found, list)
    return [dict(each) for each in found]


REF = Ref("DZ", "rec-00000001")
KEY = MessageKey("msg-" + "1" * 32, "AE", "in")
MESSAGES: tuple[Message, ...] = (
    Recall("border.checks", KEY.id, (REF,), "wrong_person", "note: ملاحظة", "2026-03-08T08:00:00Z", REF),
    Notice(
        "border.checks", KEY.id, "recall-outcome", "retained", (REF,), LegalReason("statute", "Act"), "2026-05-01", None
    ),
    Request("border.checks", KEY.id, "Who\nis it?", "Act 1", "3d", ()),
    Answer("border.checks", KEY.id, "partly", "too_broad", None),
    OnwardRequest("border.checks", KEY.id, (REF,), "KW", "we need it", ("name.full", "birth.year")),
    OnwardGrant("border.checks", KEY.id, "granted", None, b"x" * 700),
)


def stored(type_: str, **changes: Any) -> StoredMessage:
    row = StoredMessage(KEY, KEY.id, type_, "AG-DZ-AE-KW", "received", NOW, b"x", due_at=NOW, epoch=1, seq=9)
    return replace(row, **changes)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("message", MESSAGES, ids=lambda each: each.type)
def test_a_message_is_on_paper_with_every_member(message: Message, lang: str) -> None:
    at = LANGUAGES.index(lang)
    text = letter_text(stored(message.type), message, [], lang)
    told = "\n".join(lines(text))
    assert letter_words.TYPES[message.type][at] in told
    for code in re.findall(r"\b[a-z]+[_-][a-z]+\b", re.sub(r"(msg|rec|AG)-\S+", "", told)):
        assert code not in {*letter_words.ABOUT, *letter_words.REASONS, *letter_words.CODES}, code
    whole = printed(text)
    for wanted in ("AG-DZ-AE-KW", "1/9", KEY.id):
        assert wanted in whole


def test_free_words_of_a_message_are_kept() -> None:
    told = "\n".join(lines(letter_text(stored("request"), MESSAGES[2], [], "en")))
    assert "Who" in told
    assert "is it?" in told
    assert "Three days" in told
    recalled = "\n".join(lines(letter_text(stored("recall"), MESSAGES[0], [], "en")))
    assert "note: ملاحظة" in recalled
    assert "8 March 2026, 08:00 UTC" in recalled
    granted = "\n".join(lines(letter_text(stored("onward-grant"), MESSAGES[5], [], "en")))
    assert "700 bytes" in granted


def test_a_destroyed_text_and_a_thread() -> None:
    late = stored("notice", key=MessageKey("msg-" + "2" * 32, "AE", "out"), state="sent", seq=None, outcome="destroyed")
    text = letter_text(
        replace(stored("recall"), answered_at=NOW, outcome="destroyed"), None, [stored("recall"), late], "en"
    )
    told = "\n".join(lines(text))
    assert "The text of this message was destroyed." in told
    assert "Notice, sent to the United Arab Emirates (AE) (sent)" in told.replace("The United", "the United")
    assert told.count("Destroyed") == 1


def report(**changes: Any) -> Report:
    base = Report(
        Exit.OK, None, None, None, {"entries": 214, "findings": 0}, (), "DZ", 214, "2026-03-01T08:00:00Z", "ab" * 32
    )
    return replace(base, **changes)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_report_says_what_holds_and_what_it_does_not_prove(lang: str) -> None:
    at = LANGUAGES.index(lang)
    good = report(witnesses=(Witness("KW", "12" * 32, 200, 1_770_000_000),))
    text = report_text(good, "cd" * 32, lang)
    told = "\n".join(lines(text))
    assert ("صحيح: كل", "Valable :", "Verified:")[at] in told.replace("\u00a0", " ")
    assert "cd" * 32 in printed(text)
    for code in NOT_PROVEN:
        assert not_proven(code, lang, bundle=False) in told
    assert "2026" in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_report_names_every_fault_in_words(lang: str) -> None:
    found = tuple(Finding(fault, 7, 9, 12) for fault in Fault)
    bad = report(
        exit_code=Exit.CHAIN,
        reason=Fault.CHECKPOINT_ROOT,
        first_bad_index=7,
        bad_before=9,
        findings=found,
        counts={"findings": 400},
        not_proven=(NOT_PROVEN_WHOSE, *NOT_PROVEN),
        exported="never",
    )
    text = report_text(bad, "", lang)
    told = "\n".join(lines(text))
    for fault in Fault:
        assert FAULTS[fault].in_(lang) in told
    assert "400" in told
    assert "never" in told
    assert len(pages(paper.pdf(text))) > 2


def test_without_a_fingerprint_the_report_says_so() -> None:
    unknown = report(not_proven=(NOT_PROVEN_WHOSE, *NOT_PROVEN))
    assert "nothing says whose it is" in "\n".join(lines(report_text(unknown, "", "en")))
    assert "nothing says whose it is" not in "\n".join(lines(report_text(report(), "", "en")))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_guide_is_one_page_with_everything_on_it(role: str, lang: str) -> None:
    card = guide(role, lang)
    data = paper.card(card)
    assert data == paper.card(card)
    (page,) = pages(data)
    assert page.count("TLP:CLEAR") == 2
    if lang != "ar":
        whole = flat(data)
        for told in (card.title, *card.headings, *card.do, *card.never, *card.call, card.foot):
            assert re.sub(r"\s", "", told) in whole, told


def test_a_guide_for_no_role_does_not_exist() -> None:
    with pytest.raises(KeyError):
        guide("spy", "en")


def test_a_text_that_would_take_too_long_is_refused() -> None:
    text = LawText("en", "TLP:GREEN", "t", "l", (), (Section("h", (Paragraph("x " * 600_000),)),))
    with pytest.raises(TooLarge):
        paper.pdf(text)
