"""What one partner would see of one record, as pages with values: field, what we hold, what it sees, by which rule.

The digest in it is the one that an approval is about; nothing has been sent. The decision alone, without any value:
`exchange.sentences.law.decision`. Spec: docs/spec/policy.md §4 to §7, §12.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from exchange.model.claims import Claim
from exchange.model.records import Record
from exchange.policies.decide import Decision
from exchange.sentences.law.decision import answer, asked_of, digests, handling, marking_of, question
from exchange.sentences.law.grammar import Tongue, capital
from exchange.sentences.law.phrases_decision import DECISION, HEADINGS
from exchange.sentences.law.reasons import why
from exchange.sentences.law.text import Block, Grid, LawText, Paragraph, Section
from exchange.sentences.record.phrases import PREVIEW, SHEET
from exchange.sentences.record.sheet import caveats, facts, named, numbered
from exchange.sentences.record.values import ltr, named_field, value_lines

COLUMNS: Final = (2, 4, 6, 6, 6)
"""Widths: id, field, what we hold, what the recipient sees, rule."""


@dataclass(frozen=True, slots=True)
class Previewed:
    """A decision about a record of which the values are at hand."""

    record: Record
    decision: Decision
    digest: str
    """Hex digest of exactly what would leave."""
    size: int
    """Bytes of the disclosed claims; 0 when nothing would leave."""


def preview_text(previewed: Previewed, lang: str) -> LawText:
    """The text in `ar`, `fr` or `en`. It is marked as strictly as what we hold or what would leave."""
    tongue = Tongue(lang)
    decision, record = previewed.decision, previewed.record
    parts: list[tuple[str, list[Block]]] = [
        (tongue.of(HEADINGS["question"]), question(tongue, decision)),
        (tongue.of(HEADINGS["answer"]), answer(tongue, decision)),
    ]
    if decision.handling is not None:
        parts.append((tongue.of(HEADINGS["handling"]), handling(tongue, decision.handling)))
    parts.append((tongue.of(PREVIEW["table"]), [_table(tongue, decision, record)]))
    parts.append((tongue.of(HEADINGS["digests"]), [*digests(tongue, decision), _what(tongue, previewed)]))
    said = _caveats(previewed)
    if said:
        parts.insert(0, (tongue.of(SHEET["first"]), [caveats(tongue, said)]))
    return LawText(
        lang=lang,
        marking=marking_of(decision, record),
        title=tongue.say(PREVIEW["title"], x=tongue.country(decision.recipient)),
        line=tongue.say(DECISION["line"], ref=tongue.name(named(record.ref)), version=str(record.version)),
        notes=(tongue.of(PREVIEW["nothing"]), tongue.of(PREVIEW["note"])),
        sections=tuple(
            Section(numbered(tongue, number, heading), tuple(blocks))
            for number, (heading, blocks) in enumerate(parts, 1)
        ),
    )


def _caveats(previewed: Previewed) -> list[str]:
    said = set(previewed.record.texts("record.caveat"))
    terms = previewed.decision.handling
    return sorted(said if terms is None else said | set(terms.caveats))


def _what(tongue: Tongue, previewed: Previewed) -> Block:
    rows = [(tongue.of(PREVIEW["view"]), ltr(previewed.digest))]
    if previewed.size:
        rows.insert(0, (tongue.of(PREVIEW["size"]), tongue.say(PREVIEW["bytes"], x=str(previewed.size))))
    else:
        return Paragraph(tongue.of(PREVIEW["nothing"]))
    return facts(tongue, rows)


def _table(tongue: Tongue, decision: Decision, record: Record) -> Grid:
    claims = {claim.id: claim for claim in record.claims}
    head = tuple(
        tongue.of(table[name])
        for table, name in (
            *((SHEET, name) for name in ("id", "field")),
            *((PREVIEW, name) for name in ("we_hold", "sees", "rule")),
        )
    )
    rows = [_row(tongue, decision, claims, claim) for claim in record.claims]
    return Grid(head, tuple(rows), COLUMNS)


def _row(tongue: Tongue, decision: Decision, claims: dict[str, Claim], claim: Claim) -> tuple[str, ...]:
    outcome = decision.outcomes[claim.id]
    held = "\n".join(value_lines(tongue, claim))
    state = capital(tongue.of(PREVIEW[outcome.state]))
    if outcome.state == "sent":
        seen = held
    elif outcome.instead is not None:
        less = claims[outcome.instead]
        seen = "\n".join((state, named_field(tongue, less.path), *value_lines(tongue, less)))
    else:
        seen = state
    reason = why(tongue, outcome.reason, outcome.clause, asked_of(decision))
    return (ltr(claim.id), named_field(tongue, claim.path), held, seen, f"{state}\n{reason}")
