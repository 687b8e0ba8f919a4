"""Answers a partner's recall: destroys what it names, or says by which law it is kept, and tells the sender at once.

Destruction, ledger entry and signed notice are one transaction. Where the copies were passed on, the recall goes down
the chain first, and `destroyed` is said only when everybody below has answered so. Spec: docs/spec/messages.md §6.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from exchange.errors import BadInput, Code, Conflict, Denied, NotFound, Untrusted
from exchange.model.afterwards import CopyLine
from exchange.model.messages import KEPT, LegalReason, Notice, Recall
from exchange.model.records import Ref
from exchange.model.state import MessageKey, Person, StoredMessage
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.destroy import Why, destroy_copies
from exchange.operations.message_facts import read_stored
from exchange.operations.messages import MessageWish
from exchange.operations.permissions import Permission, require
from exchange.operations.release import Sent, send
from exchange.operations.sent import sent_to
from exchange.ports import Node, Unit

_LEAST_TIME = timedelta(days=1)
"""What the next state gets at least, where the deadline from above is near or over."""
_GONE = frozenset({"destroyed", "not_held"})


@dataclass(frozen=True, slots=True)
class RecallAnswer:
    """What an officer decides about one recall. `refs`: of `partly` those that are destroyed."""

    key: MessageKey
    outcome: str
    """`destroyed`, `retained` or `partly`."""
    refs: tuple[Ref, ...] = ()
    legal_reason: LegalReason | None = None
    until: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What was done. Without `sent` the answer waits for the partners to whom the copies were passed on."""

    destroyed: int
    """Records of which copies were destroyed now."""
    outcome: str | None
    """As it was sent; `not_held` where we held nothing of it."""
    sent: Sent | None
    passed_on: tuple[Sent, ...]
    """Our own recalls that went down the chain now."""
    outstanding: tuple[str, ...]
    """Partners below that have not said that it is gone, also those that could not be asked."""
    not_told: Code | None = None
    """Why the answer cannot go to the partner now. What was destroyed stays so; answer again to tell it."""


def answer_recall(node: Node, unit: Unit, person: Person, wish: RecallAnswer) -> Answered:
    """One transaction; the edge commits it whole.

    Errors (nothing changes): NotFound, BadInput(VALUE_NOT_ALLOWED) for an outcome without what it needs,
    Conflict(ALREADY_EXISTS) after a final answer, Conflict(RECALL_OUTSTANDING) for `destroyed` after the deadline or
    after a refusal below, errors of `send`.
    """
    require(person, Permission.RECALL_ANSWER)
    return _Answering(node, unit, person, wish, safe_now(node, unit)).run()


@dataclass(frozen=True, slots=True)
class _Answering:
    """One run of `answer_recall`."""

    node: Node
    unit: Unit
    person: Person
    wish: RecallAnswer
    now: datetime

    def run(self) -> Answered:
        stored, recall = self._recall()
        held = self._held(stored, recall)
        gone = self._chosen(held)
        before = self._gone_before(stored, recall)
        passed_on, unasked = self._pass_on(stored, recall, {line.ref for line in gone} | before)
        if gone:
            why = Why(self.person.id, "recall", stored.key.id)
            line = destroy_copies(self.node, self.unit, gone, why, self.now)
            journal.write(self.node, self.unit, [line], self.now)
            self.node.faults.reach("recall.destroyed")  # uncommitted: a crash leaves copy, recall and ledger as before
        destroyed = len({line.ref for line in gone})
        below, refused = self._below(stored, recall, unasked)
        if self.wish.outcome == "destroyed" and below:
            over = stored.due_at is not None and stored.due_at <= self.now
            if over or refused:
                raise Conflict(Code.RECALL_OUTSTANDING, partners=",".join(below))
            return Answered(destroyed, None, None, passed_on, below)
        outcome = self.wish.outcome
        if not held and not before:
            outcome = "not_held"
        try:
            sent = self._tell(stored, recall, outcome, below)
        except (Denied, Untrusted) as fault:  # the destruction stands, the recall stays due
            return Answered(destroyed, None, None, passed_on, below, fault.code)
        return Answered(destroyed, outcome, sent, passed_on, below)

    def _recall(self) -> tuple[StoredMessage, Recall]:
        wish = self.wish
        kept = wish.outcome in KEPT
        formed = wish.outcome == "destroyed" or kept
        if not formed or kept != (wish.legal_reason is not None and wish.until is not None):
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="outcome")
        if (wish.outcome == "partly") != bool(wish.refs):
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="refs")
        if wish.until is not None and wish.until <= stamp(self.now)[:10]:
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="until")
        stored = self.unit.messages.get(wish.key)
        if stored is None or (stored.type, wish.key.direction) != ("recall", "in") or not stored.body:
            raise NotFound(message=wish.key.id)
        if stored.outcome in _GONE:
            raise Conflict(Code.ALREADY_EXISTS, message=wish.key.id)
        recall = read_stored(stored.body, stored.type)
        if not isinstance(recall, Recall):
            raise NotFound(message=wish.key.id)
        if not set(wish.refs) <= set(recall.refs):
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="refs")
        return stored, recall

    def _held(self, stored: StoredMessage, recall: Recall) -> list[CopyLine]:
        """What came from this sender before the recall. What it sent afterwards is not recalled."""
        place = (stored.epoch or 0, stored.seq or 0)
        return [
            line for line in self.unit.copies.places(recall.refs, stored.key.partner) if (line.epoch, line.seq) < place
        ]

    def _chosen(self, held: list[CopyLine]) -> list[CopyLine]:
        if self.wish.outcome == "retained":
            return []
        return held if self.wish.outcome == "destroyed" else [line for line in held if line.ref in self.wish.refs]

    def _gone_before(self, stored: StoredMessage, recall: Recall) -> set[Ref]:
        """Destroyed by an answer that waited, or that was `partly`: what came from this sender alone."""
        if self.wish.outcome == "retained":
            return set()
        source = ("received", stored.key.partner, "recall")
        buried = ((ref, each) for ref in recall.refs for each in self.unit.erasures.of(ref))
        return {ref for ref, each in buried if (each.held, each.sender, each.why) == source}

    def _pass_on(self, stored: StoredMessage, recall: Recall, refs: set[Ref]) -> tuple[tuple[Sent, ...], set[str]]:
        """Our own recall of the same records to everybody whom we sent them; and who cannot be asked now.

        Only an originator's recall goes on: what we pass on we hold first-hand (policy.md), whoever else sent it too.
        """
        onward: dict[tuple[str, str, str], list[Ref]] = {}
        asked = {(each.key.partner, ref) for ref, each in self._recalls_below(stored, recall)}
        for ref in sorted(ref for ref in refs if ref.originator == stored.key.partner):
            for recipient, proposal in sent_to(self.unit, ref).items():
                if recipient != stored.key.partner and (recipient, ref) not in asked:
                    onward.setdefault((recipient, proposal.agreement_id, proposal.purpose), []).append(ref)
        deadline = stamp(max(datetime.fromisoformat(recall.deadline), self.now + _LEAST_TIME))
        sent, unasked = list[Sent](), set[str]()
        for (to, agreement, purpose), names in sorted(onward.items()):
            ours = Recall(purpose, "", tuple(names), recall.reason, None, deadline, None)
            try:
                sent.append(send(self.node, self.unit, self.person, MessageWish(to, agreement, ours)))
            except (Denied, Untrusted):  # lapsed keys, a suspension: a third state does not keep our copy alive
                unasked.add(to)
        return tuple(sent), unasked

    def _recalls_below(self, stored: StoredMessage, recall: Recall) -> list[tuple[Ref, StoredMessage]]:
        theirs = [ref for ref in recall.refs if ref.originator == stored.key.partner]
        return [
            (ref, each)
            for ref, each in (self.unit.messages.about(theirs) if theirs else [])
            if (each.type, each.key.direction) == ("recall", "out")
            and each.created_at >= stored.created_at
            and each.state in ("sent", "refused")
        ]

    def _below(self, stored: StoredMessage, recall: Recall, unasked: set[str]) -> tuple[tuple[str, ...], bool]:
        """Who below has not said that it is gone, and whether somebody there keeps it."""
        asked = [each for _, each in self._recalls_below(stored, recall)]
        left = {each.key.partner for each in asked if each.outcome not in _GONE} | unasked
        return tuple(sorted(left)), any(each.outcome in KEPT for each in asked)

    def _tell(self, stored: StoredMessage, recall: Recall, outcome: str, below: tuple[str, ...]) -> Sent:
        """The signed notice, with who is outstanding below: the sender cannot know to whom we passed it on."""
        wish = self.wish
        kept = outcome in KEPT
        parts = [wish.note, f"outstanding: {' '.join(below)}" if below else None]
        note = "; ".join(part for part in parts if part) or None
        notice = Notice(
            purpose=recall.purpose,
            thread=stored.thread,
            about="recall-outcome",
            outcome=outcome,
            refs=recall.refs,
            legal_reason=wish.legal_reason if kept else None,
            until=wish.until if kept else None,
            note=note,
        )
        return send(self.node, self.unit, self.person, MessageWish(stored.key.partner, stored.agreement_id, notice))
