"""Parts of a decision that its document leaves out, what it takes as known already, and codes that others lean on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from exchange.model.claims import JsonValue
from exchange.model.records import Record
from exchange.policies import tests as conditions
from exchange.policies.cadence import of_decision
from exchange.policies.check import Question, permitted
from exchange.policies.decide import Inputs, decide
from exchange.policies.facts import Facts, check_of
from exchange.policies.handling import Handling, Marks, narrowed
from exchange.policies.reasons import Reason
from exchange.policies.scope import Direction, directions
from tests.unit.policies_kit import NAME, NOW, SIGNED, TUNISIAN, agreement, ask, clause, code, kuwaiti, policy, record

MINOR: list[tuple[str, JsonValue]] = [
    ("record.category", "minor"),
    ("record.best_interest", "a note"),
    ("record.signoff", {"for": "best_interest", "authority": "an authority", "date": "2026-01-01"}),
]
MILITARY: tuple[str, JsonValue] = ("record.flag", "neutrality_military")
CORRIDOR: tuple[str, JsonValue] = ("record.flag", "aid_corridor")


def inputs(about: Record) -> Inputs:
    return Inputs(agreement(), (), about, "DZ", "KW", "border.checks", NOW, "3" * 64, "4" * 64)


@pytest.mark.parametrize(
    ("facts", "guarded", "people"),
    [([], False, 1), ([CORRIDOR], False, 1), ([SIGNED], False, 1), (MINOR, True, 3), ([MILITARY, SIGNED], True, 3)],
)
def test_a_record_is_guarded_for_a_child_or_by_a_signature(
    facts: list[tuple[str, JsonValue]], guarded: bool, people: int
) -> None:
    decision = ask(agreement(), record(NAME, *facts))
    assert (decision.record_state, decision.guarded, decision.approvals_needed) == ("released", guarded, people)


def test_a_denial_is_not_guarded_and_no_clause_contributes() -> None:
    for facts in (MINOR[:1], [MILITARY], [*MINOR[:1], CORRIDOR], [*MINOR[1:], MILITARY]):
        decision = ask(agreement(), record(NAME, *facts))
        assert (decision.record_state, decision.guarded, decision.clauses) == ("denied", False, ())
        assert (decision.handling, decision.approvals_needed, decision.approver_role) == (None, 0, "")


def test_a_flag_does_not_make_good_what_a_child_lacks() -> None:
    for lacking in (MINOR[:1], MINOR[:2], [MINOR[0], MINOR[2]]):
        assert code(ask(agreement(), record(NAME, *lacking))) == "MINOR"
        assert code(ask(agreement(), record(NAME, *lacking, CORRIDOR))) == "MINOR"
        assert code(ask(agreement(assurance_required=["AE"]), record(NAME, *lacking))) == "MINOR"


def test_the_clauses_that_contribute() -> None:
    rules = [clause(), clause(id="5.2"), clause(id="5.3", disclose=["gender"]), clause(id="5.4", to=["AE"])]
    assert ask(agreement(clauses=rules), record(NAME)).clauses == ("5.1", "5.2")
    assert ask(agreement(clauses=rules), record(NAME, ("gender", "male"))).clauses == ("5.1", "5.2", "5.3")


def test_the_caveats_of_the_record_bind() -> None:
    about = record(NAME, ("record.caveat", "NO_REMOVAL_BASIS"), ("record.caveat", "NO_ARREST_BASIS"))
    terms = ask(agreement(), about).handling
    assert terms is not None
    assert sorted(terms.caveats) == ["NO_ARREST_BASIS", "NO_REMOVAL_BASIS"]


def test_a_forbid_denies_by_its_condition() -> None:
    given = agreement(forbids=[{"id": "9", "from": "*", "to": "*", "kinds": "*", "when": {"nationality": ["KW"]}}])
    assert ask(given, record(NAME, kuwaiti())).record_reason == Reason("FORBIDDEN", "9", None)
    assert ask(given, record(NAME)).record_reason == Reason("FORBID_NOT_EVALUABLE", "9", "COMPLETE_RECORD")
    assert ask(given, record(NAME, TUNISIAN)).record_reason is None


def test_a_record_of_a_kind_that_does_not_exist_has_nothing_to_release() -> None:
    forbid = {"id": "9", "from": "*", "to": "*", "kinds": ["network"]}
    given = agreement(clauses=[clause(kinds="*")], forbids=[forbid])
    about = record(NAME)._replace(kind="ship")
    assert code(ask(given, about)) == "NOTHING_TO_RELEASE"
    assert permitted(Question(given, (), about, "DZ", "KW", "border.checks", NOW)) == frozenset()


def test_two_claims_of_one_id_deny() -> None:
    about = record(NAME)
    twice = about._replace(claims=(*about.claims, about.claims[0]))
    decision = ask(agreement(), twice)
    assert decision.record_reason is not None
    assert decision.record_reason.code == "CLAIMS_AMBIGUOUS"
    assert {outcome.reason for outcome in decision.outcomes.values()} == {"RECORD_DENIED"}


def test_facts_of_the_same_record_on_the_same_day_are_taken_as_known() -> None:
    """Here they say of an adult that he is a child, to show whether they were asked."""
    about = record(NAME)

    def known(of: Record, day: date) -> str | None:
        facts = Facts(of, day)
        facts.minor = True
        return code(decide(inputs(about), facts))

    assert known(about, NOW.date()) == "MINOR"
    assert known(about, NOW.date() + timedelta(days=1)) is None
    assert known(about._replace(), NOW.date()) is None
    assert known(record(NAME), NOW.date() - timedelta(days=1)) is None


def test_what_a_record_says_is_looked_up_once() -> None:
    facts = Facts(record(NAME, ("role", "fighter"), ("role", "smuggler")), NOW.date())
    said = facts.words("role")
    assert said == {"fighter", "smuggler"}
    assert facts.words("role") is said
    assert facts.words("group") == frozenset()
    assert facts.known == {"role": said, "group": frozenset()}


def test_what_joins_tests_is_answered_once_and_a_single_test_is_asked_again() -> None:
    """Rules of one article often share the condition that stands inside theirs."""
    fighter = conditions.Test("role", ("fighter",))
    shared = conditions.AnyOf((fighter, conditions.Test("group", ("one",))))
    facts = Facts(record(NAME, ("role", "fighter")), NOW.date())
    for other in ("medic", "courier"):
        check = check_of(conditions.AllOf((shared, fighter, conditions.Not(conditions.Test("role", (other,))))))
        assert check(facts) is True
    assert len(facts.answers) == 3


def test_what_binds_a_copy_already_leaves_the_purposes_that_all_have() -> None:
    def bound(tlp: str, *purposes: str) -> Handling:
        return Handling(tlp, (f"caveat of {tlp}",), purposes, 30, "none")

    marks = Marks(1, ("own",), ("c", "b", "a"))
    assert narrowed(marks, []) == marks
    assert narrowed(marks, [bound("TLP:CLEAR", "a", "b", "d")]) == Marks(1, ("own", "caveat of TLP:CLEAR"), ("b", "a"))
    both = [bound("TLP:RED", "a", "b"), bound("TLP:GREEN", "b", "c")]
    assert narrowed(marks, both) == Marks(4, ("own", "caveat of TLP:RED", "caveat of TLP:GREEN"), ("b",))


def test_a_denial_has_no_cadence_of_its_own() -> None:
    given = agreement(cadence="standing")
    released = ask(given, record(NAME))
    assert of_decision(given, released) == "standing"
    assert of_decision(given, replace(released, record_state="denied")) == "manual"
    assert of_decision(given, ask(given, record(NAME, MILITARY))) == "manual"


def test_directions_of_a_national_policy_begin_at_its_own_state() -> None:
    own = policy(clauses=[{"id": "1", "to": ["DZ", "KW", "QA"], "kinds": "*", "withhold": ["gender"]}])
    assert directions(own, own.clauses[0]) == {Direction("DZ", "KW"), Direction("DZ", "QA")}
