"""The ledger says once for each release with records what was decided on (docs/spec/ledger.md §6, 17)."""

from __future__ import annotations

from exchange.ledger.report import Fault
from tests.unit.ledger_kit import Story, hex_of, ready
from tests.unit.test_ledger_substitutes import faults


def begun() -> Story:
    return ready()


def decided(story: Story, release: str) -> int:
    return story.write("release.decided", "p-officer", release=release, digest=hex_of("decided", release))


def test_each_release_has_its_own() -> None:
    story = begun()
    for number in (1, 2):
        story.whole(f"rel-{number}", number)
        decided(story, f"rel-{number}")
    assert faults(story) == []


def test_releases_of_versions_that_wrote_none_are_as_they_were() -> None:
    story = begun()
    story.whole("rel-1", 1)
    assert faults(story) == []
    story.whole("rel-2", 2)
    decided(story, "rel-2")
    assert faults(story) == []


def test_one_that_lacks_its_own_and_one_too_many() -> None:
    story = begun()
    story.whole("rel-1", 1)
    decided(story, "rel-1")
    lacking = story.whole("rel-2", 2)
    again = decided(story, "rel-1")
    never = decided(story, "rel-9")
    expected = {(Fault.DECISION_UNMATCHED, index) for index in (lacking, again, never)}
    assert set(faults(story)) == expected
    story.whole("rel-3", 3)
    decided(story, "rel-3")
    assert set(faults(story)) == expected, "a later one does not heal it"


def test_a_message_without_records_needs_none() -> None:
    story = begun()
    story.whole("rel-1", 1)
    decided(story, "rel-1")
    story.propose("rel-2", records=0)
    story.approve("rel-2")
    story.release("rel-2", 2, refs=[])
    assert faults(story) == []
