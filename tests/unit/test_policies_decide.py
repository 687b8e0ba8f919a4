"""The decision as a whole: what it stands on, and the cases carried over from other systems' bugs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from exchange.model.records import Ref
from exchange.policies.decide import Grant
from tests.unit.policies_kit import (
    NAME,
    NOW,
    agreement,
    ask,
    ask_with,
    clause,
    code,
    name,
    record,
    sent,
)


def test_released_with_its_governance_and_nothing_else() -> None:
    about = record(NAME, ("birth.year", 1990), ("record.assurance", "reference"))
    decision = ask(agreement(), about)
    assert code(decision) is None
    assert sent(decision, about) == ["name.full"]
    assert decision.outcomes["c2"][:3] == ("withheld", None, "NO_CLAUSE")
    assert decision.outcomes["c3"][:3] == ("withheld", None, "SAFEGUARD")
    governance = [claim.id for claim in about.claims[3:]]
    assert [decision.outcomes[id_].reason for id_ in governance] == ["GOVERNANCE"] * 6


@pytest.mark.parametrize("disclose", [None, ["birth.date"]])
def test_case_1_no_clauses_or_none_that_fits_releases_nothing(disclose: list[str] | None) -> None:
    clauses = [] if disclose is None else [clause(disclose=disclose)]
    decision = ask(agreement(clauses=clauses), record(NAME))
    assert code(decision) == "NOTHING_TO_RELEASE"
    assert {outcome.state for outcome in decision.outcomes.values()} == {"withheld"}


def test_case_8_a_decision_depends_on_its_inputs_only() -> None:
    about = record(NAME)
    assert ask(agreement(), about).document() == ask(agreement(), about).document()


def test_case_9_a_record_of_another_originator_is_not_ours_whatever_its_id() -> None:
    ours, theirs = record(NAME), record(NAME, originator="AE")
    assert ours.id == theirs.id
    assert code(ask(agreement(), ours)) is None
    assert code(ask(agreement(), theirs)) == "ORIGINATOR_CONTROL"


def test_originator_control_comes_before_everything_else() -> None:
    assert (
        code(ask(agreement(), record(originator="AE"), to="FR", now=NOW + timedelta(days=4000))) == "ORIGINATOR_CONTROL"
    )


def test_a_grant_lets_exactly_its_claims_go_on() -> None:
    about = record(NAME, ("name.given", name()), originator="AE")
    grant = Grant(Ref("AE", "rec-test"), "KW", "border.checks", NOW + timedelta(hours=1), frozenset({"c1"}))
    decision = ask_with(grant, agreement(), about)
    assert sent(decision, about) == ["name.full"]
    assert decision.outcomes["c2"].reason == "NOT_GRANTED"
    for other in (
        grant._replace(recipient="DZ"),
        grant._replace(purpose="counter_terrorism.travel"),
        grant._replace(expires=NOW),
        grant._replace(ref=Ref("AE", "rec-other")),
    ):
        assert code(ask_with(other, agreement(), about)) == "ORIGINATOR_CONTROL"


def test_parties_validity_and_purpose() -> None:
    about = record(NAME)
    given = agreement(purposes=["counter_terrorism.travel", "border.checks", "analysis.joint"])
    assert code(ask(given, about, to="DZ")) == "RECIPIENT_IS_US"
    assert code(ask(given, about, to="FR")) == "NOT_A_PARTY"
    assert code(ask(given, about, now=datetime(2027, 1, 1, tzinfo=UTC))) == "AGREEMENT_NOT_IN_FORCE"
    assert code(ask(given, about, now=datetime(2025, 12, 31, 23, 59, 59, tzinfo=UTC))) == "AGREEMENT_NOT_IN_FORCE"
    assert code(ask(given, about, now=datetime(2026, 1, 1, tzinfo=UTC))) is None
    assert code(ask(given, about, purpose="contact")) == "PURPOSE_NOT_AGREED"
    assert code(ask(given, about, purpose="analysis.joint")) == "PURPOSE_NOT_RECORDED"


def test_case_13_back_catalogue_as_the_agreement_says() -> None:
    parties = [
        {"code": "DZ", "fingerprint": "a" * 64},
        {"code": "KW", "fingerprint": "c" * 64, "joined": "2026-05-15T00:00:00Z"},
        {"code": "AE", "fingerprint": "b" * 64},
    ]
    clauses = [clause(to="*")]
    about = record(NAME)
    excluded = agreement(parties=parties, clauses=clauses, back_catalogue="excluded")
    assert code(ask(excluded, about)) == "BEFORE_ACCESSION"
    assert code(ask(excluded, about._replace(issued="2026-05-15T00:00:00Z"))) is None
    assert code(ask(excluded, about, to="AE")) is None
    assert code(ask(agreement(parties=parties, clauses=clauses), about)) is None
