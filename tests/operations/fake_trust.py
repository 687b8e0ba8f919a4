"""Introductions and revocations in memory: without the guard that they take two persons."""

from __future__ import annotations

from exchange.model.trust import Introduction, Revocation
from tests.operations.fake_rows import Rows


class Trust:
    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def put_introduction(self, introduction: Introduction) -> None:
        self._rows.introductions[introduction.code] = introduction

    def introduction(self, code: str, *, lock: bool = False) -> Introduction | None:
        return self._rows.introductions.get(code)

    def introductions(self) -> list[Introduction]:
        return [each for _, each in sorted(self._rows.introductions.items())]

    def drop_introduction(self, code: str) -> None:
        self._rows.introductions.pop(code, None)

    def put_revocation(self, revocation: Revocation) -> None:
        self._rows.revocations[revocation.code] = revocation

    def revocation(self, code: str, *, lock: bool = False) -> Revocation | None:
        return self._rows.revocations.get(code)

    def revocations(self) -> list[Revocation]:
        return [each for _, each in sorted(self._rows.revocations.items())]

    def drop_revocation(self, code: str) -> None:
        waiting = self._rows.revocations.get(code)
        if waiting is not None and waiting.confirmed_by is None:
            del self._rows.revocations[code]
