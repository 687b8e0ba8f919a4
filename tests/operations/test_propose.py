"""Proposals: what is counted, denied, unchanged, grouped and logged."""

from __future__ import annotations

import pytest

from exchange.errors import BadInput, Code, Denied, NotFound
from exchange.model.claims import Claim
from exchange.model.records import Ref
from exchange.operations import propose as proposing
from exchange.operations.agreements import raise_flag, suspend
from exchange.operations.deposit import Amendment, amend
from exchange.operations.propose import Wish, propose
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, Federation, State
from tests.subjects import gulf_person


def wish(state: State, *refs: Ref, agreement: str = AGREEMENT, purpose: str = PURPOSE) -> proposing.Proposed:
    with state.node.store.write() as unit:
        return propose(state.node, unit, state.staff.officer, Wish("KW", agreement, purpose, refs))


def victim() -> tuple[Claim, ...]:
    """Somebody whom the agreement forbids to send."""
    return tuple(
        claim._replace(value="victim") if claim.path == "record.category" else claim for claim in gulf_person(1)
    )


def delivered(state: State, refs: list[Ref]) -> None:
    state.push("KW", refs)
    assert state.deliver("KW").accepted == 1


@pytest.mark.parametrize("count", [0, proposing.MAX_RECORDS + 1])
def test_too_few_and_too_many(dz: State, count: int) -> None:
    with pytest.raises(BadInput) as refused:
        wish(dz, *(Ref("DZ", f"rec-{n:08}") for n in range(count)))
    assert refused.value.facts["at"] == "records"


def test_the_same_record_twice(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    with pytest.raises(BadInput):
        wish(dz, ref, ref)


def test_one_record_that_is_not_ours_stops_all(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    before = len(invariants.entries(dz.node))
    for other in (Ref("DZ", "rec-unknown"), Ref("KW", ref.id)):
        with pytest.raises(NotFound) as refused:
            wish(dz, ref, other)
        assert refused.value.facts == {"records": 1}
    assert invariants.proposals(dz.node) == []
    assert len(invariants.entries(dz.node)) == before


def test_what_is_denied_is_told_and_counted_and_the_rest_goes_on(dz: State) -> None:
    good, bad, worse = dz.deposit(gulf_person(1), victim(), victim())
    found = wish(dz, bad, good, worse)
    assert [(ref, reason.code) for ref, reason in found.denied] == [(bad, "FORBIDDEN"), (worse, "FORBIDDEN")]
    (proposal,) = found.proposals
    with dz.node.store.read() as unit:
        assert [item.ref for item in unit.releases.items(proposal.id)] == [good]
    (line,) = invariants.entries(dz.node, "release.denied")
    assert (line["code"], line["records"], line["recipient"]) == ("FORBIDDEN", 2, "KW")
    assert all(ref.id not in str(line) for ref in (good, bad, worse))


def test_an_unknown_agreement_or_purpose_or_partner(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    with pytest.raises(Denied) as refused:
        wish(dz, ref, agreement="AG-OTHER")
    assert refused.value.code is Code.AGREEMENT_NOT_IN_FORCE
    for purpose in ("contact", "everything", ""):
        assert [seen.code for _, seen in wish(dz, ref, purpose=purpose).denied] != []
    for code in ("QA", "DZ"):
        assert dz.propose(code, [ref]).proposals == []
    for code in ("xx", "", "KWT", "*"):
        with pytest.raises(BadInput):
            dz.propose(code, [ref])


def test_a_raised_flag_is_enough(dz: State) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    with dz.node.store.write() as unit:
        raise_flag(unit, dz.staff.approver, AGREEMENT)
    with pytest.raises(Denied) as refused:
        wish(dz, ref)
    assert refused.value.code is Code.SUSPENDED
    with dz.node.store.write() as unit:
        suspend(dz.node, unit, dz.staff.approver, AGREEMENT)
    with pytest.raises(Denied):
        wish(dz, ref)


def test_what_the_partner_has_is_not_sent_again_unless_asked(dz: State) -> None:
    refs = dz.deposit(gulf_person(1), gulf_person(2))
    delivered(dz, refs)
    found = dz.propose("KW", refs)
    assert (found.unchanged, found.proposals) == (refs, [])
    assert len(dz.propose("KW", refs, again=True).proposals) == 1
    assert dz.propose("AE", refs).unchanged == [], "another partner has nothing yet"


def test_an_amended_record_is_sent_again(dz: State) -> None:
    refs = dz.deposit(gulf_person(1))
    delivered(dz, refs)
    with dz.node.store.write() as unit:
        (held,) = unit.records.current(refs, lock=True)
        changed = tuple(
            claim._replace(value="female") if claim.path == "gender" else claim for claim in held.record.claims
        )
        assert amend(dz.node, unit, dz.staff.officer, [Amendment(refs[0], 1, changed)]) == [2]
    found = dz.propose("KW", refs)
    assert (found.unchanged, len(found.proposals)) == ([], 1)


def test_envelopes_hold_at_most_so_many_records(dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposing, "MAX_PARCELS", 3)
    refs = dz.deposit(*(gulf_person(n) for n in range(7)))
    found = dz.propose("KW", refs)
    with dz.node.store.read() as unit:
        chunks = [[item.ref for item in unit.releases.items(proposal.id)] for proposal in found.proposals]
    assert chunks == [refs[:3], refs[3:6], refs[6:]]


def test_envelopes_hold_at_most_so_many_bytes(dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposing, "FULL_BODY", 1)
    refs = dz.deposit(*(gulf_person(n) for n in range(3)))
    assert len(dz.propose("KW", refs).proposals) == 3, "a record that is larger than the limit still goes, alone"


def test_a_proposals_digest_names_what_would_leave(house: Federation) -> None:
    """Recipient, purpose, records and their order each change it."""
    dz = house["DZ"]
    one, two = dz.deposit(gulf_person(1), gulf_person(2))
    digests = [
        found.proposals[0].digest
        for found in (
            wish(dz, one),
            wish(dz, one, two),
            wish(dz, two, one),
            dz.propose("AE", [one]),
        )
    ]
    assert len(set(digests)) == len(digests)
    assert wish(dz, one).proposals[0].digest == digests[0], "and nothing else does"
