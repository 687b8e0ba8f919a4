"""The matrix of a preview: claims by partners, each cell a state and the clause or reason. Nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence

from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.record import named
from exchange.cli.session import Session
from exchange.cli.words import word
from exchange.model.records import Ref
from exchange.operations.matrix import Column, Matrix, matrix
from exchange.policies.explain import explain


def show_matrix(session: Session, ref: Ref, purpose: str, to: Sequence[str] | None) -> None:
    """Prints the matrix; exit 4 when no column lets anything out."""
    recipients = None if to is None else tuple(dict.fromkeys(to))
    with session.acting() as (node, person), node.store.write() as unit:
        found = matrix(node, unit, person, ref, purpose, recipients)
    lang = session.out.lang
    head = [word("field", lang), *(f"{column.recipient} {column.agreement_id or ''}" for column in found.columns)]
    session.out.table(head, _rows(found, lang))
    session.out.line(word("nothing_sent", lang))
    columns = [_document(column, found, lang) for column in found.columns]
    released = any(each["state"] == "released" for each in columns)
    session.result(record=named(ref), purpose=purpose, columns=columns, releasable=released)
    if not released:
        raise StopError(Exit.DENIED)


def _rows(found: Matrix, lang: str) -> list[list[str]]:
    return [
        [claim.path, *(_cell(column, claim.id, lang) for column in found.columns)] for claim in found.held.record.claims
    ]


def _cell(column: Column, claim_id: str, lang: str) -> str:
    if column.decision is None:
        return f"{word('withheld', lang)} {column.code}"
    outcome = column.decision.outcomes[claim_id]
    return f"{word(outcome.state, lang)} {outcome.clause or outcome.reason}"


def _document(column: Column, found: Matrix, lang: str) -> dict[str, object]:
    head: dict[str, object] = {"to": column.recipient, "agreement": column.agreement_id}
    decision = column.decision
    if decision is None:
        return {**head, "state": "denied", "code": column.code, "why": None, "claims": []}
    said = explain(decision, found.held.record, lang)
    reason = decision.record_reason
    claims = [
        {
            "claim": line.claim,
            "path": line.path,
            "state": line.state,
            "clause": decision.outcomes[line.claim].clause,
            "reason": decision.outcomes[line.claim].reason,
            "instead": decision.outcomes[line.claim].instead,
        }
        for line in said.lines
    ]
    code = None if reason is None else reason.code
    return {**head, "state": said.state, "code": code, "why": said.why, "claims": claims}
