"""Openings of blinded entries in the ledger: who asked, who confirmed, and that it was looked at once.

    an auditor asks for one entry that stands before, and the question ends within a day
    another person, a releasing officer or an administrator, confirms it in time; that ends within a day again
    the auditor alone opens it, once, in time, and the entry says what was asked: index, reason, both persons
    neither of them was disabled meanwhile; what was withdrawn or declined is over

Roles are those that `person.added` told before. Spec: docs/spec/ledger.md §6, step 18.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from exchange.ledger.entries import Entry, number, text
from exchange.ledger.report import Fault

LASTS: Final = timedelta(hours=24)
"""For the question, and from its confirmation for the reading."""
ASKING: Final = "auditor"
CONFIRMING: Final = frozenset({"releasing_officer", "administrator"})


@dataclass(slots=True)
class _Opening:
    """One that may still be opened."""

    index: int
    reason: str
    asker: str
    expires: str
    confirmer: str = ""


class Openings:
    """What was asked so far and is not over."""

    def __init__(self, roles: Mapping[str, str]) -> None:
        self._roles = roles
        self._waiting: dict[str, _Opening] = {}
        self._seen: set[str] = set()
        self.handlers: dict[str, Callable[[int, Entry], Fault | None]] = {
            "audit.opening-asked": self._asked,
            "audit.opening-confirmed": self._confirmed,
            "audit.opening-withdrawn": self._withdrawn,
            "audit.opening-declined": self._declined,
            "audit.opened": self._opened,
        }

    def _asked(self, index: int, entry: Entry) -> Fault | None:
        id_, actor = text(entry, "opening"), text(entry, "actor")
        fresh = id_ not in self._seen
        self._seen.add(id_)
        if not fresh or self._roles.get(actor) != ASKING or number(entry, "index") >= index or not _within(entry):
            return Fault.OPENING_INVALID
        expires = text(entry, "expires")
        self._waiting[id_] = _Opening(number(entry, "index"), text(entry, "reason"), actor, expires)
        return None

    def _confirmed(self, _index: int, entry: Entry) -> Fault | None:
        found, actor = self._in_time(entry), text(entry, "actor")
        if found is None or found.confirmer or actor == found.asker:
            return Fault.OPENING_INVALID
        if self._roles.get(actor) not in CONFIRMING or not _within(entry):
            return Fault.OPENING_INVALID
        found.confirmer, found.expires = actor, text(entry, "expires")
        return None

    def _withdrawn(self, _index: int, entry: Entry) -> Fault | None:
        """By whoever asked, also when nobody may open it any more."""
        found = self._waiting.pop(text(entry, "opening"), None)
        sound = found is not None and (found.index, found.asker) == (entry["index"], entry["actor"])
        return None if sound else Fault.OPENING_INVALID

    def _declined(self, _index: int, entry: Entry) -> Fault | None:
        """By somebody who could have confirmed it, or did."""
        found = self._waiting.pop(text(entry, "opening"), None)
        sound = found is not None and found.index == entry["index"] and found.asker != entry["actor"]
        return None if sound and self._roles.get(text(entry, "actor")) in CONFIRMING else Fault.OPENING_INVALID

    def _opened(self, _index: int, entry: Entry) -> Fault | None:
        found = self._in_time(entry)
        self._waiting.pop(text(entry, "opening"), None)
        if found is None or not found.confirmer or entry["actor"] != found.asker:
            return Fault.OPENING_INVALID
        said = (entry["asker"], entry["confirmer"], entry["reason"])
        here = self._roles.get(found.asker) == ASKING and self._roles.get(found.confirmer) in CONFIRMING
        return None if here and said == (found.asker, found.confirmer, found.reason) else Fault.OPENING_INVALID

    def _in_time(self, entry: Entry) -> _Opening | None:
        """The opening that an entry goes on with, if it is of the same index and not over."""
        found = self._waiting.get(text(entry, "opening"))
        sound = found is not None and found.index == entry["index"] and text(entry, "at") < found.expires
        return found if sound else None


def _within(entry: Entry) -> bool:
    at, expires = (datetime.fromisoformat(text(entry, name)) for name in ("at", "expires"))
    return at < expires <= at + LASTS
