"""T-22, T-48: digests over what can be guessed have something in them that cannot, and it goes with the content."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from exchange.crypto.encoding import b64
from exchange.crypto.opening import parse_outer
from exchange.errors import BadInput, Code
from exchange.model.claims import Claim
from exchange.operations.grounds import grounds
from exchange.operations.propose import approval_digest
from exchange.operations.receive import receive
from exchange.operations.retention import retention
from tests.federation import AGREEMENT, START
from tests.subjects import gulf_person
from tests.threats.guessing import values
from tests.threats.lives import WITHOUT, asked, ended, remembered, request_digest, request_of
from tests.threats.planted import planted
from tests.threats.search import standing, values_in
from tests.threats.test_t_22_erasure import column
from tests.threats.worlds import Forger, World, body_of, caught, parcels_of


def test_the_rows_do_not_tell_which_request_was_answered(place: World) -> None:
    """Whoever knows a deposit but one name could try every name against a plain digest of the request."""
    dz = place["DZ"]
    body = request_of(planted("person", without=WITHOUT), "person")
    (ref,) = dz.deposit(planted("person", without=WITHOUT))
    remembered(dz, ref, body)
    digest = request_digest(body)
    rows = [each if isinstance(each, bytes) else str(each).encode() for each in values_in(place.urls["DZ"])]
    assert bytes.fromhex(digest) not in values(rows)
    with dz.node.store.read() as unit:
        found = unit.answers.get(dz.staff.officer.id, f"key-{ref.id}", digest)
        other = unit.answers.get(dz.staff.officer.id, f"key-{ref.id}", "0" * 64)
    assert found is not None
    assert other == replace(found, request_digest="")
    assert found.request_digest == digest


def test_an_erased_records_request_is_forgotten_at_once(place: World) -> None:
    """Not after a day: while the row lives, its key and the guess would tell. Other answers stay."""
    dz = place["DZ"]
    day = START.date().replace(year=START.year - 5)
    issued = Claim("c900", "record.first_issued", day.isoformat(), "fact")  # today is its last day
    gone, stays = dz.deposit((*gulf_person(1), issued), gulf_person(2))
    for ref in (gone, stays):
        remembered(dz, ref, b"{}")
    place.federation.clock.forward(timedelta(hours=17))
    assert retention(dz.node).records == 1
    digest = request_digest(b"{}")
    with dz.node.store.read() as unit:
        assert unit.answers.get(dz.staff.officer.id, f"key-{gone.id}", digest) is None
        assert unit.answers.get(dz.staff.officer.id, f"key-{stays.id}", digest) is not None


def test_the_digest_of_a_proposed_text_does_not_tell_the_text(place: World) -> None:
    """It stands in the ledger, where everything else that it is over can be known."""
    dz = place["DZ"]
    asked(dz, "KW")
    with dz.node.store.read() as unit:
        (line,) = unit.messages.page("out", None, 9)
        row = unit.messages.get(line.key)
        assert row is not None
        assert row.proposal_id is not None
        proposal = unit.releases.get(row.proposal_id)
        ground = grounds(unit, AGREEMENT, lock=False)
    assert proposal is not None
    assert len(row.salt) == 16
    assert approval_digest(ground, proposal, [], row) == proposal.digest
    assert approval_digest(ground, proposal, [], replace(row, salt=b"")) != proposal.digest
    assert approval_digest(ground, proposal, [], replace(row, salt=bytes(16))) != proposal.digest
    ended(place, "DZ")
    with dz.node.store.read() as unit:
        shredded = unit.messages.get(row.key)
    assert shredded is not None
    assert (shredded.body, shredded.salt) == (b"", b"")


def test_evidence_of_a_fork_does_not_keep_what_our_own_key_would_open(place: World) -> None:
    dz, kw = place["DZ"], place["KW"]
    refs = dz.deposit(gulf_person(1), gulf_person(2))
    parcels = parcels_of(dz, "KW", refs)
    one, other = Forger(dz, kw), Forger(dz, kw)
    first, second = one.seal(body_of(parcels[:1])), other.seal(body_of(parcels[1:]))
    receive(kw.node, "DZ", first)
    assert caught(lambda: receive(kw.node, "DZ", second)) is Code.EQUIVOCATION
    kept = [*column(place.urls["KW"], "evidence", "wire"), *column(place.urls["KW"], "inbox_wires", "wire")]
    assert len(kept) == 2
    ciphertext = parse_outer(second).ciphertext
    for proof in kept:
        assert isinstance(proof, bytes | memoryview)
        with pytest.raises(BadInput):
            parse_outer(bytes(proof))
        assert b64(ciphertext)[:64].encode() not in bytes(proof)


@pytest.mark.parametrize("at", [0, 1, 23, 24, 500, 951, 952])
def test_a_secret_is_found_wherever_it_stands(at: int) -> None:
    secret, hay = bytes(range(100, 148)), bytearray(1000)
    hay[at : at + 48] = secret
    assert standing(bytes(hay), [b"before" + secret, bytes(range(48)), secret[:9]]) == [
        b"before" + secret,
        secret[:9],
    ]
