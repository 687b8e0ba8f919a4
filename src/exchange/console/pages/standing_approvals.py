"""What two releasing officers agree to beforehand: releases of one agreement's standing rule, up to a marking."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import NotFound
from exchange.model.state import StandingApproval
from exchange.model.vocab import TLP_BY_STRICTNESS
from exchange.operations.clock import safe_now
from exchange.operations.grounds import parsed
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission
from exchange.operations.preapprove import (
    LONGEST_DAYS,
    approve_standing,
    ask_standing,
    list_standing,
    revoke_standing,
)
from exchange.ports import Unit

SAID: Final[dict[str, str]] = {
    "standing_asked": mark("Your consent is stored. It counts only when a second releasing officer consents too."),
    "standing_granted": mark("The standing approval is in force until its end."),
    "standing_revoked": mark("The standing approval has ended. What is not yet released waits for approval."),
}


def get_standings(visit: Visit) -> Response:
    """The newest, those that have ended too."""
    with visit.write() as unit:
        found = list_standing(unit, visit.person)
        note_list(visit.node, unit, visit.person, "standing", len(found))
        now = safe_now(visit.node, unit)
    return visit.page("standing_approvals/list.html", lines=[(each, state_of(each, now)) for each in found])


def get_new(visit: Visit) -> Response:
    """Only agreements that release by themselves can have one."""
    with visit.read() as unit:
        active = [each for each in unit.agreements.all() if each.kind == "agreement" and each.state == "active"]
    moving = [each.id for each in active if _moves(each.document, each.digest)]
    return visit.page(
        "standing_approvals/new.html",
        agreements=[(each, each) for each in sorted(moving)],
        markings=[(str(each), str(each)) for each in TLP_BY_STRICTNESS],
        longest=LONGEST_DAYS,
    )


def post_new(visit: Visit) -> Response:
    """Gives the first officer's consent."""
    form = visit.form
    agreement, days = form.text("agreement", limit=60), form.number("days", low=1, high=LONGEST_DAYS)
    marking = form.choice("marking", (str(each) for each in TLP_BY_STRICTNESS))

    def act(unit: Unit) -> Response:
        made = ask_standing(visit.node, unit, visit.person, agreement, marking, days)
        return visit.to(f"/standing-approvals/{made.id}", "standing_asked")

    return visit.once(act)


def get_standing(visit: Visit) -> Response:
    """Its terms and their digest: what the second officer consents to."""
    standing_id = visit.part("standing")
    with visit.write() as unit:
        found = next((each for each in list_standing(unit, visit.person) if each.id == standing_id), None)
        if found is None:
            raise NotFound(standing=standing_id)
        note_list(visit.node, unit, visit.person, "standing", 1)
        now = safe_now(visit.node, unit)
    return visit.page(
        "standing_approvals/standing.html",
        approval=found,
        state=state_of(found, now),
        mine=visit.person.id == found.first_officer,
    )


def post_grant(visit: Visit) -> Response:
    """The second officer's consent to exactly these terms."""
    standing_id, digest = visit.part("standing"), visit.form.text("digest", limit=64)

    def act(unit: Unit) -> Response:
        approve_standing(visit.node, unit, visit.person, standing_id, digest)
        return visit.to(f"/standing-approvals/{standing_id}", "standing_granted")

    return visit.once(act)


def post_revoke(visit: Visit) -> Response:
    """Ends it, alone and at once."""
    standing_id = visit.part("standing")

    def act(unit: Unit) -> Response:
        revoke_standing(visit.node, unit, visit.person, standing_id)
        return visit.to(f"/standing-approvals/{standing_id}", "standing_revoked")

    return visit.once(act)


def state_of(approval: StandingApproval, now: datetime) -> str:
    """`asked`, `granted`, `revoked` or `expired`."""
    return "expired" if approval.state in ("asked", "granted") and now >= approval.expires_at else approval.state


def _moves(document: bytes, digest: str) -> bool:
    agreement = parsed(document, digest)
    return any(clause.disclose and (clause.cadence or agreement.cadence) != "manual" for clause in agreement.clauses)


_PATH: Final = "/standing-approvals"
_ONE: Final = "/standing-approvals/{standing}"
PAGES: Final[tuple[Page, ...]] = (
    Page(
        "GET",
        _PATH,
        get_standings,
        Permission.WAIVER_READ,
        nav=Nav(mark("Agreements and partners"), mark("Standing approvals"), 60),
    ),
    Page("GET", f"{_PATH}/new", get_new, Permission.STANDING_APPROVE),
    Page("POST", f"{_PATH}/new", post_new, Permission.STANDING_APPROVE, again=get_new, fresh=True),
    Page("GET", _ONE, get_standing, Permission.WAIVER_READ),
    Page("POST", f"{_ONE}/grant", post_grant, Permission.STANDING_APPROVE, again=get_standing, fresh=True),
    Page("POST", f"{_ONE}/revoke", post_revoke, Permission.STANDING_APPROVE, again=get_standing),
)
