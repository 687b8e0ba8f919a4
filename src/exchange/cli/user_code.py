"""`exchange user code`: an approver without a passkey confirms a release here and types the code into the console."""

from __future__ import annotations

from typing import Annotated, Final

import typer

from exchange.cli.command import command
from exchange.cli.session import Session
from exchange.cli.user import group
from exchange.cli.words import word
from exchange.errors import Code, Conflict, Forbidden
from exchange.model.state import Person, Proposal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.codes import LASTS, issue_code
from exchange.operations.lookups import note_release
from exchange.operations.overview import read_release
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

MINUTES: Final = int(LASTS.total_seconds()) // 60


@command(group, "code")
def code(
    session: Session,
    *,
    release: Annotated[str, typer.Option(help="The proposal that you would approve, rel-….")],
    digest: Annotated[str | None, typer.Option(help="The digest that the page shows; refuses any other.")] = None,
) -> None:
    """Show what you would approve, and make the code that confirms exactly that in the console, once."""
    with session.acting() as (node, person), node.store.write() as unit:
        require(person, Permission.RELEASE_APPROVE)
        view = read_release(unit, person, release)
        note_release(node, unit, person, release)
        proposal = view.proposal
        _approvable(node, unit, person, proposal, digest)
        made = issue_code(node, unit, person, proposal.id, proposal.digest)
    out = session.out
    out.line("release", proposal.id, "by", proposal.proposer, "for", proposal.recipient, style="bold")
    out.line("agreement", proposal.agreement_id, "version", proposal.agreement_version, "· purpose", proposal.purpose)
    out.line("records:", len(view.items), "· approvals:", len(view.approvals), "of", proposal.approvals_needed)
    out.line("digest:", proposal.digest)
    out.line("expires:", stamp(proposal.expires_at))
    out.line("code:", made, style="bold")
    out.warning(word("code_is_a_signature", out.lang))
    session.result(
        release=proposal.id,
        recipient=proposal.recipient,
        agreement=proposal.agreement_id,
        version=proposal.agreement_version,
        purpose=proposal.purpose,
        kind=proposal.kind,
        records=len(view.items),
        approvals=len(view.approvals),
        approvals_needed=proposal.approvals_needed,
        digest=proposal.digest,
        code=made,
        minutes=MINUTES,
    )


def _approvable(node: Node, unit: Unit, person: Person, proposal: Proposal, digest: str | None) -> None:
    """What `approve` would refuse anyway gets no code."""
    over = safe_now(node, unit) >= proposal.expires_at
    if proposal.state != "proposed" or over:
        raise Conflict(Code.RELEASE_STATE, release=proposal.id, state="expired" if over else proposal.state)
    if proposal.proposer == person.id:
        raise Forbidden(Code.SELF_APPROVAL, release=proposal.id)
    if digest not in (None, proposal.digest):
        raise Conflict(Code.APPROVAL_STALE, release=proposal.id)
