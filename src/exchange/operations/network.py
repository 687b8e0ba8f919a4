"""What is connected with a record, as far as this node knows: relations, and claims that name other records.

It shows nothing that the person may not read, and with a lens nothing that the partner would not be sent. What is not
held here is a name without content, because a claim names it. Codes only; pages say them. Spec: docs/spec/search.md §6.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from exchange.errors import BadInput, Code, NotFound
from exchange.model.claims import Claim, Grade, JsonValue
from exchange.model.found import Place
from exchange.model.records import Ref
from exchange.model.sources import Behind, behind, certainty, independent
from exchange.model.state import Person
from exchange.model.terms import named
from exchange.model.titles import NONE, Title, title
from exchange.operations.found_lines import Inside, opened
from exchange.operations.lens import Lens
from exchange.operations.lookups import note_network
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

CAP = 1500
"""Nodes of one graph at most."""
MAX_HOPS = 3
_RELATIONS = 6000
"""Records that are read for one hop at most."""
_BOTH_WAYS = frozenset(
    {"works_with", "knows", "has_met", "associated_with", "sibling_of", "spouse_of", "same_as", "not_same_as"}
    | {"travelled_with", "allied_with", "hostile_to"}
)
"""Relations that say the same from either end."""
_NAMING = frozenset(
    {"affiliation.record", "recruitment.record", "training.record", "family.member", "facilitation.record"}
    | {"group.record", "network.member", "movement.person", "assessment.about"}
)
"""Claims of other records that connect two."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One record that says that an edge is there."""

    record: Ref
    held: str
    path: str
    claim: str
    """Its id in that record."""
    statement: str
    grade: Grade | None
    observed: str | None
    since: JsonValue
    until: JsonValue
    tlp: str | None
    originator: str
    sender: str | None
    sources: tuple[str, ...]
    onward: str
    """`own`: we decide. `ask`: its originator first. `none`: it must not go on."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Two records and what connects them."""

    source: Ref
    target: Ref
    type: str
    """A relation of the vocabulary, or the path of the claim that names the target."""
    directed: bool
    statements: tuple[Statement, ...]
    sources: int
    """Independent ones (`model/sources.py`)."""
    certainty: str
    """One of `CERTAINTIES`."""


@dataclass(frozen=True, slots=True)
class NetworkNode:
    """A record. `held` is None where it is only named: then nothing else is known."""

    ref: Ref
    held: str | None
    kind: str | None
    title: Title
    tlp: str | None
    hops: int


@dataclass(frozen=True, slots=True)
class Network:
    """In order of hops, then of names; edges in order of their ends."""

    nodes: Sequence[NetworkNode]
    edges: Sequence[Edge]
    more: bool
    """Whether there is more than a graph may have."""


@dataclass(slots=True)
class _Said:
    """An edge as it is being put together."""

    statements: list[Statement] = field(default_factory=list)
    behind: dict[Ref, Behind] = field(default_factory=dict)
    contested: bool = False


_Key = tuple[Ref, Ref, str]


def neighbourhood(
    node: Node, unit: Unit, person: Person, start: Ref, hops: int = 1, lens: str | None = None
) -> Network:
    """Everything within `hops` (1 to 3) of `start`, `CAP` nodes at most. NotFound for a record that is not here, or
    that a lens does not see. A relation starts at its two ends."""
    require(person, Permission.RECORD_READ)
    if not 1 <= hops <= MAX_HOPS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="hops", limit=MAX_HOPS)
    walk = _Walk(node, unit, None if lens is None else Lens(node, unit, lens))
    network = walk.from_(start, hops)
    held = "own" if unit.records.current([start], lock=False) else "received"
    note_network(node, unit, person, Place(start, held), (hops, lens), len(network.nodes))
    return network


class _Walk:
    """Hop by hop: reads the records that a hop reached, and those that name them."""

    def __init__(self, node: Node, unit: Unit, lens: Lens | None) -> None:
        self._node, self._unit, self._lens = node, unit, lens
        self._inside: dict[Ref, Inside | None] = {}
        self._edges: dict[_Key, _Said] = {}
        self._read: set[Ref] = set()
        self._hops: dict[Ref, int] = {}
        self._more = False

    def from_(self, start: Ref, hops: int) -> Network:
        first = self._open([start])
        if not first:
            raise NotFound(record=start.id)
        ends = [end for end in _ends(first[0].claims) if end is not None] if first[0].kind == "relation" else [start]
        frontier = self._reached(ends, 0)
        for hop in range(1, hops + 1):
            frontier = self._reached(self._beyond(frontier), hop)
        self._beyond(frontier)  # what connects those of the last hop among themselves
        self._open(self._hops)
        return Network(self._nodes(), self._drawn(), self._more)

    def _beyond(self, frontier: Sequence[Ref]) -> list[Ref]:
        """Reads what `frontier` names and what names it; returns the other ends of what touches it."""
        here = set(frontier)
        naming = self._unit.search.naming(frontier, _RELATIONS + 1) if frontier else []
        self._more |= len(naming) > _RELATIONS
        own = self._open(frontier)
        found = self._open(place.ref for place in naming[:_RELATIONS])
        ends: dict[Ref, None] = {}
        for each in (*own, *found):
            new = each.ref not in self._read
            self._read.add(each.ref)
            for key, claim in _connections(each):
                if new:
                    self._note(key, each, claim)
                if not here.isdisjoint(key[:2]):
                    ends[key[0]] = ends[key[1]] = None
        return list(ends)

    def _reached(self, refs: Iterable[Ref], hop: int) -> list[Ref]:
        new = [ref for ref in dict.fromkeys(refs) if ref not in self._hops]
        room = CAP - len(self._hops)
        self._more |= len(new) > room
        for ref in new[:room]:
            self._hops[ref] = hop
        return new[:room]

    def _open(self, refs: Iterable[Ref]) -> list[Inside]:
        """Through the lens, if there is one; each once."""
        wanted = list(dict.fromkeys(refs))
        new = [ref for ref in wanted if ref not in self._inside]
        places = [Place(ref, "own" if ref.originator == self._node.code else "received") for ref in new]
        found = opened(self._unit, places)
        if self._lens is not None:
            found = self._lens.see(found)
        self._inside.update(dict.fromkeys(new))
        self._inside.update({each.ref: each for each in found})
        return [each for ref in wanted if (each := self._inside[ref]) is not None]

    def _note(self, key: _Key, each: Inside, claim: Claim) -> None:
        said = self._edges.setdefault(key, _Said())
        said.statements.append(_statement(each, claim))
        said.behind[each.ref] = behind(each.ref, each.claims)
        said.contested |= any(other.contests == claim.id for other in each.claims)

    def _nodes(self) -> list[NetworkNode]:
        nodes = []
        for ref, hop in self._hops.items():
            each = self._inside.get(ref)
            if each is None:
                nodes.append(NetworkNode(ref, None, None, NONE, None, hop))
            else:
                nodes.append(NetworkNode(ref, each.held, each.kind, title(each.claims), each.tlp, hop))
        return sorted(nodes, key=lambda each: (each.hops, each.ref))

    def _drawn(self) -> list[Edge]:
        edges = []
        for (source, target, type_), said in sorted(self._edges.items()):
            if source in self._hops and target in self._hops:
                count = independent(list(said.behind.values()))
                sure = certainty((each.statement for each in said.statements), count, contested=said.contested)
                directed = type_ not in _BOTH_WAYS
                edges.append(Edge(source, target, type_, directed, tuple(said.statements), count, sure))
        return edges


def _connections(each: Inside) -> Iterator[tuple[_Key, Claim]]:
    """The edges that a record states, with the claim that does."""
    if each.kind == "relation":
        source, target = _ends(each.claims)
        if source is None or target is None or source == target:
            return
        for claim in each.claims:
            if claim.path == "relation.type":
                type_ = str(claim.value)
                turned = type_ in _BOTH_WAYS and target < source
                yield ((target, source, type_) if turned else (source, target, type_)), claim
        return
    for claim in each.claims:
        other = named(claim.value) if claim.path in _NAMING else None
        if other is not None and other != each.ref:
            yield (each.ref, other, claim.path), claim


def _ends(claims: Sequence[Claim]) -> tuple[Ref | None, Ref | None]:
    return named(_first(claims, "relation.from")), named(_first(claims, "relation.to"))


def _first(claims: Sequence[Claim], path: str) -> JsonValue:
    return next((claim.value for claim in claims if claim.path == path), None)


def _statement(each: Inside, claim: Claim) -> Statement:
    related = each.kind == "relation"
    return Statement(
        record=each.ref,
        held=each.held,
        path=claim.path,
        claim=claim.id,
        statement=claim.statement,
        grade=claim.grade,
        observed=claim.observed,
        since=_first(each.claims, "relation.since") if related else None,
        until=_first(each.claims, "relation.until") if related else None,
        tlp=each.tlp,
        originator=each.ref.originator,
        sender=each.sender,
        sources=tuple(str(other.value) for other in each.claims if other.path == "record.source"),
        onward=each.onward,
    )
