"""`exchange onward …`: may a record go to a third state? Ask its originator, consent, refuse, take a consent back."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from exchange.cli.command import command
from exchange.cli.record import reference
from exchange.cli.session import Session
from exchange.model.state import Proposal
from exchange.operations.clock import stamp
from exchange.operations.lookups import note_list
from exchange.operations.onward import (
    MAX_DAYS,
    GrantWish,
    OnwardWish,
    grant_onward,
    list_grants,
    refuse_onward,
    request_onward,
    revoke_onward,
)

group: Final = typer.Typer(name="onward", help="Records of other states to third states.", no_args_is_help=True)
_Thread = Annotated[str, typer.Argument(metavar="THREAD", help="The onward request, msg-….")]
_Holder = Annotated[str, typer.Option("--holder", help="The state that asked.")]
_Paths = Annotated[list[str] | None, typer.Option("--path", help="A claim path; may be repeated. Without: all.")]


@command(group, "request")
def request(
    session: Session,
    records: Annotated[list[str], typer.Argument(metavar="ORIGINATOR/ID…")],
    *,
    from_: Annotated[str, typer.Option("--from", help="The originator, which sent us the records.")],
    to: Annotated[str, typer.Option("--to", help="The third state.")],
    agreement: Annotated[str, typer.Option(help="The agreement with the originator.")],
    purpose: Annotated[str, typer.Option(help="Purpose code.")],
    reason: Annotated[str, typer.Option(help="Why; the originator reads it.")],
    path: _Paths = None,
) -> None:
    """Ask an originator whether its records may go on. It leaves after somebody else approved it."""
    refs = tuple(dict.fromkeys(reference(each) for each in records))
    paths = tuple(sorted(set(path))) if path else None
    wish = OnwardWish(from_, agreement, purpose, refs, to, reason, paths)
    with session.acting() as (node, person), node.store.write() as unit:
        proposal = request_onward(node, unit, person, wish)
    tell_proposed(session, proposal)


@command(group, "grant")
def grant(
    session: Session,
    thread: _Thread,
    *,
    holder: _Holder,
    under: Annotated[list[str], typer.Option("--under", help="Agreement of holder and third state; may be repeated.")],
    days: Annotated[int, typer.Option(min=1, max=MAX_DAYS, help="How long it holds.")] = 90,
    path: _Paths = None,
    tlp: Annotated[str, typer.Option(help="The loosest marking there.")] = "TLP:AMBER",
    caveat: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    retention_days: Annotated[int, typer.Option(min=1, help="How long the third state may keep it.")] = 365,
) -> None:
    """Consent. It is signed now and leaves after somebody else approved it."""
    wish = GrantWish(
        holder=holder,
        thread=thread,
        agreements=tuple(under),
        days=days,
        paths=tuple(path) if path else None,
        tlp=tlp,
        caveats=tuple(caveat or ()),
        retention_days=retention_days,
    )
    with session.acting() as (node, person), node.store.write() as unit:
        proposal = grant_onward(node, unit, person, wish)
    tell_proposed(session, proposal)


@command(group, "refuse")
def refuse(
    session: Session,
    thread: _Thread,
    *,
    holder: _Holder,
    code: Annotated[str, typer.Option(help="not_agreed, source_protection, court, national_security, other …")],
) -> None:
    """Refuse. It leaves after somebody else approved it."""
    with session.acting() as (node, person), node.store.write() as unit:
        proposal = refuse_onward(node, unit, person, holder, thread, code)
    tell_proposed(session, proposal)


@command(group, "revoke")
def revoke(session: Session, thread: _Thread, *, holder: _Holder) -> None:
    """Take a consent back, at once. What has gone on already is recalled with exchange messages."""
    with session.acting() as (node, person), node.store.write() as unit:
        sent = revoke_onward(node, unit, person, holder, thread)
    session.out.line("sent:", sent.key.id, "as number", sent.seq)
    session.result(message=sent.key.id, number=sent.seq, envelope=sent.envelope_digest)


@command(group, "list")
def list_(
    session: Session,
    *,
    after: Annotated[str | None, typer.Option(metavar="DIGEST", help="Go on behind this one.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
) -> None:
    """Grants that we gave, that we hold and that came with copies."""
    with session.acting() as (node, person), node.store.write() as unit:
        found = list_grants(unit, person, after, limit)
        note_list(node, unit, person, "grants", len(found))
    rows: list[dict[str, object]] = [
        {
            "grant": each.digest,
            "originator": each.originator,
            "holder": each.holder,
            "to": each.recipient,
            "thread": each.thread,
            "agreement": each.agreement_id,
            "expires": stamp(each.expires_at),
            "revoked": "" if each.revoked_at is None else stamp(each.revoked_at),
        }
        for each in found
    ]
    if rows:
        session.out.table(list(rows[0]), [list(row.values()) for row in rows])
    session.result(grants=rows, next=found[-1].digest if len(found) == limit else None)


def tell_proposed(session: Session, proposal: Proposal) -> None:
    """A proposed message, and what comes next."""
    session.out.line("proposed:", proposal.id, "· thread:", proposal.thread or "")
    session.out.line("digest:", proposal.digest)
    session.out.line("next, by another person: exchange approve", proposal.id)
    session.result(
        id=proposal.id,
        digest=proposal.digest,
        thread=proposal.thread,
        approvals_needed=proposal.approvals_needed,
        expires_at=stamp(proposal.expires_at),
    )
