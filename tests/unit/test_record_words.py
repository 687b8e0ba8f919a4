"""No code of a message, a verification or a guide lacks a word in any language; no word is left untranslated."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import pytest

from exchange.model import messages
from exchange.model.paths import PATHS
from exchange.operations.permissions import ROLES
from exchange.policies.agreement import Text
from exchange.sentences.audit import words as audit
from exchange.sentences.guides import texts as guides
from exchange.sentences.record import letter_words, phrases, values

NOTICES = {outcome for outcomes in messages.NOTICES.values() for outcome in outcomes}
TABLES: dict[str, tuple[Collection[str], Collection[str]]] = {
    "message reasons": (
        letter_words.REASONS,
        messages.RECALL_REASONS | messages.CORRECTION_REASONS | messages.LEGAL_REASONS,
    ),
    "answer codes": (letter_words.CODES, messages.ANSWER_CODES),
    "urgencies": (letter_words.URGENCIES, messages.URGENCIES),
    "notices": (letter_words.ABOUT, messages.NOTICES),
    "outcomes": (letter_words.OUTCOMES, NOTICES | messages.ANSWERS | messages.GRANTS),
    "guides": (guides.ROLE_TEXTS, ROLES),
    "forms": (values._FORMS, {spec.form.partition(":")[0] for spec in PATHS.values()}),
}
HOLE = re.compile(r"\{(\w+)\}")
MODULES = (phrases, letter_words, audit, guides)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_every_code_and_no_other(name: str) -> None:
    told, known = TABLES[name]
    assert len(told) > 0
    assert {str(word) for word in told} == {str(word) for word in known}


def every() -> Iterator[tuple[str, Text]]:
    for module in MODULES:
        for table in vars(module).values():
            yield from _in(module.__name__, table)


def _in(where: str, value: object) -> Iterator[tuple[str, Text]]:
    if isinstance(value, Text):
        yield where, value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _in(f"{where}.{key}", each)
    elif isinstance(value, tuple):
        for each in value:
            yield from _in(where, each)


def test_every_phrase_is_translated_and_has_the_same_holes() -> None:
    found = list(every())
    assert len(found) > 150
    arabic = re.compile("[\u0621-\u064a]")
    for where, text in found:
        holes = [sorted(HOLE.findall(each)) for each in text]
        assert holes[0] == holes[1] == holes[2], where
        if HOLE.sub("", text.en).strip(" :;,()·"):
            assert arabic.search(text.ar), (where, text)
            assert not re.search("[A-Za-z]{2}", HOLE.sub("", text.ar)), (where, text)
