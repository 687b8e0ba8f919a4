"""Verifies an evidence bundle offline: no store, no network, no clock, and no trust in the node that made it.

The reader brings one thing: the node's root fingerprint, learned out of band. In this order, each step against one way
to mislead a court; the first fault ends it and is told with the member that it was found in:

 1 form                 canonical JSON, exactly the members                  (two readings of one file)
 2 fingerprint          the expected one                                     (another node's file)
 3 descriptors          signed by the roots that they are listed under       (keys slipped in)
 4 checkpoint           signed by a ledger key of the node; cosignatures of   (a ledger made up for the court,
                        cards here verify                                     witnesses made up)
 5 entries              well-formed, each leads to the checkpoint's root     (entries edited or made up)
 6 the story            entries of this release alone, what they say         (acts of another release, approvals left
                        about each other, and the agreement                  out, another agreement)
 7 envelope             signed by the node, says what the release says       (another envelope)
 8 receipt              signed by the recipient, for this envelope           (another recipient's receipt)
 9 decision             the one whose digest the ledger has                  (another decision)
10 stamps               over this checkpoint                                 (a stamp of something else)
11 the file             signed by the node                                   (anything else)

Spec: docs/spec/bundle.md §2.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from hashlib import sha256

from exchange.crypto import checkpoint, stamps
from exchange.crypto.envelope import TYPE as ENVELOPE_TYPE
from exchange.crypto.envelope import signed_digest
from exchange.crypto.fields import read_time, write_time
from exchange.crypto.header import Header
from exchange.crypto.header import read as read_header
from exchange.crypto.keys import witness_name
from exchange.crypto.merkle import verify_inclusion
from exchange.crypto.opening import parse_outer
from exchange.errors import BadInput, ChainBroken, ExchangeError, SignatureInvalid, Untrusted, UntrustedKey
from exchange.ledger import bundle as form
from exchange.ledger.book import leaf_of, of_node
from exchange.ledger.bundle_belongs import Belonging
from exchange.ledger.bundle_decision import Decided, decided
from exchange.ledger.bundle_report import NOT_PROVEN, BundleReport, Cosigner, Told
from exchange.ledger.entries import Entry, number, read, text, texts
from exchange.ledger.export import receipt_digest
from exchange.ledger.report import Exit, Fault, Findings
from exchange.ledger.rules import Rules
from exchange.ledger.trust import Trust


def verify(data: bytes, *, fingerprint: str, certificates: bytes | None = None) -> BundleReport:
    """Verifies a bundle. `fingerprint` as hex. Never raises for what is in the file.

    `certificates`: of the time-stamp authority, PEM; with them stamps are verified and not only compared.
    """
    try:
        signed = form.read(data)  # 1
    except BadInput as fault:
        return BundleReport(Exit.CHAIN, Fault.FILE_MALFORMED, str(fault.facts.get("at", "")))
    run = _Run(signed, fingerprint, certificates)
    held = signed.bundle
    try:
        told = run.judge()
    except _FoundError as found:
        exit_ = found.fault.exit
        return BundleReport(exit_, found.fault, found.member, held.node, held.release, held.made)
    left = NOT_PROVEN if not told.stamped else tuple(each for each in NOT_PROVEN if each != "NOT_PROVEN_STAMPS")
    return BundleReport(Exit.OK, None, None, held.node, held.release, held.made, told, left)


class _FoundError(Exception):
    """The first fault, and the member."""

    def __init__(self, fault: Fault, member: str) -> None:
        self.fault = fault
        self.member = member
        super().__init__(fault.value)


class _Part(Rules):
    """The rules of the whole ledger, for a few of its entries: numbers before those that are here are not missed."""

    def _take_number(self, entry: Entry) -> Fault | None:
        self._stream(entry).last = number(entry, "seq") - 1
        return super()._take_number(entry)


@dataclass(slots=True)
class _Run:
    signed: form.Signed
    fingerprint: str
    certificates: bytes | None
    _trust: Trust = field(init=False)
    _seen: list[tuple[int, Entry]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._trust = Trust(self.signed.bundle.node, self.fingerprint)

    def judge(self) -> Told:
        held = self.signed.bundle
        if held.root_fingerprint != self.fingerprint:  # 2
            raise _FoundError(Fault.ROOT_MISMATCH, "root_fingerprint")
        for place, card in enumerate(held.descriptors):  # 3
            if not self._trust.add_descriptor(*card):
                raise _FoundError(Fault.DESCRIPTOR_INVALID, f"descriptors.{place}")
        if not self._trust.knows_node:
            raise _FoundError(Fault.DESCRIPTOR_MISSING, "descriptors")
        head = self._checkpoint()
        witnesses = self._witnesses(head)
        self._entries(head)
        rules = self._story()
        release = self._release()
        envelope = self._envelope(release)
        self._receipt(rules)
        decision = self._decision(release, envelope)
        stamped = self._stamps(head.note.text)
        self._file()
        named = self._trust.parties(envelope.agreement_digest)
        seen = tuple(Cosigner(*who, at, who in named) for who, at in sorted(witnesses.items()))
        known = {head.origin.split("/")[0], *(witness_name(party) for party, _ in witnesses)}
        others = tuple(dict.fromkeys(each.name for each in head.signatures if each.name not in known))
        told = self._told(release, envelope, head, decision)
        return replace(told, stamped=stamped, witnesses=seen, cosigners=others)

    def _stamps(self, text_: bytes) -> str:
        """Step 10."""
        times = []
        for place, token in enumerate(self.signed.bundle.stamps):
            if sha256(text_).digest() not in token:
                raise _FoundError(Fault.STAMP_DIFFERS, f"stamps.{place}")
            if self.certificates is not None:
                try:
                    times.append(write_time(stamps.verify(token, text_, self.certificates).at))
                except (BadInput, Untrusted):
                    raise _FoundError(Fault.STAMP_UNTRUSTED, f"stamps.{place}") from None
        return min(times, default="")

    def _checkpoint(self) -> checkpoint.Checkpoint:
        """Step 4."""
        try:
            head = checkpoint.read(self.signed.bundle.checkpoint)
            self._trust.check_ledger_signature(head)
        except UntrustedKey:
            raise _FoundError(Fault.LEDGER_KEY_UNKNOWN, "checkpoint") from None
        except SignatureInvalid:
            raise _FoundError(Fault.CHECKPOINT_SIGNATURE, "checkpoint") from None
        except BadInput:
            raise _FoundError(Fault.CHECKPOINT_MALFORMED, "checkpoint") from None
        if not of_node(head.origin, self.signed.bundle.node):
            raise _FoundError(Fault.CHECKPOINT_ORIGIN, "checkpoint")
        return head

    def _witnesses(self, head: checkpoint.Checkpoint) -> dict[tuple[str, str], int]:
        """Step 4, of cosignatures."""
        try:
            return self._trust.cosigned(head)
        except SignatureInvalid:
            raise _FoundError(Fault.COSIGNATURE_INVALID, "checkpoint") from None

    def _entries(self, head: checkpoint.Checkpoint) -> None:
        """Step 5."""
        last = -1
        for place, each in enumerate(self.signed.bundle.entries):
            if each.index <= last:
                raise _FoundError(Fault.ENTRY_INDEX, f"entries.{place}")
            last, leaf = each.index, leaf_of(each.salt, each.entry)
            try:
                verify_inclusion(leaf=leaf, index=each.index, size=head.size, path=each.path, root=head.root)
                self._seen.append((each.index, read(each.entry)))
            except ChainBroken:
                raise _FoundError(Fault.ENTRY_PROOF, f"entries.{place}") from None
            except BadInput:
                raise _FoundError(Fault.ENTRY_MALFORMED, f"entries.{place}") from None

    def _story(self) -> Rules:
        """Step 6: no entry of anything else, and the rules of ledger.md §6 that do not need the whole ledger."""
        held, findings = self.signed.bundle, Findings()
        self._trust.add_agreement(held.agreement.document, held.agreement.signatures)
        rules = _Part(held.node, self.fingerprint, self._trust, findings)
        belonging = Belonging(held.release, self._seen)
        for place, (index, entry) in enumerate(self._seen):
            if not belonging.has(index, entry):
                raise _FoundError(Fault.RELEASE_DIFFERS, f"entries.{place}")
            rules.see(index, entry)
            if findings.kept:
                raise _FoundError(findings.kept[0].fault, f"entries.{place}")
        if rules.undecided():
            raise _FoundError(Fault.DECISION_UNMATCHED, "entries")
        return rules

    def _all(self, kind: str) -> list[Entry]:
        return [entry for _, entry in self._seen if entry["kind"] == kind]

    def _release(self) -> Entry:
        released = self._all("release.released")
        if len(released) != 1 or released[0]["release"] != self.signed.bundle.release:
            raise _FoundError(Fault.RELEASE_MISSING, "entries")
        return released[0]

    def _envelope(self, release: Entry) -> Header:
        """Step 7. A void that filled the number since stands for what it replaced: it names that header."""
        sent, node = self.signed.bundle.envelope, self.signed.bundle.node
        try:
            header = read_header(sent.header)
        except BadInput:
            raise _FoundError(Fault.ENVELOPE_MALFORMED, "envelope") from None
        payload = signed_digest(sent.header, sent.sealed_sha256)
        voids = {text(each, "envelope"): each for each in self._all("envelope.void")}
        named = voids if header.type == "void" else {text(release, "envelope"): release}
        entry = named.get(sha256(payload).hexdigest())
        place = (header.sender, header.recipient, header.epoch, header.seq)
        under = (header.agreement, header.policy_digest)
        messages = [each["message"] for each in self._all("message.sent")]
        if (
            entry is None
            or place != (node, release["recipient"], release["epoch"], release["seq"])
            or header.id != (messages or [release["release"]])[0]
            or under != (release["agreement"], release["policy_digest"])
            or header.agreement_digest != self._agreement_digest(release)
        ):
            raise _FoundError(Fault.ENVELOPE_DIFFERS, "envelope")
        try:
            at = read_time(text(entry, "at"))
            kid = self._trust.check_own(sent.root, sent.proof, ENVELOPE_TYPE, payload, at)
        except UntrustedKey:
            raise _FoundError(Fault.SIGNING_KEY_UNKNOWN, "envelope") from None
        except ExchangeError:
            raise _FoundError(Fault.ENVELOPE_SIGNATURE, "envelope") from None
        if kid != header.signing_kid or not self._same_wire(sent):
            raise _FoundError(Fault.ENVELOPE_DIFFERS, "envelope")
        return header

    @staticmethod
    def _same_wire(sent: form.SentEnvelope) -> bool:
        if sent.wire is None:
            return True
        try:
            outer = parse_outer(sent.wire)
        except BadInput:
            return False
        said = (outer.header_bytes, sha256(outer.ciphertext).digest(), outer.root, outer.proof)
        return said == (sent.header, sent.sealed_sha256, sent.root, sent.proof)

    def _agreement_digest(self, release: Entry) -> str:
        """Of the version in force; the rules found that it is that of the document here."""
        active = [
            each
            for each in self._all("agreement.changed")
            if (each["agreement"], each["version"]) == (release["agreement"], release["version"])
        ]
        return text(active[-1], "digest") if active else ""

    def _receipt(self, rules: Rules) -> None:
        """Step 8."""
        wire = self.signed.bundle.receipt
        if wire is not None:
            awaited = rules.awaited.pop(bytes.fromhex(receipt_digest(wire)), None)
            if awaited is None:
                raise _FoundError(Fault.RECEIPT_UNMATCHED, "receipt")
            fault = self._trust.check_receipt(wire, awaited)
            if fault is not None:
                raise _FoundError(fault, "receipt")
        if rules.awaited:
            raise _FoundError(Fault.RECEIPT_MISSING, "receipt")

    def _decision(self, release: Entry, header: Header) -> Decided | None:
        """Step 9."""
        file, named = self.signed.bundle.decision, self._all("release.decided")
        if (file is None) != (not named):
            raise _FoundError(Fault.DECISION_UNMATCHED, "decision")
        if file is None:
            return None
        found = decided(file, release, self.signed.bundle.node, text(named[0], "digest"), header.agreement_digest)
        if found is None:
            raise _FoundError(Fault.DECISION_DIFFERS, "decision")
        return found

    def _file(self) -> None:
        """Step 11."""
        signed, at = self.signed, read_time(self.signed.bundle.made)
        try:
            self._trust.check_own(signed.root, signed.proof, form.TYPE, signed.payload, at)
        except UntrustedKey:
            raise _FoundError(Fault.SIGNING_KEY_UNKNOWN, "signature") from None
        except ExchangeError:
            raise _FoundError(Fault.FILE_SIGNATURE, "signature") from None

    def _told(self, release: Entry, header: Header, head: checkpoint.Checkpoint, decision: Decided | None) -> Told:
        proposal = self._all("release.proposed")[-1]
        persons = texts(release, "approvals")
        given = {text(each, "actor"): text(each, "at") for each in self._all("release.approved")}
        substitutes = [text(each, "kind") for kind in ("waiver.used", "standing.used") for each in self._all(kind)]
        receipts, decisions = self._all("receipt.received"), self._all("release.decided")
        return Told(
            recipient=text(release, "recipient"),
            agreement=text(release, "agreement"),
            version=number(release, "version"),
            agreement_digest=header.agreement_digest,
            purpose=text(release, "purpose"),
            proposer=text(proposal, "actor"),
            proposed=text(proposal, "at"),
            approvals=tuple((person, given[person]) for person in persons),
            substitute=substitutes[0] if substitutes else "",
            releaser=text(release, "actor"),
            released=text(release, "at"),
            stream=f"{release['epoch']}/{release['seq']}",
            envelope=text(release, "envelope"),
            voided=bool(self._all("envelope.void")),
            outcome=text(receipts[-1], "outcome") if receipts else "",
            answered=text(receipts[-1], "at") if receipts else "",
            index=next(index for index, entry in self._seen if entry is release),
            size=head.size,
            root=head.root.hex(),
            digest=text(release, "digest"),
            decision=text(decisions[0], "digest") if decisions else "",
            decided=decision,
            witnesses=(),
            cosigners=(),
            stamps=len(self.signed.bundle.stamps),
            stamped="",
        )
