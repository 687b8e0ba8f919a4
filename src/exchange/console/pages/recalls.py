"""Taking a record back: who holds it, the recall, and what became of it at each partner."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from markupsafe import Markup
from starlette.responses import Response

from exchange.api.call import FORMS
from exchange.console.page import Nav, Page
from exchange.console.pages import recalls_in, recalls_out
from exchange.console.pages.message_shown import REASONS, reason_of
from exchange.console.pages.preview_asked import named, record_of, references
from exchange.console.pages.recalls_seen import Course, shown_courses
from exchange.console.pages.said_law import partner_of, purpose_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code, Denied, ExchangeError, Untrusted
from exchange.model.messages import MAX_NOTE, RECALL_REASONS, Recall
from exchange.model.paths.checks import is_date
from exchange.operations.account import account
from exchange.operations.clock import safe_now
from exchange.operations.holders import Holder, holders
from exchange.operations.lookups import note_list
from exchange.operations.messages import MessageWish
from exchange.operations.obligations import waiting
from exchange.operations.permissions import Permission, require
from exchange.operations.release import send
from exchange.ports import Unit

USUAL: Final = timedelta(days=14)
"""The deadline that the form offers."""
LISTED: Final = 200
SAID: Final[dict[str, str]] = {
    "recalled": mark("The recall has left. Each partner must destroy the record, or say by which law it keeps it."),
    "recalled_some": mark("The recall has left to some partners and could not leave to others: see below."),
    **recalls_in.SAID,
}


class Line(NamedTuple):
    """One partner that holds the record, for the template."""

    holder: Holder
    partner: str
    purpose: str
    courses: list[Course]


def get_recalls(visit: Visit) -> Response:
    """What waits: answers that we owe, and answers that partners owe us."""
    with visit.write() as unit:
        require(visit.person, Permission.MESSAGE_LIST)
        now = safe_now(visit.node, unit)
        found = [each for each in waiting(unit, now) if each.type in ("recall", "correction")][:LISTED]
        note_list(visit.node, unit, visit.person, "messages", len(found))
    return visit.page(
        "recalls/list.html",
        ours=[each for each in found if each.by == "ours"],
        theirs=[each for each in found if each.by == "theirs"],
        partner=lambda code: partner_of(visit, code),
    )


def post_recalls(visit: Visit) -> Response:
    """On to the page of one record."""
    (ref,) = references([visit.form.text("record", limit=80)], 1)
    return visit.to(f"/recalls/{named(ref)}")


def get_record(visit: Visit) -> Response:
    """Who holds it, the time line of each, and the form that takes it back."""
    ref, untold = record_of(visit), _untold(visit)
    with visit.write() as unit:
        found = account(visit.node, unit, visit.person, ref)
        lines = [
            Line(
                each,
                partner_of(visit, each.partner),
                purpose_of(visit, each.newest.purpose),
                shown_courses(visit, unit, each.courses),
            )
            for each in holders(visit.node, unit, visit.person, found)
        ]
        now = safe_now(visit.node, unit)
    return visit.page(
        "recalls/record.html",
        ref=ref,
        own=ref.originator == visit.node.code,
        lines=lines,
        onward=[each for each in found.events if each.about == "passed-on"],
        reasons=[(code, reason_of(visit, code)) for code in sorted(REASONS) if code in RECALL_REASONS],
        usual=(now + USUAL).strftime("%Y-%m-%d"),
        untold=[(partner_of(visit, code), why) for code, why in untold],
        partner=lambda code: partner_of(visit, code),
    )


def post_record(visit: Visit) -> Response:
    """Sends the recall to each partner that was ticked; whom it cannot reach now is named, and the others still go."""
    ref, form = record_of(visit), visit.form
    partners = list(dict.fromkeys(form.many("to", limit=2)))
    reason = form.choice("reason", RECALL_REASONS)
    note = form.text("note", limit=MAX_NOTE, needed=False, lines=True) or None
    other = form.text("replaces", limit=80, needed=False)
    replaces = references([other], 1)[0] if other else None
    deadline = _deadline(visit)
    if not partners or any(FORMS["partner"].fullmatch(code) is None for code in partners):
        raise BadInput(Code.MISSING_MEMBER, at="/to")

    def act(unit: Unit) -> Response:
        found = account(visit.node, unit, visit.person, ref)
        held = {each.partner: each for each in holders(visit.node, unit, visit.person, found)}
        untold: list[tuple[str, ExchangeError]] = []
        for code in partners:
            if code not in held:
                raise BadInput(Code.VALUE_NOT_ALLOWED, at="/to")
            newest = held[code].newest
            recall = Recall(newest.purpose, "", (ref,), reason, note, deadline, replaces)
            try:
                send(visit.node, unit, visit.person, MessageWish(code, newest.agreement, recall))
            except (Denied, Untrusted) as refused:
                untold.append((code, refused))
        if len(untold) == len(partners):
            raise untold[0][1]
        if not untold:
            return visit.to(f"/recalls/{named(ref)}", "recalled")
        told = ",".join(f"{code}.{refused.code.value}" for code, refused in untold)
        return visit.to(f"/recalls/{named(ref)}?untold={told}", "recalled_some")

    return visit.once(act)


def _deadline(visit: Visit) -> str:
    """The end of the day that was chosen, which must be ahead."""
    day = visit.form.text("deadline", limit=10)
    if not is_date(day):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/deadline")
    end = datetime.fromisoformat(day).replace(hour=23, minute=59, second=59, tzinfo=UTC)
    if end <= visit.node.clock.now():
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/deadline")
    return end.strftime("%Y-%m-%dT%H:%M:%SZ")


def _untold(visit: Visit) -> list[tuple[str, Markup | str]]:
    """Whom a recall could not reach, as the form's answer says: partners and codes, nothing else."""
    found: list[tuple[str, Markup | str]] = []
    for part in filter(None, visit.asked("untold", limit=400).split(",")):
        code, _, why = part.partition(".")
        if FORMS["partner"].fullmatch(code) and why in set(Code):
            found.append((code, visit.sentence(why)))
    return found


_RECORD: Final = "/recalls/{originator}/{record}"
PAGES: Final[tuple[Page, ...]] = (
    Page(
        "GET",
        "/recalls",
        get_recalls,
        Permission.MESSAGE_LIST,
        nav=Nav(mark("Work"), mark("Recalls and corrections"), 50),
    ),
    Page("POST", "/recalls", post_recalls, Permission.ACCOUNT_READ, again=get_recalls),
    Page("GET", _RECORD, get_record, Permission.ACCOUNT_READ),
    Page("POST", f"{_RECORD}/send", post_record, Permission.RECALL_SEND, again=get_record),
    *recalls_in.PAGES,
    *recalls_out.PAGES,
)
