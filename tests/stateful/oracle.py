"""What may be where, in plain sets: the few lines that the whole program is compared with.

It knows nothing of envelopes, streams or stores. It is told what people did and what they were answered, and says
whether a release may go through and what a partner may hold.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from exchange.model.records import Ref

PROPOSAL_LIVES = timedelta(days=7)
HUB = "DZ"
"""The state that the others have clauses with."""


@dataclass(slots=True)
class Asked:
    """A proposal as people know it."""

    sender: str
    recipient: str
    versions: dict[Ref, int]
    proposer: str
    needed: int
    agreement: int
    at: datetime
    state: str = "proposed"
    approvals: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Oracle:
    """Records, proposals, agreements and what left, for all states together."""

    version: dict[Ref, int] = field(default_factory=dict)
    open: dict[tuple[Ref, int], bool] = field(default_factory=dict)
    """Whether the agreement lets this version go at all."""
    asked: dict[str, Asked] = field(default_factory=dict)
    agreement: int = 1
    suspended: set[str] = field(default_factory=set)
    disabled: set[str] = field(default_factory=set)
    released: dict[str, Asked] = field(default_factory=dict)
    recalled: dict[tuple[Ref, str], int] = field(default_factory=dict)
    """The version that was called back from a recipient: only a newer one is offered to it again."""
    void_allowed: set[str] = field(default_factory=set)
    """Releases after which the sender's agreement was suspended or replaced: their number may be filled by a void."""

    def stored(self, ref: Ref, version: int, open_: bool) -> None:
        self.version[ref] = version
        self.open[ref, version] = open_

    def offered(self, ref: Ref, recipient: str) -> bool:
        """Whether a proposal must contain it; otherwise it is denied. Nothing is agreed between the two Gulf states."""
        newer = self.version[ref] > self.recalled.get((ref, recipient), 0)
        return newer and self.open[ref, self.version[ref]] and HUB in (ref.originator, recipient)

    def may_release(self, id_: str, now: datetime) -> bool:
        """Nothing moved since people consented, and enough people who still may did."""
        asked = self.asked[id_]
        same = all(self.version[ref] == version for ref, version in asked.versions.items())
        given = asked.approvals - self.disabled
        return (
            asked.state == "approved"
            and now < asked.at + PROPOSAL_LIVES
            and asked.sender not in self.suspended
            and asked.agreement == self.agreement
            and same
            and len(given) >= asked.needed
            and asked.proposer not in given
        )

    def called_back(self, sender: str, recipient: str, refs: set[Ref]) -> None:
        """What left of these is recalled, and what was about to bring one of them again is void."""
        went = self.may_hold(sender, recipient)
        for ref in refs:
            self.recalled[ref, recipient] = max(version for each, version in went if each == ref)
        for asked in self.asked.values():
            waits = asked.state in ("proposed", "approved")
            if waits and (asked.sender, asked.recipient) == (sender, recipient) and not refs.isdisjoint(asked.versions):
                asked.state = "voided"

    def ended(self, codes: set[str]) -> None:
        """The agreement of these states was suspended or replaced: what they have under way may become void."""
        self.void_allowed |= {id_ for id_, asked in self.released.items() if asked.sender in codes}

    def may_hold(self, sender: str, recipient: str) -> set[tuple[Ref, int]]:
        """Every (record, version) that ever left for this recipient."""
        return {
            each
            for asked in self.released.values()
            if (asked.sender, asked.recipient) == (sender, recipient)
            for each in asked.versions.items()
        }
