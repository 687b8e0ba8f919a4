"""Decisions brought beside an export: bound to the ledger, taken again, and told when they do not come out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from exchange.crypto.encoding import b64, canonical, read_canonical, unb64
from exchange.errors import Forbidden
from exchange.ledger.bundle_verify import verify as verify_bundle
from exchange.ledger.entries import entry
from exchange.ledger.export import EntryPart, entry_line
from exchange.ledger.report import NOT_PROVEN_DECISIONS as UNPROVEN
from exchange.ledger.report import NOT_PROVEN_SHOWN, Exit, Fault, Report
from exchange.ledger.verify import verify
from exchange.model.claims import JsonValue
from exchange.model.records import HeldRecord
from exchange.operations import replay as replay_module
from exchange.operations import replay_file, retaken
from exchange.operations.grounds import Grounds
from exchange.operations.kept import KeptInputs
from exchange.operations.replay_file import MAX_FILE, Checked, check_said
from exchange.operations.replay_files import every_decision
from exchange.operations.retaken import with_bundled, with_decisions
from exchange.operations.verify_file import examine
from exchange.policies.decide import Decision
from tests import invariants
from tests.bundle_kit import bundle_of, changed, document
from tests.federation import Federation, State, root_of
from tests.operations.in_memory import enacted
from tests.subjects import gulf_person
from tests.witness_kit import export_of

JUDGED = replay_module.judged


@pytest.fixture(scope="module")
def told() -> Federation:
    """Two releases to KW, of two records and of one."""
    made = enacted()
    dz = made["DZ"]
    dz.push("KW", dz.deposit(gulf_person(1), gulf_person(2)))
    dz.push("KW", dz.deposit(gulf_person(3)))
    return made


def files(state: State, *, values: bool = True) -> list[bytes]:
    person = state.staff.officer if values else state.staff.auditor
    return [data for _, data in every_decision(state.node, person, values=values)]


def judged(state: State, brought: list[bytes]) -> Report:
    lines = export_of(state)
    report = verify(iter(lines), fingerprint=root_of("DZ").fingerprint)
    assert report.ok
    return with_decisions(report, iter(lines), brought)


def decided_at(state: State, release: str) -> int:
    return next(
        place
        for place, line in enumerate(invariants.entries(state.node))
        if line["kind"] == "release.decided" and line["release"] == release
    )


def said(data: bytes) -> dict[str, Any]:
    value = read_canonical(data, limit=MAX_FILE)
    assert isinstance(value, dict)
    return value


def edited(data: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    value = said(data)
    change(value)
    return canonical(value)


def test_every_decision_of_every_release_is_taken_again(told: Federation) -> None:
    dz = told["DZ"]
    report = judged(dz, files(dz))
    assert report.ok
    assert report.counts["decisions_equal"] == 3
    assert report.counts["releases_without_decisions"] == 0
    assert UNPROVEN not in report.not_proven
    assert NOT_PROVEN_SHOWN in report.not_proven
    assert {each["form"] for each in invariants.entries(dz.node, "decision.exported")} >= {"values"}


def test_a_release_without_its_file_leaves_it_unproven(told: Federation) -> None:
    dz = told["DZ"]
    report = judged(dz, files(dz)[:1])
    assert report.ok
    assert (report.counts["decisions_equal"], report.counts["releases_without_decisions"]) == (2, 1)
    assert UNPROVEN in report.not_proven


def test_an_auditors_files_have_no_values_and_prove_less(told: Federation) -> None:
    dz = told["DZ"]
    report = judged(dz, files(dz, values=False))
    assert report.ok
    assert (report.counts["decisions_equal"], report.counts["decisions_not_retaken"]) == (0, 3)
    assert UNPROVEN in report.not_proven
    with pytest.raises(Forbidden):
        every_decision(dz.node, dz.staff.auditor, values=True)


def test_the_better_of_two_files_counts_whatever_their_order(told: Federation) -> None:
    dz = told["DZ"]
    bare, full = files(dz, values=False), files(dz)
    for brought in ([*bare, *full], [*full, *bare]):
        assert UNPROVEN not in judged(dz, brought).not_proven


def shorter(inputs: KeptInputs, ground: Grounds, held: HeldRecord, at: datetime) -> Decision:
    """Decides as a node would that goes by other rules than the agreement's."""
    return JUDGED(inputs, ground, held._replace(record=held.record._replace(claims=held.record.claims[:-1])), at)


def test_a_decision_that_does_not_come_out_again(told: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a node that decides by other rules than the agreement's would write: everything agrees but the decision."""
    dz = told["DZ"]
    brought = files(dz)

    monkeypatch.setattr(replay_file, "judged", shorter)
    report = judged(dz, brought)
    places = [decided_at(dz, said(each)["release"]) for each in brought]
    assert [(each.fault, each.index) for each in report.findings] == [(Fault.DECISION_DIFFERS, at) for at in places]
    assert (report.exit_code, report.first_bad_index) == (Exit.CHAIN, min(places))
    assert report.counts["decisions_different"] == 3


def test_decisions_of_another_release_or_another_ledger(told: Federation) -> None:
    dz = told["DZ"]
    first, second = files(dz)
    swapped = edited(first, lambda value: value.update(release=said(second)["release"]))
    assert [(each.fault, each.index) for each in judged(dz, [swapped]).findings] == [(Fault.DECISION_DIFFERS, None)]
    foreign = edited(first, lambda value: value.update(release="rel-of-nobody"))
    report = judged(dz, [foreign])
    assert (report.ok, report.counts["decision_files_foreign"]) == (True, 1)
    assert report.counts["releases_without_decisions"] == 2


def test_one_record_of_a_release_is_not_the_release(told: Federation) -> None:
    dz = told["DZ"]
    short = edited(files(dz)[0], lambda value: value.update(items=value["items"][:1]))
    assert [each.fault for each in judged(dz, [short]).findings] == [Fault.DECISION_DIFFERS]


def test_a_changed_agreement_in_the_file(told: Federation) -> None:
    dz = told["DZ"]

    def forge(value: dict[str, Any]) -> None:
        held = value["documents"][0]
        held["document"] = b64(canonical({**said(unb64(held["document"])), "retention_days": 9}))

    found = judged(dz, [edited(files(dz)[0], forge)])
    assert [each.fault for each in found.findings] == [Fault.AGREEMENT_DIFFERS]
    unsigned = edited(files(dz)[0], lambda value: value["documents"][0]["signatures"].pop("KW"))
    assert [each.fault for each in judged(dz, [unsigned]).findings] == [Fault.AGREEMENT_UNSIGNED]
    assert judged(dz, [unsigned]).exit_code is Exit.SIGNATURE


def denied(inputs: KeptInputs, ground: Grounds, held: HeldRecord, at: datetime) -> Decision:
    """A decision with the right digest that says no: what a node writes that sends in spite of it."""
    return replace(JUDGED(inputs, ground, held, at), record_state="denied")


def test_a_denial_that_left_all_the_same(told: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    dz = told["DZ"]
    brought = files(dz)
    monkeypatch.setattr(replay_file, "judged", denied)
    monkeypatch.setattr(replay_file, "compare", lambda *_: ("equal", ""))
    report = judged(dz, brought)
    assert {each.fault for each in report.findings} == {Fault.DECISION_DIFFERS}
    assert UNPROVEN in report.not_proven


@pytest.mark.parametrize("days", [-30, -2, 30])
def test_decided_on_a_day_that_suited(told: Federation, monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    """On which a safeguard did not hold yet, or any more."""
    dz = told["DZ"]
    brought = files(dz)

    def moved(data: JsonValue) -> Checked:
        found = check_said(data)
        return replace(found, stages=tuple(replace(each, at=each.at + timedelta(days=days)) for each in found.stages))

    monkeypatch.setattr(retaken, "check_said", moved)
    assert {each.fault for each in judged(dz, brought).findings} == {Fault.DECISION_DIFFERS}


@pytest.mark.parametrize("order", [slice(None, None, -1), [0, 1, 1], [1, 1], []], ids=str)
def test_stages_in_another_order_or_twice_are_no_file(told: Federation, order: Any) -> None:
    dz = told["DZ"]

    def arrange(value: dict[str, Any]) -> None:
        held = value["stages"]
        value["stages"] = held[order] if isinstance(order, slice) else [held[at] for at in order]

    report = judged(dz, [edited(files(dz)[0], arrange)])
    assert not report.ok
    assert report.counts["decisions_equal"] == 0


def test_a_record_that_stands_twice_hides_another(told: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    dz = told["DZ"]
    brought = files(dz)[:1]

    def doubled(data: JsonValue) -> Checked:
        found = check_said(data)
        return replace(
            found,
            stages=tuple(
                replace(each, items=tuple(replace(item, ref=each.items[0].ref) for item in each.items))
                for each in found.stages
            ),
        )

    monkeypatch.setattr(retaken, "check_said", doubled)
    assert {each.fault for each in judged(dz, brought).findings} == {Fault.DECISION_DIFFERS}


def test_records_of_others_are_as_many_as_the_ledger_says(told: Federation) -> None:
    dz = told["DZ"]
    lines, brought = export_of(dz), files(dz)
    report = verify(iter(lines), fingerprint=root_of("DZ").fingerprint)
    at = next(place for place, line in enumerate(lines) if b'"kind":"release.decided"' in line)
    name = said(brought[0])["release"]
    assert name.encode() in lines[at]
    onward = entry(
        "release.onward",
        at="2026-11-02T08:00:00Z",
        actor="DZ",
        release=name,
        recipient="KW",
        grants=["0" * 64],
        refs=[b64(bytes(32))],
    )
    more = [*lines[:at], entry_line(0, EntryPart(onward, bytes(32))), *lines[at:]]
    assert {each.fault for each in with_decisions(report, more, brought).findings} == {Fault.DECISION_DIFFERS}


def test_what_was_decided_at_the_proposal_alone_is_of_no_release(told: Federation) -> None:
    dz = told["DZ"]
    report = judged(dz, [edited(files(dz)[0], lambda value: value["stages"].pop())])
    assert (report.ok, report.counts["decision_files_foreign"]) == (True, 1)


def test_a_release_id_used_twice_is_never_whole(told: Federation) -> None:
    dz = told["DZ"]
    lines, brought = export_of(dz), files(dz)
    report = verify(iter(lines), fingerprint=root_of("DZ").fingerprint)
    again = [line for line in lines if b'"kind":"release.released"' in line][:1]
    found = with_decisions(report, [*again, *lines], brought)
    assert found.counts["releases_without_decisions"] == 2  # one without its proposal, and the one that hides it
    assert UNPROVEN in found.not_proven


@pytest.mark.parametrize("error", [OverflowError, TypeError, KeyError, RecursionError])
def test_whatever_a_strangers_records_raise(
    told: Federation, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    dz = told["DZ"]
    brought = files(dz)

    def raises(*_: object) -> Decision:
        raise error

    monkeypatch.setattr(replay_file, "judged", raises)
    assert {each.fault for each in judged(dz, brought).findings} == {Fault.FILE_MALFORMED}


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff", b'{"release":7}'])
def test_what_is_no_file_of_decisions(told: Federation, data: bytes) -> None:
    report = judged(told["DZ"], [data])
    assert [(each.fault, each.index) for each in report.findings] == [(Fault.FILE_MALFORMED, None)]
    assert UNPROVEN in report.not_proven


def test_of_a_file_that_does_not_verify_nothing_more_is_said(told: Federation) -> None:
    dz = told["DZ"]
    lines = export_of(dz)
    report = verify(iter(lines[:-1]), fingerprint=root_of("DZ").fingerprint)
    assert with_decisions(report, iter(lines[:-1]), files(dz)) is report


def test_an_erased_record_is_said(house: Federation) -> None:
    dz = house["DZ"]
    refs = dz.deposit(gulf_person(1), gulf_person(2))
    dz.push("KW", refs)
    with dz.node.store.write() as unit:
        unit.records.erase([refs[0]])
    report = judged(dz, files(dz))
    assert report.ok
    assert (report.counts["decisions_equal"], report.counts["decisions_erased"]) == (1, 1)
    assert UNPROVEN in report.not_proven


def test_decisions_in_a_bundle_are_taken_again(told: Federation, monkeypatch: pytest.MonkeyPatch) -> None:
    dz = told["DZ"]
    with dz.node.store.read() as unit:
        release = unit.releases.page("released", None, 10)[0].id
    full, bare = bundle_of(dz, release, claims=True), bundle_of(dz, release)
    fingerprint = root_of("DZ").fingerprint
    for data in (full, bare):
        found = examine(data, fingerprint).bundle
        assert found is not None
        assert found.ok
        assert UNPROVEN in found.not_proven, "a bundle has not all of the ledger"

    monkeypatch.setattr(replay_file, "judged", shorter)
    report = with_bundled(verify_bundle(full, fingerprint=fingerprint), full)
    assert (report.exit_code, report.reason, report.member) == (Exit.CHAIN, Fault.DECISION_DIFFERS, "decision")
    assert report.told is None
    broken = changed(full, decision=None)
    assert document(broken)["decision"] is None
    bad = verify_bundle(broken, fingerprint=fingerprint)
    assert with_bundled(bad, broken) is bad
