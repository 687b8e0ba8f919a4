"""Messages in an export: what needs approval stands behind its release, the rest takes numbers of its own."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from exchange.ledger.reconcile import reconcile
from exchange.ledger.report import Fault
from tests.unit.ledger_kit import AGREEMENT, POLICY, Story, hex_of, ref_of


def sent(story: Story, type_: str, number: int, **changes: str | int | Sequence[str]) -> int:
    fields: dict[str, str | int | Sequence[str]] = {
        "message": f"msg-{number}",
        "thread": f"msg-{number}",
        "type": type_,
        "recipient": "TN",
        "agreement": AGREEMENT,
        "version": 1,
        "policy_digest": POLICY,
        "purpose": "analysis.joint",
        "envelope": hex_of("envelope", number),
        "epoch": 1,
        "seq": number,
        "refs": [ref_of("r1")],
    }
    return story.write("message.sent", "p-release", **{**fields, **changes})


def came(story: Story, seq: int, **changes: str | int | Sequence[str]) -> int:
    place: dict[str, str | int | Sequence[str]] = {
        "sender": "TN",
        "epoch": 1,
        "seq": seq,
        "envelope": hex_of("in", seq),
        "records": 1,
        "refs": [],
    }
    story.write("envelope.received", "TN", refused=0, **place)
    told: dict[str, str | int | Sequence[str]] = {"message": "msg-1", "thread": "msg-1", "type": "recall"}
    return story.write("message.received", "TN", agreement=AGREEMENT, **{**told, **place, **changes})


def faults(story: Story) -> list[tuple[Fault, int | None]]:
    return [(each.fault, each.index) for each in story.report().findings]


def test_a_whole_story_passes() -> None:
    story = Story().begin()
    story.whole("rel-1", 1)
    sent(story, "correction", 1)
    sent(story, "recall", 2)
    story.receipt(2)
    story.whole("rel-3", 3)
    came(story, 1)
    assert faults(story) == []


@pytest.mark.parametrize("type_", ["correction", "request", "answer", "onward-request", "onward-grant", "anything"])
def test_what_nobody_approved(type_: str) -> None:
    story = Story().begin()
    alone = sent(story, type_, 1)
    assert (Fault.MESSAGE_UNAPPROVED, alone) in faults(story)


def test_a_release_of_another_number_is_no_approval() -> None:
    story = Story().begin()
    story.whole("rel-1", 1)
    assert faults_of_next(story, seq=2) == Fault.MESSAGE_UNAPPROVED
    story = Story().begin()
    story.whole("rel-1", 1)
    assert faults_of_next(story, seq=1, envelope=hex_of("another")) == Fault.MESSAGE_UNAPPROVED


def faults_of_next(story: Story, **changes: str | int) -> Fault:
    index = sent(story, "request", 1, **changes)
    ((fault, at),) = faults(story)
    assert at == index
    return fault


def test_a_recall_keeps_numbers_agreement_and_purpose() -> None:
    changes: list[tuple[Fault, dict[str, str | int]]] = [
        (Fault.NUMBER_GAP, {"seq": 2}),
        (Fault.AGREEMENT_NOT_ACTIVE, {"version": 2}),
        (Fault.AGREEMENT_NOT_ACTIVE, {"agreement": "AG-DZ-QA"}),
        (Fault.AGREEMENT_PARTIES, {"recipient": "QA"}),
        (Fault.AGREEMENT_PURPOSE, {"purpose": "contact"}),
    ]
    for fault, change in changes:
        story = Story().begin()
        assert faults_of(story, change) == fault
    story = Story().begin()
    story.whole("rel-1", 1)
    assert faults_of(story, {"seq": 1}) == Fault.NUMBER_REUSED


def faults_of(story: Story, change: dict[str, str | int]) -> Fault:
    index = sent(story, "recall", 1, **change)
    ((fault, at),) = faults(story)
    assert at == index
    return fault


def test_what_came_without_its_envelope() -> None:
    story = Story().begin()
    other = came(story, 1, envelope=hex_of("another"))
    assert faults(story) == [(Fault.MESSAGE_UNMATCHED, other)]


def test_both_sides_count_a_message_once() -> None:
    here = Story().begin()
    sent(here, "recall", 1)
    here.whole("rel-2", 2)
    sent(here, "correction", 2)
    there = [line.replace(b'"node":"DZ"', b'"node":"TN"', 1) for line in Story().begin().lines()]
    found = reconcile(here.lines(), there)
    assert (found.matched, found.in_flight.count, found.agrees) == (0, 2, True)


def outcome(story: Story, seq: int, thread: str) -> int:
    return sent(story, "notice", seq, message=f"msg-n{seq}", thread=thread)


def destroyed(story: Story, why: str, message: str) -> int:
    return story.write("record.destroyed", "p-release", held="received", why=why, message=message, refs=[ref_of("r1")])


def test_an_outcome_answers_a_recall_and_a_destruction_names_it() -> None:
    story = Story().begin()
    came(story, 1)
    destroyed(story, "recall", "msg-1")
    destroyed(story, "retention", "-")
    outcome(story, 1, "msg-1")
    assert faults(story) == []


def test_an_outcome_without_a_recall_is_a_fault() -> None:
    story = Story().begin()
    unasked = outcome(story, 1, "msg-1")
    assert faults(story) == [(Fault.OUTCOME_UNASKED, unasked)]
    story = Story().begin()
    told = came(story, 1, type="notice", message="msg-2")
    assert faults(story) == [(Fault.OUTCOME_UNASKED, told)]


@pytest.mark.parametrize("why", ["recall", "correction"])
def test_a_destruction_that_nobody_asked_for_is_a_fault(why: str) -> None:
    story = Story().begin()
    alone = destroyed(story, why, "msg-1")
    assert faults(story) == [(Fault.DESTROYED_UNASKED, alone)]
    story = Story().begin()
    came(story, 1, type="recall" if why == "correction" else "correction")
    other = destroyed(story, why, "msg-1")
    assert faults(story) == [(Fault.DESTROYED_UNASKED, other)]


def test_a_recall_and_its_outcome_outlive_the_agreement_in_the_ledger() -> None:
    """ADR 13; any other notice is a fault then."""
    story = Story().begin()
    came(story, 1)
    story.write("agreement.changed", "p-admin", agreement=AGREEMENT, version=1, digest=hex_of("any"), state="suspended")
    sent(story, "recall", 1)
    outcome(story, 2, "msg-1")
    assert faults(story) == []
    late = sent(story, "notice", 3)
    assert faults(story) == [(Fault.AGREEMENT_NOT_ACTIVE, late)]
