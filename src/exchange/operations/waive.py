"""The emergency path: a named, expiring, logged waiver that stands for the approvals one proposal still lacks.

Two people give it, an administrator and a releasing officer, neither of them the proposer; each in a request of their
own. It is for one digest and a day at most. It replaces nobody's decision: release decides again, compares digests and
asks the second checker as ever. The database holds the same (docs/spec/policy.md §18).
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from exchange.errors import BadInput, Code, Conflict, Forbidden, NotFound
from exchange.ledger.entries import entry
from exchange.model.state import Person, Proposal, Waiver
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

REASONS = frozenset({"THREAT_TO_LIFE", "IMMINENT_ATTACK", "CHILD_IN_DANGER", "SUSPECT_ABOUT_TO_TRAVEL"})
"""Why approvals cannot be waited for; the words beside it say the rest."""
LONGEST = timedelta(hours=24)
MAX_TEXT = 1000
_LISTED = 200
_PARTS = ("administrator", "releasing_officer")


class Emergency(NamedTuple):
    """Why, and for how long."""

    reason: str
    text: str
    hours: int


def ask_waiver(node: Node, unit: Unit, person: Person, consent: tuple[str, str], why: Emergency) -> Waiver:
    """The first of the two: a waiver for `consent`, (proposal id, digest). It counts only with the second person.

    Errors: BadInput for reason, words or hours; NotFound; Conflict(RELEASE_STATE, APPROVAL_STALE);
    Forbidden(SELF_APPROVAL) for the proposer.
    """
    require(person, Permission.WAIVER_GRANT)
    if why.reason not in REASONS or not 1 <= len(why.text.strip()) <= MAX_TEXT:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="reason")
    if not 1 <= why.hours <= LONGEST // timedelta(hours=1):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="hours", limit=24)
    now = safe_now(node, unit)
    proposal = _open(unit, consent[0], person, now)
    if proposal.digest != consent[1]:
        raise Conflict(Code.APPROVAL_STALE, release=proposal.id)
    waiver = Waiver(
        id="wvr-" + secrets.token_hex(8),
        proposal_id=proposal.id,
        digest=proposal.digest,
        reason=why.reason,
        text=why.text.strip(),
        created_at=now,
        expires_at=now + timedelta(hours=why.hours),
    )
    waiver = _with(waiver, person)
    unit.waivers.add(waiver)
    node.faults.reach("waiver.asked")  # uncommitted: a crash leaves no waiver
    line = entry(
        "waiver.asked",
        at=stamp(now),
        actor=person.id,
        waiver=waiver.id,
        release=waiver.proposal_id,
        digest=waiver.digest,
        reason=waiver.reason,
        expires=stamp(waiver.expires_at),
    )
    journal.write(node, unit, [line], now)
    return waiver


def grant_waiver(node: Node, unit: Unit, person: Person, waiver_id: str, digest: str) -> Waiver:
    """The second of the two, of the other role, makes it whole. Errors as `ask_waiver`, and ALREADY_APPROVED."""
    require(person, Permission.WAIVER_GRANT)
    now = safe_now(node, unit)
    known = unit.waivers.get(waiver_id)
    if known is None:
        raise NotFound(waiver=waiver_id)
    proposal = _open(unit, known.proposal_id, person, now)
    waiver = unit.waivers.get(waiver_id, lock=True)
    if waiver is None or waiver.state != "asked" or now >= waiver.expires_at:
        raise Conflict(Code.RELEASE_STATE, waiver=waiver_id)
    if digest != waiver.digest or waiver.digest != proposal.digest:
        raise Conflict(Code.APPROVAL_STALE, release=proposal.id)
    if person.id in (waiver.administrator, waiver.releasing_officer):
        raise Conflict(Code.ALREADY_APPROVED, release=proposal.id)
    whole = _with(waiver, person)
    if whole.state != "granted":
        raise Conflict(Code.ALREADY_APPROVED, release=proposal.id)
    unit.waivers.update(whole)
    node.faults.reach("waiver.granted")  # uncommitted: a crash leaves it asked for
    line = entry(
        "waiver.granted",
        at=stamp(now),
        actor=person.id,
        waiver=whole.id,
        release=proposal.id,
        digest=whole.digest,
        reason=whole.reason,
        administrator=str(whole.administrator),
        officer=str(whole.releasing_officer),
        expires=stamp(whole.expires_at),
    )
    journal.write(node, unit, [line], now)
    return whole


def revoke_waiver(node: Node, unit: Unit, person: Person, waiver_id: str) -> None:
    """Either role takes it back, alone and at once, while nothing has left. Conflict(RELEASE_STATE) after that."""
    require(person, Permission.WAIVER_GRANT)
    now = safe_now(node, unit)
    known = unit.waivers.get(waiver_id)
    if known is None:
        raise NotFound(waiver=waiver_id)
    unit.releases.get(known.proposal_id, lock=True)
    waiver = unit.waivers.get(waiver_id, lock=True)
    if waiver is None or waiver.state not in ("asked", "granted"):
        raise Conflict(Code.RELEASE_STATE, waiver=waiver_id)
    unit.waivers.update(replace(waiver, revoked_at=now))
    line = entry("waiver.revoked", at=stamp(now), actor=person.id, waiver=waiver_id, release=waiver.proposal_id)
    journal.write(node, unit, [line], now)


def list_waivers(unit: Unit, person: Person) -> list[Waiver]:
    """The newest 200, used and revoked ones too."""
    require(person, Permission.WAIVER_READ)
    return unit.waivers.all(_LISTED)


def waiver_for(unit: Unit, proposal: Proposal, now: datetime) -> Waiver | None:
    """The waiver that may be used for this proposal now: whole, of this digest, not expired, both persons still here.

    A waiver of which a person is disabled since, or is the proposer, counts for nothing.
    """
    for waiver in unit.waivers.of_proposal(proposal.id):
        whole = waiver.state == "granted" and waiver.digest == proposal.digest and now < waiver.expires_at
        if whole and all(_stands(unit, proposal, getattr(waiver, part), part) for part in _PARTS):
            return waiver
    return None


def _stands(unit: Unit, proposal: Proposal, person_id: str, role: str) -> bool:
    person = unit.people.get(person_id)
    return person is not None and not person.disabled and person.role == role and person.id != proposal.proposer


def _open(unit: Unit, proposal_id: str, person: Person, now: datetime) -> Proposal:
    """Locked, waiting for approvals, and not this person's own."""
    proposal = unit.releases.get(proposal_id, lock=True)
    if proposal is None:
        raise NotFound(release=proposal_id)
    if proposal.state != "proposed" or now >= proposal.expires_at:
        raise Conflict(Code.RELEASE_STATE, release=proposal_id, state=proposal.state)
    if proposal.proposer == person.id:
        raise Forbidden(Code.SELF_APPROVAL, release=proposal_id)
    return proposal


def _with(waiver: Waiver, person: Person) -> Waiver:
    if person.role == "administrator":
        return replace(waiver, administrator=person.id)
    return replace(waiver, releasing_officer=person.id)
