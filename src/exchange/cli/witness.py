"""`exchange witness`, `exchange epoch`: who vouches for our ledger, what to do when nobody does or we are behind."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli import witness_words as says
from exchange.cli.command import command
from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.files import write_lines
from exchange.cli.hints import Words
from exchange.cli.session import Session
from exchange.errors import BadInput, Code, NotFound
from exchange.ledger.contradiction import check
from exchange.model.heads import Override
from exchange.operations import contradictions, cosignatures, epochs, override
from exchange.operations.clock import stamp
from exchange.operations.heartbeat import beat
from exchange.operations.lookups import note_list
from exchange.operations.partner_view import read_evidence
from exchange.operations.permissions import Permission, require
from exchange.operations.witnessing import witnessing

group = typer.Typer(name="witness", help="Who vouches for our ledger; overrides; evidence against a partner's.")
epoch_group = typer.Typer(name="epoch", help="After a restored backup: go on under a new epoch.", no_args_is_help=True)
_Partner = Annotated[str, typer.Argument(metavar="PARTNER")]


@command(group, "show")
def show(session: Session) -> None:
    """Which partners cosigned our ledger, when, and whether records may leave."""
    with session.acting() as (node, person), node.store.read() as unit:
        found = witnessing(node, unit, person)
    rows, given, behind = found.witnesses, found.override, found.behind
    session.out.table(("witness", "entries", "cosigned"), [(row.witness, row.size, stamp(row.at)) for row in rows])
    _say(session, says.NEEDED, fresh=found.fresh, quorum=found.quorum, epoch=found.epoch)
    if found.stale:
        if given is None:
            _say(session, says.STALE)
        else:
            _say(session, says.OVERRIDDEN, id=given.id)
    if behind is not None:
        _say(session, says.BEHIND, "bold red")
    session.result(
        witnesses=[{"witness": row.witness, "size": row.size, "at": stamp(row.at)} for row in rows],
        fresh=found.fresh,
        quorum=found.quorum,
        stale=found.stale,
        override=None if given is None else given.id,
        epoch=found.epoch,
        behind=None if behind is None else {"size": behind.size, "partner": behind.partner},
    )


@command(group, "ask")
def ask(session: Session, *, partner: _Partner) -> None:
    """Have a partner cosign our newest head now."""
    with session.acting() as (node, person):
        require(person, Permission.EXCHANGE_RUN)
        beat(node, partner)  # as the worker does: a witness that has just started waits for what we hold of it
        row = cosignatures.ask_cosignature(node, partner)
    _say(session, says.COSIGNED, partner=partner, size=row.size, at=stamp(row.at))
    session.result(partner=partner, size=row.size, at=stamp(row.at))


@command(group, "override-ask")
def override_ask(
    session: Session,
    *,
    reason: Annotated[str, typer.Option(help=" ".join(override.REASONS))],
    hours: Annotated[int, typer.Option(min=1, max=override.LONGEST)] = 4,
) -> None:
    """Ask, as the first of two persons, that records leave although no partner cosigns."""
    with session.acting() as (node, person), node.store.write() as unit:
        made = override.ask_override(node, unit, person, reason, hours)
    _tell(session, made)


@command(group, "override-give")
def override_give(session: Session, *, id_: Annotated[str, typer.Argument(metavar="ID", help="ovr-….")]) -> None:
    """Confirm an override as the second person: from now on it stands for its hours."""
    with session.acting() as (node, person), node.store.write() as unit:
        given = override.give_override(node, unit, person, id_)
    _tell(session, given)


@command(group, "override-end")
def override_end(session: Session, *, id_: Annotated[str, typer.Argument(metavar="ID", help="ovr-….")]) -> None:
    """End an override, alone and at once."""
    with session.acting() as (node, person), node.store.write() as unit:
        ended = override.end_override(node, unit, person, id_)
    _tell(session, ended)


@command(group, "overrides")
def overrides(session: Session) -> None:
    """Every override, newest first."""
    with session.acting() as (node, person), node.store.write() as unit:
        found = override.list_overrides(unit, person)
        note_list(node, unit, person, "overrides", len(found))
    for each in found:
        session.out.line(each.id, each.reason, each.hours, "h", _state(session, each))
    session.result(overrides=[_facts(each) for each in found])


@command(group, "evidence")
def evidence(session: Session, *, partner: _Partner, out: Annotated[Path, typer.Option("--out", "-o")]) -> None:
    """Write two heads of one size that a partner signed, with its card, to a file that anybody can check."""
    with session.acting() as (node, person), node.store.write() as unit:
        document = read_evidence(node, unit, person, partner)
        known = unit.partners.get(partner)
    fingerprint = "" if known is None else known.root_fingerprint
    written = write_lines(out, [document])
    _say(session, says.WRITTEN, bytes=written, out=out, fingerprint=fingerprint)
    session.result(out=str(out), bytes=written, fingerprint=fingerprint)


@command(group, "check")
def check_(
    session: Session,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    fingerprint: Annotated[str, typer.Option(help="The accused node's root fingerprint, learned out of band.")],
) -> None:
    """Check such a file without any node. Exit 0 when it proves that the node signed two histories."""
    try:
        data = file.read_bytes()
    except OSError:
        raise NotFound(at="file") from None
    found = check(data, fingerprint.replace(" ", ""))
    if found.fault is None:
        _say(session, says.PROVEN, "bold", node=found.node, size=found.size)
    else:
        _say(session, says.NOT_PROVEN, "bold red", fault=found.fault)
    session.result(node=found.node, size=found.size, fault=found.fault, exit_code=found.exit_code)
    if found.exit_code:
        raise StopError(Exit(found.exit_code))


@command(group, "settle")
def settle(
    session: Session,
    *,
    partner: _Partner,
    reason: Annotated[str, typer.Option(help=" ".join(contradictions.REASONS))],
) -> None:
    """End the alarm about a partner's heads, and say why. The evidence stays."""
    with session.acting() as (node, person), node.store.write() as unit:
        found = contradictions.settle(node, unit, person, partner, reason)
    _say(session, says.SETTLED, partner=partner, code=found.code, size=found.size, reason=reason)
    session.result(partner=partner, code=found.code, size=found.size, reason=reason)


@command(epoch_group, "open")
def open_(
    session: Session,
    *,
    reason: Annotated[str, typer.Option(help=" ".join(epochs.REASONS))],
    yes: Annotated[bool, typer.Option("--yes", help="You have read what follows from it.")] = False,
) -> None:
    """Go on after a restored backup. What was queued is given up; every partner sees the new epoch; no way back."""
    if not yes:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="yes")
    with session.acting() as (node, person), node.store.write() as unit:
        made = epochs.open_epoch(node, unit, person, reason)
    _say(session, says.OPENED, epoch=made.epoch, size=made.size, lost=made.lost)
    session.result(epoch=made.epoch, size=made.size, lost=made.lost, reason=reason)


def _tell(session: Session, each: Override) -> None:
    session.out.line(each.id, each.reason, _state(session, each), style="bold")
    session.result(**_facts(each))


def _say(session: Session, words: Words, style: str = "", **facts: object) -> None:
    for line in words.in_(session.out.lang).format(**facts).split("\n"):
        session.out.line(line, style=style)


def _state(session: Session, each: Override) -> str:
    words, at = says.STANDS, each.expires_at
    if each.ended_at is not None:
        words, at = says.ENDED, each.ended_at
    elif at is None:
        words = says.WAITS
    return words.in_(session.out.lang).format(id=each.id, at="" if at is None else stamp(at))


def _facts(each: Override) -> dict[str, str | int | None]:
    return {
        "override": each.id,
        "reason": each.reason,
        "hours": each.hours,
        "asker": each.asker,
        "confirmer": each.confirmer,
        "asked_at": stamp(each.asked_at),
        "expires_at": None if each.expires_at is None else stamp(each.expires_at),
        "ended_at": None if each.ended_at is None else stamp(each.ended_at),
    }
