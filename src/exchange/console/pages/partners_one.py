"""One partner: trust, keys, exchange each way, heads, alarms; the connection test; suspended, revoked, renewed."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages.agreements_seen import country
from exchange.console.pages.agreements_version import download
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.crypto.descriptor import MAX_CARD
from exchange.crypto.spoken import spoken
from exchange.errors import BadInput, Code, NotFound, TooLarge
from exchange.model.connections import Row
from exchange.model.state import Partner
from exchange.operations import contradictions, equivocation, partners, revoke
from exchange.operations.connection import try_connection
from exchange.operations.lookups import note_list
from exchange.operations.partner_view import PartnerPage, read_evidence, read_partner
from exchange.operations.permissions import Permission, require
from exchange.ports import Unit
from exchange.sentences import connection as said
from exchange.sentences.alarms import ALARMS
from exchange.sentences.reconcile_alarms import SENTENCES

SAID: Final[dict[str, str]] = {
    "connection_tested": mark("The connection was tested just now: see the rows below."),
    "partner_suspended": mark("The partner is suspended. Nothing goes to it or is taken from it from now on."),
    "partner_resumed": mark("The suspension is lifted. What waited goes with the next delivery."),
    "card_renewed": mark("The newer card is verified under the pinned root, and kept."),
    "revocation_asked": mark("The revocation is asked for. It takes effect when another person confirms it."),
    "revocation_withdrawn": mark("The request to revoke the partner is taken back."),
    "partner_revoked": mark("The partner is revoked for good. What waited for it is voided."),
    "heads_settled": mark("The alarm about its ledger has ended. The evidence stays."),
    "stream_resolved": mark("The stream goes on behind the number that was taken last."),
}


def get_partner(visit: Visit) -> Response:
    """Everything about one partner."""
    code = visit.part("partner")
    with visit.write() as unit:
        found = read_partner(visit.node, unit, visit.person, code)
        note_list(visit.node, unit, visit.person, "partners", 1)
    now = visit.node.clock.now()
    return visit.page(
        "partners/partner.html",
        found=found,
        name=country(visit, code),
        groups=spoken(found.partner.root_fingerprint),
        keys=[(each, (each.ends - now).days) for each in found.keys],
        soon=14,
        rows=[_row(visit, row) for row in found.tested.rows] if found.tested is not None else [],
        apart=_apart(found),
        alarms=_alarms(visit, found),
        head_reasons=contradictions.REASONS,
        stream_reasons=equivocation.REASONS,
        revoke_reasons=revoke.REASONS,
        revoked=found.revocation is not None and found.revocation.confirmed_at is not None,
        asked=found.revocation if found.revocation is not None and found.revocation.confirmed_at is None else None,
    )


def post_test(visit: Visit) -> Response:
    """Tests the connection, keeps the rows."""
    code = visit.part("partner")
    try_connection(visit.node, visit.person, code)
    return visit.to(f"/partners/{code}", "connection_tested")


def post_card(visit: Visit) -> Response:
    """Takes a newer card, verified under the pinned root."""
    code, data = visit.part("partner"), visit.form.file("card").strip()
    if len(data) > MAX_CARD:
        raise TooLarge(limit=MAX_CARD)
    with visit.write() as unit:
        require(visit.person, Permission.PARTNER_WRITE)
        partners.update_partner(visit.node, unit, data, code, visit.person.id)
    return visit.to(f"/partners/{code}", "card_renewed")


def post_suspend(visit: Visit) -> Response:
    """At once, by one person."""
    code = visit.part("partner")

    def act(unit: Unit) -> Response:
        partners.suspend_partner(visit.node, unit, visit.person, code)
        return visit.to(f"/partners/{code}", "partner_suspended")

    return visit.once(act)


def post_resume(visit: Visit) -> Response:
    """Lifts it."""
    code = visit.part("partner")

    def act(unit: Unit) -> Response:
        partners.resume_partner(visit.node, unit, visit.person, code)
        return visit.to(f"/partners/{code}", "partner_resumed")

    return visit.once(act)


def post_revoke(visit: Visit) -> Response:
    """The first of two persons."""
    code, reason = visit.part("partner"), visit.form.choice("reason", revoke.REASONS)

    def act(unit: Unit) -> Response:
        revoke.ask_revocation(visit.node, unit, visit.person, code, reason)
        return visit.to(f"/partners/{code}", "revocation_asked")

    return visit.once(act)


def post_revoke_withdraw(visit: Visit) -> Response:
    """Takes the request back."""
    code = visit.part("partner")

    def act(unit: Unit) -> Response:
        revoke.withdraw_revocation(visit.node, unit, visit.person, code)
        return visit.to(f"/partners/{code}", "revocation_withdrawn")

    return visit.once(act)


def post_revoke_confirm(visit: Visit) -> Response:
    """The second person."""
    code = visit.part("partner")
    if not visit.form.ticked("understood"):
        raise BadInput(Code.MISSING_MEMBER, at="/understood")
    revoke.confirm_revocation(visit.node, visit.person, code)
    return visit.to(f"/partners/{code}", "partner_revoked")


def post_settle(visit: Visit) -> Response:
    """Ends the alarm about its ledger, with the reason."""
    code, reason = visit.part("partner"), visit.form.choice("head_reason", contradictions.REASONS)

    def act(unit: Unit) -> Response:
        contradictions.settle(visit.node, unit, visit.person, code, reason)
        return visit.to(f"/partners/{code}", "heads_settled")

    return visit.once(act)


def post_resolve(visit: Visit) -> Response:
    """Lets a stopped stream go on, with the reason."""
    code, reason = visit.part("partner"), visit.form.choice("stream_reason", equivocation.REASONS)

    def act(unit: Unit) -> Response:
        equivocation.resolve(visit.node, unit, visit.person, code, reason)
        return visit.to(f"/partners/{code}", "stream_resolved")

    return visit.once(act)


def get_evidence(visit: Visit) -> Response:
    """Two heads of one size that it signed: proof by itself, for anybody."""
    code = visit.part("partner")
    with visit.write() as unit:
        data = read_evidence(visit.node, unit, visit.person, code)
    return download(data, f"{code}-two-histories.json", "application/json")


def known(unit: Unit, code: str) -> Partner:
    """The partner. NotFound."""
    found = unit.partners.get(code)
    if found is None:
        raise NotFound
    return found


def _row(visit: Visit, row: Row) -> dict[str, str]:
    kind = {"ok": "ok", "warn": "warn", "fail": "no", "skipped": "info"}[row.state]
    return {
        "name": said.name_of(row, visit.lang),
        "kind": kind,
        "state": said.state_of(row, visit.lang),
        "cause": said.cause_of(row, visit.lang),
        "step": said.step_of(row, visit.lang),
    }


def _apart(found: PartnerPage) -> int | None:
    """Seconds between the clocks by the newest test."""
    rows = found.tested.rows if found.tested is not None else ()
    clock = next((row for row in rows if row.name == "clock" and "seconds" in row.facts), None)
    return None if clock is None else int(clock.facts["seconds"])


def _alarms(visit: Visit, found: PartnerPage) -> list[tuple[str, str]]:
    """(since, sentence) of everything that rings about this partner."""
    streams = [(each.since, ALARMS[each.code].in_(visit.lang)) for each in found.alarms]
    reconciles = [(each.since, SENTENCES[each.code].in_(visit.lang)) for each in found.reconciles]
    return [*streams, *reconciles]


_ONE: Final = "/partners/{partner}"
_READ: Final = Permission.PARTNER_READ
_WRITE: Final = Permission.PARTNER_WRITE
_REVOKE: Final = Permission.PARTNER_REVOKE
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", _ONE, get_partner, _READ),
    Page("POST", f"{_ONE}/test", post_test, _READ, again=get_partner),
    Page("POST", f"{_ONE}/card", post_card, _WRITE, again=get_partner),
    Page("POST", f"{_ONE}/suspend", post_suspend, _WRITE, again=get_partner),
    Page("POST", f"{_ONE}/resume", post_resume, _WRITE, again=get_partner),
    Page("POST", f"{_ONE}/revoke", post_revoke, _REVOKE, again=get_partner),
    Page("POST", f"{_ONE}/revoke/withdraw", post_revoke_withdraw, _REVOKE, again=get_partner),
    Page("POST", f"{_ONE}/revoke/confirm", post_revoke_confirm, _REVOKE, again=get_partner, fresh=True),
    Page("POST", f"{_ONE}/settle", post_settle, _WRITE, again=get_partner),
    Page("POST", f"{_ONE}/resolve", post_resolve, _WRITE, again=get_partner),
    Page("GET", f"{_ONE}/evidence", get_evidence, Permission.AUDIT_EXPORT),
)
