"""T-07: a stream that contradicts itself is stopped until an administrator resolves it by name; nothing is consumed."""

from __future__ import annotations

from functools import partial

import pytest

from exchange.errors import BadInput, Code, Conflict, Forbidden, NotFound
from exchange.operations.equivocation import REASONS, Stopped, resolve, stopped
from exchange.operations.pull import pull
from exchange.operations.receive import receive
from tests import invariants
from tests.federation import State
from tests.subjects import gulf_person
from tests.threats.worlds import Forger, World, body_of, caught, parcels_of


def forger(place: World) -> Forger:
    return Forger(place["DZ"], place["KW"])


def body(place: World, n: int) -> bytes:
    dz = place["DZ"]
    return body_of(parcels_of(dz, "KW", dz.deposit(gulf_person(n))))


def fork(place: World, how: str) -> tuple[list[bytes], bytes, Forger]:
    """Two envelopes that were taken, one that contradicts them, and the honest writer of the next."""
    writer = forger(place)
    good = [writer.seal(body(place, n)) for n in (1, 2)]
    other = forger(place)
    if how == "same number":
        other.seq, other.previous = 1, writer.previous
    else:
        other.seq = 2  # the next number, behind another header than the one that was taken
    bad = other.seal(body(place, 3))
    for wire in good:
        receive(place["KW"].node, "DZ", wire)
    return good, bad, writer


def where(state: State) -> Stopped | None:
    with state.node.store.read() as unit:
        return stopped(unit, "DZ")


def resolved(state: State, reason: str = "PARTNER_RESTORED") -> Stopped:
    with state.node.store.write() as unit:
        return resolve(state.node, unit, state.staff.admin, "DZ", reason)


@pytest.mark.parametrize("how", ["same number", "other previous"])
def test_a_fork_stops_the_stream_until_it_is_resolved(place: World, how: str) -> None:
    kw = place["KW"]
    (first, second), bad, writer = fork(place, how)
    receipts = [receive(kw.node, "DZ", wire) for wire in (first, second)]
    following = writer.seal(body(place, 4))
    assert caught(partial(receive, kw.node, "DZ", bad)) is Code.EQUIVOCATION
    at = where(kw)
    assert at is not None
    assert (at.epoch, at.seq) == (1, 2 if how == "same number" else 3)
    size = len(invariants.entries(kw.node))
    for wire in (following, bad):
        assert caught(partial(receive, kw.node, "DZ", wire)) is Code.EQUIVOCATION
    assert len(invariants.taken(kw.node, "DZ")) == 2, "nothing is consumed"
    assert len(invariants.entries(kw.node)) == size, "a stopped stream cannot fill the ledger"
    assert [receive(kw.node, "DZ", wire) for wire in (first, second)] == receipts, "a replay gets its stored receipt"
    assert resolved(kw) == at
    receive(kw.node, "DZ", following)
    assert [item.seq for item in invariants.taken(kw.node, "DZ")] == [1, 2, 3]
    (line,) = invariants.entries(kw.node, "equivocation.resolved")
    assert (line["actor"], line["sender"], line["seq"]) == (kw.staff.admin.id, "DZ", at.seq)
    assert line["reason"] == "PARTNER_RESTORED"


def test_resolving_accepts_nothing_and_the_other_history_stops_it_again(lone: World) -> None:
    kw = lone["KW"]
    _, bad, writer = fork(lone, "same number")
    for _ in range(2):
        assert caught(partial(receive, kw.node, "DZ", bad)) is Code.EQUIVOCATION
        resolved(kw)
    assert caught(partial(receive, kw.node, "DZ", bad)) is Code.EQUIVOCATION
    assert where(kw) is not None
    assert caught(partial(receive, kw.node, "DZ", writer.seal(body(lone, 4)))) is Code.EQUIVOCATION
    assert len(invariants.entries(kw.node, "equivocation")) == 3


def test_other_partners_and_our_own_stream_go_on(lone: World) -> None:
    dz, ae, kw = lone["DZ"], lone["AE"], lone["KW"]
    _, bad, _ = fork(lone, "same number")
    assert caught(partial(receive, kw.node, "DZ", bad)) is Code.EQUIVOCATION
    receive(kw.node, "AE", Forger(ae, kw).seal(b"a number"))
    assert [item.seq for item in invariants.taken(kw.node, "AE")] == [1]
    receive(dz.node, "KW", Forger(kw, dz).seal(b"a number"))
    assert [item.seq for item in invariants.taken(dz.node, "KW")] == [1]


def test_a_pull_from_a_stopped_stream_says_so(lone: World) -> None:
    dz, kw = lone["DZ"], lone["KW"]
    _, bad, _ = fork(lone, "same number")
    assert caught(partial(receive, kw.node, "DZ", bad)) is Code.EQUIVOCATION
    for n in (1, 2, 3):
        dz.push("KW", dz.deposit(gulf_person(n)))
    assert pull(kw.node, "DZ").stopped is Code.EQUIVOCATION


def test_a_number_far_ahead_is_a_gap_and_stops_nothing(lone: World) -> None:
    kw, ahead = lone["KW"], forger(lone)
    ahead.seq = 7
    assert caught(partial(receive, kw.node, "DZ", ahead.seal(body(lone, 1)))) is Code.SEQUENCE_GAP
    assert where(kw) is None


def test_only_an_administrator_resolves_with_a_reason_of_the_list(lone: World) -> None:
    kw = lone["KW"]
    with pytest.raises(Conflict):
        resolved(kw)
    _, bad, _ = fork(lone, "same number")
    assert caught(partial(receive, kw.node, "DZ", bad)) is Code.EQUIVOCATION
    for reason in ("", "BECAUSE", REASONS[0].lower()):
        with pytest.raises(BadInput):
            resolved(kw, reason)
    for person in (kw.staff.officer, kw.staff.approver, kw.staff.auditor):
        with pytest.raises(Forbidden), kw.node.store.write() as unit:
            resolve(kw.node, unit, person, "DZ", REASONS[0])
    with pytest.raises(NotFound), kw.node.store.write() as unit:
        resolve(kw.node, unit, kw.staff.admin, "TN", REASONS[0])
    assert where(kw) is not None
    assert invariants.entries(kw.node, "equivocation.resolved") == []
