"""Several agreements' answers beside each other: states claim by claim, handling, approvals, and which can be named.

Nothing is merged: each column is one agreement's own decision, and a release names exactly one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from exchange.cli.output import Output
from exchange.cli.record import value_text
from exchange.cli.words import word
from exchange.operations.preview import Preview, releasable
from exchange.policies.compile import Outcome
from exchange.policies.explain import explain
from exchange.policies.handling import Handling


def show_side_by_side(out: Output, answers: Sequence[Preview], to: str) -> None:
    """One column per agreement. `answers` are of one record, recipient and purpose, at least one."""
    lang, first = out.lang, answers[0]
    out.line(f"{to} · {first.purpose}", style="bold")
    for each in answers:
        said = explain(each.view.decision, each.held.record, lang)
        out.line(f"{each.agreement_id}:", word(said.state, lang), said.why or "", said.remedy or "")
    head = [word("field", lang), word("we_hold", lang), *(each.agreement_id for each in answers)]
    out.table(head, [*_claims(answers, lang), *_terms(answers, lang)])
    possible = releasable(answers)
    if possible:
        out.line(word("name_one", lang), "  ".join(f"--agreement {id_}" for id_ in possible), style="bold")


def _claims(answers: Sequence[Preview], lang: str) -> list[list[str]]:
    return [
        [
            claim.path,
            value_text(claim.value),
            *(_cell(each.view.decision.outcomes[claim.id], lang) for each in answers),
        ]
        for claim in answers[0].held.record.claims
    ]


def _cell(outcome: Outcome, lang: str) -> str:
    """The state, and the clause or the reason's code that made it so."""
    return f"{word(outcome.state, lang)} ({outcome.clause or outcome.reason})"


def _terms(answers: Sequence[Preview], lang: str) -> list[list[str]]:
    """What would bind the recipient, and who must approve; empty where nothing would leave."""
    asked: tuple[tuple[str, Callable[[Handling], str]], ...] = (
        ("marking", lambda handling: handling.tlp),
        ("caveats", lambda handling: ", ".join(handling.caveats)),
        ("purposes", lambda handling: ", ".join(handling.purposes)),
        ("retention_days", lambda handling: str(handling.retention_days)),
        ("onward", lambda handling: handling.onward),
    )
    rows = []
    for name, text in asked:
        found = (each.view.released for each in answers)
        rows.append([word(name, lang), "", *("" if each is None else text(each.handling) for each in found)])
    decisions = [each.view.decision for each in answers]
    needed = (f"{each.approvals_needed} {each.approver_role}" if each.approvals_needed else "" for each in decisions)
    return [*rows, [word("approvals", lang), "", *needed]]
