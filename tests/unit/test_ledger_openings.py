"""Openings of entries as an auditor verifies them: every rule of ledger.md §6, step 18, by both verifiers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from exchange.ledger.report import Fault
from tests.unit.ledger_kit import Story, only, ref_of, stamp

DAY = 24 * 60
Change = str | int | Sequence[str]


def begun() -> Story:
    """With two auditors and an administrator; the releasing officer is there, and entry 5 names a record."""
    story = Story().begin()
    for person, role in (("p-auditor", "auditor"), ("p-second", "auditor"), ("p-admin", "administrator")):
        story.write("person.added", person=person, role=role)
    return story


def asked(story: Story, actor: str = "p-auditor", **changes: Change) -> int:
    fields: dict[str, Change] = {"opening": "opn-1", "index": 5, "reason": "SAMPLE"}
    expires = stamp(story.minute + 1 + DAY)
    return story.write("audit.opening-asked", actor, **{**fields, "expires": expires, **changes})


def confirmed(story: Story, actor: str = "p-release", **changes: Change) -> int:
    fields: dict[str, Change] = {"opening": "opn-1", "index": 5, "expires": stamp(story.minute + 1 + DAY)}
    return story.write("audit.opening-confirmed", actor, **{**fields, **changes})


def opened(story: Story, actor: str = "p-auditor", **changes: Change) -> int:
    fields: dict[str, Change] = {
        "opening": "opn-1",
        "index": 5,
        "reason": "SAMPLE",
        "asker": "p-auditor",
        "confirmer": "p-release",
        "refs": [ref_of("r1")],
    }
    return story.write("audit.opened", actor, **{**fields, **changes})


def ended(story: Story, kind: str, actor: str, **changes: Change) -> int:
    return story.write(kind, actor, **{"opening": "opn-1", "index": 5, **changes})


def withdrawn(story: Story, actor: str = "p-auditor", **changes: Change) -> int:
    return ended(story, "audit.opening-withdrawn", actor, **changes)


def declined(story: Story, actor: str = "p-release", **changes: Change) -> int:
    return ended(story, "audit.opening-declined", actor, **changes)


def disabled(story: Story, person: str) -> int:
    return story.write("person.disabled", person=person)


def waited(story: Story) -> int:
    story.minute += DAY - 1
    return -1


def test_asked_confirmed_and_opened_by_two() -> None:
    for confirmer in ("p-release", "p-admin"):
        story = begun()
        asked(story)
        confirmed(story, confirmer)
        opened(story, confirmer=confirmer)
        assert story.report().ok


@pytest.mark.parametrize("end", [withdrawn, declined])
def test_what_is_ended_before_or_after_it_was_confirmed(end: Callable[[Story], int]) -> None:
    for steps in ((asked,), (asked, confirmed)):
        story = begun()
        for step in steps:
            step(story)
        end(story)
        assert story.report().ok


Step = Callable[[Story], int]
BAD: dict[str, list[Step]] = {
    "asked by an officer": [lambda s: asked(s, "p-officer")],
    "asked by nobody known": [lambda s: asked(s, "p-nobody")],
    "asked for itself": [lambda s: asked(s, index=9)],
    "asked for two days": [lambda s: asked(s, expires=stamp(s.minute + 2 + DAY))],
    "asked for no time": [lambda s: asked(s, expires=stamp(s.minute + 1))],
    "asked twice under one name": [asked, asked],
    "confirmed without being asked": [confirmed],
    "confirmed by the asker": [asked, lambda s: confirmed(s, "p-auditor")],
    "confirmed by another auditor": [asked, lambda s: confirmed(s, "p-second")],
    "confirmed by an officer": [asked, lambda s: confirmed(s, "p-officer")],
    "confirmed twice": [asked, confirmed, lambda s: confirmed(s, "p-admin")],
    "confirmed for another index": [asked, lambda s: confirmed(s, index=4)],
    "confirmed for two days": [asked, lambda s: confirmed(s, expires=stamp(s.minute + 2 + DAY))],
    "confirmed by who is disabled": [asked, lambda s: disabled(s, "p-release") * 0 + confirmed(s)],
    "opened without being asked": [opened],
    "opened without a second person": [asked, opened],
    "opened by another": [asked, confirmed, lambda s: opened(s, "p-second")],
    "opened by another in the asker's name": [asked, confirmed, lambda s: opened(s, "p-second", asker="p-second")],
    "opened with another confirmer": [asked, confirmed, lambda s: opened(s, confirmer="p-admin")],
    "opened by one person as both": [asked, confirmed, lambda s: opened(s, confirmer="p-auditor")],
    "opened for another reason": [asked, confirmed, lambda s: opened(s, reason="COMPLAINT")],
    "opened at another index": [asked, confirmed, lambda s: opened(s, index=4)],
    "opened twice": [asked, confirmed, opened, opened],
    "opened after the confirmer was disabled": [asked, confirmed, lambda s: disabled(s, "p-release") * 0 + opened(s)],
    "opened after the asker was disabled": [asked, confirmed, lambda s: disabled(s, "p-auditor") * 0 + opened(s)],
    "confirmed too late": [asked, lambda s: waited(s) * 0 + confirmed(s)],
    "opened too late": [asked, confirmed, lambda s: waited(s) * 0 + opened(s)],
    "opened after it was withdrawn": [asked, confirmed, withdrawn, opened],
    "opened after it was declined": [asked, confirmed, declined, opened],
    "withdrawn by another": [asked, lambda s: withdrawn(s, "p-second")],
    "withdrawn at another index": [asked, lambda s: withdrawn(s, index=4)],
    "declined by the asker": [asked, lambda s: declined(s, "p-auditor")],
    "declined by an officer": [asked, lambda s: declined(s, "p-officer")],
    "declined at another index": [asked, lambda s: declined(s, index=4)],
    "declined without being asked": [declined],
    "withdrawn without being asked": [withdrawn],
    "withdrawn after it was opened": [asked, confirmed, opened, withdrawn],
}


@pytest.mark.parametrize("case", BAD)
def test_whatever_breaks_a_rule_is_named_at_its_entry(case: str) -> None:
    story = begun()
    *before, last = BAD[case]
    for step in before:
        step(story)
    assert story.report().ok, "only the last step is wrong"
    only_at = last(story)
    only(story.report(), Fault.OPENING_INVALID, only_at)


def test_the_last_moment_of_each_step() -> None:
    story = begun()
    asked(story)
    story.minute += DAY - 2
    confirmed(story)
    story.minute += DAY - 2
    opened(story)
    assert story.report().ok
