"""`exchange why`: the way to the answer for one claim, step by step, for an officer who may read the record."""

from __future__ import annotations

from typing import Annotated

import typer

from exchange.cli.command import command
from exchange.cli.record import named, reference
from exchange.cli.session import Session
from exchange.cli.words import word
from exchange.operations.why import WhyQuestion, why_claim
from exchange.policies.trace_text import told, trace_document

group = typer.Typer()


@command(group, "why")
def why_(
    session: Session,
    *,
    record: Annotated[str, typer.Argument(metavar="ORIGINATOR/ID", help="A record of ours.")],
    claim: Annotated[str, typer.Argument(metavar="CLAIM", help="A claim's id, as preview shows it with --json.")],
    to: Annotated[str, typer.Option(help="The partner's country code.")],
    agreement: Annotated[str, typer.Option(help="The agreement.")],
    purpose: Annotated[str, typer.Option(help="Purpose code, for example counter_terrorism.travel.")],
) -> None:
    """Why does this claim leave, or stay? Every rule looked at, what decided, and who could change it."""
    question = WhyQuestion(reference(record), claim, to, agreement, purpose)
    with session.acting() as (node, person), node.store.write() as unit:
        trace = why_claim(node, unit, person, question)
    lang = session.out.lang
    said = told(trace, lang)
    session.out.line(f"{named(question.ref)} {trace.claim} {trace.path} → {to}, {agreement}, {purpose}", style="bold")
    for number, step in enumerate(said.steps, 1):
        session.out.line(f"{number:>3} {step.text}")
        for line in step.tests:
            session.out.line(f"      {line}")
    session.out.line(word("would_help", lang) + ":", said.cure)
    if said.who:
        session.out.line(word("who", lang) + ":", ", ".join(said.who))
    session.result(
        record=named(question.ref), to=to, agreement=agreement, purpose=purpose, **trace_document(trace, lang)
    )
