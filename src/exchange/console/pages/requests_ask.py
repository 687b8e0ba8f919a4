"""Asking a partner. Nothing leaves by this form: another person approves what is asked, then it is released."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from exchange.console.page import Page
from exchange.console.pages.inbox_words import urgency_of
from exchange.console.pages.preview_asked import references
from exchange.console.pages.said_law import partner_of, purpose_of
from exchange.console.visit import Visit
from exchange.console.words import mark
from exchange.errors import BadInput, Code
from exchange.model.messages import MAX_NOTE, MAX_QUESTION, MAX_REFS, URGENCIES
from exchange.model.records import Ref
from exchange.model.vocab import PURPOSES
from exchange.operations.permissions import Permission
from exchange.operations.preview_choices import Choices, choices
from exchange.operations.questions import Question, ask
from exchange.ports import Unit

SAID: Final[dict[str, str]] = {
    "asked": mark("Proposed. Nothing has left yet: another person reads the question and approves it."),
}


def get_new(visit: Visit) -> Response:
    """The form, with the agreements that are in force."""
    with visit.read() as unit:
        offered = choices(visit.node, unit, visit.person)
    return visit.page(
        "requests/new.html",
        ways=ways(visit, offered),
        purposes=[(code, purpose_of(visit, code)) for code in all_purposes(offered)],
        urgencies=[(code, urgency_of(visit, code)) for code in URGENCIES],
        longest=MAX_QUESTION,
    )


def post_new(visit: Visit) -> Response:
    """Proposes the request."""
    form = visit.form
    partner, agreement = way_of(visit)
    wish = Question(
        partner,
        agreement,
        form.choice("purpose", (str(each) for each in PURPOSES)),
        form.text("question", limit=MAX_QUESTION, lines=True),
        form.text("legal_basis", limit=MAX_NOTE, lines=True),
        form.choice("urgency", URGENCIES),
        tuple(named_records(visit, "records")),
    )

    def act(unit: Unit) -> Response:
        proposal = ask(visit.node, unit, visit.person, wish)
        return visit.to(f"/releases/{proposal.id}", "asked")

    return visit.once(act)


def ways(visit: Visit, offered: Choices) -> list[tuple[str, str]]:
    """(value, label) of every agreement in force with every partner."""
    return [
        (f"{code}.{choice.agreement_id}", f"{code} – {partner_of(visit, code)} · {choice.agreement_id}")
        for code, known in offered.partners.items()
        for choice in known
    ]


def way_of(visit: Visit) -> tuple[str, str]:
    """(partner, agreement) as chosen. BadInput(VALUE_NOT_ALLOWED at way)."""
    partner, _, agreement = visit.form.text("way", limit=80).partition(".")
    with visit.read() as unit:
        offered = choices(visit.node, unit, visit.person)
    if agreement not in {each.agreement_id for each in offered.partners.get(partner, ())}:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/way")
    return partner, agreement


def all_purposes(offered: Choices) -> list[str]:
    """Those of the agreements in force, in order."""
    return sorted({each for known in offered.partners.values() for choice in known for each in choice.purposes})


def named_records(visit: Visit, name: str) -> list[Ref]:
    """Records named in a field, one to a line or with spaces between them; none when it is empty."""
    texts = visit.form.text(name, limit=MAX_REFS * 70, needed=False, lines=True).split()
    return references(texts, MAX_REFS) if texts else []


PAGES: Final[tuple[Page, ...]] = (
    Page("GET", "/requests/new", get_new, Permission.RELEASE_PROPOSE),
    Page("POST", "/requests/new", post_new, Permission.RELEASE_PROPOSE, again=get_new),
)
