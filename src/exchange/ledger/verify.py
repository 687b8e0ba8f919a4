"""Verifies an audit export offline: no store, no network, no clock, and no trust in the node that wrote it.

The auditor brings one thing: the node's root fingerprint, learned out of band. Lines are read once, in order:

 1 header                       the fingerprint is the expected one                   (another node's file)
 2 descriptors                  signed by the root with that fingerprint              (keys slipped in, T-25)
 3 entry lines                  index follows index, bytes have the stored leaf hash  (edited, deleted, swapped, T-45)
 4 entries                      well-formed, every member in its form                 (content smuggled into the log)
 5 checkpoints                  signed by a ledger key, root and size as recomputed   (rewritten log, T-46)
                                cosignatures of witnesses verify                      (20)
 6-11 what entries say about each other: `exchange.ledger.rules`
12 receipts                     each one named is here, signed by the recipient, and says what the entry says
13 end                          all entries are there, the last checkpoint covers them (truncation, T-09)
14 signature                    over every byte before it                             (anything else)

After a break in 3, later entries cannot be placed and are only counted. Spec: docs/spec/ledger.md §6.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from exchange.crypto import checkpoint
from exchange.crypto.encoding import unb64
from exchange.crypto.fields import HEX32, NODE, Fields, read_time
from exchange.errors import BadInput, Code, ExchangeError, SignatureInvalid, UntrustedKey
from exchange.ledger import book, export
from exchange.ledger.entries import Entry, number, read, text
from exchange.ledger.lines import Head, UnreadableError, as_object, read_head, read_line, why
from exchange.ledger.report import Exit, Fault, Findings, Report, Witness
from exchange.ledger.rules import Rules
from exchange.ledger.trust import CheckHead, Trust

_KNOWN: Final = (b'{"checkpoint":', b'{"receipt":', b'{"signature":')


def verify(lines: Iterable[bytes], *, fingerprint: str, check: CheckHead = checkpoint.check) -> Report:
    """Verifies an export. `lines` as a binary file yields them, each with its newline; `fingerprint` as hex.

    `check` checks the signatures of heads. Whoever gives another one answers for what it lets pass.
    Never raises for what is in the file: every fault is in the report.
    """
    verification = _Verification(fingerprint, check)
    try:
        for line in lines:
            verification.take(line)
    except UnreadableError:
        verification.break_off()
    return verification.finish()


class _Verification:
    """One run over one file."""

    def __init__(self, fingerprint: str, check: CheckHead) -> None:
        self._fingerprint = fingerprint
        self._check = check
        self._findings = Findings()
        self._hasher = hashlib.sha256()
        self._counts = dict.fromkeys(("entries", "checkpoints", "agreements", "descriptors", "receipts"), 0)
        self._started = False
        self._signed = False
        self._broken_off = False
        self._run: _Run | None = None

    def take(self, line: bytes) -> None:
        """The next line."""
        self._findings.line += 1
        if self._signed:
            self._findings.add(Fault.FILE_AFTER_END)
        elif not self._started:
            self._started = True
            self._take_head(line)
        elif self._run is not None:
            self._take_in(self._run, line)

    def _take_head(self, line: bytes) -> None:
        self._hasher.update(line)
        try:
            head = read_head(line)
        except ExchangeError:
            self._findings.add(Fault.FILE_MALFORMED)
            return
        if head.root_fingerprint != self._fingerprint:  # 1
            self._findings.add(Fault.ROOT_MISMATCH)
        self._run = _Run(head, Trust(head.node, self._fingerprint, self._check), self._fingerprint, self._findings)

    def _take_in(self, run: _Run, line: bytes) -> None:
        entry = export.split_entry(line)
        if entry is not None:
            self._counts["entries"] += 1
            run.entry(line, *entry)
        else:
            self._take_other(run, line)
        if not self._signed:
            self._hasher.update(line)

    def _take_other(self, run: _Run, line: bytes) -> None:
        try:
            name, value = read_line(line)
            if name == "signature":
                self._signed = True
                run.signature(value, self._findings.line - 1, self._hasher.digest())
                return
            if not run.other(name, value):
                raise BadInput(Code.EXPORT_MALFORMED)
            self._counts[name + "s"] += 1
        except BadInput:
            # In the log, a line that is like no other stands where an entry was expected.
            self._findings.add(Fault.FILE_MALFORMED, None if line.startswith(_KNOWN) else run.expected)

    def break_off(self) -> None:
        """No more lines can be read. That others are missing follows from it, and is not told."""
        self._broken_off = True
        self._findings.add(Fault.FILE_ARCHIVE)

    def finish(self) -> Report:
        """The report, once all lines were taken."""
        run, findings = self._run, self._findings
        if run is not None and not self._broken_off:
            run.finish()
        if not self._signed and not self._broken_off:
            findings.add(Fault.FILE_UNSIGNED)
        deciding, lowest = findings.deciding, findings.lowest
        head = Head("", "", "", 0) if run is None else run.head
        counts = {"releases": 0 if run is None else run.rules.releases, "lines": findings.line}
        counts["destroyed_late"] = 0 if run is None else run.rules.late()
        return Report(
            exit_code=Exit.OK if deciding is None else deciding.fault.exit,
            reason=None if deciding is None else deciding.fault,
            first_bad_index=None if lowest is None else lowest.index,
            bad_before=None if lowest is None else lowest.before,
            counts={**self._counts, **counts, "findings": findings.total},
            findings=tuple(findings.kept),
            node=head.node,
            size=head.size,
            exported=head.exported,
            root="" if run is None else run.root.hex(),
            witnesses=() if run is None else tuple(each for _, each in sorted(run.witnesses.items())),
        )


class _Run:
    """What stands on a readable header: the log so far, the keys, and the rules."""

    def __init__(self, head: Head, trust: Trust, fingerprint: str, findings: Findings) -> None:
        self.head = head
        self._findings = findings
        self._trust = trust
        self.rules = Rules(head.node, fingerprint, self._trust, findings)
        self.witnesses: dict[tuple[str, str], Witness] = {}
        """The newest head that each cosigned."""
        self._ledger = book.EMPTY
        self._pending: list[bytes] = []
        self._next = 0
        self._vouched = 0
        """Entries below this index are covered by a checkpoint whose root is the recomputed one."""
        self._epoch = 1
        self._broken = False
        self._mismatched = False
        self._in_log = False

    @property
    def expected(self) -> int | None:
        """The index of the entry that should come next, while entries are coming."""
        return self._next if self._in_log and not self._broken and self._next < self.head.size else None

    @property
    def root(self) -> bytes:
        """The root over all entries so far."""
        self._ledger = book.extend_hashes(self._ledger, self._pending)
        self._pending = []
        return book.root(self._ledger)

    def entry(self, line: bytes, entry: bytes, salt: bytes) -> None:
        """Steps 3, 4 and 6 to 11."""
        self._in_log = True
        if self._broken:
            return
        index, hash_ = self._next, book.leaf_of(salt, entry)
        if line != export.entry_line(index, export.EntryPart(entry, hash_, salt)):  # 3
            self._findings.add(why(line, index), index)
            self._broken = True
            return
        self._pending.append(hash_)
        self._next += 1
        try:
            value = read(entry)  # 4
        except BadInput:
            self._findings.add(Fault.ENTRY_MALFORMED, index)
            return
        if value["kind"] == "epoch.opened":
            self._open(index, value)  # 19
        self.rules.see(index, value)  # 6-11

    def _open(self, index: int, value: Entry) -> None:
        """Step 19: the ledger goes on under a new name from exactly what stands before this entry."""
        told = (number(value, "size"), text(value, "root"))
        last, self._pending = self._pending[-1], self._pending[:-1]
        if told != (index, self.root.hex()) or number(value, "epoch") <= self._epoch:
            self._findings.add(Fault.EPOCH_INVALID, index)
        self._pending.append(last)
        self._epoch = max(self._epoch, number(value, "epoch"))

    def other(self, name: str, value: object) -> bool:
        """A line that is no entry. False if it may not stand here."""
        if name == "checkpoint" and isinstance(value, str):
            self._checkpoint(value.encode())
        elif name == "receipt" and isinstance(value, str):
            self._receipt(unb64(value))
        elif name == "descriptor" and not self._in_log:
            self._descriptor(Fields(as_object(value), ("party", "fingerprint", "data"), Code.EXPORT_MALFORMED))
        elif name == "agreement" and not self._in_log:
            self._agreement(Fields(as_object(value), ("document", "signatures"), Code.EXPORT_MALFORMED))
        else:
            return False
        return True

    def _descriptor(self, fields: Fields) -> None:
        party, fingerprint = fields.text("party", NODE), fields.text("fingerprint", HEX32)
        if not self._trust.add_descriptor(party, fingerprint, fields.binary("data")):  # 2
            self._findings.add(Fault.DESCRIPTOR_INVALID)

    def _agreement(self, fields: Fields) -> None:
        signatures = {party: unb64(signature) for party, signature in as_object(fields.raw("signatures")).items()}
        self._trust.add_agreement(fields.binary("document"), signatures)

    def _checkpoint(self, note: bytes) -> None:
        """Step 5."""
        self._in_log = True
        try:
            head = checkpoint.read(note)
            self._trust.check_ledger_signature(head)
        except UntrustedKey:
            self._findings.add(Fault.LEDGER_KEY_UNKNOWN)
            return
        except SignatureInvalid:
            self._findings.add(Fault.CHECKPOINT_SIGNATURE)
            return
        except BadInput:
            self._findings.add(Fault.CHECKPOINT_MALFORMED)
            return
        if head.origin != f"{self.head.node}.exchange" + (f"/{self._epoch}" if self._epoch > 1 else ""):
            self._findings.add(Fault.CHECKPOINT_ORIGIN)
        elif not self._broken:
            self._compare(head)
            self._cosignatures(head)

    def _cosignatures(self, head: checkpoint.Checkpoint) -> None:
        """Step 20."""
        if len(head.signatures) < 2:
            return
        try:
            for (party, fingerprint), at in self._trust.cosigned(head).items():
                self.witnesses[party, fingerprint] = Witness(party, fingerprint, head.size, at)
        except SignatureInvalid:
            self._findings.add(Fault.COSIGNATURE_INVALID)

    def _compare(self, head: checkpoint.Checkpoint) -> None:
        if head.size != self._next:
            self._findings.add(Fault.CHECKPOINT_SIZE)
        elif self._mismatched:
            return  # every later root differs as well
        elif head.root != self.root:
            self._mismatched = True
            self._findings.add(Fault.CHECKPOINT_ROOT, self._vouched, self._next)
        else:
            self._vouched = head.size

    def _receipt(self, wire: bytes) -> None:
        """Step 12."""
        if self._broken:
            return
        awaited = self.rules.awaited.pop(bytes.fromhex(export.receipt_digest(wire)), None)
        if awaited is None:
            self._findings.add(Fault.RECEIPT_UNMATCHED)
            return
        fault = self._trust.check_receipt(wire, awaited)
        if fault is not None:
            self._findings.add(fault, awaited.index)

    def signature(self, value: object, lines: int, sha256: bytes) -> None:
        """Step 14."""
        fields = Fields(as_object(value), ("root", "proof"), Code.EXPORT_MALFORMED)
        signed = export.summary(self.head.node, self.head.size, lines, sha256)
        at = read_time(self.head.exported)
        try:
            self._trust.check_file(fields.binary("root"), fields.binary("proof"), signed, at)
        except UntrustedKey:
            self._findings.add(Fault.SIGNING_KEY_UNKNOWN)
        except ExchangeError:
            self._findings.add(Fault.FILE_SIGNATURE)

    def finish(self) -> None:
        """Step 13, and receipts that never came."""
        if not self._trust.knows_node:
            self._findings.add(Fault.DESCRIPTOR_MISSING)
        if self._broken:
            return
        if self._next != self.head.size or not self._next:
            self._findings.add(Fault.ENTRIES_MISSING, self._next, max(self.head.size, self._next + 1))
            return  # receipts stand behind the entries: what else is missing follows from this
        if self._vouched != self._next and not self._mismatched:
            self._findings.add(Fault.CHECKPOINT_MISSING, self._vouched, self._next)
        for index in [] if self._mismatched or self._vouched != self._next else self.rules.undecided():
            self._findings.add(Fault.DECISION_UNMATCHED, index)  # else it follows: the head tells where
        for index in (
            [] if self._mismatched or self._vouched != self._next else self.rules.overdue(self.head.exported)
        ):  # 21
            self._findings.add(Fault.RETENTION_EXCEEDED, index)
        for awaited in self.rules.awaited.values():
            self._findings.add(Fault.RECEIPT_MISSING, awaited.index)
