"""Searches, matches, graphs, timelines and maps over HTTP, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from exchange.model.claim_json import claim_to_json
from exchange.model.records import Ref
from exchange.operations.compare_new import compare_new
from tests.api_kit import Office
from tests.databases import Postgresql, Sqlite
from tests.federation import Federation
from tests.integration.api_office import federation, fresh_key, office_of
from tests.operations.find_kit import covered, name, of, persons, record, relation


@pytest.fixture
def states(databases: Sqlite | Postgresql) -> Iterator[Federation]:
    with federation(databases) as found:
        yield found


@pytest.fixture
def dz(states: Federation, tmp_path: Path) -> Iterator[Office]:
    with office_of(states, tmp_path) as found:
        yield found


@pytest.fixture
def pair(states: Federation) -> tuple[Ref, Ref]:
    """(a record of ours, one of KW's with the same name and passport)."""
    (theirs,) = states["KW"].deposit(covered("Salim Specimen", "SYN0000001", ("movement.date", "2015-04-03")))
    assert [each.state for each in states["KW"].push("DZ", [theirs])] == ["released"]
    assert states["KW"].deliver("DZ").accepted == 1
    said = (("birth.date", {"precision": "year", "year": 1985}), ("fate", {"state": "dead", "date": "2016-01-02"}))
    (ours,) = states["DZ"].deposit(covered("SALIM specimen", "syn 0000001", *said))
    return ours, theirs


def path(*refs: Ref) -> str:
    return "/".join(f"{ref.originator}/{ref.id}" for ref in refs)


def test_a_search_is_a_body_and_a_page_goes_on(states: Federation, dz: Office) -> None:
    made = persons(states["DZ"], *(f"Salim Number{number}" for number in range(5)))
    with dz.client() as officer:
        first = officer.post("/v1/searches", json={"text": "salim", "limit": 3}).json()
        assert [item["id"] for item in first["items"]] == [ref.id for ref in made[:1:-1]]
        assert first["complete"] is True
        assert first["items"][0]["title"] == {
            "original": "Salim Number4",
            "latin": "",
            "script": "Latn",
            "lang": None,
            "code": None,
        }
        assert (first["items"][0]["matched"], first["items"][0]["tlp"]) == (["name.full"], "TLP:AMBER")
        last = officer.post("/v1/searches", json={"text": "salim", "limit": 3, "after": first["next"]}).json()
        assert ([item["id"] for item in last["items"]], last["next"]) == ([ref.id for ref in made[1::-1]], None)
        none = officer.post("/v1/searches", json={"text": "salim", "kinds": ["camp"], "held": "received"}).json()
        assert none["items"] == []


def test_a_search_finds_other_spellings_and_filters(states: Federation, dz: Office) -> None:
    arabic, _ = states["DZ"].deposit(
        record(name("قسورة الزبيدي", "Arab"), ("theatre", "SY")), record(name("Qaswara Zoubaidi"))
    )
    with dz.client() as officer:
        asked = {"text": "Qaswara Zoubaidi", "theatre": "SY"}
        first = officer.post("/v1/searches", json=asked).json()
        assert (first["items"], first["similar"], first["compared"]) == ([], [], False)
        compare_new(states["DZ"].node)
        found = officer.post("/v1/searches", json=asked).json()
        assert (found["items"], found["next"], found["compared"]) == ([], None, True)
        (similar,) = found["similar"]
        assert (similar["line"]["id"], 0 < similar["probability"] <= 1) == (arabic.id, True)
        assert officer.post("/v1/searches", json={**asked, "since": "2999-01-01"}).json()["similar"] == []
        assert len(officer.post("/v1/searches", json={**asked, "since": "2020-01-01"}).json()["similar"]) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"text": "a", "theatre": "Syria"},
        {"text": "a", "since": "yesterday"},
        {"text": "a", "since": "2026-02-30"},
        {"text": "a", "since": "2026-02-01", "until": "2026-01-01"},
        {"text": ""},
        {"text": "x" * 201},
        {"text": "a", "kinds": []},
        {"text": "a", "kinds": ["people"]},
        {"text": "a", "held": "both"},
        {"text": "a", "after": "!"},
        {"text": "a", "limit": 0},
        {"text": "a", "person": "somebody"},
        {},
    ],
)
def test_what_a_search_may_not_say(dz: Office, body: dict[str, Any]) -> None:
    with dz.client() as officer:
        answer = officer.post("/v1/searches", json=body)
    assert 400 <= answer.status_code < 500
    assert "somebody" not in answer.text


def test_a_pair_is_compared_decided_and_undone(dz: Office, pair: tuple[Ref, Ref]) -> None:
    ours, theirs = pair
    place = f"/v1/matches/{path(ours, theirs)}"
    with dz.client() as officer:
        (waiting,) = officer.get("/v1/matches").json()["items"]
        assert (waiting["a"]["id"], waiting["b"]["id"]) == (ours.id, theirs.id)
        score = waiting["score"]
        assert (score["alike"], score["probability"] >= score["threshold"]) == (True, True)
        assert round(sum(each["nats"] for each in score["contributions"]), 3) == round(score["nats"], 3)
        assert {row["consonants"] for row in score["alignment"]} == {0.0}
        assert waiting["reasons"] == ["document_number", "full_name"]
        both = officer.get(place).json()
        assert (both["a"]["id"], both["b"]["id"], both["state"], both["decisions"]) == (ours.id, theirs.id, "open", [])
        marks = {row["path"]: row["mark"] for row in both["fields"]}
        assert (marks["name.full"], marks["document"], marks["fate"]) == ("same", "same", "unknown")
        key = fresh_key()
        decided = officer.post(f"{place}/decisions", json={"decision": "same", "note": "seen"}, headers=key)
        again = officer.post(f"{place}/decisions", json={"decision": "same", "note": "seen"}, headers=key)
        assert (decided.status_code, again.json()) == (201, decided.json())
        assert officer.get("/v1/matches").json()["items"] == []
        (same,) = officer.get("/v1/matches", params={"state": "same"}).json()["items"]
        assert same["state"] == "same"
        undo = f"/v1/match-decisions/{decided.json()['id']}/undo"
        undone = officer.post(undo).json()
        assert (undone["undone_by"], undone["note"]) == ("officer-dz", "seen")
        assert officer.post(undo).status_code == 409
        assert len(officer.get("/v1/matches").json()["items"]) == 1
        (decision,) = officer.get(f"/v1/matches/{path(theirs, ours)}").json()["decisions"]
        assert decision["undone_at"] is not None
        assert officer.get(f"/v1/matches/{path(ours)}/{path(Ref('KW', 'rec-not-there'))}").status_code == 404
        assert officer.post("/v1/match-decisions/mtc-1/undo").status_code == 404
    with dz.client("releasing_officer") as reader:
        refused = reader.post(f"{place}/decisions", json={"decision": "same"}, headers=fresh_key())
    assert refused.json()["code"] == "PERMISSION_MISSING"


def test_pages_of_pairs(states: Federation, dz: Office, pair: tuple[Ref, Ref]) -> None:
    more = states["DZ"].deposit(*(covered("Salim Specimen", f"SYN100000{number}") for number in range(2)))
    with dz.client() as officer:
        first = officer.get("/v1/matches", params={"limit": 2}).json()
        last = officer.get(first["next_url"]).json()
    found = [item["a"]["id"] for item in (*first["items"], *last["items"])]
    assert sorted(found) == sorted(ref.id for ref in (pair[0], *more))
    assert last["next"] is None


def test_candidates_of_a_record_and_of_a_draft(dz: Office, pair: tuple[Ref, Ref]) -> None:
    ours, theirs = pair
    with dz.client() as officer:
        (found,) = officer.get(f"/v1/duplicates/{path(theirs)}").json()["items"]
        assert (found["id"], found["reasons"]) == (ours.id, ["document_number", "full_name"])
        claims = [claim_to_json(claim) for claim in record(name("Salim Specimen"))]
        draft = officer.post("/v1/duplicates", json={"kind": "person", "claims": claims}).json()["items"]
        assert {each["id"] for each in draft} == {ours.id, theirs.id}
        other = officer.post("/v1/duplicates", json={"kind": "group", "claims": claims}).json()["items"]
        assert other == []


def test_a_graph_and_a_partners_eyes(states: Federation, dz: Office, pair: tuple[Ref, Ref]) -> None:
    ours, theirs = pair
    since = ("relation.since", {"precision": "year", "year": 2014})
    (link,) = states["DZ"].deposit(relation("knows", ours, theirs, since), kind="relation")
    with dz.client() as officer:
        found = officer.get(f"/v1/networks/{path(ours)}", params={"hops": 2}).json()
        assert {node["id"]: (node["hops"], node["held"]) for node in found["nodes"]} == {
            ours.id: (0, "own"),
            theirs.id: (1, "received"),
        }
        (edge,) = found["edges"]
        assert (edge["type"], edge["directed"], edge["sources"], edge["certainty"]) == ("knows", False, 1, "stated")
        (said,) = edge["statements"]
        assert (said["record"]["id"], said["grade"], said["since"]) == (link.id, "admiralty B2", since[1])
        seen = officer.get(f"/v1/networks/{path(ours)}", params={"lens": "KW"}).json()
        assert [(node["id"], seen["edges"]) for node in seen["nodes"]] == [(ours.id, [])]
        for wrong in ({"hops": 4}, {"hops": "x"}, {"lens": "kw"}):
            assert officer.get(f"/v1/networks/{path(ours)}", params=wrong).status_code in (400, 422)
        assert officer.get(f"/v1/networks/{path(ours)}", params={"lens": "XX"}).status_code == 404


def test_a_timeline(dz: Office, pair: tuple[Ref, Ref]) -> None:
    ours, theirs = pair
    with dz.client() as officer:
        events = officer.get(f"/v1/timelines/{path(ours)}").json()["items"]
        assert [(event["what"], event["at"]) for event in events] == [
            ("born", {"low": "1985-01-01", "high": "1985-12-31", "precision": "year", "calendar": "gregorian"}),
            ("fate.dead", {"low": "2016-01-02", "high": "2016-01-02", "precision": "exact", "calendar": "gregorian"}),
        ]
        assert {event["held"] for event in officer.get(f"/v1/timelines/{path(theirs)}").json()["items"]} == {"received"}
        assert officer.get("/v1/timelines/KW/rec-not-there").status_code == 404


def test_a_map(states: Federation, dz: Office, pair: tuple[Ref, Ref]) -> None:
    point = ("location.point", {"lat": 35_500_000, "lon": 40_000_000})
    count = ("count", {"low": 70, "high": None}, "assessment")
    (camp,) = states["DZ"].deposit(record(name("Specimen Camp"), point, count, kind="camp"), kind="camp")
    way = (("movement.person", of(pair[0])), ("route.from", "KW"), ("route.to", "SY"))
    (journey,) = states["DZ"].deposit(record(*way, kind="movement"), kind="movement")
    with dz.client() as officer:
        found = officer.get("/v1/places").json()
        (spot,) = [each for each in found["points"] if each["spot"]["precision"] == "point"]
        assert (spot["id"], spot["spot"]["lat"], spot["counts"]) == (camp.id, 35.5, [{"low": 70, "high": None}])
        (line,) = found["lines"]
        assert (line["id"], line["source"]["country"], line["target"]["country"]) == (journey.id, "KW", "SY")
        assert officer.get("/v1/places", params={"kind": "camp"}).json()["lines"] == []
        assert officer.get("/v1/places", params={"kind": "person"}).status_code in (400, 422)
