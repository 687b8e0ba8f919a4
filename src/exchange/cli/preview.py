"""`exchange preview`: field by field, what a partner would see and by which rule. Nothing is sent."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.command import command
from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.law import show as show_law
from exchange.cli.matrix import show_matrix
from exchange.cli.output import Output
from exchange.cli.record import caveats_of, named, reference, value_text, warn
from exchange.cli.session import Session
from exchange.cli.side_by_side import show_side_by_side
from exchange.cli.words import word
from exchange.errors import BadInput, Code
from exchange.operations.preview import NoAnswer, Preview, Question, preview, releasable
from exchange.policies.explain import explain
from exchange.sentences import sentence
from exchange.sentences.law import decision_text

group = typer.Typer()


@command(group, "preview")
def preview_(
    session: Session,
    *,
    record: Annotated[str, typer.Argument(metavar="ORIGINATOR/ID", help="A record of ours.")],
    to: Annotated[
        list[str] | None, typer.Option(help="The partner's country code; with --matrix several, or none for all.")
    ] = None,
    purpose: Annotated[str, typer.Option(help="Purpose code, for example counter_terrorism.travel.")],
    agreement: Annotated[
        str | None, typer.Option(help="One agreement; without it all in force with the partner, side by side.")
    ] = None,
    matrix: Annotated[bool, typer.Option("--matrix", help="Claims by partners, states and clauses only.")] = False,
    pdf: Annotated[Path | None, typer.Option("--pdf", help="Write the one decision as PDF to this file.")] = None,
) -> None:
    """What would this partner see of this record, and why not the rest? Exit 4 if no agreement lets anything out."""
    if matrix:
        show_matrix(session, reference(record), purpose, to)
        return
    if to is None or len(to) != 1:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="--to")
    preview_one(session, Question(reference(record), to[0], purpose, agreement), pdf)


def preview_one(session: Session, question: Question, pdf: Path | None) -> None:
    """One partner, every agreement asked."""
    with session.acting() as (node, person), node.store.write() as unit:
        answers = preview(node, unit, person, question)
    decided = [each for each in answers if isinstance(each, Preview)]
    if pdf is not None and len(decided) != 1:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="agreement")
    documents = [_document(each, session.out.lang) for each in answers]
    possible = releasable(answers)
    _show(session.out, answers, question.recipient)
    session.out.line(word("nothing_sent", session.out.lang))
    if pdf is not None:
        show_law(session.out, decision_text(decided[0].view.decision, decided[0].held.record, session.out.lang), pdf)
    session.result(
        record=named(question.ref),
        to=question.recipient,
        purpose=question.purpose,
        answers=documents,
        releasable=bool(possible),
        name_one=possible if question.agreement_id is None else [],
    )
    if not possible:
        raise StopError(Exit.DENIED)


def _show(out: Output, answers: Sequence[Preview | NoAnswer], to: str) -> None:
    """One agreement in full; several side by side, claim by claim, and the request to name one of them."""
    if not answers:
        out.line(word("no_agreement", out.lang))
    shown = [each for each in answers if isinstance(each, Preview)]
    for each in answers:
        if isinstance(each, NoAnswer):
            out.line(each.agreement_id, sentence(Code(each.code), out.lang, {}))
        elif len(shown) == 1:
            show_preview(out, each, to)
    if len(shown) > 1:
        show_side_by_side(out, shown, to)


def _document(answer: Preview | NoAnswer, lang: str) -> dict[str, object]:
    if isinstance(answer, NoAnswer):
        why = sentence(Code(answer.code), lang, {})
        return {"agreement": answer.agreement_id, "state": "denied", "code": answer.code, "why": why}
    return preview_document(answer, lang)


def show_preview(out: Output, answer: Preview, to: str) -> None:
    """The table for people."""
    said = explain(answer.view.decision, answer.held.record, out.lang)
    terms = None if answer.view.released is None else answer.view.released.handling.document()
    warn(out, caveats_of(answer.held.record.claims, terms))
    out.line(f"{answer.agreement_id} · {to} · {answer.purpose}:", word(said.state, out.lang), style="bold")
    if said.why is not None:
        out.line(said.why, said.remedy or "")
    out.table(("field", "we_hold", "partner_sees", "rule"), _rows(answer, out.lang))
    if terms is not None:
        out.line(word("handling", out.lang) + ":", value_text(terms))
        out.line(word("digest", out.lang) + ":", answer.view.digest.hex())


def preview_document(answer: Preview, lang: str) -> dict[str, object]:
    """The same for scripts."""
    decision = answer.view.decision
    said = explain(decision, answer.held.record, lang)
    released = answer.view.released
    return {
        "agreement": answer.agreement_id,
        "state": said.state,
        "code": None if decision.record_reason is None else decision.record_reason.code,
        "why": said.why,
        "remedy": said.remedy,
        "view_digest": answer.view.digest.hex(),
        "approvals_needed": decision.approvals_needed,
        "approver_role": decision.approver_role,
        "handling": None if released is None else released.handling.document(),
        "claims": [
            {
                "claim": line.claim,
                "path": line.path,
                "state": line.state,
                "clause": decision.outcomes[line.claim].clause,
                "reason": decision.outcomes[line.claim].reason,
                "instead": decision.outcomes[line.claim].instead,
                "why": line.why,
                "remedy": line.remedy,
            }
            for line in said.lines
        ],
    }


def _rows(answer: Preview, lang: str) -> list[tuple[str, str, str, str]]:
    claims = {claim.id: claim for claim in answer.held.record.claims}
    outcomes = answer.view.decision.outcomes
    rows = []
    for line in explain(answer.view.decision, answer.held.record, lang).lines:
        instead = outcomes[line.claim].instead
        value = value_text(claims[line.claim].value)
        if line.state == "sent":
            seen = value
        elif line.state == "coarser" and instead is not None:
            seen = f"≈ {value_text(claims[instead].value)}"
        else:
            seen = word("withheld", lang)
        rows.append((line.path, value, seen, f"{word(line.state, lang)}: {line.why}"))
    return rows
