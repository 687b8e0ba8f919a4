"""What entries must say about each other, checked entry by entry in one pass.

    times never go back                                  (a clock turned back, T-51)
    numbers of a stream run 1, 2, 3 …                    (a release removed or slipped in, T-07)
    a release follows its proposal, and says the same    (what was approved is what left, T-13)
    its approvers are distinct, approved this digest before, and none proposed it          (four eyes, T-14)
    fewer than it needs: a waiver or a standing approval, given and used by the rules of `substitutes`
    its agreement version was in force, signed by every party, and has recipient and purpose (T-12)
    a message that needs approval follows its release    (T-13, T-14); a recall or notice takes a number of its own
    a message that came in follows its envelope          (T-48)
    a recall and its outcome may outlive the agreement   (what both once signed, ADR 0013)
    an outcome answers a recall, a destruction for one names it                            (T-22)
    a grant follows its message; what goes on under one follows its release, and the grant still stands   (T-20)
    a receipt answers an envelope that was released      (T-08)
    what partners sent is destroyed when its time is over   (T-22)

Memory: open proposals, grants, and 32 bytes for each envelope and each receipt. Knows no files, checkpoints or keys.
Spec: docs/spec/ledger.md §6, steps 6 to 11 and 21.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field

from exchange.ledger.entries import Entry, number, text, texts
from exchange.ledger.openings import Openings
from exchange.ledger.report import Fault, Findings
from exchange.ledger.retained import Retained
from exchange.ledger.substitutes import OpenProposal, Substitutes
from exchange.ledger.terms import Agreements, Awaited, InForce, Terms

WITHDRAWN = "APPROVAL_WITHDRAWN"
"""Reason of a `release.voided` that takes one approval back and leaves the proposal open."""

AT_ONCE = frozenset({"recall", "notice"})
"""Types of messages that one person may send (docs/spec/messages.md §1)."""
ASKED = frozenset({"recall", "correction"})
"""Types that a notice answers."""


@dataclass(slots=True)
class _Stream:
    """One (recipient, epoch): numbers so far and what stands at each."""

    last: int = 0
    envelopes: dict[int, bytes] = field(default_factory=dict)
    """seq -> 32-byte envelope digest; 64 bytes where a void replaced a release."""
    fingerprint: str = ""


class Rules:
    """Feed it every entry in order with `see`; it adds faults to `findings`."""

    def __init__(self, node: str, root_fingerprint: str, agreements: Agreements, findings: Findings) -> None:
        self._node = node
        self._root_fingerprint = root_fingerprint
        self._agreements = agreements
        self._findings = findings
        self._last_time = ""
        self._open: dict[str, OpenProposal] = {}
        self._active: dict[str, InForce] = {}
        self._terms: dict[InForce, Terms | Fault] = {}
        self._streams: dict[tuple[str, int], _Stream] = {}
        self._epochs: dict[str, int] = {}
        self._once: dict[tuple[str, int], InForce] = {}  # every version that ever was in force: recalls outlive it
        self._decides = False
        self._undecided: dict[str, int] = {}  # release -> index, until its `release.decided` is seen
        self._ended: set[tuple[str, int]] = set()  # versions whose notice of the end outlives them
        self._threads: dict[tuple[str, str], str] = {}
        """(message, `out` or `in`) -> type, of those that are answered by notices."""
        self._before: Entry = {}
        """The entry before the one that is looked at."""
        self._grants: dict[str, tuple[str, str]] = {}
        """Grant that we hold -> its recipient and when it ends; a revoked one is not in it."""
        self._substitutes = Substitutes(self._open)
        self._retained = Retained()
        self.awaited: dict[bytes, Awaited] = {}
        """Receipt digest (32 bytes) -> what the receipt must say."""
        self.releases = 0
        self._handlers: dict[str, Callable[[int, Entry], Fault | None]] = {
            "agreement.changed": self._agreement_changed,
            "release.proposed": self._proposed,
            "release.approved": self._approved,
            "approval.lapsed": self._lapsed,
            "release.voided": self._voided,
            "release.released": self._released,
            "release.decided": self._decided,
            "message.sent": self._message_sent,
            "message.received": self._message_received,
            "envelope.received": self._retained.received,
            "record.destroyed": self._destroyed,
            "grant.given": self._grant,
            "grant.received": self._grant,
            "grant.revoked": self._grant_revoked,
            "release.onward": self._onward,
            **self._substitutes.handlers,
            **Openings(self._substitutes.roles).handlers,
            "envelope.void": self._void,
            "receipt.received": self._receipt,
        }

    def see(self, index: int, entry: Entry) -> None:
        """Checks entry number `index` against those before it."""
        at, kind = text(entry, "at"), text(entry, "kind")
        if at < self._last_time:
            self._findings.add(Fault.TIME_WENT_BACK, index)
        else:
            self._last_time = at
        if (index == 0) != (kind == "genesis") or (index == 0 and not self._our_genesis(entry)):
            self._findings.add(Fault.GENESIS, index)
        handler = self._handlers.get(kind)
        if handler is not None:
            fault = handler(index, entry)
            if fault is not None:
                self._findings.add(fault, index)
        self._before = entry

    def _our_genesis(self, entry: Entry) -> bool:
        return (entry["node"], entry["root"]) == (self._node, self._root_fingerprint)

    def _agreement_changed(self, _index: int, entry: Entry) -> Fault | None:
        id_, version = text(entry, "agreement"), number(entry, "version")
        if entry["state"] == "active":
            self._active[id_] = InForce(id_, version, text(entry, "digest"), text(entry, "at"))
            self._once[id_, version] = self._active[id_]
        elif id_ in self._active and self._active[id_].version == version:
            del self._active[id_]
        if entry["state"] == "terminated":
            self._ended.add((id_, version))
        return None

    def _proposed(self, _index: int, entry: Entry) -> Fault | None:
        release = text(entry, "release")
        if release in self._open:
            return Fault.RELEASE_DIFFERS
        self._open[release] = OpenProposal(
            proposer=text(entry, "actor"),
            recipient=text(entry, "recipient"),
            agreement=text(entry, "agreement"),
            digest=text(entry, "digest"),
        )
        return None

    def _approved(self, _index: int, entry: Entry) -> Fault | None:
        proposal = self._open.get(text(entry, "release"))
        person = text(entry, "actor")
        if proposal is None:
            return Fault.APPROVAL_UNPROPOSED
        if proposal.digest != entry["digest"]:
            return Fault.APPROVAL_STALE
        if person == proposal.proposer:
            return Fault.SELF_APPROVAL
        if person in proposal.approved:
            return Fault.APPROVAL_REPEATED
        proposal.approved.add(person)
        return None

    def _voided(self, _index: int, entry: Entry) -> Fault | None:
        release = text(entry, "release")
        if entry["reason"] == WITHDRAWN:
            if release in self._open:
                self._open[release].approved.discard(text(entry, "actor"))
        else:
            self._open.pop(release, None)
        return None

    def _lapsed(self, _index: int, entry: Entry) -> Fault | None:
        """The approver may no longer act: the approval counts for nothing from here on."""
        if text(entry, "release") in self._open:
            self._open[text(entry, "release")].approved.discard(text(entry, "person"))
        return None

    def _decided(self, _index: int, entry: Entry) -> Fault | None:
        """Once for each release with records. Before the first of them, versions did not write any."""
        index = self._undecided.pop(text(entry, "release"), None)
        if index is None:
            return Fault.DECISION_UNMATCHED
        if not self._decides:
            self._decides = True
            self._undecided = {release: at for release, at in self._undecided.items() if at > index}
        return None

    def undecided(self) -> list[int]:
        """Indexes of the releases of which the ledger does not say what was decided on."""
        return sorted(self._undecided.values()) if self._decides else []

    def overdue(self, now: str) -> list[int]:
        """Indexes of arrivals of which something is held longer than any agreement with its sender allows, at `now` or
        the last entry."""
        return list(self._retained.overdue(self._longest(), max(now, self._last_time)))

    def late(self) -> int:
        """How many destructions came later than any agreement with the sender allows."""
        return self._retained.late(self._longest())

    def _longest(self) -> dict[str, int]:
        """Partner -> days, of the agreements that ever were in force and verify."""
        found: dict[str, int] = {}
        for agreement in self._once.values():
            terms = self._terms_of(agreement)
            if not isinstance(terms, Fault) and terms.parties.get(self._node) == self._root_fingerprint:
                for party in terms.parties.keys() - {self._node}:
                    found[party] = max(found.get(party, 0), terms.retention_days)
        return found

    def _released(self, index: int, entry: Entry) -> Fault | None:
        """The number counts whatever else is wrong, so that one bad release is one fault and not a gap as well."""
        self.releases += 1
        if entry["refs"]:
            self._undecided[text(entry, "release")] = index
        gap = self._take_number(entry)
        proposal = self._open.pop(text(entry, "release"), None)
        terms = self._in_force(entry)
        if isinstance(terms, Fault):
            return gap or terms
        return gap or self._outside(entry, terms) or self._approvals(entry, proposal, terms)

    def _message_sent(self, _index: int, entry: Entry) -> Fault | None:
        """What needs approval stands right behind its own release, with its number; the rest takes the next one."""
        if entry["type"] not in AT_ONCE:
            same = self._before.get("kind") == "release.released" and self._same_place(entry, "recipient")
            self._remember(entry, "out")
            return None if same else Fault.MESSAGE_UNAPPROVED
        gap = self._take_number(entry)
        answered = self._answered(entry, "in")
        if isinstance(answered, Fault):
            return gap or answered
        self._remember(entry, "out")
        told = (text(entry, "agreement"), number(entry, "version")) in self._ended and answered is None
        outlives = "recall" in (entry["type"], answered) or told
        terms = self._in_force(entry, outlives=outlives)
        if isinstance(terms, Fault):
            return gap or terms
        return gap or self._outside(entry, terms, outlives=outlives)

    def _message_received(self, _index: int, entry: Entry) -> Fault | None:
        if self._before.get("kind") != "envelope.received" or not self._same_place(entry, "sender"):
            return Fault.MESSAGE_UNMATCHED
        self._remember(entry, "in")
        answered = self._answered(entry, "out")
        return answered if isinstance(answered, Fault) else None

    def _remember(self, entry: Entry, direction: str) -> None:
        if entry["type"] in ASKED or entry["type"] == "onward-request":
            self._threads[text(entry, "message"), direction] = sys.intern(text(entry, "type"))

    def _answered(self, entry: Entry, direction: str) -> str | Fault | None:
        """The type of what a notice answers, None for one that opens a thread."""
        if entry["type"] != "notice" or entry["thread"] == entry["message"]:
            return None
        return self._threads.get((text(entry, "thread"), direction), Fault.OUTCOME_UNASKED)

    def _destroyed(self, _index: int, entry: Entry) -> Fault | None:
        why = text(entry, "why")
        self._retained.destroyed(entry)
        if why not in ASKED:
            return None
        asked = self._threads.get((text(entry, "message"), "in"))
        return None if asked == why else Fault.DESTROYED_UNASKED

    def _grant(self, _index: int, entry: Entry) -> Fault | None:
        """It stands right behind the message that brings it."""
        given = entry["kind"] == "grant.given"
        kind = "message.sent" if given else "message.received"
        same = self._before.get("kind") == kind and self._before["thread"] == entry["thread"]
        if not same or self._before["type"] != "onward-grant":
            return Fault.GRANT_UNMATCHED
        if not given:
            self._grants[text(entry, "grant")] = (text(entry, "recipient"), text(entry, "expires"))
        return None

    def _grant_revoked(self, _index: int, entry: Entry) -> Fault | None:
        self._grants.pop(text(entry, "grant"), None)
        return None

    def _onward(self, _index: int, entry: Entry) -> Fault | None:
        """Part of the release before it; its originators consented, to this recipient, and still do."""
        before = self._before
        same = before.get("kind") == "release.released" and before["release"] == entry["release"]
        if not same or not set(texts(entry, "refs")) <= set(texts(before, "refs")):
            return Fault.RELEASE_DIFFERS
        for grant in texts(entry, "grants"):
            recipient, expires = self._grants.get(grant, ("", ""))
            if recipient != entry["recipient"] or text(entry, "at") >= expires:
                return Fault.ONWARD_UNGRANTED
        return None if before["recipient"] == entry["recipient"] else Fault.RELEASE_DIFFERS

    def _same_place(self, entry: Entry, partner: str) -> bool:
        """The entry before is about the same envelope under the same number."""
        return all(entry[name] == self._before[name] for name in (partner, "epoch", "seq", "envelope"))

    def _in_force(self, entry: Entry, *, outlives: bool = False) -> Terms | Fault:
        """The terms of the agreement that an entry was sealed under, which was active and has both parties."""
        agreement = self._active.get(text(entry, "agreement"))
        if outlives:
            agreement = self._once.get((text(entry, "agreement"), number(entry, "version")))
        if agreement is None or agreement.version != entry["version"]:
            return Fault.AGREEMENT_NOT_ACTIVE
        terms = self._terms_of(agreement)
        if isinstance(terms, Fault):
            return terms
        if not {self._node, text(entry, "recipient")} <= terms.parties.keys():
            return Fault.AGREEMENT_PARTIES
        self._stream(entry).fingerprint = terms.parties[text(entry, "recipient")]
        return terms

    def _outside(self, entry: Entry, terms: Terms, *, outlives: bool = False) -> Fault | None:
        if terms.parties[self._node] != self._root_fingerprint:
            return Fault.AGREEMENT_PARTIES
        if not outlives and not terms.valid_from <= text(entry, "at") < terms.valid_until:
            return Fault.AGREEMENT_NOT_ACTIVE
        return None if entry["purpose"] in terms.purposes else Fault.AGREEMENT_PURPOSE

    def _terms_of(self, agreement: InForce) -> Terms | Fault:
        if agreement not in self._terms:
            self._terms[agreement] = self._agreements.terms(agreement)
        return self._terms[agreement]

    @staticmethod
    def _approvals(entry: Entry, proposal: OpenProposal | None, terms: Terms) -> Fault | None:
        if proposal is None:
            return Fault.RELEASE_UNPROPOSED
        said = (proposal.recipient, proposal.agreement, proposal.digest)
        if said != (entry["recipient"], entry["agreement"], entry["digest"]):
            return Fault.RELEASE_DIFFERS
        persons = texts(entry, "approvals")
        if proposal.proposer in persons:
            return Fault.SELF_APPROVAL
        if len(set(persons)) != len(persons):
            return Fault.APPROVAL_REPEATED
        if proposal.version not in (None, entry["version"]):
            return Fault.STANDING_INVALID
        if not proposal.approved.issuperset(persons) or len(persons) < proposal.needed(terms.approvals):
            return Fault.APPROVAL_MISSING
        return None

    def _stream(self, entry: Entry) -> _Stream:
        return self._streams.setdefault((text(entry, "recipient"), number(entry, "epoch")), _Stream())

    def _take_number(self, entry: Entry) -> Fault | None:
        stream, seq = self._stream(entry), number(entry, "seq")
        recipient, epoch = text(entry, "recipient"), number(entry, "epoch")
        if epoch < self._epochs.setdefault(recipient, epoch):
            return Fault.NUMBER_REUSED
        self._epochs[recipient] = epoch
        if seq <= stream.last:
            return Fault.NUMBER_REUSED
        expected, stream.last = stream.last + 1, seq
        stream.envelopes[seq] = bytes.fromhex(text(entry, "envelope"))
        return None if seq == expected else Fault.NUMBER_GAP

    def _void(self, _index: int, entry: Entry) -> Fault | None:
        """A void fills a number that was given to a release which may no longer go out, or a new one."""
        stream, seq = self._stream(entry), number(entry, "seq")
        replaced = stream.envelopes.get(seq, b"")
        if len(replaced) == 32:
            stream.envelopes[seq] = replaced + bytes.fromhex(text(entry, "envelope"))
            return None
        fault = self._take_number(entry)
        if fault is not Fault.NUMBER_REUSED:
            stream.envelopes[seq] *= 2  # nothing may fill this number again
        return fault

    def _receipt(self, index: int, entry: Entry) -> Fault | None:
        stream = self._streams.get((text(entry, "recipient"), number(entry, "epoch")))
        known = b"" if stream is None else stream.envelopes.get(number(entry, "seq"), b"")
        envelope = bytes.fromhex(text(entry, "envelope"))
        if stream is None or envelope not in (known[:32], known[32:]):
            return Fault.RECEIPT_UNMATCHED
        self.awaited[bytes.fromhex(text(entry, "receipt"))] = Awaited(
            index=index,
            recipient=sys.intern(text(entry, "recipient")),
            fingerprint=stream.fingerprint,
            epoch=number(entry, "epoch"),
            seq=number(entry, "seq"),
            envelope=envelope,
            outcome=sys.intern(text(entry, "outcome")),
        )
        return None
