"""What is signed about matching is what is read: no member of a match clause is left out of the text."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from exchange.policies.match_clauses import MatchClause
from exchange.policies.tests import Test as OneTest
from tests.unit.test_law_text import LANGUAGES, OTHER, members, rich, text_of

OTHER_MATCH: dict[str, Any] = {
    "id": "m9",
    "from_": frozenset({"KW"}),
    "to": frozenset({"AE"}),
    "kinds": frozenset({"person"}),
    "when": OneTest("route_to", ("ML",)),
    "purposes": frozenset({"border.checks"}),
    "answer": "contact",
    "per_case": 7,
    "per_day": 70,
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_member_of_a_match_clause_is_left_out(lang: str) -> None:
    base = rich()
    (first,) = OTHER["matching"]
    assert OTHER_MATCH.keys() == members(MatchClause)
    changed = [dataclasses.replace(first, **{name: value}) for name, value in OTHER_MATCH.items()]
    texts = {text_of(dataclasses.replace(base, matching=(each,)), lang) for each in (first, *changed)}
    assert len(texts) == 1 + len(changed)
