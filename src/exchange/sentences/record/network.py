"""The network around a record as pages: every record, every link, and each statement behind it with its source.

The same as the picture and the table on the console's page. What a lens leaves out is not in it. Spec: search.md §6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from exchange.model.claims import Claim, JsonValue
from exchange.model.records import Ref
from exchange.model.titles import Title
from exchange.model.vocab import Tlp, strictness
from exchange.operations.network import Edge, Network, NetworkNode, Statement
from exchange.policies.agreement import Text
from exchange.sentences.law.fields import FIELDS
from exchange.sentences.law.grammar import Tongue, capital
from exchange.sentences.law.text import Block, Grid, LawText, Paragraph, Section
from exchange.sentences.law.words import STATEMENTS
from exchange.sentences.record.network_words import CERTAINTIES, HELD, NETWORK, ONWARD
from exchange.sentences.record.phrases import VALUE
from exchange.sentences.record.sheet import named, numbered
from exchange.sentences.record.values import certainty_lines, date_text, ltr, state, value_lines, written
from exchange.sentences.record.vocabularies import word

ITEMS: Final = (7, 3, 4, 4, 2, 2)
LINKS: Final = (6, 3, 4, 9)


@dataclass(frozen=True, slots=True)
class Around:
    """A network with what was asked: start, hops, whose eyes; and how many links of an item are not in it."""

    start: Ref
    hops: int
    lens: str | None
    network: Network
    more: Mapping[Ref, int]

    @property
    def marking(self) -> str:
        """The strictest label of all that is in it; TLP:RED where nothing is marked."""
        nodes = [each.tlp for each in self.network.nodes]
        said = [each.tlp for edge in self.network.edges for each in edge.statements]
        return max((tlp for tlp in (*nodes, *said) if tlp), key=strictness, default=str(Tlp.RED))


def network_text(around: Around, lang: str) -> LawText:
    """The text in `ar`, `fr` or `en`."""
    tongue, network = Tongue(lang), around.network
    nodes = {each.ref: each for each in network.nodes}
    links: list[Block] = [Paragraph(tongue.of(NETWORK["no_links"]))]
    if network.edges:
        links = [_links(tongue, network, nodes)]
    notes = [tongue.of(NETWORK[name]) for name in ("nothing", "note")]
    if network.more:
        notes.append(tongue.of(NETWORK["cut"]))
    title = tongue.of(NETWORK["title"])
    if around.lens is not None:
        title = tongue.say(NETWORK["lens_title"], x=tongue.country(around.lens))
    parts: list[tuple[str, list[Block]]] = [("items", [_items(tongue, around)]), ("links", links)]
    return LawText(
        lang=lang,
        marking=around.marking,
        title=title,
        line=tongue.say(NETWORK["line"], ref=tongue.name(named(around.start)), hops=str(around.hops)),
        notes=tuple(notes),
        sections=tuple(
            Section(numbered(tongue, number, tongue.of(NETWORK[name])), tuple(blocks))
            for number, (name, blocks) in enumerate(parts, 1)
        ),
    )


def link_name(tongue: Tongue, type_: str) -> str:
    """A relation, or the field that names the other record."""
    return tongue.of(FIELDS[type_]) if type_ in FIELDS else word("relation", type_, tongue.lang)


def title_lines(title: Title, ref: Ref) -> tuple[str, ...]:
    """One form to a line: the original, its Latin form, the record's name."""
    forms = tuple(written(text) for text in (title.original, title.latin) if text)
    return (*forms, ltr(named(ref)))


def statement_lines(tongue: Tongue, each: Statement) -> tuple[str, ...]:
    """Everything that one record says of a link: how sure, when, from whom, by which source, whether it may go on."""
    claim = Claim(each.claim, each.path, None, each.statement, each.grade, each.observed)
    lines = [ltr(named(each.record)), *certainty_lines(tongue, claim)]
    for name, value in (("since", each.since), ("until", each.until)):
        if value is not None:
            lines.append(tongue.say(NETWORK[name], x=" ".join(_partial(tongue, value))))
    if each.sender is not None:
        lines.append(tongue.say(NETWORK["from"], x=state(tongue, each.sender)))
    lines += [tongue.say(NETWORK["source"], x=written(source)) for source in each.sources]
    may = tongue.of(ONWARD[each.onward])
    lines.append(tongue.say(NETWORK["both"], a=tongue.name(each.tlp), b=may) if each.tlp else may)
    return tuple(capital(line) for line in lines)


def statement_short(tongue: Tongue, each: Statement) -> str:
    """The same in one line, for the panel beside the picture."""
    parts = [tongue.of(STATEMENTS[each.statement]) if each.statement in STATEMENTS else ltr(each.statement)]
    if each.grade is not None:
        parts.append(tongue.name(f"{each.grade.source}{each.grade.information}"))
    parts += [ltr(named(each.record)), tongue.of(ONWARD[each.onward])]
    return capital(" · ".join(parts))


def word_of(tongue: Tongue, table: Mapping[str, Text], code: str) -> str:
    """The words for a code; as it stands where there are none."""
    return tongue.of(table[code]) if code in table else ltr(code)


def _partial(tongue: Tongue, value: JsonValue) -> tuple[str, ...]:
    """A date as exact as it is."""
    if isinstance(value, str):
        return (date_text(tongue, value),)
    return value_lines(tongue, Claim("c0", "relation.since", value, "fact"))


def _items(tongue: Tongue, around: Around) -> Grid:
    head = tuple(tongue.of(NETWORK[name]) for name in ("record", "kind", "held", "marking", "hops", "more"))
    return Grid(head, tuple(_item(tongue, around, each) for each in around.network.nodes), ITEMS)


def _item(tongue: Tongue, around: Around, each: NetworkNode) -> tuple[str, ...]:
    kind = tongue.of(NETWORK["unknown"]) if each.kind is None else word("kind", each.kind, tongue.lang)
    held = tongue.of(HELD[each.held or "named"])
    more = around.more.get(each.ref, 0)
    told = "\n".join(title_lines(each.title, each.ref))
    return (told, capital(kind), capital(held), ltr(each.tlp or ""), str(each.hops), str(more) if more else "")


def _links(tongue: Tongue, network: Network, nodes: Mapping[Ref, NetworkNode]) -> Grid:
    head = tuple(tongue.of(NETWORK[name]) for name in ("record", "link", "certainty", "statements"))
    return Grid(head, tuple(_link(tongue, edge, nodes) for edge in network.edges), LINKS)


def _link(tongue: Tongue, edge: Edge, nodes: Mapping[Ref, NetworkNode]) -> tuple[str, ...]:
    ends = [title_lines(nodes[ref].title, ref) for ref in (edge.source, edge.target)]
    sure = (
        capital(word_of(tongue, CERTAINTIES, edge.certainty)),
        tongue.say(VALUE["fact"], label=tongue.of(NETWORK["sources"]), x=str(edge.sources)),
    )
    said = "\n\n".join("\n".join(statement_lines(tongue, each)) for each in edge.statements)
    type_ = capital(link_name(tongue, edge.type))
    return ("\n".join((*ends[0], "\u2013", *ends[1])), type_, "\n".join(sure), said)
