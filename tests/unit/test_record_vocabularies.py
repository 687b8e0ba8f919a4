"""Every code that a claim can hold has words in the three languages."""

from __future__ import annotations

import pytest

from exchange.model import vocab
from exchange.model.paths import PATHS
from exchange.sentences.record.vocabularies import VOCABULARIES, word, words
from exchange.sentences.record.words import INFORMATION_GRADES, SOURCE_GRADES

OF_MEMBERS = {
    "kind": vocab.KINDS,
    "name type": vocab.NAME_TYPES,
    "name quality": vocab.NAME_QUALITIES,
    "script": vocab.SCRIPTS,
    "nationality status": vocab.NATIONALITY_STATUSES | {vocab.UNDISCLOSED},
    "region": vocab.REGIONS,
    "precision": vocab.PRECISIONS,
    "calendar": vocab.CALENDARS,
    "document type": vocab.DOCUMENT_TYPES,
    "fate": vocab.FATES,
    "sign-off": vocab.SIGNOFFS,
    "statement": vocab.STATEMENTS,
}
CODED = {spec.form.removeprefix("code: "): spec for spec in PATHS.values() if spec.form.startswith("code: ")}


@pytest.mark.parametrize("name", sorted(OF_MEMBERS))
def test_members(name: str) -> None:
    assert VOCABULARIES[name].keys() == {str(code) for code in OF_MEMBERS[name]}


@pytest.mark.parametrize("name", sorted(CODED.keys() - {"TLP 2.0"}))
def test_every_coded_path_is_covered_and_nothing_else_is_offered(name: str) -> None:
    check = CODED[name].check
    assert all(check(code) for code in VOCABULARIES[name])
    every = {str(code) for value in vars(vocab).values() if isinstance(value, frozenset) for code in value}
    assert {code for code in every if check(code)} == VOCABULARIES[name].keys()


def test_grades() -> None:
    for scale, (letters, figures) in vocab.GRADE_SCALES.items():
        assert SOURCE_GRADES[scale].keys() == letters
        assert INFORMATION_GRADES[scale].keys() == figures


def test_word() -> None:
    assert word("gender", "female", "fr") == "femme"
    assert word("TLP 2.0", "TLP:RED", "ar") == "TLP:RED"
    assert ("male", "male") in words("gender", "en")
