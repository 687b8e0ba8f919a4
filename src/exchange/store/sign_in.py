"""Signing in: sessions, links, challenges, passkeys, attestations, codes, preferences.

What is of one use is locked, read and deleted: of two at once, the second finds nothing. Attestations are never changed
but for being used once, which the database holds itself (`migrations/`, 0015).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from exchange.errors import Conflict
from exchange.model.sessions import ApprovalCode, Assertion, Challenge, ConsoleSession, Credential, Enrolment
from exchange.model.state import Person
from exchange.store import bulk
from exchange.store.session import Session
from exchange.store.sign_in_tables import (
    approval_codes,
    attestations,
    challenges,
    console_sessions,
    enrolments,
    passkeys,
    preferences,
)
from exchange.store.statements import Lock, Statement
from exchange.store.tables import people
from exchange.store.times import micros, moment

_S, _E, _K, _C = console_sessions.c, enrolments.c, passkeys.c, challenges.c
_A, _O = attestations.c, approval_codes.c
_FIND = Statement(
    select(*_S, people.c.role, people.c.added_at, people.c.disabled)
    .join(people, people.c.id == _S.person_id)
    .where(_S.id == bindparam("id_"))
)
_SEEN = Statement(
    update(console_sessions)
    .where(_S.id == bindparam("id_"), _S.seen_at < bindparam("at"))
    .values(seen_at=bindparam("at"))
)
_END = Statement(delete(console_sessions).where(_S.id == bindparam("id_")))
_END_ALL = Statement(delete(console_sessions).where(_S.person_id == bindparam("person")))
_VOID = Statement(delete(enrolments).where(_E.person_id == bindparam("person"), _E.purpose == bindparam("purpose_")))
_ENROLMENT = Statement(select(*_E).where(_E.id == bindparam("id_")))
_ENROLLED = Statement(delete(enrolments).where(_E.id == bindparam("id_")))
_CHALLENGE = Statement(select(*_C).where(_C.id == bindparam("id_")))
_ANSWERED = Statement(delete(challenges).where(_C.id == bindparam("id_")))
_KEY = Statement(select(*_K).where(_K.id == bindparam("id_")))
_KEYS = Statement(select(*_K).where(_K.person_id == bindparam("person")).order_by(_K.added_at, _K.id))
_USED = Statement(
    update(passkeys)
    .where(_K.id == bindparam("id_"))
    .values(sign_count=bindparam("count"), backed_up=bindparam("backed"), used_at=bindparam("at"))
)
_LOST = Statement(delete(passkeys).where(_K.id == bindparam("id_"), _K.person_id == bindparam("person")))
_UNUSED = Statement(
    select(*_A)
    .where(_A.subject == bindparam("of"), _A.person_id == bindparam("person"), _A.at >= bindparam("since"))
    .where(_A.digest == bindparam("exactly"), _A.used_at.is_(None))
    .order_by(_A.at.desc(), _A.proof)
    .limit(1)
)
_USE = Statement(
    update(attestations).where(_A.proof == bindparam("id_"), _A.used_at.is_(None)).values(used_at=bindparam("at_"))
)
_SPENT = Statement(select(_A.proof).where(_A.mark == bindparam("same"), _A.used_at.is_not(None)).limit(1))
_ATTESTED = Statement(select(*_A).where(_A.subject == bindparam("of")).order_by(_A.at, _A.proof))
_CODE = Statement(select(*_O).where(_O.person_id == bindparam("person"), _O.subject == bindparam("of")))
_UNCODE = Statement(delete(approval_codes).where(_O.person_id == bindparam("person"), _O.subject == bindparam("of")))
_CHOSEN = Statement(select(preferences.c.chosen).where(preferences.c.person_id == bindparam("person")))


class SqlSessions:
    """Fits `ports.sessions.Sessions`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open(self, session: ConsoleSession) -> None:
        times = (micros(session.created_at), micros(session.seen_at), micros(session.ends_at))
        bulk.add(self._session, console_sessions, [(session.id, session.person, session.method, session.csrf, *times)])

    def find(self, id_: str) -> tuple[Person, ConsoleSession] | None:
        row = self._session.first(_FIND, id_=id_)
        if row is None:
            return None
        key, person, method, csrf, created, seen, ends, role, added, disabled = row
        found = ConsoleSession(key, person, method, csrf, moment(created), moment(seen), moment(ends))
        return Person(person, role, moment(added), bool(disabled)), found

    def seen(self, id_: str, at: datetime) -> None:
        self._session.change(_SEEN, id_=id_, at=micros(at))

    def end(self, id_: str) -> bool:
        return self._session.change(_END, id_=id_) == 1

    def end_all(self, person: str) -> int:
        return self._session.change(_END_ALL, person=person)

    def put_enrolment(self, enrolment: Enrolment) -> None:
        self._session.change(_VOID, person=enrolment.person, purpose_=enrolment.purpose)
        row = (
            enrolment.id,
            enrolment.person,
            enrolment.purpose,
            micros(enrolment.issued_at),
            micros(enrolment.ends_at),
        )
        bulk.add(self._session, enrolments, [row])

    def take_enrolment(self, id_: str) -> Enrolment | None:
        row = self._session.first(_ENROLMENT, Lock.OWN, id_=id_)
        if row is None or self._session.change(_ENROLLED, id_=id_) != 1:
            return None
        return Enrolment(row[0], row[1], row[2], moment(row[3]), moment(row[4]))

    def add_challenge(self, challenge: Challenge) -> None:
        row = (challenge.id, challenge.purpose, micros(challenge.ends_at), challenge.person)
        bulk.put(self._session, challenges, [(*row, challenge.subject, challenge.digest)])

    def take_challenge(self, id_: str) -> Challenge | None:
        row = self._session.first(_CHALLENGE, Lock.OWN, id_=id_)
        if row is None or self._session.change(_ANSWERED, id_=id_) != 1:
            return None
        return Challenge(row[0], row[1], moment(row[2]), row[3], row[4], row[5])

    def add_credential(self, credential: Credential) -> None:
        used = None if credential.used_at is None else micros(credential.used_at)
        named = (credential.id, credential.person, credential.public_key, credential.sign_count, credential.label)
        row = (*named, int(credential.backed_up), micros(credential.added_at), used)
        bulk.add(self._session, passkeys, [row])

    def credential(self, id_: str, *, lock: bool = False) -> Credential | None:
        row = self._session.first(_KEY, Lock.OWN if lock else Lock.NONE, id_=id_)
        return None if row is None else _credential(row)

    def credentials(self, person: str) -> list[Credential]:
        return [_credential(row) for row in self._session.rows(_KEYS, person=person)]

    def credential_used(self, credential: Credential) -> None:
        at = None if credential.used_at is None else micros(credential.used_at)
        values = {"count": credential.sign_count, "backed": int(credential.backed_up), "at": at}
        self._session.change(_USED, id_=credential.id, **values)

    def remove_credential(self, person: str, id_: str) -> bool:
        return self._session.change(_LOST, id_=id_, person=person) == 1

    def attest(self, assertion: Assertion) -> None:
        named = (assertion.proof, assertion.person, assertion.subject, assertion.digest, assertion.method)
        row = (*named, assertion.mark, assertion.evidence, micros(assertion.at), None)
        bulk.add(self._session, attestations, [row])

    def unused(self, person: str, subject: str, digest: str, since: datetime) -> Assertion | None:
        row = self._session.first(_UNUSED, Lock.OWN, person=person, of=subject, exactly=digest, since=micros(since))
        return None if row is None else _assertion(row)

    def use(self, proof: str, at: datetime) -> None:
        if self._session.change(_USE, id_=proof, at_=micros(at)) != 1:
            raise Conflict(at="attestation")

    def spent(self, mark: str) -> bool:
        return self._session.first(_SPENT, same=mark) is not None

    def attestations(self, subject: str) -> list[Assertion]:
        return [_assertion(row) for row in self._session.rows(_ATTESTED, of=subject)]

    def put_code(self, code: ApprovalCode) -> None:
        times = (micros(code.issued_at), micros(code.ends_at))
        row = (code.person, code.subject, code.digest, code.hash, *times, code.wrong)
        bulk.put(self._session, approval_codes, [row])

    def code(self, person: str, subject: str, *, lock: bool) -> ApprovalCode | None:
        row = self._session.first(_CODE, Lock.OWN if lock else Lock.NONE, person=person, of=subject)
        if row is None:
            return None
        return ApprovalCode(row[0], row[1], row[2], row[3], moment(row[4]), moment(row[5]), row[6])

    def drop_code(self, person: str, subject: str) -> None:
        self._session.change(_UNCODE, person=person, of=subject)

    def preferences(self, person: str) -> str | None:
        row = self._session.first(_CHOSEN, person=person)
        return None if row is None else str(row[0])

    def prefer(self, person: str, chosen: str) -> None:
        bulk.put(self._session, preferences, [(person, chosen)])

    def sweep(self, now: datetime, idle_since: datetime) -> None:
        over = micros(now)
        gone = (_S.ends_at <= over) | (_S.seen_at <= micros(idle_since))
        self._session.connection.execute(delete(console_sessions).where(gone))
        self._session.connection.execute(delete(enrolments).where(_E.ends_at <= over))
        self._session.connection.execute(delete(challenges).where(_C.ends_at <= over))
        self._session.connection.execute(delete(approval_codes).where(_O.ends_at <= over))


def _credential(row: Sequence[Any]) -> Credential:
    id_, person, key, count, label, backed_up, added, used = row
    when = None if used is None else moment(used)
    return Credential(id_, person, bytes(key), count, label, bool(backed_up), moment(added), when)


def _assertion(row: Sequence[Any]) -> Assertion:
    proof, person, subject, digest, method, mark, evidence, at, used = row
    when = None if used is None else moment(used)
    return Assertion(proof, person, subject, digest, method, mark, bytes(evidence), moment(at), when)
