"""T-47: a node that starts on an old backup finds out, signs and sends nothing, and goes on under a new epoch."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from exchange.crypto import checkpoint
from exchange.crypto.encoding import b64
from exchange.errors import Code
from exchange.operations import epochs, override
from exchange.operations.confirm import take_ours
from exchange.operations.cosignatures import ask_cosignature
from exchange.operations.health import readiness
from exchange.operations.heartbeat import beat
from exchange.operations.ledger_state import ledger_state
from exchange.operations.pull import answer_pull, pull
from exchange.operations.receive import receive_all
from exchange.operations.reconcile import reconcile
from exchange.operations.reconcile_answer import answer_reconcile
from exchange.operations.witness import add_checkpoint
from tests.databases import Postgresql, Sqlite
from tests.federation import State, keys_of, root_of
from tests.second import both
from tests.subjects import gulf_person
from tests.witness_kit import CODES, House, alarms, caught, export_of, witnessing


@pytest.fixture
def house(databases: Sqlite | Postgresql) -> Iterator[House]:
    with witnessing(databases) as made:
        yield made


def opened(state: State, reason: str = "RESTORED_BACKUP") -> epochs.Epoch:
    with state.node.store.write() as unit:
        return epochs.open_epoch(state.node, unit, state.staff.admin, reason)


def numbers(house: House, code: str = "KW") -> list[tuple[int, int, str]]:
    """(epoch, number, envelope) of everything that the state ever took from DZ."""
    with house[code].node.store.read() as unit:
        return [(each.epoch, each.seq, each.envelope_digest) for each in unit.streams.inbox("DZ", None, 10_000)]


def test_it_signs_and_sends_nothing_until_a_new_epoch_that_partners_see(house: House) -> None:
    house.sends(number=1)
    old = house.backup("DZ")
    house.sends(number=2)
    house.sends(number=3)
    lost = len(numbers(house))
    dz = house.restore("DZ", old)
    dz.push("KW", dz.deposit(gulf_person(4))) if not stale(dz) else None
    assert caught(lambda: beat(dz.node, "KW")) is Code.ROLLED_BACK
    with dz.node.store.read() as unit:
        behind = ledger_state(unit).behind
        size = unit.ledger.head(lock=False).size
    assert behind is not None
    assert (behind.partner, behind.size > size) == ("KW", True)
    refused = (
        lambda: beat(dz.node, "AE"),
        lambda: dz.deposit(gulf_person(5)),
        lambda: dz.deliver("KW"),
        lambda: ask_cosignature(dz.node, "AE"),
        lambda: answer_pull(dz.node, "KW", 1, 0, 10),
        lambda: receive_all(dz.node, "KW", [b"{}"]) and None,
        lambda: add_checkpoint(dz.node, "KW", request_of(house["KW"])),
        lambda: reconcile(dz.node, "AE"),
        lambda: answer_reconcile(dz.node, "KW", b"{}"),
    )
    codes = [caught(call) for call in refused]
    assert codes[:5] == [Code.ROLLED_BACK] * 5
    assert codes[6:] == [Code.ROLLED_BACK] * 3
    assert Code.ROLLED_BACK.value in readiness(dz.node, lambda: False)
    assert ("KW", "ROLLED_BACK") in alarms(dz.node)
    made = opened(dz)
    assert (made.epoch, made.size, made.lost) == (2, size, behind.size)
    assert len(numbers(house)) == lost
    house.round("DZ")
    assert ("DZ", "NEW_EPOCH") in alarms(house["KW"].node)
    house.sends(number=6)
    taken = numbers(house)
    assert len({each[:2] for each in taken}) == len(taken), "no number is used twice"
    assert taken[-1][:2] == (2, 1)
    house.round()
    for code in CODES:
        report = both(export_of(house[code]), fingerprint=root_of(code).fingerprint)
        assert report.ok, (code, report.reason, report.first_bad_index)


def test_a_reconciliation_begins_with_what_the_partner_holds_of_us(house: House) -> None:
    """The worker may reconcile before its first heartbeat: no statement over the old backup is signed or sent."""
    house.sends(number=1)
    old = house.backup("DZ")
    house.sends(number=2)
    dz = house.restore("DZ", old)
    assert caught(lambda: reconcile(dz.node, "KW")) is Code.ROLLED_BACK
    with dz.node.store.read() as unit:
        assert ledger_state(unit).behind is not None
        assert unit.reconciles.of("KW", 1) == []


def stale(state: State) -> bool:
    """After a start nothing is released before a witness has cosigned."""
    (proposal,) = state.propose("KW", state.deposit(gulf_person(40))).proposals
    state.approve(proposal)
    return caught(lambda: state.release(proposal)) is Code.WITNESS_STALE


def request_of(state: State) -> bytes:
    with state.node.store.read() as unit:
        note = unit.ledger.checkpoint()
    assert note is not None
    return b"old 0\n\n" + note


def test_what_partners_sent_meanwhile_comes_again(house: House) -> None:
    kw = house["KW"]
    old = house.backup("DZ")
    kw.push("DZ", kw.deposit(gulf_person(7)))
    kw.deliver("DZ")
    dz = house.restore("DZ", old)
    assert caught(lambda: beat(dz.node, "KW")) is Code.ROLLED_BACK
    opened(dz)
    beat(dz.node, "KW")
    pulled = pull(dz.node, "KW")
    with dz.node.store.read() as unit:
        taken = unit.streams.inbox("KW", None, 10)
    if pulled.envelopes:
        assert [each.seq for each in taken] == list(range(1, len(taken) + 1))


def test_nothing_is_sent_to_a_partner_that_has_not_answered_since_the_start(house: House) -> None:
    """KW alone knows what was lost; AE would confirm the old backup."""
    old = house.backup("DZ")
    house.sends(number=2)
    dz = house.restore("DZ", old)
    beat(dz.node, "AE")
    ask_cosignature(dz.node, "AE")
    house.federation.network.down.add("KW")
    dz.push("KW", dz.deposit(gulf_person(3)))
    assert caught(lambda: dz.deliver("KW")) is Code.PARTNER_UNREACHABLE
    assert caught(lambda: answer_pull(dz.node, "KW", 1, 0, 10)) is Code.NOT_CONFIRMED
    house.federation.network.down.clear()
    assert caught(lambda: dz.deliver("KW")) is Code.ROLLED_BACK
    opened(dz)
    assert dz.deliver("KW").accepted == 0, "what was queued on the old backup is given up"
    assert answer_pull_after(house, dz) == []
    house.round("DZ")
    house.sends(number=4)
    taken = numbers(house)
    assert len({each[:2] for each in taken}) == len(taken)
    with house["KW"].node.store.read() as unit:
        assert unit.streams.evidence() == []


def answer_pull_after(house: House, dz: State) -> list[bytes]:
    """A partner that asks for numbers of the old epoch gets none that was given up."""
    beat(dz.node, "KW")
    with dz.node.store.read() as unit:
        known = {wire for _, wire in unit.streams.receipts(None, 100) if wire}
    found = answer_pull(dz.node, "KW", 1, 0, 10).envelopes
    return list(found)[len(known) :]


@pytest.mark.parametrize("note", ["", "forged", "of another", "of nobody", "garbage"])
def test_a_partners_word_alone_stops_nobody(house: House, note: str) -> None:
    """Only our own signature on a head that we do not have does."""
    dz = house["DZ"].node
    with house["AE"].node.store.read() as unit:
        other = (unit.ledger.checkpoint() or b"").decode()
    root = b64(bytes(32))
    ours = checkpoint.make("DZ.exchange", 10**9, bytes(32), keys_of("KW").ledger).decode()
    texts = {
        "": "",
        "forged": ours.replace("— KW.exchange", "— DZ.exchange"),
        "of another": other,
        "of nobody": f"DZ.exchange\n999\n{root}\n\n— someone {b64(bytes(68))}\n",
        "garbage": "x",
    }
    with dz.store.write() as unit:
        code = caught(lambda: take_ours(dz, unit, "KW", [texts[note]] if note else [], dz.clock.now()))
    assert code is (None if note == "" else Code.PARTNER_ANSWER)
    with dz.store.read() as unit:
        assert ledger_state(unit).behind is None


def test_an_epoch_needs_an_administrator_and_a_reason(house: House) -> None:
    dz = house["DZ"]
    with dz.node.store.write() as unit:
        assert caught(lambda: epochs.open_epoch(dz.node, unit, dz.staff.officer, "EXERCISE")) is Code.PERMISSION_MISSING
        assert caught(lambda: epochs.open_epoch(dz.node, unit, dz.staff.admin, "BORED")) is Code.VALUE_NOT_ALLOWED
    first, second = opened(dz, "EXERCISE"), opened(dz, "EXERCISE")
    assert (first.epoch, second.epoch) == (2, 3)
    house.round()
    house.sends(number=1)
    assert numbers(house)[-1][:2] == (3, 1)
    assert both(export_of(dz), fingerprint=root_of("DZ").fingerprint).ok


@pytest.mark.parametrize("seed", range(2))
def test_restored_at_any_point_no_number_is_used_twice(house: House, seed: int) -> None:
    restored(house, random.Random(seed), 2)


def restored(house: House, rng: random.Random, times: int) -> None:
    """Backups and restores at random points of a running exchange."""
    for turn in range(times):
        for number in range(rng.randrange(3)):
            house.sends(number=10 * turn + number)
        old = house.backup("DZ")
        for number in range(rng.randrange(3)):
            house.sends(to=rng.choice(["KW", "AE"]), number=10 * turn + 5 + number)
        if rng.random() < 0.5:
            house.round()
        down = rng.choice([None, "KW", "AE"])
        if down is not None:
            house.federation.network.down.add(down)
        dz = house.restore("DZ", old)
        calls: list[Callable[[], object]] = [
            partial(beat, dz.node, "AE"),
            partial(beat, dz.node, "KW"),
            partial(ask_cosignature, dz.node, "AE"),
            partial(ask_cosignature, dz.node, "KW"),
            partial(house.sends, "KW", 10 * turn + 8),
        ]
        for call in calls:
            caught(call)
        house.federation.network.down.clear()
        for call in calls[:2]:
            caught(call)
        with dz.node.store.read() as unit:
            behind = ledger_state(unit).behind
        if behind is not None:
            opened(dz)
        house.round()
        house.sends(number=10 * turn + 9)
    for code in ("AE", "KW"):
        taken = numbers(house, code)
        assert len({each[:2] for each in taken}) == len(taken)
        with house[code].node.store.read() as unit:
            kinds = {kind for _, _, _, kind in unit.streams.evidence()}
        assert "EQUIVOCATION" not in kinds
    for code in CODES:
        report = both(export_of(house[code]), fingerprint=root_of(code).fingerprint)
        assert report.ok, (code, report.reason, report.first_bad_index)


@pytest.mark.trials
@pytest.mark.parametrize("seed", range(50))
def test_restored_fifty_times_at_random_points(house: House, seed: int) -> None:
    restored(house, random.Random(1000 + seed), 3)


def test_an_override_does_not_make_a_node_that_is_behind_sign_again(house: House) -> None:
    old = house.backup("DZ")
    house.sends(number=2)
    dz = house.restore("DZ", old)
    assert caught(lambda: beat(dz.node, "KW")) is Code.ROLLED_BACK

    def ask() -> None:
        with dz.node.store.write() as unit:
            override.ask_override(dz.node, unit, dz.staff.admin, "COURIER_ONLY", 1)

    assert caught(ask) is Code.ROLLED_BACK
