"""Decisions to the last member: the document that is kept and replayed, which rule contributes, and what stands alone.

Each test here was written for a change of the code that no other test noticed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from exchange.errors import Code, Denied
from exchange.model.claims import Claim, JsonValue
from exchange.model.records import HeldRecord, Pair, Record, Ref
from exchange.policies import tests as conditions
from exchange.policies.clauses import Need
from exchange.policies.compile import Matched, answers, plan_of, table_of
from exchange.policies.decide import Grant, Inputs, decide
from exchange.policies.facts import Facts, check_of
from exchange.policies.handling import Handling, Marks, approvals, fold
from exchange.policies.reasons import Reason
from exchange.policies.select import Released, select
from tests.unit.policies_kit import GRADE, NOW, agreement, ask, ask_with, clause, code, name, policy, record, sent

NAME: tuple[str, JsonValue] = ("name.full", name())
SIGNS: dict[str, tuple[str, JsonValue]] = {
    matter: ("record.signoff", {"for": matter, "authority": "an authority", "date": "2026-01-01"})
    for matter in ("neutrality", "listing", "best_interest")
}
NOTE: tuple[str, JsonValue] = ("record.best_interest", "a note")


def test_the_document_of_a_release() -> None:
    about = record(NAME, ("birth.year", 1990), without="record.category")
    decision = ask(agreement(clauses=[clause(kinds="*")]), about._replace(kind="network", version=3))
    assert decision.document() == {
        "v": 1,
        "originator": "DZ",
        "id": "rec-test",
        "version": 3,
        "node": "DZ",
        "recipient": "KW",
        "purpose": "border.checks",
        "at": "2026-06-01T12:00:00Z",
        "manifest": "3" * 64,
        "agreement": {"id": "AG-DZ-AE-KW", "version": 1, "digest": "0" * 64},
        "policy": "4" * 64,
        "state": "released",
        "reason": None,
        "handling": {
            "tlp": "TLP:AMBER",
            "caveats": [],
            "purposes": ["border.checks", "counter_terrorism.travel"],
            "retention_days": 365,
            "onward": "ask",
        },
        "approvals": {"count": 1, "role": "officer"},
        "claims": [
            ["c1", "sent", "5.1", "CLAUSE", None, None],
            ["c2", "withheld", None, "PATH_UNKNOWN", None, "CORRECT_RECORD"],
            *([f"c{number}", "sent", None, "GOVERNANCE", None, None] for number in range(3, 8)),
        ],
    }


def test_the_document_of_a_denial() -> None:
    about = record(NAME)
    decision = ask(agreement(), about, to="FR")
    told = decision.document()
    assert told["state"] == "denied"
    assert told["reason"] == ["NOT_A_PARTY", None, "CHOOSE_AGREEMENT"]
    assert told["handling"] is None
    assert told["approvals"] == {"count": 0, "role": ""}
    assert told["claims"] == [
        [claim.id, "withheld", None, "RECORD_DENIED", None, "SEE_RECORD"] for claim in about.claims
    ]
    assert decision.outcomes.keys() == {claim.id for claim in about.claims}


@pytest.mark.parametrize("hours", [-11, 0, 9])
def test_the_moment_is_written_in_utc_whatever_the_zone(hours: int) -> None:
    moment = datetime(2026, 6, 1, 12, 34, 56, tzinfo=UTC).astimezone(timezone(timedelta(hours=hours)))
    assert ask(agreement(), record(NAME), now=moment).document()["at"] == "2026-06-01T12:34:56Z"


def test_today_is_the_day_in_utc() -> None:
    """23:00 UTC on the review day is tomorrow in the Gulf."""
    about = record(NAME, ("record.review", "2026-06-01"))
    late = datetime(2026, 6, 2, 3, tzinfo=timezone(timedelta(hours=4)))
    assert code(ask(agreement(), about, now=late)) is None
    assert code(ask(agreement(), about, now=late + timedelta(hours=1))) == "REVIEW_PASSED"


def test_withheld_claims_keep_their_reason_when_the_record_is_denied_at_the_end() -> None:
    """Lines 21 and 22 come after the claims: what was withheld says why, what was sent does not say it was."""
    about = record(NAME, ("birth.year", 1990), ("record.marking", "TLP:GREEN"))
    decision = ask(agreement(), about)
    assert decision.record_reason == Reason("MARKING_NOT_COVERED", None, "AMEND_AGREEMENT")
    assert decision.outcomes["c1"] == ("withheld", None, "RECORD_DENIED", None, "SEE_RECORD")
    assert decision.outcomes["c2"] == ("withheld", None, "NO_CLAUSE", None, "AMEND_AGREEMENT")
    empty = ask(agreement(clauses=[clause(disclose=["theatre"])]), about)
    assert empty.record_reason == Reason("NOTHING_TO_RELEASE", None, "CHOOSE_AGREEMENT")
    assert empty.outcomes["c1"].reason == "NO_CLAUSE"
    assert empty.outcomes["c3"].reason == "RECORD_DENIED"


KUWAIT: dict[str, object] = {"when": {"nationality": ["KW"]}}
ANOTHER: dict[str, object] = {"handling": {"purposes": ["counter_terrorism.travel"]}}
TUNIS: tuple[str, JsonValue] = ("nationality", {"country": "TN", "status": "claimed"})


@pytest.mark.parametrize(
    ("rules", "facts", "outcome"),
    [
        ([clause(**KUWAIT)], [], ("CLAUSE_NOT_EVALUABLE", "5.1", "COMPLETE_RECORD")),
        ([clause(**KUWAIT)], [TUNIS], ("CLAUSE_NOT_MET", "5.1", None)),
        ([clause(**ANOTHER)], [], ("PURPOSE_NOT_IN_CLAUSE", "5.1", "CHOOSE_PURPOSE")),
        ([clause(**ANOTHER), clause(id="5.2", **KUWAIT)], [], ("CLAUSE_NOT_EVALUABLE", "5.2", "COMPLETE_RECORD")),
        ([clause(**KUWAIT), clause(id="5.2", **ANOTHER)], [TUNIS], ("PURPOSE_NOT_IN_CLAUSE", "5.2", "CHOOSE_PURPOSE")),
        ([clause(**KUWAIT), clause(id="5.2", **KUWAIT)], [TUNIS], ("CLAUSE_NOT_MET", "5.1", None)),
        ([clause(**ANOTHER, **KUWAIT)], [TUNIS], ("CLAUSE_NOT_MET", "5.1", None)),
        ([clause(), clause(id="5.2", disclose=None, withhold=["name.full"])], [], ("WITHHELD", "5.2", None)),
        (
            [clause(), clause(id="5.2", disclose=None, withhold=["name.full"], **KUWAIT)],
            [],
            ("WITHHELD_NOT_EVALUABLE", "5.2", "COMPLETE_RECORD"),
        ),
    ],
)
def test_why_a_claim_stays_with_the_clause_and_what_would_help(
    rules: list[dict[str, object]], facts: list[tuple[str, JsonValue]], outcome: tuple[str, str, str | None]
) -> None:
    """The claim stands alone, so that the record has nothing to release either."""
    decision = ask(agreement(clauses=rules), record(NAME, *facts))
    found = decision.outcomes["c1"]
    assert (found.reason, found.clause, found.remedy) == outcome
    assert (found.state, found.instead) == ("withheld", None)
    assert code(decision) == "NOTHING_TO_RELEASE"


def test_masked_claims_alone_are_nothing_to_release() -> None:
    corridor = record(("route.to", "LY"), ("record.flag", "aid_corridor"))
    moved = ask(agreement(clauses=[clause(disclose=["movement"])]), corridor)
    assert code(moved) == "NOTHING_TO_RELEASE"
    assert moved.outcomes["c1"][1:] == (None, "AID_CORRIDOR", None, None)
    child = record(("biometric.face", "0" * 64), ("record.category", "minor"), NOTE, SIGNS["best_interest"])
    faced = ask(agreement(clauses=[clause(disclose=["identity.biometric"])]), child)
    assert code(faced) == "NOTHING_TO_RELEASE"
    assert faced.outcomes["c1"][1:] == (None, "MINOR_BIOMETRIC", None, None)


def test_only_clauses_that_disclose_what_is_sent_contribute() -> None:
    """The first clause is the strict one, and it discloses a claim that the record has not, or that is withheld."""
    strict = {"tlp": "TLP:RED", "retention_days": 1}
    first = clause(id="1", disclose=["gender", "birth.year"], handling=strict)
    hold = clause(id="3", disclose=None, withhold=["birth.year"])
    given = agreement(clauses=[first, clause(id="2"), hold])
    for about in (record(NAME), record(NAME, ("birth.year", 1990)), record(NAME, ("theatre", "SY"))):
        decision = ask(given, about)
        assert decision.handling is not None
        assert (decision.handling.tlp, decision.handling.retention_days) == ("TLP:AMBER", 365)
        assert decision.outcomes["c1"].clause == "2"
    both = agreement(clauses=[clause(id="1"), clause(id="2", handling=strict), clause(id="4", disclose=["gender"])])
    decision = ask(both, record(NAME))
    assert decision.outcomes["c1"].clause == "1"
    assert decision.handling is not None
    assert (decision.handling.tlp, decision.handling.retention_days) == ("TLP:RED", 1)


def test_a_grant_for_no_claim_releases_nothing_and_its_hour_is_exact() -> None:
    about = record(NAME, originator="AE")
    grant = Grant(Ref("AE", "rec-test"), "KW", "border.checks", NOW + timedelta(seconds=1), frozenset())
    decision = ask_with(grant, agreement(), about)
    assert code(decision) == "NOTHING_TO_RELEASE"
    assert decision.outcomes["c1"] == ("withheld", None, "NOT_GRANTED", None, "ASK_ORIGINATOR")
    whole = ask_with(grant._replace(claims=None), agreement(), about)
    assert sent(whole, about) == ["name.full"]
    ours = record(NAME)
    own = ask_with(grant._replace(ref=ours.ref), agreement(), ours)
    assert sent(own, ours) == ["name.full"], "a grant is another state's word on its own records; ours need none"


def derived(*links: tuple[str, str, str | None]) -> tuple[Claim, ...]:
    return tuple(Claim(id_, path, name(), "fact", GRADE, derived_from=source) for id_, path, source in links)


def test_a_ring_behind_a_sent_claim_ends() -> None:
    claims = derived(("c40", "name.given", "c41"), ("c41", "name.family", "c42"), ("c42", "name.father", "c41"))
    about = record(NAME)
    decision = ask(agreement(clauses=[clause(disclose=["name.given"])]), about._replace(claims=about.claims + claims))
    assert [decision.outcomes[id_].instead for id_ in ("c40", "c41", "c42")] == [None, "c40", "c40"]


def test_a_link_to_a_claim_that_is_not_there_or_that_is_sent_changes_nothing() -> None:
    claims = derived(("c40", "name.given", "c99"), ("c41", "name.given", "c40"), ("c42", "name.given", "c41"))
    about = record(NAME)
    decision = ask(agreement(clauses=[clause(disclose=["name.given"])]), about._replace(claims=about.claims + claims))
    assert [decision.outcomes[id_].state for id_ in ("c40", "c41", "c42")] == ["sent"] * 3


def test_the_finer_claim_keeps_why_it_stays() -> None:
    claims = derived(("c40", "name.given", "c1"))
    about = record(NAME)
    hold = clause(id="6", disclose=None, withhold=["name.full"], when={"nationality": ["KW"]})
    given = agreement(clauses=[clause(disclose=["name.given"]), hold])
    decision = ask(given, about._replace(claims=about.claims + claims))
    assert decision.outcomes["c1"] == ("coarser", "6", "WITHHELD_NOT_EVALUABLE", "c40", "COMPLETE_RECORD")


@pytest.mark.parametrize("people", [1, 4])
def test_a_third_approval_keeps_the_role_and_never_lowers_the_count(people: int) -> None:
    rows = {"TLP:AMBER": {"count": people, "role": "releasing_officer"}}
    facts = [("record.flag", "lawyer"), SIGNS["listing"]], [("record.category", "minor"), NOTE, SIGNS["best_interest"]]
    for guarded in facts:
        decision = ask(agreement(approvals=rows), record(NAME, *guarded))
        assert (decision.approvals_needed, decision.approver_role) == (max(3, people), "releasing_officer")
    plain = ask(agreement(approvals=rows), record(NAME, SIGNS["listing"]))
    assert (plain.approvals_needed, plain.approver_role) == (people, "releasing_officer")


def test_rows_of_contributing_clauses_raise_the_count_or_the_role_each_on_its_own() -> None:
    def need(count: int, role: str) -> dict[str, object]:
        return {"TLP:AMBER": {"count": count, "role": role}}

    given = agreement(
        approvals=need(2, "officer"), clauses=[clause(approvals=need(1, "releasing_officer")), clause(id="5.2")]
    )
    clauses = given.clauses
    amber = Handling("TLP:AMBER", (), (), 9, "ask")
    assert approvals(given, clauses, amber) == Need(2, "releasing_officer")
    assert approvals(given, clauses[1:], amber) == Need(2, "officer")
    assert approvals(given, clauses, amber._replace(tlp="TLP:RED")) is None


def test_purposes_are_those_of_agreement_record_and_every_contributing_clause() -> None:
    three = ["analysis.joint", "border.checks", "counter_terrorism.travel"]
    given = agreement(
        purposes=three, clauses=[clause(handling={"purposes": three[:2]}), clause(id="5.2", handling={"onward": "ask"})]
    )
    marks = Marks(0, (), ("border.checks", "contact", "counter_terrorism.travel"))
    assert fold(given, given.clauses[1:], marks).purposes == ("border.checks", "counter_terrorism.travel")
    assert fold(given, given.clauses, marks).purposes == ("border.checks",)
    assert fold(given, (), marks) == Handling(
        "TLP:CLEAR", (), ("border.checks", "counter_terrorism.travel"), 365, "ask"
    )
    assert fold(agreement(onward="none"), (), marks).onward == "none"


@pytest.mark.parametrize(
    ("year", "minor"), [(1199, True), (1250, False), (1427, False), (1428, True), (1599, True), (1600, False)]
)
def test_years_at_the_edges_of_the_calendars(year: int, minor: bool) -> None:
    """1428 AH ends in 2008 by the rule of the specification: 1428 * 97 // 100 + 623 = 2008."""
    assert (code(ask(agreement(), record(NAME, ("birth.year", year)))) == "MINOR") is minor


@pytest.mark.parametrize(("day", "minor"), [("2008-06-02", True), ("2008-06-01", False)])
def test_a_hijri_year_is_never_taken_for_an_earlier_one(day: str, minor: bool) -> None:
    born: tuple[str, JsonValue] = ("birth.date", {"precision": "exact", "date": day})
    assert (code(ask(agreement(), record(NAME, born))) == "MINOR") is minor
    hijri: tuple[str, JsonValue] = ("birth.year", 1427)
    about = record(NAME, hijri)
    early = datetime(2026, 1, 1, tzinfo=UTC)
    wide = agreement(valid_from="2025-01-01T00:00:00Z")
    assert code(ask(wide, about, now=datetime(2025, 12, 30, tzinfo=UTC))) == "MINOR"
    assert code(ask(wide, about, now=early)) is None


def test_protected_people_are_listed_with_their_own_signature_only() -> None:
    for flag in ("humanitarian", "journalist", "lawyer"):
        assert code(ask(agreement(), record(NAME, ("record.flag", flag), SIGNS["listing"]))) is None
        assert code(ask(agreement(), record(NAME, ("record.flag", flag), SIGNS["neutrality"]))) == "PROTECTED_ROLE"
    for flag in ("political", "military", "religious", "racial"):
        about = record(NAME, ("record.flag", f"neutrality_{flag}"), SIGNS["listing"])
        assert code(ask(agreement(), about)) == "NEUTRALITY"


def test_all_flags_at_once_are_known_flags() -> None:
    flags = ["torture_risk", "humanitarian", "journalist", "lawyer", "aid_corridor", "refugee", "asylum"]
    flags += [f"neutrality_{matter}" for matter in ("political", "military", "religious", "racial")]
    facts: list[tuple[str, JsonValue]] = [("record.flag", flag) for flag in flags]
    facts += [SIGNS["listing"], SIGNS["neutrality"], ("record.assurance", "a reference")]
    about = record(NAME, *facts, ("nationality", {"country": "SY", "status": "claimed"}))
    assert code(ask(agreement(), about)) is None


def test_facts_are_told_apart_by_their_test() -> None:
    about = record(NAME, ("record.marking", "TLP:RED"))
    facts = Facts(about, NOW.date())
    assert [check_of(conditions.Test("marking_at_most", label))(facts) for label in ("TLP:AMBER", "TLP:RED")] == [
        False,
        True,
    ]
    nothing = Facts(record(), NOW.date())
    assert check_of(conditions.Test("statement", ("fact",)))(nothing) is None
    assert (
        check_of(conditions.Test("marking_at_most", "TLP:RED"))(Facts(record(without="record.marking"), NOW.date()))
        is None
    )


def test_one_unknown_part_leaves_a_conjunction_open_unless_another_decides() -> None:
    def reason(*parts: Mapping[str, object], word: str) -> str:
        given = agreement(clauses=[clause(when={word: list(parts)})])
        return ask(given, record(NAME)).outcomes["c1"].reason

    ours, unknown = {"originator": ["DZ"]}, {"nationality": ["KW"]}
    theirs = {"originator": ["AE"]}
    assert reason(ours, ours, word="all_of") == "CLAUSE"
    assert reason(unknown, ours, word="all_of") == "CLAUSE_NOT_EVALUABLE"
    assert reason(unknown, theirs, word="all_of") == "CLAUSE_NOT_MET"
    assert reason(theirs, theirs, word="any_of") == "CLAUSE_NOT_MET"
    assert reason(unknown, theirs, word="any_of") == "CLAUSE_NOT_EVALUABLE"
    assert reason(unknown, ours, word="any_of") == "CLAUSE"


def test_what_is_no_date_is_no_observation() -> None:
    base = record(NAME, ("name.given", name()))
    given = agreement(clauses=[clause(when={"observed_within": 30})])
    for second, reason in (("soon", "CLAUSE_NOT_MET"), (None, "CLAUSE_NOT_MET"), ("2026-05-30", "CLAUSE")):
        claims = (base.claims[0]._replace(observed="2026-01-01"), base.claims[1]._replace(observed=second))
        about = base._replace(claims=(*claims, *base.claims[2:]))
        assert ask(given, about).outcomes["c1"].reason == reason


@pytest.mark.parametrize("argument", [5, "KW", ("KW",)])
@pytest.mark.parametrize("test", ["nationality", "originator", "statement", "marking_at_most", "observed_within", "no"])
def test_a_test_that_no_document_can_hold_is_an_error_and_not_an_answer(test: str, argument: int | str) -> None:
    fits = {"marking_at_most": str, "observed_within": int}.get(test, tuple if test != "no" else set)
    if isinstance(argument, fits):
        return
    with pytest.raises(TypeError, match=r"^a test that tests\.py cannot have read$"):
        check_of(conditions.Test(test, argument))


def test_a_plan_has_an_answer_for_every_rule() -> None:
    given = agreement(clauses=[clause(), clause(id="5.2", when={"nationality": ["KW"]}), clause(id="6", to=["AE"])])
    plan = plan_of(given, (), "DZ", "KW", "border.checks")
    assert answers(plan, Facts(record(NAME), NOW.date())) == (True, None)
    with pytest.raises(IndexError):
        table_of(plan, Matched("person", (True,), False, False))["name.full"]


def test_policies_of_this_node_only_and_in_order() -> None:
    first = policy(clauses=[{"id": "1", "to": "*", "kinds": "*", "withhold": ["gender"]}])
    second = policy(id="NP-DZ-2", clauses=[{"id": "1", "to": "*", "kinds": "*", "withhold": ["identity.birth"]}])
    given = agreement(clauses=[clause(disclose=["identity.name", "identity.birth"])])
    decision = ask(given, record(NAME, ("gender", "male"), ("birth.year", 1990)), first, second)
    assert decision.outcomes["c2"].clause == "NP-DZ/1"
    assert decision.outcomes["c3"].clause == "NP-DZ-2/1"


def held(about: Record) -> HeldRecord:
    pairs = tuple(Pair(bytes([index]) * 16, claim.id.encode()) for index, claim in enumerate(about.claims))
    return HeldRecord(about, b"manifest", b"root", b"proof", pairs)


def test_select_refuses_by_code() -> None:
    about = record(NAME)
    decision = ask(agreement(), about)
    with pytest.raises(Denied) as caught:
        select(held(about._replace(version=9)), decision)
    assert (caught.value.code, caught.value.facts) == (Code.RELEASE_DENIED, {"reason": "OTHER_RECORD"})
    with pytest.raises(TypeError, match=r"^only select\(\) makes Released$"):
        Released(object(), held(about), decision, Handling("TLP:CLEAR", (), (), 1, "none"))
    released = select(held(about), decision)
    with pytest.raises(AttributeError, match=r"^Released does not change$"):
        released.purpose = "x"
    with pytest.raises(AttributeError, match=r"^Released does not change$"):
        del released.purpose
    assert released.purpose == "border.checks"


def test_a_decision_without_handling_selects_nothing_whatever_its_state() -> None:
    about = record(NAME)
    with pytest.raises(Denied) as caught:
        select(held(about), replace(ask(agreement(), about), handling=None))
    assert (caught.value.code, caught.value.facts) == (Code.RELEASE_DENIED, {"reason": None})


def test_a_forbid_without_condition_denies_in_its_own_direction() -> None:
    ban = {"id": "9", "from": ["DZ"], "to": ["KW"], "kinds": ["person"]}
    about = record(NAME)
    decision = ask(agreement(forbids=[ban]), about)
    assert decision.record_reason == Reason("FORBIDDEN", "9", None)
    for elsewhere in ({"from": ["KW"]}, {"to": ["AE"]}, {"kinds": ["network"]}):
        assert code(ask(agreement(forbids=[ban | elsewhere]), about)) is None


def test_both_node_and_recipient_are_parties() -> None:
    about = record(NAME, originator="FR")
    asked = Inputs(agreement(), (), about, "FR", "KW", "border.checks", NOW, "3" * 64, "4" * 64)
    assert code(decide(asked)) == "NOT_A_PARTY"
