"""The proposals of one bulk push, approved and released together, as what they are: records that nobody read singly."""

from __future__ import annotations

import time
from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages.releases_prove import options_for, prove
from exchange.console.pages.releases_seen import blocked, state_of
from exchange.console.pages.said_law import partner_of, purpose_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code
from exchange.operations.attested import require_attested
from exchange.operations.bulk import approve_bulk, read_bulk
from exchange.operations.clock import safe_now
from exchange.operations.permissions import Permission
from exchange.operations.release import release
from exchange.ports import Unit

LONGEST: Final = 15.0
"""Seconds of releasing in one request; what is left is released by the next."""
SAID: Final[dict[str, str]] = {
    "bulk_approved": mark("Approved. Nothing has been sent yet: an officer releases these now."),
    "bulk_released": mark("Released. What had moved since it was proposed is voided and stays here."),
    "bulk_more": mark("A part is released. Go on: the rest still waits."),
}


def get_bulk(visit: Visit) -> Response:
    """Every proposal of the push, and one form for all that wait."""
    bulk_id = visit.part("bulk")
    with visit.write() as unit:
        found = read_bulk(visit.node, unit, visit.person, bulk_id)
        may = bool(found.open) and visit.may("release.approve")
        options = options_for(visit, unit, bulk_id, found.digest) if may else ""
        now = safe_now(visit.node, unit)
        stop = blocked(visit, unit)
    first = found.proposals[0]
    states = [(each, state_of(each, now)) for each in found.proposals]
    return visit.page(
        "releases/bulk.html",
        bulk=found,
        first=first,
        lines=states,
        records=sum(found.sizes.values()),
        opened=sum(found.sizes.get(each.id, 0) for each in found.open),
        ready=[each for each, state in states if state == "approved"],
        own=any(each.proposer == visit.person.id for each in found.proposals),
        may=may,
        options=options,
        blocked=stop,
        partner=partner_of(visit, first.recipient),
        purpose=purpose_of(visit, first.purpose),
    )


def post_approve_bulk(visit: Visit) -> Response:
    """One proof, one transaction, an approval for each proposal that waits."""
    bulk_id, form = visit.part("bulk"), visit.form
    digest = form.text("digest", limit=64)
    if not form.ticked("read"):
        raise BadInput(Code.MISSING_MEMBER, at="/read")

    def act(unit: Unit) -> Response:
        prove(visit, unit, bulk_id, digest, "passkey")
        require_attested(visit.node, unit, visit.person, bulk_id, digest)
        approve_bulk(visit.node, unit, visit.person, bulk_id, digest)
        return visit.to(f"/releases/bulk/{bulk_id}", "bulk_approved")

    return visit.once(act)


def post_release_bulk(visit: Visit) -> Response:
    """Each approved proposal in a transaction of its own. What is released already is passed over."""
    bulk_id, until = visit.part("bulk"), time.monotonic() + LONGEST
    with visit.read() as unit:
        ready = [each.id for each in unit.releases.of_bulk(bulk_id) if each.state == "approved"]
    for done, each in enumerate(ready):
        if done and time.monotonic() > until:
            return visit.to(f"/releases/bulk/{bulk_id}", "bulk_more")
        with visit.write() as unit:
            release(visit.node, unit, visit.person, each)
    return visit.to(f"/releases/bulk/{bulk_id}", "bulk_released")


_PATH: Final = "/releases/bulk/{bulk}"
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", _PATH, get_bulk, Permission.RELEASE_READ),
    Page("POST", f"{_PATH}/approve", post_approve_bulk, Permission.RELEASE_APPROVE, again=get_bulk, step_up=True),
    Page("POST", f"{_PATH}/release", post_release_bulk, Permission.EXCHANGE_RUN, again=get_bulk),
)
