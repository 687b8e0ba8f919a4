"""Every reason and remedy has its sentence in Arabic, French and English, with the same placeholders."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from exchange.policies import decide as decide_module
from exchange.policies.explain import explain
from exchange.policies.reasons import REMEDIES, REMEDY_OF, because
from exchange.policies.sentences import CLAIM, INSTEAD, RECORD, REMEDY, Sentence
from tests.unit.policies_kit import agreement, ask, name, record

SOURCE = Path(decide_module.__file__).parent
ALL = {**RECORD, **CLAIM, **REMEDY, "INSTEAD": INSTEAD}
KNOWN = {"clause", "recipient", "agreement", "purpose", "instead"}


def holes(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("code", sorted(ALL))
def test_each_sentence_in_three_languages_with_the_same_placeholders(code: str) -> None:
    sentence: Sentence = ALL[code]
    assert holes(sentence.ar) == holes(sentence.fr) == holes(sentence.en)
    assert holes(sentence.en) <= KNOWN
    assert len(set(sentence)) == 3
    assert re.search(r"[\u0600-\u06ff]", sentence.ar)
    assert not re.search(r"[\u0600-\u06ff]", sentence.fr + sentence.en)
    assert all(text.endswith(".") for text in sentence)


def test_every_code_has_a_sentence_and_every_sentence_a_code() -> None:
    assert RECORD.keys() | CLAIM.keys() == REMEDY_OF.keys()
    assert RECORD.keys().isdisjoint(CLAIM)
    assert REMEDY.keys() == REMEDIES


def test_every_code_that_the_source_can_give_is_registered() -> None:
    text = "".join((SOURCE / f"{module}.py").read_text() for module in ("decide", "compile", "safeguards"))
    given = set(re.findall(r'"([A-Z]+(?:_[A-Z]+)*)"', text))
    assert given | {"RECALLED"} == REMEDY_OF.keys()  # that one is given by operations/propose.py


def test_an_unregistered_code_cannot_be_given() -> None:
    with pytest.raises(KeyError):
        because("BECAUSE")


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_an_explanation_has_no_placeholder_left_and_no_value(language: str) -> None:
    about = record(("name.full", name("Invented")), ("birth.year", 1990))
    told = explain(ask(agreement(), about), about, language)
    assert told.state == "released"
    assert len(told.lines) == len(about.claims)
    denied = explain(ask(agreement(), about, to="FR"), about, language)
    assert denied.why
    assert "FR" in denied.why
    text = repr(told) + repr(denied)
    assert "{" not in text
    assert "Invented" not in text
