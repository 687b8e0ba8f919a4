"""diff: every change with all its members, and the sentence that tells it."""

from __future__ import annotations

import pytest

from exchange.policies.changes import Change
from exchange.policies.diff import diff
from exchange.policies.diff_sentences import change_sentence
from tests.unit.policies_kit import TITLE, Document, agreement, clause, document
from tests.unit.test_policies_boundaries_examples import example

DZ, AE, KW = document()["parties"]
TN = {"code": "TN", "fingerprint": "e" * 64}
FORBID = {"id": "f1", "from": "*", "to": ["KW"], "kinds": "*", "when": {"nationality": ["SY"]}}
ONE_OFFICER = {"count": 1, "role": "officer"}
TWO_OFFICERS = {"count": 2, "role": "officer"}
TWO_RELEASING = {"count": 2, "role": "releasing_officer"}


def between(old: Document, new: Document) -> tuple[Change, ...]:
    return diff(agreement(**old), agreement(**new))


def of_clause(old: Document, new: Document) -> tuple[Change, ...]:
    return between({"clauses": [clause(**old)]}, {"clauses": [clause(**new)]})


def test_parties_one_by_one() -> None:
    old = [DZ, {**AE, "joined": "2026-03-01T00:00:00Z"}, KW]
    new = [TN, {**DZ, "fingerprint": "d" * 64}, {**AE, "joined": "2026-02-01T12:30:15Z"}]
    new.append({**KW, "joined": "2026-04-01T00:00:00Z"})
    assert between({"parties": old}, {"parties": new}) == (
        Change("PARTY_ADDED", "/parties/0", "", "TN", "", "2026-01-01T00:00:00Z"),
        Change("PARTY_ROOT_CHANGED", "/parties/1/fingerprint", "", "DZ", "a" * 64, "d" * 64),
        Change("PARTY_JOINS_EARLIER", "/parties/2", "", "AE", "2026-03-01T00:00:00Z", "2026-02-01T12:30:15Z"),
        Change("PARTY_JOINS_LATER", "/parties/3", "", "KW", "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"),
    )
    assert between({"parties": [DZ, AE, KW]}, {"parties": [DZ, KW]}) == (
        Change("PARTY_REMOVED", "/parties/1", "", "AE"),
    )


def test_a_party_that_joins_at_the_beginning_whether_or_not_it_is_written() -> None:
    assert between({}, {"parties": [DZ, {**AE, "joined": "2026-01-01T00:00:00Z"}, KW]}) == ()


def test_purposes_in_their_order() -> None:
    assert between({"purposes": ["border.checks"]}, {"purposes": ["counter_terrorism.travel", "analysis.joint"]}) == (
        Change("PURPOSE_ADDED", "/purposes", "", "analysis.joint"),
        Change("PURPOSE_ADDED", "/purposes", "", "counter_terrorism.travel"),
        Change("PURPOSE_REMOVED", "/purposes", "", "border.checks"),
    )


JOINED = [{**party, "joined": "2026-06-01T00:00:00Z"} for party in (DZ, AE, KW)]


def test_validity() -> None:
    early = {"valid_from": "2026-01-01T00:00:00Z", "valid_until": "2027-01-01T00:00:00Z", "parties": JOINED}
    late = {"valid_from": "2026-02-03T00:00:00Z", "valid_until": "2027-04-05T00:00:00Z", "parties": JOINED}
    assert between(early, late) == (
        Change("STARTS_LATER", "/valid_from", "", "", "2026-01-01", "2026-02-03"),
        Change("ENDS_LATER", "/valid_until", "", "", "2027-01-01", "2027-04-05"),
    )
    assert between(late, early) == (
        Change("STARTS_EARLIER", "/valid_from", "", "", "2026-02-03", "2026-01-01"),
        Change("ENDS_EARLIER", "/valid_until", "", "", "2027-04-05", "2027-01-01"),
    )


@pytest.mark.parametrize(
    ("member", "old", "new", "there", "back"),
    [
        (
            "retention_days",
            365,
            400,
            Change("HANDLING_LOOSENED", "/retention_days", "", "retention_days", "365", "400"),
            Change("HANDLING_TIGHTENED", "/retention_days", "", "retention_days", "400", "365"),
        ),
        (
            "onward",
            "none",
            "ask",
            Change("HANDLING_LOOSENED", "/onward", "", "onward", "none", "ask"),
            Change("HANDLING_TIGHTENED", "/onward", "", "onward", "ask", "none"),
        ),
        (
            "back_catalogue",
            "excluded",
            "included",
            Change("BACK_CATALOGUE_INCLUDED", "/back_catalogue"),
            Change("BACK_CATALOGUE_EXCLUDED", "/back_catalogue"),
        ),
        (
            "assurance_required",
            None,
            ["KW"],
            Change("ASSURANCE_REQUIRED", "/assurance_required", "", "KW"),
            Change("ASSURANCE_NO_LONGER_REQUIRED", "/assurance_required", "", "KW"),
        ),
        (
            "recall_days",
            3,
            9,
            Change("TERM_CHANGED", "/recall_days", "", "recall_days", "3", "9"),
            Change("TERM_CHANGED", "/recall_days", "", "recall_days", "9", "3"),
        ),
        (
            "correction_days",
            3,
            12,
            Change("TERM_CHANGED", "/correction_days", "", "correction_days", "3", "12"),
            Change("TERM_CHANGED", "/correction_days", "", "correction_days", "12", "3"),
        ),
        (
            "suites",
            [1],
            [1, 2],
            Change("TERM_CHANGED", "/suites", "", "suites", "1", "1, 2"),
            Change("TERM_CHANGED", "/suites", "", "suites", "1, 2", "1"),
        ),
        (
            "cadence",
            "manual",
            "daily",
            Change("CADENCE_CHANGED", "/cadence", "", "", "manual", "daily"),
            Change("CADENCE_CHANGED", "/cadence", "", "", "daily", "manual"),
        ),
        (
            "after_end",
            None,
            {"rule": "destroy", "days": 30},
            Change("AFTER_END_CHANGED", "/after_end", "", "", "keep_until_retention", "destroy 30"),
            Change("AFTER_END_CHANGED", "/after_end", "", "", "destroy 30", "keep_until_retention"),
        ),
        (
            "title",
            TITLE,
            {**TITLE, "fr": "Autre"},
            Change("TEXT_CHANGED", "/title", "", "title"),
            Change("TEXT_CHANGED", "/title", "", "title"),
        ),
        (
            "recitals",
            [],
            [TITLE],
            Change("TEXT_CHANGED", "/recitals", "", "recitals"),
            Change("TEXT_CHANGED", "/recitals", "", "recitals"),
        ),
        (
            "legal_basis",
            "basis",
            "other",
            Change("TEXT_CHANGED", "/legal_basis", "", "legal_basis"),
            Change("TEXT_CHANGED", "/legal_basis", "", "legal_basis"),
        ),
        (
            "examples",
            [],
            [example(), {**example(), "name": "two"}],
            Change("EXAMPLES_CHANGED", "/examples", "", "", "0", "2"),
            Change("EXAMPLES_CHANGED", "/examples", "", "", "2", "0"),
        ),
    ],
)
def test_one_member(member: str, old: object, new: object, there: Change, back: Change) -> None:
    assert between({member: old}, {member: new}) == (there,)
    assert between({member: new}, {member: old}) == (back,)


def test_approvals_of_the_agreement() -> None:
    old = {"TLP:GREEN": ONE_OFFICER, "TLP:AMBER": ONE_OFFICER, "TLP:RED": TWO_OFFICERS}
    new = {"TLP:CLEAR": ONE_OFFICER, "TLP:AMBER": TWO_OFFICERS, "TLP:RED": TWO_RELEASING}
    assert between({"approvals": old}, {"approvals": new}) == (
        Change("MARKING_COVERED", "/approvals/TLP:CLEAR", "", "TLP:CLEAR", "", "1 officer"),
        Change("MARKING_NO_LONGER_COVERED", "/approvals/TLP:GREEN", "", "TLP:GREEN", "1 officer"),
        Change("APPROVALS_RAISED", "/approvals/TLP:AMBER", "", "TLP:AMBER", "1 officer", "2 officer"),
        Change("APPROVALS_RAISED", "/approvals/TLP:RED", "", "TLP:RED", "2 officer", "2 releasing_officer"),
    )
    assert between(
        {"approvals": {**new, "TLP:CLEAR": ONE_OFFICER}}, {"approvals": {**old, "TLP:RED": ONE_OFFICER}}
    ) == (
        Change("MARKING_NO_LONGER_COVERED", "/approvals/TLP:CLEAR", "", "TLP:CLEAR", "1 officer"),
        Change("MARKING_COVERED", "/approvals/TLP:GREEN", "", "TLP:GREEN", "", "1 officer"),
        Change("APPROVALS_LOWERED", "/approvals/TLP:AMBER", "", "TLP:AMBER", "2 officer", "1 officer"),
        Change("APPROVALS_LOWERED", "/approvals/TLP:RED", "", "TLP:RED", "2 releasing_officer", "1 officer"),
    )


def test_approvals_of_a_clause() -> None:
    rows = {"approvals": {"TLP:AMBER": TWO_OFFICERS}}
    at = "/clauses/0/approvals/TLP:AMBER"
    assert of_clause({}, rows) == (Change("APPROVALS_RAISED", at, "5.1", "TLP:AMBER", "", "2 officer"),)
    assert of_clause(rows, {}) == (Change("APPROVALS_LOWERED", at, "5.1", "TLP:AMBER", "2 officer"),)
    stricter = {"approvals": {"TLP:AMBER": TWO_RELEASING}}
    told = (at, "5.1", "TLP:AMBER", "2 officer", "2 releasing_officer")
    assert of_clause(rows, stricter) == (Change("APPROVALS_RAISED", *told),)
    assert of_clause(stricter, rows) == (Change("APPROVALS_LOWERED", *told[:3], *reversed(told[3:])),)


def test_clauses_and_forbids_that_come_and_go() -> None:
    rule = clause(id="6", kinds=["movement"], disclose=["theatre"], withhold=["route.from"])
    assert between({}, {"clauses": [rule, clause()], "forbids": [FORBID]}) == (
        Change("CLAUSE_ADDED", "/clauses/0", "6"),
        Change("PATHS_DISCLOSED", "/clauses/0/disclose", "6", paths=("theatre",)),
        Change("PATHS_WITHHELD", "/clauses/0/withhold", "6", paths=("route.from",)),
        Change("FORBID_ADDED", "/forbids/0", "f1"),
    )
    assert between(
        {"clauses": [clause(), rule], "forbids": [{**FORBID, "id": "f0"}, FORBID]}, {"clauses": [clause()]}
    ) == (
        Change("CLAUSE_REMOVED", "/clauses/1", "6"),
        Change("PATHS_NO_LONGER_DISCLOSED", "/clauses/1/disclose", "6", paths=("theatre",)),
        Change("PATHS_NO_LONGER_WITHHELD", "/clauses/1/withhold", "6", paths=("route.from",)),
        Change("FORBID_REMOVED", "/forbids/0", "f0"),
        Change("FORBID_REMOVED", "/forbids/1", "f1"),
    )


def test_a_forbid_that_changes_beside_a_new_one() -> None:
    changed = {**FORBID, "to": ["AE", "KW"], "kinds": ["person"], "when": {"nationality": ["LY"]}, "from": ["DZ"]}
    old = {**FORBID, "from": ["DZ"], "kinds": ["person", "group"]}
    assert between({"forbids": [old]}, {"forbids": [{**FORBID, "id": "f0"}, changed]}) == (
        Change("FORBID_ADDED", "/forbids/0", "f0"),
        Change("SCOPE_ADDED", "/forbids/1", "f1", "direction", "", "DZ-AE"),
        Change("SCOPE_REMOVED", "/forbids/1", "f1", "kinds", "group"),
        Change("CONDITION_CHANGED", "/forbids/1/when", "f1"),
    )


def test_terms_of_a_clause_that_begin_and_end() -> None:
    red, at = {"handling": {"tlp": "TLP:RED"}}, "/clauses/0/handling/tlp"
    assert of_clause({}, red) == (Change("HANDLING_TIGHTENED", at, "5.1", "tlp", "", "TLP:RED"),)
    assert of_clause(red, {}) == (Change("HANDLING_LOOSENED", at, "5.1", "tlp", "TLP:RED"),)
    amber = {"handling": {"tlp": "TLP:AMBER"}}
    assert of_clause(amber, red) == (Change("HANDLING_TIGHTENED", at, "5.1", "tlp", "TLP:AMBER", "TLP:RED"),)
    clear = {"handling": {"tlp": "TLP:CLEAR"}}
    assert of_clause({}, clear) == (Change("HANDLING_TIGHTENED", at, "5.1", "tlp", "", "TLP:CLEAR"),)
    closed, at = {"handling": {"onward": "none"}}, "/clauses/0/handling/onward"
    assert of_clause(closed, {}) == (Change("HANDLING_LOOSENED", at, "5.1", "onward", "none", "ask"),)
    daily, at = {"cadence": "daily"}, "/clauses/0/cadence"
    assert of_clause({}, daily) == (Change("CADENCE_CHANGED", at, "5.1", "", "", "daily"),)
    assert of_clause(daily, {"cadence": "standing"}) == (Change("CADENCE_CHANGED", at, "5.1", "", "daily", "standing"),)


TIGHTER = Change("HANDLING_TIGHTENED", "/x", "5.1", "retention_days", "365", "30")


@pytest.mark.parametrize(
    ("change", "language", "expected"),
    [
        (TIGHTER, "en", "Handling is tightened in clause 5.1: retention_days, from “365” to “30”."),
        (TIGHTER, "fr", "Traitement resserré (article 5.1) : retention_days, de « 365 » à « 30 »."),
        (TIGHTER, "ar", "شُدّدت المعالجة في البند 5.1: retention_days، من «365» إلى «30»."),
        (
            TIGHTER._replace(clause="", after=""),
            "en",
            "Handling is tightened in the agreement: retention_days, from “365” to “–”.",
        ),
        (
            TIGHTER._replace(clause="", before=""),
            "fr",
            "Traitement resserré (accord) : retention_days, de « – » à « 30 ».",
        ),
        (TIGHTER._replace(clause=""), "ar", "شُدّدت المعالجة في الاتفاق: retention_days، من «365» إلى «30»."),
        (
            Change("PATHS_DISCLOSED", "/x", "5.1", paths=("birth.year", "name.full")),
            "en",
            "Clause 5.1 newly discloses birth.year, name.full.",
        ),
        (Change("PARTY_ADDED", "/x", "", "TN", "", "2026-01-01"), "en", "New party: TN, from 2026-01-01."),
    ],
)
def test_the_sentence_of_a_change(change: Change, language: str, expected: str) -> None:
    assert change_sentence(change, language) == expected
