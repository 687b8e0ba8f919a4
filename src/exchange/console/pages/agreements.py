"""Agreements: the list. One version is in `agreements_version`, the editor in `agreements_edit`, the simulation in
`agreements_simulate`, what partners offer in `agreements_offers`, what changes a state in `agreements_life`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.pages import (
    agreements_edit,
    agreements_life,
    agreements_offers,
    agreements_simulate,
    agreements_version,
)
from exchange.console.pages.agreements_seen import country, meaning_of, party_rows, title_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.model.state import Offer, StoredAgreement, Termination
from exchange.operations.agreement_alarms import alarms
from exchange.operations.lookups import note_list
from exchange.operations.offers import list_offers
from exchange.operations.overview import list_agreements, read_agreement
from exchange.operations.permissions import Permission
from exchange.ports import Unit
from exchange.sentences.law.grammar import Tongue

SAID: Final[dict[str, str]] = {
    **agreements_edit.SAID,
    **agreements_life.SAID,
    **agreements_offers.SAID,
}
GROUPS: Final = ("active", "scheduled", "draft", "suspended", "terminated")


class Line(NamedTuple):
    """One version in the list."""

    stored: StoredAgreement
    title: str
    parties: list[tuple[str, str]]
    missing: list[str]
    """Parties that have not signed, by code."""
    termination: Termination | None


def get_agreements(visit: Visit) -> Response:
    """What is in force, what waits, what has ended; and what partners have offered."""
    with visit.write() as unit:
        known = list_agreements(unit, visit.person)
        offered = list_offers(unit, visit.person)
        note_list(visit.node, unit, visit.person, "agreements", len(known))
        lines = [_line(visit, unit, each) for each in known if each.state != "superseded"]
        ringing = alarms(unit)
    return visit.page(
        "agreements/list.html",
        groups=[
            (state, [line for line in lines if line.stored.kind == "agreement" and line.stored.state == state])
            for state in GROUPS
        ],
        policies=[line for line in lines if line.stored.kind == "policy"],
        offers=[(each, country(visit, each.partner), _offered_title(visit, each)) for each in offered],
        alarms=ringing,
    )


def get_agreement(visit: Visit) -> Response:
    """On to the version in force, or the newest."""
    with visit.write() as unit:
        stored = read_agreement(unit, visit.person, visit.part("agreement"))
        note_list(visit.node, unit, visit.person, "agreements", 1)
    return visit.to(f"/agreements/{stored.id}/{stored.version}")


def _line(visit: Visit, unit: Unit, stored: StoredAgreement) -> Line:
    meaning = meaning_of(stored)
    codes = [party.code for party in party_rows(meaning)]
    return Line(
        stored,
        title_of(visit, meaning),
        [(code, country(visit, code)) for code in codes],
        [code for code in codes if code not in stored.signatures],
        unit.agreements.termination(stored.id, stored.version, lock=False),
    )


def _offered_title(visit: Visit, offer: Offer) -> str:
    meaning = agreements_offers.meaning_of_offer(offer)
    tongue = Tongue(visit.lang)
    return tongue.prose(tongue.of(meaning.title))


_READ: Final = Permission.AGREEMENT_READ
PAGES: Final[tuple[Page, ...]] = (
    Page(
        "GET",
        "/agreements",
        get_agreements,
        _READ,
        nav=Nav(mark("Agreements and partners"), mark("Agreements"), 10),
    ),
    *agreements_edit.PAGES,
    *agreements_simulate.PAGES,
    *agreements_offers.PAGES,
    Page("GET", "/agreements/{agreement}", get_agreement, _READ),
    *agreements_version.PAGES,
    *agreements_life.PAGES,
)
