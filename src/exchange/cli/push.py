"""`exchange push`, `approve`, `release`: one person proposes, others approve exactly that, then it leaves.

Approval is never by the proposer: the operation and the database both refuse it; no option here goes round that.
"""

from __future__ import annotations

import secrets
import sys
from collections import Counter
from typing import Annotated

import typer

from exchange.cli.command import command
from exchange.cli.exits import Exit
from exchange.cli.faults import StopError
from exchange.cli.message_text import show_message
from exchange.cli.output import Output
from exchange.cli.preview import show_preview
from exchange.cli.record import all_refs, named, reference
from exchange.cli.session import Session
from exchange.cli.words import word
from exchange.errors import BadInput, Code, Conflict, NotFound
from exchange.model.state import Person, Proposal
from exchange.operations.approve import approve
from exchange.operations.clock import stamp
from exchange.operations.deliver import deliver
from exchange.operations.messages import read_message
from exchange.operations.permissions import Permission, require
from exchange.operations.preview import Preview, Question, preview
from exchange.operations.propose import Proposed, Wish, propose
from exchange.operations.release import Outcome, release
from exchange.policies.reasons import Reason
from exchange.policies.sentences import RECORD
from exchange.ports import Node, Unit
from exchange.sentences import sentence

SHOWN_RECORDS = 5
group = typer.Typer()
_Ids = Annotated[list[str] | None, typer.Argument(metavar="ID…", help="Proposals, rel-….")]
_Bulk = Annotated[str | None, typer.Option(help="Every proposal of one push, blk-….")]


@command(group, "push")
def push(
    session: Session,
    *,
    to: Annotated[str, typer.Option(help="The partner's country code.")],
    agreement: Annotated[str, typer.Option(help="Exactly one agreement.")],
    purpose: Annotated[str, typer.Option(help="Purpose code.")],
    record: Annotated[list[str] | None, typer.Option(metavar="ORIGINATOR/ID", help="May be repeated.")] = None,
    kind: Annotated[str | None, typer.Option(help="Every record of ours of this kind.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every record of ours.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Also what the partner already has in the same view.")] = False,
) -> None:
    """Propose a release. It leaves after somebody else approved it. Exit 4 if nothing is releasable."""
    if sum((bool(record), kind is not None, all_)) != 1:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="record|kind|all")
    bulk_id = "blk-" + secrets.token_hex(8)
    with session.acting() as (node, person), node.store.write() as unit:
        refs = [reference(each) for each in record] if record else all_refs(node, unit, kind)
        proposed = Proposed()
        if refs:
            wish = Wish(to, agreement, purpose, tuple(dict.fromkeys(refs)), again)
            proposed = propose(node, unit, person, wish, bulk_id)
        items = {each.id: len(unit.releases.items(each.id)) for each in proposed.proposals}
    _tell_proposed(session, proposed, bulk_id, items, (agreement, purpose, to))
    if not proposed.proposals and (proposed.denied or not proposed.unchanged):
        raise StopError(Exit.DENIED)


@command(group, "approve")
def approve_(
    session: Session,
    *,
    ids: _Ids = None,
    bulk: _Bulk = None,
    digest: Annotated[str | None, typer.Option(help="The digest that you reviewed; refuses any other.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
) -> None:
    """Show what would leave, and approve exactly that digest."""
    done: list[dict[str, object]] = []
    with session.acting() as (node, person):
        for proposal in _chosen(node, person, ids, bulk):
            if digest is not None and digest != proposal.digest:
                raise Conflict(Code.APPROVAL_STALE, release=proposal.id)
            _show_leaving(session.out, node, person, proposal)
            if not (yes or session.options.no_input or _agreed(proposal)):
                raise typer.Abort
            with node.store.write() as unit:
                state = approve(node, unit, person, proposal.id, proposal.digest)
            session.out.line("approved by", person.id + ":", proposal.id, "is", state, style="bold")
            done.append({"id": proposal.id, "digest": proposal.digest, "state": state})
    session.result(approved=done)


@command(group, "release")
def release_(
    session: Session,
    *,
    ids: _Ids = None,
    bulk: _Bulk = None,
    deliver_: Annotated[bool, typer.Option("--deliver/--no-deliver", help="Send at once what was released.")] = True,
) -> None:
    """Release what was approved: decided once more, sealed, logged, queued, delivered. Exit 7 if one stayed here."""
    outcomes: list[Outcome] = []
    with session.acting() as (node, person):
        proposals = _chosen(node, person, ids, bulk)
        for proposal in proposals:
            with node.store.write() as unit:
                outcomes.append(release(node, unit, person, proposal.id))
            _tell_outcome(session.out, outcomes[-1])
        recipients = sorted({each.recipient for each in proposals}) if deliver_ else []
        delivered = {recipient: _deliver(session.out, node, recipient) for recipient in recipients}
    session.result(
        releases=[
            {
                "id": each.proposal_id,
                "state": each.state,
                "code": each.reason,
                "seq": each.seq,
                "envelope": each.envelope_digest,
                "records": each.records,
            }
            for each in outcomes
        ],
        delivered=delivered,
    )
    if any(each.state != "released" for each in outcomes):
        raise StopError(Exit.CONFLICT)


def _deliver(out: Output, node: Node, recipient: str) -> dict[str, object]:
    done = deliver(node, recipient)
    out.line(f"delivered to {recipient}: {done.accepted} accepted, {done.refused} refused, {done.voided} void")
    if done.stopped is not None:
        out.note(sentence(done.stopped, out.lang, {}), f"[{done.stopped.value}]")
    stopped = None if done.stopped is None else done.stopped.value
    return {"accepted": done.accepted, "refused": done.refused, "void": done.voided, "stopped": stopped}


def _chosen(node: Node, person: Person, ids: list[str] | None, bulk: str | None) -> list[Proposal]:
    """The proposals named, each once. Exactly one of ids and bulk."""
    if bool(ids) == (bulk is not None):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="id|bulk")
    with node.store.read() as unit:
        require(person, Permission.RELEASE_READ)
        if bulk is not None:
            found = unit.releases.of_bulk(bulk)
            if not found:
                raise NotFound(release=bulk)
            return found
        return [_named(unit, each) for each in dict.fromkeys(ids or [])]


def _named(unit: Unit, id_: str) -> Proposal:
    proposal = unit.releases.get(id_)
    if proposal is None:
        raise NotFound(release=id_)
    return proposal


def _show_leaving(out: Output, node: Node, person: Person, proposal: Proposal) -> None:
    """What an approver reads: the terms, the digest, and the first records as the partner will see them."""
    out.line("proposal", proposal.id, "by", proposal.proposer, "for", proposal.recipient, style="bold")
    out.line("agreement", proposal.agreement_id, "version", proposal.agreement_version, "· purpose", proposal.purpose)
    out.line("digest:", proposal.digest, "· expires:", stamp(proposal.expires_at))
    if out.as_json:
        return
    with node.store.read() as unit:
        items = unit.releases.items(proposal.id)
        said = unit.messages.of_proposal(proposal.id)
    if said is not None:
        with node.store.write() as unit:  # reading a message is a ledger entry
            view = read_message(node, unit, person, said.key)
        show_message(out, view.message)
    for item in items[:SHOWN_RECORDS]:
        question = Question(item.ref, proposal.recipient, proposal.purpose, proposal.agreement_id)
        with node.store.write() as unit:  # reading a record is a ledger entry
            answers = preview(node, unit, person, question)
        out.line(named(item.ref))
        for answer in answers:
            if isinstance(answer, Preview):
                show_preview(out, answer, proposal.recipient)
    if len(items) > SHOWN_RECORDS:
        out.line("…", len(items) - SHOWN_RECORDS, "more records; exchange preview shows each")


def _agreed(proposal: Proposal) -> bool:
    """Asks at the terminal; where there is none, naming the proposal was the consent."""
    return not sys.stdin.isatty() or typer.confirm(f"Approve {proposal.digest[:16]}…?", err=True)


def _tell_proposed(
    session: Session, proposed: Proposed, bulk_id: str, items: dict[str, int], asked: tuple[str, str, str]
) -> None:
    out = session.out
    for proposal in proposed.proposals:
        out.line(
            "proposed:",
            proposal.id,
            "·",
            items[proposal.id],
            "records ·",
            "approvals needed:",
            proposal.approvals_needed,
        )
        out.line("digest:", proposal.digest)
    reasons = Counter(reason for _, reason in proposed.denied)
    denied = [
        {"code": reason.code, "clause": reason.clause, "records": count, "why": _why(reason, out.lang, asked)}
        for reason, count in sorted(reasons.items(), key=lambda each: (-each[1], each[0].code))
    ]
    for row in denied:
        out.line("not releasable:", row["records"], "·", row["why"], f"[{row['code']}]")
    if proposed.unchanged:
        out.line("the partner already has", len(proposed.unchanged), "in the same view")
    if proposed.missing:
        out.line(word("missing", out.lang) + ":", " ".join(named(ref) for ref in proposed.missing))
    if proposed.proposals:
        out.line("next, by another person: exchange approve --bulk", bulk_id)
    session.result(
        bulk=bulk_id if proposed.proposals else None,
        proposals=[
            {
                "id": each.id,
                "digest": each.digest,
                "records": items[each.id],
                "approvals_needed": each.approvals_needed,
                "expires_at": stamp(each.expires_at),
            }
            for each in proposed.proposals
        ],
        denied=denied,
        denied_records=[{"record": named(ref), "code": reason.code} for ref, reason in proposed.denied],
        unchanged=[named(ref) for ref in proposed.unchanged],
        missing=[named(ref) for ref in proposed.missing],
    )


def _why(reason: Reason, lang: str, asked: tuple[str, str, str]) -> str:
    """The sentence for why a whole record stays."""
    agreement, purpose, recipient = asked
    said = RECORD[reason.code]
    text = {"ar": said.ar, "fr": said.fr}.get(lang, said.en)
    return text.format(clause=reason.clause or "", recipient=recipient, agreement=agreement, purpose=purpose)


def _tell_outcome(out: Output, outcome: Outcome) -> None:
    if outcome.state == "released":
        out.line("released:", outcome.proposal_id, "as number", outcome.seq, "·", outcome.records, "records")
        out.line("envelope:", outcome.envelope_digest)
    else:
        why = sentence(Code(outcome.reason or Code.UNEXPECTED), out.lang, {})
        out.line(f"{outcome.state}:", outcome.proposal_id, "·", why)
