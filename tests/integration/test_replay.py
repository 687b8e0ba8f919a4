"""Replay on both databases: after all that changes in years, equal; one byte of a stored document, and it is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text

from exchange.errors import Code, Conflict
from exchange.operations.replay import EQUAL, ERASED
from exchange.operations.replay_file import check_file, export_decisions
from tests.databases import Postgresql, Sqlite, succeeds
from tests.replay_kit import national_policy, put_in_force, states_of, years_later
from tests.subjects import gulf_person
from tests.threats.worlds import World, caught, world

LINE = [(EQUAL, None)] * 10
BOTH = {"proposed": LINE, "released": LINE}


@pytest.fixture
def place(databases: Sqlite | Postgresql) -> Iterator[World]:
    with world(databases, ("DZ", "KW")) as found:
        yield found


def released(place: World) -> str:
    """Ten records released to KW: enough for COPY on PostgreSQL."""
    dz = place["DZ"]
    put_in_force(dz, national_policy(1, "training"))
    refs = dz.deposit(*(gulf_person(n) for n in range(10)))
    (proposal,) = dz.propose("KW", refs).proposals
    dz.approve(proposal)
    assert dz.release(proposal).state == "released"
    return proposal.id


def unguard(url: str) -> None:
    """What only the owner of the database can do: take the guards of the documents away."""
    engine = create_engine(url)
    on = "" if url.startswith("sqlite") else " ON agreements"
    with engine.begin() as connection:
        for name in ("guard_document_update", "guard_document_delete"):
            connection.execute(text(f"DROP TRIGGER {name}{on}"))
    engine.dispose()


def flip(url: str, state: str) -> None:
    """One bit of the agreement's document in that state."""
    engine = create_engine(url)
    with engine.begin() as connection:
        where = "kind = 'agreement' AND state = :state"
        kept = bytes(
            connection.execute(text(f"SELECT document FROM agreements WHERE {where}"), {"state": state}).scalar_one()
        )
        changed = kept[:1000] + bytes([kept[1000] ^ 1]) + kept[1001:]
        done = connection.execute(
            text(f"UPDATE agreements SET document = :new WHERE {where}"), {"new": changed, "state": state}
        )
        assert done.rowcount == 1
    engine.dispose()


def test_years_later_equal_and_one_byte_is_told(place: World) -> None:
    id_ = released(place)
    dz = place["DZ"]
    with dz.node.store.read() as unit:
        ref = unit.releases.items(id_)[0].ref
        assert [(each.stage, len(each.digests)) for each in unit.releases.kept_decisions(id_)] == [
            ("proposed", 320),
            ("released", 320),
        ]
    later = years_later(place.federation, dz, ref)
    assert states_of(later, id_) == BOTH
    with later.node.store.write() as unit:
        data = export_decisions(later.node, unit, later.staff.officer, id_, values=True)
    assert check_file(data).sound
    assert not succeeds(place.urls["DZ"], "UPDATE agreements SET document = digest")
    unguard(place.urls["DZ"])
    flip(place.urls["DZ"], "active")
    assert states_of(later, id_) == BOTH, "the newer document is not that of the release"
    flip(place.urls["DZ"], "superseded")
    assert caught(lambda: states_of(later, id_)) is Code.DOCUMENT_CHANGED
    assert check_file(data).sound, "the auditor's file does not depend on the node"


def test_a_record_whose_key_was_destroyed(place: World) -> None:
    id_ = released(place)
    with place["DZ"].node.store.read() as unit:
        ref = unit.releases.items(id_)[3].ref
    assert succeeds(place.urls["DZ"], f"DELETE FROM record_keys WHERE id = '{ref.id}'")
    line = [*LINE[:3], (ERASED, None), *LINE[4:]]
    assert states_of(place["DZ"], id_) == {"proposed": line, "released": line}


def test_what_was_kept_is_never_changed_or_removed(place: World) -> None:
    id_ = released(place)
    url = place.urls["DZ"]
    attacks = [
        "UPDATE decisions SET digests = manifests",
        "UPDATE decisions SET at = at + 1",
        "DELETE FROM decisions",
        "DELETE FROM agreements",
        "UPDATE agreements SET digest = 'd' WHERE kind = 'policy'",
        "UPDATE agreements SET version = version + 1",
        "INSERT INTO decisions VALUES ('rel-x', 'perhaps', 0, '', '', '')",
    ]
    if url.startswith("sqlite"):
        attacks.append(
            "INSERT OR REPLACE INTO decisions SELECT proposal_id, stage, 0, inputs, manifests, digests FROM decisions"
        )
        attacks.append(
            "INSERT OR REPLACE INTO agreements SELECT id, version, kind, digest, digest, signatures, state, changed_at"
            " FROM agreements"
        )
    else:
        attacks += ["TRUNCATE decisions", "TRUNCATE agreements"]
    for attack in attacks:
        assert not succeeds(url, attack), attack
    assert succeeds(url, "UPDATE agreements SET changed_at = changed_at + 1")
    dz = place["DZ"]
    with dz.node.store.read() as unit:
        (kept, _) = unit.releases.kept_decisions(id_)
    with pytest.raises(Conflict), dz.node.store.write() as unit:
        unit.releases.keep_decisions(id_, kept)
    assert states_of(dz, id_) == BOTH
