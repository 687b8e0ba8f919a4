"""lint: each finding by its value, its place and its severity, and that nothing else is found."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from random import Random

import pytest

from exchange.model.claims import JsonObject, JsonValue
from exchange.model.paths import PATHS
from exchange.model.records import Record
from exchange.policies import lint as lint_module
from exchange.policies.agreement import read
from exchange.policies.facts import Facts, check_of
from exchange.policies.lint import ERROR, SEVERITY, WARNING, Finding, Recent, lint
from exchange.policies.lint_sentences import FINDINGS, finding_sentence
from exchange.policies.reading import Part
from exchange.policies.satisfy import can_be_true
from exchange.policies.tests import read_condition
from tests.unit.policies_kit import Document, agreement, clause, example, example_document, policy, record
from tests.unit.policy_documents import TESTS, a_condition
from tests.unit.policy_records import a_record

QUIET = {"CLASS_NOT_MENTIONED", "MARKING_NOT_COVERED", "EXAMPLES_NONE", "PARTY_IN_NO_CLAUSE"}
"""What the small agreement of the kit always has: it names few classes and has no example."""


def found(**changes: object) -> list[Finding]:
    """Findings of the small agreement with changes, without those that it always has."""
    return [each for each in lint(agreement(**changes)) if each.code not in QUIET]


def codes(*clauses: Document, **changes: object) -> list[tuple[str, str, str]]:
    return [(each.code, each.at, each.what) for each in found(clauses=list(clauses), **changes)]


def test_the_small_agreement_has_no_other_findings() -> None:
    assert found() == []


@pytest.mark.parametrize("name", ["dz-ae-kw", "dz-tn-eg", "dz-qa", "dz-ae-un"])
def test_the_example_agreements_have_no_errors(name: str) -> None:
    assert [each for each in lint(example(name)) if each.severity == ERROR] == []


@pytest.mark.parametrize(
    ("clauses", "expected"),
    [
        ([clause(**{"from": ["DZ"], "to": ["DZ"]})], [("DIRECTION_IMPOSSIBLE", "/clauses/0", "")]),
        ([clause(disclose=["identity.name", "route.from"])], []),
        (
            [clause(kinds=["network"], disclose=["identity.birth"])],
            [("KINDS_WITHOUT_PATHS", "/clauses/0/kinds", "")],
        ),
        (
            [clause(kinds=["network"], disclose=["identity.name", "identity.birth"])],
            [("SELECTOR_IDLE", "/clauses/0/disclose/1", "identity.birth")],
        ),
        (
            [clause(), clause(id="9", disclose=None, withhold=["identity.name"])],
            [("CLAUSE_SHADOWED", "/clauses/0", "")],
        ),
        (
            [clause(), clause(id="9", disclose=None, withhold=["name.full", "name.alias"])],
            [],
        ),
        (
            [clause(), clause(id="9", disclose=None, withhold=["identity.name"], when={"nationality": ["KW"]})],
            [],
        ),
        (
            [clause(**{"to": ["KW", "AE"]}), clause(id="9", disclose=None, withhold=["identity.name"])],
            [],
        ),
        (
            [clause(handling={"retention_days": 366})],
            [("HANDLING_LOOSER", "/clauses/0/handling/retention_days", "retention_days")],
        ),
        ([clause(handling={"retention_days": 365})], []),
        (
            [clause(handling={"tlp": "TLP:GREEN"})],
            [("APPROVALS_MISSING", "/clauses/0/handling/tlp", "TLP:GREEN")],
        ),
        ([clause(handling={"tlp": "TLP:RED"})], []),
        (
            [clause(approvals={"TLP:GREEN": {"count": 1, "role": "officer"}})],
            [("APPROVALS_IDLE", "/clauses/0/approvals/TLP:GREEN", "TLP:GREEN")],
        ),
        (
            [clause(handling={"tlp": "TLP:RED"}, approvals={"TLP:AMBER": {"count": 5, "role": "officer"}})],
            [("APPROVALS_IDLE", "/clauses/0/approvals/TLP:AMBER", "TLP:AMBER")],
        ),
        (
            [clause(approvals={"TLP:RED": {"count": 2, "role": "releasing_officer"}})],
            [("APPROVALS_LOWER", "/clauses/0/approvals/TLP:RED", "TLP:RED")],
        ),
        (
            [clause(approvals={"TLP:RED": {"count": 3, "role": "officer"}})],
            [("APPROVALS_LOWER", "/clauses/0/approvals/TLP:RED", "TLP:RED")],
        ),
        ([clause(approvals={"TLP:RED": {"count": 4, "role": "releasing_officer"}})], []),
        (
            [clause(when={"all_of": [{"nationality": ["KW"]}, {"not": {"nationality": ["KW", "AE"]}}]})],
            [("WHEN_CONTRADICTS", "/clauses/0/when", "")],
        ),
        (
            [clause(handling={"purposes": ["border.checks"]})],
            [("PURPOSE_UNUSED", "/purposes/0", "counter_terrorism.travel")],
        ),
    ],
)
def test_clauses(clauses: list[Document], expected: list[tuple[str, str, str]]) -> None:
    assert codes(*clauses) == expected


def test_onward_that_the_agreement_closes() -> None:
    assert codes(clause(handling={"onward": "ask"}), onward="none") == [
        ("HANDLING_LOOSER", "/clauses/0/handling/onward", "onward")
    ]
    assert codes(clause(handling={"onward": "ask"}), onward="ask") == []


def test_forbids_are_looked_at_too() -> None:
    both = {"any_of": [{"marking_at_most": "TLP:CLEAR"}, {"not": {"marking_at_most": "TLP:RED"}}]}
    never = {"all_of": [{"not": {"marking_at_most": "TLP:AMBER"}}, {"marking_at_most": "TLP:GREEN"}]}
    forbid = {"id": "2", "from": "*", "to": "*", "kinds": "*", "when": never}
    assert [(each.code, each.at) for each in found(forbids=[forbid])] == [("WHEN_CONTRADICTS", "/forbids/0/when")]
    assert found(forbids=[{**forbid, "when": both}]) == []


def test_parties_classes_and_markings() -> None:
    told = {(each.code, each.at, each.what) for each in lint(agreement())}
    assert ("PARTY_IN_NO_CLAUSE", "/parties/1", "AE") in told
    assert ("MARKING_NOT_COVERED", "/approvals", "TLP:AMBER+STRICT") in told
    assert ("CLASS_NOT_MENTIONED", "/clauses", "movement") in told
    assert not {what for code, _, what in told if code == "CLASS_NOT_MENTIONED"} & {"identity.name", "governance"}
    wide = lint(agreement(clauses=[clause(disclose=["movement"]), clause(id="6", disclose=None, withhold=["contact"])]))
    assert not {"movement", "contact"} & {each.what for each in wide if each.code == "CLASS_NOT_MENTIONED"}


def test_a_national_policy_has_findings_of_its_clauses_only() -> None:
    never = {"all_of": [{"observed_within": 10}, {"not": {"observed_within": 20}}]}
    rule = {"id": "1", "to": "*", "kinds": "*", "when": never, "withhold": ["contact"]}
    assert lint(policy(clauses=[rule])) == (Finding("WHEN_CONTRADICTS", "/clauses/0/when", "1"),)
    assert lint(policy(clauses=[{**rule, "to": ["DZ"]}])) == (Finding("DIRECTION_IMPOSSIBLE", "/clauses/0", "1"),)


def _changed(change: Callable[[Document], None]) -> list[Finding]:
    raw = deepcopy(example_document("dz-ae-kw"))
    change(raw)
    return list(lint(read(raw, "5" * 64, draft=True)))


def test_an_example_that_is_decided_differently_is_an_error() -> None:
    def wrong(raw: Document) -> None:
        raw["examples"][0]["expect"] = {"record": "denied"}

    assert Finding("EXAMPLE_FAILS", "/examples/0", "", "1") in _changed(wrong)


def test_few_examples_and_clauses_that_no_example_exercises() -> None:
    def only_one(raw: Document) -> None:
        raw["examples"] = raw["examples"][:1]

    told = _changed(only_one)
    assert Finding("EXAMPLES_FEW", "/examples", "", "1") in told
    rules = len(example("dz-ae-kw").clauses) + len(example("dz-ae-kw").forbids)
    idle = [each.clause for each in told if each.code == "CLAUSE_WITHOUT_EXAMPLE"]
    assert 0 < len(idle) < rules
    assert not [each for each in _changed(lambda raw: None) if each.code == "CLAUSE_WITHOUT_EXAMPLE"]


def test_conditions_that_no_recent_record_meets() -> None:
    rules = [
        clause(when={"nationality": ["KW"]}),
        clause(id="6", when={"nationality": ["SY"]}),
        clause(id="7", kinds=["network"], when={"marking_at_most": "TLP:RED"}),
        clause(id="8", **{"from": ["AE"]}, when={"nationality": ["SY"]}),
    ]
    given_ = [record(("nationality", {"country": "KW", "status": "confirmed"}))]

    def told(records: list[Record]) -> list[tuple[str, str]]:
        recent = Recent("DZ", iter(records), date(2026, 6, 1))
        asked = lint(agreement(clauses=rules), recent)
        return [(each.code, each.at) for each in asked if each.code in ("WHEN_MATCHES_NOTHING", "NO_RECENT_RECORDS")]

    assert told(given_) == [("WHEN_MATCHES_NOTHING", "/clauses/1/when"), ("WHEN_MATCHES_NOTHING", "/clauses/2/when")]
    assert told([]) == [("NO_RECENT_RECORDS", "")]
    asked: list[int] = []

    def counted() -> Iterator[Record]:
        for number in range(9):
            asked.append(number)
            yield given_[0]

    assert lint(agreement(clauses=rules[:1]), Recent("DZ", counted(), date(2026, 6, 1))) is not None
    assert asked == [0, 1], "no record is looked at once nothing waits for one"


def possible(raw: JsonValue, kind: str = "person") -> bool:
    return can_be_true(read_condition(Part(raw, "")), kind)


def both(*parts: JsonValue) -> JsonObject:
    return {"all_of": list(parts)}


def no(part: JsonValue) -> JsonObject:
    return {"not": part}


def grade(name: str, letter: str, scale: str = "admiralty") -> JsonObject:
    return {name: {"scale": scale, "grade": letter}}


SOURCE, INFORMATION = "source_grade_at_least", "information_grade_at_least"
IMPOSSIBLE: list[JsonValue] = [
    both({"nationality": ["KW"]}, no({"nationality": ["KW"]})),
    both({"nationality": ["KW", "AE"]}, no({"any_of": [{"nationality": ["KW"]}, {"nationality": ["AE"]}]})),
    both({"originator": ["DZ"]}, {"originator": ["KW"]}),
    both({"originator": ["DZ", "KW"]}, no({"originator": ["DZ"]}), no({"originator": ["KW"]})),
    both({"statement": ["fact"]}, {"statement": ["hearsay"]}),
    both({"statement": ["fact"]}, no({"statement": ["fact", "hearsay"]})),
    no({"marking_at_most": "TLP:RED"}),
    both({"marking_at_most": "TLP:AMBER"}, no({"marking_at_most": "TLP:AMBER"})),
    both({"observed_within": 30}, no({"observed_within": 30})),
    both(grade(SOURCE, "B"), grade(SOURCE, "B", "4x4")),
    both(grade(SOURCE, "B"), no(grade(SOURCE, "B"))),
    no(grade(SOURCE, "E")),
    no(grade(INFORMATION, "5")),
    no(no(both({"caveat": ["NO_REMOVAL_BASIS"]}, no({"caveat": ["NO_REMOVAL_BASIS", "NO_ARREST_BASIS"]})))),
]
POSSIBLE: list[JsonValue] = [
    both({"nationality": ["KW"]}, {"nationality": ["AE"]}),
    both({"nationality": ["KW", "AE"]}, no({"nationality": ["KW"]})),
    both({"originator": ["DZ", "KW"]}, no({"originator": ["DZ"]})),
    both({"statement": ["fact", "hearsay"]}, no({"statement": ["fact"]})),
    both(no({"statement": ["fact"]}), no({"statement": ["hearsay"]})),
    no({"marking_at_most": "TLP:AMBER+STRICT"}),
    both({"marking_at_most": "TLP:AMBER"}, no({"marking_at_most": "TLP:GREEN"})),
    both({"observed_within": 30}, no({"observed_within": 29})),
    both(grade(SOURCE, "C"), no(grade(SOURCE, "B"))),
    no(grade(SOURCE, "D")),
    both(grade(SOURCE, "B"), grade(INFORMATION, "2", "4x4")),
    no({"caveat": ["NO_REMOVAL_BASIS"]}),
    {"any_of": [both({"originator": ["DZ"]}, {"originator": ["KW"]}), {"theatre": ["SY"]}]},
]


@pytest.mark.parametrize("raw", IMPOSSIBLE)
def test_conditions_that_contradict_themselves(raw: JsonValue) -> None:
    assert not possible(raw)


@pytest.mark.parametrize("raw", POSSIBLE)
def test_conditions_that_do_not(raw: JsonValue) -> None:
    assert possible(raw)


def test_what_has_too_many_alternatives_is_taken_for_possible() -> None:
    contradiction = both({"originator": ["DZ"]}, {"originator": ["KW"]})
    many: JsonObject = {
        "any_of": [{"nationality": [code]} for code in ("KW", "AE", "QA", "SA", "OM", "BH", "YE", "IQ")]
    }
    assert can_be_true(None, "person")
    assert not possible(both(contradiction, many, many, many, many))
    assert possible(both(contradiction, many, many, many, many, many))
    assert possible({"any_of": [both(contradiction, many, many, many, many)] * 2})


def test_a_kind_that_has_not_what_a_test_reads() -> None:
    assert not possible({"nationality": ["KW"]}, "network")
    assert not possible(no({"nationality": ["KW"]}), "network"), "not evaluable is not true"
    assert possible(no({"caveat": ["NO_REMOVAL_BASIS"]}), "network")
    assert possible({"group": ["x"]}, "assessment")


def test_a_condition_with_too_many_alternatives_counts_as_possible() -> None:
    wide: JsonValue = {"any_of": [{"theatre": [code]} for code in ("SY", "LY", "IQ", "ML", "NE", "TR", "SD", "JO")]}
    assert possible(both(*[wide for _ in range(8)], {"originator": ["DZ"]}, {"originator": ["KW"]}))


def test_what_is_called_impossible_is_true_of_no_record() -> None:
    true = impossible = 0
    for seed in range(4000):
        rng = Random(seed)
        asked, about = read_condition(Part(a_condition(rng, TESTS), "")), a_record(rng)
        told = can_be_true(asked, about.kind)
        impossible += not told
        if all(claim.path in PATHS and about.kind in PATHS[claim.path].kinds for claim in about.claims):
            holds = check_of(asked)(Facts(about, date(2026, 3, 15))) is True
            true += holds
            assert told or not holds, seed
    assert true > 400
    assert impossible > 200


def test_every_code_has_a_severity_a_sentence_and_a_use() -> None:
    source = Path(lint_module.__file__).read_text("utf-8")
    assert set(re.findall(r'Finding\(\s*"([A-Z_]+)"', source)) == SEVERITY.keys() == FINDINGS.keys()
    assert set(SEVERITY.values()) == {ERROR, WARNING}


@pytest.mark.parametrize("code", sorted(FINDINGS))
def test_sentences(code: str) -> None:
    sentence = FINDINGS[code]
    holes = [set(re.findall(r"\{(\w+)\}", text)) for text in sentence]
    assert holes[0] == holes[1] == holes[2] <= {"clause", "what"}
    assert re.search(r"[\u0600-\u06ff]", sentence.ar)
    assert not re.search(r"[\u0600-\u06ff]", sentence.fr + sentence.en)
    assert len(set(sentence)) == 3
    told = finding_sentence(Finding(code, "", "5.1", "TLP:RED"), "ar")
    assert "{" not in told
