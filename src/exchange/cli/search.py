"""`exchange record search`, and `exchange search rebuild` for the index that it looks into."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from exchange.cli import record
from exchange.cli.command import command
from exchange.cli.files import read_file
from exchange.cli.record import named, reference
from exchange.cli.session import Session
from exchange.errors import BadInput, Code
from exchange.model.vocab import KINDS
from exchange.operations.clock import stamp
from exchange.operations.search import Filters, FoundLine, Query, rebuild, search
from exchange.sentences.matching import SOUNDS_ALIKE

group = typer.Typer(name="search", help="The index that records are found by.", no_args_is_help=True)
_MAX_TEXT: Final = 4096
_DAY: Final = "%Y-%m-%d"
_WAITING: Final = "some persons are not compared by sound yet: the worker adds them"
_REBUILD: Final = "some records are not in the index yet: exchange search rebuild"


@command(record.group, "search")
def search_(
    session: Session,
    *,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words that must all be there, - for stdin.")],
    held: Annotated[str, typer.Option(help="own, received or all.")] = "all",
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind; may be given again.")] = None,
    after: Annotated[str | None, typer.Option(metavar="ORIGINATOR/ID", help="Go on behind this record.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    nationality: Annotated[str | None, typer.Option(metavar="COUNTRY", help="Of the record, such as DZ.")] = None,
    theatre: Annotated[str | None, typer.Option(metavar="COUNTRY", help="Of the record.")] = None,
    group: Annotated[str | None, typer.Option(help="Words of the group that the record names, or its id.")] = None,
    since: Annotated[datetime | None, typer.Option(formats=[_DAY], help="Issued or received since.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=[_DAY], help="Issued or received until.")] = None,
) -> None:
    """Find records by parts of names and places, numbers, years of birth, or an id; then persons that sound like it, in
    any spelling and either script. Logged, without the words."""
    kinds = frozenset(kind) if kind else frozenset(str(each) for each in KINDS)
    behind = None if after is None else reference(after)
    days = [None if day is None else day.date() for day in (since, until)]
    query = Query(_text(text), kinds, held, behind, limit, Filters(nationality, theatre, group, *days))
    with session.acting() as (node, person), node.store.write() as unit:
        found = search(node, unit, person, query)
    rows = [_row(line) for line in found.lines]
    session.out.table(
        ("record", "kind", "held", "name", "latin", "changed"),
        [[row["record"], row["kind"], row["held"], row["original"], row["latin"], row["changed"]] for row in rows],
    )
    similar = [{**_row(each.line), "probability": f"{each.probability:.3f}"} for each in found.similar]
    if similar:
        session.out.table(
            ("record", "kind", "held", "name", "latin", "score"),
            [[row[name] for name in ("record", "kind", "held", "original", "latin", "probability")] for row in similar],
            title=SOUNDS_ALIKE.in_(session.out.lang),
        )
    following = None if found.after is None else named(found.after)
    if following is not None:
        session.out.note("next page: --after", following)
    if not found.complete:
        session.out.note(_REBUILD)
    if not found.compared:
        session.out.note(_WAITING)
    session.result(records=rows, next=following, complete=found.complete, similar=similar, compared=found.compared)


@command(group, "rebuild")
def rebuild_(session: Session) -> None:
    """Index what is not in the index, after an upgrade. It may run beside the node, stop, and run again."""
    with session.node() as node:
        done = rebuild(node)
    session.out.line("looked at", done.looked_at, "·", "indexed", done.records)
    if done.damaged:
        session.out.note("cannot be opened, and are not found:", done.damaged)
    session.result(looked_at=done.looked_at, indexed=done.records, damaged=done.damaged)


def _text(given: str) -> str:
    if given != "-":
        return given
    try:
        return read_file(Path("-"), _MAX_TEXT).decode("utf-8").strip()
    except UnicodeDecodeError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="text") from None


def _row(line: FoundLine) -> dict[str, str]:
    return {
        "record": named(line.ref),
        "kind": line.kind,
        "held": line.held if line.sender is None else f"{line.held} {line.sender}",
        "original": line.title.original,
        "latin": line.title.latin,
        "changed": stamp(line.changed_at),
        "tlp": line.tlp or "",
        "matched": " ".join(line.matched),
    }
