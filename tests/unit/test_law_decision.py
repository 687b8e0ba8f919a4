"""A decision as law: every claim with its clause, its reason, what would change it and who may do that."""

from __future__ import annotations

import re

import pytest

from exchange.policies.decide import Decision
from exchange.policies.reasons import REMEDY_OF
from exchange.sentences.law import decision_text
from exchange.sentences.law.grammar import Tongue, unisolated
from exchange.sentences.law.plain import lines
from exchange.sentences.law.reasons import Asked, remedy, who, why
from tests.unit.policies_kit import agreement, ask, example, name, record
from tests.unit.test_law_text import CODE_WORD

LANGUAGES = ("ar", "fr", "en")
ABOUT = record(
    ("name.full", name("Secretive Name")),
    ("birth.date", {"precision": "exact", "date": "1990-01-02"}),
    ("contact.phone", "+000 11 22 33"),
    ("record.flag", "journalist"),
    ("record.signoff", {"for": "listing", "by": "authority", "on": "2026-01-01"}),
)


def told(decision: Decision, lang: str) -> str:
    return "\n".join(lines(decision_text(decision, ABOUT, lang)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_claim_is_told_and_no_value(lang: str) -> None:
    decision = ask(agreement(), ABOUT)
    assert decision.record_state == "released"
    text = told(decision, lang)
    for id_ in decision.outcomes:
        assert len(re.findall(rf"\([\u2066]?{id_}[\u2069]?\)", text)) == 1
    for value in ("Secretive", "1990", "11 22 33", "authority's own"):
        assert value not in text
    bare = text.replace("DZ/rec-test", "")
    assert CODE_WORD.findall(bare) == []
    assert "{" not in text


def test_a_released_record_in_english() -> None:
    text = told(ask(agreement(), ABOUT), "en")
    assert text.startswith("TLP:AMBER\nDecision on one record and one recipient\nRecord DZ/rec-test, version 1\n")
    assert "The record may be sent to the recipient within the limits below.\n" in text
    assert "What is sent: 7 items.\nWhat stays: 4 items.\n" in text
    assert "It needs the approval of 3 liaison officers; who proposes never approves.\n" in text
    assert "    1. Full name (c1): Sent under clause 5.1.\n" in text
    assert (
        "    1. Date of birth (c2): No clause lets it go to Kuwait.\n"
        "        – What would make it releasable: It needs an amendment to AG-DZ-AE-KW, signed by all parties.\n"
        "        – Who may do that: all the Parties, each with its root key.\n"
    ) in text
    assert "Safeguard flag (c4): A safeguard; it never leaves the node.\n" in text


def test_a_denied_record_in_french_contracts() -> None:
    text = told(ask(agreement(), ABOUT, purpose="contact"), "fr")
    assert "La fiche n'est pas transmise.\n" in text
    assert "Motif\u00a0: La finalité «\u00a0contact entre autorités\u00a0» n'est pas prévue par AG-DZ-AE-KW.\n" in text
    victim = record(("record.category", "victim"))
    denied = ask(example("dz-ae-kw"), victim)
    denied_text = "\n".join(lines(decision_text(denied, victim, "fr")))
    assert "Motif\u00a0: L'article 3.1 interdit d'envoyer cette fiche au Koweït.\n" in denied_text
    assert "Rien ne le permettrait au titre de l'accord et des politiques actuels.\n" in denied_text


def test_the_marking_is_the_strictest_known() -> None:
    assert decision_text(ask(agreement(), ABOUT), ABOUT, "en").marking == "TLP:AMBER"
    strict = record(("record.marking", "TLP:GREEN"), ("record.marking", "TLP:AMBER+STRICT"))
    assert decision_text(ask(agreement(), strict), strict, "en").marking == "TLP:AMBER+STRICT"
    unmarked = record(("name.full", name()), without="record.marking")
    assert decision_text(ask(agreement(), unmarked), unmarked, "en").marking == "TLP:RED"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", sorted(REMEDY_OF))
def test_every_reason_is_a_sentence_with_names(code: str, lang: str) -> None:
    tongue, asked = Tongue(lang), Asked("AE", "AG-DZ-AE", "counter_terrorism.travel")
    text = why(tongue, code, "5.1", asked)
    assert text.endswith(".")
    assert not CODE_WORD.search(re.sub(r"\d\.\d", "", text))
    assert "{" not in text
    assert not re.search(r"\b(à|de) les? ", text)
    assert (remedy(tongue, code, asked) is None) == (who(tongue, code) is None) == (REMEDY_OF[code] is None)
    if lang == "ar":
        assert not re.search("[A-Za-z]", unisolated(text + (remedy(tongue, code, asked) or "")))


def test_a_coarser_claim_names_what_goes_instead() -> None:
    document = example("dz-ae-kw")
    (first,) = [each for each in document.examples if each.name.startswith("A Kuwaiti bound for Libya")]
    decision = ask(document, first.record, purpose=first.purpose)
    text = "\n".join(lines(decision_text(decision, first.record, "en")))
    assert "Date of birth (c3): Withheld by clause 5.4.\n" in text
    assert "– The coarser item sent in its place: year of birth (c4).\n" in text
