"""The agreed examples of an agreement in prose. Spec: docs/spec/policy.md §8, §12."""

from __future__ import annotations

from exchange.policies.agreement import Agreement
from exchange.policies.cases import Example
from exchange.policies.examples import decide_example
from exchange.sentences.law.clauses import fields, punctuated
from exchange.sentences.law.grammar import DAYS, PERSONS, Tongue
from exchange.sentences.law.labels import label
from exchange.sentences.law.phrases import EXAMPLE
from exchange.sentences.law.reasons import Asked, why
from exchange.sentences.law.text import Item
from exchange.sentences.law.words import PURPOSES


def example_items(tongue: Tongue, document: Agreement) -> tuple[Item, ...]:
    """One item an example, the expected decision below it."""
    items = []
    for number, example in enumerate(document.examples, 1):
        told = _expected(tongue, document, example)
        below = [Item(label(tongue.lang, 0, index), text) for index, text in enumerate(told)]
        items.append(Item(f"{number}.", _case(tongue, example), punctuated(tongue, below)))
    return tuple(items)


def _case(tongue: Tongue, example: Example) -> str:
    return tongue.say(
        EXAMPLE["case"],
        name=tongue.authored(example.name),
        sender=tongue.country(example.node),
        recipient=tongue.country(example.to),
        purpose=tongue.of(PURPOSES[example.purpose]),
    )


def _expected(tongue: Tongue, document: Agreement, example: Example) -> list[str]:
    expect = example.expect
    if not expect.released:
        return [_denied(tongue, document, example)]
    states = (("sent", expect.sent), ("coarser", expect.coarser), ("withheld", expect.withheld))
    told = [tongue.say(EXAMPLE[name], fields=fields(tongue, paths)) for name, paths in states if paths]
    if expect.tlp is not None:
        told.append(tongue.say(EXAMPLE["tlp"], tlp=tongue.name(expect.tlp)))
    if expect.approvals is not None:
        told.append(tongue.say(EXAMPLE["approvals"], people=tongue.count(expect.approvals, PERSONS)))
    if expect.retention_days is not None:
        told.append(tongue.say(EXAMPLE["retention"], days=tongue.count(expect.retention_days, DAYS)))
    return told


def _denied(tongue: Tongue, document: Agreement, example: Example) -> str:
    """The expected reason; the clause that it names comes from the decision, which an example does not repeat."""
    code = example.expect.reason
    found = decide_example(document, example).record_reason
    if code is None or found is None or found.code != code:
        return tongue.of(EXAMPLE["denied"])
    asked = Asked(example.to, document.id, example.purpose)
    return tongue.say(EXAMPLE["denied_because"], reason=why(tongue, code, found.clause, asked))
