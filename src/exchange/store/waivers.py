"""Waivers and standing approvals: what may stand for missing approvals. Who may give them the database holds itself.

The words of a waiver may name people, so they are encrypted like a record (`migrations/versions/0004_four_eyes.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update

from exchange.crypto.encoding import canonical, read_canonical
from exchange.errors import Code, NotFound, Unavailable
from exchange.model.claims import JsonValue
from exchange.model.state import StandingApproval, Waiver
from exchange.store import bulk
from exchange.store.consent_tables import standing_approvals, waivers
from exchange.store.session import Session, bound_to
from exchange.store.statements import Lock, Statement
from exchange.store.times import micros, moment

_W, _S = waivers.c, standing_approvals.c
_ONE = Statement(select(*_W).where(_W.id == bindparam("id")))
_OF = Statement(select(*_W).where(_W.proposal_id == bindparam("id")).order_by(_W.created_at, _W.id))
_STANDING = Statement(select(*_S).where(_S.id == bindparam("id")))
_OF_AGREEMENT = Statement(select(*_S).where(_S.agreement_id == bindparam("id")).order_by(_S.created_at, _S.id))


class SqlWaivers:
    """Fits `ports.Waivers`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, waiver: Waiver) -> None:
        """Conflict(RELEASE_STATE) unless the proposal is open with this digest and the person has the role."""
        place = bound_to("waiver", waiver.id)
        dek, wrapped = self._session.at_rest.new_key(place)
        text = self._session.at_rest.seal(dek, place, waiver.text.encode("utf-8"))
        row = (
            waiver.id, waiver.proposal_id, waiver.digest, waiver.reason, wrapped, text, micros(waiver.created_at),
            micros(waiver.expires_at), waiver.administrator, waiver.releasing_officer, None, None,
        )  # fmt: skip
        bulk.add(self._session, waivers, [row])

    def get(self, id_: str, *, lock: bool = False) -> Waiver | None:
        row = self._session.first(_ONE, Lock.OWN if lock else Lock.NONE, id=id_)
        return None if row is None else self._waiver(row)

    def of_proposal(self, proposal_id: str) -> list[Waiver]:
        return [self._waiver(row) for row in self._session.rows(_OF, Lock.OWN, id=proposal_id)]

    def all(self, limit: int) -> list[Waiver]:
        newest = select(*_W).order_by(_W.created_at.desc(), _W.id).limit(limit)
        return [self._waiver(row) for row in self._session.connection.execute(newest)]

    def update(self, waiver: Waiver) -> None:
        """NotFound; Conflict(RELEASE_STATE) where the guards refuse."""
        values = {
            "administrator": waiver.administrator,
            "releasing_officer": waiver.releasing_officer,
            "used_at": None if waiver.used_at is None else micros(waiver.used_at),
            "revoked_at": None if waiver.revoked_at is None else micros(waiver.revoked_at),
        }
        if self._session.connection.execute(update(waivers).where(_W.id == waiver.id).values(values)).rowcount != 1:
            raise NotFound(at="waiver")

    def add_standing(self, approval: StandingApproval) -> None:
        clauses: list[JsonValue] = [[id_, digest] for id_, digest in approval.clauses]
        row = (
            approval.id, approval.agreement_id, approval.agreement_version, approval.agreement_digest,
            canonical(clauses), approval.marking, approval.digest, micros(approval.created_at),
            micros(approval.expires_at), approval.first_officer, None, None,
        )  # fmt: skip
        bulk.add(self._session, standing_approvals, [row])

    def standing(self, id_: str, *, lock: bool = False) -> StandingApproval | None:
        row = self._session.first(_STANDING, Lock.OWN if lock else Lock.NONE, id=id_)
        return None if row is None else _standing(row)

    def standing_of(self, agreement_id: str) -> list[StandingApproval]:
        return [_standing(row) for row in self._session.rows(_OF_AGREEMENT, Lock.SHARE, id=agreement_id)]

    def all_standing(self, limit: int) -> list[StandingApproval]:
        newest = select(*_S).order_by(_S.created_at.desc(), _S.id).limit(limit)
        return [_standing(row) for row in self._session.connection.execute(newest)]

    def update_standing(self, approval: StandingApproval) -> None:
        """NotFound; Conflict(RELEASE_STATE) where the guards refuse."""
        values = {
            "second_officer": approval.second_officer,
            "revoked_at": None if approval.revoked_at is None else micros(approval.revoked_at),
        }
        change = update(standing_approvals).where(_S.id == approval.id).values(values)
        if self._session.connection.execute(change).rowcount != 1:
            raise NotFound(at="standing")

    def _waiver(self, row: Sequence[Any]) -> Waiver:
        (
            id_, proposal_id, digest, reason, wrapped, text, created_at, expires_at, administrator, officer, used,
            revoked,
        ) = row  # fmt: skip
        place = bound_to("waiver", id_)
        words = self._session.at_rest.open(self._session.at_rest.unwrap(wrapped, place), place, text)
        return Waiver(
            id=id_,
            proposal_id=proposal_id,
            digest=digest,
            reason=reason,
            text=words.decode("utf-8"),
            created_at=moment(created_at),
            expires_at=moment(expires_at),
            administrator=administrator,
            releasing_officer=officer,
            used_at=None if used is None else moment(used),
            revoked_at=None if revoked is None else moment(revoked),
        )


def _standing(row: Sequence[Any]) -> StandingApproval:
    (
        id_, agreement_id, version, agreement_digest, clauses, marking, digest, created_at, expires_at, first, second,
        revoked,
    ) = row  # fmt: skip
    return StandingApproval(
        id=id_,
        agreement_id=agreement_id,
        agreement_version=version,
        agreement_digest=agreement_digest,
        clauses=_clauses(clauses),
        marking=marking,
        digest=digest,
        created_at=moment(created_at),
        expires_at=moment(expires_at),
        first_officer=first,
        second_officer=second,
        revoked_at=None if revoked is None else moment(revoked),
    )


def _clauses(stored: bytes) -> tuple[tuple[str, str], ...]:
    value = read_canonical(stored, limit=len(stored))
    if not isinstance(value, list):
        raise Unavailable(Code.AT_REST_CORRUPT)
    return tuple((str(each[0]), str(each[1])) for each in value if isinstance(each, list) and len(each) == 2)
