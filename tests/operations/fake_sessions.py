"""Signing in, in memory: part of a unit without any guards."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from exchange.model.sessions import ApprovalCode, Assertion, Challenge, ConsoleSession, Credential, Enrolment
from exchange.model.state import Person
from tests.operations.fake_rows import Rows


class Sessions:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def open(self, session: ConsoleSession) -> None:
        self._rows.sessions[session.id] = session

    def find(self, id_: str) -> tuple[Person, ConsoleSession] | None:
        session = self._rows.sessions.get(id_)
        return None if session is None else (self._rows.people[session.person], session)

    def seen(self, id_: str, at: datetime) -> None:
        if id_ in self._rows.sessions:
            self._rows.sessions[id_] = replace(self._rows.sessions[id_], seen_at=at)

    def end(self, id_: str) -> bool:
        return self._rows.sessions.pop(id_, None) is not None

    def end_all(self, person: str) -> int:
        gone = [id_ for id_, session in self._rows.sessions.items() if session.person == person]
        return sum(self.end(id_) for id_ in gone)

    def put_enrolment(self, enrolment: Enrolment) -> None:
        same = (enrolment.person, enrolment.purpose)
        others = {id_: each for id_, each in self._rows.enrolments.items() if (each.person, each.purpose) != same}
        self._rows.enrolments = {**others, enrolment.id: enrolment}

    def take_enrolment(self, id_: str) -> Enrolment | None:
        return self._rows.enrolments.pop(id_, None)

    def add_challenge(self, challenge: Challenge) -> None:
        self._rows.challenges[challenge.id] = challenge

    def take_challenge(self, id_: str) -> Challenge | None:
        return self._rows.challenges.pop(id_, None)

    def add_credential(self, credential: Credential) -> None:
        self._rows.passkeys[credential.id] = credential

    def credential(self, id_: str, *, lock: bool = False) -> Credential | None:
        return self._rows.passkeys.get(id_)

    def credentials(self, person: str) -> list[Credential]:
        return [each for each in self._rows.passkeys.values() if each.person == person]

    def credential_used(self, credential: Credential) -> None:
        self._rows.passkeys[credential.id] = credential

    def remove_credential(self, person: str, id_: str) -> bool:
        known = self._rows.passkeys.get(id_)
        if known is None or known.person != person:
            return False
        del self._rows.passkeys[id_]
        return True

    def attest(self, assertion: Assertion) -> None:
        self._rows.attestations[assertion.proof] = assertion

    def unused(self, person: str, subject: str, digest: str, since: datetime) -> Assertion | None:
        wanted = (person, subject, digest, None)
        found = [
            each
            for each in self._rows.attestations.values()
            if (each.person, each.subject, each.digest, each.used_at) == wanted and each.at >= since
        ]
        return max(found, key=lambda each: each.at, default=None)

    def use(self, proof: str, at: datetime) -> None:
        self._rows.attestations[proof] = replace(self._rows.attestations[proof], used_at=at)

    def spent(self, mark: str) -> bool:
        return any(each.mark == mark and each.used_at is not None for each in self._rows.attestations.values())

    def attestations(self, subject: str) -> list[Assertion]:
        return [each for each in self._rows.attestations.values() if each.subject == subject]

    def put_code(self, code: ApprovalCode) -> None:
        self._rows.codes[code.person, code.subject] = code

    def code(self, person: str, subject: str, *, lock: bool) -> ApprovalCode | None:
        return self._rows.codes.get((person, subject))

    def drop_code(self, person: str, subject: str) -> None:
        self._rows.codes.pop((person, subject), None)

    def preferences(self, person: str) -> str | None:
        return self._rows.chosen.get(person)

    def prefer(self, person: str, chosen: str) -> None:
        self._rows.chosen[person] = chosen

    def sweep(self, now: datetime, idle_since: datetime) -> None:
        rows = self._rows
        rows.sessions = {
            id_: each for id_, each in rows.sessions.items() if each.ends_at > now and each.seen_at > idle_since
        }
        rows.enrolments = {id_: each for id_, each in rows.enrolments.items() if each.ends_at > now}
        rows.challenges = {id_: each for id_, each in rows.challenges.items() if each.ends_at > now}
        rows.codes = {key: each for key, each in rows.codes.items() if each.ends_at > now}
