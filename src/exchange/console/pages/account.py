"""The disclosure account of a record: what went where, when and under what, and what became of it. Also as a table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from starlette.responses import Response

from exchange.console.files import csv_file
from exchange.console.page import Nav, Page
from exchange.console.pages.message_shown import outcome_of, reason_of, type_of
from exchange.console.pages.preview_asked import named, record_of, references
from exchange.console.pages.records_values import field_name
from exchange.console.pages.said_law import partner_of, purpose_of, terms
from exchange.console.visit import Visit
from exchange.console.words import mark, said
from exchange.operations.account import Account, Disclosure, Event, account
from exchange.operations.clock import stamp
from exchange.operations.holders import holders
from exchange.operations.permissions import Permission

SAID: Final[dict[str, str]] = {}
HEAD: Final = (
    mark("What"),
    mark("When (UTC)"),
    mark("Partner"),
    mark("Version"),
    mark("Agreement"),
    mark("Agreement version"),
    mark("Purpose"),
    mark("State"),
    mark("Fields"),
    mark("Marking"),
    mark("Approved by"),
    mark("Envelope"),
    mark("Remark"),
)
"""Columns of the table file."""
DONE: Final = {
    "sent": mark("sent"),
    "received": mark("received"),
    "destroyed": mark("destroyed here"),
    "shown": mark("shown to an auditor"),
}
ABOUT: Final = {
    "recall-outcome": mark("answer to a recall"),
    "correction-acknowledged": mark("correction acknowledged"),
    "destroyed": mark("destroyed there"),
    "handed-over": mark("handed over"),
    "breach": mark("breach"),
    "terminated": mark("agreement ended"),
    "waiver": mark("waiver"),
    "grant-revoked": mark("consent to pass on revoked"),
    "passed-on": mark("passed on to a third state"),
}


def get_accounts(visit: Visit) -> Response:
    """The form: one record by its name."""
    return visit.page("account/find.html")


def post_accounts(visit: Visit) -> Response:
    """On to its account."""
    (ref,) = references([visit.form.text("records", limit=80)], 1)
    return visit.to(f"/accounts/{named(ref)}")


def get_account(visit: Visit) -> Response:
    """Everything that was given and got of one record. The read is a ledger entry."""
    ref = record_of(visit)
    with visit.write() as unit:
        found = account(visit.node, unit, visit.person, ref)
        held = holders(visit.node, unit, visit.person, found)
    return visit.page(
        "account/account.html",
        ref=ref,
        found=found,
        holders=[(each, partner_of(visit, each.partner)) for each in held],
        sent=[(each, _fields(visit, each), _marking(visit, each)) for each in found.sent],
        events=[(each, type_of(visit, each.message.type), _words(visit, each)) for each in found.events],
        partner=lambda code: partner_of(visit, code),
        purpose=lambda code: purpose_of(visit, code),
    )


def get_csv(visit: Visit) -> Response:
    """The same as a table that a spreadsheet opens and never runs. A read of its own in the ledger."""
    ref = record_of(visit)
    with visit.write() as unit:
        found = account(visit.node, unit, visit.person, ref)
    head = [said(visit.lang, each) for each in HEAD]
    return csv_file(f"account-{ref.originator}-{ref.id}.csv", head, _rows(visit, found))


def _rows(visit: Visit, found: Account) -> Iterator[list[str]]:
    """By kind, then by time, as the page shows them."""
    for each in found.sent:
        yield [
            said(visit.lang, DONE["sent"]),
            stamp(each.at),
            each.recipient,
            str(each.version),
            each.agreement,
            str(each.agreement_version),
            each.purpose,
            each.state,
            "; ".join(each.paths or ()),
            "" if each.handling is None else each.handling.tlp,
            " ".join(each.approvals),
            each.envelope,
            each.kind,
        ]
    for line in found.received:
        row = [said(visit.lang, DONE["received"]), stamp(line.received_at), line.sender, str(line.version)]
        yield [*row, line.agreement_id, "", line.purpose, *[""] * 6]
    for event in found.events:
        message = event.message
        row = [type_of(visit, message.type), stamp(message.created_at), message.key.partner, ""]
        words = " · ".join(filter(None, (_words(visit, event), message.outcome, _due(message.answered_at))))
        state, envelope = f"{message.key.direction} {message.state}", message.envelope_digest or ""
        yield [*row, message.agreement_id, "", "", state, *[""] * 3, envelope, words]
    for gone in found.destroyed:
        row = [said(visit.lang, DONE["destroyed"]), stamp(gone.at), gone.sender, str(gone.version)]
        yield [*row, *[""] * 3, gone.held, *[""] * 4, gone.why]
    for shown in found.openings:
        persons = " ".join(filter(None, (shown.asker, shown.confirmer)))
        row = [said(visit.lang, DONE["shown"]), stamp(shown.opened_at or shown.asked_at)]
        yield [*row, *[""] * 8, persons, "", shown.reason]


def _due(at: datetime | None) -> str:
    return "" if at is None else stamp(at)


def _fields(visit: Visit, each: Disclosure) -> list[str] | None:
    return None if each.paths is None else [field_name(path, visit.lang) for path in each.paths]


def _marking(visit: Visit, each: Disclosure) -> str:
    return "" if each.handling is None else terms(visit, each.handling).tlp


def _words(visit: Visit, event: Event) -> str:
    """What a recall or notice says in codes; its free text is for who reads the message."""
    if event.about is not None:
        about = said(visit.lang, ABOUT[event.about]) if event.about in ABOUT else event.about
        return f"{about}: {outcome_of(visit, event.said)}" if event.said else about
    return reason_of(visit, event.said) if event.said else ""


PAGES: Final[tuple[Page, ...]] = (
    Page(
        "GET",
        "/accounts",
        get_accounts,
        Permission.ACCOUNT_READ,
        nav=Nav(mark("Find"), mark("Disclosure accounts"), 60),
    ),
    Page("POST", "/accounts", post_accounts, Permission.ACCOUNT_READ, again=get_accounts),
    Page("GET", "/accounts/{originator}/{record}", get_account, Permission.ACCOUNT_READ),
    Page("GET", "/accounts/{originator}/{record}/csv", get_csv, Permission.ACCOUNT_READ),
)
