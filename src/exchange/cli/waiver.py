"""`exchange waiver` and `exchange standing`: what may stand for approvals, given by two people, listed, taken back.

Each of the two acts with a token of their own; no option names the other. Words come by file, because they may name
people (docs/spec/policy.md §17, §18).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from exchange.cli.command import command
from exchange.cli.session import Session
from exchange.errors import BadInput, Code
from exchange.model.state import StandingApproval, Waiver
from exchange.operations import preapprove, waive
from exchange.operations.clock import stamp
from exchange.operations.lookups import note_list

group = typer.Typer(name="waiver", help="The emergency path: two people, one digest, a day at most.")
standing_group = typer.Typer(name="standing", help="Standing approvals of agreements that release by themselves.")
_Digest = Annotated[str, typer.Option(help="The digest that you reviewed; refuses any other.")]


@command(group, "grant")
def grant(
    session: Session,
    *,
    id_: Annotated[str, typer.Argument(metavar="ID", help="rel-… asks for one; wvr-… makes it whole as the second.")],
    digest: _Digest,
    reason: Annotated[str | None, typer.Option(help="Reason code, of the first person.")] = None,
    text_file: Annotated[Path | None, typer.Option(help="The reason in words, at most 1,000 characters.")] = None,
    hours: Annotated[int, typer.Option(min=1, max=24)] = 4,
) -> None:
    """Give your part of a waiver. It counts with an administrator's and a releasing officer's, never the proposer's."""
    if id_.startswith("wvr-"):
        with session.acting() as (node, person), node.store.write() as unit:
            waiver = waive.grant_waiver(node, unit, person, id_, digest)
    else:
        if reason is None or text_file is None:
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="reason|text_file")
        why = waive.Emergency(reason, _words(text_file), hours)
        with session.acting() as (node, person), node.store.write() as unit:
            waiver = waive.ask_waiver(node, unit, person, (id_, digest), why)
    _tell(session, waiver)
    session.result(**_facts(waiver))


@command(group, "list")
def list_(session: Session) -> None:
    """Every waiver, newest first: by whom, why, for what, until when, and what became of it."""
    with session.acting() as (node, person), node.store.write() as unit:
        found = waive.list_waivers(unit, person)
        note_list(node, unit, person, "waivers", len(found))
    for each in found:
        _tell(session, each)
    session.result(waivers=[_facts(each) for each in found])


@command(group, "revoke")
def revoke(session: Session, *, id_: Annotated[str, typer.Argument(metavar="ID", help="wvr-….")]) -> None:
    """Take a waiver back, alone and at once, while nothing has left under it."""
    with session.acting() as (node, person), node.store.write() as unit:
        waive.revoke_waiver(node, unit, person, id_)
    session.out.line(id_, "is revoked")
    session.result(waiver=id_, state="revoked")


@command(standing_group, "approve")
def approve_standing(
    session: Session,
    *,
    id_: Annotated[str, typer.Argument(metavar="ID", help="AG-… asks for one; sta-… makes it whole as the second.")],
    marking: Annotated[str | None, typer.Option(help="Strictest TLP label that may leave, of the first.")] = None,
    days: Annotated[int, typer.Option(min=1, max=90)] = 30,
    digest: Annotated[str | None, typer.Option(help="The digest that you reviewed, of the second.")] = None,
) -> None:
    """Agree beforehand, two releasing officers, to what an agreement's standing rule proposes up to a marking."""
    with session.acting() as (node, person), node.store.write() as unit:
        if id_.startswith("sta-"):
            if digest is None:
                raise BadInput(Code.VALUE_NOT_ALLOWED, at="digest")
            approval = preapprove.approve_standing(node, unit, person, id_, digest)
        elif marking is None:
            raise BadInput(Code.VALUE_NOT_ALLOWED, at="marking")
        else:
            approval = preapprove.ask_standing(node, unit, person, id_, marking, days)
    _tell_standing(session, approval)
    session.result(**_standing_facts(approval))


@command(standing_group, "list")
def list_standing(session: Session) -> None:
    """Every standing approval, newest first."""
    with session.acting() as (node, person), node.store.write() as unit:
        found = preapprove.list_standing(unit, person)
        note_list(node, unit, person, "standing", len(found))
    for each in found:
        _tell_standing(session, each)
    session.result(standing=[_standing_facts(each) for each in found])


@command(standing_group, "revoke")
def revoke_standing(session: Session, *, id_: Annotated[str, typer.Argument(metavar="ID", help="sta-….")]) -> None:
    """End a standing approval, alone and at once."""
    with session.acting() as (node, person), node.store.write() as unit:
        preapprove.revoke_standing(node, unit, person, id_)
    session.out.line(id_, "is revoked")
    session.result(standing=id_, state="revoked")


def _words(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="text_file") from None


def _tell(session: Session, waiver: Waiver) -> None:
    out = session.out
    out.line(waiver.id, "for", waiver.proposal_id, "is", waiver.state, style="bold")
    out.line("reason:", waiver.reason, "·", waiver.text)
    out.line("by:", waiver.administrator or "–", "·", waiver.releasing_officer or "–")
    out.line("digest:", waiver.digest, "· expires:", stamp(waiver.expires_at))


def _facts(waiver: Waiver) -> dict[str, object]:
    return {
        "id": waiver.id,
        "release": waiver.proposal_id,
        "state": waiver.state,
        "digest": waiver.digest,
        "reason": waiver.reason,
        "text": waiver.text,
        "administrator": waiver.administrator,
        "releasing_officer": waiver.releasing_officer,
        "expires_at": stamp(waiver.expires_at),
    }


def _tell_standing(session: Session, approval: StandingApproval) -> None:
    out = session.out
    out.line(approval.id, "for", approval.agreement_id, "version", approval.agreement_version, "is", approval.state)
    out.line("up to:", approval.marking, "· clauses:", " ".join(id_ for id_, _ in approval.clauses))
    out.line("by:", approval.first_officer, "·", approval.second_officer or "–")
    out.line("digest:", approval.digest, "· expires:", stamp(approval.expires_at))


def _standing_facts(approval: StandingApproval) -> dict[str, object]:
    return {
        "id": approval.id,
        "agreement": approval.agreement_id,
        "version": approval.agreement_version,
        "clauses": [{"id": id_, "digest": digest} for id_, digest in approval.clauses],
        "marking": approval.marking,
        "state": approval.state,
        "digest": approval.digest,
        "officers": [approval.first_officer, approval.second_officer],
        "expires_at": stamp(approval.expires_at),
    }
