"""Proposals, their items, approvals, and the view of each record that a partner was last sent.

Four eyes are held by the database as well: triggers refuse an approval by the proposer, a changed approval, and a
proposal that is rewritten after it was made (`migrations/versions/0002_guards.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, tuple_, update

from exchange.errors import NotFound
from exchange.model.records import Ref
from exchange.model.state import Approval, Proposal, ProposalItem, SentView
from exchange.store import bulk
from exchange.store.session import Session, steps
from exchange.store.tables import BULK, approvals, micros, moment, proposal_items, proposals, sent_views

_P = proposals.c


class SqlReleases:
    """Fits `ports.Releases`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, proposal: Proposal, items: Sequence[ProposalItem]) -> None:
        """Conflict(ALREADY_EXISTS) when a proposal has this id."""
        bulk.add(self._session.connection, proposals, [_row(proposal)])
        rows = [
            (proposal.id, position, *item.ref, item.version, item.view_digest, item.decision_digest)
            for position, item in enumerate(items)
        ]
        bulk.add(self._session.connection, proposal_items, rows)

    def get(self, id_: str, *, lock: bool = False) -> Proposal | None:
        named = select(*proposals.c).where(_P.id == id_)
        row = self._session.connection.execute(self._session.own(named) if lock else named).first()
        return None if row is None else _proposal(row)

    def items(self, id_: str) -> list[ProposalItem]:
        columns = proposal_items.c
        of = select(columns.originator, columns.id, columns.version, columns.view_digest, columns.decision_digest)
        rows = self._session.connection.execute(of.where(columns.proposal_id == id_).order_by(columns.position))
        return [ProposalItem(Ref(row[0], row[1]), row[2], row[3], row[4]) for row in rows]

    def approve(self, approval: Approval) -> None:
        """Conflict(SELF_APPROVAL or ALREADY_APPROVED), BadInput when there is no such proposal."""
        row = (approval.proposal_id, approval.person, approval.role, approval.digest, micros(approval.at))
        bulk.add(self._session.connection, approvals, [row])

    def approvals(self, id_: str) -> list[Approval]:
        """In the order in which they were given."""
        given = select(*approvals.c).where(approvals.c.proposal_id == id_)
        rows = self._session.connection.execute(self._session.share(given.order_by(approvals.c.at, approvals.c.person)))
        return [Approval(row.proposal_id, row.person, row.role, row.digest, moment(row.at)) for row in rows]

    def revoke_approval(self, id_: str, person: str) -> None:
        """NotFound when this person has not approved it."""
        gone = delete(approvals).where(approvals.c.proposal_id == id_, approvals.c.person == person)
        if self._session.connection.execute(gone).rowcount != 1:
            raise NotFound(release=id_)

    def set_state(
        self, id_: str, state: str, *, released_at: datetime | None = None, envelope_digest: str | None = None
    ) -> None:
        """NotFound when there is no such proposal; what is not given stays as it is."""
        values: dict[str, str | int] = {"state": state}
        if released_at is not None:
            values["released_at"] = micros(released_at)
        if envelope_digest is not None:
            values["envelope_digest"] = envelope_digest
        if self._session.connection.execute(update(proposals).where(_P.id == id_).values(values)).rowcount != 1:
            raise NotFound(release=id_)

    def page(self, state: str | None, after: str | None, limit: int) -> list[Proposal]:
        page = select(*proposals.c)
        if state is not None:
            page = page.where(_P.state == state)
        if after is not None:
            place = self._session.connection.execute(select(_P.created_at).where(_P.id == after)).scalar()
            page = page.where(tuple_(_P.created_at, _P.id) > (place if place is not None else -1, after))
        return self._proposals(page.order_by(_P.created_at, _P.id).limit(limit))

    def of_bulk(self, bulk_id: str) -> list[Proposal]:
        return self._proposals(select(*proposals.c).where(_P.bulk_id == bulk_id, BULK).order_by(_P.created_at, _P.id))

    def sent_views(self, recipient: str, refs: Sequence[Ref]) -> dict[Ref, SentView]:
        columns, wanted = sent_views.c, set(refs)
        sent = select(columns.originator, columns.id, columns.version, columns.view_digest)
        found: dict[Ref, SentView] = {}
        for ids in steps(ref.id for ref in refs):
            views = sent.where(columns.recipient == recipient, self._session.among(columns.id, ids))
            for originator, id_, version, digest in self._session.connection.execute(views):
                ref = Ref(originator, id_)
                if ref in wanted:
                    found[ref] = SentView(recipient, ref, version, digest)
        return found

    def put_sent_views(self, views: Sequence[SentView]) -> None:
        rows = [(view.ref.id, view.ref.originator, view.recipient, view.version, view.view_digest) for view in views]
        bulk.put(self._session.connection, sent_views, rows)

    def _proposals(self, statement: Select[Any]) -> list[Proposal]:
        return [_proposal(row) for row in self._session.connection.execute(statement)]


def _row(proposal: Proposal) -> tuple[Any, ...]:
    return (
        proposal.id, proposal.recipient, proposal.agreement_id, proposal.agreement_version, proposal.purpose,
        proposal.proposer, micros(proposal.created_at), micros(proposal.expires_at), proposal.state, proposal.digest,
        proposal.policy_digest, proposal.approvals_needed, proposal.bulk_id,
        None if proposal.released_at is None else micros(proposal.released_at), proposal.envelope_digest,
    )  # fmt: skip


def _proposal(row: Any) -> Proposal:
    return Proposal(
        id=row.id,
        recipient=row.recipient,
        agreement_id=row.agreement_id,
        agreement_version=row.agreement_version,
        purpose=row.purpose,
        proposer=row.proposer,
        created_at=moment(row.created_at),
        expires_at=moment(row.expires_at),
        state=row.state,
        digest=row.digest,
        policy_digest=row.policy_digest,
        approvals_needed=row.approvals_needed,
        bulk_id=row.bulk_id,
        released_at=None if row.released_at is None else moment(row.released_at),
        envelope_digest=row.envelope_digest,
    )
