"""A decision that two records are of one person, or of two, shared with a partner under an agreement that permits."""

from __future__ import annotations

import pytest

from exchange.model.claims import Claim, Grade
from exchange.operations.propose import Wish, propose
from exchange.operations.read import read_received
from tests.federation import federate
from tests.operations.fakes import FakeStore
from tests.subjects import gulf_person

B2 = Grade("admiralty", "B", "2")


@pytest.mark.parametrize("kind", ["same_as", "not_same_as"])
def test_a_decision_put_down_as_a_relation_reaches_the_partner(kind: str) -> None:
    made = federate({code: FakeStore() for code in ("DZ", "TN", "EG")}, ("dz-tn-eg.yaml",))
    dz, tn = made["DZ"], made["TN"]
    one, other = dz.deposit(gulf_person(1), gulf_person(2))
    governed = [each for each in gulf_person(1) if each.path.startswith("record.") and each.path != "record.category"]
    governed = [each._replace(value="analysis.joint") if each.path == "record.purpose" else each for each in governed]
    ends = (("relation.from", one), ("relation.to", other))
    relation = (
        *governed,
        Claim("c900", "relation.type", kind, "assessment", B2),
        *(Claim(f"c{901 + at}", path, ref._asdict(), "fact", B2) for at, (path, ref) in enumerate(ends)),
    )
    (ref,) = dz.deposit(relation, kind="relation")
    with dz.node.store.write() as unit:
        wish = Wish("TN", "AG-DZ-TN-EG", "analysis.joint", (ref,))
        proposed = propose(dz.node, unit, dz.staff.officer, wish)
    (proposal,) = proposed.proposals
    assert sorted(proposed.missing) == sorted([one, other]), "it names two whom Tunisia does not hold yet"
    dz.approve(proposal)
    assert dz.release(proposal).state == "released"
    assert dz.deliver("TN").accepted == 1
    with tn.node.store.write() as unit:
        received = read_received(tn.node, unit, tn.staff.officer, ref)
    told = {claim.path: claim.value for claim in received.claims}
    assert (told["relation.type"], told["relation.from"], told["relation.to"]) == (kind, one._asdict(), other._asdict())
