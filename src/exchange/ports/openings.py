"""Openings of ledger entries as operations see them: part of `ports`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from exchange.model.openings import Opening
from exchange.model.records import Ref


class Openings(Protocol):
    """Auditors' questions, and which records were shown. The database refuses whoever may not."""

    def add(self, opening: Opening) -> None:
        """As it was asked; nobody has confirmed it yet."""

    def get(self, id_: str, *, lock: bool = False) -> Opening | None:
        """`lock` takes FOR UPDATE."""

    def all(self, limit: int) -> list[Opening]:
        """Newest first."""

    def update(self, opening: Opening) -> None:
        """Writes who confirmed it and until when, when it was opened, or how it ended; each once."""

    def show(self, id_: str, held: str, refs: Sequence[Ref]) -> None:
        """Remembers which records were shown, `own` or `received`."""

    def of_record(self, ref: Ref) -> list[Opening]:
        """Those that showed this record, oldest first."""

    def of_copies(self, limit: int) -> list[tuple[Ref, Opening]]:
        """Records of other states that were shown, oldest first."""
