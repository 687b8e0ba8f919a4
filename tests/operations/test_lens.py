"""A partner's eyes are never wider than a release: a lens shows exactly what previews say would be sent."""

from __future__ import annotations

import pytest

from exchange.interop.synthetic import mixture
from exchange.model.found import Place
from exchange.model.records import Ref
from exchange.operations.deposit import Draft, deposit
from exchange.operations.found_lines import opened
from exchange.operations.lens import Lens
from exchange.operations.preview import Preview, Question, preview, sent_claims
from tests.federation import Federation, State, agreement_document
from tests.subjects import gulf_person


def by_previews(state: State, ref: Ref, to: str) -> set[str]:
    """Ids of the claims that any purpose of the agreement would send."""
    purposes = agreement_document("dz-ae-kw.yaml")["purposes"]
    assert isinstance(purposes, list)
    found: set[str] = set()
    with state.node.store.write() as unit:
        for purpose in map(str, purposes):
            for answer in preview(state.node, unit, state.staff.officer, Question(ref, to, purpose)):
                if isinstance(answer, Preview) and answer.view.released is not None:
                    found |= {claim.id for claim in sent_claims(answer)}
    return found


@pytest.mark.parametrize("to", ["AE", "KW"])
def test_a_lens_shows_what_previews_say(house: Federation, to: str) -> None:
    dz = house["DZ"]
    drafts = [Draft(kind, claims) for kind, claims in mixture(7, 30)]
    drafts += [Draft("person", gulf_person(number)) for number in range(6)]
    with dz.node.store.write() as unit:
        refs = deposit(dz.node, unit, dz.staff.officer, drafts)
        inside = opened(unit, [Place(ref, "own") for ref in refs])
        seen = {each.ref: {claim.id for claim in each.claims} for each in Lens(dz.node, unit, to).see(inside)}
    told = {ref: found for ref in refs if (found := by_previews(dz, ref, to))}
    assert seen == told
    assert len(told) > 6
