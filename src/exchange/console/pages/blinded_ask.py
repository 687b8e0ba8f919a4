"""Asking partners whether they hold one person of ours: the form, the answer, and the second look at a hit.

Name and answer stand in no address: the answer is the page of the form itself. Spec: docs/spec/matching.md.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.api.call import FORMS
from exchange.console.page import Page
from exchange.console.pages.blinded_kept import Kept, kept, once
from exchange.console.pages.records_shown import ref_of, shown
from exchange.console.pages.said_law import partner_of, purpose_of
from exchange.console.visit import Visit
from exchange.errors import BadInput, Code, NotFound
from exchange.matching.blind.settling import plain
from exchange.model.records import HeldRecord, Ref
from exchange.model.vocab import PURPOSES
from exchange.operations.likeness import PERSON
from exchange.operations.match_ask import MatchWish, match_ask
from exchange.operations.match_choices import match_ways
from exchange.operations.match_settle import match_settle
from exchange.operations.permissions import Permission
from exchange.operations.read import read_own
from exchange.ports import Unit
from exchange.sentences import matching as words
from exchange.sentences.visible import few_marks

SAID: Final[dict[str, str]] = {}
MAX_CASE: Final = 64


def get_ask(visit: Visit) -> Response:
    """The form, with what is left today for each way."""
    with visit.write() as unit:
        held = _person(visit, unit)
        ways = match_ways(visit.node, unit, visit.person)
        codes = [each.code for each in unit.partners.all() if not each.suspended]
    return visit.page(
        "blinded/ask.html",
        record=shown(visit, held),
        ways=[
            (
                f"{each.partner}.{each.agreement}.{each.purpose}",
                partner_of(visit, each.partner),
                purpose_of(visit, each.purpose),
                each,
            )
            for each in ways
        ],
        partners=[(code, f"{code} {partner_of(visit, code)}") for code in codes],
        used=visit.fault is not None and visit.fault.code is Code.STALE,
        case_wrong=visit.wrong == "case" and bool(visit.form.typed("case")),
        not_ready=visit.fault is not None and visit.fault.code is Code.MATCH_NOT_READY,
    )


def post_ask(visit: Visit) -> Response:
    """One query about this person; the answer with it."""
    ref, (partner, agreement, purpose) = ref_of(visit), _way(visit)
    case = visit.form.text("case", limit=MAX_CASE)
    with visit.write() as unit:
        held = _person(visit, unit)
    claims = held.record.claims

    def ask() -> Kept:
        found = match_ask(visit.node, visit.person, MatchWish(partner, agreement, purpose, case, (claims,)))
        (told,), (ticket,) = found.told, found.tickets
        return Kept(ref.id, partner, told.level, ticket, told.contact, found.left_case, found.left_day)

    return _found(visit, held, once(visit, ref, ask), visit.form.text("once", limit=64))


def post_settle(visit: Visit) -> Response:
    """Compares parts of this record with the one that a ticket is about, once."""
    ref, form = ref_of(visit), visit.form
    partner, ticket = form.text("partner", limit=2), plain(form.text("ticket", limit=80))
    if FORMS["partner"].fullmatch(partner) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/partner")
    with visit.write() as unit:
        held = _person(visit, unit)

    def ask() -> Kept:
        try:
            level = match_settle(visit.node, visit.person, partner, ticket, held.record.claims)
        except NotFound:  # mistyped: the form stays
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="/ticket") from None
        except BadInput as fault:  # of another person: the ticket stays good
            raise BadInput(fault.code, at="/ticket") from None
        return Kept(ref.id, partner, level, ticket)

    settled = once(visit, ref, ask)
    hit = _hit_before(visit, ref, ticket)
    return _found(visit, held, settled if hit is None else hit, settled=settled)


def again_settle(visit: Visit) -> Response:
    """The hit once more where it is known, with its contact: a lost second look loses nothing of the first."""
    ref, typed = ref_of(visit), visit.form.typed
    hit = _hit_before(visit, ref, plain(typed("ticket")))
    if hit is None:
        return get_ask(visit)
    with visit.write() as unit:
        held = _person(visit, unit)
    return _found(visit, held, hit, typed("of"))


def _found(visit: Visit, held: HeldRecord, hit: Kept, key: str = "", settled: Kept | None = None) -> Response:
    second = settled is not None
    left = words.LEFT.in_(visit.lang).format(case=visit.number(hit.left_case), day=visit.number(hit.left_day))
    return visit.page(
        "blinded/found.html",
        record=shown(visit, held),
        hit=hit,
        contact=few_marks(hit.contact),  # the partner's text: a tower of marks would cover what stands beside it
        partner=partner_of(visit, hit.partner),
        level=words.LEVELS[hit.level].in_(visit.lang),
        first=hit is not settled,
        settled=words.LEVELS[settled.level].in_(visit.lang) if settled is not None else "",
        still=settled is not None and settled.level > 0,
        next=words.NEXT.in_(visit.lang),
        no_hit=words.NO_HIT.in_(visit.lang),
        left="" if second else left,
        of=key,
        used=visit.fault is not None and visit.fault.code is Code.STALE,
    )


def _hit_before(visit: Visit, ref: Ref, ticket: str) -> Kept | None:
    """The answer that this person had for this record and ticket, if the form says which."""
    found = kept(visit, visit.form.typed("of")) if visit.form.typed("of") else None
    return found if found is not None and (found.record, found.ticket) == (ref.id, ticket) else None


def _person(visit: Visit, unit: Unit) -> HeldRecord:
    """Our record of the address, noted as read. NotFound unless it is of a person."""
    held = read_own(visit.node, unit, visit.person, ref_of(visit))
    if held.record.kind != PERSON:
        raise NotFound
    return held


def _way(visit: Visit) -> tuple[str, str, str]:
    """(partner, agreement, purpose) as chosen; `match_ask` says whether it may be."""
    partner, _, rest = visit.form.text("way", limit=160).partition(".")
    agreement, _, purpose = rest.partition(".")
    fits = FORMS["partner"].fullmatch(partner) and FORMS["agreement"].fullmatch(agreement)
    if not fits or purpose not in PURPOSES:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/way")
    return partner, agreement, purpose


_ASK: Final = "/records/{originator}/{record}/ask-partners"
PAGES: Final[tuple[Page, ...]] = (
    Page("GET", _ASK, get_ask, Permission.MATCH_ASK),
    Page("POST", _ASK, post_ask, Permission.MATCH_ASK, again=get_ask),
    Page("POST", f"{_ASK}/settle", post_settle, Permission.MATCH_ASK, again=again_settle),
)
