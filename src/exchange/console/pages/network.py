"""The network around a record: a table with every statement, the same as a picture, to print, and as a table file.

A lens shows what one partner would be sent and nothing else. Looking is an entry in the ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import JSONResponse, Response

from exchange.console.files import csv_file
from exchange.console.page import Page
from exchange.console.pages.entry_typed import grade_text
from exchange.console.pages.network_picture import picture
from exchange.console.pages.network_seen import HOPS, Asked, around, asked, partners
from exchange.console.pages.records_values import Told, grade_words, told
from exchange.console.pages.said_law import partner_of, partners_of
from exchange.console.paper_responses import language, paper_of
from exchange.console.visit import Visit
from exchange.console.words import mark, said
from exchange.errors import BadInput, Code
from exchange.model.claims import JsonValue
from exchange.model.records import Ref
from exchange.operations.network import CAP, Edge, NetworkNode, Statement
from exchange.operations.permissions import Permission
from exchange.sentences.law.grammar import Tongue, capital
from exchange.sentences.record.network import Around, link_name, network_text, word_of
from exchange.sentences.record.network_words import CERTAINTIES, HELD, ONWARD
from exchange.sentences.record.sheet import named
from exchange.sentences.record.vocabularies import word

SAID: Final[dict[str, str]] = {}
PAGE: Final = 150
"""Lines of either table on one page."""
HEAD: Final = (
    mark("From"),
    mark("Link"),
    mark("To"),
    mark("Independent sources"),
    mark("How sure"),
    mark("Record that says it"),
    mark("Statement"),
    mark("Grade"),
    mark("Seen on"),
    mark("Marking"),
    mark("Originator"),
    mark("Sent by"),
    mark("Source"),
    mark("May it go on?"),
)
"""Columns of the table file."""


@dataclass(frozen=True, slots=True)
class ItemLine:
    """One record of the network, for the template."""

    node: NetworkNode
    held: str
    more: int
    links: int


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One statement, for the template."""

    of: Statement
    grade: str
    grade_words: tuple[str, str, str] | None
    since: Told | None
    until: Told | None
    onward: str


@dataclass(frozen=True, slots=True)
class LinkLine:
    """One link, for the template."""

    edge: Edge
    source: NetworkNode
    target: NetworkNode
    name: str
    certainty: str
    statements: tuple[StatementLine, ...]


def get_network(visit: Visit) -> Response:
    """The page: picture, and below it everything that it shows as tables."""
    what, at = asked(visit), _at(visit)
    with visit.write() as unit:
        found = around(visit, unit, what)
        known = partners(visit, unit)
    network = found.network
    nodes = {each.ref: each for each in network.nodes}
    start = nodes.get(what.ref) or next(iter(network.nodes), None)
    last = max(len(network.nodes), len(network.edges)) <= at + PAGE
    return visit.page(
        "network/network.html",
        asked=what,
        title=None if start is None else start.title,
        start=named(what.ref if start is None else start.ref),
        marking=found.marking,
        hops=[(each, visit.number(int(each))) for each in HOPS],
        partners=partners_of(visit, known),
        lens=None if what.lens is None else partner_of(visit, what.lens),
        items=_items(visit, found, network.nodes[at : at + PAGE]),
        links=[_link(visit, nodes, each) for each in network.edges[at : at + PAGE]],
        counts=(len(network.nodes), len(network.edges)),
        cut=network.more,
        cap=CAP,
        first=at + 1,
        further=None if last else f"/records/{named(what.ref)}/network?{what.query}&from={at + PAGE}",
    )


def get_data(visit: Visit) -> Response:
    """The same for the picture; also what one item leads to, as the picture grows."""
    what = asked(visit)
    with visit.write() as unit:
        found = around(visit, unit, what)
    return JSONResponse(picture(visit, found))


def get_pdf(visit: Visit) -> Response:
    """The whole of it to print."""
    what = asked(visit)
    with visit.write() as unit:
        found = around(visit, unit, what)
    return paper_of(visit, network_text(found, language(visit)), _file(what))


def get_csv(visit: Visit) -> Response:
    """A line for each statement."""
    what = asked(visit)
    with visit.write() as unit:
        found = around(visit, unit, what)
    head = [said(visit.lang, each) for each in HEAD]
    return csv_file(f"{_file(what)}.csv", head, _rows(visit, found))


def _file(what: Asked) -> str:
    return f"network-{what.ref.originator}-{what.ref.id}-{what.hops}" + (f"-{what.lens}" if what.lens else "")


def _at(visit: Visit) -> int:
    """The first line of the tables that is shown, from 0. BadInput."""
    text = visit.asked("from", "0", limit=5)
    if not (text.isascii() and text.isdigit()):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/from")
    return int(text)


def _items(visit: Visit, found: Around, nodes: Sequence[NetworkNode]) -> list[ItemLine]:
    links = Counter(ref for edge in found.network.edges for ref in (edge.source, edge.target))
    tongue = Tongue(visit.lang)
    return [
        ItemLine(each, tongue.of(HELD[each.held or "named"]), found.more.get(each.ref, 0), links[each.ref])
        for each in nodes
    ]


def _link(visit: Visit, nodes: dict[Ref, NetworkNode], edge: Edge) -> LinkLine:
    tongue = Tongue(visit.lang)
    return LinkLine(
        edge,
        nodes[edge.source],
        nodes[edge.target],
        capital(link_name(tongue, edge.type)),
        capital(word_of(tongue, CERTAINTIES, edge.certainty)),
        tuple(_statement(visit, each) for each in edge.statements),
    )


def _statement(visit: Visit, each: Statement) -> StatementLine:
    grade = each.grade
    return StatementLine(
        each,
        "" if grade is None else grade_text(grade.scale, grade.source, grade.information),
        None if grade is None else grade_words(grade, visit.lang),
        _date("relation.since", each.since, visit.lang),
        _date("relation.until", each.until, visit.lang),
        Tongue(visit.lang).of(ONWARD[each.onward]),
    )


def _date(path: str, value: JsonValue, lang: str) -> Told | None:
    return None if value is None else told(path, value, lang)


def _rows(visit: Visit, found: Around) -> Iterator[list[str]]:
    tongue = Tongue(visit.lang)
    titles = {each.ref: each.title.original or each.title.latin for each in found.network.nodes}
    for edge in found.network.edges:
        ends = [f"{titles[ref]} ({named(ref)})" if titles[ref] else named(ref) for ref in (edge.source, edge.target)]
        link = [
            ends[0],
            link_name(tongue, edge.type),
            ends[1],
            str(edge.sources),
            tongue.of(CERTAINTIES[edge.certainty]),
        ]
        for each in edge.statements:
            grade = each.grade
            yield [
                *link,
                named(each.record),
                word("statement", each.statement, visit.lang),
                "" if grade is None else grade_text(grade.scale, grade.source, grade.information),
                each.observed or "",
                each.tlp or "",
                each.originator,
                each.sender or "",
                " · ".join(each.sources),
                tongue.of(ONWARD[each.onward]),
            ]


_READ: Final = Permission.RECORD_READ
_PATH: Final = "/records/{originator}/{record}/network"
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", _PATH, get_network, _READ),
    Page("GET", f"{_PATH}/data", get_data, _READ),
    Page("GET", f"{_PATH}/pdf", get_pdf, _READ),
    Page("GET", f"{_PATH}/csv", get_csv, _READ),
)
