"""The rows of the store in memory, and the parts of a unit that hold content: records, agreements, partners, releases.

`fakes.py` has the other parts and the store itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from hashlib import sha256

from exchange.errors import Code, Conflict, NotFound
from exchange.ledger.book import EMPTY, Head, Leaf
from exchange.model.afterwards import Doubtful, Erased, StoredGrant
from exchange.model.blinded import BlindEpoch, BlindQuery, BlindTicket
from exchange.model.heads import Cosigned, OpenedEpoch, Override, SeenHead, Witnessed
from exchange.model.matching import MatchDecision
from exchange.model.openings import Opening
from exchange.model.reconciled import Reconciled, Run
from exchange.model.records import ERASED, HeldRecord, Ref
from exchange.model.sessions import ApprovalCode, Assertion, Challenge, ConsoleSession, Credential, Enrolment
from exchange.model.stamps import DayHead
from exchange.model.state import (
    Approval,
    Copy,
    InboxItem,
    KeptDecisions,
    MessageKey,
    Offer,
    OutboxItem,
    Partner,
    Person,
    Proposal,
    ProposalItem,
    RecordLine,
    SentView,
    StandingApproval,
    StoredAgreement,
    StoredAnswer,
    StoredMessage,
    StreamEnd,
    Termination,
    Waiver,
)
from exchange.model.trust import Introduction, Revocation

Place = tuple[str, int, int]
IN_FORCE = ("active", "suspended")


@dataclass(slots=True)
class Rows:
    """Everything a node keeps. Values are frozen, so a copy of the containers is a snapshot."""

    records: dict[Ref, tuple[HeldRecord, ...]] = field(default_factory=dict)
    changed: dict[Ref, datetime] = field(default_factory=dict)
    indexed: set[tuple[Ref, str]] = field(default_factory=set)
    index_rules: int | None = None
    pair_states: dict[tuple[Ref, Ref], str] = field(default_factory=dict)
    proposed: dict[tuple[Ref, Ref], tuple[int, int]] = field(default_factory=dict)
    """Pair -> numbers of the two records that it was proposed of."""
    numbers: dict[tuple[Ref, str, str], int] = field(default_factory=dict)
    keyed: dict[int, tuple[int, frozenset[bytes], frozenset[str]]] = field(default_factory=dict)
    """Number of a record as it stands -> how far it is, its keys, its sounds."""
    match_decisions: dict[str, MatchDecision] = field(default_factory=dict)
    blind_epochs: dict[tuple[str, str], BlindEpoch] = field(default_factory=dict)
    blind_tags: set[tuple[str, int, str]] = field(default_factory=set)
    blind_prepared: dict[tuple[str, str], int] = field(default_factory=dict)
    blind_tickets: dict[tuple[str, str, str], BlindTicket] = field(default_factory=dict)
    blind_queries: dict[tuple[str, str, str], BlindQuery] = field(default_factory=dict)
    links: dict[tuple[str, str], tuple[Ref, str]] = field(default_factory=dict)
    copies: list[Copy] = field(default_factory=list)
    agreements: dict[tuple[str, int], StoredAgreement] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)
    terminations: dict[tuple[str, int], Termination] = field(default_factory=dict)
    offers: dict[tuple[str, str, int], Offer] = field(default_factory=dict)
    partners: dict[str, Partner] = field(default_factory=dict)
    pins: dict[str, str] = field(default_factory=dict)
    introductions: dict[str, Introduction] = field(default_factory=dict)
    revocations: dict[str, Revocation] = field(default_factory=dict)
    proposals: dict[str, Proposal] = field(default_factory=dict)
    items: dict[str, tuple[ProposalItem, ...]] = field(default_factory=dict)
    decisions: dict[tuple[str, str], KeptDecisions] = field(default_factory=dict)
    approvals: list[Approval] = field(default_factory=list)
    views: dict[tuple[str, Ref], SentView] = field(default_factory=dict)
    messages: dict[MessageKey, StoredMessage] = field(default_factory=dict)
    named: set[tuple[Ref, MessageKey]] = field(default_factory=set)
    erased: dict[tuple[Ref, str, str], Erased] = field(default_factory=dict)
    grants: dict[str, StoredGrant] = field(default_factory=dict)
    waivers: dict[str, Waiver] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)
    shown: list[tuple[str, str, Ref]] = field(default_factory=list)
    standing: dict[str, StandingApproval] = field(default_factory=dict)
    changes: dict[tuple[Ref, int], None] = field(default_factory=dict)
    daily: dict[tuple[str, str, Ref], None] = field(default_factory=dict)
    days: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    due: dict[str, None] = field(default_factory=dict)
    ends_out: dict[str, StreamEnd] = field(default_factory=dict)
    ends_in: dict[str, StreamEnd] = field(default_factory=dict)
    outbox: dict[Place, OutboxItem] = field(default_factory=dict)
    inbox: dict[Place, InboxItem] = field(default_factory=dict)
    arrivals: dict[Place, None] = field(default_factory=dict)
    evidence: list[tuple[str, int, int, str]] = field(default_factory=list)
    reconcile_runs: dict[str, Run] = field(default_factory=dict)
    reconciled: dict[tuple[str, str], Reconciled] = field(default_factory=dict)
    head: Head = EMPTY
    last: datetime | None = None
    entries: list[Leaf] = field(default_factory=list)
    nodes: dict[int, list[bytes]] = field(default_factory=dict)
    epoch: int = 1
    evidence_wires: list[tuple[str, str, int, bytes]] = field(default_factory=list)
    witnessed: dict[str, Witnessed] = field(default_factory=dict)
    seen_heads: dict[tuple[str, int, bytes], SeenHead] = field(default_factory=dict)
    cosigned: dict[str, Cosigned] = field(default_factory=dict)
    overrides: dict[str, Override] = field(default_factory=dict)
    stamps: dict[str, DayHead] = field(default_factory=dict)
    epochs: dict[tuple[str, int], OpenedEpoch] = field(default_factory=dict)
    checkpoints: dict[int, bytes] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    answers: dict[tuple[str, str], StoredAnswer] = field(default_factory=dict)
    sessions: dict[str, ConsoleSession] = field(default_factory=dict)
    enrolments: dict[str, Enrolment] = field(default_factory=dict)
    challenges: dict[str, Challenge] = field(default_factory=dict)
    passkeys: dict[str, Credential] = field(default_factory=dict)
    attestations: dict[str, Assertion] = field(default_factory=dict)
    codes: dict[tuple[str, str], ApprovalCode] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)
    settings: dict[str, str] = field(default_factory=dict)

    def number(self, ref: Ref, held: str, claims: object) -> int:
        """Of a record as it stands: another one when its claims change."""
        return self.numbers.setdefault((ref, held, repr(claims)), len(self.numbers) + 1)

    def snapshot(self) -> Rows:
        return Rows(**{each.name: copy(getattr(self, each.name)) for each in fields(self)})


def blind(kind: str, *parts: str) -> bytes:
    return sha256(repr((kind, parts)).encode("utf-8")).digest()


def placed(ref: Ref) -> tuple[str, str]:
    """Where a record stands in a list."""
    return ref.id, ref.originator


class Records:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add(self, held: Sequence[HeldRecord], changed_at: datetime) -> None:
        for each in held:
            ref = each.record.ref
            self._rows.records[ref] = (*self._rows.records.get(ref, ()), each)
            self._rows.changed[ref] = changed_at

    def current(self, refs: Sequence[Ref], *, lock: bool) -> list[HeldRecord]:
        return [self._rows.records[ref][-1] for ref in refs if ref in self._rows.records]

    def version(self, ref: Ref, version: int) -> HeldRecord | None:
        return next((each for each in self._rows.records.get(ref, ()) if each.record.version == version), None)

    def ledger_refs(self, refs: Sequence[Ref]) -> list[bytes]:
        if any(ref not in self._rows.records for ref in refs):
            raise NotFound(at="record")
        return [blind("own", *ref) for ref in refs]

    def lines(self, kind: str | None, after: Ref | None, limit: int) -> list[RecordLine]:
        ordered = sorted(self._rows.records.items(), key=lambda each: placed(each[0]))
        found = [held[-1].record for ref, held in ordered if after is None or placed(ref) > placed(after)]
        of_kind = [each for each in found if kind in (None, each.kind)]
        return [RecordLine(r.ref, r.version, r.kind, self._rows.changed[r.ref], "own") for r in of_kind][:limit]

    def count(self) -> int:
        return len(self._rows.records)

    def link_external(self, scheme: str, links: Sequence[tuple[str, Ref, str]]) -> None:
        self.mark_external(scheme, [(self.blind(scheme, key), ref, digest) for key, ref, digest in links])

    def external(self, scheme: str, keys: Sequence[str]) -> dict[str, tuple[Ref, str]]:
        known = self.external_all(scheme)
        return {key: known[self.blind(scheme, key)] for key in keys if self.blind(scheme, key) in known}

    def external_all(self, scheme: str) -> dict[str, tuple[Ref, str]]:
        return {key: link for (of, key), link in self._rows.links.items() if of == scheme}

    def mark_external(self, scheme: str, marks: Sequence[tuple[str, Ref, str]]) -> None:
        self._rows.links.update({(scheme, key): (ref, digest) for key, ref, digest in marks})

    def blind(self, scheme: str, key: str) -> str:
        return blind("external", scheme, key).hex()

    def erase(self, refs: Sequence[Ref]) -> None:
        for ref in refs:
            self._rows.records.pop(ref, None)
            self._rows.changed.pop(ref, None)
        for key, link in self._rows.links.items():
            if link[0] in refs:
                self._rows.links[key] = (Ref("", ""), ERASED)


class Agreements:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def put(self, agreement: StoredAgreement) -> None:
        known = self._rows.agreements.get((agreement.id, agreement.version))
        if agreement.suspend_requested:
            self.request_suspension(agreement.id)
        elif agreement.state == "active" and (known is None or known.state != "active"):
            self._rows.flags.discard(agreement.id)
        self._rows.agreements[agreement.id, agreement.version] = agreement

    def get(self, id_: str, version: int | None = None) -> StoredAgreement | None:
        if version is not None:
            return self._flagged(self._rows.agreements.get((id_, version)))
        of = [each for each in self._rows.agreements.values() if each.id == id_]
        return self._flagged(max(of, key=lambda each: (each.state != "draft", each.version), default=None))

    def active(self, id_: str, *, lock: bool) -> StoredAgreement | None:
        return next((each for each in self.all() if each.id == id_ and each.state in IN_FORCE), None)

    def active_policies(self, *, lock: bool) -> list[StoredAgreement]:
        return [each for each in self.all() if each.kind == "policy" and each.state in IN_FORCE]

    def all(self) -> list[StoredAgreement]:
        found = (self._flagged(each) for _, each in sorted(self._rows.agreements.items()))
        return [each for each in found if each is not None]

    def request_suspension(self, id_: str) -> None:
        self._rows.flags.add(id_)

    def scheduled(self, until: datetime) -> list[StoredAgreement]:
        due = [(each.starts_at, each) for each in self.all() if each.state == "scheduled" and each.starts_at]
        return [each for starts, each in sorted(due, key=lambda pair: pair[0]) if starts <= until]

    def termination(self, id_: str, version: int, *, lock: bool) -> Termination | None:
        return self._rows.terminations.get((id_, version))

    def ask_termination(self, termination: Termination) -> None:
        place = (termination.agreement_id, termination.version)
        if place in self._rows.terminations:
            raise Conflict(Code.ALREADY_EXISTS)
        self._rows.terminations[place] = termination

    def confirm_termination(self, id_: str, version: int, person: str, at: datetime) -> None:
        known = self._rows.terminations[id_, version]
        self._rows.terminations[id_, version] = replace(known, confirmed_by=person, confirmed_at=at)

    def withdraw_termination(self, id_: str, version: int) -> None:
        if (id_, version) not in self._rows.terminations:
            raise NotFound
        del self._rows.terminations[id_, version]

    def _flagged(self, stored: StoredAgreement | None) -> StoredAgreement | None:
        return None if stored is None else replace(stored, suspend_requested=stored.id in self._rows.flags)


class Offers:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def put(self, offer: Offer) -> None:
        self._rows.offers[offer.partner, offer.agreement_id, offer.version] = offer

    def get(self, partner: str, id_: str, version: int) -> Offer | None:
        return self._rows.offers.get((partner, id_, version))

    def of(self, partner: str | None) -> list[Offer]:
        return [each for _, each in sorted(self._rows.offers.items()) if partner in (None, each.partner)]

    def drop(self, partner: str, id_: str, version: int) -> None:
        self._rows.offers.pop((partner, id_, version), None)


class Partners:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def put(self, partner: Partner) -> None:
        self._rows.partners[partner.code] = partner

    def get(self, code: str) -> Partner | None:
        return self._rows.partners.get(code)

    def by_tls_pin(self, pin: str) -> Partner | None:
        code = self._rows.pins.get(pin)
        return None if code is None else self.get(code)

    def set_tls_pins(self, code: str, pins: Sequence[str]) -> None:
        others = {pin: owner for pin, owner in self._rows.pins.items() if owner != code}
        self._rows.pins = others | dict.fromkeys(pins, code)

    def all(self) -> list[Partner]:
        return [partner for _, partner in sorted(self._rows.partners.items())]


class Releases:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add(self, proposal: Proposal, items: Sequence[ProposalItem]) -> None:
        self._rows.proposals[proposal.id] = proposal
        self._rows.items[proposal.id] = tuple(items)

    def keep_decisions(self, id_: str, kept: KeptDecisions) -> None:
        self._rows.decisions[id_, kept.stage] = kept

    def kept_decisions(self, id_: str) -> list[KeptDecisions]:
        return [kept for place, kept in sorted(self._rows.decisions.items()) if place[0] == id_]

    def get(self, id_: str, *, lock: bool = False) -> Proposal | None:
        return self._rows.proposals.get(id_)

    def items(self, id_: str) -> list[ProposalItem]:
        return list(self._rows.items.get(id_, ()))

    def sizes(self, ids: Sequence[str]) -> dict[str, int]:
        return {id_: len(self._rows.items[id_]) for id_ in ids if self._rows.items.get(id_)}

    def approve(self, approval: Approval) -> None:
        self._rows.approvals.append(approval)

    def approvals(self, id_: str) -> list[Approval]:
        return [each for each in self._rows.approvals if each.proposal_id == id_]

    def approved_by(self, person: str) -> list[str]:
        given = {each.proposal_id for each in self._rows.approvals if each.person == person}
        return sorted(id_ for id_ in given if self._rows.proposals[id_].state in ("proposed", "approved"))

    def revoke_approval(self, id_: str, person: str) -> None:
        kept = [each for each in self._rows.approvals if (each.proposal_id, each.person) != (id_, person)]
        if len(kept) == len(self._rows.approvals):
            raise NotFound(release=id_)
        self._rows.approvals = kept

    def set_state(
        self, id_: str, state: str, *, released_at: datetime | None = None, envelope_digest: str | None = None
    ) -> None:
        known = self._rows.proposals[id_]
        at, digest = released_at or known.released_at, envelope_digest or known.envelope_digest
        self._rows.proposals[id_] = replace(known, state=state, released_at=at, envelope_digest=digest)

    def page(self, state: str | None, after: str | None, limit: int) -> list[Proposal]:
        found = sorted(self._rows.proposals.values(), key=lambda each: (each.created_at, each.id))
        start = 0 if after is None else 1 + [each.id for each in found].index(after)
        return [each for each in found[start:] if state in (None, each.state)][:limit]

    def of_bulk(self, bulk_id: str) -> list[Proposal]:
        return [each for each in self.page(None, None, 10_000) if each.bulk_id == bulk_id]

    def sent_views(self, recipient: str, refs: Sequence[Ref]) -> dict[Ref, SentView]:
        views = self._rows.views
        return {ref: views[recipient, ref] for ref in refs if (recipient, ref) in views}

    def put_sent_views(self, views: Sequence[SentView]) -> None:
        self._rows.views.update({(view.recipient, view.ref): view for view in views})

    def views_of(self, refs: Sequence[Ref]) -> list[SentView]:
        return [view for key, view in sorted(self._rows.views.items()) if key[1] in refs]

    def released_to(self, recipient: str, since: datetime, until: datetime) -> list[tuple[Proposal, tuple[int, int]]]:
        found = []
        for (to, epoch, seq), item in sorted(self._rows.outbox.items()):
            proposal = None if to != recipient or item.proposal_id is None else self.get(item.proposal_id)
            if proposal is not None and since <= (proposal.released_at or since) < until:
                found.append((proposal, (epoch, seq)))
        return found

    def doubtful(self, item: OutboxItem, node: str) -> list[Doubtful]:
        recalled = {
            ref
            for ref, key in self._rows.named
            if (key.partner, key.direction) == (item.recipient, "out") and _behind(self._rows.messages[key], item)
        }
        carried = self._rows.items.get(item.proposal_id or "", ())
        found = [Doubtful(each.ref, each.view_digest, each.ref in recalled) for each in carried]
        return [each for each in found if each.recalled or each.ref.originator != node]

    def of_record(self, ref: Ref) -> list[tuple[Proposal, ProposalItem]]:
        known = self.page(None, None, 10_000)
        return [(each, item) for each in known for item in self.items(each.id) if item.ref == ref]


def _behind(message: StoredMessage, item: OutboxItem) -> bool:
    return message.type == "recall" and (message.epoch or 0, message.seq or 0) > (item.epoch, item.seq)
