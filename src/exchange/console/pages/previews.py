"""What a partner would see of a record, and why not the rest. From here a release is proposed; nothing is sent."""

from __future__ import annotations

import secrets
from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages import previews_several, previews_why
from exchange.console.pages.preview_asked import Wanted, named, needed, record_of, wanted
from exchange.console.pages.preview_shown import shown
from exchange.console.pages.previews_matrix import get_matrix
from exchange.console.pages.said_law import partners_of, purpose_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import Code, Conflict
from exchange.model.titles import title
from exchange.operations.permissions import Permission
from exchange.operations.preview import NoAnswer, Preview, Question, preview, releasable
from exchange.operations.preview_choices import choices
from exchange.operations.propose import Proposed, Wish, propose
from exchange.ports import Unit

SAID: Final[dict[str, str]] = {
    "proposed": mark("Proposed. Nothing has been sent: another person must approve it first."),
    "proposed_several": mark("Proposed. Nothing has been sent: another person must approve these first."),
    "nothing_proposed": mark(
        "Nothing was proposed: under this agreement nothing of it may leave. The reason is below."
    ),
    "unchanged": mark("Nothing was proposed: the partner holds exactly this already. Tick “send again” to send it."),
}


def get_preview(visit: Visit) -> Response:
    """One record for one partner: every agreement side by side, or one in full."""
    ref = record_of(visit)
    with visit.write() as unit:
        offered = choices(visit.node, unit, visit.person, ref)
        asked = wanted(visit, offered)
        answers: list[Preview | NoAnswer] = []
        if asked is not None:
            question = Question(ref, asked.to, asked.purpose, asked.agreement)
            answers = preview(visit.node, unit, visit.person, question) if asked.purpose else []
    decided = [each for each in answers if isinstance(each, Preview)]
    held = decided[0].held if decided else None
    return visit.page(
        "previews/preview.html",
        ref=ref,
        own=ref.originator == visit.node.code,
        version=None if held is None else held.record.version,
        title=None if held is None else title(held.record.claims),
        asked=asked,
        partners=partners_of(visit, list(offered.partners)),
        agreements=[(each.agreement_id, each) for each in offered.partners.get(asked.to, ())] if asked else [],
        purposes=[(code, purpose_of(visit, code)) for code in offered.purposes(asked.to)] if asked else [],
        shown=[shown(visit, each) for each in decided],
        silent=[each for each in answers if isinstance(each, NoAnswer)],
        possible=releasable(answers),
    )


def post_preview(visit: Visit) -> Response:
    """Proposes exactly what was previewed: if it changed meanwhile, the preview is shown again instead."""
    ref, (to, agreement, purpose) = record_of(visit), needed(visit)
    wish = Wish(to, agreement, purpose, (ref,), visit.form.ticked("again"))
    seen, back = visit.form.text("seen", limit=64), f"/previews/{named(ref)}?{Wanted(to, purpose, agreement).query()}"

    def act(unit: Unit) -> Response:
        found = propose(visit.node, unit, visit.person, wish, "blk-" + secrets.token_hex(8))
        for proposal in found.proposals:
            if [item.view_digest.hex() for item in unit.releases.items(proposal.id)] != [seen]:
                raise Conflict(Code.STALE)
        return _to(visit, found, back)

    return visit.once(act)


def _to(visit: Visit, found: Proposed, back: str) -> Response:
    if found.proposals:
        return visit.to(f"/releases/{found.proposals[0].id}", "proposed")
    return visit.to(back, "unchanged" if found.unchanged else "nothing_proposed")


_PATH: Final = "/previews/{originator}/{record}"
PAGES: Final[tuple[Page, ...]] = (
    *previews_several.PAGES,
    Page("GET", _PATH, get_preview, Permission.RECORD_READ),
    Page("POST", _PATH + "/propose", post_preview, Permission.RELEASE_PROPOSE, again=get_preview),
    Page("GET", _PATH + "/matrix", get_matrix, Permission.RECORD_READ),
    *previews_why.PAGES,
)
