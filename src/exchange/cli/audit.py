"""`exchange audit`: export the ledger, verify an export without any node, reconcile two sides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.bundle import is_bundle, tell, verify_file
from exchange.cli.command import command
from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.files import write_file, write_lines
from exchange.cli.founding import grouped
from exchange.cli.partner import plain
from exchange.cli.session import Session
from exchange.errors import BadInput, Code, NotFound
from exchange.ledger.export import MAX_LINE
from exchange.ledger.reconcile import reconcile
from exchange.ledger.report import Report
from exchange.ledger.verify import verify
from exchange.operations.audit import export_lines, note_export
from exchange.operations.bundle import make_bundle

group = typer.Typer(name="audit", help="The ledger, for auditors.", no_args_is_help=True)
_File = Annotated[Path, typer.Argument(metavar="FILE", help="An audit export, or the bundle of one release.")]
_Pdf = Annotated[Path | None, typer.Option("--pdf", help="Write what a bundle says as PDF, in the language of --lang.")]


@command(group, "export")
def export(session: Session, *, out: Annotated[Path, typer.Option(help="File for the export.")]) -> None:
    """Write the ledger with everything needed to verify it offline. The export is itself an entry."""
    with session.acting() as (node, person):
        size = note_export(node, person)
        written = write_lines(out, export_lines(node, size))
        fingerprint = node.keys.root_fingerprint
    session.out.line("exported", size, "entries,", written, "bytes:", out)
    session.out.line(f"verify: exchange audit verify {out} --fingerprint {fingerprint}")
    session.result(out=str(out), entries=size, bytes=written, fingerprint=fingerprint)


@command(group, "bundle")
def bundle(
    session: Session,
    *,
    release: Annotated[str, typer.Argument(metavar="RELEASE", help="A release, rel-…")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File for the bundle.")],
    claims: Annotated[bool, typer.Option("--claims", help="With the records' values.")] = False,
    envelope: Annotated[bool, typer.Option("--envelope", help="With the whole sealed envelope.")] = False,
    pdf: _Pdf = None,
) -> None:
    """Write the evidence of one release for a court, in one file. A releasing officer's act, logged."""
    with session.acting() as (node, person):
        data, report = make_bundle(node, person, release, claims=claims, envelope=envelope)
        fingerprint = node.keys.root_fingerprint
    write_file(out, data)
    tell(session, report, fingerprint, pdf)
    session.out.line(f"verify: exchange audit verify {out} --fingerprint {fingerprint}")
    session.result(
        release=release, out=str(out), bytes=len(data), claims=claims, envelope=envelope, fingerprint=fingerprint
    )


@command(group, "verify")
def verify_(
    session: Session,
    *,
    file: _File,
    fingerprint: Annotated[
        str | None, typer.Option(help="The node's root fingerprint, learned out of band; without it, exit 13.")
    ] = None,
    pdf: _Pdf = None,
    stamp_certificates: Annotated[
        Path | None, typer.Option(help="PEM of the time-stamp authority: a bundle's stamps are verified with it.")
    ] = None,
) -> None:
    """Verify an export or a bundle: no node, no database, no network. Exit 0, or 10 to 13 with the first fault."""
    pinned = plain(fingerprint) if fingerprint is not None else None
    if is_bundle(file):
        verify_file(session, file, pinned, pdf, stamp_certificates)
        return
    seen = _claimed_fingerprint(file)
    report = verify(_lines(file), fingerprint=pinned or seen)
    exit_ = Exit(int(report.exit_code))
    _tell(session, report)
    session.out.line("root fingerprint in the file:", grouped(seen))
    if pinned is None and exit_ is Exit.OK:
        exit_ = Exit.UNTRUSTED
        session.out.error("The file agrees with itself; nothing says whose it is.", None)
        session.out.note(f"compare the fingerprint by voice, then: exchange audit verify {file} --fingerprint {seen}")
    session.result(**report.document() | {"exit_code": int(exit_), "pinned": pinned is not None, "fingerprint": seen})
    if exit_ is not Exit.OK:
        raise StopError(exit_)


@command(group, "reconcile")
def reconcile_(
    session: Session,
    *,
    a: Annotated[Path, typer.Argument(metavar="A", help="One node's export.")],
    b: Annotated[Path, typer.Argument(metavar="B", help="The other node's export.")],
) -> None:
    """Compare what two nodes say they sent and received. Verify both files first. Exit 11 if they contradict."""
    found = reconcile(_lines(a), _lines(b))
    session.out.table(
        ("class", "envelopes"),
        [
            ("matched", found.matched),
            ("in flight", found.in_flight.count),
            (f"missing at {found.here}", found.missing_here.count),
            (f"missing at {found.there}", found.missing_there.count),
            ("different", found.different.count),
        ],
    )
    session.out.line("the two ledgers agree" if found.agrees else "the two ledgers contradict each other", style="bold")
    session.result(**found.document())
    if not found.agrees:
        raise StopError(Exit.CHAIN)


def _tell(session: Session, report: Report) -> None:
    out = session.out
    if report.ok:
        out.line(f"OK: {report.node}, {report.size} entries, exported {report.exported}", style="green")
    else:
        place = "" if report.first_bad_index is None else f" at entry {report.first_bad_index}"
        out.line(f"NOT OK{place}: {report.reason.value if report.reason else ''}", style="bold red")
        rows = [(each.fault.value, each.index, each.before, each.line) for each in report.findings[:20]]
        out.table(
            ("fault", "entry", "before", "line"), [["" if cell is None else cell for cell in row] for row in rows]
        )
    out.line(", ".join(f"{count} {name}" for name, count in report.counts.items()))
    out.note("a pass does not prove:", ", ".join(report.not_proven))


def _claimed_fingerprint(file: Path) -> str:
    """What the first line says; only ever shown and compared, never believed."""
    first = next(_lines(file), b"")
    try:
        head = json.loads(first)
    except ValueError:
        raise BadInput(Code.EXPORT_MALFORMED, at="line 1") from None
    claimed = head.get("root_fingerprint") if isinstance(head, dict) else None
    return claimed if isinstance(claimed, str) else ""


def _lines(file: Path) -> Iterator[bytes]:
    """The lines with their newlines, none longer than an export has."""
    try:
        with file.open("rb") as data:
            while line := data.readline(MAX_LINE + 2):
                yield line
    except FileNotFoundError:
        raise NotFound(at="file") from None
    except OSError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="file") from None
