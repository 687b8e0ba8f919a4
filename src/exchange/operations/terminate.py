"""The end of an agreement: one person asks, another confirms, and from then on nothing leaves under it.

Consequences, in this order: proposals that wait are voided, versions that wait for their date are drafts again, every
other party is told what its copies are to become, envelopes that wait are filled by voids. Copies that we hold under
the agreement follow the same rule. A version that ended is never in force again (docs/spec/policy.md §16).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from exchange.errors import Code, Conflict, Denied, NotFound, Unauthenticated, Untrusted
from exchange.ledger.entries import entry
from exchange.model.messages import Notice
from exchange.model.state import Person, StoredAgreement, Termination
from exchange.operations import journal
from exchange.operations.agreement_alarms import settle
from exchange.operations.agreements import put_version
from exchange.operations.clock import safe_now, stamp
from exchange.operations.deliver import cleared
from exchange.operations.grounds import parsed
from exchange.operations.messages import MessageWish
from exchange.operations.permissions import Permission, require
from exchange.operations.release import send_own_notice
from exchange.operations.void_proposals import void_proposals
from exchange.policies.agreement import AfterEnd, Agreement
from exchange.ports import Node, Unit

REASON = "AGREEMENT_TERMINATED"
"""Why the ledger says that proposals were voided."""
_BATCH = 50


@dataclass(frozen=True, slots=True)
class Ended:
    """What the end did. `told`: partners for whom a notice was queued, in the transaction of the end."""

    agreement: StoredAgreement
    rule: AfterEnd
    proposals: int
    envelopes: int
    told: tuple[str, ...]


def ask_termination(node: Node, unit: Unit, person: Person, agreement_id: str) -> Termination:
    """Asks that the version in force (or suspended) ends. Nothing changes before another person confirms."""
    require(person, Permission.AGREEMENT_TERMINATE)
    stored = _standing(unit, agreement_id)
    now = safe_now(node, unit)
    asked = Termination(stored.id, stored.version, person.id, now)
    unit.agreements.ask_termination(asked)
    _log(node, unit, person, stored, "termination.asked")
    return asked


def withdraw_termination(node: Node, unit: Unit, person: Person, agreement_id: str) -> None:
    """Takes the request back; whoever may ask may do so."""
    require(person, Permission.AGREEMENT_TERMINATE)
    stored = _standing(unit, agreement_id)
    unit.agreements.withdraw_termination(stored.id, stored.version)
    _log(node, unit, person, stored, "termination.withdrawn")


def confirm_termination(node: Node, person: Person, agreement_id: str) -> Ended:
    """Ends the agreement, in several transactions: the flag, the end itself, then the envelopes that wait.

    The flag goes first, alone, so that the end never waits behind releases. A process that dies after the end leaves
    envelopes that deliveries and pulls fill with voids just as well.

    Errors: NotFound when nobody asked, Conflict(SELF_APPROVAL) for the person who asked.
    """
    require(person, Permission.AGREEMENT_TERMINATE)
    with node.store.write() as unit:
        stored, _ = _asked(unit, person, agreement_id)
        unit.agreements.request_suspension(stored.id)
    with node.store.write() as unit:
        ended = _end(node, unit, person, agreement_id)
    return replace(ended, envelopes=void_waiting(node, agreement_id))


def void_waiting(node: Node, agreement_id: str) -> int:
    """Fills every number that waits under an agreement which is no longer in force; returns how many."""
    count = 0
    while True:
        with node.store.write() as unit:
            waiting = unit.streams.waiting_under(agreement_id, _BATCH)
            done = 0
            for item in waiting:
                locked = unit.streams.out_item(item.recipient, item.epoch, item.seq, lock=True)
                if locked is not None and locked.receipt is None and cleared(node, unit, locked).state == "void":
                    done += 1
        count += done
        if not done:
            return count


def _end(node: Node, unit: Unit, person: Person, agreement_id: str) -> Ended:
    stored, asked = _asked(unit, person, agreement_id)
    now = safe_now(node, unit)
    meaning = parsed(stored.document, stored.digest)
    unit.agreements.request_suspension(stored.id)  # the agreement's lock, then the streams': the order of a release
    partners = [party.code for party in meaning.parties if unit.partners.get(party.code) is not None]
    for code in sorted(partners):
        unit.streams.end_out(code, lock=True)
    unit.agreements.confirm_termination(stored.id, asked.version, person.id, now)
    ended = put_version(node, unit, person.id, replace(stored, state="terminated", suspend_requested=True))
    proposals = void_proposals(node, unit, person.id, REASON, lambda each: each.agreement_id == agreement_id)
    for other in unit.agreements.all():
        if other.id == agreement_id and other.state == "scheduled":
            put_version(node, unit, person.id, replace(other, state="draft", starts_at=None))
    settle(unit, agreement_id)
    if meaning.after_end.days is not None:
        unit.copies.end_by(agreement_id, now + timedelta(days=meaning.after_end.days))
    told = tuple(code for code in partners if _told(node, unit, code, meaning))
    return Ended(ended, meaning.after_end, proposals, 0, told)


def _told(node: Node, unit: Unit, partner: str, meaning: Agreement) -> bool:
    """Queues the signed notice; what copies are to become stands in the agreement that it names. A partner that cannot
    be written to does not hold the end up."""
    notice = Notice(meaning.purposes[0], "", "terminated", "terminated", (), None, None, None)
    try:
        send_own_notice(node, unit, MessageWish(partner, meaning.id, notice))
    except (Denied, Untrusted):
        return False
    return True


def _standing(unit: Unit, agreement_id: str) -> StoredAgreement:
    """The version in force or suspended. NotFound; a national policy is replaced, never terminated."""
    found = [each for each in unit.agreements.all() if each.id == agreement_id and each.kind == "agreement"]
    standing = [each for each in found if each.state in ("active", "suspended")]
    if not standing:
        raise NotFound(agreement=agreement_id)
    return standing[-1]


def _asked(unit: Unit, person: Person, agreement_id: str) -> tuple[StoredAgreement, Termination]:
    """Four eyes: what another enabled person asked for. The database holds the same."""
    if unit.people.get(person.id) != person:
        raise Unauthenticated
    stored = _standing(unit, agreement_id)
    asked = unit.agreements.termination(stored.id, stored.version, lock=True)
    if asked is None:
        raise NotFound(agreement=agreement_id)
    if asked.asked_by == person.id:
        raise Conflict(Code.SELF_APPROVAL, agreement=agreement_id)
    return stored, asked


def _log(node: Node, unit: Unit, person: Person, stored: StoredAgreement, kind: str) -> None:
    now = safe_now(node, unit)
    line = entry(
        kind, at=stamp(now), actor=person.id, agreement=stored.id, version=stored.version, digest=stored.digest
    )
    journal.write(node, unit, [line], now)
