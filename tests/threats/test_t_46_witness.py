"""T-46: a ledger that is rewritten, or shown to two partners in two versions, is caught by those who witness it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import cast

import pytest

from exchange.crypto import checkpoint, witness_wire
from exchange.crypto.merkle import consistency_path
from exchange.errors import Code, ExchangeError
from exchange.ledger import book
from exchange.ledger.contradiction import check, contradiction_file
from exchange.ledger.entries import entry
from exchange.model.state import Person
from exchange.operations import contradictions, override
from exchange.operations.clock import stamp
from exchange.operations.cosignatures import ask_cosignature
from exchange.operations.heartbeat import beat
from exchange.operations.ledger_state import ledger_state
from exchange.operations.partners import suspend_partner
from exchange.operations.people import disable_person
from exchange.operations.watch import watch
from exchange.operations.witness import add_checkpoint
from exchange.ports.peers import Peers
from tests.databases import Postgresql, Sqlite
from tests.federation import State, card_of, keys_of, root_of
from tests.second import both, module
from tests.subjects import gulf_person
from tests.witness_kit import House, alarms, caught, export_of, witnessing


@pytest.fixture
def house(databases: Sqlite | Postgresql) -> Iterator[House]:
    with witnessing(databases) as made:
        yield made


def test_partners_cosign_and_the_export_carries_it(house: House) -> None:
    house.sends()
    house.round("DZ")
    lines = export_of(house["DZ"])
    report = both(lines, fingerprint=root_of("DZ").fingerprint)
    assert report.ok, report.reason
    assert {(each.party, each.fingerprint) for each in report.witnesses} == {
        (code, root_of(code).fingerprint) for code in ("AE", "KW")
    }
    assert b"DZ.exchange/witness" not in b"".join(lines), "nobody witnesses itself"


def test_releases_stop_without_a_fresh_cosignature_and_two_persons_let_them_go_on(house: House) -> None:
    dz = house["DZ"]
    refs = dz.deposit(gulf_person(1))
    house.later(hours=3, minutes=59)
    (proposal,) = dz.propose("KW", refs).proposals
    dz.approve(proposal)
    house.later(minutes=2)
    assert caught(lambda: dz.release(proposal)) is Code.WITNESS_STALE
    assert ("DZ", "WITNESS_STALE") in alarms(dz.node)
    first, second = dz.staff.approver, dz.staff.admin
    with dz.node.store.write() as unit:
        asked = override.ask_override(dz.node, unit, first, "PARTNERS_UNREACHABLE", 2)
    assert caught(lambda: give(dz, asked.id, first)) is Code.SELF_APPROVAL
    assert caught(lambda: give(dz, asked.id, dz.staff.officer)) is Code.PERMISSION_MISSING
    assert caught(lambda: dz.release(proposal)) is Code.WITNESS_STALE
    give(dz, asked.id, second)
    assert dz.release(proposal).state == "released"
    house.later(hours=2)
    (later,) = dz.propose("KW", dz.deposit(gulf_person(2))).proposals
    dz.approve(later)
    assert caught(lambda: dz.release(later)) is Code.WITNESS_STALE, "an override ends by itself"
    ask_cosignature(dz.node, "AE")
    assert dz.release(later).state == "released"
    assert both(export_of(dz), fingerprint=root_of("DZ").fingerprint).ok


def give(state: State, id_: str, person: Person) -> None:
    with state.node.store.write() as unit:
        override.give_override(state.node, unit, person, id_)


def test_an_override_of_a_person_who_is_gone_and_an_ended_one_count_for_nothing(house: House) -> None:
    dz = house["DZ"]
    with dz.node.store.write() as unit:
        asked = override.ask_override(dz.node, unit, dz.staff.approvers[2], "COURIER_ONLY", 2)
        disable_person(dz.node, unit, dz.staff.admin.id, dz.staff.approvers[2].id)
    assert caught(lambda: give(dz, asked.id, dz.staff.admin)) is Code.RELEASE_STATE
    with dz.node.store.write() as unit:
        other = override.ask_override(dz.node, unit, dz.staff.admin, "COURIER_ONLY", 24)
    give(dz, other.id, dz.staff.approver)
    with dz.node.store.write() as unit:
        override.end_override(dz.node, unit, dz.staff.admin, other.id)
    house.later(hours=5)
    (proposal,) = dz.propose("KW", dz.deposit(gulf_person(1))).proposals
    dz.approve(proposal)
    assert caught(lambda: dz.release(proposal)) is Code.WITNESS_STALE


def test_a_suspended_partner_is_no_witness(house: House) -> None:
    dz = house["DZ"]
    with dz.node.store.write() as unit:
        suspend_partner(dz.node, unit, dz.staff.admin, "AE")
        assert [row.witness for row in unit.heads.cosigned()] == ["KW"]
    assert caught(lambda: ask_cosignature(dz.node, "AE")) is Code.SUSPENDED


def heads(house: House, size_from: int, count: int) -> list[bytes]:
    """Requests to KW for `count` heads of DZ of one size with different roots, each joined to what KW has cosigned."""
    with house["KW"].node.store.read() as unit:
        known = unit.heads.witnessed("DZ.exchange")
    assert known is not None
    with house["DZ"].node.store.read() as unit:
        head = unit.ledger.head(lock=False)
        leaves = unit.ledger.nodes(0, 0, head.size)
    assert head.size == known.size == size_from
    made = []
    for number in range(count):
        line = entry("record.listed", at=stamp(house["DZ"].node.clock.now()), actor="p", count=number)
        grown, (leaf,) = book.extend(head, [line], [bytes([number]) * book.SALT])
        proof = consistency_path([*leaves, leaf], known.size)
        note = checkpoint.make("DZ.exchange", grown.size, book.root(grown), keys_of("DZ").ledger)
        made.append(witness_wire.write_request(known.size, proof, note))
    return made


def test_eight_callers_with_eight_heads_of_one_size_get_one_cosignature(house: House) -> None:
    house.round("DZ")
    kw = house["KW"].node
    with kw.store.read() as unit:
        known = unit.heads.witnessed("DZ.exchange")
    assert known is not None
    asked = heads(house, known.size, 8)

    def ask(body: bytes) -> int:
        try:
            return add_checkpoint(kw, "DZ", body).status
        except ExchangeError as error:
            return -1 if error.code is Code.DATABASE_BUSY else -2

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, asked))
    assert answers.count(200) == 1, answers
    assert set(answers) <= {200, 409, 422, -1}
    again = [add_checkpoint(kw, "DZ", body).status for body in asked]
    assert set(again) == {409}, "none of them starts from the head that was cosigned"
    with kw.store.read() as unit:
        kept = unit.heads.witnessed("DZ.exchange")
    assert kept is not None
    assert kept.size == known.size + 1
    assert (
        checkpoint.read(kept.note).note.text
        == checkpoint.read(witness_wire.read_request(asked[answers.index(200)]).note).note.text
    )


def test_a_witness_answers_for_the_callers_own_ledger_only(house: House) -> None:
    (body,) = heads(house, size_of(house, "DZ"), 1)
    assert add_checkpoint(house["KW"].node, "AE", body).status == 404
    assert add_checkpoint(house["KW"].node, "DZ", b"old 1\n").status == 400


def size_of(house: House, code: str) -> int:
    house.round(code)
    with house[code].node.store.read() as unit:
        return unit.ledger.head(lock=False).size


def test_a_node_that_rewrites_its_ledger_is_caught_by_the_next_call(house: House) -> None:
    """It holds its own keys, so it can sign anything; its partners hold what it signed before."""
    old = house.backup("DZ")
    house.sends(number=1)
    house.round()
    forged = house.open("DZ", old)  # the history that the operator would rather have, without a start
    forged.push("AE", forged.deposit(gulf_person(9)))
    for _ in range(60):
        with forged.node.store.write() as unit:
            override.ask_override(forged.node, unit, forged.staff.admin, "COURIER_ONLY", 1)
    assert caught(lambda: ask_cosignature(forged.node, "KW")) is Code.ROLLED_BACK
    with forged.node.store.read() as unit:
        assert ledger_state(unit).behind is not None
    assert caught(lambda: beat(forged.node, "AE")) is Code.ROLLED_BACK, "nothing is signed any more"
    kw = house["KW"].node
    assert caught(lambda: watch(kw, "DZ")) in (Code.ROLLED_BACK, Code.PARTNER_ANSWER, None)
    house.later(minutes=16)
    assert alarms(kw) & {("DZ", "HEADS_UNPROVEN"), ("DZ", "HEADS_CONTRADICT")}


def test_two_views_of_one_ledger_meet_and_become_a_file_that_anybody_can_check(house: House) -> None:
    """DZ shows one history to AE and another to KW; both are parties to one agreement, and their heartbeats meet."""
    old = house.backup("DZ")
    dz, ae, kw = (house[code] for code in ("DZ", "AE", "KW"))
    with dz.node.store.write() as unit:
        override.ask_override(dz.node, unit, dz.staff.admin, "COURIER_ONLY", 1)
    beat(dz.node, "AE")
    house.open("DZ", old)
    with dz.node.store.write() as unit:
        override.ask_override(dz.node, unit, dz.staff.admin, "NETWORK_ATTACK", 2)
    beat(dz.node, "KW")
    beat(ae.node, "KW")
    for witness in (ae, kw):
        watch(witness.node, "DZ")
        assert ("DZ", "HEADS_CONTRADICT") in alarms(witness.node)
        with witness.node.store.read() as unit:
            found, known = contradictions.notes(unit, "DZ"), unit.partners.get("DZ")
        assert known is not None
        data = contradiction_file("DZ", known.root_fingerprint, [known.descriptor], found)
        told = check(data, root_of("DZ").fingerprint)
        assert (told.fault, told.exit_code, told.node) == (None, 0, "DZ")
        assert module().check_contradiction(data, root_of("DZ").fingerprint)["exit_code"] == 0
        spoilt = bytearray(data)
        spoilt[data.index(b'"],"kind"') - 20] ^= 1  # within the second signature
        for found_exit in (
            check(bytes(spoilt), root_of("DZ").fingerprint).exit_code,
            module().check_contradiction(bytes(spoilt), root_of("DZ").fingerprint)["exit_code"],
        ):
            assert found_exit in (10, 11), "the signature is wrong, or no base64 any more"
        assert add_checkpoint(witness.node, "DZ", heads_of(dz, witness)).status in (409, 422)
    with ae.node.store.write() as unit:
        contradictions.settle(ae.node, unit, ae.staff.admin, "DZ", "PARTNER_SOFTWARE")
    assert ("DZ", "HEADS_CONTRADICT") not in alarms(ae.node)
    assert both(export_of(ae), fingerprint=root_of("AE").fingerprint).ok


def heads_of(dz: State, witness: State) -> bytes:
    with witness.node.store.read() as unit:
        known = unit.heads.witnessed("DZ.exchange")
    with dz.node.store.read() as unit:
        note = unit.ledger.checkpoint()
    assert known is not None
    assert note is not None
    return witness_wire.write_request(min(known.size, checkpoint.read(note).size), [], note)


def test_an_evidence_file_that_proves_nothing(house: House) -> None:
    with house["DZ"].node.store.read() as unit:
        notes = [note for _, note in unit.ledger.checkpoints(0, 50)][-2:]
        known = unit.partners.get("AE")
    assert known is not None
    own = root_of("DZ").fingerprint
    cases = {
        "NO_CONTRADICTION": contradiction_file("DZ", own, [card_of("DZ")], notes),
        "DESCRIPTOR_INVALID": contradiction_file("DZ", own, [card_of("AE")], notes),
        "FILE_MALFORMED": contradiction_file("DZ", own, [card_of("DZ")], notes[:1]),
        "ROOT_MISMATCH": contradiction_file("DZ", "0" * 64, [card_of("DZ")], notes),
    }
    for fault, data in cases.items():
        found = check(data, own)
        assert found.fault == fault
        assert found.exit_code in (11, 13)
        theirs = module().check_contradiction(data, own)
        assert (theirs["fault"], theirs["exit_code"]) == (fault, found.exit_code)


def test_a_partner_that_gives_no_proofs_is_told_of(house: House) -> None:
    kw = house["KW"].node
    house.sends(number=3)

    class Silent:
        """DZ's node answers everything but proofs."""

        def __getattr__(self, name: str) -> object:
            return getattr(kw.peers, name)

        def proofs(self, *_: object) -> bytes:
            return b"{}"

    mute = replace(kw, peers=cast(Peers, Silent()))
    assert caught(lambda: watch(mute, "DZ")) is Code.PARTNER_ANSWER
    house.later(minutes=16)
    assert ("DZ", "HEADS_UNPROVEN") in alarms(kw)
    assert watch(kw, "DZ") > 0
    assert ("DZ", "HEADS_UNPROVEN") not in alarms(kw)
