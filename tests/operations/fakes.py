"""The store in memory: dictionaries that fit `exchange.ports`, for tests of what operations decide.

A write unit works on a copy and replaces the rows at a clean end, as a transaction does. Writes take turns. There are
no constraints and no guards, so that what a test sees refused was refused by the operation itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from threading import RLock

from exchange.crypto.header import NO_PREVIOUS
from exchange.ledger.book import Head, Leaf
from exchange.model.records import Ref
from exchange.model.state import InboxItem, OutboxItem, Person, StoredAnswer, StreamEnd
from tests.operations.fake_blinded import Blinded
from tests.operations.fake_copies import Copies
from tests.operations.fake_grants import Erasures, Grants
from tests.operations.fake_heads import Heads
from tests.operations.fake_identities import Identities
from tests.operations.fake_matches import Matches
from tests.operations.fake_messages import Messages
from tests.operations.fake_openings import Openings
from tests.operations.fake_queues import Cadences, Waivers
from tests.operations.fake_reconciles import Reconciles
from tests.operations.fake_rows import (
    Agreements,
    Offers,
    Partners,
    Place,
    Records,
    Releases,
    Rows,
)
from tests.operations.fake_search import Search
from tests.operations.fake_sessions import Sessions
from tests.operations.fake_stamps import Stamps
from tests.operations.fake_trust import Trust


class Streams:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def end_out(self, recipient: str, *, lock: bool) -> StreamEnd:
        end = self._rows.ends_out.get(recipient, StreamEnd(recipient, self._rows.epoch, 0, NO_PREVIOUS))
        return end if end.epoch == self._rows.epoch else StreamEnd(recipient, self._rows.epoch, 0, NO_PREVIOUS)

    def advance_out(self, end: StreamEnd) -> None:
        self._rows.ends_out[end.partner] = end

    def queue(self, items: Sequence[OutboxItem]) -> None:
        self._rows.outbox.update({(item.recipient, item.epoch, item.seq): item for item in items})

    def due(self, now: datetime, limit: int, recipient: str | None = None) -> list[OutboxItem]:
        waiting = [item for _, item in sorted(self._rows.outbox.items()) if item.receipt is None]
        ready = [item for item in waiting if item.next_attempt_at <= now and recipient in (None, item.recipient)]
        return [replace(item, wire=b"") for item in ready[:limit]]

    def recipients_due(self, now: datetime) -> list[str]:
        return sorted({item.recipient for item in self.due(now, 10_000)})

    def wire(self, recipient: str, epoch: int, seq: int) -> bytes | None:
        item = self.out_item(recipient, epoch, seq)
        return None if item is None else item.wire

    def out_after(self, recipient: str, epoch: int, seq: int, limit: int, max_bytes: int) -> list[OutboxItem]:
        place = (recipient, epoch, seq)
        return [item for at, item in sorted(self._rows.outbox.items()) if at[:2] == place[:2] and at > place][:limit]

    def state_of(self, proposal_id: str) -> str | None:
        return next((item.state for item in self._rows.outbox.values() if item.proposal_id == proposal_id), None)

    def last_out(self, recipient: str) -> OutboxItem | None:
        ours = [item for at, item in sorted(self._rows.outbox.items()) if at[0] == recipient]
        return replace(ours[-1], wire=b"") if ours else None

    def out_item(self, recipient: str, epoch: int, seq: int, *, lock: bool = False) -> OutboxItem | None:
        return self._rows.outbox.get((recipient, epoch, seq))

    def attempt_failed(self, recipient: str, epoch: int, seq: int, next_attempt_at: datetime) -> None:
        item = self._rows.outbox[recipient, epoch, seq]
        later = replace(item, attempts=item.attempts + 1, next_attempt_at=next_attempt_at)
        self._rows.outbox[recipient, epoch, seq] = later

    def replace_with_void(self, item: OutboxItem) -> None:
        self._rows.outbox[item.recipient, item.epoch, item.seq] = item

    def settle(self, recipient: str, epoch: int, seq: int, state: str, receipt: bytes) -> None:
        item = self._rows.outbox[recipient, epoch, seq]
        if item.receipt is None:
            self._rows.outbox[recipient, epoch, seq] = replace(item, state=state, receipt=receipt)

    def receipts(self, after: Place | None, limit: int) -> list[tuple[Place, bytes]]:
        found = [(at, item.receipt) for at, item in sorted(self._rows.outbox.items()) if after is None or at > after]
        return [(at, receipt) for at, receipt in found if receipt is not None][:limit]

    def waiting_under(self, agreement_id: str, limit: int) -> list[OutboxItem]:
        items = [item for _, item in sorted(self._rows.outbox.items()) if item.agreement_id == agreement_id]
        return [replace(each, wire=b"") for each in items if each.receipt is None and each.state != "void"][:limit]

    def waiting_to(self, recipient: str, limit: int) -> list[OutboxItem]:
        items = [item for at, item in sorted(self._rows.outbox.items()) if at[0] == recipient]
        return [replace(each, wire=b"") for each in items if each.receipt is None and each.state != "void"][:limit]

    def unanswered(self, limit: int) -> list[OutboxItem]:
        found = [item for _, item in sorted(self._rows.outbox.items()) if item.receipt is None]
        return [replace(each, wire=b"") for each in found][:limit]

    def open_epoch(self, epoch: int) -> None:
        self._rows.epoch = epoch

    def outbox_counts(self, recipient: str | None = None) -> dict[str, int]:
        return dict(Counter(item.state for at, item in self._rows.outbox.items() if recipient in (None, at[0])))

    def end_in(self, sender: str, *, lock: bool) -> StreamEnd:
        return self._rows.ends_in.get(sender, StreamEnd(sender, 1, 0, NO_PREVIOUS))

    def advance_in(self, end: StreamEnd) -> None:
        self._rows.ends_in[end.partner] = end

    def inbox_item(self, sender: str, epoch: int, seq: int) -> InboxItem | None:
        return self._rows.inbox.get((sender, epoch, seq))

    def add_inbox(self, item: InboxItem) -> None:
        self._rows.inbox[item.sender, item.epoch, item.seq] = item

    def inbox(self, sender: str | None, after: Place | None, limit: int) -> list[InboxItem]:
        found = [item for at, item in sorted(self._rows.inbox.items()) if after is None or at > after]
        return [item for item in found if sender in (None, item.sender)][:limit]

    def arrived(self, items: Sequence[InboxItem]) -> None:
        self._rows.arrivals.update({(each.sender, each.epoch, each.seq): None for each in items})

    def arrivals(self, sender: str | None, limit: int) -> list[InboxItem]:
        found = [self._rows.inbox[at] for at in self._rows.arrivals if sender in (None, at[0])]
        return sorted(found, key=lambda each: (each.received_at, each.sender, each.epoch, each.seq))[:limit]

    def take_arrival(self, sender: str, epoch: int, seq: int) -> bool:
        waits = (sender, epoch, seq) in self._rows.arrivals
        self._rows.arrivals.pop((sender, epoch, seq), None)
        return waits

    def waits(self, sender: str, epoch: int, seq: int) -> bool:
        return (sender, epoch, seq) in self._rows.arrivals

    def keep_proof(self, sender: str, epoch: int, seq: int, wire: bytes) -> None:
        item = self._rows.inbox[sender, epoch, seq]
        self._rows.inbox[sender, epoch, seq] = replace(item, wire=wire)

    def receipts_to_return(self, sender: str, limit: int) -> list[InboxItem]:
        return [item for item in self.inbox(sender, None, 10_000) if not item.receipt_returned][:limit]

    def receipts_returned(self, sender: str, epoch: int, seqs: Sequence[int]) -> None:
        for seq in seqs:
            item = self._rows.inbox[sender, epoch, seq]
            self._rows.inbox[sender, epoch, seq] = replace(item, receipt_returned=True)

    def add_evidence(self, sender: str, epoch: int, seq: int, kind: str, wire: bytes, at: datetime) -> None:
        self._rows.evidence.append((sender, epoch, seq, kind))
        self._rows.evidence_wires.append((sender, kind, seq, wire))

    def evidence_of(self, sender: str, kind: str) -> list[tuple[int, bytes]]:
        return [(seq, wire) for who, what, seq, wire in self._rows.evidence_wires if (who, what) == (sender, kind)]

    def evidence(self) -> list[tuple[str, int, int, str]]:
        return list(self._rows.evidence)


class Ledger:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def head(self, *, lock: bool) -> Head:
        return self._rows.head

    def append(self, head: Head, leaves: Sequence[Leaf], at: datetime) -> None:
        self._rows.entries += leaves
        self._rows.head, self._rows.last = head, at

    def entries(self, start: int, limit: int) -> list[bytes]:
        return [leaf.entry for leaf in self._rows.entries[start : start + limit]]

    def leaves(self, start: int, limit: int) -> list[Leaf]:
        return self._rows.entries[start : start + limit]

    def nodes(self, level: int, start: int, limit: int) -> list[bytes]:
        if level == 0:
            return [leaf.hash for leaf in self._rows.entries[start : start + limit]]
        return self._rows.nodes.get(level, [])[start : start + limit]

    def put_nodes(self, level: int, start: int, hashes: Sequence[bytes]) -> None:
        self._rows.nodes.setdefault(level, [])[start:] = hashes

    def node_count(self, level: int) -> int:
        return len(self._rows.nodes.get(level, []))

    def put_checkpoint(self, size: int, note: bytes) -> None:
        self._rows.checkpoints[size] = note

    def checkpoint(self) -> bytes | None:
        return self._rows.checkpoints[max(self._rows.checkpoints)] if self._rows.checkpoints else None

    def checkpoints(self, after_size: int, limit: int) -> list[tuple[int, bytes]]:
        return [each for each in sorted(self._rows.checkpoints.items()) if each[0] > after_size][:limit]

    def last_time(self) -> datetime | None:
        return self._rows.last


class People:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def add(self, person: Person) -> None:
        self._rows.people[person.id] = person

    def get(self, id_: str) -> Person | None:
        return self._rows.people.get(id_)

    def all(self) -> list[Person]:
        return list(self._rows.people.values())

    def disable(self, id_: str) -> None:
        self._rows.people[id_] = replace(self._rows.people[id_], disabled=True)

    def add_token(self, token_hash: str, person_id: str, expires_at: datetime) -> None:
        self._rows.tokens[token_hash] = (person_id, expires_at)

    def by_token(self, token_hash: str, now: datetime) -> Person | None:
        person, expires = self._rows.tokens.get(token_hash, ("", now))
        return self._rows.people.get(person) if expires > now else None


class Answers:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def get(self, person: str, key: str, request_digest: str) -> StoredAnswer | None:
        found = self._rows.answers.get((person, key))
        return found if found is None or found.request_digest == request_digest else replace(found, request_digest="")

    def put(self, answer: StoredAnswer) -> None:
        self._rows.answers[answer.person, answer.key] = answer

    def drop_naming(self, refs: Sequence[Ref]) -> None:
        names = [ref.id.encode() for ref in refs]
        self._rows.answers = {
            key: each for key, each in self._rows.answers.items() if not any(name in each.body for name in names)
        }

    def drop_before(self, time: datetime) -> None:
        self._rows.answers = {key: each for key, each in self._rows.answers.items() if each.created_at >= time}


class FakeUnit:
    """Fits `ports.Unit`."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.records, self.copies, self.agreements = Records(rows), Copies(rows), Agreements(rows)
        self.partners, self.releases, self.streams = Partners(rows), Releases(rows), Streams(rows)
        self.messages, self.grants = Messages(rows), Grants(rows)
        self.erasures, self.offers, self.search = Erasures(rows), Offers(rows), Search(rows)
        self.matches, self.blinded, self.identities = Matches(rows), Blinded(rows), Identities(rows)
        self.ledger, self.people, self.answers = Ledger(rows), People(rows), Answers(rows)
        self.reconciles = Reconciles(rows)
        self.waivers, self.cadences = Waivers(rows), Cadences(rows)
        self.heads, self.trust = Heads(rows), Trust(rows)
        self.openings = Openings(rows)
        self.sessions = Sessions(rows)
        self.heads, self.stamps = Heads(rows), Stamps(rows)

    def setting(self, name: str) -> str | None:
        return self.rows.settings.get(name)

    def set_setting(self, name: str, value: str) -> None:
        self.rows.settings[name] = value

    def settings(self, prefix: str) -> dict[str, str]:
        return {name: value for name, value in sorted(self.rows.settings.items()) if name.startswith(prefix)}


class FakeStore:
    """Fits `ports.Store`."""

    def __init__(self, clock: datetime | None = None) -> None:
        self.rows = Rows()
        self.clock = clock
        self._turn = RLock()

    @contextmanager
    def write(self) -> Iterator[FakeUnit]:
        with self._turn:  # a worker's threads: without it the last to end would undo what the others wrote
            unit = FakeUnit(self.rows.snapshot())
            yield unit
            self.rows = unit.rows

    @contextmanager
    def read(self) -> Iterator[FakeUnit]:
        yield FakeUnit(self.rows.snapshot())

    def now(self) -> datetime | None:
        return self.clock
