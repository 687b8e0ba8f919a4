"""Proposals, their items, approvals, and the view of each record that a partner was last sent.

Four eyes are held by the database as well: triggers refuse an approval by the proposer, a changed approval, and a
proposal that is rewritten after it was made (`migrations/versions/0002_guards.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, delete, func, or_, select, tuple_, update

from exchange.errors import NotFound
from exchange.model.afterwards import Doubtful
from exchange.model.records import Ref
from exchange.model.state import Approval, KeptDecisions, OutboxItem, Proposal, ProposalItem, SentView
from exchange.store import bulk
from exchange.store.session import Session, steps
from exchange.store.statements import Lock, Statement
from exchange.store.tables import (
    BULK,
    approvals,
    decisions,
    message_refs,
    messages,
    outbox,
    proposal_items,
    proposals,
    sent_views,
)
from exchange.store.times import micros, moment

_P = proposals.c
_I = proposal_items.c
_S = sent_views.c
_D = decisions.c
_ONE = Statement(select(*proposals.c).where(_P.id == bindparam("id")))
_ITEMS = Statement(
    select(_I.originator, _I.id, _I.version, _I.view_digest, _I.decision_digest)
    .where(_I.proposal_id == bindparam("id"))
    .order_by(_I.position)
)
_APPROVALS = Statement(
    select(*approvals.c).where(approvals.c.proposal_id == bindparam("id")).order_by(approvals.c.at, approvals.c.person)
)
_DECISIONS = Statement(
    select(_D.stage, _D.at, _D.inputs, _D.manifests, _D.digests)
    .where(_D.proposal_id == bindparam("id"))
    .order_by(_D.stage)
)
_SET_STATE = Statement(
    update(proposals)
    .where(_P.id == bindparam("id_"))
    .values(
        state=bindparam("to_state"),
        released_at=func.coalesce(bindparam("time", type_=_P.released_at.type), _P.released_at),
        envelope_digest=func.coalesce(bindparam("digest_", type_=_P.envelope_digest.type), _P.envelope_digest),
    )
)
_SENT_VIEWS = Statement(
    select(_S.originator, _S.id, _S.version, _S.view_digest).where(_S.recipient == bindparam("recipient")), among=_S.id
)

_M = messages.c
_N = message_refs.c
_BEHIND = or_(_M.epoch > bindparam("epoch"), and_(_M.epoch == bindparam("epoch"), _M.seq > bindparam("seq")))
_RECALLED = (
    select(_N.id)
    .join(messages, and_(_N.message == _M.id, _N.partner == _M.partner, _N.direction == _M.direction))
    .where(_N.id == _I.id, _N.originator == _I.originator, _N.partner == bindparam("recipient"))
    .where(_N.direction == "out", _M.type == "recall", _BEHIND)
    .correlate(proposal_items)
    .exists()
)
_DOUBTFUL = Statement(
    select(_I.originator, _I.id, _I.view_digest, _RECALLED.label("recalled"))
    .where(_I.proposal_id == bindparam("id"), or_(_I.originator != bindparam("node"), _RECALLED))
    .order_by(_I.position)
)


class SqlReleases:
    """Fits `ports.Releases`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, proposal: Proposal, items: Sequence[ProposalItem]) -> None:
        """Conflict(ALREADY_EXISTS) when a proposal has this id."""
        bulk.add(self._session, proposals, [_row(proposal)])
        rows = [
            (proposal.id, position, *item.ref, item.version, item.view_digest, item.decision_digest)
            for position, item in enumerate(items)
        ]
        bulk.add(self._session, proposal_items, rows)

    def keep_decisions(self, id_: str, kept: KeptDecisions) -> None:
        """Conflict(ALREADY_EXISTS) when this stage is kept already; triggers refuse any change."""
        row = (id_, kept.stage, micros(kept.at), kept.inputs, kept.manifests, kept.digests)
        bulk.add(self._session, decisions, [row])

    def kept_decisions(self, id_: str) -> list[KeptDecisions]:
        rows = self._session.rows(_DECISIONS, id=id_)
        return [KeptDecisions(row[0], moment(row[1]), row[2], row[3], row[4]) for row in rows]

    def get(self, id_: str, *, lock: bool = False) -> Proposal | None:
        row = self._session.first(_ONE, Lock.OWN if lock else Lock.NONE, id=id_)
        return None if row is None else _proposal(row)

    def items(self, id_: str) -> list[ProposalItem]:
        rows = self._session.rows(_ITEMS, id=id_)
        return [ProposalItem(Ref(row[0], row[1]), row[2], row[3], row[4]) for row in rows]

    def sizes(self, ids: Sequence[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in steps(ids):
            of = select(_I.proposal_id, func.count()).where(_I.proposal_id.in_(some)).group_by(_I.proposal_id)
            found |= {str(row[0]): int(row[1]) for row in self._session.connection.execute(of)}
        return found

    def approve(self, approval: Approval) -> None:
        """Conflict(SELF_APPROVAL or ALREADY_APPROVED), BadInput when there is no such proposal."""
        row = (approval.proposal_id, approval.person, approval.role, approval.digest, micros(approval.at))
        bulk.add(self._session, approvals, [row])

    def approvals(self, id_: str) -> list[Approval]:
        """In the order in which they were given."""
        rows = self._session.rows(_APPROVALS, Lock.SHARE, id=id_)
        return [Approval(row[0], row[1], row[2], row[3], moment(row[4])) for row in rows]

    def approved_by(self, person: str) -> list[str]:
        mine = select(_P.id).join(approvals, approvals.c.proposal_id == _P.id).where(approvals.c.person == person)
        open_ = mine.where(_P.state.in_(("proposed", "approved")))
        return list(self._session.connection.execute(open_.order_by(_P.id)).scalars())

    def revoke_approval(self, id_: str, person: str) -> None:
        """NotFound when this person has not approved it."""
        gone = delete(approvals).where(approvals.c.proposal_id == id_, approvals.c.person == person)
        if self._session.connection.execute(gone).rowcount != 1:
            raise NotFound(release=id_)

    def set_state(
        self, id_: str, state: str, *, released_at: datetime | None = None, envelope_digest: str | None = None
    ) -> None:
        """NotFound when there is no such proposal; what is not given stays as it is."""
        time = None if released_at is None else micros(released_at)
        if self._session.change(_SET_STATE, id_=id_, to_state=state, time=time, digest_=envelope_digest) != 1:
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
        wanted = set(refs)
        found: dict[Ref, SentView] = {}
        for ids in steps(ref.id for ref in refs):
            views = self._session.rows(_SENT_VIEWS, recipient=recipient, among=self._session.listed(ids))
            for originator, id_, version, digest in views:
                ref = Ref(originator, id_)
                if ref in wanted:
                    found[ref] = SentView(recipient, ref, version, digest)
        return found

    def put_sent_views(self, views: Sequence[SentView]) -> None:
        rows = [(view.ref.id, view.ref.originator, view.recipient, view.version, view.view_digest) for view in views]
        bulk.put(self._session, sent_views, rows)

    def views_of(self, refs: Sequence[Ref]) -> list[SentView]:
        wanted, found = set(refs), []
        for ids in steps(ref.id for ref in refs):
            of = select(_S.recipient, _S.originator, _S.id, _S.version, _S.view_digest).where(_S.id.in_(ids))
            for row in self._session.connection.execute(of.order_by(_S.recipient, _S.id)):
                if Ref(row[1], row[2]) in wanted:
                    found.append(SentView(row[0], Ref(row[1], row[2]), row[3], row[4]))
        return found

    def of_record(self, ref: Ref) -> list[tuple[Proposal, ProposalItem]]:
        item = (_I.originator, _I.id, _I.version, _I.view_digest, _I.decision_digest)
        of = select(*item, *_P).join(proposals, _P.id == _I.proposal_id)
        of = of.where(_I.id == ref.id, _I.originator == ref.originator).order_by(_P.created_at, _P.id)
        return [
            (_proposal(row[5:]), ProposalItem(Ref(row[0], row[1]), row[2], row[3], row[4]))
            for row in self._session.connection.execute(of)
        ]

    def doubtful(self, item: OutboxItem, node: str) -> list[Doubtful]:
        sealed = {"id": item.proposal_id, "recipient": item.recipient, "epoch": item.epoch, "seq": item.seq}
        rows = self._session.rows(_DOUBTFUL, node=node, **sealed)
        return [Doubtful(Ref(row[0], row[1]), row[2], bool(row[3])) for row in rows]

    def released_to(self, recipient: str, since: datetime, until: datetime) -> list[tuple[Proposal, tuple[int, int]]]:
        sealed = (outbox.c.proposal_id == _P.id) & (outbox.c.recipient == recipient)
        of = select(outbox.c.epoch, outbox.c.seq, *_P).join(outbox, sealed).where(_P.recipient == recipient)
        of = of.where(_P.released_at >= micros(since), _P.released_at < micros(until))
        rows = self._session.connection.execute(of.order_by(outbox.c.epoch, outbox.c.seq))
        return [(_proposal(row[2:]), (row[0], row[1])) for row in rows]

    def _proposals(self, statement: Select[Any]) -> list[Proposal]:
        return [_proposal(row) for row in self._session.connection.execute(statement)]


def _row(proposal: Proposal) -> tuple[Any, ...]:
    return (
        proposal.id, proposal.recipient, proposal.agreement_id, proposal.agreement_version, proposal.purpose,
        proposal.proposer, micros(proposal.created_at), micros(proposal.expires_at), proposal.state, proposal.digest,
        proposal.policy_digest, proposal.approvals_needed, proposal.bulk_id,
        None if proposal.released_at is None else micros(proposal.released_at), proposal.envelope_digest,
        proposal.kind, proposal.thread,
    )  # fmt: skip


def _proposal(row: Sequence[Any]) -> Proposal:
    (
        id_, recipient, agreement_id, agreement_version, purpose, proposer, created_at, expires_at, state, digest,
        policy_digest, approvals_needed, bulk_id, released_at, envelope_digest, kind, thread,
    ) = row  # fmt: skip
    return Proposal(
        id=id_,
        recipient=recipient,
        agreement_id=agreement_id,
        agreement_version=agreement_version,
        purpose=purpose,
        proposer=proposer,
        created_at=moment(created_at),
        expires_at=moment(expires_at),
        state=state,
        digest=digest,
        policy_digest=policy_digest,
        approvals_needed=approvals_needed,
        bulk_id=bulk_id,
        released_at=None if released_at is None else moment(released_at),
        envelope_digest=envelope_digest,
        kind=kind,
        thread=thread,
    )
