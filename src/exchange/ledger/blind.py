"""Verifies the package of a blind audit: the ledger first, then the package, then each release's blind decisions.

    1 ledger.jsonl             as `exchange.ledger.verify`; where it does not hold, the rest is not looked at
    2 manifest, signature      the node signed this list, of this ledger, with a key that was valid then
    3 members                  exactly those listed, with the listed SHA-256
    4 one for each `release.decided`; its parts give the digest of that entry
    5 what it says is what the entries say: agreement, partner, purpose, numbers of records, all of them released

What the outcomes count is the node's signed word: the decisions themselves name their records, so they are not here.
Spec: docs/spec/ledger.md §10.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import IO, Final, NamedTuple

from exchange.crypto.encoding import read_canonical
from exchange.crypto.fields import HEX32, NODE, Fields, read_time
from exchange.errors import BadInput, Code, ExchangeError, UntrustedKey
from exchange.ledger.blind_file import BlindDecisions, read_decisions
from exchange.ledger.entries import Entry, number, read, text, texts
from exchange.ledger.export import split_entry
from exchange.ledger.lines import as_object, read_head, read_line
from exchange.ledger.package import KIND, LEDGER, MANIFEST, MAX_MANIFEST, MAX_MEMBERS, SIGNATURE, TYPE, Package
from exchange.ledger.report import Exit, Fault, Findings, Report
from exchange.ledger.trust import Trust
from exchange.ledger.verify import verify

_LOOKED_AT: Final = (b'"kind":"release.', b'"kind":"agreement.changed"')


class _Release(NamedTuple):
    """What the ledger says of one release before its `release.decided`."""

    entry: Entry
    proposed: int
    digest: str
    """Of its agreement version, as the ledger activated it."""


def verify_package(file: IO[bytes], size: int, *, fingerprint: str) -> Report:
    """Verifies a package of `size` bytes. Never raises for what is in it. Counts `decisions`, `permitted` and `denied`
    records, and claims `sent`, `coarser` and `withheld`, besides what a ledger counts."""
    try:
        package = Package(file, size)
        digests: list[str] = []
        report = verify(package.lines(digests), fingerprint=fingerprint)
        return _Verification(package, report, fingerprint).run(digests[0]) if report.ok else report
    except BadInput:
        findings = Findings()
        findings.add(Fault.FILE_MALFORMED)
        kept = tuple(findings.kept)
        return Report(Fault.FILE_MALFORMED.exit, Fault.FILE_MALFORMED, None, None, {"findings": 1}, kept)


def claimed_fingerprint(file: IO[bytes], size: int) -> str:
    """What the ledger's first line says; only ever shown and compared. BadInput(EXPORT_MALFORMED)."""
    return read_head(next(Package(file, size).lines([]), b"")).root_fingerprint


class _Verification:
    """One run over one package whose ledger holds."""

    def __init__(self, package: Package, report: Report, fingerprint: str) -> None:
        self._package = package
        self._report = report
        self._fingerprint = fingerprint
        self._findings = Findings(line=report.counts["lines"])
        self._listed: dict[str, str] = {}
        """Member -> SHA-256, of the manifest; those that were found are taken out."""
        self._signed = False
        self._open: dict[str, int] = {}
        self._releases: dict[str, _Release] = {}
        self._versions: dict[tuple[str, int], str] = {}
        self._counts = dict.fromkeys(("decisions", "permitted", "denied", "sent", "coarser", "withheld"), 0)

    def run(self, ledger: str) -> Report:
        if {MANIFEST, SIGNATURE} <= set(self._package.names):
            self._signature()
        else:
            self._findings.add(Fault.FILE_UNSIGNED)
        self._member(LEDGER, ledger)
        left = self._package.decisions()
        for index, entry in self._entries():
            self._see(index, entry, left)
        for index, name in sorted(left.items()):
            self._member(name, hashlib.sha256(self._package.read(name)).hexdigest())
            self._findings.add(Fault.DECISION_DIFFERS, index)
        if self._signed and self._listed:
            self._findings.add(Fault.FILE_SIGNATURE)
        return self._done()

    def _done(self) -> Report:
        deciding, lowest = self._findings.deciding, self._findings.lowest
        return replace(
            self._report,
            exit_code=Exit.OK if deciding is None else deciding.fault.exit,
            reason=None if deciding is None else deciding.fault,
            first_bad_index=None if lowest is None else lowest.index,
            bad_before=None if lowest is None else lowest.before,
            counts={**self._report.counts, **self._counts, "findings": self._findings.total},
            findings=tuple(self._findings.kept),
        )

    def _signature(self) -> None:
        """Step 2."""
        manifest = self._package.read(MANIFEST)
        try:
            made = self._read_manifest(manifest)
            value = as_object(read_canonical(self._package.read(SIGNATURE), limit=MAX_MANIFEST))
            proof = Fields(value, ("root", "proof"), Code.EXPORT_MALFORMED)
            root, path = proof.binary("root"), proof.binary("proof")
        except BadInput:
            self._findings.add(Fault.FILE_MALFORMED)
            return
        self._signed = True
        try:
            self._trust().check_file(root, path, manifest, read_time(made), TYPE)
        except UntrustedKey:
            self._findings.add(Fault.SIGNING_KEY_UNKNOWN)
        except ExchangeError:
            self._findings.add(Fault.FILE_SIGNATURE)

    def _read_manifest(self, data: bytes) -> str:
        """Keeps the list; returns the time."""
        names = ("v", "kind", "node", "root_fingerprint", "made", "size", "members")
        fields = Fields(read_canonical(data, limit=MAX_MANIFEST), names, Code.EXPORT_MALFORMED)
        fields.integer("v", 1, 1)
        fields.choice("kind", (KIND,))
        fields.time("made")
        said = (fields.text("node", NODE), fields.text("root_fingerprint", HEX32), fields.integer("size"))
        if said != (self._report.node, self._fingerprint, self._report.size):
            raise fields.fault("node")
        members = fields.objects("members", ("name", "sha256"), MAX_MEMBERS)
        listed = {each.free_text("name", 64): each.text("sha256", HEX32) for each in members}
        if len(listed) != len(members):
            raise fields.fault("members")
        self._listed = listed
        return str(fields.raw("made"))

    def _trust(self) -> Trust:
        """The keys once more: the first reading kept them to itself. Every line was found sound there."""
        trust = Trust(self._report.node, self._fingerprint)
        for line in self._package.lines([]):
            if line.startswith(b'{"entry":'):
                break
            if line.startswith(b'{"descriptor":'):
                fields = Fields(as_object(read_line(line)[1]), ("party", "fingerprint", "data"), Code.EXPORT_MALFORMED)
                party, root = fields.text("party", NODE), fields.text("fingerprint", HEX32)
                trust.add_descriptor(party, root, fields.binary("data"))
        return trust

    def _member(self, name: str, sha256: str) -> None:
        """Step 3; what is left of the list in the end is not in the file."""
        if self._signed and self._listed.pop(name, None) != sha256:
            self._findings.add(Fault.FILE_SIGNATURE)

    def _entries(self) -> Iterator[tuple[int, Entry]]:
        """The entries that say something of releases or agreements, with their indexes."""
        index = -1
        for line in self._package.lines([]):
            found = split_entry(line)
            if found is not None:
                index += 1
                if any(each in found[0] for each in _LOOKED_AT):
                    yield index, read(found[0])

    def _see(self, index: int, entry: Entry, left: dict[int, str]) -> None:
        kind = text(entry, "kind")
        if kind == "agreement.changed":
            self._versions[text(entry, "agreement"), number(entry, "version")] = text(entry, "digest")
        elif kind == "release.proposed":
            self._open[text(entry, "release")] = number(entry, "records")
        elif kind == "release.denied":
            self._counts["denied"] += number(entry, "records")
        elif kind == "release.voided" and entry["reason"] != "APPROVAL_WITHDRAWN":
            self._open.pop(text(entry, "release"), None)
        elif kind == "release.released":
            release, version = text(entry, "release"), (text(entry, "agreement"), number(entry, "version"))
            self._releases[release] = _Release(entry, self._open.pop(release, 0), self._versions.get(version, ""))
        elif kind == "release.decided":
            self._decided(index, entry, left.pop(index, None))

    def _decided(self, index: int, entry: Entry, name: str | None) -> None:
        """Steps 4 and 5."""
        release = self._releases.pop(text(entry, "release"), None)
        if name is None or release is None:
            self._findings.add(Fault.DECISION_ABSENT, index)
            return
        data = self._package.read(name)
        self._member(name, hashlib.sha256(data).hexdigest())
        self._counts["decisions"] += 1
        try:
            said = read_decisions(data)
        except BadInput:
            self._findings.add(Fault.DECISION_DIFFERS, index)
            return
        self._counts["permitted"] += len(said.states)
        for each, count in said.claims.items():
            self._counts[each] += count
        if said.digest != entry["digest"] or not self._agrees(said, release) or "different" in said.states:
            self._findings.add(Fault.DECISION_DIFFERS, index)

    def _agrees(self, said: BlindDecisions, release: _Release) -> bool:
        """Step 5. The decision may be a moment older than its entry, which waits for the ledger's head."""
        entry = release.entry
        ours = (said.release, said.node, said.recipient, said.purpose, said.policy, *said.agreement)
        names = ("release", "recipient", "purpose", "policy_digest", "agreement", "version")
        id_, recipient, purpose, policy, agreement, version = (entry[name] for name in names)
        theirs = (id_, self._report.node, recipient, purpose, policy, agreement, version, release.digest)
        records = len(said.states) == release.proposed == len(texts(entry, "refs"))
        return ours == theirs and records and said.at <= text(entry, "at")
