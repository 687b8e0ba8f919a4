"""What happens after release: `exchange recall`, `corrections`, `account` and `breach`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from exchange.api.after_out import account_out, breach_out
from exchange.cli.command import command
from exchange.cli.files import read_file
from exchange.cli.record import named, reference
from exchange.cli.session import Session
from exchange.cli.words import word
from exchange.errors import BadInput, Code
from exchange.model.messages import MAX_NOTE, LegalReason, Recall
from exchange.model.state import MessageKey
from exchange.operations.account import account as read_account
from exchange.operations.breach import Breach, affected, notify
from exchange.operations.clock import stamp
from exchange.operations.corrections import acknowledge
from exchange.operations.messages import MessageWish
from exchange.operations.recalls import RecallAnswer, answer_recall
from exchange.operations.release import Sent, send
from exchange.sentences import sentence

recall = typer.Typer(name="recall", help="Have records destroyed at a partner, or answer that.", no_args_is_help=True)
corrections = typer.Typer(name="corrections", help="Corrections that partners sent us.", no_args_is_help=True)
group = typer.Typer()
_Message = Annotated[str, typer.Argument(metavar="MSG", help="The message, msg-….")]
_Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="The partner's country code.")]
_Note = Annotated[Path | None, typer.Option(help="File with a text for the partner, - for stdin.")]


@command(recall, "send")
def send_recall(
    session: Session,
    *,
    records: Annotated[list[str], typer.Argument(metavar="ORIGINATOR/ID…")],
    to: Annotated[str, typer.Option(help="The partner's country code.")],
    agreement: Annotated[str, typer.Option(help="The agreement; it may be suspended or have ended.")],
    purpose: Annotated[str, typer.Option(help="Purpose code.")],
    reason: Annotated[str, typer.Option(help="wrong_person, inaccurate, unlawful, court_order, …")],
    deadline: Annotated[str, typer.Option(help="YYYY-MM-DDTHH:MM:SSZ")],
    replaces: Annotated[str | None, typer.Option(metavar="ORIGINATOR/ID", help="What stands in their place.")] = None,
    note: _Note = None,
) -> None:
    """Recall records from a partner: it must destroy them, or say by which law it keeps them. Goes at once."""
    refs = tuple(reference(each) for each in records)
    other = None if replaces is None else reference(replaces)
    message = Recall(purpose, "", refs, reason, _text(note), deadline, other)
    with session.acting() as (node, person), node.store.write() as unit:
        sent = send(node, unit, person, MessageWish(to, agreement, message))
    session.out.line(word("sent", session.out.lang) + ":", sent.key.id, to, sent.seq)
    session.result(**_sent(sent))


@command(recall, "answer")
def answer(
    session: Session,
    *,
    partner: _Partner,
    message: _Message,
    outcome: Annotated[str, typer.Option(help="destroyed, retained or partly.")],
    record: Annotated[list[str] | None, typer.Option(help="Of partly: what is destroyed, ORIGINATOR/ID.")] = None,
    law: Annotated[str | None, typer.Option(help="court_order, prosecution, appeal, statute or other.")] = None,
    law_text: Annotated[Path | None, typer.Option(help="File with the legal reason, - for stdin.")] = None,
    until: Annotated[str | None, typer.Option(help="Until when something is kept, YYYY-MM-DD.")] = None,
    note: _Note = None,
) -> None:
    """Answer a partner's recall. `destroyed` cannot be taken back: the keys of the copies are destroyed."""
    legal = None if law is None else LegalReason(law, _text(law_text) or "")
    key = MessageKey(message, partner, "in")
    refs = tuple(reference(each) for each in record or [])
    wish = RecallAnswer(key, outcome, refs, legal, until, _text(note))
    with session.acting() as (node, person), node.store.write() as unit:
        done = answer_recall(node, unit, person, wish)
    lang = session.out.lang
    session.out.line(word("destroyed", lang) + ":", done.destroyed)
    if done.outstanding:
        session.out.line(word("outstanding", lang) + ":", " ".join(done.outstanding))
    if done.sent is not None:
        session.out.line(word("sent", lang) + ":", done.sent.key.id, done.outcome or "")
    if done.not_told is not None:
        session.out.note(sentence(done.not_told, lang, {}), f"[{done.not_told.value}]")
    session.result(
        destroyed=done.destroyed,
        outcome=done.outcome,
        sent=None if done.sent is None else _sent(done.sent),
        passed_on=[_sent(each) for each in done.passed_on],
        outstanding=list(done.outstanding),
        not_told=None if done.not_told is None else done.not_told.value,
    )


@command(corrections, "ack")
def ack(session: Session, *, partner: _Partner, message: _Message) -> None:
    """Tell the sender that its correction was seen here and is in use."""
    with session.acting() as (node, person), node.store.write() as unit:
        sent = acknowledge(node, unit, person, MessageKey(message, partner, "in"))
    session.out.line(word("sent", session.out.lang) + ":", sent.key.id)
    session.result(**_sent(sent))


@command(group, "account")
def account(
    session: Session, *, record: Annotated[str, typer.Argument(metavar="ORIGINATOR/ID", help="Of ours or received.")]
) -> None:
    """To whom a record ever went, what of it, under what terms, and what became of it there. Logged as a read."""
    with session.acting() as (node, person), node.store.write() as unit:
        found = read_account(node, unit, person, reference(record))
    out, lang = session.out, session.out.lang
    document = account_out(found).model_dump()
    head = [word(name, lang) for name in ("partner", "time", "version", "agreement", "purpose", "state", "claims")]
    rows = [
        [each.recipient, stamp(each.at), each.version, each.agreement, each.purpose, each.state, _joined(each.paths)]
        for each in found.sent
    ]
    rows += [
        [each.sender, stamp(each.received_at), each.version, each.agreement_id, each.purpose, word("we_hold", lang), ""]
        for each in found.received
    ]
    out.grid(head, rows)
    for event in found.events:
        row = event.message
        out.line(
            stamp(row.created_at), row.key.direction, row.key.partner, row.type, event.said or "", row.outcome or ""
        )
    for gone in found.destroyed:
        out.line(stamp(gone.at), word("destroyed", lang), gone.held, gone.sender, gone.version, gone.why)
    for shown in found.openings:
        persons = f"{shown.asker} · {shown.confirmer or '–'}"
        out.line(stamp(shown.opened_at or shown.asked_at), word("opened", lang), persons, shown.reason, shown.id)
    session.result(**document)


@command(group, "breach")
def breach(
    session: Session,
    *,
    partner: Annotated[str, typer.Option(help="The partner's country code.")],
    since: Annotated[str, typer.Option(help="YYYY-MM-DDTHH:MM:SSZ")],
    until: Annotated[str, typer.Option(help="YYYY-MM-DDTHH:MM:SSZ")],
    kind: Annotated[str, typer.Option(help="lost, theft, access, disclosure or other.")],
    notify_: Annotated[str | None, typer.Option("--notify", help="suspected, confirmed or closed: send it.")] = None,
    note: _Note = None,
) -> None:
    """List the envelopes and records that a breach concerns; with --notify, tell the partner."""
    asked = Breach(partner, _time(since), _time(until), kind)
    with session.acting() as (node, person), node.store.write() as unit:
        found = affected(node, unit, person, asked)
        told = None if notify_ is None else notify(node, unit, person, asked, notify_, _text(note))
    head = [word(name, session.out.lang) for name in ("direction", "number", "agreement", "records")]
    session.out.grid(
        head, [[each.direction, each.seq, each.agreement, _joined(map(named, each.refs))] for each in found]
    )
    for each in () if told is None else told.sent:
        session.out.line(word("sent", session.out.lang) + ":", each.key.id)
    for agreement, code in sorted({} if told is None else told.untold.items()):
        session.out.line(word("not_told", session.out.lang) + ":", agreement, sentence(code, session.out.lang))
    session.result(**breach_out(found, told).model_dump())


def _text(file: Path | None) -> str | None:
    """Texts come by file: what stands on a command line is seen by everybody on the machine."""
    if file is None:
        return None
    try:
        return read_file(file, 4 * MAX_NOTE).decode("utf-8").strip()
    except UnicodeDecodeError:
        raise BadInput(Code.JSON_TEXT, at="note") from None


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="time") from None
    if time.tzinfo is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="time")
    return time


def _joined(parts: Iterable[str] | None) -> str:
    return "?" if parts is None else ", ".join(parts)


def _sent(sent: Sent) -> dict[str, object]:
    return {
        "message": sent.key.id,
        "partner": sent.key.partner,
        "seq": sent.seq,
        "envelope": sent.envelope_digest,
    }


GROUPS: Final = (recall, corrections, group)
