"""No code that a claim or a message can hold lacks a word in any language, and no word is left untranslated."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import pytest

from exchange.ledger.report import NOT_PROVEN, NOT_PROVEN_WHOSE, Fault
from exchange.model import messages, vocab
from exchange.model.paths import PATHS
from exchange.operations.permissions import ROLES
from exchange.policies.agreement import Text
from exchange.sentences.audit import words as audit
from exchange.sentences.guides import texts as guides
from exchange.sentences.record import letter_words, phrases, values, words

NOTICES = {outcome for outcomes in messages.NOTICES.values() for outcome in outcomes}
TABLES: dict[str, tuple[Collection[str], Collection[str]]] = {
    "kinds": (words.KIND, vocab.KINDS),
    "name types": (words.NAME_TYPES, vocab.NAME_TYPES),
    "name qualities": (words.NAME_QUALITIES, vocab.NAME_QUALITIES),
    "scripts": (words.SCRIPTS, vocab.SCRIPTS),
    "nationality": (words.NATIONALITY_STATUSES, {*vocab.NATIONALITY_STATUSES, vocab.UNDISCLOSED}),
    "genders": (words.GENDERS, vocab.GENDERS),
    "precisions": (words.PRECISIONS, vocab.PRECISIONS),
    "calendars": (words.CALENDARS, vocab.CALENDARS),
    "documents": (words.DOCUMENT_TYPES, vocab.DOCUMENT_TYPES),
    "fates": (words.FATES, vocab.FATES),
    "relations": (words.RELATIONS, vocab.RELATIONS),
    "groups": (words.GROUP_TYPES, vocab.GROUP_TYPES),
    "networks": (words.NETWORK_TYPES, vocab.NETWORK_TYPES),
    "camps": (words.CAMP_TYPES, vocab.CAMP_TYPES),
    "means": (words.MEANS, vocab.MEANS),
    "education": (words.EDUCATION, vocab.EDUCATION),
    "sharia levels": (words.SHARIA_LEVELS, vocab.SHARIA_LEVELS),
    "marital": (words.MARITAL, vocab.MARITAL),
    "warnings": (words.WARNINGS, vocab.WARNINGS),
    "actions": (words.ACTIONS, vocab.ACTIONS),
    "sources": (words.SOURCE_TYPES, vocab.SOURCE_TYPES),
    "likelihoods": (words.LIKELIHOODS, vocab.LIKELIHOODS),
    "confidences": (words.CONFIDENCES, vocab.CONFIDENCES),
    "flags": (words.FLAGS, vocab.FLAGS),
    "sign-offs": (words.SIGNOFFS, vocab.SIGNOFFS),
    "scales": (words.SOURCE_GRADES, vocab.GRADE_SCALES),
    "message reasons": (
        letter_words.REASONS,
        messages.RECALL_REASONS | messages.CORRECTION_REASONS | messages.LEGAL_REASONS,
    ),
    "answer codes": (letter_words.CODES, messages.ANSWER_CODES),
    "urgencies": (letter_words.URGENCIES, messages.URGENCIES),
    "notices": (letter_words.ABOUT, messages.NOTICES),
    "outcomes": (letter_words.OUTCOMES, NOTICES | messages.ANSWERS | messages.GRANTS),
    "faults": (audit.FAULTS, set(Fault)),
    "not proven": (audit.NOT_PROVEN.keys() & {NOT_PROVEN_WHOSE, *NOT_PROVEN}, {NOT_PROVEN_WHOSE, *NOT_PROVEN}),
    "guides": (guides.ROLE_TEXTS, ROLES),
    "forms": (values._FORMS, {spec.form.partition(":")[0] for spec in PATHS.values()}),
}
HOLE = re.compile(r"\{(\w+)\}")
MODULES = (words, phrases, letter_words, audit, guides)


@pytest.mark.parametrize("name", TABLES)
def test_a_table_has_every_code_and_no_other(name: str) -> None:
    told, known = TABLES[name]
    assert len(told) > 0
    assert {str(word) for word in told} == {str(word) for word in known}


@pytest.mark.parametrize("scale", vocab.GRADE_SCALES)
def test_every_grade_has_its_words(scale: str) -> None:
    letters, figures = vocab.GRADE_SCALES[scale]
    assert words.SOURCE_GRADES[scale].keys() == letters
    assert words.INFORMATION_GRADES[scale].keys() == figures


def test_every_code_of_a_path_has_its_words() -> None:
    wordless = {"TLP 2.0", "blood type"}
    names = {spec.form.removeprefix("code: ") for spec in PATHS.values() if spec.form.startswith("code: ")}
    assert names == wordless | words.VOCABULARIES.keys() - {"confidence"} | values._LAW.keys() | {"confidence"}


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
    assert len(found) > 400
    arabic = re.compile("[\u0621-\u064a]")
    for where, text in found:
        holes = [sorted(HOLE.findall(each)) for each in text]
        assert holes[0] == holes[1] == holes[2], where
        if HOLE.sub("", text.en).strip(" :;,()·"):
            assert arabic.search(text.ar), (where, text)
            assert not re.search("[A-Za-z]{2}", HOLE.sub("", text.ar)), (where, text)
