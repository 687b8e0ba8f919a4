"""Examples, explanations and the second checker, each at its boundary and to the letter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from exchange.errors import BadInput, Code
from exchange.model.claims import Claim, Grade
from exchange.policies import tests as conditions
from exchange.policies.agreement import read
from exchange.policies.cases import Expected
from exchange.policies.check_table import EITHER, Facts, outcomes
from exchange.policies.examples import Failure, run_examples
from exchange.policies.explain import condition_text, explain
from tests.unit.policies_kit import NOW, agreement, ask, clause, document, name, policy, record


def refused(changed: dict[str, Any], at: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(changed, "0" * 64)
    assert (caught.value.code, caught.value.facts) == (Code.AGREEMENT_INVALID, {"at": at})


# examples


def example(claims: list[dict[str, Any]] | None = None, about: dict[str, Any] | None = None, **expect: Any) -> Any:
    given = claims if claims is not None else [{"path": "name.full", "value": name()}]
    told = {"record": "released", "sent": ["name.full"], "coarser": [], "withheld": [], **expect}
    return {
        "name": "one",
        "from": "DZ",
        "to": "KW",
        "purpose": "border.checks",
        "now": "2026-06-01T00:00:00Z",
        "record": {"kind": "person", "claims": given, **(about or {})},
        "expect": {"record": "denied", **expect} if expect.get("record") == "denied" else told,
    }


FULL: dict[str, Any] = {"path": "name.full", "value": name()}


@pytest.mark.parametrize(
    ("made", "at"),
    [
        (example([FULL | {"id": "c1"}, FULL | {"id": "c1"}]), "/record/claims"),
        (example([FULL | {"id": "1"}]), "/record/claims/0/id"),
        (example([FULL | {"path": "no.path"}]), "/record/claims/0/path"),
        (example([FULL | {"path": "network.price", "value": "x"}]), "/record/claims/0/path"),
        (example([FULL | {"value": "x"}]), "/record/claims/0/value"),
        (example([FULL | {"statement": "rumour"}]), "/record/claims/0/statement"),
        (example([FULL | {"observed": "1 May"}]), "/record/claims/0/observed"),
        (example([FULL | {"derived_from": "x"}]), "/record/claims/0/derived_from"),
        (example([FULL | {"contests": "x"}]), "/record/claims/0/contests"),
        (example([FULL | {"more": 1}]), "/record/claims/0/more"),
        (
            example([FULL | {"grade": {"scale": "x", "source": "A", "information": "1"}}]),
            "/record/claims/0/grade/scale",
        ),
        (
            example([FULL | {"grade": {"scale": "4x4", "source": "D", "information": "1"}}]),
            "/record/claims/0/grade/source",
        ),
        (
            example([FULL | {"grade": {"scale": "4x4", "source": "A", "information": "5"}}]),
            "/record/claims/0/grade/information",
        ),
        (example(about={"kind": "ship"}), "/record/kind"),
        (example(about={"without": ["name.full"]}), "/record/without/0"),
        (example(about={"originator": "Z9"}), "/record/originator"),
        (example(about={"issued": "today"}), "/record/issued"),
        (example(about={"more": 1}), "/record/more"),
        (example(record="denied", reason="NO_SUCH_REASON"), "/expect/reason"),
        (example(record="perhaps"), "/expect/record"),
        (example(sent=[], withheld=[]), "/expect"),
        (example(coarser=["gender"]), "/expect"),
        (example(sent=["no.path"]), "/expect/sent/0"),
        (example(tlp="TLP:WHITE"), "/expect/tlp"),
        (example(approvals=0), "/expect/approvals"),
        (example(approvals=6), "/expect/approvals"),
        (example(retention_days=0), "/expect/retention_days"),
        (example(retention_days=1827), "/expect/retention_days"),
        (example() | {"name": ""}, "/name"),
        (example() | {"from": "FR"}, "/from"),
        (example() | {"to": "Z9"}, "/to"),
        (example() | {"purpose": "x"}, "/purpose"),
        (example() | {"now": "x"}, "/now"),
        (example() | {"more": 1}, "/more"),
    ],
)
def test_an_example_that_is_not_understood_is_refused_at_its_place(made: dict[str, Any], at: str) -> None:
    refused(document(examples=[made]), f"/examples/0{at}")


def test_everything_that_an_example_says_is_read() -> None:
    claims: list[dict[str, Any]] = [
        FULL
        | {"id": "c9", "statement": "hearsay", "observed": "2026-05-01", "derived_from": "c2", "contests": "c3"}
        | {"grade": {"scale": "admiralty", "source": "F", "information": "6"}},
        {"path": "record.flag", "value": "refugee"},
        {"path": "record.marking", "value": "TLP:RED"},
    ]
    about = {"originator": "AE", "issued": "2026-01-02T03:04:05Z", "without": ["record.review"]}
    made = example(claims, about, withheld=["record.flag"], tlp="TLP:RED", approvals=5, retention_days=1826)
    (found,) = read(document(examples=[made]), "0" * 64).examples
    assert (found.name, found.node, found.to, found.purpose) == ("one", "DZ", "KW", "border.checks")
    assert found.now == datetime(2026, 6, 1, tzinfo=UTC)
    read_ = found.record
    assert (read_.originator, read_.id, read_.version, read_.kind) == ("AE", "rec-example", 1, "person")
    assert read_.issued == "2026-01-02T03:04:05Z"
    first, second, third, *added = read_.claims
    assert first == Claim("c9", "name.full", name(), "hearsay", Grade("admiralty", "F", "6"), "2026-05-01", "c2", "c3")
    assert second == Claim("c2", "record.flag", "refugee", "fact")
    assert (third.id, third.path, third.value) == ("c3", "record.marking", "TLP:RED")
    assert [(claim.id, claim.path, claim.value, claim.statement) for claim in added] == [
        ("g4", "record.legal_basis", "example", "fact"),
        ("g5", "record.purpose", "border.checks", "fact"),
        ("g6", "record.category", "suspect", "fact"),
    ]
    assert found.expect == Expected(
        True, None, frozenset({"name.full"}), frozenset(), frozenset({"record.flag"}), "TLP:RED", 5, 1826
    )
    (plain,) = read(document(examples=[example()]), "0" * 64).examples
    assert (plain.record.originator, plain.record.issued) == ("DZ", "2026-06-01T00:00:00Z")
    assert [claim.value for claim in plain.record.claims[1:]] == [
        *("TLP:AMBER", "example", "border.checks", "2026-12-31", "suspect")
    ]
    (network,) = read(document(examples=[example(about={"kind": "network"})]), "0" * 64).examples
    assert [claim.path for claim in network.record.claims].count("record.category") == 0
    (denied,) = read(document(examples=[example(record="denied", reason="MINOR")]), "0" * 64).examples
    nothing: frozenset[str] = frozenset()
    assert denied.expect == Expected(False, "MINOR", nothing, nothing, nothing, None, None, None)


@pytest.mark.parametrize(
    ("made", "failures"),
    [
        (example(to="x"), None),
        (example(tlp="TLP:AMBER", approvals=1, retention_days=365), []),
        (example(tlp="TLP:RED"), [("tlp", "TLP:RED", "TLP:AMBER")]),
        (example(approvals=2), [("approvals", "2", "1")]),
        (example(retention_days=9), [("retention_days", "9", "365")]),
        (example(record="denied"), [("record", "denied", "released")]),
        (example(record="denied", reason="MINOR"), [("record", "denied", "released"), ("reason", "MINOR", "None")]),
        (
            example([FULL, {"path": "gender", "value": "male"}], sent=["gender"], withheld=["name.full"]),
            [("sent", "gender", "name.full"), ("withheld", "name.full", "gender")],
        ),
        (
            example([FULL, {"path": "gender", "value": "male"}], sent=["gender", "name.full"]),
            [("sent", "gender, name.full", "name.full"), ("withheld", "", "gender")],
        ),
        (
            example(about={"without": ["record.review"]}, tlp="TLP:AMBER"),
            [("record", "released", "denied"), ("sent", "name.full", ""), ("withheld", "", "name.full")],
        ),
    ],
)
def test_each_difference_between_an_example_and_the_decision_is_told(
    made: dict[str, Any], failures: list[tuple[str, str, str]] | None
) -> None:
    if failures is None:
        refused(document(examples=[made]), "/examples/0/expect/to")
        return
    given = read(document(examples=[made]), "0" * 64)
    assert run_examples(given) == [Failure("one", *each) for each in failures]


def test_examples_are_decided_with_national_policies_only_when_given() -> None:
    hold = policy(clauses=[{"id": "1", "to": "*", "kinds": "*", "withhold": ["identity.name"]}])
    given = read(document(examples=[example()]), "0" * 64)
    assert run_examples(given) == []
    assert [failure.member for failure in run_examples(given, (hold,))] == ["record", "sent", "withheld"]


# the text of a document and of a decision


def test_a_condition_as_one_line() -> None:
    late = conditions.AllOf((conditions.Test("observed_within", 3), conditions.Test("group", ("x",))))
    either = conditions.AnyOf((conditions.Test("role", ("medic", "courier")), late))
    assert condition_text(conditions.Not(either)) == ("not ((role medic, courier or (observed_within 3 and group x)))")
    floor = conditions.Floor("admiralty", "B")
    assert condition_text(conditions.Test("source_grade_at_least", floor)) == "source_grade_at_least admiralty B"
    assert condition_text(conditions.Test("marking_at_most", "TLP:RED")) == "marking_at_most TLP:RED"


def test_an_explanation_to_the_letter() -> None:
    base = record(("birth.date", {"precision": "exact", "date": "1990-01-01"}))
    coarse = base.claims[0]._replace(id="c40", path="birth.year", value=1990, derived_from="c1")
    about = base._replace(claims=(*base.claims, coarse))
    told = explain(ask(agreement(clauses=[clause(disclose=["birth.year"])]), about), about, "en")
    assert (told.state, told.why, told.remedy) == ("released", None, None)
    first, last = told.lines[0], told.lines[-1]
    assert (first.claim, first.path, first.state) == ("c1", "birth.date", "coarser")
    assert first.why == "No clause lets it go to KW. The coarser claim c40 is sent in its place."
    assert "c40" not in last.why
    assert (last.claim, last.path, last.state, last.remedy) == ("c40", "birth.year", "sent", None)
    assert "5.1" in last.why
    denied = explain(ask(agreement(), about, to="FR"), about, "en")
    assert denied.state == "denied"
    assert denied.why is not None
    assert "FR" in denied.why
    assert "AG-DZ-AE-KW" in denied.why
    assert denied.remedy
    unasked = explain(ask(agreement(), about, purpose="contact"), about, "fr")
    assert unasked.why is not None
    assert "contact" in unasked.why
    with pytest.raises(KeyError):
        explain(ask(agreement(), about, to="FR"), about, "de")


# the second checker's tests, asked what no document can ask


@pytest.mark.parametrize(
    "test",
    [
        conditions.Test("nationality", "KW"),
        conditions.Test("statement", 5),
        conditions.Test("marking_at_most", 5),
        conditions.Test("observed_within", "x"),
        conditions.Test("source_grade_at_least", "A"),
        conditions.Test("no such test", "x"),
    ],
)
def test_the_second_checker_leaves_open_what_it_does_not_understand(test: conditions.Test) -> None:
    said = {"nationality": {"KW"}, "statement": {"fact"}, "observed": {"2026-01-01"}}
    assert outcomes(test, Facts(NOW.date(), said, {Grade("4x4", "A", "1")}, 2)) == EITHER


def test_the_second_checker_leaves_open_what_reaches_behind_the_calendar() -> None:
    facts = Facts(NOW.date(), {"observed": {"2026-01-01"}})
    assert outcomes(conditions.Test("observed_within", 10**9), facts) == EITHER
    assert outcomes(conditions.Test("marking_at_most", "TLP:RED"), facts) == EITHER


@pytest.mark.parametrize(
    "after",
    [
        {"rule": "destroy"},
        {"rule": "keep_until_retention", "days": 3},
        {"rule": "forget"},
        {"rule": "destroy", "days": 0},
    ],
)
def test_what_happens_after_the_end_is_said_whole_or_refused(after: dict[str, Any]) -> None:
    with pytest.raises(BadInput) as caught:
        read(document(after_end=after), "0" * 64)
    assert str(caught.value.facts["at"]).startswith("/after_end")
    assert read(document(after_end={"rule": "destroy", "days": 3}), "0" * 64).after_end.days == 3
