"""The network around a record: table, picture, files and the lens say the same, and nobody sees more than they may."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from exchange.console.pages import network
from exchange.interop.synthetic_circle import subjects, ties
from exchange.model.records import Ref
from exchange.operations.deposit import Draft, deposit
from tests.console.kit import Consoles, Desk
from tests.federation import State
from tests.integration.api_office import covered
from tests.invariants import entries
from tests.paper_kit import flat

REPO = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Circle:
    """Records of one circle, by their place in `synthetic_circle.KINDS`, and one that nothing is linked to."""

    refs: tuple[Ref, ...]
    alone: Ref

    def path(self, place: int, more: str = "") -> str:
        ref = self.refs[place]
        return f"/records/{ref.originator}/{ref.id}/network{more}"


def circle(state: State) -> tuple[Ref, ...]:
    with state.node.store.write() as unit:
        known = deposit(state.node, unit, state.staff.officer, [Draft(*each) for each in subjects(7)])
        deposit(state.node, unit, state.staff.officer, [Draft(*each) for each in ties(7, known)])
    return tuple(known)


@pytest.fixture(scope="module")
def told(shared: Consoles) -> Circle:
    state = shared.states["DZ"]
    (alone,) = state.deposit(covered(3))
    return Circle(circle(state), alone)


@pytest.fixture(scope="module")
def officer(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.officer)


def data(desk: Desk, path: str) -> Mapping[str, Any]:
    answer = desk.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json"), path
    assert answer.headers["cache-control"] == "no-store"
    found: Mapping[str, Any] = json.loads(answer.text)
    return found


def name(ref: Ref) -> str:
    return f"{ref.originator}/{ref.id}"


def test_the_table_has_every_statement_with_its_source(officer: Desk, told: Circle) -> None:
    page = officer.open(told.path(2))
    assert page.status == 200
    for words in (
        "travelled with",
        "Independent sources: 3",
        "leads",
        "SYNTHETIC source 200",
        "ours to decide",
        "TLP:",
    ):
        assert words.lower() in page.text.lower(), words
    assert page.text.count("SYNTHETIC source 20") == 3
    assert told.refs[0].id in page.html
    assert f"/records/{name(told.refs[3])}" in page.links


def test_the_picture_is_told_the_same_as_the_table(officer: Desk, told: Circle) -> None:
    page, found = officer.open(told.path(0)), data(officer, told.path(0, "/data?hops=1"))
    nodes = {each["id"]: each for each in found["nodes"]}
    assert set(nodes) >= {name(told.refs[place]) for place in (0, 1, 2, 3, 5)}
    for ref in nodes:
        assert ref in page.html
    for edge in found["edges"]:
        assert {edge["source"], edge["target"]} <= nodes.keys()
        assert edge["label"].lower() in page.text.lower()
        assert len(edge["statements"]) >= edge["sources"] >= 1
        for statement in edge["statements"]:
            assert statement["tlp"].startswith("TLP:")
    (three,) = [edge for edge in found["edges"] if edge["label"] == "travelled with"]
    assert (three["sources"], three["certainty"]) == (3, "corroborated")
    assert found["more"][name(told.refs[1])] == 1
    assert nodes[name(told.refs[0])]["href"] == f"/records/{name(told.refs[0])}"
    assert 'data-source="' + told.path(0) + '/data?hops=1"' in page.html
    assert re.search(r'data-tlp="TLP:[A-Z+]+" data-watermark="DZ · officer-dz · ', page.html)
    keys = set(re.findall(r"^  (\w+):", (REPO / "web/graph/words.js").read_text(encoding="utf-8"), re.M))
    assert len(keys) > 20
    assert keys <= found["words"].keys()


def test_one_item_is_expanded_by_its_own_address(officer: Desk, told: Circle) -> None:
    encoded = name(told.refs[1]).replace("/", "%2F")
    found = data(officer, f"/records/{encoded}/network/data?hops=1")
    assert name(told.refs[4]) in {each["id"] for each in found["nodes"]}


def test_two_hops_lead_further_than_one(officer: Desk, told: Circle) -> None:
    near, far = (data(officer, told.path(5, f"/data?hops={hops}")) for hops in (1, 3))
    assert len(near["nodes"]) < len(far["nodes"])
    assert near["more"]
    assert officer.open(told.path(5, "?hops=4")).status == 422
    assert officer.open(told.path(5, "?lens=nobody")).status == 422
    assert officer.open(told.path(5, "?from=x")).status == 422
    assert officer.open(told.path(5, "?lens=ZZ")).status == 404


def test_every_language_has_its_words(officer: Desk, told: Circle) -> None:
    try:
        for lang, word in (("ar", "سافر"), ("fr", "voyagé")):
            officer.keep(lang=lang)
            assert word in officer.open(told.path(2)).text
            assert any(word in edge["label"] for edge in data(officer, told.path(2, "/data"))["edges"])
    finally:
        officer.keep(lang="en")


def test_a_lens_shows_what_that_partner_would_see_and_says_so(officer: Desk, told: Circle) -> None:
    ours, theirs = (data(officer, told.path(0, f"/data?hops=1{more}")) for more in ("", "&lens=KW"))
    assert len(theirs["nodes"]) < len(ours["nodes"])
    page = officer.open(told.path(0, "?lens=KW"))
    assert page.status == 200
    assert "Kuwait would see" in page.text
    assert "Nothing has been sent." in page.text


def test_a_record_without_links_says_what_that_means(officer: Desk, told: Circle) -> None:
    page = officer.open(f"/records/{name(told.alone)}/network")
    assert "That says nothing of what others know." in page.text
    assert 'id="graph"' not in page.html


def test_the_whole_of_it_is_printed(officer: Desk, told: Circle) -> None:
    for lang in ("ar", "fr", "en"):
        answer = officer.client.get(told.path(2, f"/pdf?hops=2&lang={lang}"))
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        whole = flat(answer.content)
        assert name(told.refs[0]) in whole
        assert "DZ·officer-dz·" in whole
        assert "SYNTHETICsource200" in whole
    assert "Travelledwith" in whole
    lens = flat(officer.client.get(told.path(0, "/pdf?hops=1&lens=KW&lang=en")).content)
    assert "asKuwaitwouldseeit" in lens
    assert "Nothinghasbeensent." in lens


def test_a_table_file_has_a_line_for_each_statement(officer: Desk, told: Circle) -> None:
    answer = officer.client.get(told.path(2, "/csv?hops=1"))
    assert answer.headers["content-disposition"].startswith('attachment; filename="network-DZ-rec-')
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    found = data(officer, told.path(2, "/data?hops=1"))
    assert len(rows) == 1 + sum(len(edge["statements"]) for edge in found["edges"])
    assert len({len(row) for row in rows}) == 1


def test_looking_is_noted_and_only_who_may_read_records_looks(shared: Consoles, officer: Desk, told: Circle) -> None:
    node = shared.states["DZ"].node
    before = len(entries(node, "network.read"))
    officer.open(told.path(0))
    (noted,) = entries(node, "network.read")[before:]
    assert (noted["lens"], noted["actor"]) == ("-", "officer-dz")
    staff = shared.states["DZ"].staff
    gone = "/records/DZ/rec-0000000000000000000000000/network"
    for person in (staff.auditor, staff.admin):
        desk = shared.desk("DZ", person)
        for more in ("", "/data", "/pdf", "/csv"):
            assert desk.open(told.path(0, more)).status == desk.open(gone + more).status == 403
    for more in ("", "/data", "/pdf", "/csv", "?lens=KW"):
        assert officer.open(gone + more).status == 404


def test_a_long_network_is_shown_in_parts(officer: Desk, told: Circle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "PAGE", 2)
    page = officer.open(told.path(0, "?hops=2"))
    further = next(link for link in page.links if "from=2" in link)
    assert further == told.path(0, "?hops=2&from=2")
    second = officer.open(further)
    assert second.status == 200
    assert second.html != page.html
    seen, path = set(), told.path(0, "?hops=2")
    while path:
        shown = officer.open(path)
        seen |= set(re.findall(r"rec-[a-z0-9]{26}", shown.html))
        path = next((link for link in shown.links if "from=" in link), "")
    assert {ref.id for ref in told.refs[:4]} <= seen
