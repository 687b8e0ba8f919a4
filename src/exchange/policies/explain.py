"""Says a decision in the words of a language. It decides nothing and adds nothing.

Nothing of a claim's value appears: paths, clause ids and codes only, so that an explanation may be shown and kept
wherever the decision may. Agreements and whole decisions as prose: `exchange.sentences.law`.
Spec: docs/spec/policy.md §4, §5.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from exchange.model.records import Record
from exchange.policies.decide import Decision
from exchange.policies.reasons import Reason
from exchange.policies.sentences import CLAIM, INSTEAD, RECORD, REMEDY, Sentence
from exchange.policies.tests import AllOf, AnyOf, Condition, Floor, Not

_WORDS: Final = {AllOf: " and ", AnyOf: " or "}


class Line(NamedTuple):
    """One claim's outcome, ready to show."""

    claim: str
    path: str
    state: str
    why: str
    remedy: str | None


class Explanation(NamedTuple):
    state: str
    why: str | None
    """Why the record is denied; None when it is released."""
    remedy: str | None
    lines: tuple[Line, ...]


def explain(decision: Decision, record: Record, language: str) -> Explanation:
    """Sentences for `decision` about `record` in `ar`, `fr` or `en` (KeyError for another language)."""
    reason = decision.record_reason
    why, remedy = (None, None) if reason is None else explain_reason(reason, decision, language)
    lines = []
    for claim in record.claims:
        outcome = decision.outcomes[claim.id]
        told, cure = explain_reason(Reason(outcome.reason, outcome.clause, outcome.remedy), decision, language)
        if outcome.instead is not None:
            told += " " + _in(INSTEAD, language).format(instead=outcome.instead)
        lines.append(Line(claim.id, claim.path, outcome.state, told, cure))
    return Explanation(decision.record_state, why, remedy, tuple(lines))


def explain_reason(reason: Reason, decision: Decision, language: str) -> tuple[str, str | None]:
    """The sentences for one reason and its remedy."""
    facts = {
        "clause": reason.clause or "",
        "recipient": decision.recipient,
        "agreement": decision.agreement_id,
        "purpose": decision.purpose,
    }
    sentence = RECORD[reason.code] if reason.code in RECORD else CLAIM[reason.code]
    remedy = None if reason.remedy is None else _in(REMEDY[reason.remedy], language).format(**facts)
    return _in(sentence, language).format(**facts), remedy


def condition_text(condition: Condition) -> str:
    """A condition as one line, in the document's own words: for a trace, beside the sentences."""
    if isinstance(condition, Not):
        return f"not ({condition_text(condition.part)})"
    if isinstance(condition, AllOf | AnyOf):
        return "(" + _WORDS[type(condition)].join(condition_text(part) for part in condition.parts) + ")"
    argument = condition.argument
    if isinstance(argument, Floor):
        return f"{condition.name} {argument.scale} {argument.grade}"
    words = ", ".join(argument) if isinstance(argument, tuple) else str(argument)
    return f"{condition.name} {words}"


def _in(sentence: Sentence, language: str) -> str:
    return {"ar": sentence.ar, "fr": sentence.fr, "en": sentence.en}[language]
