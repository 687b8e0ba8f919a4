"""Clauses, tests and handling, line by line of docs/spec/policy.md §5 and §6: what leaves of a record and how."""

from __future__ import annotations

import pytest

from exchange.model.claims import Claim, Grade, JsonValue
from exchange.model.records import Record
from exchange.policies.check import Question, permitted
from exchange.policies.handling import Handling
from tests.unit.policies_kit import (
    GRADE,
    NAME,
    NOW,
    SIGNED,
    TUNISIAN,
    UNNAMED,
    agreement,
    ask,
    clause,
    code,
    kuwaiti,
    name,
    policy,
    record,
    sent,
)


def forbid(**when: object) -> dict[str, object]:
    return {"id": "3.1", "from": "*", "to": "*", "kinds": ["person"], "when": when}


def test_a_forbid_denies_when_true_and_when_it_cannot_be_evaluated() -> None:
    given = agreement(forbids=[forbid(nationality=["KW"])])
    assert code(ask(given, record(NAME, kuwaiti()))) == "FORBIDDEN"
    assert code(ask(given, record(NAME))) == "FORBID_NOT_EVALUABLE"
    assert code(ask(given, record(NAME, ("nationality", {"country": "TN", "status": "claimed"})))) is None
    assert ask(given, record(NAME)).record_reason == ("FORBID_NOT_EVALUABLE", "3.1", "COMPLETE_RECORD")


def test_a_national_policy_narrows_every_agreement() -> None:
    given = agreement(clauses=[clause(disclose=["identity.name", "birth.date"])])
    birth: tuple[str, JsonValue] = ("birth.date", {"precision": "exact", "date": "1990-01-01"})
    about = record(NAME, birth)
    ours = policy(clauses=[{"id": "2.1", "to": "*", "kinds": "*", "withhold": ["birth.date"]}])
    decision = ask(given, about, ours)
    assert sent(ask(given, about), about) == ["name.full", "birth.date"]
    assert sent(decision, about) == ["name.full"]
    assert decision.outcomes["c2"].clause == "NP-DZ/2.1"
    bans = policy(forbids=[{"id": "9.9", "to": ["KW"], "kinds": "*", "when": {"originator": ["DZ"]}}])
    assert ask(given, about, bans).record_reason == ("FORBIDDEN", "NP-DZ/9.9", None)
    theirs = policy(
        id="NP-KW", party={"code": "KW", "fingerprint": "c" * 64}, forbids=[{"id": "1", "to": "*", "kinds": "*"}]
    )
    assert code(ask(given, about, theirs)) is None


@pytest.mark.parametrize(
    ("facts", "state", "reason"),
    [
        ([kuwaiti()], "withheld", "WITHHELD"),
        ([], "withheld", "WITHHELD_NOT_EVALUABLE"),
        ([("nationality", {"country": "TN", "status": "claimed"})], "sent", "CLAUSE"),
    ],
)
def test_a_withhold_wins_and_applies_when_unknown(facts: list[tuple[str, JsonValue]], state: str, reason: str) -> None:
    hold = clause(id="5.2", disclose=None, withhold=["name.*"], when={"nationality": ["KW"]})
    given = agreement(clauses=[clause(disclose=["identity.name", "gender"]), hold])
    outcome = ask(given, record(NAME, ("gender", "male"), *facts)).outcomes["c1"]
    assert (outcome.state, outcome.reason) == (state, reason)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ([kuwaiti()], "CLAUSE"),
        ([], "CLAUSE_NOT_EVALUABLE"),
        ([("nationality", {"country": "TN", "status": "claimed"})], "CLAUSE_NOT_MET"),
    ],
)
def test_a_disclosure_needs_its_condition(facts: list[tuple[str, JsonValue]], reason: str) -> None:
    given = agreement(clauses=[clause(when={"nationality": ["KW"]}), clause(id="5.2", disclose=["gender"])])
    assert ask(given, record(NAME, ("gender", "male"), *facts)).outcomes["c1"].reason == reason


def test_a_clause_for_another_purpose_direction_or_kind_does_not_disclose() -> None:
    base = clause(id="9", disclose=["gender"])
    about = record(NAME, ("gender", "male"))
    for change, reason in (
        ({"handling": {"purposes": ["counter_terrorism.travel"]}}, "PURPOSE_NOT_IN_CLAUSE"),
        ({"to": ["AE"]}, "NO_CLAUSE"),
        ({"from": ["KW"]}, "NO_CLAUSE"),
        ({"kinds": ["network"]}, "NO_CLAUSE"),
    ):
        given = agreement(clauses=[base, clause(**change)])
        assert ask(given, about).outcomes["c1"].reason == reason


def test_the_coarser_claim_stands_in_for_the_finer_over_two_steps() -> None:
    base = record(("birth.date", {"precision": "exact", "date": "1990-01-01"}), ("birth.place", {"country": "KW"}))
    claims = list(base.claims)
    claims.append(Claim("c20", "birth.year", 1990, "fact", GRADE, derived_from="c1"))
    claims.append(Claim("c21", "birth.country", "KW", "fact", GRADE, derived_from="c2"))
    claims.append(Claim("c22", "residence.country", "KW", "fact", GRADE, derived_from="c21"))
    about = base._replace(claims=tuple(claims))
    decision = ask(agreement(clauses=[clause(disclose=["birth.year", "residence.country"])]), about)
    assert decision.outcomes["c1"][:4] == ("coarser", None, "NO_CLAUSE", "c20")
    assert decision.outcomes["c2"].instead == decision.outcomes["c21"].instead == "c22"
    assert sent(decision, about) == ["birth.year", "residence.country"]


def test_a_ring_of_derivations_ends() -> None:
    base = record(NAME)
    ring = (
        Claim("c30", "birth.year", 1990, "fact", GRADE, derived_from="c31"),
        Claim("c31", "name.given", name(), "fact", GRADE, derived_from="c30"),
    )
    decision = ask(agreement(clauses=[clause(disclose=["name.given"])]), base._replace(claims=base.claims + ring))
    assert decision.outcomes["c30"].state == "coarser"


def test_two_claims_with_one_id_are_denied() -> None:
    base = record(NAME)
    about = base._replace(claims=(*base.claims, Claim("c1", "birth.year", 1990, "fact", GRADE)))
    assert code(ask(agreement(), about)) == "CLAIMS_AMBIGUOUS"


def test_unregistered_paths_and_kinds_stay() -> None:
    about = record(NAME, ("name.secret", "x"), ("network.price", "x"))
    decision = ask(agreement(clauses=[clause(disclose=["identity.name", "facilitation"])]), about)
    assert [decision.outcomes[id_].reason for id_ in ("c1", "c2", "c3")] == ["CLAUSE", "PATH_UNKNOWN", "PATH_UNKNOWN"]
    odd = Record("DZ", "rec-test", 1, "ship", about.issued, about.claims)
    assert code(ask(agreement(clauses=[clause(kinds="*")]), odd)) == "NOTHING_TO_RELEASE"


def test_handling_is_only_tightened_and_only_by_what_contributes() -> None:
    strict = {
        "tlp": "TLP:RED",
        "caveats": ["NO_ARREST_BASIS"],
        "purposes": ["border.checks"],
        "retention_days": 9,
        "onward": "none",
    }
    clauses = [
        clause(handling={"tlp": "TLP:CLEAR", "retention_days": 1000}),
        clause(id="5.2", disclose=["gender"], handling=strict, approvals={"TLP:RED": {"count": 4, "role": "officer"}}),
    ]
    given = agreement(clauses=clauses)
    without = ask(given, record(NAME, ("record.caveat", "NO_REMOVAL_BASIS")))
    purposes = ("border.checks", "counter_terrorism.travel")
    assert without.handling == Handling("TLP:AMBER", ("NO_REMOVAL_BASIS",), purposes, 365, "ask")
    assert (without.approvals_needed, without.approver_role) == (1, "officer")
    tightened = ask(given, record(NAME, ("gender", "male"), ("record.caveat", "NO_REMOVAL_BASIS")))
    assert tightened.handling == Handling(
        "TLP:RED", ("NO_ARREST_BASIS", "NO_REMOVAL_BASIS"), ("border.checks",), 9, "none"
    )
    assert (tightened.approvals_needed, tightened.approver_role) == (4, "releasing_officer")


def test_a_caveat_can_ask_for_more_and_covers_nothing_by_itself() -> None:
    rows = {
        "TLP:AMBER": {"count": 1, "role": "officer"},
        "COURT_USE_NEEDS_CONSENT": {"count": 2, "role": "releasing_officer"},
    }
    of_clause = {"NO_ARREST_BASIS": {"count": 4, "role": "officer"}}
    caveat = clause(id="5.2", disclose=["gender"], handling={"caveats": ["NO_ARREST_BASIS"]})
    clauses = [clause(approvals=of_clause), caveat]
    given = agreement(approvals=rows, clauses=clauses)

    def needed(*facts: tuple[str, JsonValue]) -> tuple[int, str]:
        decision = ask(given, record(NAME, *facts))
        return decision.approvals_needed, decision.approver_role

    consent = ("record.caveat", "COURT_USE_NEEDS_CONSENT")
    assert needed() == (1, "officer")
    assert needed(consent) == (2, "releasing_officer")
    assert needed(("record.caveat", "NO_REMOVAL_BASIS")) == (1, "officer")
    assert needed(("gender", "male")) == (4, "officer"), "a caveat that a clause adds, a row that another one brings"
    assert needed(("gender", "male"), consent) == (4, "releasing_officer")
    about = record(NAME, consent, ("record.marking", "TLP:GREEN"))
    assert code(ask(given, about)) == "MARKING_NOT_COVERED"
    question = Question(given, (), about, "DZ", "KW", "border.checks", NOW)
    assert permitted(question) == frozenset()
    assert permitted(question._replace(record=record(NAME, consent)))


def test_what_contributes_and_what_is_guarded_is_told() -> None:
    given = agreement(clauses=[clause(), clause(id="5.2", disclose=["gender"])])
    assert ask(given, record(NAME)).clauses == ("5.1",)
    assert ask(given, record(NAME, ("gender", "male"))).clauses == ("5.1", "5.2")
    assert not ask(given, record(NAME)).guarded
    assert ask(given, record(NAME, ("record.flag", "neutrality_political"), SIGNED)).guarded
    assert ask(given, record(NAME, ("record.flag", "neutrality_political"))).clauses == ()


def test_a_marking_without_a_row_is_not_covered() -> None:
    about = record(NAME, ("record.marking", "TLP:GREEN"))
    assert code(ask(agreement(), about)) == "MARKING_NOT_COVERED"
    given = agreement(clauses=[clause(handling={"tlp": "TLP:AMBER"})])
    assert code(ask(given, about)) is None


@pytest.mark.parametrize(
    ("test", "facts", "answer"),
    [
        ({"residence": ["KW"]}, [("residence.country", "KW")], True),
        ({"theatre": ["SY"]}, [("presence.country", "SY")], True),
        ({"theatre": ["SY"]}, [("theatre", "LY")], False),
        ({"route_from": ["KW"]}, [("route.from", "KW")], True),
        ({"route_to": ["LY"]}, [("route.to", "ML")], False),
        ({"group": ["Exemple"]}, [("affiliation.group", "Exemple")], True),
        ({"group": ["Exemple"]}, [("affiliation.group", "exemple")], False),
        ({"role": ["fighter"]}, [("role", "fighter")], True),
        ({"listed_by": ["UN"]}, [("listed.by", "EU")], False),
        ({"listed_by": ["UN"]}, [], None),
        ({"subject_category": ["suspect"]}, [], True),
        ({"caveat": ["NO_ARREST_BASIS"]}, [], False),
        ({"caveat": ["NO_ARREST_BASIS"]}, [("record.caveat", "NO_ARREST_BASIS")], True),
        ({"originator": ["DZ"]}, [], True),
        ({"marking_at_most": "TLP:AMBER"}, [], True),
        ({"marking_at_most": "TLP:GREEN"}, [], False),
        ({"statement": ["fact"]}, [], True),
        ({"statement": ["hearsay"]}, [], False),
        ({"source_grade_at_least": {"scale": "admiralty", "grade": "B"}}, [], True),
        ({"source_grade_at_least": {"scale": "admiralty", "grade": "A"}}, [], False),
        ({"source_grade_at_least": {"scale": "4x4", "grade": "C"}}, [], None),
        ({"information_grade_at_least": {"scale": "admiralty", "grade": "2"}}, [], True),
        ({"information_grade_at_least": {"scale": "admiralty", "grade": "1"}}, [], False),
        ({"observed_within": 30}, [], None),
        ({"not": {"nationality": ["KW"]}}, [], None),
        ({"not": {"caveat": ["NO_ARREST_BASIS"]}}, [], True),
        ({"all_of": [{"nationality": ["KW"]}, {"originator": ["AE"]}]}, [], False),
        ({"all_of": [{"nationality": ["KW"]}, {"originator": ["DZ"]}]}, [], None),
        ({"any_of": [{"nationality": ["KW"]}, {"originator": ["DZ"]}]}, [], True),
        ({"any_of": [{"nationality": ["KW"]}, {"originator": ["AE"]}]}, [], None),
    ],
)
def test_tests_have_three_values(
    test: dict[str, object], facts: list[tuple[str, JsonValue]], answer: bool | None
) -> None:
    given = agreement(clauses=[clause(when=test)])
    reasons = {True: "CLAUSE", False: "CLAUSE_NOT_MET", None: "CLAUSE_NOT_EVALUABLE"}
    assert ask(given, record(NAME, *facts)).outcomes["c1"].reason == reasons[answer]


@pytest.mark.parametrize(
    ("grades", "answer"),
    [
        (["A", "B"], "CLAUSE"),
        (["A", "C"], "CLAUSE_NOT_MET"),
        (["A", "F"], "CLAUSE_NOT_EVALUABLE"),
        ([], "CLAUSE_NOT_EVALUABLE"),
    ],
)
def test_every_grade_must_satisfy_a_grade_test(grades: list[str], answer: str) -> None:
    claims = [claim._replace(grade=None) for claim in record(NAME).claims]
    for index, source in enumerate(grades):
        claims.append(Claim(f"c{50 + index}", "name.given", name(), "fact", Grade("admiralty", source, "1")))
    given = agreement(clauses=[clause(when={"source_grade_at_least": {"scale": "admiralty", "grade": "B"}})])
    assert ask(given, record(NAME)._replace(claims=tuple(claims))).outcomes["c1"].reason == answer


@pytest.mark.parametrize(("observed", "answer"), [("2026-05-02", "CLAUSE"), ("2026-05-01", "CLAUSE_NOT_MET")])
def test_observed_within_counts_days_back_from_today(observed: str, answer: str) -> None:
    base = record(NAME)
    about = base._replace(claims=(base.claims[0]._replace(observed=observed), *base.claims[1:]))
    assert ask(agreement(clauses=[clause(when={"observed_within": 30})]), about).outcomes["c1"].reason == answer


@pytest.mark.parametrize(
    ("facts", "named", "unnamed"),
    [
        ([UNNAMED], "CLAUSE_NOT_EVALUABLE", "CLAUSE"),
        ([UNNAMED, kuwaiti()], "CLAUSE", "CLAUSE"),
        ([UNNAMED, TUNISIAN], "CLAUSE_NOT_EVALUABLE", "CLAUSE"),
        ([TUNISIAN], "CLAUSE_NOT_MET", "CLAUSE_NOT_MET"),
        ([], "CLAUSE_NOT_EVALUABLE", "CLAUSE_NOT_EVALUABLE"),
        ([("nationality", {"status": "undisclosed", "region": "ASIA"})], "CLAUSE_NOT_EVALUABLE", "CLAUSE_NOT_MET"),
        ([("nationality", {"status": "undisclosed"})], "CLAUSE_NOT_EVALUABLE", "CLAUSE_NOT_EVALUABLE"),
        ([("nationality", {"status": "undisclosed"}), TUNISIAN], "CLAUSE_NOT_EVALUABLE", "CLAUSE_NOT_EVALUABLE"),
        ([("nationality", {"country": "KW", "region": "EUROPE", "status": "former"})], "CLAUSE", "CLAUSE_NOT_MET"),
    ],
)
def test_a_nationality_that_may_not_be_named(facts: list[tuple[str, JsonValue]], named: str, unnamed: str) -> None:
    """It answers its own test, and leaves `nationality` open where no named country does: it could be any."""
    conditions = (("nationality", ["KW"], named), ("nationality_undisclosed", ["EUROPE"], unnamed))
    for test, words, reason in conditions:
        given = agreement(clauses=[clause(when={test: words}), clause(id="5.2", disclose=["gender"])])
        about = record(NAME, ("gender", "male"), *facts)
        decision = ask(given, about)
        assert decision.outcomes["c1"].reason == reason, test
        allowed = permitted(Question(given, (), about, "DZ", "KW", "border.checks", NOW))
        assert ("c1" in allowed) is (reason == "CLAUSE"), test
