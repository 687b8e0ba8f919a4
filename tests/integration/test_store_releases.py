"""Proposals, approvals and sent views, and what the database itself refuses about them (four eyes)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from exchange.errors import BadInput, Code, Conflict, NotFound
from exchange.model.afterwards import Doubtful
from exchange.model.records import Ref
from exchange.model.state import Approval, MessageKey, SentView
from exchange.store import SqlStore
from tests.databases import succeeds
from tests.integration.samples import NOW, hexes, items, message, outgoing, person, proposal, ref

OFFICERS = [person(f"person-{number}", "releasing_officer") for number in (0, 2, 3)]
YES = Approval("rel-1", "person-2", "releasing_officer", hexes("proposal", "rel-1"), NOW)


def staffed(store: SqlStore) -> None:
    """Three who may approve; person-1, who proposes, is an officer."""
    with store.write() as unit:
        for each in (person(), *OFFICERS):
            unit.people.add(each)


def test_round_trip(store: SqlStore) -> None:
    given = items(range(500))
    staffed(store)
    with store.write() as unit:
        unit.releases.add(proposal(), given)
        unit.releases.add(proposal("rel-2"), items([7]))
    with store.write() as unit:
        assert unit.releases.get("rel-1", lock=True) == proposal()
        assert unit.releases.items("rel-1") == given
        assert unit.releases.items("rel-2") == items([7])
        assert unit.releases.get("rel-3") is None
        assert unit.releases.sizes(["rel-1", "rel-2", "rel-3"]) == {"rel-1": 500, "rel-2": 1}
        assert unit.releases.sizes([]) == {}
        unit.releases.approve(YES)
        unit.releases.set_state("rel-1", "released", released_at=NOW, envelope_digest="e1")
        unit.releases.set_state("rel-2", "voided")
    with store.read() as unit:
        released = proposal(state="released", released_at=NOW, envelope_digest="e1")
        assert unit.releases.get("rel-1") == released
        assert unit.releases.page("voided", None, 9) == [proposal("rel-2", state="voided")]
    with pytest.raises(Conflict), store.write() as unit:
        unit.releases.add(proposal(), given)
    with pytest.raises(NotFound), store.write() as unit:
        unit.releases.set_state("rel-9", "voided")
    with store.write() as unit:
        unit.releases.add(proposal("rel-3"), [])
    with pytest.raises(BadInput), store.write() as unit:
        unit.releases.set_state("rel-3", "perhaps")


def test_pages_and_bulks(store: SqlStore) -> None:
    made = [
        proposal(f"rel-{number}", created_at=NOW + timedelta(hours=number % 3), bulk_id="b1" if number % 2 else None)
        for number in range(9)
    ]
    ordered = sorted(made, key=lambda each: (each.created_at, each.id))
    with store.write() as unit:
        for each in made:
            unit.releases.add(each, [])
    with store.read() as unit:
        page = unit.releases.page(None, None, 4)
        page += unit.releases.page(None, page[-1].id, 9)
        assert page == ordered
        assert unit.releases.page("proposed", ordered[2].id, 2) == ordered[3:5]
        assert unit.releases.of_bulk("b1") == [each for each in ordered if each.bulk_id]


def test_approvals(store: SqlStore) -> None:
    later = replace(YES, person="person-0", at=NOW + timedelta(minutes=1))
    staffed(store)
    with store.write() as unit:
        unit.releases.add(proposal(), [])
        unit.releases.approve(YES)
        unit.releases.approve(later)
    with store.write() as unit:
        assert unit.releases.approvals("rel-1") == [YES, later]
        unit.releases.revoke_approval("rel-1", "person-2")
        assert unit.releases.approvals("rel-1") == [later]
    with pytest.raises(NotFound), store.write() as unit:
        unit.releases.revoke_approval("rel-1", "person-2")
    with pytest.raises(Conflict), store.write() as unit:
        unit.releases.approve(replace(YES, proposal_id="rel-9"))


@pytest.mark.parametrize(
    ("who", "code"), [("person-1", Code.SELF_APPROVAL), ("person-2", Code.ALREADY_APPROVED)], ids=["own", "again"]
)
def test_the_store_refuses_an_approval(store: SqlStore, who: str, code: Code) -> None:
    staffed(store)
    with store.write() as unit:
        unit.releases.add(proposal(), [])
        unit.releases.approve(YES)
    with pytest.raises(Conflict) as caught, store.write() as unit:
        unit.releases.approve(replace(YES, person=who))
    assert caught.value.code is code
    assert caught.value.__cause__ is None
    with store.read() as unit:
        assert unit.releases.approvals("rel-1") == [YES]


ATTACKS = {
    "insert own": "INSERT INTO approvals VALUES ('rel-1', 'person-1', 'releasing_officer', 'd', 0)",
    "take over": "UPDATE approvals SET person = 'person-1'",
    "other digest": "UPDATE approvals SET digest = 'd'",
    "hand over": "UPDATE proposals SET proposer = 'person-2'",
    "more records": "UPDATE proposals SET digest = 'd'",
    "fewer eyes": "UPDATE proposals SET approvals_needed = 0",
    "other recipient": "UPDATE proposals SET recipient = 'FR'",
    "longer": "UPDATE proposals SET expires_at = expires_at + 1",
    "empty": "DELETE FROM proposals",
}
ONLY_SQLITE = {
    "replace approval": "INSERT OR REPLACE INTO approvals VALUES ('rel-1', 'person-2', 'releasing_officer', 'd', 0)",
    "replace proposal": "INSERT OR REPLACE INTO proposals SELECT id, recipient, agreement_id, agreement_version,"
    " purpose, 'person-9', created_at, expires_at, state, digest, policy_digest, approvals_needed, bulk_id,"
    " released_at, envelope_digest FROM proposals",
}
ONLY_POSTGRESQL = {
    "truncate": "TRUNCATE approvals, proposals",
    "upsert": "INSERT INTO approvals VALUES ('rel-1', 'person-2', 'r', 'd', 0)"
    " ON CONFLICT (proposal_id, person) DO UPDATE SET digest = 'd'",
}


def test_sql_beside_the_program_is_refused(store: SqlStore, database: str) -> None:
    staffed(store)
    with store.write() as unit:
        unit.releases.add(proposal(), [])
        unit.releases.approve(YES)
    attacks = ATTACKS | (ONLY_SQLITE if database.startswith("sqlite") else ONLY_POSTGRESQL)
    assert [name for name, statement in attacks.items() if succeeds(database, statement)] == []
    assert succeeds(database, "UPDATE proposals SET state = 'approved'")
    with store.read() as unit:
        assert unit.releases.get("rel-1") == proposal(state="approved")
        assert unit.releases.approvals("rel-1") == [YES]


def test_sent_views(store: SqlStore) -> None:
    views = [SentView("MA", ref(number), 1, sha256(b"%d" % number).digest()) for number in range(600)]
    newer = replace(views[3], version=2, view_digest=bytes(32))
    with store.write() as unit:
        unit.releases.put_sent_views(views)
        unit.releases.put_sent_views([newer, replace(views[4], recipient="TN")])
        unit.releases.put_sent_views([])
    with store.read() as unit:
        found = unit.releases.sent_views("MA", [*(ref(number) for number in range(1200)), Ref("MA", ref(1).id)])
        assert found == {view.ref: view for view in [*views[:3], newer, *views[4:]]}
        assert list(unit.releases.sent_views("TN", [ref(3), ref(4)])) == [ref(4)]


def test_what_a_queued_envelope_carries_is_doubtful(store: SqlStore) -> None:
    """Another state's record always; ours when a recall to this recipient stands behind it in the stream."""
    foreign = replace(items([7])[0], ref=ref(7, "TN"))
    queued = outgoing(3, epoch=2, proposal_id="rel-1")
    recalls = {
        0: message("msg-before", "out", epoch=2, seq=2),
        1: message("msg-behind", "out", epoch=2, seq=4),
        2: message("msg-epoch", "out", epoch=3, seq=1),
        3: message("msg-other", "out", epoch=2, seq=5, type="notice"),
        4: message("msg-in", "in", epoch=2, seq=6),
        5: message("msg-elsewhere", epoch=2, seq=7, key=MessageKey("msg-elsewhere", "TN", "out")),
    }
    staffed(store)
    with store.write() as unit:
        unit.releases.add(proposal(), [*items(range(500)), foreign])
        assert unit.releases.doubtful(queued, "DZ") == [Doubtful(foreign.ref, foreign.view_digest, False)]
        for number, each in recalls.items():
            unit.messages.add(each)
            unit.messages.name(each.key, [ref(number), Ref("LY", ref(9).id)])
    with store.read() as unit:
        found = unit.releases.doubtful(queued, "DZ")
        assert [(each.ref, each.recalled) for each in found] == [(ref(1), True), (ref(2), True), (foreign.ref, False)]
        assert len(unit.releases.doubtful(queued, "TN")) == 500
        assert unit.releases.doubtful(outgoing(3), "DZ") == []
