"""`exchange audit`: export the ledger, verify an export without any node, reconcile two sides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.bundle import is_bundle, tell, verify_file
from exchange.cli.command import command
from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.files import read_file, replacing, write_file, write_lines
from exchange.cli.session import Session
from exchange.cli.verify_jobs import verified
from exchange.errors import BadInput, Code, NotFound, TooLarge
from exchange.ledger.blind import claimed_fingerprint, verify_package
from exchange.ledger.classes import Proof
from exchange.ledger.lines import UnreadableError
from exchange.ledger.reconcile import Reconciliation, reconcile
from exchange.ledger.report import NOT_PROVEN_WHOSE, Report
from exchange.operations import archive
from exchange.operations.audit import export_lines, note_export
from exchange.operations.blind_audit import blind_package, note_blind
from exchange.operations.bundle import make_bundle
from exchange.operations.replay_file import MAX_FILE
from exchange.operations.retaken import with_decisions
from exchange.operations.verify_file import PACKAGE, claimed_by_ledger, kind_of
from exchange.sentences.audit_readme import README
from exchange.sentences.fingerprints import grouped, plain

group = typer.Typer(name="audit", help="The ledger, for auditors.", no_args_is_help=True)
_File = Annotated[Path, typer.Argument(metavar="FILE", help="An audit export, or the bundle of one release.")]
_Decisions = Annotated[
    list[Path] | None,
    typer.Option(
        "--decisions",
        help="Files of decision export, or folders of them: taken again, and held against the export.",
    ),
]
_Pdf = Annotated[Path | None, typer.Option("--pdf", help="Write what a bundle says as PDF, in the language of --lang.")]


@command(group, "export")
def export(
    session: Session,
    *,
    out: Annotated[Path, typer.Option("--out", "-o", help="File for the export; a name in .zip gives a zip.")],
) -> None:
    """Write the ledger with everything needed to verify it offline. The export is itself an entry."""
    with session.acting() as (node, person):
        size = note_export(node, person)
        _write(out, export_lines(node, size))
        fingerprint = node.keys.root_fingerprint
    written = out.stat().st_size
    session.out.line("exported", size, "entries,", written, "bytes:", out)
    session.out.line(f"verify: exchange audit verify {out} --fingerprint {fingerprint}")
    session.out.line(f"or:     python docs/spec/verifier.py {out} --fingerprint {fingerprint}")
    session.result(out=str(out), entries=size, bytes=written, fingerprint=fingerprint)


@command(group, "blind")
def blind(session: Session, *, out: Annotated[Path, typer.Option(help="File for the package, a zip.")]) -> None:
    """Write the ledger with what every release's decisions came to, and no record's name, for a blind audit."""
    with session.acting() as (node, person):
        size = note_blind(node, person)
        written = write_lines(out, blind_package(node, size))
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
        str | None,
        typer.Option(help="The node's root fingerprint, learned out of band; without it, nothing says whose it is."),
    ] = None,
    require_fingerprint: Annotated[
        bool, typer.Option("--require-fingerprint", help="Exit 13 where no fingerprint is given.")
    ] = False,
    pdf: _Pdf = None,
    stamp_certificates: Annotated[
        Path | None, typer.Option(help="PEM of the time-stamp authority: a bundle's stamps are verified with it.")
    ] = None,
    decisions: _Decisions = None,
) -> None:
    """Verify an export, package or bundle: no node, no network. Exit 0, or 10 to 13 with the first fault."""
    pinned = plain(fingerprint) if fingerprint is not None else None
    if decisions and (is_bundle(file) or _is_package(file)):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="decisions")
    if is_bundle(file):
        verify_file(session, file, (pinned, require_fingerprint), pdf, stamp_certificates)
        return
    seen, report = _verified_package(file, pinned) if _is_package(file) else _verified(file, pinned)
    if decisions:
        report = with_decisions(report, _lines(file), _replay_files(decisions))
    if pinned is None:
        report = replace(report, not_proven=(NOT_PROVEN_WHOSE, *report.not_proven))
    exit_ = Exit(int(report.exit_code))
    _tell(session, report)
    session.out.line("root fingerprint in the file:", grouped(seen))
    if pinned is None and exit_ is Exit.OK:
        exit_ = Exit.UNTRUSTED if require_fingerprint else Exit.OK
        session.out.warning("The file agrees with itself; NOTHING SAYS WHOSE IT IS.")
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
    try:
        found = reconcile(_lines(a), _lines(b))
    except UnreadableError:
        raise BadInput(Code.EXPORT_MALFORMED, at="archive") from None
    rows = [("matched", found.matched), *((each.value, listed.count) for each, listed in found.classes.items())]
    session.out.table(("class", "envelopes"), rows)
    for each, count in Counter(_contradicted(found)).items():
        session.out.line(f"contradicted by what it signed ({each.by}):", each.node, count)
    session.out.line("the two ledgers agree" if found.agrees else "the two ledgers contradict each other", style="bold")
    session.result(**found.document())
    if not found.agrees:
        raise StopError(Exit.CHAIN)


def _write(out: Path, lines: Iterator[bytes]) -> None:
    if out.suffix.lower() != ".zip":
        write_lines(out, lines)
        return
    with replacing(out) as file:
        archive.write(file, lines, README.encode("utf-8"))


def _verified(file: Path, pinned: str | None) -> tuple[str, Report]:
    """(fingerprint in the file, report) of an export."""
    seen = claimed_by_ledger(_lines(file))
    return seen, verified(lambda: _lines(file), pinned or seen)


def _verified_package(file: Path, pinned: str | None) -> tuple[str, Report]:
    """The same of a package."""
    with file.open("rb") as data:
        size = file.stat().st_size
        seen = claimed_fingerprint(data, size)
        return seen, verify_package(data, size, fingerprint=pinned or seen)


def _replay_files(paths: Iterable[Path]) -> Iterator[bytes]:
    """What `--decisions` names, one at a time; of a folder, what ends in .json."""
    for path in paths:
        for each in sorted(filter(Path.is_file, path.glob("*.json"))) if path.is_dir() else [path]:
            try:
                yield read_file(each, MAX_FILE)
            except TooLarge:
                yield b""  # told as a file that is none


def _is_package(file: Path) -> bool:
    """Whether the file is the package of a blind audit, and not an export."""
    try:
        with file.open("rb") as data:
            return kind_of(data) == PACKAGE
    except OSError:
        return False  # whoever reads it says why


def _contradicted(found: Reconciliation) -> Iterator[Proof]:
    for listed in found.classes.values():
        yield from (each.proof for each in listed.listed if each.proof is not None)


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


def _lines(file: Path) -> Iterator[bytes]:
    """The lines of an export, a zip or not. UnreadableError where a zip is broken or not in our form."""
    try:
        with file.open("rb") as data:
            yield from archive.read(data)
    except FileNotFoundError:
        raise NotFound(at="file") from None
    except OSError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="file") from None
