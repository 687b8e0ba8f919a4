"""What an agreement lets in: the recipient's own reading of the same document (envelope.md §4, step 14).

The sender's decision is never trusted for this: a partner that sends what no clause of ours knows is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

from exchange.errors import BadInput, Code, Denied
from exchange.model import vocab
from exchange.model.claims import Claim, JsonValue
from exchange.model.paths import paths_of
from exchange.policies.agreement import Agreement
from exchange.policies.clauses import ONWARD, RETENTION_DAYS_MAX, selected
from exchange.policies.facts import RANK
from exchange.policies.handling import Handling

_GOVERNANCE: Final = paths_of(vocab.PathClass.GOVERNANCE)
_MEMBERS: Final = {"tlp", "caveats", "purposes", "retention_days", "onward"}


def in_force_between(agreement: Agreement, sender: str, recipient: str, now: datetime) -> bool:
    """Both are parties and `now` lies within the agreement's validity."""
    parties = agreement.party(sender) is not None and agreement.party(recipient) is not None
    return parties and sender != recipient and agreement.valid_from <= now < agreement.valid_until


def lets_in(agreement: Agreement, kind: str, sender: str, recipient: str) -> bool:
    """Some clause discloses records of `kind` from `sender` to `recipient`."""
    return any(
        clause.disclose
        and (clause.from_ is None or sender in clause.from_)
        and (clause.to is None or recipient in clause.to)
        and (clause.kinds is None or kind in clause.kinds)
        for clause in agreement.clauses
    )


def _paths_let_in(agreement: Agreement, kind: str, sender: str, recipient: str) -> frozenset[str]:
    disclosed = [
        selector
        for clause in agreement.clauses
        if (clause.from_ is None or sender in clause.from_)
        and (clause.to is None or recipient in clause.to)
        and (clause.kinds is None or kind in clause.kinds)
        for selector in clause.disclose
    ]
    return frozenset(path for selector in disclosed for path in selected(selector))


paths_let_in: Final = lru_cache(maxsize=1024)(_paths_let_in)
"""Paths that some clause discloses, whatever its condition, which only the sender's full record could answer."""


def check_view(claims: Sequence[Claim], handling: Handling, let_in: frozenset[str]) -> None:
    """Denied(IMPORT_REFUSED) for a claim that no clause lets in, a view without content, or a loosened marking."""
    content = [claim.path for claim in claims if claim.path not in _GOVERNANCE]
    if not content or not let_in.issuperset(content):
        raise Denied(Code.IMPORT_REFUSED, at="claims")
    marked = [claim.value for claim in claims if claim.path == "record.marking" and isinstance(claim.value, str)]
    if any(RANK[label] > RANK[handling.tlp] for label in marked):
        raise Denied(Code.IMPORT_REFUSED, at="handling/tlp")


def read_handling(value: JsonValue, agreement: Agreement) -> Handling:
    """The handling that came with a record, no looser than the agreement. BadInput(BODY_MALFORMED) otherwise."""
    terms = handling_of(value)
    if terms.retention_days > agreement.retention_days:
        raise BadInput(Code.BODY_MALFORMED, at="handling/retention_days")
    loose = agreement.onward == "none" and terms.onward != "none"
    if not set(terms.purposes) <= set(agreement.purposes) or loose:
        raise BadInput(Code.BODY_MALFORMED, at="handling")
    return terms


def handling_of(value: JsonValue) -> Handling:
    """A handling in its exact form, whatever agreement it belongs to. BadInput(BODY_MALFORMED) otherwise."""
    if not isinstance(value, dict) or value.keys() != _MEMBERS:
        raise BadInput(Code.BODY_MALFORMED, at="handling")
    tlp, days, onward = value["tlp"], value["retention_days"], value["onward"]
    caveats, purposes = _words(value["caveats"]), _words(value["purposes"])
    known = tlp in RANK and onward in ONWARD and set(caveats) <= set(vocab.CAVEATS)
    if not known or not isinstance(tlp, str) or not isinstance(onward, str):
        raise BadInput(Code.BODY_MALFORMED, at="handling")
    if type(days) is not int or not 1 <= days <= RETENTION_DAYS_MAX:
        raise BadInput(Code.BODY_MALFORMED, at="handling/retention_days")
    return Handling(tlp, caveats, purposes, days, onward)


def _words(value: JsonValue) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise BadInput(Code.BODY_MALFORMED, at="handling")
    words = tuple(str(word) for word in value)
    if list(words) != sorted(set(words)):
        raise BadInput(Code.BODY_MALFORMED, at="handling")
    return words
