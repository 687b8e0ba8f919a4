"""Verifies a file that somebody brings: an export, the package of a blind audit, or the bundle of one exchange.

What it is, the file says. No node, no network, no clock, no ledger of ours: `exchange audit verify` and the console
find the same. Nothing that is in the file is raised. Spec: docs/spec/ledger.md §6 and §10, bundle.md §2.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import IO, Final

from exchange.crypto.encoding import read_strict
from exchange.crypto.fields import HEX32
from exchange.errors import BadInput, Code
from exchange.ledger import blind, bundle_verify
from exchange.ledger.bundle import MAX_BUNDLE, recognised
from exchange.ledger.bundle_report import BundleReport
from exchange.ledger.lines import UnreadableError
from exchange.ledger.package import MANIFEST
from exchange.ledger.report import NOT_PROVEN_WHOSE, Report
from exchange.ledger.verify import verify
from exchange.operations import archive
from exchange.operations.retaken import with_bundled

LEDGER, PACKAGE, BUNDLE = "ledger", "package", "bundle"
_START: Final = 32


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in one file."""

    kind: str
    """`ledger`, `package` or `bundle`."""
    claimed: str
    """The root fingerprint that the file names, hex; empty without one. Shown and compared, never believed."""
    pinned: bool
    """Whether somebody brought a fingerprint: without one nothing says whose the file is."""
    report: Report | None
    """Of a ledger or package."""
    bundle: BundleReport | None = None
    """Of a bundle."""

    @property
    def ok(self) -> bool:
        """Whether everything in the file holds."""
        found = self.bundle if self.report is None else self.report
        return found is not None and found.ok


def examine(data: bytes, fingerprint: str | None) -> Examined:
    """Verifies a file. `fingerprint`: hex, learned out of band; None where nobody knows one.

    BadInput(EXPORT_MALFORMED) for what is none of the three.
    """
    file, kind = BytesIO(data), kind_of(BytesIO(data))
    if kind == BUNDLE:
        claimed = claimed_by_bundle(data)
        found = with_bundled(bundle_verify.verify(data, fingerprint=fingerprint or claimed), data)
        if fingerprint is None:
            found = replace(found, not_proven=(NOT_PROVEN_WHOSE, *found.not_proven))
        return Examined(kind, claimed, fingerprint is not None, None, found)
    if kind == PACKAGE:
        claimed = blind.claimed_fingerprint(file, len(data))
        report = blind.verify_package(file, len(data), fingerprint=fingerprint or claimed)
    else:
        claimed = claimed_by_ledger(archive.read(BytesIO(data)))
        report = verify(archive.read(file), fingerprint=fingerprint or claimed)
    if fingerprint is None:
        report = replace(report, not_proven=(NOT_PROVEN_WHOSE, *report.not_proven))
    return Examined(kind, claimed, fingerprint is not None, report)


def kind_of(file: IO[bytes]) -> str:
    """What the file says that it is, by its beginning. Nothing of it is verified."""
    start = file.read(_START)
    file.seek(0)
    if recognised(start):
        return BUNDLE
    return PACKAGE if archive.holds(file, MANIFEST) else LEDGER


def claimed_by_ledger(lines: Iterator[bytes]) -> str:
    """What the first line says of the root. BadInput(EXPORT_MALFORMED) where it is no line of ours."""
    try:
        first = next(lines, b"")
    except UnreadableError:
        return ""  # the report says it
    try:
        head = json.loads(first)
    except (ValueError, RecursionError):
        raise BadInput(Code.EXPORT_MALFORMED, at="line 1") from None
    return _text(head)


def claimed_by_bundle(data: bytes) -> str:
    """What the bundle says of its root; empty where it cannot be read."""
    try:
        return _text(read_strict(data, limit=MAX_BUNDLE))
    except BadInput:
        return ""


def _text(value: object) -> str:
    claimed = value.get("root_fingerprint") if isinstance(value, dict) else None
    return claimed if isinstance(claimed, str) and HEX32.fullmatch(claimed) else ""
