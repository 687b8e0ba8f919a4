"""Handling only tightens: what is passed on is kept no longer than anybody allows and goes no further."""

from __future__ import annotations

import pytest

from exchange.policies.handling import Handling, capped, no_looser
from tests.unit.policies_kit import NAME, agreement, ask, clause, record

BASE = Handling("TLP:AMBER", ("NO_ARREST_BASIS",), ("border.checks",), 300, "ask")


def test_what_is_passed_on_is_capped() -> None:
    assert capped(BASE, ()) == BASE
    longer, shorter = BASE._replace(retention_days=400), BASE._replace(retention_days=30)
    assert capped(BASE, (longer,)) == BASE._replace(onward="none")
    assert capped(BASE, (longer, shorter)) == BASE._replace(retention_days=30, onward="none")


@pytest.mark.parametrize(
    ("terms", "looser"),
    [
        (BASE, False),
        (BASE._replace(tlp="TLP:RED"), False),
        (BASE._replace(tlp="TLP:GREEN"), True),
        (BASE._replace(caveats=()), True),
        (BASE._replace(caveats=("FOR_INTELLIGENCE_ONLY", "NO_ARREST_BASIS")), False),
        (BASE._replace(purposes=()), False),
        (BASE._replace(purposes=("border.checks", "counter_terrorism.travel")), True),
        (BASE._replace(retention_days=299), False),
        (BASE._replace(retention_days=301), True),
        (BASE._replace(onward="none"), False),
    ],
)
def test_each_term_binds_at_least_as_much(terms: Handling, looser: bool) -> None:
    assert no_looser(terms, BASE) is not looser


def test_onward_may_only_close() -> None:
    closed = BASE._replace(onward="none")
    assert no_looser(closed, closed)
    assert not no_looser(BASE, closed)
    assert no_looser(BASE, BASE)


@pytest.mark.parametrize(
    ("whole", "own", "said"),
    [("ask", None, "ask"), ("ask", "none", "none"), ("none", None, "none"), ("ask", "ask", "ask")],
)
def test_one_clause_that_closes_onward_closes_the_record(whole: str, own: str | None, said: str) -> None:
    rule = clause() if own is None else clause(handling={"onward": own})
    decision = ask(agreement(onward=whole, clauses=[rule]), record(NAME))
    assert decision.handling is not None
    assert decision.handling.onward == said
