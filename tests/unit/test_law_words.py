"""No code that an agreement or a decision can hold lacks a phrase in any language; no phrase is left untranslated."""

from __future__ import annotations

import importlib
import pkgutil
import re
import unicodedata
from collections.abc import Collection, Iterator

import pytest

from exchange.model import vocab
from exchange.model.paths import PATHS
from exchange.policies import agreement as agreements
from exchange.policies import clauses
from exchange.policies.agreement import Text
from exchange.policies.reasons import REMEDIES, REMEDY_OF
from exchange.policies.sentences import CLAIM, INSTEAD, RECORD, REMEDY, Sentence
from exchange.policies.tests import ARGUMENTS
from exchange.sentences import law
from exchange.sentences.law import agreement, conditions, grammar, reasons, words
from exchange.sentences.law.countries import COUNTRIES
from exchange.sentences.law.fields import FIELDS
from exchange.sentences.law.phrases_decision import HEADINGS

ARABIC = re.compile(r"[\u0621-\u064a]")
TABLES: dict[str, tuple[Collection[object], Collection[object]]] = {
    "paths": (FIELDS, PATHS),
    "classes": (words.CLASSES, vocab.CLASSES),
    "kinds": (words.KINDS, vocab.KINDS),
    "purposes": (words.PURPOSES, vocab.PURPOSES),
    "caveats": (words.CAVEATS, vocab.CAVEATS),
    "categories": (words.CATEGORIES, vocab.CATEGORIES),
    "statements": (words.STATEMENTS, vocab.STATEMENTS),
    "roles": (words.ROLES, vocab.ROLES),
    "lists": (words.LISTS, vocab.LISTS),
    "regions": (words.REGIONS, vocab.REGIONS),
    "scales": (words.SCALES, vocab.GRADE_SCALES),
    "labels": (words.TLP, vocab.TLP_BY_STRICTNESS),
    "colours": (words.TLP_COLOURS, vocab.TLP_BY_STRICTNESS),
    "cadences": (words.CADENCES, clauses.CADENCES),
    "onward": (words.ONWARD, clauses.ONWARD),
    "approvers": (grammar.APPROVERS, clauses.APPROVER_ROLES),
    "suites": (words.SUITES, agreements.SUITES),
    "names of suites": (agreement.SUITE_NAMES, agreements.SUITES),
    "tests": (conditions.TESTS, ARGUMENTS),
    "countries": (COUNTRIES, vocab.COUNTRIES),
    "reasons": (RECORD.keys() | CLAIM.keys(), REMEDY_OF),
    "remedies": (REMEDY, REMEDIES),
    "who": (reasons.WHO, REMEDIES),
    "states of a claim": (HEADINGS.keys() - {"question", "answer", "handling", "digests"}, law.decision.STATES),
}
WORDLESS = re.compile(r"(?:\{\w+\}|[^\w{}])*")
"""Phrases that are only holes and punctuation may be alike. Names of states: below."""


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_every_code_and_no_other(name: str) -> None:
    told, known = TABLES[name]
    assert len(told) > 0
    assert {str(word) for word in told} == {str(word) for word in known}


def test_the_colours_are_those_of_the_protocol() -> None:
    """FIRST TLP 2.0, the table of colours: the label on #000000."""
    red, amber, green, clear = "#FF2B2B", "#FFC000", "#33FF00", "#FFFFFF"
    assert list(words.TLP_COLOURS.items()) == list(
        zip(vocab.TLP_BY_STRICTNESS, (red, amber, amber, green, clear), strict=True)
    )


def phrases() -> Iterator[tuple[str, str, Text | Sentence]]:
    """(module, key, phrase) of every phrase that the renderer can use."""
    for module in pkgutil.iter_modules(law.__path__):
        loaded = importlib.import_module(f"{law.__name__}.{module.name}")
        for name, value in vars(loaded).items():
            if isinstance(value, dict) and getattr(loaded, "__name__", "").endswith(module.name):
                for key, each in value.items():
                    if isinstance(each, Text):
                        yield f"{module.name}.{name}", str(key), each
                    elif isinstance(each, conditions.Both):
                        yield f"{module.name}.{name}", f"{key} holds", each.holds
                        yield f"{module.name}.{name}", f"{key} fails", each.fails
    yield from (("policies.sentences", code, each) for code, each in {**RECORD, **CLAIM, **REMEDY}.items())
    yield "policies.sentences", "INSTEAD", INSTEAD
    for number, month in enumerate(grammar.MONTHS, 1):
        yield "grammar.MONTHS", str(number), month
    for both in (conditions.ALL, conditions.ANY):
        yield from (("conditions", "lead", each) for each in both)


def test_the_walk_sees_all_phrases() -> None:
    found = {(module, key) for module, key, _ in phrases()}
    assert len(found) > 800
    assert {module for module, _ in found} >= {"countries.COUNTRIES", "fields.FIELDS", "phrases.CLAUSE", "reasons.WHO"}


def holes(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


def test_every_phrase_is_written_in_its_language() -> None:
    for module, key, phrase in phrases():
        at = (module, key)
        assert holes(phrase.ar) == holes(phrase.fr) == holes(phrase.en), at
        assert not ARABIC.search(phrase.fr + phrase.en), at
        assert not re.search("[A-Za-z]", re.sub(r"\{\w+\}|TLP", "", phrase.ar)), at
        assert ARABIC.search(phrase.ar) or WORDLESS.fullmatch(phrase.ar), at
        for text in phrase:
            assert unicodedata.is_normalized("NFC", text), at
            assert not any(unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn") for sign in text), at
            assert text == text.strip(), at
            assert not re.search(r"[a-z]_[a-z]", re.sub(r"\{\w+\}", "", text)), at


def test_no_phrase_is_the_same_in_two_languages() -> None:
    for module, key, phrase in phrases():
        if module.endswith(".COUNTRIES"):
            assert phrase.ar not in (phrase.fr, phrase.en), key
        elif not WORDLESS.fullmatch(phrase.en):
            assert len(set(phrase)) == 3, (module, key)


def test_states_have_their_own_names() -> None:
    """French and English share names without an article (Cuba, Malte is not one of them); Arabic shares none."""
    shared = {code for code, name in COUNTRIES.items() if name.fr == name.en}
    assert "CU" in shared
    assert len(shared) < 40
    for language in range(3):
        assert len({name[language] for name in COUNTRIES.values()}) == len(COUNTRIES)


def test_french_elides_before_a_vowel() -> None:
    for code, name in COUNTRIES.items():
        assert not re.match(r"(le|la) [AEIOUÉÈÎÔÂaeiouéèîôâ]", name.fr), code


def test_no_two_codes_of_a_table_read_the_same() -> None:
    seen: dict[tuple[str, int, str], str] = {}
    for module, key, phrase in phrases():
        if module.startswith(("words", "fields", "conditions.TESTS")):
            for language, text in enumerate(phrase):
                assert seen.setdefault((module, language, text), key) == key, (module, key)
