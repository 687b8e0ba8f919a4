"""`exchange audit reconcile-now`, `reconciled`, `reconcile-ack`, `reconcile-check`: what live nodes found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.audit import group
from exchange.cli.command import command
from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.files import read_file, write_file
from exchange.cli.session import Session
from exchange.errors import BadInput, Code, NotFound
from exchange.ledger.classes import ALARMS, Class
from exchange.ledger.reconciled import Result, read_result
from exchange.ledger.reconciled_file import MAX_FILE, check
from exchange.model.reconciled import Reconciled
from exchange.operations import reconcile_alarms
from exchange.operations.clock import stamp
from exchange.operations.lookups import note_list
from exchange.operations.reconcile import AGREED
from exchange.operations.reconcile_file import file_of
from exchange.sentences.fingerprints import grouped, plain

_Partner = Annotated[str, typer.Argument(metavar="PARTNER", help="Country code of the partner.")]


@command(group, "reconcile-now")
def reconcile_now(session: Session, *, partner: _Partner) -> None:
    """Reconcile with a live partner now. Exit 11 if something contradicts, or if it signed another result."""
    with session.acting() as (node, person):
        found = reconcile_alarms.reconcile_now(node, person, partner)
    result = read_result(found.document)
    _table(session, result)
    session.out.line(f"{found.outcome}:", found.digest)
    session.result(**_row(found), result=_facts(result))
    if found.findings or found.outcome != AGREED:
        raise StopError(Exit.CHAIN)


@command(group, "reconciled")
def reconciled(
    session: Session,
    *,
    partner: Annotated[str | None, typer.Argument(metavar="PARTNER", help="One partner; without it, all.")] = None,
    export: Annotated[Path | None, typer.Option(help="File for the newest result that both signed.")] = None,
) -> None:
    """The results with partners, the newest first. With --export, one that anybody can check offline."""
    with session.acting() as (node, person):
        with node.store.write() as unit:
            found = reconcile_alarms.list_reconciled(unit, person, partner)
            note_list(node, unit, person, "reconciled", len(found))
        if export is not None:
            both = next((each for each in found if each.ours and each.theirs is not None), None)
            if both is None:
                raise NotFound(at="result")
            with node.store.read() as unit:
                write_file(export, file_of(node, unit, both))
            session.out.line("written:", export)
            session.out.line(f"check: exchange audit reconcile-check {export}")
    rows = [_row(each) for each in found]
    if rows:
        shown = ("partner", "at", "outcome", "matched", "in_flight", "contradictions", "acknowledged_by", "digest")
        session.out.table([*shown], [["" if row[name] is None else row[name] for name in shown] for row in rows])
    session.result(results=rows, out=None if export is None else str(export))


@command(group, "reconcile-ack")
def reconcile_ack(
    session: Session,
    *,
    partner: _Partner,
    reason: Annotated[str, typer.Option(help=" ".join(reconcile_alarms.REASONS))],
) -> None:
    """Say why the newest result with a partner is as it is: its alarm ends, until more is found. It repairs nothing."""
    with session.acting() as (node, person), node.store.write() as unit:
        seen = reconcile_alarms.acknowledge_reconciled(node, unit, person, partner, reason)
    session.out.line("acknowledged:", partner, seen.day, "·", reason)
    session.result(partner=partner, digest=seen.digest, reason=reason)


@command(group, "reconcile-check")
def reconcile_check(
    session: Session,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A result that two nodes signed.")],
    fingerprint: Annotated[
        list[str] | None,
        typer.Option(help="CODE=HEX: a party's root fingerprint, learned out of band; without both, exit 13."),
    ] = None,
) -> None:
    """Verify a signed result: no node, no database, no network. Exit 11 if the two signed different results."""
    pinned = dict(_pin(each) for each in fingerprint or [])
    found = check(read_file(file, MAX_FILE).strip(), pinned)
    one, *_ = found.results.values()
    _table(session, one)
    for party, root in sorted(found.fingerprints.items()):
        session.out.line("root fingerprint in the file:", party, grouped(root))
    whole = found.fingerprints.keys() <= pinned.keys()
    exit_ = Exit.CHAIN if not found.same else Exit.OK if whole else Exit.UNTRUSTED
    if not found.same:
        session.out.error("The two nodes signed different results.", None)
    elif not whole:
        session.out.error("The file agrees with itself; nothing says whose it is.", None)
        pins = " ".join(f"--fingerprint {party}={root}" for party, root in sorted(found.fingerprints.items()))
        session.out.note(f"compare the fingerprints by voice, then: exchange audit reconcile-check {file} {pins}")
    results = {party: _facts(each) for party, each in sorted(found.results.items())}
    session.result(same=found.same, pinned=whole, fingerprints=dict(found.fingerprints), results=results)
    if exit_ is not Exit.OK:
        raise StopError(exit_)


def _pin(given: str) -> tuple[str, str]:
    party, _, root = given.partition("=")
    if not root:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="fingerprint")
    return party.strip().upper(), plain(root)


def _table(session: Session, result: Result) -> None:
    rows = [(each.value, count) for each, count in result.counts.items()]
    session.out.line(f"{result.asker}, {result.answerer}:", result.at)
    session.out.table(("class", "envelopes"), rows)
    if result.unread:
        session.out.line("blocks that differ and were not read:", result.unread, style="red")
    for each in result.differences[:20]:
        session.out.line(f"{each.class_.value}:", f"{each.sender} {each.epoch}/{each.seq}", style="red")


def _facts(result: Result) -> dict[str, object]:
    return {
        "asker": result.asker,
        "answerer": result.answerer,
        "day": result.day,
        "at": result.at,
        "ranges": [list(each) for each in result.ranges],
        "counts": {each.value: result.counts[each] for each in Class},
        "unread": result.unread,
        "differences": [[each.sender, each.epoch, each.seq, each.class_.value] for each in result.differences],
    }


def _row(found: Reconciled) -> dict[str, object]:
    counts = read_result(found.document).counts if found.document else {}
    wrong = sum(counts.get(each, 0) for each in ALARMS)
    return {
        "partner": found.partner,
        "day": found.day,
        "at": stamp(found.at),
        "outcome": found.outcome,
        "matched": counts.get(Class.MATCHED),
        "in_flight": counts.get(Class.IN_FLIGHT),
        "contradictions": wrong if counts else None,
        "acknowledged_by": found.acknowledged_by,
        "reason": found.reason,
        "digest": found.digest,
    }
