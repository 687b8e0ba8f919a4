"""T-17: what a partner names is never ours. Foreign ids do not resolve to local records, rules or people.

A partner sends a record under the id of one of ours, and bodies that bring their own sharing rules.
"""

from __future__ import annotations

import pytest

from exchange.crypto.commitments import pack
from exchange.crypto.encoding import canonical, read_canonical
from exchange.crypto.frames import join, split
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.records import HeldRecord, Record, Ref
from exchange.operations.deposit import commit_records
from exchange.operations.propose import Proposed, Wish, propose
from exchange.operations.read import read_own, read_received
from exchange.operations.receive import receive
from tests import invariants
from tests.federation import AGREEMENT, PURPOSE, State
from tests.subjects import gulf_person
from tests.threats.worlds import HANDLING, Forger, Parcel, World, body_of, held_of, parcels_of


def as_parcel(held: HeldRecord) -> Parcel:
    """A parcel with the record's names only."""
    pairs = [pair for claim, pair in zip(held.record.claims, held.pairs, strict=True) if claim.path == "name.full"]
    return Parcel(held.root, held.manifest, held.proof, pack(pairs))


def test_a_record_under_the_id_of_ours_stays_beside_ours(shared: World) -> None:
    dz, kw = shared["DZ"], shared["KW"]
    (own,) = kw.deposit(gulf_person(1))
    before = held_of(kw, [own])
    (model,) = held_of(dz, dz.deposit(gulf_person(2)))
    (same_id,) = commit_records(dz.node, [model.record._replace(id=own.id)], [None])
    wire = Forger(dz, kw).seal(body_of([as_parcel(same_id)]))
    receive(kw.node, "DZ", wire)
    with kw.node.store.write() as unit:
        mine = read_own(kw.node, unit, kw.staff.officer, own)
        theirs = read_received(kw.node, unit, kw.staff.officer, Ref("DZ", own.id))
    assert [mine] == before
    assert theirs.copy.sender == "DZ"
    assert {claim.path for claim in theirs.claims} == {"name.full"}
    assert [reason.code for _, reason in proposing(kw, Ref("DZ", own.id)).denied] == ["ORIGINATOR_CONTROL"]


def proposing(state: State, ref: Ref) -> Proposed:
    with state.node.store.write() as unit:
        return propose(state.node, unit, state.staff.officer, Wish("AE", AGREEMENT, PURPOSE, (ref,)))


def test_a_partner_cannot_send_a_record_in_our_name(lone: World) -> None:
    """Our own record as it came to DZ, sent back as if it were a newer version of ours; and one that only looks so."""
    dz, kw = lone["DZ"], lone["KW"]
    (own,) = kw.deposit(gulf_person(1))
    (mine,) = held_of(kw, [own])
    (model,) = held_of(dz, dz.deposit(gulf_person(2)))
    (forged,) = commit_records(dz.node, [replaced(model, own)], [None])
    forger = Forger(dz, kw)
    for parcel in (as_parcel(mine), as_parcel(forged)):
        receive(kw.node, "DZ", forger.seal(body_of([parcel])))
    assert [(item.state, item.records) for item in invariants.taken(kw.node, "DZ")] == [("accepted", 0)] * 2
    assert [line["refused"] for line in invariants.entries(kw.node, "envelope.received")] == [1, 1]
    assert held_of(kw, [own]) == [mine]
    with kw.node.store.read() as unit:
        assert unit.copies.count() == 0


def replaced(model: HeldRecord, ref: Ref) -> Record:
    return model.record._replace(originator=ref.originator, id=ref.id)


MORE: dict[str, JsonValue] = {
    "policy_id": AGREEMENT,
    "sharing_group": 1,
    "agreement": AGREEMENT,
    "distribution": "all",
    "recipients": ["AE", "KW"],
    "onward": "ask",
}


@pytest.mark.parametrize("member", sorted(MORE))
def test_rules_that_come_with_a_body_are_refused(lone: World, member: str) -> None:
    """In the head of the body and in the handling: an unknown member refuses the envelope, by a signed refusal."""
    dz, kw = lone["DZ"], lone["KW"]
    parcels = parcels_of(dz, "KW", dz.deposit(gulf_person(1)))
    forger = Forger(dz, kw)
    handling = {**HANDLING, member: MORE[member]}
    receive(kw.node, "DZ", forger.seal(body_of(parcels, **{member: MORE[member]})))
    receive(kw.node, "DZ", forger.seal(body_of(parcels, handlings=[handling])))
    receive(kw.node, "DZ", forger.seal(body_of(parcels)))
    items = invariants.taken(kw.node, "DZ")
    assert [(item.state, item.code) for item in items] == [("refused", "BODY_MALFORMED")] * 2 + [("accepted", None)]


def test_a_purpose_or_a_looser_handling_than_the_agreements_is_refused(lone: World) -> None:
    dz, kw = lone["DZ"], lone["KW"]
    parcels = parcels_of(dz, "KW", dz.deposit(gulf_person(1)))
    forger = Forger(dz, kw)
    loose: tuple[JsonObject, ...] = (
        {"retention_days": 10_000},
        {"onward": "ask"},
        {"tlp": "TLP:NONE"},
        {"purposes": ["contact"]},
    )
    for changes in loose:
        receive(kw.node, "DZ", forger.seal(body_of(parcels, handlings=[{**HANDLING, **changes}])))
    receive(kw.node, "DZ", forger.seal(body_of(parcels, purpose="counter_terrorism.prosecution")))
    codes = [item.code for item in invariants.taken(kw.node, "DZ")]
    assert codes == ["BODY_MALFORMED"] * len(loose) + ["IMPORT_REFUSED"]


def test_a_manifest_with_a_member_more_is_refused(lone: World) -> None:
    """Signed by the originator itself, as a newer software might: unknown is refused, not ignored."""
    dz, kw = lone["DZ"], lone["KW"]
    (parcel,) = parcels_of(dz, "KW", dz.deposit(gulf_person(1)))
    manifest = canonical({**_read(parcel.manifest), "policy_id": AGREEMENT})
    receive(kw.node, "DZ", Forger(dz, kw).seal(body_of([parcel._replace(manifest=manifest)])))
    assert [line["refused"] for line in invariants.entries(kw.node, "envelope.received")] == [1]


def _read(manifest: bytes) -> dict[str, JsonValue]:
    value = read_canonical(manifest, limit=1 << 16)
    assert isinstance(value, dict)
    return value


def test_the_forger_makes_what_an_honest_node_makes(lone: World) -> None:
    """The control: an unchanged body is taken, and it has the frames of a real one."""
    dz, kw = lone["DZ"], lone["KW"]
    parcels = parcels_of(dz, "KW", dz.deposit(gulf_person(1)))
    body = body_of(parcels)
    assert join(split(body, limit=4)) == body
    receive(kw.node, "DZ", Forger(dz, kw).seal(body))
    assert [(item.state, item.records) for item in invariants.taken(kw.node, "DZ")] == [("accepted", 1)]
