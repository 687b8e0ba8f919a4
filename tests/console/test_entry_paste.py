"""What is pasted, read line by line; and nothing of it is lost."""

from __future__ import annotations

import pytest

from exchange.console.pages.entry_paste import LINES_MAX, paste
from exchange.console.pages.entry_sheet import Sheet, blank


def filled(sheet: Sheet) -> list[tuple[str, dict[str, str]]]:
    found = [(row.path, {name: text for name, text in row.given.items() if text}) for row in sheet.rows]
    return [(path, given) for path, given in found if given.keys() - {"type"}]


def test_a_block_of_labelled_lines() -> None:
    sheet = blank("person")
    text = """Name: Rifa Exempli
الاسم: ريفا إكسمبلي
Alias: The Specimen; Abu Namudhaj
DOB: 14/03/1991
Place of birth: Specimen Town, Algeria
Nationality: Kuwait
Passport: SYN0000001 (DZ)
Sex: male
Something else: kept
"""
    done = paste(sheet, text, "DZ")
    assert all(line.good for line in done.lines)
    assert done.left == ["Something else: kept"]
    assert filled(sheet) == [
        ("name.full", {"text": "Rifa Exempli", "type": "primary"}),
        ("name.alias", {"text": "The Specimen", "type": "alias"}),
        ("birth.date", {"when": "14/03/1991"}),
        ("birth.place", {"city": "Specimen Town", "country": "DZ"}),
        ("gender", {"value": "male"}),
        ("nationality", {"country": "KW", "status": "claimed"}),
        ("document", {"type": "passport", "number": "SYN0000001", "country": "DZ"}),
        ("name.full", {"text": "ريفا إكسمبلي", "type": "primary"}),
        ("name.alias", {"text": "Abu Namudhaj", "type": "alias"}),
    ]


def test_names_alone_one_a_line() -> None:
    sheet = blank("person")
    done = paste(sheet, "Rifa Exempli\r\n\r\n• ريفا إكسمبلي\n2) Rifa E.\n", "DZ")
    assert [line.row.given["text"] for line in done.lines] == ["Rifa Exempli", "ريفا إكسمبلي", "Rifa E."]
    assert done.left == []


def test_a_row_of_a_table_french_and_arabic_labels() -> None:
    sheet = blank("person")
    done = paste(sheet, "Nom\tRifa Exempli\nDate de naissance = vers 1991\nالجنسية：الكويت\nالمصير: محتجز", "DZ")
    assert [(line.row.path, line.good) for line in done.lines] == [
        ("name.full", True), ("birth.date", True), ("nationality", True), ("fate", True)
    ]  # fmt: skip
    assert done.lines[3].row.given["state"] == "detained"


def test_what_is_not_understood_stays_and_what_is_doubtful_says_so() -> None:
    sheet = blank("person")
    done = paste(sheet, "Name: Rifa\nborn: yesterday\nNationality: Atlantis\nfree words", "DZ")
    assert [line.good for line in done.lines] == [True, False, False]
    assert done.lines[2].row.given["country"] == "Atlantis"
    assert done.left == ["free words"]


@pytest.mark.parametrize("kind", ["movement", "relation", "assessment"])
def test_kinds_without_names_take_no_bare_lines(kind: str) -> None:
    done = paste(blank(kind), "Rifa Exempli\nsecond line", "DZ")
    assert done.lines == []
    assert done.left == ["Rifa Exempli", "second line"]


def test_a_label_of_another_kind_is_not_understood() -> None:
    done = paste(blank("group"), "Name: Specimen Group\nDOB: 1991", "DZ")
    assert [line.row.path for line in done.lines] == ["name.full"]
    assert done.left == ["DOB: 1991"]


def test_numbered_labels_tlp_and_notes() -> None:
    sheet = blank("person")
    done = paste(sheet, "Name 1: Rifa\nName (2): Rifa E.\nTLP: amber\nNote: seen; heard; read", "DZ")
    assert [line.row.path for line in done.lines] == ["name.full", "name.full", "record.marking", "note"]
    assert done.lines[2].row.given["value"] == "TLP:AMBER"
    assert done.lines[3].row.given["value"] == "seen; heard; read"


def test_lines_beyond_the_most_stay() -> None:
    done = paste(blank("person"), "\n".join(f"Rifa {n}" for n in range(LINES_MAX + 3)), "DZ")
    assert len(done.lines) == LINES_MAX
    assert done.left == [f"Rifa {n}" for n in range(LINES_MAX, LINES_MAX + 3)]
