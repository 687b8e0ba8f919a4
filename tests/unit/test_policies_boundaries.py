"""Where a document stops being understood: every number at both ends, every list, every word, every member."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from exchange.errors import BadInput, Code
from exchange.model import vocab
from exchange.model.claims import Grade
from exchange.policies import tests as conditions
from exchange.policies.agreement import Party, Text, placeholders, read, read_policy, with_fingerprints
from exchange.policies.cases import Expected
from exchange.policies.check_table import EITHER, Facts, outcomes
from exchange.policies.clauses import Need, Terms
from exchange.policies.examples import Failure, run_examples
from exchange.policies.explain import condition_text, explain
from exchange.policies.reading import LIST_MAX, TEXT_MAX, Part
from tests.unit.policies_kit import NOW, TITLE, agreement, ask, clause, document, name, policy, policy_document, record


def refused(changed: dict[str, Any], at: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(changed, "0" * 64)
    assert (caught.value.code, caught.value.facts) == (Code.AGREEMENT_INVALID, {"at": at})


def of_top(value: object, member: str) -> dict[str, Any]:
    return document(**{member: value})


def of_clause(value: object, member: str) -> dict[str, Any]:
    return document(clauses=[clause(**{member: value})])


def of_terms(value: object, member: str) -> dict[str, Any]:
    return of_clause({member: value}, "handling")


def of_count(value: object, member: str) -> dict[str, Any]:
    return document(approvals={"TLP:AMBER": {"count": value, "role": "officer"}})


def of_when(value: object, member: str) -> dict[str, Any]:
    return of_clause({member: value}, "when")


@pytest.mark.parametrize(
    ("put", "member", "low", "high", "at"),
    [
        (of_top, "v", 1, 1, "/v"),
        (of_top, "version", 1, 1_000_000, "/version"),
        (of_top, "recall_days", 1, 365, "/recall_days"),
        (of_top, "correction_days", 1, 365, "/correction_days"),
        (of_top, "retention_days", 1, 1826, "/retention_days"),
        (of_terms, "retention_days", 1, 1826, "/clauses/0/handling/retention_days"),
        (of_count, "count", 0, 5, "/approvals/TLP:AMBER/count"),
        (of_when, "observed_within", 1, 36_500, "/clauses/0/when/observed_within"),
    ],
)
def test_every_number_has_two_ends(
    put: Callable[[object, str], dict[str, Any]], member: str, low: int, high: int, at: str
) -> None:
    for good in (low, high):
        read(put(good, member), "0" * 64)
    for bad in (low - 1, high + 1, True, "1", 1.0, [1]):
        refused(put(bad, member), at)


def test_everything_that_an_agreement_says_is_read() -> None:
    parties = [
        {"code": "DZ", "fingerprint": "a" * 64},
        {"code": "KW", "fingerprint": "c" * 64, "joined": "2026-05-15T00:00:00Z"},
    ]
    rule = clause(
        **{"from": "*", "to": "*", "kinds": "*"},
        withhold=["birth.date"],
        when={"caveat": ["NO_ARREST_BASIS"]},
        cadence="daily",
        approvals={"TLP:RED": {"count": 5, "role": "officer"}},
        handling={"tlp": "TLP:RED", "caveats": ["NO_ARREST_BASIS"], "purposes": ["border.checks"], "onward": "none"}
        | {"retention_days": 7},
    )
    forbid = {"id": "9.9", "from": ["DZ"], "to": ["KW"], "kinds": ["person"]}
    given = read(
        document(
            id="AG-DZ-KW-12",
            version=7,
            title={"ar": "أ", "fr": "f", "en": "e"},
            recitals=[TITLE],
            parties=parties,
            suites=[1, 2],
            clauses=[rule, clause(id="5.2", disclose=None, withhold=["gender"])],
            forbids=[forbid],
            onward="none",
            back_catalogue="excluded",
            recall_days=4,
            correction_days=5,
            retention_days=6,
            cadence="standing",
            assurance_required=["KW"],
        ),
        "d" * 64,
    )
    assert (given.id, given.version, given.digest, given.legal_basis) == ("AG-DZ-KW-12", 7, "d" * 64, "basis")
    assert given.title == Text("أ", "f", "e")
    assert given.recitals == (Text(**TITLE),)
    assert given.parties == (
        Party("DZ", "a" * 64, None),
        Party("KW", "c" * 64, datetime(2026, 5, 15, tzinfo=UTC)),
    )
    assert given.purposes == ("counter_terrorism.travel", "border.checks")
    assert given.valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert given.valid_until == datetime(2027, 1, 1, tzinfo=UTC)
    assert (given.suites, given.onward, given.back_catalogue) == ((1, 2), "none", False)
    assert (given.recall_days, given.correction_days, given.retention_days, given.cadence) == (4, 5, 6, "standing")
    assert given.approvals == {"TLP:AMBER": Need(1, "officer"), "TLP:RED": Need(3, "releasing_officer")}
    assert (given.assurance_required, given.examples) == (frozenset({"KW"}), ())
    first, second = given.clauses
    assert (first.id, first.from_, first.to, first.kinds) == ("5.1", None, None, None)
    assert first.when == conditions.Test("caveat", ("NO_ARREST_BASIS",))
    assert (first.disclose, first.withhold, first.cadence) == (("identity.name",), ("birth.date",), "daily")
    assert first.terms == Terms("TLP:RED", ("NO_ARREST_BASIS",), ("border.checks",), 7, "none")
    assert first.approvals == {"TLP:RED": Need(5, "officer")}
    assert (second.from_, second.to, second.kinds) == (frozenset({"DZ"}), frozenset({"KW"}), frozenset({"person"}))
    assert (second.disclose, second.withhold, second.when, second.cadence) == ((), ("gender",), None, None)
    assert (second.terms, second.approvals) == (Terms(None, (), None, None, None), {})
    (ban,) = given.forbids
    sides = (frozenset({"DZ"}), frozenset({"KW"}), frozenset({"person"}))
    assert (ban.id, ban.from_, ban.to, ban.kinds, ban.when) == ("9.9", *sides, None)
    plain = read(document(forbids=None), "0" * 64)
    assert (plain.forbids, plain.assurance_required, plain.back_catalogue) == ((), frozenset(), True)
    assert plain.party("KW") == Party("KW", "c" * 64, None)
    assert plain.party("FR") is None


def test_everything_that_a_national_policy_says_is_read() -> None:
    rule = {"id": "1.1", "to": ["FR"], "kinds": ["person"], "when": {"role": ["medic"]}, "withhold": ["birth.date"]}
    ban = {"id": "2", "to": "*", "kinds": "*"}
    given = read_policy(policy_document(id="NP-DZ-3", version=2, clauses=[rule], forbids=[ban]), "e" * 64)
    assert (given.id, given.version, given.title, given.digest) == ("NP-DZ-3", 2, Text(**TITLE), "e" * 64)
    assert (given.party, given.legal_basis) == (Party("DZ", "a" * 64, None), "basis")
    (held,) = given.clauses
    assert (held.id, held.from_, held.to, held.kinds) == ("1.1", None, frozenset({"FR"}), frozenset({"person"}))
    assert (held.when, held.disclose, held.withhold) == (conditions.Test("role", ("medic",)), (), ("birth.date",))
    assert (held.terms, held.approvals, held.cadence) == (Terms(), {}, None)
    assert [(each.id, each.to) for each in given.forbids] == [("2", None)]
    drafted = read_policy(policy_document(party={"code": "DZ", "fingerprint": "@DZ"}), "", draft=True)
    assert placeholders(drafted) == ("DZ",)
    assert placeholders(given) == ()


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"v": 2}, "/v"),
        ({"kind": "agreement"}, "/kind"),
        ({"id": "NP-DZ-"}, "/id"),
        ({"id": "NP-FR"}, "/id"),
        ({"version": 0}, "/version"),
        ({"version": 1_000_001}, "/version"),
        ({"title": {}}, "/title/ar"),
        ({"party": {"code": "DZ", "fingerprint": "a" * 64, "joined": "2026-01-01T00:00:00Z"}}, "/party/joined"),
        ({"party": {"code": "DZ", "fingerprint": "@DZ"}}, "/party/fingerprint"),
        ({"legal_basis": ""}, "/legal_basis"),
        ({"clauses": {}}, "/clauses"),
        ({"clauses": [{"id": "1", "to": "*", "kinds": "*"}]}, "/clauses/0"),
        ({"clauses": [{"id": "1", "to": ["Z9"], "kinds": "*", "withhold": ["gender"]}]}, "/clauses/0/to/0"),
        ({"forbids": [{"id": "1", "from": "*", "to": "*", "kinds": "*"}]}, "/forbids/0/from"),
        ({"forbids": [{"id": "1", "to": "*", "kinds": "*"}] * 2}, "/clauses"),
        ({"examples": []}, "/examples"),
    ],
)
def test_what_is_not_known_in_a_national_policy_is_refused(changes: dict[str, Any], at: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_policy(policy_document(**changes), "0" * 64)
    assert (caught.value.code, caught.value.facts) == (Code.AGREEMENT_INVALID, {"at": at})


FORBID = {"id": "5.1", "from": "*", "to": "*", "kinds": "*"}


@pytest.mark.parametrize(
    ("changed", "at"),
    [
        (document(suites=[]), "/suites"),
        (document(suites=[0]), "/suites/0"),
        (document(suites=[1, 1]), "/suites"),
        (document(forbids=[FORBID]), "/clauses"),
        (document(forbids=[{**FORBID, "disclose": ["gender"]}]), "/forbids/0/disclose"),
        (document(forbids=[{**FORBID, "from": []}]), "/forbids/0/from"),
        (document(parties=[{"code": code, "fingerprint": "a" * 64} for code in ("DZ", "KW")]), "/parties"),
        (document(id="AG-DZ"), "/id"),
        (document(id="AG-DZ-KW-12345"), "/id"),
        (document(legal_basis=" "), "/legal_basis"),
        (document(legal_basis="x" * (TEXT_MAX + 1)), "/legal_basis"),
        (document(legal_basis=5), "/legal_basis"),
        (document(recitals=[{"ar": "x", "fr": "x", "en": "x", "de": "x"}]), "/recitals/0/de"),
        (document(valid_until="2025-12-31T23:59:59Z"), "/valid_until"),
        (document(valid_from="2026-01-01T00:00:00+00:00"), "/valid_from"),
        (document(valid_from=5), "/valid_from"),
        (document(assurance_required=[]), "/assurance_required"),
        (of_clause("5.1" * 6, "id"), "/clauses/0/id"),
        (of_clause({"TLP:RED": {"count": 1}}, "approvals"), "/clauses/0/approvals/TLP:RED/role"),
        (of_clause({}, "approvals"), "/clauses/0/approvals"),
        (of_clause("weekly", "cadence"), "/clauses/0/cadence"),
        (of_clause(["gender", "record.flag"], "withhold"), "/clauses/0/withhold/1"),
        (of_clause([5], "withhold"), "/clauses/0/withhold/0"),
        (of_clause("gender", "withhold"), "/clauses/0/withhold"),
        (of_terms("x", "onward"), "/clauses/0/handling/onward"),
        (of_terms(["x"], "caveats"), "/clauses/0/handling/caveats/0"),
        (of_terms([], "caveats"), "/clauses/0/handling/caveats"),
        (of_terms([], "purposes"), "/clauses/0/handling/purposes"),
        (of_terms(1, "more"), "/clauses/0/handling/more"),
        (of_when({"scale": "admiralty"}, "source_grade_at_least"), "/clauses/0/when/source_grade_at_least/grade"),
        (of_when({"grade": "A"}, "source_grade_at_least"), "/clauses/0/when/source_grade_at_least/scale"),
        (of_when({"nationality": []}, "not"), "/clauses/0/when/not/nationality"),
        (of_when([{"role": ["pilot"]}], "any_of"), "/clauses/0/when/any_of/0/role/0"),
        (of_when("x", "all_of"), "/clauses/0/when/all_of"),
        (document(clauses=["x"]), "/clauses/0"),
        (document(clauses=[clause()] * (LIST_MAX + 1)), "/clauses"),
    ],
)
def test_what_is_out_of_bounds_is_refused_at_its_place(changed: dict[str, Any], at: str) -> None:
    refused(changed, at)


WORDS_OF = {
    "nationality": vocab.COUNTRIES,
    "residence": vocab.COUNTRIES,
    "theatre": vocab.COUNTRIES,
    "route_from": vocab.COUNTRIES,
    "route_to": vocab.COUNTRIES,
    "role": vocab.ROLES,
    "listed_by": vocab.LISTS,
    "subject_category": vocab.CATEGORIES,
    "caveat": vocab.CAVEATS,
    "originator": vocab.COUNTRIES,
    "statement": vocab.STATEMENTS,
}


@pytest.mark.parametrize("test", sorted(WORDS_OF))
def test_each_test_takes_its_own_words_only(test: str) -> None:
    words = sorted(str(word) for word in WORDS_OF[test])
    given = read(of_when(words, test), "0" * 64)
    assert given.clauses[0].when == conditions.Test(test, tuple(words))
    refused(of_when(["no such word"], test), f"/clauses/0/when/{test}/0")


def test_groups_are_any_text_and_markings_one_label() -> None:
    assert read(of_when(["any text"], "group"), "0" * 64).clauses[0].when == conditions.Test("group", ("any text",))
    refused(of_when([" "], "group"), "/clauses/0/when/group/0")
    for label in vocab.TLP_BY_STRICTNESS:
        found = read(of_when(label.value, "marking_at_most"), "0" * 64).clauses[0].when
        assert found == conditions.Test("marking_at_most", label.value)


@pytest.mark.parametrize(
    ("test", "scale", "good", "bad"),
    [
        ("source_grade_at_least", "admiralty", "ABCDE", "FX1"),
        ("source_grade_at_least", "4x4", "ABC", "XD1"),
        ("information_grade_at_least", "admiralty", "12345", "6A0"),
        ("information_grade_at_least", "4x4", "1234", "56X"),
    ],
)
def test_grade_floors_are_judgements_of_their_scale(test: str, scale: str, good: str, bad: str) -> None:
    for grade in good:
        found = read(of_when({"scale": scale, "grade": grade}, test), "0" * 64).clauses[0].when
        assert found == conditions.Test(test, conditions.Floor(scale, grade))
    for grade in bad:
        refused(of_when({"scale": scale, "grade": grade}, test), f"/clauses/0/when/{test}/grade")


@pytest.mark.parametrize("word", ["all_of", "any_of", "not"])
def test_a_condition_is_eight_deep_at_most(word: str) -> None:
    def nested(depth: int) -> dict[str, Any]:
        inner: dict[str, Any] = {"role": ["medic"]} if depth == 1 else nested(depth - 1)
        return inner if depth == 1 else {word: inner if word == "not" else [inner]}

    read(document(clauses=[clause(when=nested(8))]), "0" * 64)
    refused(
        document(clauses=[clause(when=nested(9))]),
        "/clauses/0/when" + (f"/{word}" if word == "not" else f"/{word}/0") * 8,
    )


def test_texts_and_lists_are_taken_up_to_their_limits() -> None:
    assert read(document(legal_basis="x" * TEXT_MAX), "0" * 64).legal_basis == "x" * TEXT_MAX
    assert len(Part(list(range(LIST_MAX)), "").items()) == LIST_MAX
    assert Part([], "").items() == []
    with pytest.raises(BadInput):
        Part([], "").items(least=1)
    with pytest.raises(BadInput) as caught:
        Part("2026-02-30T00:00:00Z", "/x").moment()
    assert caught.value.facts == {"at": "/x"}
    assert Part("2026-02-28T01:02:03Z", "").moment() == datetime(2026, 2, 28, 1, 2, 3, tzinfo=UTC)


def test_fingerprints_are_filled_in_where_a_placeholder_of_that_state_stands() -> None:
    def filled(parties: list[Any]) -> Any:
        return with_fingerprints({"parties": parties, "id": "x"}, {"DZ": "a" * 64})

    mine = {"code": "DZ", "fingerprint": "@DZ", "joined": "x"}
    other: list[Any] = [{"code": "KW", "fingerprint": "@KW"}, {"code": "DZ", "fingerprint": "@KW"}, "x", {"code": 5}]
    assert filled([mine, *other]) == {"id": "x", "parties": [{**mine, "fingerprint": "a" * 64}, *other]}
    documents: list[dict[str, Any]] = [{}, {"parties": "x"}]
    for broken in documents:
        with pytest.raises(BadInput) as caught:
            with_fingerprints(broken, {})
        assert (caught.value.code, caught.value.facts) == (Code.AGREEMENT_INVALID, {"at": "/parties"})


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
    assert first == ("c9", "name.full", name(), "hearsay", Grade("admiralty", "F", "6"), "2026-05-01", "c2", "c3")
    assert second == ("c2", "record.flag", "refugee", "fact", None, None, None, None)
    assert third[:3] == ("c3", "record.marking", "TLP:RED")
    assert [claim[:4] for claim in added] == [
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
