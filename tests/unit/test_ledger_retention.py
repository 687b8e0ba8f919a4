"""Partners' records and how long they stay: an export that shows one held too long does not pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exchange.ledger.checklist import NOT_REACHED, checklist
from exchange.ledger.export import build
from exchange.ledger.report import Fault
from tests.unit.ledger_kit import RETENTION, Story, agreement, check, hex_of, ref_of, stamp

DAY = 24 * 60
"""Minutes."""
LONGEST = RETENTION + 7
"""Days until a copy is held too long: the agreement's, and the grace."""


def arrived(story: Story, seq: int, *records: str, sender: str = "TN") -> int:
    refs = [ref_of(each) for each in records]
    place: dict[str, str | int] = {"sender": sender, "epoch": 1, "seq": seq, "envelope": hex_of("in", sender, seq)}
    return story.write("envelope.received", sender, records=len(refs), refused=0, refs=refs, **place)


def destroyed(story: Story, *records: str, held: str = "received", why: str = "retention") -> int:
    refs = [ref_of(each) for each in records]
    return story.write("record.destroyed", "DZ", held=held, why=why, message="-", refs=refs)


def later(story: Story, days: int) -> None:
    """The ledger goes on, and is exported after so many days, to the minute."""
    story.minute += days * DAY - 2
    story.write("audit.exported", "p-auditor", size=len(story.entries) + 1)


def faults(story: Story) -> list[tuple[Fault, int | None]]:
    return [(each.fault, each.index) for each in story.report().findings]


def test_a_record_held_to_its_last_day_is_no_fault() -> None:
    story = Story().begin()
    arrived(story, 1, "a")
    later(story, LONGEST)
    assert faults(story) == []


def test_a_record_held_longer_is_a_fault_at_its_arrival() -> None:
    story = Story().begin()
    first = arrived(story, 1, "a", "b")
    second = arrived(story, 2, "c")
    destroyed(story, "b")
    later(story, LONGEST + 1)
    report = story.report()
    assert [(each.fault, each.index) for each in report.findings] == [
        (Fault.RETENTION_EXCEEDED, first),
        (Fault.RETENTION_EXCEEDED, second),
    ]
    assert (int(report.exit_code), report.first_bad_index) == (11, first)


def test_an_export_long_after_the_last_entry_counts_its_own_time() -> None:
    story = Story().begin()
    first = arrived(story, 1, "a")
    parts = replace(story.parts(), exported=stamp(story.minute + (LONGEST + 1) * DAY))
    found = check(list(build(parts, story.owner.signing)))
    assert [(each.fault, each.index) for each in found.findings] == [(Fault.RETENTION_EXCEEDED, first)]


def test_an_agreement_of_others_lengthens_nothing() -> None:
    story = Story(agreements=[agreement(), agreement(2, parties=("KW", "TN"), retention=10 * RETENTION)]).begin()
    first = arrived(story, 1, "a")
    story.activate(story.agreements[1], 2)
    later(story, LONGEST + 1)
    assert faults(story) == [(Fault.RETENTION_EXCEEDED, first)]


def test_the_list_does_not_say_that_retention_holds_where_no_head_vouches_for_the_end() -> None:
    story = Story().begin()
    arrived(story, 1, "a")
    later(story, LONGEST + 1)
    story.ends.pop()
    report = story.report()
    assert Fault.CHECKPOINT_MISSING in {each.fault for each in report.findings}
    assert {each.name: each.state for each in checklist(report)}["retention"] == NOT_REACHED


def test_what_was_destroyed_in_time_is_over() -> None:
    story = Story().begin()
    arrived(story, 1, "a", "b")
    destroyed(story, "a", "b")
    later(story, 2 * LONGEST)
    report = story.report()
    assert (report.ok, report.counts["destroyed_late"]) == (True, 0)


def test_what_was_destroyed_too_late_is_counted_and_no_fault() -> None:
    story = Story().begin()
    arrived(story, 1, "a", "b")
    arrived(story, 2, "c")
    story.minute += (LONGEST + 1) * DAY
    destroyed(story, "a", "b", "c")
    report = story.report()
    assert (report.ok, report.counts["destroyed_late"]) == (True, 2)


def test_a_record_that_came_again_has_its_time_again() -> None:
    story = Story().begin()
    arrived(story, 1, "a")
    story.minute += RETENTION * DAY
    again = arrived(story, 2, "a")
    later(story, 8)
    assert faults(story) == []
    later(story, RETENTION)
    assert faults(story) == [(Fault.RETENTION_EXCEEDED, again)]


def test_a_record_of_our_own_that_is_destroyed_is_no_copy() -> None:
    story = Story().begin()
    first = arrived(story, 1, "a")
    destroyed(story, "a", held="own", why="review")
    later(story, LONGEST + 1)
    assert faults(story) == [(Fault.RETENTION_EXCEEDED, first)]


def test_of_a_partner_without_an_agreement_nothing_is_said() -> None:
    story = Story().begin()
    arrived(story, 1, "a", sender="EG")
    later(story, 2 * LONGEST)
    assert faults(story) == []


@pytest.mark.parametrize("state", ["suspended", "terminated"])
def test_the_end_of_an_agreement_makes_nobody_keep_longer(state: str) -> None:
    story = Story().begin()
    first = arrived(story, 1, "a")
    story.activate(story.agreements[0], 1, state)
    later(story, LONGEST + 1)
    assert faults(story) == [(Fault.RETENTION_EXCEEDED, first)]


def test_the_longest_of_several_versions_counts() -> None:
    story = Story(agreements=[agreement(), agreement(2, retention=2 * RETENTION)]).begin()
    first = arrived(story, 1, "a")
    story.activate(story.agreements[1], 2)
    later(story, LONGEST + 1)
    assert faults(story) == []
    later(story, RETENTION)
    assert faults(story) == [(Fault.RETENTION_EXCEEDED, first)]


def test_where_the_end_is_cut_off_the_cut_is_told() -> None:
    story = Story().begin()
    arrived(story, 1, "a")
    later(story, LONGEST + 1)
    later(story, 1)
    cut = check([line for line in story.lines() if b"audit.exported" not in line])
    assert Fault.ENTRIES_MISSING in {each.fault for each in cut.findings}
    assert Fault.RETENTION_EXCEEDED not in {each.fault for each in cut.findings}
