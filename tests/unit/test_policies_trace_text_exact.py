"""The trace of small cases, to the letter: the whole JSON document, and the lines in the three languages."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.model.claims import JsonValue
from exchange.model.records import Record
from exchange.policies.agreement import Agreement
from exchange.policies.decide import Inputs
from exchange.policies.trace import LINES, Trace, why
from exchange.policies.trace_text import Told, told, trace_document
from tests.unit.policies_kit import NOW, TUNISIAN, agreement, clause, kuwaiti, name, record

CLAUSES = [
    clause(when={"all_of": [{"nationality": ["KW", "AE"]}, {"not": {"observed_within": 42}}]}),
    clause(id="5.2", disclose=["birth.year"]),
    clause(id="5.3", disclose=["name.alias"], handling={"purposes": ["counter_terrorism.travel"]}),
    clause(id="5.4", disclose=None, withhold=["birth.date"]),
    clause(id="5.5", disclose=None, withhold=["name.alias"], when={"statement": ["assessment", "fact"]}),
]
GIVEN = agreement(clauses=CLAUSES)
DAY: JsonValue = {"precision": "exact", "date": "1990-05-01"}


def about() -> Record:
    """A day of birth c3 with the year c4 taken from it, beside two names and two nationalities."""
    made = record(
        ("name.full", name()), ("name.alias", name()), ("birth.date", DAY), ("birth.year", 1990), kuwaiti(), TUNISIAN
    )
    claims = [claim._replace(derived_from="c3") if claim.id == "c4" else claim for claim in made.claims]
    return made._replace(claims=tuple(claims))


def trace(claim: str, given: Agreement = GIVEN, subject: Record | None = None, purpose: str = "border.checks") -> Trace:
    made = about() if subject is None else subject
    return why(Inputs(given, (), made, "DZ", "KW", purpose, NOW, "3" * 64, "4" * 64), claim)


def step(code: str, text: str, **members: Any) -> dict[str, Any]:
    return {"code": code, "rule": None, "reason": None, "condition": None, "tests": [], "found": [], "text": text} | (
        members
    )


def without_clear_lines(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the checks that found nothing left out; they are the same for every claim."""
    return {**document, "steps": [each for each in document["steps"] if each["code"] != "LINE_CLEAR"]}


DEFAULT = step("DEFAULT", "The default: nothing leaves unless a clause permits it.")


def test_the_document_of_a_claim_that_stays() -> None:
    document = trace_document(trace("c1"), "en")
    assert without_clear_lines(document) == {
        "claim": "c1",
        "path": "name.full",
        "state": "withheld",
        "reason": "CLAUSE_NOT_EVALUABLE",
        "clause": "5.1",
        "instead": None,
        "record_state": "released",
        "record_reason": None,
        "steps": [
            DEFAULT,
            step(
                "DISCLOSE_UNKNOWN",
                "Clause 5.1 could permit it, but its condition cannot be checked; it permits nothing."
                " [(nationality KW, AE and not (observed_within 42))]",
                rule="5.1",
                condition="(nationality KW, AE and not (observed_within 42))",
                tests=[
                    {
                        "test": "nationality",
                        "wanted": "KW, AE",
                        "answer": "MET",
                        "found": [["nationality", "KW"], ["nationality", "TN"]],
                    },
                    {"test": "observed_within", "wanted": "42", "answer": "UNKNOWN", "found": []},
                ],
            ),
            step("CLAUSE_OTHER_FIELD", "Clause 5.2 does not name this field.", rule="5.2"),
            step("CLAUSE_OTHER_FIELD", "Clause 5.3 does not name this field.", rule="5.3"),
            step("CLAUSE_OTHER_FIELD", "Clause 5.4 does not name this field.", rule="5.4"),
            step("CLAUSE_OTHER_FIELD", "Clause 5.5 does not name this field.", rule="5.5"),
            step(
                "OUTCOME_WITHHELD",
                "The outcome: it stays. Clause 5.1 covers it, but the record does not let its condition be checked.",
                rule="5.1",
                reason="CLAUSE_NOT_EVALUABLE",
            ),
        ],
        "cure": {"what": "COMPLETE_RECORD", "who": ["AUTHOR"], "people": 0},
        "cure_text": "Complete in the record what the rule asks about.",
        "who_text": ["the author of the record"],
    }


def test_the_checks_that_found_nothing_stand_after_the_default() -> None:
    document: dict[str, Any] = trace_document(trace("c1"), "en")
    checks = document["steps"][1 : 1 + len(LINES)]
    assert [(each["code"], each["reason"]) for each in checks] == [("LINE_CLEAR", line) for line in LINES]
    assert checks[2] == step(
        "LINE_CLEAR",
        "Checked, and it is not so: Our state or KW is not a party to AG-DZ-AE-KW.",
        reason="NOT_A_PARTY",
    )
    assert checks[6]["text"] == "Checked, and it is not so: This record was not made for the purpose border.checks."


def test_the_document_of_a_claim_that_a_coarser_one_stands_for() -> None:
    document = without_clear_lines(trace_document(trace("c3"), "en"))
    steps = document.pop("steps")
    assert document == {
        "claim": "c3",
        "path": "birth.date",
        "state": "coarser",
        "reason": "WITHHELD",
        "clause": "5.4",
        "instead": "c4",
        "record_state": "released",
        "record_reason": None,
        "cure": {"what": "AMEND_AGREEMENT", "who": ["ADMINISTRATOR", "PARTIES"], "people": 0},
        "cure_text": "It needs an amendment to AG-DZ-AE-KW, signed by all parties.",
        "who_text": ["the administrator", "all parties, by signature"],
    }
    assert steps[4:] == [
        step("WITHHOLD_MET", "Clause 5.4 withholds it.", rule="5.4"),
        step("CLAUSE_OTHER_FIELD", "Clause 5.5 does not name this field.", rule="5.5"),
        step("COARSER_SENT", "A coarser claim that was derived from it is sent."),
        step("OUTCOME_COARSER", "The outcome: it is sent in a coarser form.", rule="5.4", reason="WITHHELD"),
    ]


def test_the_document_of_a_claim_that_leaves() -> None:
    document = without_clear_lines(trace_document(trace("c4"), "fr"))
    assert document["steps"][-2:] == [
        step("FIRST_CLAUSE", "Le premier article qui le permet est 5.2.", rule="5.2"),
        step("OUTCOME_SENT", "Résultat : il part.", rule="5.2", reason="CLAUSE"),
    ]
    assert (document["state"], document["reason"], document["clause"]) == ("sent", "CLAUSE", "5.2")
    assert document["cure"] == {"what": "APPROVE", "who": ["OFFICER"], "people": 1}
    assert document["cure_text"] == "Approbations nécessaires : 1, par d'autres personnes."
    assert document["who_text"] == ["un officier"]


def test_the_document_of_a_record_that_a_check_denies() -> None:
    late = record(("name.full", name()), ("record.review", "2026-05-31"), ("record.review", "2026-06-02"))
    document = without_clear_lines(trace_document(trace("c1", subject=late), "en"))
    assert document == {
        "claim": "c1",
        "path": "name.full",
        "state": "withheld",
        "reason": "RECORD_DENIED",
        "clause": None,
        "instead": None,
        "record_state": "denied",
        "record_reason": "REVIEW_PASSED",
        "steps": [
            DEFAULT,
            step(
                "LINE_HOLDS",
                "It is so, and the record stays: The review date of the record has passed.",
                reason="REVIEW_PASSED",
                found=[["record.review", "PASSED"], ["record.review", "AHEAD"]],
            ),
            step(
                "OUTCOME_WITHHELD", "The outcome: it stays. The record as a whole is not sent.", reason="RECORD_DENIED"
            ),
        ],
        "cure": {"what": "REVIEW_RECORD", "who": ["AUTHOR"], "people": 0},
        "cure_text": "Review the record and set a new date.",
        "who_text": ["the author of the record"],
    }


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "ar",
            (
                "الجنسية من بين KW, AE: نعم (في السجل: nationality KW, nationality TN)",
                "الرصد خلال عدد الأيام 42: لا يذكر السجل ذلك",
            ),
        ),
        (
            "fr",
            (
                "nationalité parmi KW, AE: oui (dans la fiche: nationality KW, nationality TN)",
                "observé depuis (jours) 42: la fiche ne le dit pas",
            ),
        ),
        (
            "en",
            (
                "nationality among KW, AE: yes (in the record: nationality KW, nationality TN)",
                "observed within (days) 42: the record does not say",
            ),
        ),
    ],
)
def test_the_lines_under_a_clause(language: str, expected: tuple[str, ...]) -> None:
    (line,) = [each for each in told(trace("c1"), language).steps if each.code == "DISCLOSE_UNKNOWN"]
    assert line.tests == expected


def test_the_lines_under_a_check_say_classes_in_words() -> None:
    late = record(("name.full", name()), ("record.review", "2026-05-31"), ("record.review", "2026-06-02"))
    (line,) = [each for each in told(trace("c1", subject=late), "fr").steps if each.code == "LINE_HOLDS"]
    assert line == Told(
        "LINE_HOLDS",
        "S'applique, la fiche ne part pas : La date de réexamen de la fiche est dépassée.",
        ("dans la fiche: record.review dépassé", "dans la fiche: record.review à venir"),
    )


def test_a_clause_for_another_purpose_and_a_reservation() -> None:
    said = told(trace("c2"), "en")
    assert [each for each in said.steps if each.code in ("DISCLOSE_OTHER_PURPOSE", "WITHHOLD_MET")] == [
        Told("DISCLOSE_OTHER_PURPOSE", "Clause 5.3 names it, but not for the purpose border.checks.", ()),
        Told(
            "WITHHOLD_MET",
            "Clause 5.5 withholds it. [statement assessment, fact]",
            ("kind of statement among assessment, fact: yes (in the record: statement fact)",),
        ),
    ]
    assert said.steps[-1] == Told("OUTCOME_WITHHELD", "The outcome: it stays. Withheld by clause 5.5.", ())


def test_the_cure_of_a_whole_record_names_the_recipient() -> None:
    marking = trace("c7", agreement(clauses=[]))
    assert (marking.path, marking.outcome.reason) == ("record.marking", "RECORD_DENIED")
    said = told(marking, "en")
    assert said.cure == "See whether another agreement with KW permits it."
    assert said.who == ("the officer who proposes",)
