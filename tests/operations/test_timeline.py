"""What happened to a person and when, and where camps and movements are: nothing merged, nothing looked up."""

from __future__ import annotations

from datetime import date

import pytest

from exchange.errors import BadInput, Forbidden, NotFound
from exchange.model.claims import Claim
from exchange.model.dates import Span
from exchange.model.records import Ref
from exchange.operations import places as module
from exchange.operations.places import Count, Places, Spot, places
from exchange.operations.timeline import Event, timeline
from tests import invariants
from tests.federation import Federation, State
from tests.operations.find_kit import Said, covered, exchanged, name, of, persons, record, relation

LIFE: tuple[Said, ...] = (
    name("Salim Specimen"),
    ("movement.entry_date", "2014-02-03"),
    ("movement.entry_point", "Specimen Gate"),
    ("birth.date", {"precision": "exact", "date": "1405-06-20", "calendar": "hijri"}),
    ("birth.date", {"precision": "year", "year": 1986}, "hearsay", 3),
    ("birth.place", {"country": "KW", "city": "Specimen Town"}),
    ("recruitment.date", {"precision": "approximate", "year": 2013}),
    ("recruitment.place", {"country": "KW"}),
    ("training.camp", "Specimen Camp"),
    ("fate", {"state": "dead", "date": "2016-01-02", "country": "SY"}, "assessment"),
    ("fate", {"state": "alive"}, "hearsay", 9),
)


def events(state: State, ref: Ref) -> list[Event]:
    with state.node.store.write() as unit:
        return list(timeline(state.node, unit, state.staff.officer, ref))


def told(found: list[Event]) -> list[tuple[str, str]]:
    return [(event.what, "" if event.at is None else event.at.low.isoformat()) for event in found]


def test_a_life_in_order_with_what_has_no_date_last(dz: State) -> None:
    (ref,) = dz.deposit(record(*LIFE))
    found = events(dz, ref)
    assert told(found) == [
        ("born", "1985-03-13"),
        ("born", "1986-01-01"),
        ("recruited", "2013-01-01"),
        ("entered", "2014-02-03"),
        ("fate.dead", "2016-01-02"),
        ("fate.alive", ""),
        ("trained", ""),
    ]
    assert [event.contested for event in found] == [True, True, False, False, True, True, False]
    assert found[0].value == {"precision": "exact", "date": "1405-06-20", "calendar": "hijri"}
    assert found[0].at == Span(date(1985, 3, 13), date(1985, 3, 13), "exact", "hijri")
    assert [event.place for event in found] == [
        {"country": "KW", "city": "Specimen Town"},
        {"country": "KW", "city": "Specimen Town"},
        {"country": "KW"},
        "Specimen Gate",
        "SY",
        None,
        "Specimen Camp",
    ]
    assert {event.grade is None for event in found} == {False}
    assert {(event.record, event.held, event.statement) for event in found} >= {(ref, "own", "hearsay")}
    read = invariants.entries(dz.node, "record.read", "list.read")
    assert [(line["kind"], line.get("what"), line.get("count")) for line in read] == [
        ("record.read", None, None),
        ("list.read", "timeline", 7),
    ]


def test_a_coarser_claim_says_nothing_beside_the_finer_one(house: Federation) -> None:
    dz = house["DZ"]
    said: Said = ("birth.date", {"precision": "exact", "date": "1985-03-12"})
    (ref,) = dz.deposit(record(name("Salim Specimen"), said))
    assert [(event.path, event.what) for event in events(dz, ref)] == [("birth.date", "born")]
    (theirs,) = exchanged(house["KW"], dz, [covered("Salim Specimen", "SYN0000001", said)])
    assert [(event.path, event.held, event.sender) for event in events(dz, theirs)] == [
        ("birth.year", "received", "KW")
    ]


def test_movements_and_relations_that_name_it(dz: State) -> None:
    ref, other = persons(dz, "Salim Specimen", "Karim Specimen")
    journey = (("movement.person", of(ref)), ("movement.to", {"country": "SY"}))
    (way, undated) = dz.deposit(
        record(*journey, ("movement.date", "2014-05-06"), kind="movement"),
        record(*journey, kind="movement"),
        kind="movement",
    )
    (link,) = dz.deposit(
        relation(
            "member_of",
            ref,
            other,
            ("relation.since", {"precision": "year", "year": 2012}),
            ("relation.until", {"precision": "year", "year": 2015}),
        ),
        kind="relation",
    )
    dz.deposit(relation("knows", other, ref), kind="relation")
    found = events(dz, ref)
    assert told(found) == [
        ("relation.member_of.since", "2012-01-01"),
        ("travelled", "2014-05-06"),
        ("relation.member_of.until", "2015-01-01"),
        ("travelled", ""),
    ]
    assert [event.record for event in found] == [link, way, link, undated]
    assert [event.other for event in found] == [other, None, other, None]
    assert [event.place for event in found] == [None, {"country": "SY"}, None, {"country": "SY"}]
    assert [event.what for event in events(dz, other)] == ["relation.member_of.since", "relation.member_of.until"]


def test_a_month_beside_the_day_that_it_was_made_from_is_no_second_journey(dz: State) -> None:
    (ref,) = persons(dz, "Salim Specimen")
    dz.deposit(record(("movement.person", of(ref)), ("movement.date", "2014-05-06"), kind="movement"), kind="movement")
    assert told(events(dz, ref)) == [("travelled", "2014-05-06")]


def test_two_places_are_not_guessed_at(dz: State) -> None:
    said = (("birth.date", {"precision": "year", "year": 1985}), ("birth.place", {"country": "KW"}))
    (ref,) = dz.deposit(record(name("Salim"), *said, ("birth.place", {"country": "DZ"})))
    (event,) = [each for each in events(dz, ref) if each.what == "born"]
    assert event.place is None


def test_a_timeline_is_for_who_may_read(dz: State) -> None:
    (ref,) = persons(dz, "Salim")
    with pytest.raises(Forbidden), dz.node.store.write() as unit:
        timeline(dz.node, unit, dz.staff.admin, ref)
    with pytest.raises(NotFound):
        events(dz, Ref("DZ", "rec-not-there"))


def shown(state: State, *kinds: str, lens: str | None = None) -> Places:
    with state.node.store.write() as unit:
        return places(state.node, unit, state.staff.officer, kinds or ("camp", "movement"), lens)


def camp(*said: Said) -> tuple[Claim, ...]:
    return record(name("Specimen Camp"), ("camp.type", "transit"), *said, kind="camp")


def movement(*said: Said) -> tuple[Claim, ...]:
    return record(*said, kind="movement")


def test_points_with_how_exact_they_are(dz: State) -> None:
    point: Said = ("location.point", {"lat": 35_123_456, "lon": -7_500_000})
    area: Said = ("location.area", {"country": "SY", "region": "Specimen Region", "lat": 35, "lon": 40})
    place: Said = ("location.address", {"country": "TR", "city": "Specimen Town"})
    count: Said = ("count", {"low": 70, "high": 75}, "assessment")
    exact, coarse, word, country = dz.deposit(
        camp(point, area, count), camp(area, ("count", {"low": 120, "high": None})), camp(place),
        camp(("theatre", "SY")), kind="camp",
    )  # fmt: skip
    every = shown(dz).points
    assert [each.spot for each in every if each.ref == exact] == [
        Spot(35.123456, -7.5, "point", None, None),
        Spot(35.0, 40.0, "cell", "SY", "Specimen Region"),
    ]
    found = {each.ref: each for each in every}
    assert (found[exact].counts, found[exact].title.code) == ((Count(70, 75),), "transit")
    assert found[coarse].spot == Spot(35.0, 40.0, "cell", "SY", "Specimen Region")
    assert found[coarse].counts == (Count(120, None),)
    assert found[word].spot == Spot(None, None, "place", "TR", "Specimen Town")
    assert found[country].spot == Spot(None, None, "country", "SY", None)
    assert len(every) == 5


def test_ways_from_one_end_to_the_other(dz: State) -> None:
    said: tuple[Said, ...] = (
        ("movement.from", {"country": "KW", "city": "Specimen Town"}),
        ("route.to", "SY"),
        ("route.via", "TR"),
        ("route.via", "JO"),
        ("movement.means", "land"),
        ("movement.month", "2014-05"),
        ("count", {"low": 3, "high": 5}),
    )
    way, half = dz.deposit(movement(*said), movement(("route.from", "DZ")), kind="movement")
    dz.deposit(movement(("movement.carrier", "Specimen Lines")), kind="movement")
    lines = {line.ref: line for line in shown(dz).lines}
    assert lines.keys() == {way, half}
    line = lines[way]
    assert (line.source, line.target) == (
        Spot(None, None, "place", "KW", "Specimen Town"),
        Spot(None, None, "country", "SY", None),
    )
    assert (line.via, line.means, line.counts) == (("TR", "JO"), ("land",), (Count(3, 5),))
    assert line.at == Span(date(2014, 5, 1), date(2014, 5, 31), "month")
    assert (lines[half].source, lines[half].target) == (Spot(None, None, "country", "DZ", None), None)
    assert shown(dz, "camp").lines == []


def test_received_ones_and_a_partners_eyes(house: Federation) -> None:
    dz = house["DZ"]
    networks = tuple(
        claim._replace(value="counter_terrorism.networks") if claim.path == "record.purpose" else claim
        for claim in movement(
            ("theatre", "SY"), ("route.from", "KW"), ("route.to", "SY"), ("movement.from", {"country": "KW"})
        )
    )
    (ours,) = dz.deposit(networks, kind="movement")
    dz.deposit(camp(("theatre", "SY")), kind="camp")
    assert len(shown(dz).points) == 2
    seen = shown(dz, lens="KW")
    assert [(line.ref, line.source) for line in seen.lines] == [(ours, Spot(None, None, "country", "KW", None))]
    assert [point.ref for point in seen.points] == [ours]  # no camp goes under this agreement
    with pytest.raises(NotFound):
        shown(dz, lens="XX")


def test_a_map_is_bounded(dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    dz.deposit(*(camp(("theatre", "SY")) for _ in range(5)), kind="camp")
    assert not shown(dz).more
    monkeypatch.setattr(module, "CAP", 3)
    found = shown(dz)
    assert (len(found.points), found.more) == (3, True)
    assert [line["count"] for line in invariants.entries(dz.node, "list.read")] == [5, 3]


def test_what_is_refused(dz: State) -> None:
    for kinds in ((), ("camps",)):
        with pytest.raises(BadInput), dz.node.store.write() as unit:
            places(dz.node, unit, dz.staff.officer, kinds)
    with pytest.raises(Forbidden), dz.node.store.write() as unit:
        places(dz.node, unit, dz.staff.auditor)
