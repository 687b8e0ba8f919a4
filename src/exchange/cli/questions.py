"""`exchange ask` and `exchange answer`: requests for information between states. Both leave after an approval."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from exchange.cli.command import command
from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.files import read_file
from exchange.cli.onward import tell_proposed
from exchange.cli.record import named, reference
from exchange.cli.session import Session
from exchange.errors import BadInput, Code
from exchange.model.messages import ANSWERS, URGENCIES
from exchange.model.state import Proposal
from exchange.operations.questions import NOTHING, Question, Reply, answer, ask

group: Final = typer.Typer()
MAX_TEXT: Final = 16 << 10
"""Bytes of a text file."""


def _urgency(value: str) -> str:
    if value not in URGENCIES:
        raise typer.BadParameter(", ".join(URGENCIES))
    return value


def _outcome(value: str) -> str:
    if value not in ANSWERS:
        raise typer.BadParameter(", ".join(sorted(ANSWERS)))
    return value


@command(group, "ask")
def ask_(
    session: Session,
    *,
    to: Annotated[str, typer.Option(help="The partner's country code.")],
    agreement: Annotated[str, typer.Option(help="Exactly one agreement.")],
    purpose: Annotated[str, typer.Option(help="Purpose code.")],
    question_file: Annotated[Path, typer.Option(help="The question, UTF-8; - for stdin.")],
    legal_basis: Annotated[str, typer.Option(help="The law that lets you ask.")],
    urgency: Annotated[str, typer.Option(callback=_urgency, help="8h, 3d or 7d.")] = "7d",
    record: Annotated[list[str] | None, typer.Option(metavar="ORIGINATOR/ID", help="One that both know.")] = None,
) -> None:
    """Ask a partner. It leaves after somebody else approved it; the answer is due by its urgency."""
    refs = tuple(dict.fromkeys(reference(each) for each in record or ()))
    wish = Question(to, agreement, purpose, _text(question_file), legal_basis, urgency, refs)
    with session.acting() as (node, person), node.store.write() as unit:
        proposal = ask(node, unit, person, wish)
    tell_proposed(session, proposal)


@command(group, "answer")
def answer_(
    session: Session,
    thread: Annotated[str, typer.Argument(metavar="THREAD", help="The request, msg-….")],
    *,
    to: Annotated[str, typer.Option(help="Who asked.")],
    outcome: Annotated[str, typer.Option(callback=_outcome, help="answered, partly, refused or nothing.")],
    code: Annotated[str | None, typer.Option(help="Why it is not whole; for nothing: no_record, always.")] = None,
    note_file: Annotated[Path | None, typer.Option(help="A note, UTF-8; - for stdin.")] = None,
    record: Annotated[list[str] | None, typer.Option(metavar="ORIGINATOR/ID", help="Goes with it.")] = None,
) -> None:
    """Answer a partner's request, with records or without. All of it leaves after somebody else approved it."""
    refs = tuple(dict.fromkeys(reference(each) for each in record or ()))
    note = None if note_file is None else _text(note_file)
    said = NOTHING if outcome == "nothing" and code is None else code
    with session.acting() as (node, person), node.store.write() as unit:
        found = answer(node, unit, person, Reply(to, thread, outcome, said, note, refs))
    for proposal in found.records.proposals:
        session.out.line("proposed:", proposal.id, "· digest:", proposal.digest)
    for ref, reason in found.records.denied:
        session.out.line("not releasable:", named(ref), f"[{reason.code}]")
    if found.answer is not None:
        session.out.line("proposed:", found.answer.id, "· digest:", found.answer.digest)
        session.out.line("next, by another person: exchange approve")
    session.result(
        records=[_row(each) for each in found.records.proposals],
        denied=[{"record": named(ref), "code": reason.code} for ref, reason in found.records.denied],
        answer=None if found.answer is None else _row(found.answer),
    )
    if found.answer is None:
        raise StopError(Exit.DENIED)


def _row(proposal: Proposal) -> dict[str, object]:
    return {"id": proposal.id, "digest": proposal.digest, "approvals_needed": proposal.approvals_needed}


def _text(path: Path) -> str:
    """A text file without the newline at its end. BadInput(JSON_TEXT) if it is not UTF-8."""
    try:
        return read_file(path, MAX_TEXT).decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise BadInput(Code.JSON_TEXT, at="file") from None
