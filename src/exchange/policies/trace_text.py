"""Says a trace in the words of a language: one line a step, tests under their clause. It adds nothing.

For the node's own officers: the lines name the record's own words. Spec: docs/spec/policy.md §10.
"""

from __future__ import annotations

from typing import NamedTuple

from exchange.model.claims import JsonObject, JsonValue
from exchange.policies.cures import Cure
from exchange.policies.explain import explain_reason
from exchange.policies.facts import Answer
from exchange.policies.findings import Found, Tested
from exchange.policies.reasons import Reason
from exchange.policies.sentences import REMEDY, Sentence
from exchange.policies.trace import Step, Trace
from exchange.policies.trace_sentences import ACTORS, ANSWERS, CLASSES, CURES, FOUND, STEPS, TESTS


class Told(NamedTuple):
    """A step as text."""

    code: str
    text: str
    tests: tuple[str, ...]
    """One line for each test of the step's condition, or for what a check looked at."""


class ToldTrace(NamedTuple):
    steps: tuple[Told, ...]
    cure: str
    who: tuple[str, ...]


def told(trace: Trace, language: str) -> ToldTrace:
    """Sentences for `trace` in `ar`, `fr` or `en` (KeyError for another language)."""
    steps = tuple(_step(step, trace, language) for step in trace.steps)
    return ToldTrace(steps, _cure(trace.cure, trace, language), tuple(_in(ACTORS[a], language) for a in trace.cure.who))


def trace_document(trace: Trace, language: str) -> JsonObject:
    """The trace as JSON: codes for programs, sentences for people."""
    said = told(trace, language)
    outcome, reason = trace.outcome, trace.decision.record_reason
    steps: list[JsonValue] = [
        {
            "code": step.code,
            "rule": step.rule,
            "reason": step.reason,
            "condition": step.condition,
            "tests": [_test_document(each) for each in step.tests],
            "found": [list(each) for each in step.found],
            "text": line.text,
        }
        for step, line in zip(trace.steps, said.steps, strict=True)
    ]
    return {
        "claim": trace.claim,
        "path": trace.path,
        "state": outcome.state,
        "reason": outcome.reason,
        "clause": outcome.clause,
        "instead": outcome.instead,
        "record_state": trace.decision.record_state,
        "record_reason": None if reason is None else reason.code,
        "steps": steps,
        "cure": {"what": trace.cure.what, "who": list(trace.cure.who), "people": trace.cure.people},
        "cure_text": said.cure,
        "who_text": list(said.who),
    }


def _test_document(each: Tested) -> JsonObject:
    return {
        "test": each.test,
        "wanted": each.wanted,
        "answer": answer_code(each.answer),
        "found": [list(found) for found in each.found],
    }


def answer_code(answer: Answer) -> str:
    """`MET`, `NOT_MET` or `UNKNOWN`."""
    return {True: "MET", False: "NOT_MET", None: "UNKNOWN"}[answer]


def _step(step: Step, trace: Trace, language: str) -> Told:
    decision = trace.decision
    why = ""
    if step.reason is not None and "{why}" in STEPS[step.code].en:
        clause = trace.outcome.clause if step.code.startswith("OUTCOME") else step.rule
        why = explain_reason(Reason(step.reason, clause), decision, language)[0]
    text = _in(STEPS[step.code], language).format(
        clause=step.rule or "",
        recipient=decision.recipient,
        agreement=decision.agreement_id,
        purpose=decision.purpose,
        why=why,
    )
    if step.condition is not None:
        text = f"{text} [{step.condition}]"
    lines = [_test(each, language) for each in step.tests] + [_found((each,), language) for each in step.found]
    return Told(step.code, text, tuple(lines))


def _test(each: Tested, language: str) -> str:
    answer = _in(ANSWERS[answer_code(each.answer)], language)
    line = f"{_in(TESTS[each.test], language)} {each.wanted}: {answer}"
    return f"{line} ({_found(each.found, language)})" if each.found else line


def _found(found: tuple[Found, ...], language: str) -> str:
    shown = ", ".join(
        f"{each.path} {_in(CLASSES[each.word], language) if each.word in CLASSES else each.word}" for each in found
    )
    return f"{_in(FOUND, language)}: {shown}"


def _cure(cure: Cure, trace: Trace, language: str) -> str:
    sentence = CURES[cure.what] if cure.what in CURES else REMEDY[cure.what]
    decision = trace.decision
    return _in(sentence, language).format(
        recipient=decision.recipient,
        agreement=decision.agreement_id,
        purpose=decision.purpose,
        people=cure.people,
    )


def _in(sentence: Sentence, language: str) -> str:
    return {"ar": sentence.ar, "fr": sentence.fr, "en": sentence.en}[language]
