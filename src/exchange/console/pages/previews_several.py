"""Several records at once: chosen by name or by kind, previewed one line each, proposed together as one bulk."""

from __future__ import annotations

import secrets
from typing import Final, NamedTuple

from starlette.responses import Response

from exchange.api.call import FORMS
from exchange.console.page import Nav, Page
from exchange.console.pages.preview_asked import Wanted, named, needed, one_agreement, references, typed, wanted
from exchange.console.pages.preview_shown import Shown, shown
from exchange.console.pages.said_law import partners_of, purpose_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code, Conflict
from exchange.model.records import Ref
from exchange.model.titles import Title, title
from exchange.model.vocab import KINDS, Kind
from exchange.operations.permissions import Permission
from exchange.operations.preview import Preview, Question, preview
from exchange.operations.preview_choices import choices
from exchange.operations.propose import MAX_RECORDS, Proposed, Wish, propose
from exchange.operations.read import MAX_PAGE, list_own
from exchange.ports import Unit

MOST: Final = 50
"""Records previewed together."""
_ALL: Final = "all"


class Line(NamedTuple):
    """One record of several."""

    ref: Ref
    title: Title
    kind: str
    shown: Shown


def get_choose(visit: Visit) -> Response:
    """The form: records by name, or all of a kind."""
    with visit.read() as unit:
        offered = choices(visit.node, unit, visit.person)
    purposes = {code for partner in offered.partners for code in offered.purposes(partner)}
    return visit.page(
        "previews/choose.html",
        partners=partners_of(visit, list(offered.partners)),
        agreements=sorted({each.agreement_id for many in offered.partners.values() for each in many}),
        purposes=[(code, purpose_of(visit, code)) for code in sorted(purposes)],
        kinds=[*Kind, _ALL],
        most=MOST,
    )


def post_choose(visit: Visit) -> Response:
    """On to the preview; one record alone has a page of its own."""
    refs = references(_names(visit), MOST)
    to = visit.form.text("to", limit=2, needed=False)
    if to and FORMS["partner"].fullmatch(to) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/to")
    if len(refs) == 1:
        return visit.to(f"/previews/{named(refs[0])}" + (f"?to={to}" if to else ""))
    return visit.to(f"/previews/several?records={','.join(map(named, refs))}" + (f"&to={to}" if to else ""))


def get_several(visit: Visit) -> Response:
    """A line for each record under one agreement."""
    if visit.request.method == "GET" and not typed(visit, "records", limit=5000):
        return visit.to("/previews")
    refs = references(_names(visit), MOST)
    with visit.write() as unit:
        offered = choices(visit.node, unit, visit.person, refs[0])
        asked = one_agreement(wanted(visit, offered), offered)
        lines = [] if asked is None else [_line(visit, unit, ref, asked) for ref in refs]
    return visit.page(
        "previews/several.html",
        refs=[named(ref) for ref in refs],
        asked=asked,
        lines=[line for line in lines if line is not None],
        partners=partners_of(visit, list(offered.partners)),
        agreements=[each.agreement_id for each in offered.partners.get(asked.to, ())] if asked else [],
        purposes=[(code, purpose_of(visit, code)) for code in offered.purposes(asked.to)] if asked else [],
    )


def post_several(visit: Visit) -> Response:
    """Proposes what was previewed, as one bulk."""
    refs, (to, agreement, purpose) = references(_names(visit), MOST), needed(visit)
    seen = dict(zip(refs, visit.form.many("seen", limit=64), strict=False))
    wish = Wish(to, agreement, purpose, tuple(refs), visit.form.ticked("again"))
    query = Wanted(to, purpose, agreement).query()
    back = f"/previews/several?records={','.join(map(named, refs))}&{query}"

    def act(unit: Unit) -> Response:
        bulk = "blk-" + secrets.token_hex(8)
        found = propose(visit.node, unit, visit.person, wish, bulk)
        for proposal in found.proposals:
            for item in unit.releases.items(proposal.id):
                if item.view_digest.hex() != seen.get(item.ref):
                    raise Conflict(Code.STALE)
        return _to(visit, found, bulk, back)

    return visit.once(act)


def post_kind(visit: Visit) -> Response:
    """Proposes every record of ours of one kind: decided one by one, read by nobody one by one."""
    form = visit.form
    kind, (to, agreement, purpose) = form.choice("kind", (*map(str, KINDS), _ALL)), needed(visit)

    def act(unit: Unit) -> Response:
        refs = _every(visit, unit, None if kind == _ALL else kind)
        bulk = "blk-" + secrets.token_hex(8)
        wish = Wish(to, agreement, purpose, tuple(refs), form.ticked("again"))
        found = propose(visit.node, unit, visit.person, wish, bulk) if refs else Proposed()
        return _to(visit, found, bulk, "/previews")

    return visit.once(act)


def _to(visit: Visit, found: Proposed, bulk: str, back: str) -> Response:
    if len(found.proposals) == 1:
        return visit.to(f"/releases/{found.proposals[0].id}", "proposed")
    if found.proposals:
        return visit.to(f"/releases/bulk/{bulk}", "proposed_several")
    return visit.to(back, "unchanged" if found.unchanged else "nothing_proposed")


def _names(visit: Visit) -> list[str]:
    """One a line or, in an address, with commas between; a form of several repeats the field."""
    if visit.request.method == "POST" and len(visit.form.fields.get("records", ())) > 1:
        return list(visit.form.many("records", limit=80))
    if visit.request.method == "POST":
        return visit.form.text("records", limit=5000, lines=True).replace(",", " ").split()
    return typed(visit, "records", limit=5000).split(",")


def _line(visit: Visit, unit: Unit, ref: Ref, asked: Wanted) -> Line | None:
    question = Question(ref, asked.to, asked.purpose, asked.agreement)
    (answer,) = preview(visit.node, unit, visit.person, question)
    if not isinstance(answer, Preview):
        return None
    record = answer.held.record
    return Line(ref, title(record.claims), record.kind, shown(visit, answer))


def _every(visit: Visit, unit: Unit, kind: str | None) -> list[Ref]:
    """Names of our records. BadInput when there are more than one push takes."""
    refs: list[Ref] = []
    while True:
        page = list_own(unit, visit.person, kind, refs[-1] if refs else None, MAX_PAGE)
        refs += [line.ref for line in page]
        if len(refs) > MAX_RECORDS:
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="/kind", limit=MAX_RECORDS)
        if len(page) < MAX_PAGE:
            return refs


PAGES: Final[tuple[Page, ...]] = (
    Page(
        "GET",
        "/previews",
        get_choose,
        Permission.RECORD_READ,
        nav=Nav(mark("Work"), mark("Previews"), 30),
    ),
    Page("POST", "/previews", post_choose, Permission.RECORD_READ, again=get_choose),
    Page("GET", "/previews/several", get_several, Permission.RECORD_READ),
    Page("POST", "/previews/several/propose", post_several, Permission.RELEASE_PROPOSE, again=get_several),
    Page("POST", "/previews/kind", post_kind, Permission.RELEASE_PROPOSE, again=get_choose),
)
