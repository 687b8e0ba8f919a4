"""Grants in an export: what goes on stands behind its release, under a grant that came and still stands (T-20)."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from exchange.ledger.report import Fault
from tests.unit.ledger_kit import Story, hex_of, ref_of
from tests.unit.test_ledger_messages import came, faults, sent

GRANT = hex_of("grant")


def brought(story: Story, kind: str, **changes: str) -> int:
    fields: dict[str, str | Sequence[str]] = {
        "grant": GRANT,
        "thread": "msg-1",
        "originator": "AE",
        "holder": "DZ",
        "recipient": "TN",
        "expires": "2026-12-01T00:00:00Z",
        "refs": [ref_of("r1")],
    }
    return story.write(kind, "TN", **{**fields, **changes})


def received(story: Story, **changes: str) -> None:
    came(story, 1, type="onward-grant")
    brought(story, "grant.received", **changes)


def onward(story: Story, **changes: str | Sequence[str]) -> int:
    refs = [ref_of("r1")]
    fields: dict[str, str | Sequence[str]] = {"release": "rel-1", "recipient": "TN", "grants": [GRANT], "refs": refs}
    return story.write("release.onward", "p-release", **{**fields, **changes})


def test_what_goes_on_under_a_grant_passes() -> None:
    story = Story().begin()
    received(story)
    story.whole("rel-1", 1)
    onward(story)
    assert faults(story) == []


@pytest.mark.parametrize("how", ["none", "other recipient", "expired", "revoked", "other grant"])
def test_what_goes_on_without_one_is_found(how: str) -> None:
    story = Story().begin()
    if how == "other recipient":
        received(story, recipient="QA")
    elif how == "expired":
        received(story, expires="2026-01-01T00:00:00Z")
    elif how != "none":
        received(story)
    if how == "revoked":
        story.write("grant.revoked", "AE", grant=GRANT, thread="msg-1")
    story.whole("rel-1", 1)
    at = onward(story, grants=[hex_of("another")] if how == "other grant" else [GRANT])
    assert faults(story) == [(Fault.ONWARD_UNGRANTED, at)]


def test_it_belongs_to_the_release_before_it() -> None:
    changes: list[dict[str, str | Sequence[str]]] = [
        {"release": "rel-2"},
        {"refs": [ref_of("another")]},
    ]
    for change in changes:
        story = Story().begin()
        received(story)
        story.whole("rel-1", 1)
        at = onward(story, **change)
        assert faults(story) == [(Fault.RELEASE_DIFFERS, at)]
    story = Story().begin()
    received(story)
    at = onward(story)
    assert faults(story) == [(Fault.RELEASE_DIFFERS, at)]


def test_a_grant_stands_behind_its_message() -> None:
    story = Story().begin()
    at = brought(story, "grant.received")
    assert faults(story) == [(Fault.GRANT_UNMATCHED, at)]
    story = Story().begin()
    came(story, 1, type="onward-request")
    at = brought(story, "grant.received")
    assert faults(story) == [(Fault.GRANT_UNMATCHED, at)]
    story = Story().begin()
    story.whole("rel-1", 1)
    sent(story, "onward-grant", 1, thread="msg-2")
    at = brought(story, "grant.given")
    assert faults(story) == [(Fault.GRANT_UNMATCHED, at)]
    story = Story().begin()
    story.whole("rel-1", 1)
    sent(story, "onward-grant", 1)
    brought(story, "grant.given")
    assert faults(story) == []
