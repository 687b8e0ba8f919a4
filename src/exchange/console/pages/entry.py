"""A new record: choose its kind, fill in or paste, check, see who is like it, store.

Nothing is stored before the second button; a fault is told at its field and nothing that was typed is lost.
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.console.page import Nav, Page
from exchange.console.pages.entry_desk import UNCHECKED, Worked, claims_checked, confirm_page, form_page, worked
from exchange.console.pages.entry_sheet import blank, read
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import NotFound
from exchange.model.vocab import KINDS
from exchange.operations.deposit import Draft, deposit
from exchange.operations.duplicates import suggest
from exchange.operations.permissions import Permission
from exchange.ports import Unit
from exchange.sentences.record.vocabularies import words

SAID: Final[dict[str, str]] = {"deposited": mark("The record is stored. Nothing of it has left this node.")}
_FORM: Final = "entry/form.html"


def get_entry(visit: Visit) -> Response:
    """The seven kinds."""
    return visit.page("entry/kinds.html", kinds=words("kind", visit.lang))


def get_form(visit: Visit) -> Response:
    """An empty form, or the one that was refused with everything typed."""
    kind = _kind(visit)
    sheet = read(kind, visit.form) if visit.form.fields else blank(kind)
    return form_page(visit, Worked(sheet, "edit"), _FORM)


def post_form(visit: Visit) -> Response:
    """What the button that was pressed asks for."""
    done = worked(visit, read(_kind(visit), visit.form))
    if done.do == "check":
        return _check(visit, done)
    return _store(visit, done) if done.do == "store" else form_page(visit, done, _FORM)


def _check(visit: Visit, done: Worked) -> Response:
    sheet = done.sheet
    claims = claims_checked(visit, sheet, UNCHECKED, 1)
    if claims is None:
        return form_page(visit, done, _FORM)
    with visit.write() as unit:
        found = suggest(visit.node, unit, visit.person, claims, sheet.kind)
    return confirm_page(visit, sheet, claims, "entry/confirm.html", candidates=found)


def _store(visit: Visit, done: Worked) -> Response:
    claims = claims_checked(visit, done.sheet, UNCHECKED, 1)
    if claims is None:
        return form_page(visit, done, _FORM)
    draft = Draft(done.sheet.kind, claims)

    def act(unit: Unit) -> Response:
        (ref,) = deposit(visit.node, unit, visit.person, [draft])
        return visit.to(f"/records/{ref.originator}/{ref.id}", "deposited")

    return visit.once(act)


def _kind(visit: Visit) -> str:
    kind = visit.part("kind")
    if kind not in KINDS:
        raise NotFound
    return kind


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/entry", get_entry, Permission.RECORD_WRITE, nav=Nav(mark("Work"), mark("New record"), 20)),
    Page("GET", "/entry/{kind}", get_form, Permission.RECORD_WRITE),
    Page("POST", "/entry/{kind}", post_form, Permission.RECORD_WRITE, again=get_form),
)
