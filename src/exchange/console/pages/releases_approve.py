"""Approving: what changes for the partner, what is withheld, the digest, and a fresh proof of who approves.

The proof is a passkey whose challenge is the digest, the identity provider, or a one-use code from the command line.
Proof and approval are one transaction, and an approval of what has moved is refused before it is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages.leaving_shown import Changed, changes_of, totals_of
from exchange.console.pages.message_shown import message_rows
from exchange.console.pages.preview_shown import Shown, shown_view
from exchange.console.pages.releases_prove import WAYS, options_for, prove, unproven
from exchange.console.pages.releases_seen import next_of
from exchange.console.pages.said_law import Terms, partner_of, purpose_of, terms
from exchange.console.visit import Visit
from exchange.errors import BadInput, Code
from exchange.model.titles import Title, title
from exchange.model.vocab import TLP_BY_STRICTNESS
from exchange.operations.approve import approvable, approve
from exchange.operations.attested import require_attested
from exchange.operations.leaving import Line, read_leaving, require_unmoved
from exchange.operations.overview import read_release
from exchange.operations.permissions import Permission
from exchange.ports import Unit

SHOWN: Final = 20
"""Records on one page."""


def get_approve(visit: Visit) -> Response:
    """Everything that an approver consents to, in pages; the form stands on the last one."""
    release_id, visit = visit.part("release"), unproven(visit)
    start = _start(visit)
    with visit.write() as unit:
        view = read_release(unit, visit.person, release_id)
        following = next_of(visit, unit, view.proposal, view.approvals)
        if following not in ("approve", "own", "mine"):
            if visit.fault is not None:
                raise visit.fault
            return visit.to(f"/releases/{release_id}")
        found = read_leaving(visit.node, unit, visit.person, release_id, (start, SHOWN))
        may = following == "approve" and found.moved is None
        options = options_for(visit, unit, release_id, found.proposal.digest) if may else ""
    lines = [_shown(visit, line) for line in found.lines]
    last = start + SHOWN >= found.records
    return visit.page(
        "releases/approve.html",
        found=found,
        proposal=found.proposal,
        next=following,
        lines=lines,
        start=start,
        step=SHOWN,
        last=last,
        may=may,
        options=options,
        totals=totals_of(visit, found),
        message=[] if found.message is None else message_rows(visit, found.message),
        partner=partner_of(visit, found.proposal.recipient),
        purpose=purpose_of(visit, found.proposal.purpose),
        marking=_marking(lines),
    )


def post_approve(visit: Visit) -> Response:
    """Proof and approval in one transaction; neither stands without the other."""
    release_id, form = visit.part("release"), visit.form
    digest, way = form.text("digest", limit=64), form.choice("way", WAYS)
    if not form.ticked("read"):
        raise BadInput(Code.MISSING_MEMBER, at="/read")

    def act(unit: Unit) -> Response:
        node, person = visit.node, visit.person
        approvable(node, unit, person, release_id, digest)
        require_unmoved(node, unit, release_id)
        if not prove(visit, unit, release_id, digest, way):
            return visit.to(f"/releases/{release_id}/approve?wrong=code")
        require_attested(node, unit, person, release_id, digest)
        state = approve(node, unit, person, release_id, digest)
        return visit.to(f"/releases/{release_id}", "approved_all" if state == "approved" else "approved_one")

    return visit.once(act)


def _start(visit: Visit) -> int:
    text = visit.asked("from", "0", limit=6)
    if not text.isascii() or not text.isdecimal():
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/from")
    return int(text) // SHOWN * SHOWN


@dataclass(frozen=True, slots=True)
class _Shown:
    """One record for the template."""

    line: Line
    title: Title | None
    view: Shown | None
    """None: it is not here any more."""
    before: Terms | None
    """The terms under which the partner holds what it holds."""
    changes: list[Changed]


def _shown(visit: Visit, line: Line) -> _Shown:
    if line.held is None or line.view is None:
        return _Shown(line, None, None, None, [])
    before = None if line.before.handling is None else terms(visit, line.before.handling)
    view = shown_view(visit, line.held, line.view)
    return _Shown(line, title(line.held.record.claims), view, before, changes_of(visit, line.changes))


def _marking(lines: list[_Shown]) -> str:
    found = {line.view.marking for line in lines if line.view is not None}
    return next((str(label) for label in TLP_BY_STRICTNESS if label in found), "TLP:RED")


_PATH: Final = "/releases/{release}"
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", f"{_PATH}/approve", get_approve, Permission.RELEASE_APPROVE),
    Page("POST", f"{_PATH}/approve", post_approve, Permission.RELEASE_APPROVE, again=get_approve, step_up=True),
)
