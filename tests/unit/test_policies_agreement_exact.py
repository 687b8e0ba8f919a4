"""Agreements as read: what happens after their end, drafts without fingerprints, and whom a rule may name."""

from __future__ import annotations

import pytest

from exchange.errors import BadInput, Code
from exchange.policies.agreement import AfterEnd, placeholders, read, read_policy
from tests.unit.policies_kit import clause, document, policy_document


@pytest.mark.parametrize("days", [1, 365])
def test_data_are_destroyed_within_a_year_of_the_end(days: int) -> None:
    given = read(document(after_end={"rule": "destroy", "days": days}), "0" * 64)
    assert given.after_end == AfterEnd("destroy", days)


@pytest.mark.parametrize("days", [0, 366, True, "1", None])
def test_other_numbers_of_days_are_refused_at_their_place(days: object) -> None:
    with pytest.raises(BadInput) as caught:
        read(document(after_end={"rule": "destroy", "days": days}), "0" * 64)
    assert (caught.value.code, caught.value.facts) == (Code.AGREEMENT_INVALID, {"at": "/after_end/days"})


def test_a_draft_may_stand_without_fingerprints() -> None:
    parties = [{"code": code, "fingerprint": f"@{code}"} for code in ("DZ", "AE", "KW")]
    assert placeholders(read(document(parties=parties), "0" * 64, draft=True)) == ("DZ", "AE", "KW")
    own = policy_document(party=parties[0])
    assert placeholders(read_policy(own, "0" * 64, draft=True)) == ("DZ",)
    with pytest.raises(BadInput) as caught:
        read(document(parties=parties), "0" * 64)
    assert caught.value.facts == {"at": "/parties/0/fingerprint"}
    with pytest.raises(BadInput) as caught:
        read_policy(own, "0" * 64)
    assert caught.value.facts == {"at": "/party/fingerprint"}
    crossed = [{"code": "DZ", "fingerprint": "@AE"}, *parties[1:]]
    with pytest.raises(BadInput) as caught:
        read(document(parties=crossed), "0" * 64, draft=True)
    assert caught.value.facts == {"at": "/parties/0/fingerprint"}


@pytest.mark.parametrize("member", ["from", "to"])
def test_a_rule_names_parties_only(member: str) -> None:
    forbid = {"id": "9", "from": ["DZ"], "to": ["KW"], "kinds": "*"}
    rules = (
        ("clauses", document(clauses=[clause(**{member: ["KW", "QA"]})])),
        ("forbids", document(forbids=[{**forbid, member: ["KW", "QA"]}])),
    )
    for place, made in rules:
        with pytest.raises(BadInput) as caught:
            read(made, "0" * 64)
        assert (caught.value.code, caught.value.facts) == (Code.AGREEMENT_INVALID, {"at": f"/{place}/0/{member}/1"})
