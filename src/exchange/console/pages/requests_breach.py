"""Notices that a releasing officer or officer sends at once: of a breach, and of records that an auditor was shown."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from starlette.responses import Response

from exchange.api.call import FORMS
from exchange.console.page import Nav, Page
from exchange.console.pages.inbox_words import any_outcome
from exchange.console.pages.preview_asked import named
from exchange.console.pages.requests_ask import way_of, ways
from exchange.console.pages.said_law import partner_of, purpose_of
from exchange.console.visit import Visit
from exchange.console.words import mark, said
from exchange.errors import BadInput, Code, NotFound
from exchange.model.messages import MAX_NOTE, NOTICES
from exchange.model.vocab import PURPOSES
from exchange.operations.breach import KINDS, Breach, affected, notify
from exchange.operations.lookups import note_list
from exchange.operations.opening_notice import list_untold, tell_opening
from exchange.operations.permissions import Permission
from exchange.operations.preview_choices import choices
from exchange.ports import Unit
from exchange.sentences import sentence

LISTED: Final = 200
"""Envelopes that the page names; all are counted."""
OUTCOMES: Final = ("suspected", "confirmed", "closed")
KIND_WORDS: Final = {
    "lost": mark("something was lost"),
    "theft": mark("something was stolen"),
    "access": mark("somebody had access who may not"),
    "disclosure": mark("something was disclosed to somebody who may not have it"),
    "other": mark("something else"),
}
SAID: Final[dict[str, str]] = {
    "breach_told": mark("The partner is told. The notices are among the messages."),
    "opening_told": mark("The partner is told which of its records the auditor was shown."),
}
_MOMENT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}", re.ASCII)


class Sum(NamedTuple):
    """What a breach concerns."""

    envelopes: int
    records: int
    rows: list[tuple[str, str, str, str, int]]
    """(direction, number, agreement, purpose, records) of the first of them."""


def get_breach(visit: Visit) -> Response:
    """The form: which partner, from when until when, what happened."""
    untold = _untold(visit)
    return visit.page("requests/breach.html", **_values(visit), found=None, untold=untold)


def post_breach(visit: Visit) -> Response:
    """What it concerns; noted, and nothing is sent. The second form tells the partner."""
    asked = _breach(visit)
    with visit.write() as unit:
        rows = affected(visit.node, unit, visit.person, asked)
    refs = {ref for row in rows for ref in row.refs}
    shown = [
        (row.direction, f"{row.epoch}/{row.seq}", row.agreement, purpose_of(visit, row.purpose), len(row.refs))
        for row in rows[:LISTED]
    ]
    found = Sum(len(rows), len(refs), shown)
    return visit.page("requests/breach.html", **_values(visit), found=found, untold=[])


def post_notices(visit: Visit) -> Response:
    """Sends the notices, one under each agreement; where nothing may be said any more is told."""
    asked = _breach(visit)
    outcome = visit.form.choice("outcome", NOTICES["breach"])
    note = visit.form.text("note", limit=MAX_NOTE, needed=False, lines=True) or None

    def act(unit: Unit) -> Response:
        told = notify(visit.node, unit, visit.person, asked, outcome, note)
        silent = ",".join(f"{agreement}.{code.value}" for agreement, code in sorted(told.untold.items()))
        return visit.to(f"/notices/breach?untold={silent}" if silent else "/notices/breach", "breach_told")

    return visit.once(act)


def get_opening(visit: Visit) -> Response:
    """Which records of which partner an opening showed, and the form that tells the partner."""
    opening = visit.part("opening")
    with visit.write() as unit:
        due = [(ref, each) for ref, each in list_untold(visit.node, unit, visit.person) if each.key.id == opening]
        note_list(visit.node, unit, visit.person, "openings", len(due))
        offered = choices(visit.node, unit, visit.person)
    if not due:
        raise NotFound
    return visit.page(
        "requests/opening.html",
        opening=opening,
        names=[named(ref) for ref, _ in due],
        due=min(each.due_at for _, each in due),
        ways=ways(visit, offered),
        purposes=_purposes(visit),
    )


def post_opening(visit: Visit) -> Response:
    """Tells it, at once."""
    opening = visit.part("opening")
    partner, agreement = way_of(visit)
    purpose = visit.form.choice("purpose", (str(each) for each in PURPOSES))

    def act(unit: Unit) -> Response:
        tell_opening(visit.node, unit, visit.person, opening, (partner, agreement, purpose))
        return visit.to("/inbox", "opening_told")

    return visit.once(act)


def _values(visit: Visit) -> dict[str, Any]:
    with visit.read() as unit:
        partners = [(each.code, f"{each.code} – {partner_of(visit, each.code)}") for each in unit.partners.all()]
    now = visit.node.clock.now()
    return {
        "partners": partners,
        "kinds": [(kind, said(visit.lang, KIND_WORDS[kind])) for kind in sorted(KINDS)],
        "outcomes": [(code, any_outcome(visit, code)) for code in OUTCOMES],
        "until": f"{now:%Y-%m-%dT%H:%M}",
        "since": f"{now - timedelta(days=7):%Y-%m-%dT%H:%M}",
    }


def _purposes(visit: Visit) -> list[tuple[str, str]]:
    return [(str(code), purpose_of(visit, code)) for code in sorted(PURPOSES)]


def _breach(visit: Visit) -> Breach:
    form = visit.form
    partner = form.text("partner", limit=8)
    if FORMS["partner"].fullmatch(partner) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/partner")
    return Breach(partner, _moment(visit, "since"), _moment(visit, "until"), form.choice("kind", KINDS))


def _moment(visit: Visit, name: str) -> datetime:
    """A minute in UTC, as `<input type=datetime-local>` writes it."""
    text = visit.form.text(name, limit=20)
    try:
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        pass
    raise BadInput(Code.VALUE_NOT_ALLOWED, at=f"/{name}")


def _untold(visit: Visit) -> list[tuple[str, str]]:
    """(agreement, why) of those under which nothing could be said, as the last notices told."""
    found = []
    for text in visit.asked("untold", limit=800).split(","):
        agreement, _, code = text.partition(".")
        if FORMS["agreement"].fullmatch(agreement) and code in set(Code):
            found.append((agreement, sentence(Code(code), visit.lang)))
    return found


_OPENING: Final = "/notices/opening/{opening}"
_WRITE: Final = Permission.BREACH_WRITE
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/notices/breach", get_breach, _WRITE, nav=Nav(mark("Work"), mark("Breach"), 90)),
    Page("POST", "/notices/breach", post_breach, _WRITE, again=get_breach),
    Page("POST", "/notices/breach/tell", post_notices, _WRITE, again=get_breach),
    Page("GET", _OPENING, get_opening, Permission.NOTICE_SEND),
    Page("POST", _OPENING, post_opening, Permission.NOTICE_SEND, again=get_opening),
)
