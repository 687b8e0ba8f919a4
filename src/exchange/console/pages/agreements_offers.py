"""What partners offer: read as law, compared, taken or refused; and a partner's copy, hash for hash."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages.agreements_seen import (
    changes_of,
    country,
    examples_of,
    findings_of,
    law_of,
    meaning_of,
    parties_of,
    title_of,
)
from exchange.console.pages.agreements_version import download, version_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.crypto.encoding import canonical, digest, read_canonical
from exchange.errors import BadInput, Code, NotFound, TooLarge
from exchange.interop.documents import MAX_YAML, read_yaml
from exchange.model.claims import JsonObject
from exchange.model.state import Offer
from exchange.operations import offers
from exchange.operations.agreements import TYPES
from exchange.operations.grounds import MAX_DOCUMENT, parsed
from exchange.operations.lookups import note_list
from exchange.operations.permissions import Permission
from exchange.policies.agreement import Agreement, NationalPolicy, read, read_policy
from exchange.ports import Unit
from exchange.sentences import LANGUAGES

SAID: Final[dict[str, str]] = {
    "offer_taken": mark(
        "The offer is a draft here now, with the signatures that came with it. We have signed nothing."
    ),
    "offer_refused": mark("The offer is thrown away. The partner is not told."),
}


def meaning_of_offer(offer: Offer) -> Agreement:
    """What the offered document says; it was read when it came in."""
    return parsed(offer.document, offer.digest)


def get_offer(visit: Visit) -> Response:
    """One offer as readable law, with its differences from the version in force here."""
    side = visit.asked("side", limit=2)
    with visit.write() as unit:
        found = _offer(visit, unit)
        meaning = meaning_of_offer(found)
        parties = parties_of(visit, unit, meaning, found.signatures)
        current = unit.agreements.active(found.agreement_id, lock=False)
    before = None if current is None or current.kind != "agreement" else meaning_of(current)
    examples = examples_of(visit, meaning)
    return visit.page(
        "agreements/offer.html",
        offer=found,
        partner=country(visit, found.partner),
        meaning=meaning,
        title=title_of(visit, meaning),
        parties=parties,
        text=law_of(visit, meaning, side if side in LANGUAGES else ""),
        side=side if side in LANGUAGES else "",
        examples=examples,
        wrong=sum(1 for each in examples if each.failures),
        findings=findings_of(visit, meaning),
        current=current,
        changes=changes_of(visit, before, meaning) if isinstance(before, Agreement) else [],
    )


def get_offered(visit: Visit) -> Response:
    """The offered document's exact bytes."""
    with visit.write() as unit:
        found = _offer(visit, unit)
    return download(found.document, f"{found.agreement_id}-v{found.version}-{found.partner}.json", "application/json")


def post_take(visit: Visit) -> Response:
    """Makes it a draft of ours, by the digest that was read."""
    code, told = visit.part("partner"), visit.part("digest")

    def act(unit: Unit) -> Response:
        stored = offers.take_offer(visit.node, unit, visit.person, code, told)
        return visit.to(f"/agreements/{stored.id}/{stored.version}", "offer_taken")

    return visit.once(act)


def post_refuse(visit: Visit) -> Response:
    """Throws it away."""
    code, told = visit.part("partner"), visit.part("digest")

    def act(unit: Unit) -> Response:
        offers.refuse_offer(visit.node, unit, visit.person, code, told)
        return visit.to("/agreements", "offer_refused")

    return visit.once(act)


def get_compare(visit: Visit) -> Response:
    """The form for a partner's copy."""
    with visit.write() as unit:
        stored = version_of(visit, unit)
    return visit.page("agreements/compare.html", stored=stored, title=title_of(visit, meaning_of(stored)), theirs=None)


def post_compare(visit: Visit) -> Response:
    """Hash for hash; where they differ, what the other copy would mean."""
    data = visit.form.file("copy").strip()
    if len(data) > MAX_DOCUMENT:
        raise TooLarge(limit=MAX_DOCUMENT)
    document = _document(data)
    kind = "policy" if document.get("kind") == "policy" else "agreement"
    theirs = digest(TYPES[kind], canonical(document)).hex()
    with visit.write() as unit:
        stored = version_of(visit, unit)
    other: Agreement | NationalPolicy = (read_policy if kind == "policy" else read)(document, theirs, draft=True)
    ours = meaning_of(stored)
    changes = changes_of(visit, ours, other) if isinstance(ours, Agreement) and isinstance(other, Agreement) else []
    return visit.page(
        "agreements/compare.html",
        stored=stored,
        title=title_of(visit, ours),
        theirs=theirs,
        other=other,
        exact=data == stored.document,
        changes=changes,
    )


def _document(data: bytes) -> JsonObject:
    """A copy as bytes that parties sign, or as YAML. BadInput."""
    if data.startswith(b"{"):
        value = read_canonical(data, limit=MAX_DOCUMENT)
        if not isinstance(value, dict):
            raise BadInput(Code.WRONG_TYPE, at="/copy")
        return value
    if len(data) > MAX_YAML:
        raise TooLarge(limit=MAX_YAML)
    return read_yaml(data)


def _offer(visit: Visit, unit: Unit) -> Offer:
    """The offer of the address, and the entry that it was read. NotFound."""
    found = [
        each
        for each in offers.list_offers(unit, visit.person)
        if (each.partner, each.digest) == (visit.part("partner"), visit.part("digest"))
    ]
    note_list(visit.node, unit, visit.person, "offers", len(found))
    if not found:
        raise NotFound
    return found[0]


_OFFER: Final = "/agreements/offers/{partner}/{digest}"
_COMPARE: Final = "/agreements/{agreement}/{version}/compare"
_READ: Final = Permission.AGREEMENT_READ
_WRITE: Final = Permission.AGREEMENT_WRITE
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", _OFFER, get_offer, _READ),
    Page("GET", f"{_OFFER}/document", get_offered, _READ),
    Page("POST", f"{_OFFER}/take", post_take, _WRITE, again=get_offer),
    Page("POST", f"{_OFFER}/refuse", post_refuse, _WRITE, again=get_offer),
    Page("GET", _COMPARE, get_compare, _READ),
    Page("POST", _COMPARE, post_compare, _READ, again=get_compare),
)
