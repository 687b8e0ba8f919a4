"""Waivers and standing approvals as an auditor verifies them: every rule of ledger.md §6, steps 9, 15 and 16."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from exchange.ledger.report import Fault
from tests.unit.ledger_kit import AGREEMENT, Story, agreement, hex_of, stamp

RULE = f"standing:{AGREEMENT}"
DAY = 24 * 60
Change = dict[str, str | int | Sequence[str]]


def begun(approvals: int = 1) -> Story:
    """With an administrator and a second releasing officer."""
    story = Story(agreements=[agreement(approvals=approvals)]).begin()
    story.write("person.added", person="p-admin", role="administrator")
    story.write("person.added", person="p-second", role="releasing_officer")
    return story


def granted(story: Story, actor: str = "p-release", **changes: str | int | Sequence[str]) -> int:
    fields: Change = {
        "waiver": "wvr-1",
        "release": "rel-1",
        "digest": hex_of("rel-1"),
        "reason": "THREAT_TO_LIFE",
        "administrator": "p-admin",
        "officer": "p-release",
        "expires": stamp(story.minute + 1 + 240),
    }
    return story.write("waiver.granted", actor, **{**fields, **changes})


def used(story: Story, **changes: str) -> int:
    fields = {"waiver": "wvr-1", "release": "rel-1", "digest": hex_of("rel-1")}
    return story.write("waiver.used", "p-officer", **{**fields, **changes})


def approved(story: Story, actor: str = "p-second", **changes: str | int | Sequence[str]) -> int:
    fields: Change = {
        "standing": "sta-1",
        "agreement": AGREEMENT,
        "version": 1,
        "digest": hex_of("terms"),
        "marking": "TLP:AMBER",
        "officers": ["p-release", "p-second"],
        "expires": stamp(story.minute + 1 + 30 * DAY),
    }
    return story.write("standing.approved", actor, **{**fields, **changes})


def stands(story: Story, **changes: str) -> int:
    fields = {"standing": "sta-1", "release": "rel-1", "digest": hex_of("rel-1")}
    return story.write("standing.used", RULE, **{**fields, **changes})


def by_rule(story: Story) -> None:
    story.again(
        "release.proposed",
        RULE,
        release="rel-1",
        recipient="TN",
        agreement=AGREEMENT,
        digest=hex_of("rel-1"),
        records=1,
    )


def faults(story: Story) -> list[tuple[Fault, int | None]]:
    return [(each.fault, each.index) for each in story.report().findings]


def test_a_waiver_stands_for_approvals() -> None:
    story = begun(approvals=2)
    story.propose("rel-1")
    story.approve("rel-1", "p-second")
    granted(story)
    used(story)
    story.release("rel-1", 1, approvals=["p-second"])
    assert story.report().ok


@pytest.mark.parametrize(
    "changes",
    [
        {"administrator": "p-release"},
        {"officer": "p-admin"},
        {"officer": "p-officer"},
        {"administrator": "p-officer"},
        {"digest": hex_of("other")},
        {"release": "rel-9"},
        {"expires": stamp(3 * DAY)},
        {"expires": stamp(1)},
        {"actor": "p-second"},
    ],
)
def test_a_waiver_out_of_order(changes: dict[str, str]) -> None:
    story = begun()
    story.propose("rel-1")
    index = granted(story, **{"actor": "p-release", **changes})
    assert faults(story) == [(Fault.WAIVER_INVALID, index)]
    spent = used(story)
    last = story.release("rel-1", 1, approvals=[])
    assert faults(story) == [
        (Fault.WAIVER_INVALID, index),
        (Fault.WAIVER_INVALID, spent),
        (Fault.APPROVAL_MISSING, last),
    ]


@pytest.mark.parametrize("end", ["revoked", "expired", "disabled before", "twice", "never given", "other digest"])
def test_a_waiver_that_may_not_be_used(end: str) -> None:
    story = begun()
    story.propose("rel-1")
    if end == "disabled before":
        story.write("person.disabled", person="p-admin")
    if end != "never given":
        granted(story)
    if end == "revoked":
        story.write("waiver.revoked", "p-release", waiver="wvr-1", release="rel-1")
    if end == "expired":
        story.minute += 300
    if end == "twice":
        used(story)
    used(story, **({"digest": hex_of("other")} if end == "other digest" else {}))
    assert Fault.WAIVER_INVALID in {fault for fault, _ in faults(story)}


def test_a_standing_approval_serves_its_rule_again_and_again() -> None:
    story = begun(approvals=2)
    approved(story)
    for seq in (1, 2):
        by_rule(story)
        stands(story)
        story.release("rel-1", seq, approvals=[])
    assert story.report().ok


@pytest.mark.parametrize(
    "changes",
    [
        {"officers": ["p-release"]},
        {"officers": ["p-release", "p-release"]},
        {"officers": ["p-release", "p-admin"]},
        {"expires": stamp(100 * DAY)},
        {"actor": "p-officer"},
    ],
)
def test_a_standing_approval_out_of_order(changes: dict[str, str | list[str]]) -> None:
    story = begun()
    actor = changes.pop("actor", "p-second")
    index = approved(story, str(actor), **changes)
    by_rule(story)
    spent = stands(story)
    last = story.release("rel-1", 1, approvals=[])
    assert faults(story) == [
        (Fault.STANDING_INVALID, index),
        (Fault.STANDING_INVALID, spent),
        (Fault.APPROVAL_MISSING, last),
    ]


@pytest.mark.parametrize("end", ["revoked", "expired", "by hand", "other version", "other digest"])
def test_a_standing_approval_that_may_not_be_used(end: str) -> None:
    story = begun()
    approved(story, version=2 if end == "other version" else 1)
    if end == "revoked":
        story.write("standing.revoked", "p-release", standing="sta-1", agreement=AGREEMENT)
    if end == "expired":
        story.minute += 31 * DAY
    if end == "by hand":
        story.propose("rel-1")
    else:
        by_rule(story)
    stands(story, **({"digest": hex_of("other")} if end == "other digest" else {}))
    story.release("rel-1", 1, approvals=[])
    assert Fault.STANDING_INVALID in {fault for fault, _ in faults(story)}


def test_where_the_agreement_asks_for_nobody_only_its_rule_goes_alone() -> None:
    story = begun(approvals=0)
    by_rule(story)
    story.release("rel-1", 1, approvals=[])
    assert story.report().ok
    story.propose("rel-2")
    index = story.release("rel-2", 2, approvals=[])
    assert faults(story) == [(Fault.APPROVAL_MISSING, index)]
