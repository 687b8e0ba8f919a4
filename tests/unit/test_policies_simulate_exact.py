"""simulate: the groups of purposes, the versions and the sums, to the letter."""

from __future__ import annotations

from datetime import UTC, datetime

from exchange.policies.simulate import Claimed, Effect, Totals, compare, simulation
from tests.unit.policies_kit import NAME, NOW, agreement, clause, document, record

DZ, AE, KW = document()["parties"]
BORDER, TRAVEL, JOINT, PROSECUTION = (
    "border.checks",
    "counter_terrorism.travel",
    "analysis.joint",
    "counter_terrorism.prosecution",
)
OLD = agreement(
    purposes=[BORDER, TRAVEL, JOINT],
    clauses=[clause(**{"to": "*"}), clause(id="6", disclose=["birth.year"], handling={"purposes": [TRAVEL]})],
)
NEW = agreement(
    parties=[DZ, KW],
    purposes=[TRAVEL, JOINT, PROSECUTION],
    clauses=[clause(), clause(id="7", disclose=["gender"], handling={"purposes": [JOINT, PROSECUTION]})],
)


def test_purposes_that_both_versions_decide_alike_are_one_group() -> None:
    """With AE, only the old version counts; with KW, both."""
    assert simulation(NEW, OLD, (), "DZ", NOW).groups == {
        "AE": ((JOINT, BORDER), (PROSECUTION,), (TRAVEL,)),
        "KW": ((JOINT,), (BORDER,), (PROSECUTION,), (TRAVEL,)),
    }
    assert simulation(OLD, NEW, (), "DZ", NOW).groups == simulation(NEW, OLD, (), "DZ", NOW).groups
    assert simulation(NEW, None, (), "DZ", NOW).groups == {"KW": ((JOINT, PROSECUTION), (TRAVEL,))}


def test_a_version_without_us_opens_nothing() -> None:
    everything = (JOINT, BORDER, PROSECUTION, TRAVEL)
    assert simulation(NEW, OLD, (), "TN", NOW).groups == {"AE": (everything,), "DZ": (everything,), "KW": (everything,)}
    assert simulation(NEW, OLD, (), "AE", NOW).groups == {
        "DZ": ((JOINT, BORDER), (PROSECUTION,), (TRAVEL,)),
        "KW": ((JOINT, BORDER), (PROSECUTION,), (TRAVEL,)),
    }


def test_one_purpose_of_each_group_tells_what_changes() -> None:
    about = record(
        NAME,
        ("birth.year", 1990),
        ("gender", "male"),
        ("record.purpose", TRAVEL),
        ("record.purpose", JOINT),
    )
    lost, gained = Claimed("c2", "birth.year", "6"), Claimed("c3", "gender", "7")
    name = Claimed("c1", "name.full", clause()["id"])
    assert compare(simulation(NEW, OLD, (), "DZ", NOW), about) == [
        Effect(about.ref, "AE", "stopped", (), (name,), ()),
        Effect(about.ref, "KW", "changed", (gained,), (lost,), ("purposes",)),
    ]


def test_the_version_in_force_is_the_one_that_was_given() -> None:
    """A copy would be compiled anew. Only one that ends before the moment of comparison is taken as if it went on."""
    task = simulation(NEW, OLD, (), "DZ", NOW)
    assert (task.current, task.candidate, task.node, task.at, task.policies) == (OLD, NEW, "DZ", NOW, ())
    assert task.current is OLD
    at_the_end = simulation(NEW, OLD, (), "DZ", OLD.valid_until)
    assert at_the_end.current is not None
    assert at_the_end.current.valid_until == datetime.max.replace(tzinfo=UTC)
    assert at_the_end.current.valid_from == OLD.valid_from


def test_totals_of_several_records() -> None:
    about = record(NAME)
    name = Claimed("c1", "name.full", "5")
    year = Claimed("c2", "birth.year", "5")
    totals = Totals()
    for change in ("stopped", "stopped", "released", "released", "changed", "changed"):
        totals.add([Effect(about.ref, "KW", change, (name,), (name, year), ("tlp",)) for _ in range(2)])
    assert totals == Totals(records=6, released=2, stopped=2, changed=2, claims_gained=6, claims_lost=12, handling=6)
