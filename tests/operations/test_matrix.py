"""The matrix says of every partner what its own preview says, from one reading; why says the same of each claim."""

from __future__ import annotations

import pytest

from exchange.errors import Code, Denied, NotFound
from exchange.model.records import Ref
from exchange.operations.agreements import raise_flag
from exchange.operations.matrix import Matrix, matrix
from exchange.operations.preview import Preview, Question, preview
from exchange.operations.why import WhyQuestion, why_claim
from exchange.policies.trace import Trace
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, Federation, State, agreement_document, enact
from tests.subjects import gulf_person

OTHER = "AG-DZ-AE-KW-2"


def ask(state: State, ref: Ref, to: tuple[str, ...] | None = None, purpose: str = PURPOSE) -> Matrix:
    with state.node.store.write() as unit:
        return matrix(state.node, unit, state.staff.officer, ref, purpose, to)


def why(state: State, ref: Ref, claim_id: str, to: str = "KW", agreement: str = AGREEMENT) -> Trace:
    with state.node.store.write() as unit:
        question = WhyQuestion(ref, claim_id, to, agreement, PURPOSE)
        return why_claim(state.node, unit, state.staff.officer, question)


def second(house: Federation) -> None:
    """A second agreement beside the first, with one clause only."""
    document = agreement_document("dz-ae-kw.yaml") | {"id": OTHER, "examples": []}
    clauses = document["clauses"]
    assert isinstance(clauses, list)
    enact(house["DZ"], document | {"clauses": clauses[:1]})


def test_every_column_is_the_preview_of_that_partner(house: Federation) -> None:
    dz = house["DZ"]
    second(house)
    (ref,) = dz.deposit(gulf_person(1))
    found = ask(dz, ref)
    assert [(each.recipient, each.agreement_id) for each in found.columns] == [
        ("AE", AGREEMENT),
        ("AE", OTHER),
        ("KW", AGREEMENT),
        ("KW", OTHER),
    ]
    for column in found.columns:
        with dz.node.store.write() as unit:
            question = Question(ref, column.recipient, PURPOSE, column.agreement_id)
            (shown,) = preview(dz.node, unit, dz.staff.officer, question)
        assert isinstance(shown, Preview)
        assert column.decision == shown.view.decision
    states = {each.outcomes[c].state for each in (col.decision for col in found.columns) if each for c in each.outcomes}
    assert states == {"sent", "coarser", "withheld"}


def test_the_record_is_read_once_however_many_partners(house: Federation) -> None:
    dz = house["DZ"]
    second(house)
    (ref,) = dz.deposit(gulf_person(1))
    assert len(ask(dz, ref).columns) == 4
    assert len(invariants.entries(dz.node, "record.read")) == 1


def test_named_partners_only_and_strangers_are_said(house: Federation) -> None:
    dz = house["DZ"]
    (ref,) = dz.deposit(gulf_person(1))
    found = ask(dz, ref, ("KW", "FR"))
    assert [(each.recipient, each.agreement_id, each.code) for each in found.columns] == [
        ("FR", None, "NOT_A_PARTY"),
        ("KW", AGREEMENT, None),
    ]


def test_an_agreement_that_cannot_answer_keeps_its_columns(house: Federation) -> None:
    dz = house["DZ"]
    (ref,) = dz.deposit(gulf_person(1))
    with dz.node.store.write() as unit:
        raise_flag(unit, dz.staff.approver, AGREEMENT)
    assert [(each.recipient, each.code, each.decision) for each in ask(dz, ref).columns] == [
        ("AE", "SUSPENDED", None),
        ("KW", "SUSPENDED", None),
    ]
    with pytest.raises(Denied) as caught:
        why(dz, ref, "c1")
    assert caught.value.code is Code.SUSPENDED


def test_a_purpose_that_no_agreement_has_denies_every_column(house: Federation) -> None:
    dz = house["DZ"]
    (ref,) = dz.deposit(gulf_person(1))
    decisions = [each.decision for each in ask(dz, ref, purpose="contact").columns]
    reasons = [each.record_reason for each in decisions if each is not None]
    assert [each.code for each in reasons if each is not None] == ["PURPOSE_NOT_AGREED"] * 2


def test_why_comes_to_what_the_matrix_shows(house: Federation) -> None:
    dz = house["DZ"]
    (ref,) = dz.deposit(gulf_person(1))
    column = next(each for each in ask(dz, ref).columns if each.recipient == "KW")
    assert column.decision is not None
    for claim_id, outcome in column.decision.outcomes.items():
        assert why(dz, ref, claim_id).outcome == outcome
    reads = invariants.entries(dz.node, "record.read")
    assert len(reads) == 1 + len(column.decision.outcomes)
    everything = str(invariants.entries(dz.node))
    assert ref.id not in everything
    values = [claim.value for claim in gulf_person(1) if isinstance(claim.value, str) and len(claim.value) > 8]
    assert values
    assert not [value for value in values if value != PURPOSE and value in everything]
    with pytest.raises(NotFound):
        why(dz, ref, "c000001")
    with pytest.raises(NotFound):
        why(dz, Ref("KW", ref.id), "c1")
