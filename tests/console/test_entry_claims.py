"""From the form to claims, without a page: what is wrong stands where it belongs."""

from __future__ import annotations

from datetime import date

import pytest

from exchange.console.pages.entry_claims import checked, claims_of, hidden_signs
from exchange.console.pages.entry_sheet import Row, Sheet
from exchange.errors import BadInput, Code
from exchange.model.claim_json import CLAIMS_MAX, claim_to_json, claims_from_json
from exchange.model.claims import Claim
from exchange.model.records import Record
from exchange.model.validate import check_record, with_governance

GOVERNED = with_governance(
    [], legal_basis="Act", purpose="contact", marking="TLP:AMBER", review=date(2027, 1, 1), category=None
)


def sheet(*rows: tuple[str, dict[str, str]], grade: str = "B2") -> Sheet:
    made = Sheet("group", grade=grade)
    for claim in GOVERNED:
        made.add(claim.path, {"value": str(claim.value)})
    for path, given in rows:
        made.add(path, given)
    return made


def row_of(made: Sheet, path: str) -> Row:
    return made.of(path)[-1]


def record(claims: tuple[Claim, ...]) -> Record:
    return Record("DZ", "rec-unchecked", 1, "group", "2026-11-02T08:00:00Z", claims)


def whole(made: Sheet) -> bool:
    claims = claims_of(made, "DZ")
    assert not made.wrong
    return checked(made, lambda: check_record(record(claims)))


NOTE = ("note", {"value": "SYNTHETIC"})


def test_a_good_sheet_is_good() -> None:
    made = sheet(NOTE)
    assert whole(made)
    assert not made.wrong


@pytest.mark.parametrize(
    ("name", "value", "member"),
    [
        ("statement", "rumour", "statement"),
        ("grade", "Z9", "grade"),
        ("observed", "soon", "observed"),
        ("contests", "77", "contests"),
        ("derived", "77", "contests"),
    ],
)
def test_what_a_row_says_of_itself(name: str, value: str, member: str) -> None:
    made = sheet(NOTE)
    setattr(row_of(made, "note"), name, value)
    claims_of(made, "DZ")
    assert row_of(made, "note").faults.keys() == {member}


def test_a_row_does_not_contradict_itself() -> None:
    made = sheet(NOTE)
    row = row_of(made, "note")
    row.contests = str(row.number)
    claims_of(made, "DZ")
    assert "contests" in row.faults


def test_the_head_is_read_once_for_all() -> None:
    made = sheet(NOTE, grade="")
    claims_of(made, "DZ")
    assert made.faults.keys() == {"grade"}
    made = sheet(NOTE, grade="Q9")
    made.statement, made.observed = "rumour", "soon"
    claims_of(made, "DZ")
    assert made.faults.keys() == {"statement", "grade", "observed"}
    assert not row_of(made, "note").faults


def test_governance_keeps_what_somebody_graded() -> None:
    made = sheet(NOTE)
    row = row_of(made, "record.legal_basis")
    row.grade, row.observed, row.statement = "4x4 A1", "2019-04-01", "assessment"
    (claim,) = (claim for claim in claims_of(made, "DZ") if claim.path == "record.legal_basis")
    assert claim.grade is not None
    assert (claim.grade.scale, claim.observed, claim.statement) == ("4x4", "2019-04-01", "assessment")


def test_two_of_what_may_stand_once() -> None:
    made = sheet(NOTE)
    second = made.add("record.marking")
    second.given["value"] = "TLP:RED"
    assert not whole(made)
    assert "value" in second.faults


def test_nothing_but_governance() -> None:
    made = sheet()
    assert not whole(made)
    assert made.faults.keys() == {"whole"}


def test_too_much_for_one_record() -> None:
    made = sheet(*[("note", {"value": f"SYNTHETIC {n}"}) for n in range(CLAIMS_MAX)])
    claims = claims_of(made, "DZ")
    assert not checked(made, lambda: claims_from_json([claim_to_json(claim) for claim in claims]))
    assert made.faults["whole"].values["limit"] == CLAIMS_MAX


def test_what_nobody_foresaw_is_told_by_its_code() -> None:
    made = sheet(NOTE)

    def refuse() -> None:
        raise BadInput(Code.RECORD_INVALID, reason="kind")

    assert not checked(made, refuse)
    assert made.faults["whole"].values == {"code": "RECORD_INVALID"}


def test_hidden_signs_are_named() -> None:
    assert hidden_signs("Rifa") == ""
    assert hidden_signs("a\u202eb\u200bc") == "U+202E U+200B"
    assert hidden_signs("می\u200cخواهم") == ""
    assert hidden_signs("a\u200db") == "U+200D"
    assert len(hidden_signs("\x00\x01\x02\x03\x04\x05").split()) == 4
