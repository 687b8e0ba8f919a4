"""Previews: every agreement side by side, nothing merged, and what is shown is what leaves (policies.md, case 16)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from exchange.crypto.commitments import unpack
from exchange.errors import NotFound
from exchange.model.records import Ref
from exchange.operations.agreements import raise_flag
from exchange.operations.preview import NoAnswer, Preview, Question, preview, sent_claims
from exchange.operations.read import read_received
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, Federation, State, agreement_document, enact
from tests.subjects import gulf_person

OTHER = "AG-DZ-AE-KW-2"


def ask(state: State, ref: Ref, to: str = "KW", agreement: str | None = None) -> list[Preview | NoAnswer]:
    with state.node.store.write() as unit:
        return preview(state.node, unit, state.staff.officer, Question(ref, to, PURPOSE, agreement))


def narrower(house: Federation) -> None:
    """A second agreement beside the first that discloses names only."""
    document = agreement_document("dz-ae-kw.yaml") | {"id": OTHER, "examples": []}
    clauses = document["clauses"]
    assert isinstance(clauses, list)
    first = clauses[0]
    assert isinstance(first, dict)
    for state in house.states.values():
        enact(state, document | {"clauses": [first | {"disclose": ["identity.name", "nationality"]}]})


def test_agreements_stand_side_by_side_and_nothing_is_merged(house: Federation) -> None:
    dz = house["DZ"]
    narrower(house)
    (ref,) = dz.deposit(gulf_person(1))
    wide, narrow = ask(dz, ref)
    assert isinstance(wide, Preview)
    assert isinstance(narrow, Preview)
    assert (wide.agreement_id, narrow.agreement_id) == (AGREEMENT, OTHER)
    one, two = ({claim.path for claim in sent_claims(each)} for each in (wide, narrow))
    assert two < one
    assert "document" not in two


def test_an_agreement_without_an_answer_says_why(house: Federation) -> None:
    dz = house["DZ"]
    narrower(house)
    (ref,) = dz.deposit(gulf_person(1))
    with dz.node.store.write() as unit:
        raise_flag(unit, dz.staff.approver, OTHER)
    first, second = ask(dz, ref)
    assert isinstance(first, Preview)
    assert second == NoAnswer(OTHER, "SUSPENDED")
    assert ask(dz, ref, agreement="AG-UNKNOWN") == [NoAnswer("AG-UNKNOWN", "AGREEMENT_NOT_IN_FORCE")]


@pytest.mark.parametrize("to", ["KW", "AE"])
def test_what_is_shown_is_what_arrives(house: Federation, to: str) -> None:
    dz, partner = house["DZ"], house[to]
    for n in range(5):
        (ref,) = dz.deposit(gulf_person(n))
        (shown,) = ask(dz, ref, to)
        assert isinstance(shown, Preview)
        dz.push(to, [ref])
        assert dz.deliver(to).accepted == 1
        with partner.node.store.write() as unit:
            got = read_received(partner.node, unit, partner.staff.officer, ref)
        assert list(got.claims) == sent_claims(shown)
        assert len(unpack(got.copy.claims)) == len(got.claims)


def test_the_same_preview_later_is_the_same(house: Federation) -> None:
    dz = house["DZ"]
    (ref,) = dz.deposit(gulf_person(1))
    (before,) = ask(dz, ref)
    house.clock.forward(timedelta(hours=5))
    (after,) = ask(dz, ref)
    assert isinstance(before, Preview)
    assert isinstance(after, Preview)
    assert before.view.digest == after.view.digest


def test_a_preview_is_a_read_and_names_no_record(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    ask(dz, ref)
    (line,) = invariants.entries(dz.node, "record.read")
    assert line["held"] == "own"
    assert ref.id not in str(line)
    for other in (Ref("DZ", "rec-unknown"), Ref("KW", ref.id)):
        with pytest.raises(NotFound):
            ask(dz, other)
