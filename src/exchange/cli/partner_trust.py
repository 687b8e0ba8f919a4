"""`exchange partner introduce`, `heard`, `dismiss`, `resume`, `revoke`, `test`: partners in and out by two persons."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli import partner
from exchange.cli.command import command
from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.files import read_file
from exchange.cli.session import Session
from exchange.cli.words import word
from exchange.crypto.descriptor import MAX_CARD
from exchange.crypto.spoken import GROUPS, HEARD, spoken
from exchange.model.connections import Row
from exchange.model.state import Partner
from exchange.operations import acquaint, partners, revoke
from exchange.operations.clock import stamp
from exchange.operations.connection import try_connection
from exchange.sentences import connection as words

group = partner.group
_Code = Annotated[str, typer.Argument(metavar="CODE", help="Country code of the partner.")]


@command(group, "introduce")
def introduce(
    session: Session, *, card: Annotated[Path, typer.Argument(metavar="CARD", help="The card file, - for stdin.")]
) -> None:
    """Keep a partner's card until two persons have heard its digits; nothing is trusted by it yet."""
    data = read_file(card, MAX_CARD).strip()
    with session.acting() as (node, person), node.store.write() as unit:
        made = acquaint.introduce(node, unit, person, data)
    shown = " ".join(spoken(made.fingerprint)[: GROUPS - HEARD])
    session.out.line(made.code, "card version", made.version, "waits for two persons")
    session.out.line("they read out:", shown, "and two groups more")
    session.result(partner=made.code, version=made.version, digits=shown, state=made.state)


@command(group, "heard")
def heard(
    session: Session, *, code: _Code, groups: Annotated[str, typer.Option(help="The last two groups, as heard.")]
) -> None:
    """Say which two groups you heard at the end. The second person who does makes the partner one."""
    with session.acting() as (node, person):
        done = acquaint.compare(node, person, code, groups)
    state = "verified" if isinstance(done, Partner) else done.state
    session.out.line(code, state)
    session.result(partner=code, state=state)


@command(group, "dismiss")
def dismiss(session: Session, *, code: _Code) -> None:
    """Throw away a card that waits."""
    with session.acting() as (node, person), node.store.write() as unit:
        acquaint.dismiss(node, unit, person, code)
    session.out.line("dismissed:", code)
    session.result(partner=code, state="dismissed")


@command(group, "resume")
def resume(session: Session, *, code: _Code) -> None:
    """Lift a suspension."""
    with session.acting() as (node, person), node.store.write() as unit:
        partners.resume_partner(node, unit, person, code)
    session.out.line("resumed:", code)
    session.result(partner=code, state="ok")


@command(group, "revoke")
def revoke_(
    session: Session,
    *,
    code: _Code,
    reason: Annotated[str | None, typer.Option(help=" ".join(revoke.REASONS))] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="Confirm what another person asked for.")] = False,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Take the request back.")] = False,
) -> None:
    """Revoke a partner for good: one person asks with --reason, another confirms."""
    with session.acting() as (node, person):
        if confirm:
            done = revoke.confirm_revocation(node, person, code)
            session.out.line(code, "revoked ·", done.proposals, "proposals,", done.envelopes, "envelopes voided")
            session.result(partner=code, state="revoked", proposals=done.proposals, envelopes=done.envelopes)
            return
        with node.store.write() as unit:
            if withdraw:
                revoke.withdraw_revocation(node, unit, person, code)
            else:
                revoke.ask_revocation(node, unit, person, code, reason or "")
    state = "withdrawn" if withdraw else "asked"
    session.out.line(code, state)
    session.result(partner=code, state=state)


@command(group, "test")
def test(session: Session, *, code: _Code) -> None:
    """Test the connection to a partner now: seven rows, each with cause and next step. Exit 75 if one is wrong."""
    with session.acting() as (node, person):
        found = try_connection(node, person, code)
    lang = session.out.lang
    session.out.grid(
        [word(name, lang) for name in ("check", "state", "cause", "next_step")],
        [
            (words.name_of(row, lang), words.state_of(row, lang), words.cause_of(row, lang), words.step_of(row, lang))
            for row in found.rows
        ],
    )
    exit_ = Exit.RETRY if found.outcome == "fail" else Exit.OK
    told = [_row(row, lang) for row in found.rows]
    session.result(partner=code, at=stamp(found.at), outcome=found.outcome, rows=told, exit_code=int(exit_))
    if exit_ is not Exit.OK:
        raise StopError(exit_)


def _row(row: Row, lang: str) -> dict[str, object]:
    told = {"cause": words.cause_of(row, lang), "next": words.step_of(row, lang)}
    return {"name": row.name, "state": row.state, "code": row.code, "facts": dict(row.facts), **told}
