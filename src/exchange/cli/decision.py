"""`exchange decision`: replay kept decisions, export them for an auditor, check such a file without any node."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.command import command
from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.files import read_file, write_file, write_folder
from exchange.cli.record import named
from exchange.cli.session import Session
from exchange.cli.words import word
from exchange.operations.clock import stamp
from exchange.operations.replay import DIFFERENT, NOT_RETAKEN, OTHER_RULES, ReplayedStage, replay
from exchange.operations.replay_file import MAX_FILE, check_file, export_decisions
from exchange.operations.replay_files import every_decision

group = typer.Typer(name="decision", help="Decisions of the past: replay, export, check.", no_args_is_help=True)
_Release = Annotated[str, typer.Argument(metavar="RELEASE", help="A proposal or release, rel-…")]
_Item = Annotated[int | None, typer.Option(help="Only the record at this place, from 1.")]


@command(group, "replay")
def replay_(session: Session, *, release: _Release, item: _Item = None) -> None:
    """Take the decisions again from the documents and records of the time. Exit 11 if one differs."""
    with session.acting() as (node, person), node.store.write() as unit:
        stages = replay(node, unit, person, release, item)
    _tell(session, stages)
    session.result(release=release, stages=_documents(stages))
    _stop(stages)


@command(group, "export")
def export(
    session: Session,
    *,
    release: _Release,
    out: Annotated[Path, typer.Option("--out", "-o", help="File for the decisions.")],
    item: _Item = None,
    values: Annotated[
        bool, typer.Option("--values", help="With the records' values, so that anybody can decide again.")
    ] = False,
) -> None:
    """Write decisions, inputs and documents to a file that is checked without any node. An entry in the ledger."""
    with session.acting() as (node, person), node.store.write() as unit:
        data = export_decisions(node, unit, person, release, item, values=values)
    write_file(out, data)
    session.out.line(f"exchange decision check {out}")
    if not values:
        session.out.note(word("without_values", session.out.lang))
    session.result(release=release, out=str(out), bytes=len(data), values=values)


@command(group, "export-all")
def export_all(
    session: Session,
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="A new folder: one file for each release.")],
    values: Annotated[
        bool, typer.Option("--values", help="With the records' values, so that anybody can decide again.")
    ] = False,
) -> None:
    """Write the decisions of every release, for `exchange audit verify FILE --decisions`. Each is an entry."""
    with session.acting() as (node, person):
        written = write_folder(out, every_decision(node, person, values=values))
    if not values:
        session.out.note(word("without_values", session.out.lang))
    session.out.line(f"exchange audit verify FILE --fingerprint HEX --decisions {out}")
    session.result(out=str(out), bytes=written, values=values)


@command(group, "check")
def check(
    session: Session,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of decision export.")],
    digest: Annotated[
        str | None, typer.Option(help="What release.decided says in a verified audit export; another: exit 13.")
    ] = None,
) -> None:
    """Check such a file: no node, no database, no network. Exit 11 if a decision differs, 10 or 13 for a document.

    Without --digest the file only agrees with itself.
    """
    found = check_file(read_file(file, MAX_FILE))
    _tell(session, found.stages)
    pinned = digest is not None and any(
        stage.stage == "released" and stage.digest.hex() == digest for stage in found.stages
    )
    states = {each.state for stage in found.stages for each in stage.items}
    if NOT_RETAKEN in states:
        session.out.note(word("without_values", session.out.lang))
    session.result(release=found.release, pinned=pinned, stages=_documents(found.stages))
    _stop(found.stages)
    if digest is not None and not pinned:
        raise StopError(Exit.UNTRUSTED)


def _tell(session: Session, stages: Sequence[ReplayedStage]) -> None:
    lang = session.out.lang
    for stage in stages:
        name = word("proposed" if stage.stage == "proposed" else "at_release", lang)
        session.out.line(f"{name}, {stamp(stage.at)}: {word('documents_hold', lang)}", style="bold")
        if stage.stage == "released":
            session.out.line(f"{word('digest', lang)} {stage.digest.hex()}, {word('ledger_says', lang)}")
        rows = [(named(each.ref), each.version, word(each.state, lang), each.reason or "") for each in stage.items]
        session.out.grid((word("record", lang), "v", word("result", lang), ""), rows)


def _documents(stages: Sequence[ReplayedStage]) -> list[dict[str, object]]:
    return [
        {
            "stage": stage.stage,
            "at": stamp(stage.at),
            "digest": stage.digest.hex(),
            "rules": stage.inputs.rules,
            "recipient": stage.inputs.recipient,
            "purpose": stage.inputs.purpose,
            "agreement": stage.inputs.agreement._asdict(),
            "policies": [policy._asdict() for policy in stage.inputs.policies],
            "items": [
                {
                    "position": each.position,
                    "record": named(each.ref),
                    "version": each.version,
                    "state": each.state,
                    "reason": each.reason,
                }
                for each in stage.items
            ],
        }
        for stage in stages
    ]


def _stop(stages: Sequence[ReplayedStage]) -> None:
    if any(each.state in (DIFFERENT, OTHER_RULES) for stage in stages for each in stage.items):
        raise StopError(Exit.CHAIN)
