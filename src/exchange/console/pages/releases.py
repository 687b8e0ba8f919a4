"""Four eyes: proposals by state, one proposal, its release. Approvals, bulks and what stands for them are beside it."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.api.call import FORMS
from exchange.console.files import attachment
from exchange.console.page import Nav, Page
from exchange.console.pages import releases_approve, releases_bulk, standing_approvals, waivers
from exchange.console.pages.releases_seen import STATES, blocked, next_of, state_of
from exchange.console.pages.said_law import approvers_of, partner_of, purpose_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code, NotFound
from exchange.operations.approve import withdraw
from exchange.operations.clock import safe_now
from exchange.operations.leaving import moved_since
from exchange.operations.lookups import note_list, note_release
from exchange.operations.overview import list_releases, read_release
from exchange.operations.permissions import Permission
from exchange.operations.release import release
from exchange.operations.replay_file import export_decisions
from exchange.ports import Unit

LINES: Final = 50
SAID: Final[dict[str, str]] = {
    "approved_all": mark("Approved. Nothing has been sent yet: an officer releases it now."),
    "approved_one": mark("Your approval is stored. Another person must approve too before it can be released."),
    "withdrawn": mark("Your approval is withdrawn. The proposal waits again."),
    "released": mark("Released: decided once more, sealed and logged. It goes out with the next delivery."),
    "put_back": mark("Not released: somebody who approved may no longer act here. It waits for another approval."),
    **releases_bulk.SAID,
    **waivers.SAID,
    **standing_approvals.SAID,
}


def get_releases(visit: Visit) -> Response:
    """A page of proposals in one state, oldest first: what has waited longest comes first."""
    state, after = visit.asked("state", "proposed"), visit.asked("after")
    if state not in (*STATES, "all") or (after and FORMS["release"].fullmatch(after) is None):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/state")
    with visit.write() as unit:
        found = list_releases(unit, visit.person, None if state == "all" else state, after or None, LINES + 1)
        lines = found[:LINES]
        sizes = unit.releases.sizes([each.id for each in lines])
        note_list(visit.node, unit, visit.person, "releases", len(lines))
        now = safe_now(visit.node, unit)
    more = f"/releases?state={state}&after={lines[-1].id}" if len(found) > LINES else ""
    return visit.page(
        "releases/list.html",
        state=state,
        states=[*STATES, "all"],
        lines=[(each, state_of(each, now), sizes.get(each.id, 0)) for each in lines],
        partner=lambda code: partner_of(visit, code),
        purpose=lambda code: purpose_of(visit, code),
        more=more,
    )


def get_release(visit: Visit) -> Response:
    """One proposal: where it stands, what comes next, its terms, records and approvals."""
    release_id, why = visit.part("release"), visit.asked("why", limit=40)
    with visit.write() as unit:
        view = read_release(unit, visit.person, release_id)
        note_release(visit.node, unit, visit.person, release_id)
        following = next_of(visit, unit, view.proposal, view.approvals)
        reason = _reason(visit, unit, release_id, why) if following == "voided" else None
        envelope = unit.streams.state_of(release_id)
        waivers_ = unit.waivers.of_proposal(release_id) if visit.may("waiver.read") else []
        stop = blocked(visit, unit) if following == "release" else None
        kept = bool(unit.releases.kept_decisions(release_id))
        proofs = {each.person: each for each in unit.sessions.attestations(release_id)}
    proposal = view.proposal
    return visit.page(
        "releases/release.html",
        proposal=proposal,
        view=view,
        next=following,
        reason=reason,
        envelope=envelope,
        waivers=waivers_,
        blocked=stop,
        kept=kept,
        proofs=proofs,
        partner=partner_of(visit, proposal.recipient),
        purpose=purpose_of(visit, proposal.purpose),
        needed=approvers_of(visit, proposal.approvals_needed, "releasing_officer"),
        standing=proposal.proposer.startswith("standing:"),
        mine=any(each.person == visit.person.id for each in view.approvals),
    )


def post_release(visit: Visit) -> Response:
    """Decides once more and sends, or voids it with the reason."""
    release_id = visit.part("release")
    path = f"/releases/{release_id}"

    def act(unit: Unit) -> Response:
        outcome = release(visit.node, unit, visit.person, release_id)
        if outcome.state == "voided":
            return visit.to(f"{path}?why={outcome.reason}")
        return visit.to(path, "released" if outcome.state == "released" else "put_back")

    return visit.once(act)


def post_withdraw(visit: Visit) -> Response:
    """Takes one's own approval back."""
    release_id = visit.part("release")

    def act(unit: Unit) -> Response:
        withdraw(visit.node, unit, visit.person, release_id)
        return visit.to(f"/releases/{release_id}", "withdrawn")

    return visit.once(act)


def get_decisions(visit: Visit) -> Response:
    """The decisions as a file for the auditor, without the records' values. The export is a ledger entry."""
    release_id = visit.part("release")
    with visit.write() as unit:
        data = export_decisions(visit.node, unit, visit.person, release_id, values=False)
    return attachment(f"{release_id}.decisions.json", data, "application/json")


def _reason(visit: Visit, unit: Unit, release_id: str, why: str) -> Code | None:
    """The code that the release gave a moment ago, or what has moved as far as that can be told now."""
    if why in set(Code):
        return Code(why)
    try:
        return moved_since(visit.node, unit, visit.person, release_id)
    except NotFound:
        return None


_ONE: Final = "/releases/{release}"
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/releases", get_releases, Permission.RELEASE_READ, nav=Nav(mark("Work"), mark("Proposals"), 40)),
    *releases_bulk.PAGES,
    Page("GET", _ONE, get_release, Permission.RELEASE_READ),
    Page("GET", f"{_ONE}/decisions", get_decisions, Permission.RELEASE_READ),
    *releases_approve.PAGES,
    Page("POST", f"{_ONE}/withdraw", post_withdraw, Permission.RELEASE_APPROVE, again=get_release),
    Page("POST", f"{_ONE}/release", post_release, Permission.EXCHANGE_RUN, again=get_release),
    *waivers.PAGES,
    *standing_approvals.PAGES,
)
