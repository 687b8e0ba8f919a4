"""The emergency path: two persons, one digest, a day at most; and the auditor sees each."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from starlette.responses import Response

from exchange.api.call import FORMS
from exchange.console.page import Nav, Page
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code, NotFound
from exchange.model.state import Waiver
from exchange.operations.clock import safe_now
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission
from exchange.operations.waive import Emergency, ask_waiver, grant_waiver, list_waivers, revoke_waiver
from exchange.ports import Unit

HOURS: Final = 24
REASONS: Final = {
    "THREAT_TO_LIFE": mark("A life is in danger"),
    "IMMINENT_ATTACK": mark("An attack is about to happen"),
    "CHILD_IN_DANGER": mark("A child is in danger"),
    "SUSPECT_ABOUT_TO_TRAVEL": mark("A suspect is about to travel"),
}
SAID: Final[dict[str, str]] = {
    "waiver_asked": mark("Your part is given. It counts only when the second person has given theirs."),
    "waiver_granted": mark("The waiver stands until its end. The auditor sees it; an officer may release now."),
    "waiver_revoked": mark("The waiver is taken back."),
}


def get_waivers(visit: Visit) -> Response:
    """The newest, used and expired ones too."""
    with visit.write() as unit:
        found = list_waivers(unit, visit.person)
        note_list(visit.node, unit, visit.person, "waivers", len(found))
        now = safe_now(visit.node, unit)
    return visit.page("waivers/list.html", lines=[(each, standing(each, now)) for each in found], reasons=REASONS)


def get_new(visit: Visit) -> Response:
    """The first person's form. Which proposal and digest it is for comes from the proposal's page, or by hand."""
    release = visit.asked("release")
    if release and FORMS["release"].fullmatch(release) is None:
        raise NotFound
    digest = ""
    if release and visit.may("release.read"):
        with visit.read() as unit:
            proposal = unit.releases.get(release)
        digest = "" if proposal is None else proposal.digest
    return visit.page("waivers/new.html", release=release, digest=digest, reasons=REASONS, hours=HOURS)


def post_new(visit: Visit) -> Response:
    """Gives the first part."""
    form = visit.form
    release, digest = form.text("release", limit=40), form.text("digest", limit=64)
    if FORMS["release"].fullmatch(release) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/release")
    why = Emergency(
        form.choice("reason", REASONS),
        form.text("text", limit=1000, lines=True),
        form.number("hours", low=1, high=HOURS),
    )

    def act(unit: Unit) -> Response:
        made = ask_waiver(visit.node, unit, visit.person, (release, digest), why)
        return visit.to(f"/waivers/{made.id}", "waiver_asked")

    return visit.once(act)


def get_waiver(visit: Visit) -> Response:
    """One, with its words: for the second person to read before they give their part."""
    waiver_id = visit.part("waiver")
    with visit.write() as unit:
        found = next((each for each in list_waivers(unit, visit.person) if each.id == waiver_id), None)
        if found is None:
            raise NotFound(waiver=waiver_id)
        note_list(visit.node, unit, visit.person, "waivers", 1)
        now = safe_now(visit.node, unit)
    mine = visit.person.id in (found.administrator, found.releasing_officer)
    return visit.page("waivers/waiver.html", waiver=found, state=standing(found, now), mine=mine, reasons=REASONS)


def post_grant(visit: Visit) -> Response:
    """Gives the second part, for exactly the digest that was shown."""
    waiver_id, digest = visit.part("waiver"), visit.form.text("digest", limit=64)

    def act(unit: Unit) -> Response:
        grant_waiver(visit.node, unit, visit.person, waiver_id, digest)
        return visit.to(f"/waivers/{waiver_id}", "waiver_granted")

    return visit.once(act)


def post_revoke(visit: Visit) -> Response:
    """Takes it back, alone and at once."""
    waiver_id = visit.part("waiver")

    def act(unit: Unit) -> Response:
        revoke_waiver(visit.node, unit, visit.person, waiver_id)
        return visit.to(f"/waivers/{waiver_id}", "waiver_revoked")

    return visit.once(act)


def standing(waiver: Waiver, now: datetime) -> str:
    """`asked`, `granted`, `used`, `revoked`, or `expired` for one that was never used in its time."""
    return "expired" if waiver.state in ("asked", "granted") and now >= waiver.expires_at else waiver.state


_ONE: Final = "/waivers/{waiver}"
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/waivers", get_waivers, Permission.WAIVER_READ, nav=Nav(mark("Work"), mark("Waivers"), 70)),
    Page("GET", "/waivers/new", get_new, Permission.WAIVER_GRANT),
    Page("POST", "/waivers/new", post_new, Permission.WAIVER_GRANT, again=get_new, fresh=True),
    Page("GET", _ONE, get_waiver, Permission.WAIVER_READ),
    Page("POST", f"{_ONE}/grant", post_grant, Permission.WAIVER_GRANT, again=get_waiver, fresh=True),
    Page("POST", f"{_ONE}/revoke", post_revoke, Permission.WAIVER_GRANT, again=get_waiver),
)
