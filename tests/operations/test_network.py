"""Graphs of what is connected: hops, provenance, sources, what is only named, bounds, and a partner's eyes."""

from __future__ import annotations

import pytest

from exchange.errors import BadInput, Forbidden, NotFound
from exchange.model.claims import Claim, JsonObject
from exchange.model.records import Ref
from exchange.operations import network as module
from exchange.operations.agreements import raise_flag
from exchange.operations.network import Edge, Network, neighbourhood
from tests import invariants
from tests.federation import AGREEMENT, Federation, State, agreement_document, enact
from tests.operations.find_kit import TRAVEL, covered, exchanged, name, of, persons, record, relation

NOWHERE = Ref("KW", "rec-named-and-not-here")


def around(state: State, start: Ref, hops: int = 1, lens: str | None = None) -> Network:
    with state.node.store.write() as unit:
        return neighbourhood(state.node, unit, state.staff.officer, start, hops, lens)


def related(state: State, type_: str, source: Ref, target: Ref, *said: tuple[str, object], **more: str) -> Ref:
    (ref,) = state.deposit(relation(type_, source, target, *said, **more), kind="relation")
    return ref


def reached(found: Network) -> dict[Ref, int]:
    return {node.ref: node.hops for node in found.nodes}


def drawn(found: Network) -> set[tuple[Ref, Ref, str]]:
    return {(edge.source, edge.target, edge.type) for edge in found.edges}


def only(found: Network) -> Edge:
    (edge,) = found.edges
    return edge


def test_hop_by_hop(dz: State) -> None:
    a, b, c, d, e = persons(dz, "A One", "B Two", "C Three", "D Four", "E Five")
    for source, target in ((a, b), (b, c), (c, d), (d, e)):
        related(dz, "recruits", source, target)
    assert reached(around(dz, a)) == {a: 0, b: 1}
    assert reached(around(dz, c)) == {c: 0, b: 1, d: 1}
    two = around(dz, a, 2)
    assert (reached(two), drawn(two)) == ({a: 0, b: 1, c: 2}, {(a, b, "recruits"), (b, c, "recruits")})
    assert reached(around(dz, a, 3)) == {a: 0, b: 1, c: 2, d: 3}
    noted = invariants.entries(dz.node, "network.read")
    assert [(line["held"], line["hops"], line["lens"], line["count"]) for line in noted] == [
        ("own", 1, "-", 2),
        ("own", 1, "-", 3),
        ("own", 2, "-", 3),
        ("own", 3, "-", 4),
    ]
    assert noted[0]["ref"] == noted[2]["ref"] != noted[1]["ref"]


def test_what_connects_those_of_the_last_hop_is_drawn_too(dz: State) -> None:
    a, b, c, d = persons(dz, "A One", "B Two", "C Three", "D Four")
    for source, target in ((a, b), (a, c), (b, c), (c, d)):
        related(dz, "recruits", source, target)
    found = around(dz, a)
    assert drawn(found) == {(a, b, "recruits"), (a, c, "recruits"), (b, c, "recruits")}


def test_a_node_has_its_title_and_an_edge_its_provenance(dz: State) -> None:
    a, b = persons(dz, "Salim Specimen", "Karim Specimen")
    since = ("relation.since", {"precision": "year", "year": 2015})
    until = ("relation.until", {"precision": "year", "year": 2017})
    source = ("record.source", "SYNTHETIC source 4")
    ref = related(dz, "recruits", a, b, since, until, source, marking="TLP:RED")
    found = around(dz, b)
    assert [(node.title.original, node.kind, node.held, node.tlp) for node in found.nodes] == [
        ("Karim Specimen", "person", "own", "TLP:AMBER"),
        ("Salim Specimen", "person", "own", "TLP:AMBER"),
    ]
    edge = only(found)
    assert (edge.source, edge.target, edge.directed, edge.sources, edge.certainty) == (a, b, True, 1, "stated")
    (said,) = edge.statements
    assert (said.record, said.path, said.statement, said.tlp, said.originator, said.sender, said.onward) == (
        (ref, "relation.type", "fact", "TLP:RED", "DZ", None, "own")
    )
    assert (said.since, said.until, said.sources) == (since[1], until[1], ("SYNTHETIC source 4",))
    assert said.grade is not None
    assert (said.grade.source, said.grade.information) == ("B", "2")


def test_records_that_say_the_same_are_one_edge_with_their_sources_counted(dz: State) -> None:
    a, b = persons(dz, "A One", "B Two")
    for source in ("one", "two", "ONE"):
        related(dz, "knows", a, b, ("record.source", source))
    related(dz, "knows", b, a, ("record.source", "two"))
    edge = only(around(dz, a))
    assert (len(edge.statements), edge.sources, edge.certainty, edge.directed) == (4, 2, "corroborated", False)
    assert (edge.source, edge.target) == tuple(sorted((a, b)))
    related(dz, "leads", b, a)
    assert len(around(dz, a).edges) == 2


def test_a_contest_is_seen(dz: State) -> None:
    a, b = persons(dz, "A One", "B Two")
    ends = (("relation.from", of(a)), ("relation.to", of(b)))
    said = (("relation.type", "sibling_of"), ("relation.type", "child_of", "hearsay", 0))
    dz.deposit(record(*said, *ends, kind="relation"), kind="relation")
    assert {edge.type: edge.certainty for edge in around(dz, a).edges} == {
        "sibling_of": "contested",
        "child_of": "hearsay",
    }


def test_claims_that_name_records_are_edges(dz: State) -> None:
    a, b = persons(dz, "A One", "B Two")
    group, net = (
        dz.deposit(record(name(f"Specimen {kind}"), kind=kind), kind=kind)[0] for kind in ("group", "network")
    )
    (c,) = dz.deposit(
        record(
            name("C Three"),
            ("affiliation.record", of(group)),
            ("family.member", of(a), "hearsay"),
            ("recruitment.record", of(NOWHERE)),
            ("source.record", of(net)),
        )
    )
    (way,) = dz.deposit(
        record(("movement.person", of(a)), ("movement.person", of(b)), kind="movement"), kind="movement"
    )
    found = around(dz, c)
    assert drawn(found) == {
        (c, group, "affiliation.record"),
        (c, a, "family.member"),
        (c, NOWHERE, "recruitment.record"),
    }
    assert {edge.type: edge.certainty for edge in found.edges}["family.member"] == "hearsay"
    (named,) = [node for node in found.nodes if node.ref == NOWHERE]
    assert (named.held, named.kind, named.title.original, named.tlp, named.hops) == (None, None, "", None, 1)
    assert drawn(around(dz, a)) == {(c, a, "family.member"), (way, a, "movement.person")}
    assert reached(around(dz, a, 2)) == {a: 0, c: 1, way: 1, group: 2, NOWHERE: 2, b: 2}


def test_a_relation_starts_at_its_two_ends(dz: State) -> None:
    a, b, c = persons(dz, "A One", "B Two", "C Three")
    ref = related(dz, "knows", a, b)
    related(dz, "knows", b, c)
    assert reached(around(dz, ref)) == {a: 0, b: 0, c: 1}


def test_received_records_are_connected_like_our_own(house: Federation) -> None:
    dz = house["DZ"]
    said = ("movement.date", "2016-05-01")
    (theirs,) = exchanged(house["KW"], dz, [covered("Salim Specimen", "SYN0000001", said)])
    (ours,) = persons(dz, "Karim Specimen")
    related(dz, "knows", ours, theirs)
    found = around(dz, ours)
    (other,) = [node for node in found.nodes if node.ref == theirs]
    assert (other.held, other.title.original, other.hops) == ("received", "Salim Specimen", 1)


def test_a_graph_is_bounded_and_says_so(dz: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CAP", 4)
    hub, *others = persons(dz, *(f"Person N{number}" for number in range(8)))
    for other in others:
        related(dz, "knows", hub, other)
    found = around(dz, hub, 2)
    assert (len(found.nodes), len(found.edges), found.more) == (4, 3, True)
    monkeypatch.setattr(module, "CAP", 8)
    assert not around(dz, hub, 2).more
    monkeypatch.setattr(module, "_RELATIONS", 3)
    assert around(dz, hub).more


def test_what_is_refused(dz: State) -> None:
    (a,) = persons(dz, "A One")
    for hops in (0, 4):
        with pytest.raises(BadInput):
            around(dz, a, hops)
    with pytest.raises(NotFound):
        around(dz, Ref("DZ", "rec-not-there"))
    with pytest.raises(NotFound):
        around(dz, a, 1, "XX")
    with pytest.raises(Forbidden), dz.node.store.write() as unit:
        neighbourhood(dz.node, unit, dz.staff.auditor, a)


def with_relations(state: State) -> None:
    """An agreement under which DZ lets relations go to KW, and of the persons whom it covers anyway their names."""
    document = agreement_document("dz-ae-kw.yaml") | {"id": f"{AGREEMENT}-2", "examples": []}
    clauses = document["clauses"]
    assert isinstance(clauses, list)
    first = clauses[0]
    assert isinstance(first, dict)
    plain = {key: value for key, value in first.items() if key != "when"}
    of_persons: JsonObject = first | {"disclose": ["identity.name"]}
    relations: JsonObject = plain | {"id": "5.9", "to": ["KW"], "kinds": ["relation"], "disclose": ["assessment"]}
    enact(state, document | {"clauses": [of_persons, relations]})


def world(dz: State) -> tuple[Ref, Ref, Ref]:
    """(a person who may go to KW, another, one who may not), each connected with each."""
    a, b = dz.deposit(covered("Salim Specimen", "SYN0000001"), covered("Karim Specimen", "SYN0000002"))
    (c,) = persons(dz, "Hidden Specimen")
    for source, target in ((a, b), (a, c), (b, c)):
        related(dz, "recruits", source, target, ("record.source", "SYNTHETIC source"))
    return a, b, c


def test_through_a_lens_there_is_only_what_the_partner_would_be_sent(house: Federation) -> None:
    dz = house["DZ"]
    a, b, c = world(dz)
    assert reached(around(dz, a, 1, "KW")) == {a: 0}  # persons may go, relations not
    with_relations(dz)
    found = around(dz, a, 1, "KW")
    # Relations may go whole, so that the partner would see that somebody is named, and nothing else of them.
    assert reached(found) == {a: 0, b: 1, c: 1}
    (hidden,) = [node for node in found.nodes if node.ref == c]
    assert (hidden.held, hidden.title.original) == (None, "")
    assert all(said.sources == () for edge in found.edges for said in edge.statements)
    with pytest.raises(NotFound):
        around(dz, c, 1, "KW")
    assert reached(around(dz, a, 1, "AE")) == {a: 0}
    released = invariants.entries(dz.node, "release.proposed", "release.denied", "record.read")
    assert released == []


def test_without_an_agreement_in_force_a_partner_sees_nothing(house: Federation) -> None:
    dz = house["DZ"]
    a, *_ = world(dz)
    with dz.node.store.write() as unit:
        raise_flag(unit, dz.staff.approver, AGREEMENT)
    with pytest.raises(NotFound):
        around(dz, a, 1, "KW")


def test_a_partners_record_is_not_seen_by_another_without_its_consent(house: Federation) -> None:
    dz = house["DZ"]
    with_relations(dz)
    (theirs,) = exchanged(house["AE"], dz, [covered("Salim Specimen", "SYN0000001")])
    with pytest.raises(NotFound):
        around(dz, theirs, 1, "KW")


def test_a_record_is_seen_for_its_own_purposes_only(house: Federation) -> None:
    dz = house["DZ"]
    claims = covered("Salim Specimen", "SYN0000001")
    contact = tuple(_for_contact(claim) for claim in claims)
    (seen,) = dz.deposit(claims)
    (unseen,) = dz.deposit(contact)
    assert reached(around(dz, seen, 1, "KW")) == {seen: 0}
    with pytest.raises(NotFound):
        around(dz, unseen, 1, "KW")


def _for_contact(claim: Claim) -> Claim:
    return claim._replace(value="contact") if claim.value == TRAVEL else claim
