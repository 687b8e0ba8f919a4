"""lint: every finding with all its members, in the order of the document, and the sentence that tells it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from exchange.policies.lint import EXAMPLES_EXPECTED, Finding, Recent, lint
from exchange.policies.lint_sentences import finding_sentence
from exchange.policies.scope import Direction, directions
from tests.unit.policies_kit import NAME, SIGNED, Document, agreement, clause, policy, record
from tests.unit.test_policies_boundaries_examples import example

NOT_COVERED = [
    Finding("MARKING_NOT_COVERED", "/approvals", "", label) for label in ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER+STRICT")
]
NOT_MENTIONED = [
    Finding("CLASS_NOT_MENTIONED", "/clauses", "", name)
    for name in (
        "identity.birth",
        "identity.document",
        "identity.biometric",
        "affiliation",
        "recruitment",
        "facilitation",
        "training",
        "movement",
        "location.precise",
        "location.coarse",
        "assessment",
        "source",
        "contact",
        "family",
        "free_text",
    )
]
ALONE = Finding("PARTY_IN_NO_CLAUSE", "/parties/1", "", "AE")
NO_EXAMPLE = Finding("EXAMPLES_NONE", "/examples")
ALWAYS = [*NOT_COVERED, *NOT_MENTIONED, ALONE, NO_EXAMPLE]
"""What lint says of the small agreement of the kit."""


def of_clauses(*clauses: Document, **changes: object) -> list[Finding]:
    """Findings of the agreement's rules, without those of the agreement as a whole."""
    found = lint(agreement(clauses=list(clauses), **changes))
    return [each for each in found if each.at.startswith(("/clauses/", "/forbids/"))]


def test_the_small_agreement() -> None:
    assert list(lint(agreement())) == ALWAYS


def test_a_marking_that_a_clause_gives_counts_for_stricter_ones_only() -> None:
    (missing, *rest) = lint(agreement(clauses=[clause(handling={"tlp": "TLP:GREEN"})]))
    assert missing == Finding("APPROVALS_MISSING", "/clauses/0/handling/tlp", "5.1", "TLP:GREEN")
    assert rest[:1] == [Finding("MARKING_NOT_COVERED", "/approvals", "", "TLP:AMBER+STRICT")]


ROW = {"count": 1, "role": "officer"}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (
            clause(handling={"retention_days": 366, "onward": "ask"}),
            [
                Finding("HANDLING_LOOSER", "/clauses/0/handling/retention_days", "5.1", "retention_days"),
                Finding("HANDLING_LOOSER", "/clauses/0/handling/onward", "5.1", "onward"),
            ],
        ),
        (clause(handling={"tlp": "TLP:RED"}, approvals={"TLP:RED": {"count": 3, "role": "releasing_officer"}}), []),
        (
            clause(approvals={"TLP:GREEN": ROW, "TLP:AMBER": ROW, "TLP:RED": {"count": 2, "role": "officer"}}),
            [
                Finding("APPROVALS_IDLE", "/clauses/0/approvals/TLP:GREEN", "5.1", "TLP:GREEN"),
                Finding("APPROVALS_LOWER", "/clauses/0/approvals/TLP:RED", "5.1", "TLP:RED"),
            ],
        ),
        (
            clause(disclose=["identity.name", "network.price"], withhold=["contact"]),
            [Finding("SELECTOR_IDLE", "/clauses/0/disclose/1", "5.1", "network.price")],
        ),
        (
            clause(withhold=["contact", "network.price"]),
            [Finding("SELECTOR_IDLE", "/clauses/0/withhold/1", "5.1", "network.price")],
        ),
        (
            clause(kinds=["network"], disclose=["identity.birth"], withhold=["identity.document", "birth.date"]),
            [Finding("KINDS_WITHOUT_PATHS", "/clauses/0/kinds", "5.1")],
        ),
    ],
)
def test_one_clause(rule: Document, expected: list[Finding]) -> None:
    assert of_clauses(rule, onward="none") == expected


def test_a_clause_that_is_shadowed() -> None:
    assert of_clauses(clause(), clause(id="9", disclose=None, withhold=["identity.name"])) == [
        Finding("CLAUSE_SHADOWED", "/clauses/0", "5.1")
    ]


# examples


def with_examples(examples: list[Any], *clauses: Document, **changes: object) -> list[Finding]:
    """Findings about the examples alone."""
    found = lint(agreement(examples=examples, clauses=list(clauses) or [clause()], **changes))
    return [each for each in found if each.code.startswith("EXAMPLE") or each.code == "CLAUSE_WITHOUT_EXAMPLE"]


@pytest.mark.parametrize("count", [1, EXAMPLES_EXPECTED - 1, EXAMPLES_EXPECTED])
def test_how_many_examples_are_expected(count: int) -> None:
    few = [Finding("EXAMPLES_FEW", "/examples", "", str(count))] if count < 12 else []
    assert with_examples([example()] * count) == few


FEW = Finding("EXAMPLES_FEW", "/examples", "", "1")
FULL: Document = {"path": "name.full", "value": NAME[1]}
SIGN: Document = {"path": "record.signoff", "value": SIGNED[1]}


def exercised(case: Any, *clauses: Document, **changes: object) -> list[str]:
    """Ids of the rules that `case` exercises; each of the others is found, with its place."""
    found = with_examples([case], *clauses, **changes)
    forbids: Any = changes.get("forbids", [])
    places = {f"/clauses/{number}": rule["id"] for number, rule in enumerate(clauses)}
    places |= {f"/forbids/{number}": rule["id"] for number, rule in enumerate(forbids)}
    idle = {each.at: each.clause for each in found if each.code == "CLAUSE_WITHOUT_EXAMPLE"}
    assert found == [FEW, *(Finding("CLAUSE_WITHOUT_EXAMPLE", at, id_) for at, id_ in idle.items())]
    assert idle.items() <= places.items()
    return [id_ for at, id_ in places.items() if at not in idle]


YEAR: Document = {"path": "birth.year", "value": 1990}


def test_a_clause_is_exercised_by_what_it_sends_or_withholds() -> None:
    rules = (
        clause(id="1", disclose=["movement"]),
        clause(id="2"),
        clause(id="3", disclose=["birth.year"], when={"caveat": ["NO_ARREST_BASIS"]}),
        clause(id="4", disclose=None, withhold=["birth.date"], when={"role": ["fighter"]}),
        clause(id="5", disclose=["identity.name"]),
    )
    day: Document = {"path": "birth.date", "value": {"precision": "exact", "date": "1990-05-01"}}
    case = example([FULL, YEAR, day], withheld=["birth.year", "birth.date"])
    assert exercised(case, *rules) == ["2", "4", "5"], "3 covers the year, but its condition is not met"
    case = example([FULL, day], withheld=["birth.date"])
    assert exercised(case, *rules[:3], clause(id="4", disclose=None, withhold=["birth.date"])) == ["2", "4"]


def test_a_forbid_is_exercised_by_what_it_denies() -> None:
    forbid = {"id": "f1", "from": "*", "to": "*", "kinds": "*", "when": {"nationality": ["KW"]}}
    kuwaiti: Document = {"path": "nationality", "value": {"country": "KW", "status": "confirmed"}}
    denied = example([FULL, kuwaiti], record="denied", reason="FORBIDDEN")
    assert exercised(denied, clause(), forbids=[{**forbid, "id": "f0", "to": ["AE"]}, forbid]) == ["f1"]
    late = example([FULL, {"path": "record.review", "value": "2026-05-31"}], record="denied", reason="REVIEW_PASSED")
    assert exercised(late, clause(), forbids=[forbid]) == []


def test_what_a_safeguard_withholds_exercises_no_clause() -> None:
    rules = clause(), clause(id="6", disclose=["movement"]), clause(id="7", disclose=["identity.biometric"])
    face = {"path": "biometric.face", "value": "0" * 64}
    route = {"path": "route.from", "value": "SY"}
    open_case = example([FULL, face, route], sent=["name.full", "biometric.face", "route.from"])
    assert exercised(open_case, *rules) == ["5.1", "6", "7"]
    corridor = [FULL, face, route, {"path": "record.flag", "value": "aid_corridor"}, SIGN]
    sent, withheld = ["name.full", "biometric.face"], ["route.from", "record.flag", "record.signoff"]
    assert exercised(example(corridor, sent=sent, withheld=withheld), *rules) == ["5.1", "7"]
    minor = [FULL, face, route, {"path": "record.category", "value": "minor"}]
    minor += [{"path": "record.best_interest", "value": "a note"}]
    minor += [{"path": "record.signoff", "value": {"for": "best_interest", "authority": "x", "date": "2026-01-01"}}]
    sent, withheld = ["name.full", "route.from"], ["biometric.face", "record.best_interest", "record.signoff"]
    assert exercised(example(minor, sent=sent, withheld=withheld), *rules) == ["5.1", "6"]


# recent records

TODAY = date(2026, 6, 1)


def test_what_recent_records_meet_stands_behind_everything_else() -> None:
    never = clause(id="6", when={"nationality": ["SY"]})
    about = record(NAME, ("nationality", {"country": "KW", "status": "confirmed"}))
    forbid = {"id": "f1", "from": "*", "to": "*", "kinds": "*", "when": {"originator": ["AE"]}}
    given = agreement(clauses=[clause(), never], forbids=[forbid])
    assert list(lint(given, Recent("DZ", [about], TODAY))) == [
        *ALWAYS,
        Finding("WHEN_MATCHES_NOTHING", "/clauses/1/when", "6", "90"),
        Finding("WHEN_MATCHES_NOTHING", "/forbids/0/when", "f1", "90"),
    ]
    assert list(lint(given, Recent("DZ", [], TODAY))) == [*ALWAYS, Finding("NO_RECENT_RECORDS", "", "", "90")]


def test_recent_records_are_held_against_the_day_that_is_given() -> None:
    given = agreement(clauses=[clause(when={"observed_within": 10})])
    made = record(NAME)
    about = made._replace(claims=(made.claims[0]._replace(observed="2026-05-22"), *made.claims[1:]))
    assert list(lint(given, Recent("DZ", [about], TODAY))) == ALWAYS
    assert list(lint(given, Recent("DZ", [about], date(2026, 6, 2)))) == [
        *ALWAYS,
        Finding("WHEN_MATCHES_NOTHING", "/clauses/0/when", "5.1", "90"),
    ]


def test_the_conditions_of_our_own_policy_are_held_against_recent_records() -> None:
    """A policy's rules are ours in every direction; another state's are not."""
    rule = {"id": "1", "to": ["KW", "DZ"], "kinds": "*", "when": {"nationality": ["SY"]}, "withhold": ["contact"]}
    given = policy(clauses=[rule])
    assert directions(given, given.clauses[0]) == {Direction("DZ", "KW")}
    idle = Finding("WHEN_MATCHES_NOTHING", "/clauses/0/when", "1", "90")
    assert lint(given, Recent("DZ", [record(NAME)], TODAY)) == (idle,)
    assert lint(given, Recent("KW", [record(NAME)], TODAY)) == ()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("ar", "لا يعني name.alias في البند 5.1 أي حقل من أنواع السجلات التي يشملها."),
        ("fr", "Dans l'article 5.1, name.alias ne désigne aucun champ des types de fiches visés."),
        ("en", "In clause 5.1, name.alias means no field that records of its kinds can have."),
    ],
)
def test_the_sentence_of_a_finding(language: str, expected: str) -> None:
    assert finding_sentence(Finding("SELECTOR_IDLE", "/x", "5.1", "name.alias"), language) == expected
