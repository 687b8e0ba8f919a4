"""Runs the examples of an agreement: a node neither activates nor starts with one that decides an example differently.

The decision is `decide`, the same function that releases; national policies are left out unless given, because the
examples say what the parties agreed, not what one of them reserved. Spec: docs/spec/policy.md §8.
"""

from __future__ import annotations

from dataclasses import dataclass

from exchange.model.vocab import PathClass
from exchange.policies.agreement import Agreement, NationalPolicy
from exchange.policies.cases import Example
from exchange.policies.decide import Decision, Inputs, decide
from exchange.policies.facts import class_of


@dataclass(frozen=True, slots=True)
class Failure:
    """One example that is decided differently: which one, in what, and the two answers (paths and codes only)."""

    example: str
    member: str
    expected: str
    actual: str


def decide_example(agreement: Agreement, example: Example, policies: tuple[NationalPolicy, ...] = ()) -> Decision:
    """The decision of one example. Its digests are empty: an example has no manifest."""
    return decide(
        Inputs(
            agreement=agreement,
            policies=policies,
            record=example.record,
            node=example.node,
            recipient=example.to,
            purpose=example.purpose,
            now=example.now,
            manifest_digest="",
            policy_digest="",
        )
    )


def run_examples(agreement: Agreement, policies: tuple[NationalPolicy, ...] = ()) -> list[Failure]:
    """Every difference between the agreement's examples and what it decides; empty when all agree."""
    return [
        failure
        for example in agreement.examples
        for failure in compare(example, decide_example(agreement, example, policies))
    ]


def compare(example: Example, decision: Decision) -> list[Failure]:
    """What of `decision` is not as the example expects."""
    expect = example.expect
    pairs: list[tuple[str, object, object]] = [
        ("record", "released" if expect.released else "denied", decision.record_state)
    ]
    reason = None if decision.record_reason is None else decision.record_reason.code
    if not expect.released:
        pairs.append(("reason", expect.reason or reason, reason))
    else:
        pairs += [
            (state, wanted, found)
            for (state, wanted), found in zip(_wanted(example), _found(example, decision), strict=True)
        ]
        pairs += _terms(example, decision)
    return [
        Failure(example.name, member, _shown(wanted), _shown(found))
        for member, wanted, found in pairs
        if wanted != found
    ]


def _wanted(example: Example) -> tuple[tuple[str, frozenset[str]], ...]:
    expect = example.expect
    return (("sent", expect.sent), ("coarser", expect.coarser), ("withheld", expect.withheld))


def _found(example: Example, decision: Decision) -> tuple[frozenset[str], ...]:
    """Paths by state, in the order of `_wanted`, without governance."""
    kind = example.record.kind
    claims = [claim for claim in example.record.claims if class_of(claim.path, kind) is not PathClass.GOVERNANCE]
    return tuple(
        frozenset(claim.path for claim in claims if decision.outcomes[claim.id].state == state)
        for state in ("sent", "coarser", "withheld")
    )


def _terms(example: Example, decision: Decision) -> list[tuple[str, object, object]]:
    expect, handling = example.expect, decision.handling
    if handling is None:
        return []
    asked: list[tuple[str, object, object]] = [
        ("tlp", expect.tlp, handling.tlp),
        ("approvals", expect.approvals, decision.approvals_needed),
        ("retention_days", expect.retention_days, handling.retention_days),
        ("role", expect.role, decision.approver_role),
        ("caveats", expect.caveats, frozenset(handling.caveats)),
        ("purposes", expect.purposes, frozenset(handling.purposes)),
        ("onward", expect.onward, handling.onward),
    ]
    return [term for term in asked if term[1] is not None]


def _shown(value: object) -> str:
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)
