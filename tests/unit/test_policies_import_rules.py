"""What an agreement lets in: the recipient's own reading of it (envelope.md §4, step 14)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from exchange.errors import BadInput, Code, Denied
from exchange.model.claims import Claim
from exchange.policies.agreement import Agreement
from exchange.policies.handling import Handling
from exchange.policies.import_rules import check_view, in_force_between, lets_in, paths_let_in, read_handling
from tests.unit.policies_kit import NOW, agreement, clause, name, record

START = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2027, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
TERMS = Handling("TLP:AMBER", (), ("border.checks",), 30, "none")


@pytest.mark.parametrize(
    ("sender", "recipient", "now", "holds"),
    [
        ("DZ", "KW", NOW, True),
        ("DZ", "KW", START, True),
        ("DZ", "KW", START - SECOND, False),
        ("DZ", "KW", END - SECOND, True),
        ("DZ", "KW", END, False),
        ("FR", "KW", NOW, False),
        ("DZ", "FR", NOW, False),
        ("DZ", "DZ", NOW, False),
    ],
)
def test_in_force_between_two_different_parties_within_the_validity(
    sender: str, recipient: str, now: datetime, holds: bool
) -> None:
    assert in_force_between(agreement(), sender, recipient, now) is holds


@pytest.mark.parametrize(
    ("changes", "asked", "paths"),
    [
        ({}, ("person", "DZ", "KW"), {"gender"}),
        ({}, ("network", "DZ", "KW"), set()),
        ({}, ("person", "AE", "KW"), set()),
        ({}, ("person", "DZ", "AE"), set()),
        ({"from": "*", "to": "*", "kinds": "*"}, ("network", "AE", "DZ"), {"gender"}),
        ({"when": {"nationality": ["KW"]}}, ("person", "DZ", "KW"), {"gender"}),
        ({"disclose": None, "withhold": ["gender"]}, ("person", "DZ", "KW"), set()),
        ({"disclose": ["gender", "birth.*"]}, ("person", "DZ", "KW"), {"gender"}),
    ],
)
def test_what_a_clause_discloses_to_us_may_come_in(
    changes: dict[str, Any], asked: tuple[str, str, str], paths: set[str]
) -> None:
    given = agreement(clauses=[clause(**{"disclose": ["gender"], **changes})])
    assert lets_in(given, *asked) is bool(paths)
    found = paths_let_in(given, *asked)
    assert paths <= found
    assert bool(found) is bool(paths)
    assert ("birth.year" in found) is ("birth.*" in changes.get("disclose", ()) if changes.get("disclose") else False)


def test_the_paths_of_all_clauses_together_may_come_in() -> None:
    given = agreement(clauses=[clause(disclose=["gender"]), clause(id="5.2", disclose=["theatre"])])
    assert paths_let_in(given, "person", "DZ", "KW") == {"gender", "theatre"}


def views(*paths: str, marking: str = "TLP:AMBER") -> list[Claim]:
    about = record(("name.full", name()), ("record.marking", marking))
    more = [Claim(f"c{50 + place}", path, "x", "fact") for place, path in enumerate(paths)]
    return [*(claim for claim in about.claims if claim.path.startswith("record.")), *more]


def test_a_view_has_content_and_only_what_is_let_in() -> None:
    check_view(views("gender"), TERMS, frozenset({"gender"}))
    for claims in (views(), views("gender", "theatre"), views("gender", "record.flag"), views("gender", "not.a.path")):
        with pytest.raises(Denied) as caught:
            check_view(claims, TERMS, frozenset({"gender"}))
        assert (caught.value.code, caught.value.facts) == (Code.IMPORT_REFUSED, {"at": "claims"})


@pytest.mark.parametrize(
    ("marking", "label", "taken"),
    [
        ("TLP:AMBER", "TLP:AMBER", True),
        ("TLP:GREEN", "TLP:AMBER", True),
        ("TLP:AMBER", "TLP:GREEN", False),
        ("TLP:AMBER+STRICT", "TLP:AMBER", False),
    ],
)
def test_the_handling_is_no_looser_than_the_marking(marking: str, label: str, taken: bool) -> None:
    claims = [Claim("c1", "record.marking", 5, "fact"), *views("gender", marking=marking)]
    terms = TERMS._replace(tlp=label)
    if taken:
        check_view(claims, terms, frozenset({"gender"}))
        return
    with pytest.raises(Denied) as caught:
        check_view(claims, terms, frozenset({"gender"}))
    assert (caught.value.code, caught.value.facts) == (Code.IMPORT_REFUSED, {"at": "handling/tlp"})


def document(**changes: Any) -> dict[str, Any]:
    return {**TERMS.document(), **changes}


def test_the_handling_that_came_is_read_as_it_is() -> None:
    terms = Handling(
        "TLP:RED",
        ("NO_ARREST_BASIS", "NO_REMOVAL_BASIS"),
        ("border.checks", "counter_terrorism.travel"),
        365,
        "ask",
    )
    assert read_handling(terms.document(), agreement()) == terms
    assert read_handling(document(retention_days=1), agreement()).retention_days == 1
    assert read_handling(document(), agreement(onward="none")) == TERMS


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"tlp": "TLP:WHITE"}, "handling"),
        ({"tlp": 5}, "handling"),
        ({"tlp": None}, "handling"),
        ({"onward": "always"}, "handling"),
        ({"onward": None}, "handling"),
        ({"caveats": ["NO_SUCH_CAVEAT"]}, "handling"),
        ({"caveats": "NO_ARREST_BASIS"}, "handling"),
        ({"caveats": ["NO_REMOVAL_BASIS", "NO_ARREST_BASIS"]}, "handling"),
        ({"caveats": ["NO_ARREST_BASIS", "NO_ARREST_BASIS"]}, "handling"),
        ({"caveats": [5]}, "handling"),
        ({"purposes": ["contact"]}, "handling"),
        ({"purposes": [5]}, "handling"),
        ({"retention_days": 0}, "handling/retention_days"),
        ({"retention_days": 366}, "handling/retention_days"),
        ({"retention_days": True}, "handling/retention_days"),
        ({"retention_days": "30"}, "handling/retention_days"),
        ({"more": 1}, "handling"),
    ],
)
def test_a_handling_that_is_not_understood_or_looser_is_refused(changes: dict[str, Any], at: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_handling(document(**changes), agreement())
    assert (caught.value.code, caught.value.facts) == (Code.BODY_MALFORMED, {"at": at})


def test_a_handling_is_an_object_and_never_opens_an_onward_way() -> None:
    values: list[tuple[Any, Agreement]] = [
        (["TLP:RED"], agreement()),
        (document(onward="ask"), agreement(onward="none")),
    ]
    for value, given in values:
        with pytest.raises(BadInput) as caught:
            read_handling(value, given)
        assert (caught.value.code, caught.value.facts) == (Code.BODY_MALFORMED, {"at": "handling"})


def test_no_retention_is_longer_than_five_years() -> None:
    given = agreement(retention_days=1826)
    assert read_handling(document(retention_days=1826), given).retention_days == 1826
    with pytest.raises(BadInput):
        read_handling(document(retention_days=1827), given)
