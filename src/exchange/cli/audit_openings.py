"""`exchange audit open…`: one entry of the ledger opened by two people, and read once by the one who asked.

The commands join the group of `exchange.cli.audit`.
"""

from __future__ import annotations

from typing import Annotated

import typer

from exchange.api.after_out import sent_out
from exchange.api.openings_out import opened_out, opening_out, openings_out, untold_out
from exchange.cli.audit import group
from exchange.cli.command import command
from exchange.cli.record import named, value_text
from exchange.cli.session import Session
from exchange.cli.words import word
from exchange.model.openings import Opening
from exchange.operations import opening_notice, openings
from exchange.operations.clock import stamp
from exchange.operations.lookups import note_list

__all__ = ["group"]

_Id = Annotated[str, typer.Argument(metavar="REQUEST", help="The opening, opn-….")]


@command(group, "open")
def open_(
    session: Session,
    *,
    index: Annotated[int, typer.Argument(metavar="INDEX", min=0, help="Index of the ledger entry, from 0.")],
    reason: Annotated[
        str, typer.Option(help="COMPLAINT, COURT_ORDER, INCIDENT, OVERSIGHT, SAMPLE or SUBJECT_REQUEST.")
    ],
) -> None:
    """Ask to see what one entry refers to. Another person has 24 hours to confirm it."""
    with session.acting() as (node, person), node.store.write() as unit:
        opening = openings.ask_opening(node, unit, person, index, reason)
    _tell(session, opening)


@command(group, "open-confirm")
def confirm(session: Session, *, id_: _Id) -> None:
    """Confirm what an auditor asked for, as a releasing officer or administrator. The auditor may then read once."""
    with session.acting() as (node, person), node.store.write() as unit:
        opening = openings.confirm_opening(node, unit, person, id_)
    _tell(session, opening)


@command(group, "open-decline")
def decline(session: Session, *, id_: _Id) -> None:
    """Refuse what an auditor asked for, or take a confirmation back, before it is read."""
    with session.acting() as (node, person), node.store.write() as unit:
        opening = openings.decline_opening(node, unit, person, id_)
    _tell(session, opening)


@command(group, "open-withdraw")
def withdraw(session: Session, *, id_: _Id) -> None:
    """Take your own question back, before it is read."""
    with session.acting() as (node, person), node.store.write() as unit:
        opening = openings.withdraw_opening(node, unit, person, id_)
    _tell(session, opening)


@command(group, "open-read")
def read(session: Session, *, id_: _Id) -> None:
    """Read what the entry refers to. Once: nothing is shown a second time."""
    with session.acting() as (node, person):
        opened = openings.read_opening(node, person, id_)
    out = session.out
    for each in opened.shown:
        out.line(named(each.ref), each.kind, "version", each.version, each.held, style="bold")
        if each.claims is None:
            out.note("the claims that left cannot be derived again")
        else:
            out.table(("path", "value"), [(claim.path, value_text(claim.value)) for claim in each.claims])
    if opened.gone:
        out.note(f"{opened.gone} references lead nowhere any more: the records were erased")
    session.result(**opened_out(opened).model_dump())


@command(group, "openings")
def list_(
    session: Session,
    *,
    untold: Annotated[
        bool, typer.Option("--untold", help="Partners' records that were shown, and the partner does not know yet.")
    ] = False,
) -> None:
    """Who asked to see which entry, who confirmed it, and whether it was read."""
    out = session.out
    if untold:
        with session.acting() as (node, person), node.store.write() as unit:
            due = opening_notice.list_untold(node, unit, person)
            note_list(node, unit, person, "openings", len(due))
        out.grid(
            [word("record", out.lang), "opening", word("time", out.lang)],
            [[named(ref), each.key.id, stamp(each.due_at)] for ref, each in due],
        )
        session.result(**untold_out(due).model_dump())
        return
    with session.acting() as (node, person), node.store.write() as unit:
        found = openings.list_openings(unit, person)
        note_list(node, unit, person, "openings", len(found))
    out.grid(
        ["opening", word("number", out.lang), word("state", out.lang), word("who", out.lang), word("time", out.lang)],
        [[each.id, each.index, each.state, _persons(each), stamp(each.asked_at)] for each in found],
    )
    session.result(**openings_out(found).model_dump())


@command(group, "open-tell")
def tell(
    session: Session,
    *,
    id_: _Id,
    to: Annotated[str, typer.Option(help="The partner who sent us the records.")],
    agreement: Annotated[str, typer.Option(help="The agreement with that partner, in force.")],
    purpose: Annotated[str, typer.Option(help="Purpose code of that agreement.")],
) -> None:
    """Tell a partner which of its records an opening showed to our auditor. Goes at once."""
    with session.acting() as (node, person), node.store.write() as unit:
        sent = opening_notice.tell_opening(node, unit, person, id_, (to, agreement, purpose))
    session.out.line(word("sent", session.out.lang) + ":", sent.key.id, to, sent.seq)
    session.result(**sent_out(sent).model_dump())


def _persons(opening: Opening) -> str:
    return f"{opening.asker} · {opening.confirmer or '–'}"


def _tell(session: Session, opening: Opening) -> None:
    out = session.out
    out.line(opening.id, "entry", opening.index, "is", opening.state, style="bold")
    out.line("reason:", opening.reason, "· by:", _persons(opening), "· until:", stamp(opening.expires_at))
    session.result(**opening_out(opening).model_dump())
