"""Decisions of the past: the same documents, records and inputs give the same bytes; anything else is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest

from exchange.crypto.encoding import b64, canonical, read_canonical
from exchange.errors import Code, ExchangeError, Forbidden, NotFound
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import KeptDecisions, StoredAgreement
from exchange.operations import replay as replay_module
from exchange.operations.grounds import Grounds
from exchange.operations.kept import KeptInputs, kept_digest, read_inputs
from exchange.operations.permits import Permits
from exchange.operations.replay import DIFFERENT, EQUAL, ERASED, NOT_RETAKEN, OTHER_RULES
from exchange.operations.replay_file import MAX_FILE, Checked, check_file, export_decisions
from exchange.policies.decide import RULES, Decision
from tests import invariants
from tests.federation import Federation, OnHandClock
from tests.operations.fakes import FakeStore
from tests.replay_kit import national_policy, put_in_force, stages_of, states_of, years_later
from tests.subjects import gulf_person

JUDGED = replay_module.judged
RULES_KEPT = b'"rules":%d' % RULES
BOTH = {"proposed": [(EQUAL, None)] * 3, "released": [(EQUAL, None)] * 3}


class Past:
    """A release of three records under an agreement and a national policy, and its node."""

    def __init__(self, house: Federation) -> None:
        self.house, self.dz = house, house["DZ"]
        put_in_force(self.dz, national_policy(1, "training"))
        self.refs: list[Ref] = self.dz.deposit(*(gulf_person(n) for n in range(3)))
        (self.proposal,) = self.dz.propose("KW", self.refs).proposals
        house.clock.forward(timedelta(hours=7))
        self.dz.approve(self.proposal)
        assert self.dz.release(self.proposal).state == "released"
        self.id = self.proposal.id

    @property
    def store(self) -> FakeStore:
        under = self.dz.node.store
        assert isinstance(under, OnHandClock)
        assert isinstance(under.store, FakeStore)
        return under.store

    def states(self) -> dict[str, list[tuple[str, str | None]]]:
        return states_of(self.dz, self.id)

    def change_kept(self, stage: str, change: Callable[[KeptDecisions], KeptDecisions]) -> None:
        rows = self.store.rows.decisions
        rows[self.id, stage] = change(rows[self.id, stage])

    def change_document(self, change: Callable[[StoredAgreement], StoredAgreement], kind: str = "agreement") -> None:
        rows = self.store.rows.agreements
        (place,) = [place for place, each in rows.items() if each.kind == kind]
        rows[place] = change(rows[place])

    def export(self, *, values: bool, item: int | None = None) -> bytes:
        with self.dz.node.store.write() as unit:
            person = self.dz.staff.officer if values else self.dz.staff.auditor
            return export_decisions(self.dz.node, unit, person, self.id, item, values=values)


@pytest.fixture
def past(house: Federation) -> Past:
    return Past(house)


def test_both_stages_are_taken_again_with_the_times_that_they_had(past: Past) -> None:
    assert past.states() == BOTH
    proposed, released = stages_of(past.dz, past.id)
    assert released.at - proposed.at == timedelta(hours=7)
    with past.dz.node.store.read() as unit:
        kept = unit.releases.get(past.id)
    assert kept is not None
    assert (kept.created_at, kept.released_at) == (proposed.at, released.at)
    assert [each.id for each in released.inputs.policies] == ["NP-DZ"]
    (line, *_) = invariants.entries(past.dz.node, "release.decided")
    assert line["digest"] == released.digest.hex()
    replays = invariants.entries(past.dz.node, "decision.replayed")
    assert [(each["release"], each["records"]) for each in replays] == [(past.id, 3)] * 2


def test_years_later_the_same(past: Past) -> None:
    """Agreement and policy replaced, record amended, keys of both sides rotated: still the same bytes."""
    past.dz = years_later(past.house, past.dz, past.refs[0])
    assert past.states() == BOTH
    assert check_file(past.export(values=True)).sound


def test_a_proposal_that_was_never_released_is_replayed_too(house: Federation) -> None:
    dz = house["DZ"]
    (proposal,) = dz.propose("KW", dz.deposit(gulf_person(1))).proposals
    assert states_of(dz, proposal.id) == {"proposed": [(EQUAL, None)]}


def test_one_item(past: Past) -> None:
    assert states_of(past.dz, past.id, 2) == {"proposed": [(EQUAL, None)], "released": [(EQUAL, None)]}
    assert stages_of(past.dz, past.id, 2)[0].items[0].ref == past.refs[1]
    for wrong in (0, 4):
        with pytest.raises(NotFound):
            states_of(past.dz, past.id, wrong)
    with pytest.raises(NotFound):
        states_of(past.dz, "rel-" + "0" * 32)


def test_an_erased_record_is_said_and_the_rest_is_verified(past: Past) -> None:
    del past.store.rows.records[past.refs[1]]
    line = [(EQUAL, None), (ERASED, None), (EQUAL, None)]
    assert past.states() == {"proposed": line, "released": line}
    checked = check_file(past.export(values=True))
    assert [each.state for each in checked.stages[1].items] == [EQUAL, ERASED, EQUAL]
    assert checked.sound


FLIPS: dict[str, tuple[Callable[[StoredAgreement], StoredAgreement], Code]] = {
    "document": (lambda a: replace(a, document=_flipped(a.document, 900)), Code.DOCUMENT_CHANGED),
    "digest": (lambda a: replace(a, digest="0" * 64), Code.DOCUMENT_CHANGED),
    "kind": (lambda a: replace(a, kind="policy" if a.kind == "agreement" else "agreement"), Code.DOCUMENT_CHANGED),
    "signature gone": (lambda a: replace(a, signatures={}), Code.AGREEMENT_UNSIGNED),
    "signature": (
        lambda a: replace(a, signatures={code: _flipped(each, 500) for code, each in a.signatures.items()}),
        Code.SIGNATURE_INVALID,
    ),
}


def _flipped(data: bytes, at: int) -> bytes:
    at %= len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize("name", FLIPS)
@pytest.mark.parametrize("kind", ["agreement", "policy"])
def test_a_document_that_is_not_that_of_the_time_is_told(past: Past, name: str, kind: str) -> None:
    change, code = FLIPS[name]
    past.change_document(change, kind)
    with pytest.raises(ExchangeError) as caught:
        past.states()
    assert caught.value.code is code


def test_a_missing_document_is_told(past: Past) -> None:
    past.store.rows.agreements.clear()
    with pytest.raises(ExchangeError) as caught:
        past.states()
    assert (caught.value.code, caught.value.facts["reason"]) == (Code.DOCUMENT_CHANGED, "missing")


def test_a_signature_of_another_root_is_told(past: Past, house: Federation) -> None:
    del house
    past.change_document(lambda a: replace(a, signatures={**a.signatures, "AE": a.signatures["KW"]}))
    with pytest.raises(ExchangeError) as caught:
        past.states()
    assert caught.value.code in (Code.ROOT_MISMATCH, Code.SIGNATURE_INVALID)


@pytest.mark.parametrize("stage", ["proposed", "released"])
def test_what_was_kept_cannot_be_changed_unseen(past: Past, stage: str) -> None:
    before = past.store.rows.decisions[past.id, stage]
    ledger = invariants.entries(past.dz.node, "release.decided")[0]["digest"]
    changes: dict[str, Callable[[KeptDecisions], KeptDecisions]] = {
        "digests": lambda k: replace(k, digests=_flipped(k.digests, 40)),
        "manifests": lambda k: replace(k, manifests=_flipped(k.manifests, 40)),
        "at": lambda k: replace(k, at=k.at + timedelta(seconds=1)),
        "recipient": lambda k: replace(k, inputs=k.inputs.replace(b'"recipient":"KW"', b'"recipient":"AE"')),
    }
    for name, change in changes.items():
        past.change_kept(stage, change)
        assert past.store.rows.decisions[past.id, stage] != before, name
        states = [state for state, _ in past.states()[stage]]
        assert DIFFERENT in states, name
        if stage == "released":
            assert kept_digest(past.id, past.store.rows.decisions[past.id, stage]).hex() != ledger
        past.change_kept(stage, lambda _: before)
    for inputs in (b"", b"{}", before.inputs[:-1], before.inputs.replace(RULES_KEPT, b'"rules":0')):
        past.change_kept(stage, _with_inputs(inputs))
        with pytest.raises(ExchangeError) as caught:
            past.states()
        assert caught.value.code is Code.REPLAY_MALFORMED
    assert read_inputs(before.inputs).rules == RULES


def _with_inputs(inputs: bytes) -> Callable[[KeptDecisions], KeptDecisions]:
    return lambda kept: replace(kept, inputs=inputs)


def test_a_policy_left_out_of_the_inputs_is_told(past: Past) -> None:
    def without(kept: KeptDecisions) -> KeptDecisions:
        inputs = read_canonical(kept.inputs, limit=1 << 20)
        assert isinstance(inputs, dict)
        return replace(kept, inputs=canonical(inputs | {"policies": []}))

    past.change_kept("released", without)
    with pytest.raises(ExchangeError) as caught:
        past.states()
    assert (caught.value.code, caught.value.facts["at"]) == (Code.DOCUMENT_CHANGED, "policy_digest")


def test_an_items_own_digest_is_compared(past: Past) -> None:
    rows = past.store.rows.items
    rows[past.id] = (replace(rows[past.id][0], decision_digest=bytes(32)), *rows[past.id][1:])
    assert past.states()["proposed"][0] == (DIFFERENT, "ITEM")


def test_other_content_under_the_same_version_is_told(past: Past) -> None:
    rows = past.store.rows.records
    one, two = rows[past.refs[0]][0], rows[past.refs[1]][0]
    rows[past.refs[0]] = (one._replace(pairs=two.pairs),)
    assert past.states()["released"][0] == (DIFFERENT, "COMMITMENTS")
    past.store.rows.records[past.refs[0]] = (one._replace(manifest=two.manifest),)
    assert past.states()["released"][0] == (DIFFERENT, "MANIFEST")


def test_other_rules_of_the_software_are_not_called_a_forgery(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    past.change_kept("released", lambda k: replace(k, inputs=k.inputs.replace(RULES_KEPT, b'"rules":7')))
    assert past.states()["released"] == [(EQUAL, None)] * 3, "equal bytes are equal under any rules"
    monkeypatch.setattr(replay_module, "judged", _a_day_later)
    assert past.states()["released"] == [(OTHER_RULES, None)] * 3
    assert past.states()["proposed"] == [(DIFFERENT, "DECISION")] * 3


def _a_day_later(inputs: KeptInputs, ground: Grounds, held: HeldRecord, at: datetime, permits: Permits) -> Decision:
    """As if this software had other rules."""
    return JUDGED(inputs, ground, held, at + timedelta(days=1), permits)


def test_an_auditor_gets_no_values_and_reads_why(past: Past) -> None:
    data = past.export(values=False)
    with pytest.raises(Forbidden), past.dz.node.store.write() as unit:
        export_decisions(past.dz.node, unit, past.dz.staff.auditor, past.id, values=True)
    checked = check_file(data)
    assert {each.state for stage in checked.stages for each in stage.items} == {NOT_RETAKEN}
    with past.dz.node.store.read() as unit:
        pairs = [pair for held in unit.records.current(past.refs, lock=False) for pair in held.pairs]
    assert len(pairs) > 60
    for pair in pairs:
        assert b64(pair.salt).encode("ascii") not in data
        assert b64(pair.claim)[:-4].encode("ascii") not in data
        assert pair.claim not in data
    entries = invariants.entries(past.dz.node, "decision.exported")
    assert [(each["form"], each["records"]) for each in entries] == [("bare", 3)]


def _checked(data: bytes) -> Checked | None:
    try:
        return check_file(data)
    except ExchangeError:
        return None


@pytest.mark.parametrize("values", [True, False])
def test_a_changed_file_is_refused_or_told(past: Past, values: bool) -> None:
    """One bit anywhere. What still checks differs in the digest that the ledger has, or in a number only."""
    data = past.export(values=values, item=1)
    whole = check_file(data)
    assert whole.sound
    digests = [stage.digest for stage in whole.stages]
    rng, told = Random(4), 0
    for _ in range(150):
        at = rng.randrange(len(data))
        found = _checked(data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :])
        if found is not None and found.sound:
            assert [stage.digest for stage in found.stages] != digests, data[at - 30 : at + 30]
            told += 1
    assert told < 15


def test_the_file_needs_no_node_and_comes_to_the_same(past: Past) -> None:
    checked = check_file(past.export(values=True))
    assert checked.release == past.id
    assert [stage.digest for stage in checked.stages] == [stage.digest for stage in stages_of(past.dz, past.id)]
    assert {each.state for stage in checked.stages for each in stage.items} == {EQUAL}


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"x" * 10, b'{"v":1}'])
def test_what_is_no_such_file(data: bytes) -> None:
    with pytest.raises(ExchangeError) as caught:
        check_file(data)
    assert caught.value.code is Code.REPLAY_MALFORMED
    assert MAX_FILE > 64 << 20


def test_a_proposal_of_before_is_said_to_have_nothing_kept(past: Past) -> None:
    past.store.rows.decisions.clear()
    with pytest.raises(NotFound) as caught:
        past.states()
    assert caught.value.facts["at"] == "decisions"
