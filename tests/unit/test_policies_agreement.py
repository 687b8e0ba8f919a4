"""Agreements and national policies: what loads, and that whatever is not known does not (policies.md, case 3)."""

from __future__ import annotations

from contextlib import suppress
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.errors import BadInput, Code
from exchange.policies.agreement import placeholders, read, read_policy, with_fingerprints
from exchange.policies.clauses import selected
from tests.examples import EXAMPLES
from tests.unit.policies_kit import clause, document, example, example_document, policy_document

NAMES = ("dz-ae-kw", "dz-ae-un", "dz-eg", "dz-fr", "dz-kw", "dz-qa", "dz-qa-2", "dz-sa", "dz-tn-eg")


def refused(changed: dict[str, Any], at: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(changed, "0" * 64)
    assert caught.value.code is Code.AGREEMENT_INVALID
    assert caught.value.facts == {"at": at}


def with_clause(**changes: object) -> dict[str, Any]:
    return document(clauses=[clause(**changes)])


def test_the_small_agreement_loads() -> None:
    loaded = read(document(), "ab" * 32)
    assert (loaded.id, loaded.version, loaded.digest) == ("AG-DZ-AE-KW", 1, "ab" * 32)
    assert [party.code for party in loaded.parties] == ["DZ", "AE", "KW"]
    assert placeholders(loaded) == ()


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"surprise": 1}, "/surprise"),
        ({"v": 2}, "/v"),
        ({"kind": "treaty"}, "/kind"),
        ({"id": "DZ-AE"}, "/id"),
        ({"version": True}, "/version"),
        ({"title": {"ar": "x", "fr": "x"}}, "/title/en"),
        ({"parties": [{"code": "DZ", "fingerprint": "a" * 64}]}, "/parties"),
        ({"parties": [{"code": "DZ", "fingerprint": "a" * 64}] * 2}, "/parties"),
        (
            {"parties": [{"code": "DZ", "fingerprint": "@DZ"}, {"code": "AE", "fingerprint": "b" * 64}]},
            "/parties/0/fingerprint",
        ),
        (
            {"parties": [{"code": "Z9", "fingerprint": "a" * 64}, {"code": "AE", "fingerprint": "b" * 64}]},
            "/parties/0/code",
        ),
        ({"purposes": []}, "/purposes"),
        ({"purposes": ["curiosity"]}, "/purposes/0"),
        ({"valid_from": "2026-02-30T00:00:00Z"}, "/valid_from"),
        ({"valid_until": "2026-01-01T00:00:00Z"}, "/valid_until"),
        ({"suites": [3]}, "/suites/0"),
        ({"onward": "always"}, "/onward"),
        ({"back_catalogue": True}, "/back_catalogue"),
        ({"retention_days": 1827}, "/retention_days"),
        ({"cadence": "hourly"}, "/cadence"),
        ({"approvals": {}}, "/approvals"),
        ({"approvals": {"TLP:PINK": {"count": 1, "role": "officer"}}}, "/approvals/TLP:PINK"),
        ({"approvals": {"TLP:RED": {"count": 0, "role": "officer"}}}, "/approvals/TLP:RED/count"),
        ({"approvals": {"TLP:RED": {"count": 1, "role": "auditor"}}}, "/approvals/TLP:RED/role"),
        ({"assurance_required": ["FR"]}, "/assurance_required/0"),
        ({"clauses": [clause(), clause()]}, "/clauses"),
    ],
)
def test_what_is_not_known_at_the_top_is_refused(changes: dict[str, Any], at: str) -> None:
    refused(document() | changes, at)


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"id": "5 1"}, "/clauses/0/id"),
        ({"from": ["FR"]}, "/clauses/0/from/0"),
        ({"to": []}, "/clauses/0/to"),
        ({"to": ["KW", "KW"]}, "/clauses/0/to/1"),
        ({"kinds": ["ship"]}, "/clauses/0/kinds/0"),
        ({"disclose": ["identity.nmae"]}, "/clauses/0/disclose/0"),
        ({"disclose": []}, "/clauses/0/disclose"),
        ({"disclose": None}, "/clauses/0"),
        ({"disclose": ["governance"]}, "/clauses/0/disclose/0"),
        ({"disclose": ["record.*"]}, "/clauses/0/disclose/0"),
        ({"disclose": ["record.flag"]}, "/clauses/0/disclose/0"),
        ({"withhold": ["birht.*"]}, "/clauses/0/withhold/0"),
        ({"withhold": ["*"]}, "/clauses/0/withhold/0"),
        ({"witheld": ["birth.date"]}, "/clauses/0/witheld"),
        ({"handling": {}}, "/clauses/0/handling"),
        ({"handling": {"tlp": "RED"}}, "/clauses/0/handling/tlp"),
        ({"handling": {"purposes": ["contact"]}}, "/clauses/0/handling/purposes/0"),
        ({"when": {}}, "/clauses/0/when"),
        ({"when": {"all_of": []}}, "/clauses/0/when/all_of"),
        ({"when": {"nationality": []}}, "/clauses/0/when/nationality"),
        ({"when": {"nationality": ["XX"]}}, "/clauses/0/when/nationality/0"),
        ({"when": {"nationalty": ["KW"]}}, "/clauses/0/when/nationalty"),
        ({"when": {"nationality": ["KW"], "theatre": ["SY"]}}, "/clauses/0/when"),
        ({"when": {"not": {"not": {"role": ["pilot"]}}}}, "/clauses/0/when/not/not/role/0"),
        ({"when": {"observed_within": 0}}, "/clauses/0/when/observed_within"),
        ({"when": {"marking_at_most": "AMBER"}}, "/clauses/0/when/marking_at_most"),
        (
            {"when": {"source_grade_at_least": {"scale": "admiralty", "grade": "F"}}},
            "/clauses/0/when/source_grade_at_least/grade",
        ),
        (
            {"when": {"source_grade_at_least": {"scale": "6x6", "grade": "A"}}},
            "/clauses/0/when/source_grade_at_least/scale",
        ),
    ],
)
def test_what_is_not_known_in_a_clause_is_refused(changes: dict[str, Any], at: str) -> None:
    refused(with_clause(**changes), at)


def test_a_condition_deeper_than_eight_is_refused() -> None:
    condition: dict[str, Any] = {"nationality": ["KW"]}
    for _ in range(8):
        condition = {"not": condition}
    refused(with_clause(when=condition), "/clauses/0/when" + "/not" * 8)


def test_an_unknown_member_name_that_is_no_plain_word_is_not_repeated() -> None:
    refused(document() | {"نص <script>": 1}, "")


def test_a_national_policy_can_only_narrow() -> None:
    with pytest.raises(BadInput) as caught:
        read_policy(policy_document(clauses=[clause()]), "0" * 64)
    assert caught.value.facts == {"at": "/clauses/0/from"}
    narrow = {"id": "1.1", "to": "*", "kinds": "*", "withhold": ["birth.date"]}
    assert read_policy(policy_document(clauses=[narrow]), "0" * 64).clauses[0].withhold == ("birth.date",)
    with pytest.raises(BadInput) as caught:
        read_policy(policy_document(clauses=[narrow | {"disclose": ["birth.date"]}]), "0" * 64)
    assert caught.value.facts == {"at": "/clauses/0/disclose"}
    with pytest.raises(BadInput):
        read_policy(policy_document(id="NP-AE"), "0" * 64)


def test_placeholders_are_for_drafts_and_can_be_filled_in() -> None:
    drafted = example_document("dz-ae-kw")
    assert placeholders(example("dz-ae-kw")) == ("DZ", "AE", "KW")
    with pytest.raises(BadInput):
        read(drafted, "0" * 64)
    filled = with_fingerprints(drafted, {"DZ": "a" * 64, "AE": "b" * 64, "KW": "c" * 64})
    assert placeholders(read(filled, "0" * 64)) == ()
    assert drafted["parties"][0]["fingerprint"] == "@DZ"


def test_selectors_are_classes_paths_or_prefixes() -> None:
    assert selected("birth.year") == {"birth.year"}
    assert {"birth.date", "gender", "nationality"} <= selected("identity.birth")
    assert selected("birth.*") == {"birth.date", "birth.year", "birth.place", "birth.country"}
    assert selected("document.*") == {"document.type", "document.country"}
    assert selected("nothing") == frozenset()


def _spots(value: Any, at: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Where every object of a document stands."""
    here = [at] if isinstance(value, dict) else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return here + [spot for key, item in inner for spot in _spots(item, (*at, key))]


def _rules_spots(name: str) -> list[tuple[str | int, ...]]:
    """Objects outside the values of example claims, whose forms are the register's business."""
    return [spot for spot in _spots(example_document(name)) if "value" not in spot]


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_one_unknown_member_anywhere_refuses_the_whole_document(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    changed = deepcopy(_plain(example_document(name)))
    spot = data.draw(st.sampled_from(_rules_spots(name)))
    target: Any = changed
    for key in spot:
        target = target[key]
    target["surprise"] = ["x"]
    with pytest.raises(BadInput):
        read(changed, "0" * 64, draft=True)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_one_mistyped_member_name_anywhere_refuses_the_whole_document(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(NAMES))
    changed = deepcopy(_plain(example_document(name)))
    spots = [spot for spot in _rules_spots(name) if spot]
    target: Any = changed
    for key in data.draw(st.sampled_from(spots)):
        target = target[key]
    member = data.draw(st.sampled_from(sorted(target)))
    target[member + "s"] = target.pop(member)
    with pytest.raises(BadInput):
        read(changed, "0" * 64, draft=True)


def _plain(value: Any) -> Any:
    """Without shared parts, which YAML anchors make."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(member=st.sampled_from(sorted(document())), value=_JSON)
def test_only_our_errors_leave_the_reader(member: str, value: Any) -> None:
    with suppress(BadInput):
        read(document() | {member: value}, "0" * 64)


def test_every_agreement_in_the_examples_is_tested_here() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("dz-*.yaml")) == sorted(NAMES)
