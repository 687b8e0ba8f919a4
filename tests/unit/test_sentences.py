"""Every code has a sentence in every language, and the sentences are fit to be shown."""

from __future__ import annotations

import re
import unicodedata

import pytest

from exchange.errors import Code
from exchange.sentences import FACTS, LANGUAGES, SENTENCES, sentence


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_a_sentence_and_no_sentence_lacks_its_code(lang: str) -> None:
    assert set(SENTENCES[lang]) == set(Code)
    assert set(FACTS[lang]) == set(FACTS["en"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sentence_says_what_happened_and_what_to_do(lang: str) -> None:
    for code, text in SENTENCES[lang].items():
        assert text.endswith("."), code
        assert len(re.findall(r"[.،](?: |$)", text)) >= 2, code
        assert unicodedata.is_normalized("NFC", text), code
        assert not any(unicodedata.category(sign) in ("Cc", "Cf") for sign in text), code
        assert "{" not in text, code


def test_languages_are_not_mixed_up() -> None:
    for code in Code:
        arabic = SENTENCES["ar"][code]
        assert re.search(r"[\u0600-\u06ff]", arabic), code
        assert not re.search(r"[\u0600-\u06ff]", SENTENCES["fr"][code] + SENTENCES["en"][code]), code
        assert SENTENCES["fr"][code] != SENTENCES["en"][code], code
    for lang in LANGUAGES:
        assert len(set(SENTENCES[lang].values())) == len(Code)


def test_facts_with_a_label_are_told_and_others_are_not() -> None:
    told = sentence(Code.TOO_LARGE, "en", {"limit": 1048576, "secret": "x", "at": ""})
    assert told == SENTENCES["en"][Code.TOO_LARGE] + " Limit: 1048576."
    assert sentence(Code.TOO_LARGE, "de") == SENTENCES["en"][Code.TOO_LARGE]
    assert sentence(Code.TOO_LARGE, "fr", {"limit": 1}).endswith("Limite : 1.")
