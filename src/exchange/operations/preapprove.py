"""Standing approvals: two releasing officers agree beforehand to what one agreement's standing rule proposes.

It names the agreement version, the digest of every clause that may contribute, and the strictest marking; it expires
after 90 days at most. It never covers minors, nor records that an authority had to sign for (docs/spec/policy.md §17).
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from exchange.crypto.encoding import canonical, digest, read_canonical
from exchange.errors import BadInput, Code, Conflict, NotFound
from exchange.ledger.entries import entry
from exchange.model.claims import JsonObject
from exchange.model.state import Person, Proposal, StandingApproval
from exchange.model.vocab import TLP_BY_STRICTNESS, strictness
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.grounds import MAX_DOCUMENT, Grounds, grounds
from exchange.operations.permissions import Permission, require
from exchange.policies.decide import Decision
from exchange.ports import Node, Unit

LONGEST_DAYS = 90
_LISTED = 200


def ask_standing(
    node: Node, unit: Unit, person: Person, agreement_id: str, marking: str, days: int
) -> StandingApproval:
    """The first officer's consent, for every clause of the agreement in force that discloses by itself.

    Errors: BadInput for marking or days; Denied(AGREEMENT_NOT_IN_FORCE, SUSPENDED).
    """
    require(person, Permission.STANDING_APPROVE)
    if marking not in TLP_BY_STRICTNESS or not 1 <= days <= LONGEST_DAYS:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="marking|days", limit=LONGEST_DAYS)
    now = safe_now(node, unit)
    ground = grounds(unit, agreement_id, lock=True)
    clauses = clause_digests(unit, ground)
    if not clauses:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="agreement")
    expires = now + timedelta(days=days)
    approval = StandingApproval(
        id="sta-" + secrets.token_hex(8),
        agreement_id=agreement_id,
        agreement_version=ground.agreement.version,
        agreement_digest=ground.agreement.digest,
        clauses=clauses,
        marking=marking,
        digest="",
        created_at=now,
        expires_at=expires,
        first_officer=person.id,
    )
    approval = replace(approval, digest=standing_digest(approval))
    unit.waivers.add_standing(approval)
    node.faults.reach("standing.asked")  # uncommitted: a crash leaves nothing
    line = entry(
        "standing.asked",
        at=stamp(now),
        actor=person.id,
        standing=approval.id,
        agreement=approval.agreement_id,
        version=approval.agreement_version,
        digest=approval.digest,
        marking=approval.marking,
        expires=stamp(approval.expires_at),
    )
    journal.write(node, unit, [line], now)
    return approval


def approve_standing(node: Node, unit: Unit, person: Person, standing_id: str, seen: str) -> StandingApproval:
    """The second officer consents to the digest `seen`; only now does it count.

    Errors: NotFound, Conflict(RELEASE_STATE, APPROVAL_STALE), Conflict(ALREADY_APPROVED) for the same person.
    """
    require(person, Permission.STANDING_APPROVE)
    now = safe_now(node, unit)
    approval = unit.waivers.standing(standing_id, lock=True)
    if approval is None:
        raise NotFound(standing=standing_id)
    if approval.state != "asked" or now >= approval.expires_at:
        raise Conflict(Code.RELEASE_STATE, standing=standing_id)
    if seen != approval.digest:
        raise Conflict(Code.APPROVAL_STALE, standing=standing_id)
    if approval.first_officer == person.id:
        raise Conflict(Code.ALREADY_APPROVED, standing=standing_id)
    whole = replace(approval, second_officer=person.id)
    unit.waivers.update_standing(whole)
    node.faults.reach("standing.approved")  # uncommitted: a crash leaves it asked for
    line = entry(
        "standing.approved",
        at=stamp(now),
        actor=person.id,
        standing=whole.id,
        agreement=whole.agreement_id,
        version=whole.agreement_version,
        digest=whole.digest,
        marking=whole.marking,
        officers=sorted((whole.first_officer, person.id)),
        expires=stamp(whole.expires_at),
    )
    journal.write(node, unit, [line], now)
    return whole


def revoke_standing(node: Node, unit: Unit, person: Person, standing_id: str) -> None:
    """One officer ends it, at once; what was proposed and not yet released waits for approval."""
    require(person, Permission.STANDING_APPROVE)
    now = safe_now(node, unit)
    approval = unit.waivers.standing(standing_id, lock=True)
    if approval is None:
        raise NotFound(standing=standing_id)
    if approval.state == "revoked":
        raise Conflict(Code.RELEASE_STATE, standing=standing_id)
    unit.waivers.update_standing(replace(approval, revoked_at=now))
    line = entry(
        "standing.revoked", at=stamp(now), actor=person.id, standing=standing_id, agreement=approval.agreement_id
    )
    journal.write(node, unit, [line], now)


def list_standing(unit: Unit, person: Person) -> list[StandingApproval]:
    """The newest 200."""
    require(person, Permission.WAIVER_READ)
    return unit.waivers.all_standing(_LISTED)


def standing_for(
    unit: Unit, ground: Grounds, decisions: Collection[Decision], now: datetime
) -> StandingApproval | None:
    """The standing approval that covers every one of these decisions now."""
    for approval in unit.waivers.standing_of(ground.agreement.id):
        if _in_force(unit, ground, approval, now) and all(covers(approval, each) for each in decisions):
            return approval
    return None


def covers(approval: StandingApproval, decision: Decision) -> bool:
    """Never above the marking, never a guarded record, never by a clause that it does not name."""
    if decision.handling is None or decision.guarded:
        return False
    named = {id_ for id_, _ in approval.clauses}
    within = strictness(decision.handling.tlp) <= strictness(approval.marking)
    return within and bool(decision.clauses) and named.issuperset(decision.clauses)


def clause_digests(unit: Unit, ground: Grounds) -> tuple[tuple[str, str], ...]:
    """(id, digest) of every clause that discloses and has a cadence, as written in the signed document."""
    stored = unit.agreements.active(ground.agreement.id, lock=False)
    value = None if stored is None else read_canonical(stored.document, limit=MAX_DOCUMENT)
    clauses = value.get("clauses") if isinstance(value, dict) else None
    listed = clauses if isinstance(clauses, list) else []
    written = {str(each["id"]): each for each in listed if isinstance(each, dict)}
    moving = [
        clause.id
        for clause in ground.agreement.clauses
        if clause.disclose and (clause.cadence or ground.agreement.cadence) != "manual"
    ]
    return tuple((id_, digest("exchange/clause/1", canonical(written[id_])).hex()) for id_ in moving)


def standing_digest(approval: StandingApproval) -> str:
    """Hex digest of the terms: what both officers consent to."""
    terms: JsonObject = {
        "agreement": approval.agreement_id,
        "version": approval.agreement_version,
        "agreement_digest": approval.agreement_digest,
        "clauses": [[id_, written] for id_, written in approval.clauses],
        "marking": approval.marking,
        "expires": stamp(approval.expires_at),
    }
    return digest("exchange/standing/1", canonical(terms)).hex()


def _in_force(unit: Unit, ground: Grounds, approval: StandingApproval, now: datetime) -> bool:
    """Whole, in time, of this agreement as it is today, its digest that of its terms, both officers still here."""
    officers = [unit.people.get(each) for each in (approval.first_officer, approval.second_officer or "")]
    return (
        approval.state == "granted"
        and approval.created_at <= now < approval.expires_at
        and approval.agreement_digest == ground.agreement.digest
        and approval.digest == standing_digest(approval)
        and approval.clauses == clause_digests(unit, ground)
        and all(each is not None and not each.disabled and each.role == "releasing_officer" for each in officers)
        and len({each.id for each in officers if each is not None}) == 2
    )


def needs_nobody(proposal: Proposal, decisions: Collection[Decision]) -> bool:
    """Whether the agreement itself asks for no approval of what this standing rule proposes."""
    return proposal.approvals_needed == 0 and all(each.approvals_needed == 0 and not each.guarded for each in decisions)
