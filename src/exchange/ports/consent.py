"""Ports of what may stand for approvals, and of the queues of standing and daily releases: part of `ports`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from exchange.model.records import Ref
from exchange.model.state import StandingApproval, Waiver


class Waivers(Protocol):
    """What stands for missing approvals: waivers and standing approvals. The database refuses whoever may not."""

    def add(self, waiver: Waiver) -> None:
        """With exactly one of the two persons."""

    def get(self, id_: str, *, lock: bool = False) -> Waiver | None: ...

    def of_proposal(self, proposal_id: str) -> list[Waiver]:
        """Oldest first; locked in a writing unit."""

    def all(self, limit: int) -> list[Waiver]:
        """Newest first."""

    def update(self, waiver: Waiver) -> None:
        """Writes the second person, `used_at` and `revoked_at`; nothing else can change."""

    def add_standing(self, approval: StandingApproval) -> None:
        """With the first officer only."""

    def standing(self, id_: str, *, lock: bool = False) -> StandingApproval | None: ...

    def standing_of(self, agreement_id: str) -> list[StandingApproval]:
        """Oldest first; locked in a writing unit."""

    def all_standing(self, limit: int) -> list[StandingApproval]:
        """Newest first."""

    def update_standing(self, approval: StandingApproval) -> None:
        """Writes the second officer and `revoked_at`."""


class Cadences(Protocol):
    """Queues of what standing and daily releases still have to look at. Names of records only."""

    def changed(self, refs: Sequence[tuple[Ref, int]]) -> None:
        """These versions are new: written in the transaction that stores them."""

    def all_changed(self) -> None:
        """Every current record counts as new: an agreement with a cadence came into force."""

    def waiting(self) -> bool:
        """Whether there is anything in the queue of changes or of releases."""

    def unseen(self) -> bool:
        """Whether there are changes that no worker has committed to having looked at."""

    def take_changed(self, limit: int) -> list[Ref]:
        """Takes up to `limit` rows out of the queue; what another worker holds is passed over."""

    def add_daily(self, agreement_id: str, recipient: str, refs: Sequence[Ref]) -> None: ...

    def begin_day(self, day: str, agreement_id: str, recipient: str) -> bool:
        """Makes the day's row, or finds it, and locks it. False when the day is done."""

    def take_daily(self, agreement_id: str, recipient: str, limit: int) -> list[Ref]: ...

    def end_day(self, day: str, agreement_id: str, recipient: str) -> None: ...

    def day_done(self, day: str, agreement_id: str, recipient: str) -> bool: ...

    def release_later(self, proposal_id: str) -> None: ...

    def due_releases(self, limit: int) -> list[str]:
        """Proposals that are to be released by themselves."""

    def release_done(self, proposal_id: str) -> bool:
        """Takes a proposal out of that queue; False when somebody else did."""
