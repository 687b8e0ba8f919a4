"""Partners: the list, our own card, and how a new one comes in. One partner is in `partners_one`."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import Final, NamedTuple

import segno
from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.pages import partners_one
from exchange.console.pages.agreements_seen import country
from exchange.console.pages.agreements_version import download
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.crypto.descriptor import MAX_CARD, Descriptor, trusted
from exchange.crypto.spoken import HEARD, spoken
from exchange.errors import TooLarge
from exchange.model.state import Partner
from exchange.model.trust import Revocation
from exchange.operations import acquaint
from exchange.operations.lookups import note_list
from exchange.operations.overview import list_partners
from exchange.operations.own_card import own_card
from exchange.operations.partner_view import key_ends
from exchange.operations.permissions import Permission, require
from exchange.operations.stream_alarms import Beat
from exchange.ports import Unit

SAID: Final[dict[str, str]] = {
    "card_brought": mark("The card is kept and nothing is trusted by it. Now two persons hear its digits read out."),
    "digits_heard": mark("Those are the digits of the card. One more person has to hear them."),
    "partner_verified": mark("Two persons have heard its digits: it is a partner now."),
    "card_dismissed": mark("The card is thrown away."),
    **partners_one.SAID,
}
SOON: Final = 14
"""Days before the end of a card that it is told."""


class Line(NamedTuple):
    """One partner in the list."""

    partner: Partner
    name: str
    days: int
    """That its card still has; negative when it has expired."""
    beat: Beat | None
    stopped: bool
    revocation: Revocation | None


def get_partners(visit: Visit) -> Response:
    """Every partner, and cards that wait for somebody."""
    now = visit.node.clock.now()
    with visit.write() as unit:
        known = list_partners(unit, visit.person)
        waiting = acquaint.list_introductions(unit, visit.person)
        revocations = {each.code: each for each in unit.trust.revocations()}
        note_list(visit.node, unit, visit.person, "partners", len(known))
    lines = [
        Line(
            each.partner,
            country(visit, each.partner.code),
            _days(trusted(each.partner.descriptor).expires, now),
            each.beat,
            each.stopped is not None,
            revocations.get(each.partner.code),
        )
        for each in known
    ]
    return visit.page(
        "partners/list.html",
        lines=lines,
        waiting=[(each, country(visit, each.code)) for each in waiting],
        soon=SOON,
    )


def get_card(visit: Visit) -> Response:
    """Our own card: what partners get, and the digits that we read out to them."""
    card, _ = _own(visit)
    now = visit.node.clock.now()
    return visit.page(
        "partners/card.html",
        card=card,
        fingerprint=visit.node.keys.root_fingerprint,
        groups=spoken(visit.node.keys.root_fingerprint),
        keys=[(each, _days(each.ends, now)) for each in key_ends(card)],
        soon=SOON,
    )


def get_card_file(visit: Visit) -> Response:
    """The card's file."""
    card, data = _own(visit)
    return download(data, f"{card.node}-{card.version}.card", "application/json")


def get_own_qr(visit: Visit) -> Response:
    """Our fingerprint as a picture to scan."""
    return qr(visit.node.code, visit.node.keys.root_fingerprint)


def get_introduce(visit: Visit) -> Response:
    """The form for a partner's card."""
    return visit.page("partners/introduce.html")


def post_introduce(visit: Visit) -> Response:
    """Keeps the card; nothing is trusted by it."""
    data = visit.form.file("card").strip()
    if len(data) > MAX_CARD:
        raise TooLarge(limit=MAX_CARD)
    with visit.write() as unit:
        made = acquaint.introduce(visit.node, unit, visit.person, data)
    return visit.to(f"/partners/introductions/{made.code}", "card_brought")


def get_introduction(visit: Visit) -> Response:
    """What the card says, our own digits in full, and those of the card without the two groups that are heard."""
    code = visit.part("partner")
    with visit.write() as unit:
        found = acquaint.read_introduction(unit, visit.person, code)
        note_list(visit.node, unit, visit.person, "partners", 1)
    now = visit.node.clock.now()
    return visit.page(
        "partners/introduction.html",
        found=found.introduction,
        card=found.card,
        shown=found.shown,
        heard=HEARD,
        name=country(visit, code),
        ours=spoken(visit.node.keys.root_fingerprint),
        keys=[(each, _days(each.ends, now)) for each in key_ends(found.card)],
        attempts=acquaint.ATTEMPTS - found.introduction.misheard,
        mine=found.introduction.first_by == visit.person.id,
        soon=SOON,
    )


def post_heard(visit: Visit) -> Response:
    """Takes the two groups that this person heard. The second person's agreement pins the partner."""
    code = visit.part("partner")
    done = acquaint.compare(visit.node, visit.person, code, visit.form.text("digits", limit=40))
    if isinstance(done, Partner):
        return visit.to(f"/partners/{code}", "partner_verified")
    return visit.to(f"/partners/introductions/{code}", "digits_heard")


def post_dismiss(visit: Visit) -> Response:
    """Throws the card away."""
    code = visit.part("partner")

    def act(unit: Unit) -> Response:
        acquaint.dismiss(visit.node, unit, visit.person, code)
        return visit.to("/partners", "card_dismissed")

    return visit.once(act)


def get_partner_qr(visit: Visit) -> Response:
    """A partner's pinned fingerprint as a picture, to compare with theirs."""
    code = visit.part("partner")
    with visit.read() as unit:
        require(visit.person, Permission.PARTNER_READ)
        found = partners_one.known(unit, code)
    return qr(code, found.root_fingerprint)


def qr(code: str, fingerprint: str) -> Response:
    """A QR code (ISO/IEC 18004) of the node's code and its root's fingerprint, as SVG of its own."""
    out = BytesIO()
    segno.make(f"EXCHANGE ROOT {code} {fingerprint.upper()}", error="m").save(out, kind="svg", scale=6, light="#fff")
    return Response(out.getvalue(), 200, {}, "image/svg+xml")


def _own(visit: Visit) -> tuple[Descriptor, bytes]:
    with visit.read() as unit:
        require(visit.person, Permission.PARTNER_READ)
        data = own_card(unit)
    return trusted(data), data


def _days(end: datetime, now: datetime) -> int:
    return (end - now).days


_INTRODUCTION: Final = "/partners/introductions/{partner}"
_READ: Final = Permission.PARTNER_READ
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/partners", get_partners, _READ, nav=Nav(mark("Agreements and partners"), mark("Partners"), 20)),
    Page("GET", "/partners/card", get_card, _READ),
    Page("GET", "/partners/card/file", get_card_file, _READ),
    Page("GET", "/partners/card/qr", get_own_qr, _READ),
    Page("GET", "/partners/introduce", get_introduce, Permission.PARTNER_WRITE),
    Page("POST", "/partners/introduce", post_introduce, Permission.PARTNER_WRITE, again=get_introduce, fresh=True),
    Page("GET", _INTRODUCTION, get_introduction, _READ),
    Page("POST", f"{_INTRODUCTION}/heard", post_heard, Permission.PARTNER_VERIFY, again=get_introduction, fresh=True),
    Page("POST", f"{_INTRODUCTION}/dismiss", post_dismiss, Permission.PARTNER_VERIFY, again=get_introduction),
    Page("GET", "/partners/{partner}/qr", get_partner_qr, _READ),
    *partners_one.PAGES,
)
