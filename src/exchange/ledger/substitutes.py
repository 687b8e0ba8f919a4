"""Waivers and standing approvals in the ledger: who gave them, for what, until when, and whether a release may use one.

    a waiver is by an administrator and a releasing officer, two persons, neither the proposer, and for a day at most
    it is of an open proposal's digest, and used once, in time, unless it was revoked
    a standing approval is by two releasing officers, for 90 days at most, for the version that is in force
    it serves only proposals of that agreement's own rule, whose name no person can have

Roles are those that `person.added` told before. Spec: docs/spec/ledger.md §6, steps 15 and 16.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from exchange.ledger.entries import Entry, number, text, texts
from exchange.ledger.report import Fault

WAIVER_LASTS: Final = timedelta(hours=24)
STANDING_LASTS: Final = timedelta(days=90)
RULE: Final = "standing:"


@dataclass(slots=True)
class OpenProposal:
    """A proposal that is neither released nor voided."""

    proposer: str
    recipient: str
    agreement: str
    digest: str
    approved: set[str] = field(default_factory=set)
    substituted: bool = False
    """A waiver or a standing approval was used for it."""
    version: int | None = None
    """Of the agreement that the standing approval names; the release must be of the same."""

    @property
    def by_rule(self) -> bool:
        return self.proposer == RULE + self.agreement

    def needed(self, least: int) -> int:
        """How many approvals a release must name, where the agreement asks for `least` at its mildest marking.

        By hand never fewer than one, whatever the agreement says: that is four eyes.
        """
        if self.substituted:
            return 0
        return least if self.by_rule else max(1, least)


class _Waiver(NamedTuple):
    release: str
    digest: str
    expires: str


class _Standing(NamedTuple):
    agreement: str
    version: int
    expires: str


class Substitutes:
    """What was given so far; it marks the proposals for which something was used."""

    def __init__(self, proposals: Mapping[str, OpenProposal]) -> None:
        self._proposals = proposals
        self.roles: dict[str, str] = {}
        """Person -> role, of those who may act."""
        self._waivers: dict[str, _Waiver] = {}
        self._standing: dict[str, _Standing] = {}
        self._seen: set[str] = set()
        self.handlers: dict[str, Callable[[int, Entry], Fault | None]] = {
            "person.added": self._added,
            "person.disabled": self._disabled,
            "waiver.granted": self._granted,
            "waiver.revoked": self._waiver_revoked,
            "waiver.used": self._waiver_used,
            "standing.approved": self._approved,
            "standing.revoked": self._standing_revoked,
            "standing.used": self._standing_used,
        }

    def _added(self, _index: int, entry: Entry) -> Fault | None:
        self.roles[text(entry, "person")] = text(entry, "role")
        return None

    def _disabled(self, _index: int, entry: Entry) -> Fault | None:
        self.roles.pop(text(entry, "person"), None)
        return None

    def _granted(self, _index: int, entry: Entry) -> Fault | None:
        proposal = self._proposals.get(text(entry, "release"))
        administrator, officer = text(entry, "administrator"), text(entry, "officer")
        id_ = text(entry, "waiver")
        sound = (
            proposal is not None
            and proposal.digest == entry["digest"]
            and proposal.proposer not in (administrator, officer)
            and self.roles.get(administrator) == "administrator"
            and self.roles.get(officer) == "releasing_officer"
            and entry["actor"] in (administrator, officer)
            and _within(entry, WAIVER_LASTS)
            and self._new(id_)
        )
        if not sound:
            return Fault.WAIVER_INVALID
        self._waivers[id_] = _Waiver(text(entry, "release"), text(entry, "digest"), text(entry, "expires"))
        return None

    def _waiver_revoked(self, _index: int, entry: Entry) -> Fault | None:
        """One that nobody had granted yet may be revoked too."""
        self._waivers.pop(text(entry, "waiver"), None)
        return None

    def _waiver_used(self, _index: int, entry: Entry) -> Fault | None:
        waiver = self._waivers.pop(text(entry, "waiver"), None)
        proposal = self._proposals.get(text(entry, "release"))
        if waiver is None or proposal is None or text(entry, "at") >= waiver.expires:
            return Fault.WAIVER_INVALID
        if (waiver.release, waiver.digest) != (entry["release"], entry["digest"]) or proposal.digest != waiver.digest:
            return Fault.WAIVER_INVALID
        proposal.substituted = True
        return None

    def _approved(self, _index: int, entry: Entry) -> Fault | None:
        officers, id_ = texts(entry, "officers"), text(entry, "standing")
        sound = (
            len(officers) == 2
            and len(set(officers)) == 2
            and all(self.roles.get(each) == "releasing_officer" for each in officers)
            and entry["actor"] in officers
            and _within(entry, STANDING_LASTS)
            and self._new(id_)
        )
        if not sound:
            return Fault.STANDING_INVALID
        self._standing[id_] = _Standing(text(entry, "agreement"), number(entry, "version"), text(entry, "expires"))
        return None

    def _standing_revoked(self, _index: int, entry: Entry) -> Fault | None:
        self._standing.pop(text(entry, "standing"), None)
        return None

    def _standing_used(self, _index: int, entry: Entry) -> Fault | None:
        standing = self._standing.get(text(entry, "standing"))
        proposal = self._proposals.get(text(entry, "release"))
        if standing is None or proposal is None or text(entry, "at") >= standing.expires:
            return Fault.STANDING_INVALID
        if not proposal.by_rule or proposal.agreement != standing.agreement or proposal.digest != entry["digest"]:
            return Fault.STANDING_INVALID
        proposal.substituted, proposal.version = True, standing.version
        return None

    def _new(self, id_: str) -> bool:
        fresh = id_ not in self._seen
        self._seen.add(id_)
        return fresh


def _within(entry: Entry, longest: timedelta) -> bool:
    at, expires = (datetime.fromisoformat(text(entry, name)) for name in ("at", "expires"))
    return at < expires <= at + longest
