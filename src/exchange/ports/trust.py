"""Introductions and revocations of partners as operations see them."""

from __future__ import annotations

from typing import Protocol

from exchange.model.trust import Introduction, Revocation


class Trust(Protocol):
    """One introduction and one revocation for each partner. The database refuses one person in both places."""

    def put_introduction(self, introduction: Introduction) -> None:
        """Inserts or replaces. BadInput when the second person is the first."""

    def introduction(self, code: str, *, lock: bool = False) -> Introduction | None:
        """`lock` takes FOR UPDATE."""

    def introductions(self) -> list[Introduction]:
        """By code, the verified ones too."""

    def drop_introduction(self, code: str) -> None: ...

    def put_revocation(self, revocation: Revocation) -> None:
        """Inserts or replaces. BadInput when who confirms is who asked."""

    def revocation(self, code: str, *, lock: bool = False) -> Revocation | None: ...

    def revocations(self) -> list[Revocation]: ...

    def drop_revocation(self, code: str) -> None:
        """Takes back what nobody confirmed yet."""
