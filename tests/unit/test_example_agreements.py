"""The agreements of docs/examples: complete, in three languages, and each of their rules held by one of their examples.

Removing a clause, a forbid, a condition or one part of it, or a term of handling, or widening between whom a rule
applies, must change what some co-signed example decides: then the examples are the law, not a sample (policy.md §8).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Final

import pytest

from exchange.crypto.encoding import canonical, read_canonical
from exchange.interop.documents import read_yaml
from exchange.model import vocab
from exchange.model.paths import paths_of
from exchange.policies.agreement import LANGUAGES, Agreement, read
from exchange.policies.cases import Example
from exchange.policies.check import Question, permitted
from exchange.policies.clauses import CADENCES, Clause, Forbid, selected
from exchange.policies.examples import decide_example, run_examples
from exchange.policies.tests import ARGUMENTS, AllOf, AnyOf, Condition, Not
from tests.examples import EXAMPLES
from tests.unit.policies_kit import Document, example

NAMES: Final = ("dz-ae-kw", "dz-ae-un", "dz-eg", "dz-fr", "dz-kw", "dz-qa", "dz-qa-2", "dz-sa", "dz-tn-eg")
CONTACT_ONLY: Final = ("dz-kw", "dz-qa", "dz-qa-2", "dz-sa")
SAFEGUARDS: Final = frozenset(
    {"CATEGORY_MISSING", "MINOR", "DURESS", "ORIGIN_COUNTRY", "NEUTRALITY", "PURPOSE_NOT_AGREED", "ORIGINATOR_CONTROL"}
)
"""Reasons that the examples of every agreement bring about."""
HANDLING: Final = ("tlp", "caveats", "purposes", "retention_days", "onward")
IDENTIFYING: Final = frozenset().union(
    *(paths_of(cls) for cls in vocab.CLASSES if cls.startswith("identity.") or cls in ("contact", "family", "source"))
)
INVENTED: Final = re.compile(r"[Ee]xempl|[Ee]xample|[Ss]pecimen|Mithal|مثال")
"""In every name of an example: nobody can take it for a person, a group or a network."""
ARABIC: Final = re.compile(r"[\u0621-\u064a]")
LATIN: Final = re.compile(r"[A-Za-z]")
everywhere = pytest.mark.parametrize("name", NAMES)


def plain(name: str) -> Document:
    """The document as the command line reads it, without the shared parts that YAML anchors make."""
    return read_yaml((EXAMPLES / f"{name}.yaml").read_bytes())


def test_these_are_all() -> None:
    assert tuple(sorted(path.stem for path in EXAMPLES.glob("dz-*.yaml"))) == NAMES


@everywhere
def test_the_examples_hold(name: str) -> None:
    loaded = example(name)
    assert len(loaded.examples) >= 12
    assert len({each.name for each in loaded.examples}) == len(loaded.examples)
    assert run_examples(loaded) == []
    assert {decide_example(loaded, each).record_state for each in loaded.examples} == {"released", "denied"}


@everywhere
def test_the_second_checker_lets_the_same_claims_go(name: str) -> None:
    loaded = example(name)
    for each in loaded.examples:
        decision = decide_example(loaded, each)
        released = decision.record_state == "released"
        sent = {id_ for id_, outcome in decision.outcomes.items() if released and outcome.state == "sent"}
        asked = Question(loaded, (), each.record, each.node, each.to, each.purpose, each.now)
        assert permitted(asked) == sent, each.name


@everywhere
def test_the_canonical_document_reads_as_the_same_agreement(name: str) -> None:
    document = plain(name)
    signed = canonical(document)
    back = read_canonical(signed, limit=1 << 20)
    assert back == document
    assert isinstance(back, dict)
    again = read(back, "2" * 64, draft=True)
    assert canonical(back) == signed
    assert again.examples == example(name).examples
    assert run_examples(again) == []


@everywhere
def test_title_and_recitals_stand_in_three_languages(name: str) -> None:
    loaded = example(name)
    assert len(loaded.recitals) >= 3
    for text in (loaded.title, *loaded.recitals):
        assert text._fields == LANGUAGES
        assert ARABIC.search(text.ar)
        assert not LATIN.search(text.ar.replace("TLP:AMBER", ""))
        for western in (text.fr, text.en):
            assert LATIN.search(western)
            assert not ARABIC.search(western)
        assert text.fr != text.en


@everywhere
def test_the_safeguards_are_among_the_examples(name: str) -> None:
    loaded = example(name)
    decided = [(each, decide_example(loaded, each)) for each in loaded.examples]
    reasons = {decision.record_reason.code for _, decision in decided if decision.record_reason is not None}
    assert reasons >= SAFEGUARDS
    outcomes = [outcome for _, decision in decided for outcome in decision.outcomes.values()]
    assert any(outcome.state == "coarser" for outcome in outcomes)
    assert any(outcome.reason == "AID_CORRIDOR" for outcome in outcomes)
    red = [(each, decision) for each, decision in decided if "TLP:RED" in each.record.texts("record.marking")]
    assert red
    covered = "TLP:RED" in loaded.approvals
    assert any(decision.record_state == "released" for _, decision in red) is covered
    assert covered or "MARKING_NOT_COVERED" in reasons


@everywhere
def test_out_of_scope_is_an_example(name: str) -> None:
    """A person of another nationality (or listing), who is denied by the law itself and not by a safeguard."""
    denied = [each for each in example(name).examples if each.expect.reason in ("NOTHING_TO_RELEASE", "FORBIDDEN")]
    assert any(each.record.kind == "person" for each in denied)


@everywhere
def test_everybody_is_plainly_invented(name: str) -> None:
    names = [
        claim.value["text"]
        for each in example(name).examples
        for claim in each.record.claims
        if isinstance(claim.value, dict) and "text" in claim.value
    ]
    assert names
    assert [text for text in names if not INVENTED.search(str(text))] == []


@everywhere
def test_the_structure_is_sound(name: str) -> None:
    """No rule that can never apply, no handling that loosens, and every label has a row or an example why not."""
    loaded = example(name)
    for rule in rules_of(loaded):
        assert pairs(loaded, rule), rule.id
    for clause in loaded.clauses:
        days = clause.terms.retention_days
        assert days is None or days < loaded.retention_days, clause.id
        for label, need in clause.approvals.items():
            assert need.people > loaded.approvals[label].people, (clause.id, label)
    rows = [loaded.approvals[label].people for label in vocab.TLP_BY_STRICTNESS if label in loaded.approvals]
    assert rows == sorted(rows, reverse=True)
    assert len(rows) >= 4 or name == "dz-ae-un"
    assert loaded.recall_days <= 7
    assert loaded.legal_basis.startswith("Example only;")


@pytest.mark.parametrize("name", CONTACT_ONLY)
def test_contact_only_lets_nothing_identifying_leave(name: str) -> None:
    loaded = example(name)
    told = {path for clause in loaded.clauses for selector in clause.disclose for path in selected(selector)}
    assert {"count.rounded", "location.country"} <= told
    assert told.isdisjoint(IDENTIFYING)
    assert "count" not in told
    assert all("person" not in (clause.kinds or ()) for clause in loaded.clauses if clause.disclose)
    assert any("person" in (forbid.kinds or ()) and forbid.when is None for forbid in loaded.forbids)
    sent = {path for each in loaded.examples for path in each.expect.sent}
    assert "count.rounded" in sent
    assert sent.isdisjoint(IDENTIFYING)
    assert loaded.matching or any("amendment" in recital.en for recital in loaded.recitals)


def test_a_nationality_that_may_not_be_named_goes_without_what_would_name_it() -> None:
    """The example of the dual national: nothing of what leaves holds the country that his papers name."""
    loaded = example("dz-fr")
    dual = next(each for each in loaded.examples if each.name.startswith("An Algerian who is also"))
    decision = decide_example(loaded, dual)
    left = [claim for claim in dual.record.claims if decision.outcomes[claim.id].state == "sent"]
    assert {"country": "DZ", "status": "confirmed"} in [claim.value for claim in left]
    assert any(isinstance(claim.value, dict) and claim.value.get("status") == "undisclosed" for claim in left)
    assert '"BE"' in json.dumps([claim.value for claim in dual.record.claims])
    assert '"BE"' not in json.dumps([claim.value for claim in left])


# the whole vocabulary


def conditions(condition: Condition) -> Iterator[tuple[str, object]]:
    """(member name, argument) of a condition and of all inside it."""
    if isinstance(condition, Not):
        yield "not", None
        yield from conditions(condition.part)
    elif isinstance(condition, AllOf | AnyOf):
        yield ("all_of" if isinstance(condition, AllOf) else "any_of"), None
        for part in condition.parts:
            yield from conditions(part)
    else:
        yield condition.name, condition.argument


def test_every_word_of_the_clause_vocabulary_is_used() -> None:
    loaded = [example(name) for name in NAMES]
    clauses = [clause for each in loaded for clause in each.clauses]
    rules = [rule for each in loaded for rule in rules_of(each)]
    used = {name for rule in rules if rule.when is not None for name, _ in conditions(rule.when)}
    assert used == {*ARGUMENTS, "all_of", "any_of", "not"}
    written = [clause for name in NAMES for clause in plain(name)["clauses"]]
    assert {member for clause in written for member in clause.get("handling", {})} == set(HANDLING)
    assert {clause.cadence for clause in clauses} >= CADENCES
    assert {each.cadence for each in loaded} == {"manual", "daily"}
    assert any(clause.approvals for clause in clauses)
    assert {label for each in loaded for label in each.approvals} == set(vocab.TLP_BY_STRICTNESS)
    assert {need.role for each in loaded for need in each.approvals.values()} == {"officer", "releasing_officer"}
    assert {kind for rule in rules for kind in rule.kinds or ()} == set(vocab.KINDS)
    assert {selector for clause in clauses for selector in clause.disclose if selector.endswith(".*")}
    assert {each.onward for each in loaded} == {"none", "ask"}
    assert {each.back_catalogue for each in loaded} == {True, False}
    assert any(each.assurance_required for each in loaded)
    assert {suite for each in loaded for suite in each.suites} == {1, 2}


# mutations


def rules_of(agreement: Agreement) -> list[Clause | Forbid]:
    return [*agreement.clauses, *agreement.forbids]


def pairs(agreement: Agreement, rule: Clause | Forbid) -> set[tuple[str, str]]:
    """Between which two parties a rule applies."""
    codes = [party.code for party in agreement.parties]
    return {(a, b) for a in rule.from_ or codes for b in rule.to or codes if a != b}


def mutants(document: Document) -> Iterator[tuple[str, Document]]:
    """The document with one rule, or one member of a rule, taken away or widened."""
    for part in ("clauses", "forbids"):
        for place, rule in enumerate(document.get(part, [])):
            without = deepcopy(document)
            del without[part][place]
            yield rule["id"], without
            for at in _parts(rule.get("when", {}), ("when",)):
                yield f"{rule['id']} {at}", _less(document, part, place, at)
            for member in ("when", "handling", "approvals"):
                if member in rule:
                    yield f"{rule['id']} {member}", _less(document, part, place, (member,))
            for member in rule.get("handling", {}):
                if len(rule["handling"]) > 1:
                    yield f"{rule['id']} handling.{member}", _less(document, part, place, ("handling", member))
            if "disclose" in rule and "withhold" in rule:
                for member in ("disclose", "withhold"):
                    yield f"{rule['id']} {member}", _less(document, part, place, (member,))


def _parts(condition: Document, at: tuple[str | int, ...]) -> Iterator[tuple[str | int, ...]]:
    """Where each part of an `all_of` or `any_of` stands that is not alone there."""
    for word in ("all_of", "any_of"):
        parts = condition.get(word, [])
        for place, part in enumerate(parts):
            if len(parts) > 1:
                yield (*at, word, place)
            yield from _parts(part, (*at, word, place))
    if "not" in condition:
        yield from _parts(condition["not"], (*at, "not"))


def _less(document: Document, part: str, place: int, at: tuple[str | int, ...]) -> Document:
    less = deepcopy(document)
    target: Any = less[part][place]
    for key in at[:-1]:
        target = target[key]
    del target[at[-1]]
    return less


def widened(document: Document) -> Iterator[tuple[str, Document]]:
    """The document with one rule applying between all, where that adds a pair of parties."""
    loaded = read(document, "2" * 64, draft=True)
    rules = rules_of(loaded)
    for number, rule in enumerate(rules):
        part, place = ("clauses", number) if isinstance(rule, Clause) else ("forbids", number - len(loaded.clauses))
        for member in ("from", "to"):
            wide = deepcopy(document)
            wide[part][place][member] = "*"
            again = read(wide, "2" * 64, draft=True)
            if pairs(again, rules_of(again)[number]) > pairs(loaded, rule):
                yield f"{rule.id} {member}", wide


@everywhere
def test_no_rule_can_be_removed_or_weakened_unseen(name: str) -> None:
    document = plain(name)
    changed = [*mutants(document), *widened(document)]
    assert len(changed) >= 2 * len(document["clauses"])
    seen = {label: bool(run_examples(read(mutant, "2" * 64, draft=True))) for label, mutant in changed}
    assert [label for label, noticed in seen.items() if not noticed] == []


@everywhere
def test_every_rule_is_named_by_a_decision(name: str) -> None:
    """Each clause and forbid is the reason that some example gives, so that a reader finds it there."""
    loaded = example(name)
    named = {clause for each in loaded.examples for clause in _named(loaded, each)}
    assert {rule.id for rule in rules_of(loaded)} <= named


def _named(agreement: Agreement, each: Example) -> set[str | None]:
    decision = decide_example(agreement, each)
    reason = None if decision.record_reason is None else decision.record_reason.clause
    return {reason, *(outcome.clause for outcome in decision.outcomes.values())}
