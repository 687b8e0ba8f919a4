"""Shows what an evidence bundle says, once it was verified, and reads one from its file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from exchange import paper
from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.files import read_file, write_file
from exchange.cli.session import Session
from exchange.ledger.bundle import MAX_BUNDLE, recognised
from exchange.ledger.bundle_report import BundleReport
from exchange.ledger.bundle_verify import verify
from exchange.ledger.report import NOT_PROVEN_WHOSE
from exchange.operations.retaken import with_bundled
from exchange.operations.verify_file import claimed_by_bundle
from exchange.sentences.fingerprints import grouped
from exchange.sentences.law.evidence import bundle_text
from exchange.sentences.law.plain import rows

MAX_CERTIFICATES: Final = 1 << 20


def is_bundle(file: Path) -> bool:
    """Whether the file begins like a bundle. False for one that cannot be read: others say so."""
    try:
        with file.open("rb") as data:
            return recognised(data.read(32))
    except OSError:
        return False


def verify_file(
    session: Session, file: Path, brought: tuple[str | None, bool], pdf: Path | None, stamps: Path | None
) -> None:
    """Verifies a bundle and tells what was found. StopError with exit 10 to 13. `brought`: the fingerprint, and whether
    there must be one (13)."""
    pinned, required = brought
    data = read_file(file, MAX_BUNDLE)
    claimed = claimed_by_bundle(data)
    certificates = None if stamps is None else read_file(stamps, MAX_CERTIFICATES)
    report = with_bundled(verify(data, fingerprint=pinned or claimed, certificates=certificates), data)
    if pinned is None:
        report = replace(report, not_proven=(NOT_PROVEN_WHOSE, *report.not_proven))
    exit_ = Exit(int(report.exit_code))
    tell(session, report, pinned or claimed, pdf if pinned else None)
    session.out.line("root fingerprint in the file:", grouped(claimed))
    if pinned is None and exit_ is Exit.OK:
        exit_ = Exit.UNTRUSTED if required else Exit.OK
        session.out.warning("The file agrees with itself; NOTHING SAYS WHOSE IT IS.")
        session.out.note(
            f"compare the fingerprint by voice, then: exchange audit verify {file} --fingerprint {claimed}"
        )
    session.result(
        **report.document() | {"exit_code": int(exit_), "pinned": pinned is not None, "fingerprint": claimed}
    )
    if exit_ is not Exit.OK:
        raise StopError(exit_)


def tell(session: Session, report: BundleReport, fingerprint: str, pdf: Path | None) -> None:
    """The result and, for a bundle that verifies, what it says: as pages in `pdf` or at the terminal."""
    out = session.out
    if report.told is None:
        out.line(f"NOT OK at {report.member or 'the file'}: {report.reason or ''}", style="bold red")
        out.note("a pass does not prove:", ", ".join(report.not_proven))
        return
    out.line(f"OK: release {report.release} of {report.node}, made {report.made}", style="green")
    text = bundle_text(report, fingerprint, out.lang)
    if pdf is None:
        out.prose(rows(text))
        return
    write_file(pdf, paper.pdf(text, mono=True))
    out.line(pdf)
