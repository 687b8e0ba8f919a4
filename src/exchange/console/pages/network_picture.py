"""The network as the script of the picture wants it (web/graph.js): the same as the table, in the reader's words."""

from __future__ import annotations

from typing import Final

from exchange.console.visit import Visit
from exchange.console.words import mark, said
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.records import Ref
from exchange.model.vocab import KINDS, strictness
from exchange.operations.network import Edge, NetworkNode, Statement
from exchange.sentences.law.grammar import Tongue, capital
from exchange.sentences.record.network import Around, link_name, statement_short
from exchange.sentences.record.network_words import CERTAINTIES
from exchange.sentences.record.sheet import named
from exchange.sentences.record.vocabularies import word

WORDS: Final = {
    "picture": mark("Network"),
    "help": mark(
        "Arrow keys go along links. N and P step through the links of an item, Enter opens or goes across, E shows "
        "more, plus and minus zoom, zero shows all, Escape goes back."
    ),
    "zoom_in": mark("Closer"),
    "zoom_out": mark("Further"),
    "fit": mark("Whole picture"),
    "up": mark("Up"),
    "down": mark("Down"),
    "left": mark("Left"),
    "right": mark("Right"),
    "next": mark("Next link"),
    "previous": mark("Previous link"),
    "across": mark("To the other end"),
    "open": mark("Open the record"),
    "expand": mark("Show what is linked to it"),
    "save": mark("Save as picture"),
    "legend": mark("Legend"),
    "single": mark("one source only"),
    "several": mark("several independent sources"),
    "kind": mark("Kind"),
    "originator": mark("Originator"),
    "marking": mark("Marking"),
    "links": mark("Links"),
    "more": mark("Not shown yet"),
    "sources": mark("Independent sources"),
    "certainty": mark("How sure"),
    "statements": mark("Statements"),
    "source": mark("Source"),
    "date": mark("Seen on"),
    "nothing": mark("Nothing more is linked to it."),
    "full": mark("The picture is full. Start from another record, or use the table."),
    "failed": mark("The picture could not be loaded. The table shows the same."),
}
"""By the keys of web/graph/words.js."""
UNKNOWN: Final = "unknown"
"""Kind of a record that is only named."""
NAMED: Final = mark("Only named, not held here")


def picture(visit: Visit, around: Around) -> JsonObject:
    """What the script takes. Ids are `DZ/rec-…`."""
    tongue = Tongue(visit.lang)
    kinds: JsonObject = {str(kind): capital(word("kind", str(kind), visit.lang)) for kind in KINDS}
    certainties: JsonObject = {code: tongue.of(text) for code, text in CERTAINTIES.items()}
    words: JsonObject = {key: said(visit.lang, msgid) for key, msgid in WORDS.items()}
    words |= {"kinds": kinds | {UNKNOWN: said(visit.lang, NAMED)}, "certainties": certainties}
    return {
        "nodes": [_node(each) for each in around.network.nodes],
        "edges": [_edge(tongue, each) for each in around.network.edges],
        "more": {named(ref): count for ref, count in around.more.items()},
        "words": words,
    }


def _node(each: NetworkNode) -> JsonObject:
    """One form of the name: a label never has two scripts in it."""
    ref = named(each.ref)
    found: JsonObject = {
        "id": ref,
        "label": each.title.original or ref,
        "script": each.title.script,
        "kind": each.kind or UNKNOWN,
        "originator": each.ref.originator,
        "tlp": each.tlp or "",
    }
    return found | ({} if each.held is None else {"href": f"/records/{ref}"})


def _edge(tongue: Tongue, each: Edge) -> JsonObject:
    labels = [said.tlp for said in each.statements if said.tlp]
    statements: list[JsonValue] = [_statement(tongue, said) for said in each.statements]
    return {
        "id": edge_id(each.source, each.target, each.type),
        "source": named(each.source),
        "target": named(each.target),
        "label": link_name(tongue, each.type),
        "sources": each.sources,
        "certainty": each.certainty,
        "originator": " ".join(sorted({said.originator for said in each.statements})),
        "tlp": max(labels, key=strictness, default=""),
        "statements": statements,
    }


def edge_id(source: Ref, target: Ref, type_: str) -> str:
    """Names a link in the picture and its row in the table."""
    return f"{named(source)}-{named(target)}-{type_}"


def _statement(tongue: Tongue, each: Statement) -> JsonObject:
    return {
        "text": statement_short(tongue, each),
        "source": " · ".join(each.sources),
        "date": each.observed or "",
        "tlp": each.tlp or "",
    }
