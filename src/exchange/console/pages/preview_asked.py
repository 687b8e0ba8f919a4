"""To whom, under which agreement, for which purpose a preview is asked: from the address or the form, each checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.api.call import FORMS
from exchange.console.visit import Visit
from exchange.errors import BadInput, Code
from exchange.model.records import Ref
from exchange.model.vocab import PURPOSES
from exchange.operations.preview_choices import Choices


@dataclass(frozen=True, slots=True)
class Wanted:
    """`agreement` None: every agreement in force with the partner, side by side."""

    to: str
    purpose: str
    agreement: str | None = None

    def query(self, **changes: str | None) -> str:
        """For an address; every part has its form, so nothing needs quoting."""
        parts = {"to": self.to, "purpose": self.purpose, "agreement": self.agreement, **changes}
        return "&".join(f"{name}={value}" for name, value in parts.items() if value)


def wanted(visit: Visit, choices: Choices) -> Wanted | None:
    """What was asked; where nothing was, the first partner and the record's first purpose. None: nobody to ask for.

    BadInput for what has not the form of a partner, agreement or purpose.
    """
    to = _formed(visit, "to", "partner") or next(iter(choices.partners), "")
    if not to:
        return None
    agreement = _formed(visit, "agreement", "agreement") or None
    purpose = typed(visit, "purpose")
    if purpose and purpose not in PURPOSES:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/purpose")
    purposes = choices.purposes(to, agreement)
    return Wanted(to, purpose or next(iter(purposes), ""), agreement)


def one_agreement(asked: Wanted | None, offered: Choices) -> Wanted | None:
    """The one asked for, or the first in force with the partner."""
    if asked is None or not asked.purpose:
        return None
    known = offered.partners.get(asked.to, ())
    if asked.agreement is None and not known:
        return None
    return Wanted(asked.to, asked.purpose, asked.agreement or known[0].agreement_id)


def needed(visit: Visit) -> tuple[str, str, str]:
    """(partner, agreement, purpose) of a form that proposes. BadInput names what is missing."""
    form = visit.form
    for name in ("to", "agreement", "purpose"):
        form.text(name, limit=200)
    purpose = form.choice("purpose", (str(each) for each in PURPOSES))
    return _formed(visit, "to", "partner"), _formed(visit, "agreement", "agreement"), purpose


def typed(visit: Visit, name: str, limit: int = 200) -> str:
    """A value of the form that was sent, or of the address."""
    if visit.request.method == "POST":
        return visit.form.text(name, limit=limit, needed=False)
    return visit.asked(name, limit=limit)


def references(texts: Sequence[str], limit: int) -> list[Ref]:
    """Records by their names, `DZ/rec-…`, each once. BadInput(VALUE_NOT_ALLOWED at records)."""
    found: dict[Ref, None] = {}
    for text in texts:
        originator, slash, id_ = text.partition("/")
        formed = FORMS["originator"].fullmatch(originator) and FORMS["record"].fullmatch(id_)
        if not slash or not formed:
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="/records")
        found[Ref(originator, id_)] = None
    if not 1 <= len(found) <= limit:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="/records", limit=limit)
    return list(found)


def named(ref: Ref) -> str:
    """`DZ/rec-…`."""
    return f"{ref.originator}/{ref.id}"


def record_of(visit: Visit) -> Ref:
    """The record that the address names."""
    return Ref(visit.part("originator"), visit.part("record"))


def _formed(visit: Visit, name: str, form: str) -> str:
    text = typed(visit, name)
    if text and FORMS[form].fullmatch(text) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at=f"/{name}")
    return text
