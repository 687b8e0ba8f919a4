"""Verification of an export: the numbers of a stream and four eyes, each rule by a ledger that keeps all the others."""

from __future__ import annotations

import pytest

from exchange.ledger.report import Fault
from tests.unit.ledger_kit import Story, agreement, hex_of, only, ready, void

# numbers


def test_a_gap_in_the_numbers() -> None:
    story = ready()
    story.whole("rel-1", 1)
    index = story.whole("rel-3", 3)
    story.whole("rel-4", 4)
    only(story.report(), Fault.NUMBER_GAP, index)


def test_numbers_begin_at_one() -> None:
    story = ready()
    story.whole("rel-2", 2)
    only(story.report(), Fault.NUMBER_GAP, 8)


def test_a_number_twice() -> None:
    story = ready()
    story.whole("rel-1", 1)
    index = story.whole("rel-2", 1)
    only(story.report(), Fault.NUMBER_REUSED, index)


def test_streams_are_counted_apart_and_epochs_only_rise() -> None:
    three = agreement(parties=("DZ", "EG", "TN"))
    story = Story(agreements=[three]).begin()
    for number, recipient in enumerate(("TN", "EG"), start=1):
        release = f"rel-{number}"
        story.propose(release, recipient=recipient)
        story.approve(release)
        story.release(release, 1, recipient=recipient)
    story.propose("rel-3")
    story.approve("rel-3")
    story.release("rel-3", 1, epoch=2)
    assert story.report().ok
    story.propose("rel-4")
    story.approve("rel-4")
    index = story.release("rel-4", 2, epoch=1)
    only(story.report(), Fault.NUMBER_REUSED, index)


def test_a_void_replaces_one_release_or_takes_the_next_number() -> None:
    story = ready()
    story.whole("rel-1", 1)
    void(story, 1)
    void(story, 2)
    story.whole("rel-3", 3)
    assert story.report().ok
    void(story, 1, "again")
    only(story.report(), Fault.NUMBER_REUSED, len(story.entries) - 1)
    story.entries.pop()
    story.ends.pop()
    void(story, 2, "again")
    only(story.report(), Fault.NUMBER_REUSED, len(story.entries) - 1)
    story.entries.pop()
    story.ends.pop()
    void(story, 5)
    only(story.report(), Fault.NUMBER_GAP, len(story.entries) - 1)


# four eyes


def test_released_without_a_proposal() -> None:
    story = ready()
    story.release("rel-1", 1)
    only(story.report(), Fault.RELEASE_UNPROPOSED, 6)


def test_released_twice() -> None:
    story = ready()
    story.whole("rel-1", 1)
    index = story.release("rel-1", 2)
    only(story.report(), Fault.RELEASE_UNPROPOSED, index)


def test_released_after_it_was_voided() -> None:
    story = ready()
    story.propose("rel-1")
    story.approve("rel-1")
    story.write("release.voided", "p-officer", release="rel-1", reason="APPROVAL_STALE")
    index = story.release("rel-1", 1)
    only(story.report(), Fault.RELEASE_UNPROPOSED, index)


@pytest.mark.parametrize("change", [{"digest": hex_of("other")}, {"recipient": "DZ"}])
def test_released_is_not_what_was_proposed(change: dict[str, str]) -> None:
    story = ready()
    story.propose("rel-1")
    story.approve("rel-1")
    story.release("rel-1", 1, **change)
    only(story.report(), Fault.RELEASE_DIFFERS, 8)


def test_proposed_twice() -> None:
    story = ready()
    story.propose("rel-1")
    story.propose("rel-1")
    only(story.report(), Fault.RELEASE_DIFFERS, 7)


def test_released_without_approval() -> None:
    story = ready()
    story.propose("rel-1")
    story.release("rel-1", 1, approvals=[])
    only(story.report(), Fault.APPROVAL_MISSING, 7)
    story = ready()
    story.propose("rel-1")
    story.release("rel-1", 1)
    only(story.report(), Fault.APPROVAL_MISSING, 7)


def test_an_approval_after_the_release_does_not_count() -> None:
    story = ready()
    story.propose("rel-1")
    story.release("rel-1", 1)
    story.approve("rel-1")
    report = story.report()
    assert [(each.fault, each.index) for each in report.findings] == [
        (Fault.APPROVAL_MISSING, 7),
        (Fault.APPROVAL_UNPROPOSED, 8),
    ]


def test_two_approvals_where_two_are_needed() -> None:
    strict = agreement(approvals=2)
    story = Story(agreements=[strict]).begin()
    story.propose("rel-1")
    story.approve("rel-1")
    story.approve("rel-1", "p-second")
    story.release("rel-1", 1, approvals=["p-release", "p-second"])
    assert story.report().ok
    story = Story(agreements=[strict]).begin()
    story.whole("rel-1", 1)
    only(story.report(), Fault.APPROVAL_MISSING, 8)
    story = Story(agreements=[strict]).begin()
    story.propose("rel-1")
    story.approve("rel-1")
    index = story.release("rel-1", 1, approvals=["p-release", "p-release"])
    only(story.report(), Fault.APPROVAL_REPEATED, index)


def test_self_approval() -> None:
    story = ready()
    story.propose("rel-1")
    story.approve("rel-1", "p-officer")
    story.release("rel-1", 1, approvals=["p-officer"])
    report = story.report()
    assert [(each.fault, each.index) for each in report.findings] == [
        (Fault.SELF_APPROVAL, 7),
        (Fault.SELF_APPROVAL, 8),
    ]


def test_an_approval_of_another_digest() -> None:
    story = ready()
    story.propose("rel-1")
    index = story.approve("rel-1", digest_=hex_of("something else"))
    only(story.report(), Fault.APPROVAL_STALE, index)


def test_one_person_approves_twice() -> None:
    story = ready()
    story.propose("rel-1")
    story.approve("rel-1")
    story.approve("rel-1")
    only(story.report(), Fault.APPROVAL_REPEATED, 8)


def test_a_withdrawn_approval_does_not_count_until_it_is_given_again() -> None:
    story = ready()
    story.propose("rel-1")
    story.approve("rel-1")
    story.write("release.voided", "p-release", release="rel-1", reason="APPROVAL_WITHDRAWN")
    index = story.release("rel-1", 1)
    only(story.report(), Fault.APPROVAL_MISSING, index)
    story.entries.pop()
    story.ends.pop()
    story.approve("rel-1")
    story.release("rel-1", 1)
    assert story.report().ok


def test_the_approval_of_somebody_disabled_since_does_not_count() -> None:
    story = ready()
    story.propose("rel-1")
    story.approve("rel-1")
    story.write("approval.lapsed", "p-admin", release="rel-1", person="p-release")
    index = story.release("rel-1", 1)
    only(story.report(), Fault.APPROVAL_MISSING, index)
