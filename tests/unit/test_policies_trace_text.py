"""Every step, test, class, cure and actor of a trace has its sentence in Arabic, French and English."""

from __future__ import annotations

import json
import re
from pathlib import Path
from random import Random

import pytest

from exchange.policies import trace as trace_module
from exchange.policies.cures import ONLY_HERE, WHO
from exchange.policies.decide import Inputs
from exchange.policies.reasons import REMEDIES
from exchange.policies.sentences import Sentence
from exchange.policies.tests import ARGUMENTS
from exchange.policies.trace import why
from exchange.policies.trace_sentences import ACTORS, ANSWERS, CLASSES, CURES, FOUND, STEPS, TESTS
from exchange.policies.trace_text import told, trace_document
from tests.unit.policies_kit import NOW, agreement, ask, clause, name, record
from tests.unit.policy_cases import a_case, nudged
from tests.unit.test_policies_trace import inputs_of

SOURCE = Path(trace_module.__file__).parent
ALL = {**STEPS, **CURES, **ACTORS, **ANSWERS, **CLASSES, **TESTS, "FOUND": FOUND}
WORDS = ("MET", "NOT_MET", "UNKNOWN")


def holes(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


@pytest.mark.parametrize("code", sorted(ALL))
def test_each_in_three_languages_with_the_same_placeholders(code: str) -> None:
    sentence: Sentence = ALL[code]
    assert holes(sentence.ar) == holes(sentence.fr) == holes(sentence.en)
    assert holes(sentence.en) <= {"clause", "recipient", "agreement", "purpose", "why", "people"}
    assert len(set(sentence)) == 3
    assert re.search(r"[\u0600-\u06ff]", sentence.ar)
    assert not re.search(r"[\u0600-\u06ff]", sentence.fr + sentence.en)


def test_every_code_that_the_source_can_give_has_a_sentence() -> None:
    """Codes stand in the source as text, or as a stem with an answer, an aside, a class or a state behind it."""
    source = (SOURCE / "trace.py").read_text("utf-8")
    given = set(re.findall(r'(?:Step|_looked)\(\s*"([A-Z_]+)"', source))
    stems = set(re.findall(r'f"([A-Z]+)_\{', source))
    assert stems == {"FORBID", "WITHHOLD", "DISCLOSE", "CLAUSE", "CLASS", "OUTCOME"}
    given |= {f"{stem}_{word}" for stem in ("FORBID", "WITHHOLD", "DISCLOSE") for word in WORDS}
    given |= {f"FORBID_{aside}" for aside in ("OTHER_DIRECTION", "OTHER_KIND")}
    given |= {f"CLAUSE_{aside}" for aside in ("OTHER_DIRECTION", "OTHER_KIND", "OTHER_FIELD")}
    fixed = source[source.index("def _fixed(") : source.index("def _withheld(")]
    given |= {f"CLASS_{code}" for code in re.findall(r'"([A-Z]+_?[A-Z]*)"', fixed)}
    given |= {f"OUTCOME_{state}" for state in ("SENT", "COARSER", "WITHHELD")}
    assert given == STEPS.keys()


def test_tests_classes_cures_and_actors_are_complete() -> None:
    assert TESTS.keys() == ARGUMENTS.keys()
    assert WHO.keys() - ONLY_HERE == REMEDIES
    assert CURES.keys() == ONLY_HERE
    assert {actor for who in WHO.values() for actor in who} | {"RELEASING_OFFICER"} == ACTORS.keys()
    findings = (SOURCE / "findings.py").read_text("utf-8")
    code = findings[findings.index("def _observed") :]
    named = set(re.findall(r'"([A-Z_]+)"', code)) - set(re.findall(r'\n    "([A-Z_]+)":', code))
    assert named == CLASSES.keys()


@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_a_told_trace_has_no_placeholder_left(language: str) -> None:
    rng, steps = Random(21), 0
    for _ in range(150):
        case = a_case(rng)
        inputs = inputs_of(nudged(rng, case))
        for claim in inputs.record.claims:
            said = told(why(inputs, claim.id), language)
            assert said.cure
            for step in said.steps:
                assert step.text
                assert not holes(step.text)
                steps += 1
    assert steps > 5000


def test_a_trace_as_json_has_the_codes_and_the_sentences() -> None:
    rng, answers = Random(22), set[str]()
    for _ in range(60):
        inputs = inputs_of(a_case(rng))
        for claim in inputs.record.claims:
            trace = why(inputs, claim.id)
            value = json.loads(json.dumps(trace_document(trace, "fr")))
            assert [step["code"] for step in value["steps"]] == [step.code for step in trace.steps]
            assert [step["text"] for step in value["steps"]] == [step.text for step in told(trace, "fr").steps]
            assert (value["state"], value["reason"]) == (trace.outcome.state, trace.outcome.reason)
            answers |= {test["answer"] for step in value["steps"] for test in step["tests"]}
    assert answers == set(WORDS)


def test_a_trace_names_the_value_that_decided_and_who_may_change_it() -> None:
    given = agreement(clauses=[clause(when={"nationality": ["KW"]})])
    about = record(("name.full", name("Invented")), ("nationality", {"country": "LY", "status": "confirmed"}))
    inputs = Inputs(given, (), about, "DZ", "KW", "border.checks", NOW, "3" * 64, "4" * 64)
    target = next(claim for claim in about.claims if claim.path == "name.full")
    assert ask(given, about).record_state == "denied"
    said = told(why(inputs, target.id), "en")
    lines = [line for step in said.steps for line in step.tests]
    assert "nationality among KW: no (in the record: nationality LY)" in lines
    assert said.who == ("the administrator", "all parties, by signature")
