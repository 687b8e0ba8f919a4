"""Imports an outside list: adds what is new, amends what changed, marks what is gone; all or nothing.

The list's own key of each entry is remembered blinded, with a blinded digest of its content, so that a newer list finds
its records again: the list is public, and a plain digest would say which entry a record is. Older databases hold
plain ones; they are understood, and the next import replaces them. A list may itself be delisted only by a newer
one: an older or equal list changes nothing back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from exchange.errors import BadInput, Code, Conflict
from exchange.ledger.entries import entry
from exchange.model.claims import Claim
from exchange.model.records import ERASED, Ref
from exchange.model.state import Person
from exchange.operations import journal
from exchange.operations.clock import safe_now, stamp
from exchange.operations.deposit import Amendment, Draft, amend, deposit
from exchange.operations.permissions import Permission, require
from exchange.ports import Node, Unit

GONE = "delisted"
"""Content digest of an entry that the newest list no longer has."""
_STEP = 500
_Item = TypeVar("_Item")


class ListEntry(NamedTuple):
    """One entry of a list, with governance claims already added."""

    key: str
    kind: str
    claims: tuple[Claim, ...]
    digest: str
    """Digest of the entry's content, hex; equal digests mean an unchanged entry."""


@dataclass(frozen=True, slots=True)
class OutsideList:
    """A list as an interop reader gave it."""

    scheme: str
    """For example `un-sc`."""
    generated: str
    """When the publisher made it, `YYYY-MM-DDTHH:MM:SSZ`."""
    entries: tuple[ListEntry, ...]
    oddities: int
    """How many deviations the reader reported."""


@dataclass(frozen=True, slots=True)
class Imported:
    """Numbers of records."""

    added: int
    updated: int
    unchanged: int
    delisted: int
    erased: int = 0
    """Entries whose record was erased here: they stay out, whatever the list says of them later."""


def import_list(node: Node, unit: Unit, person: Person, source: OutsideList, delisted_claim: Claim) -> Imported:
    """Brings our records of `source.scheme` to the state of the list.

    `delisted_claim` is added to a record whose entry is gone. Conflict(STALE) for a list older than the last one;
    BadInput for two entries with one key. One transaction: a failure leaves nothing behind.
    """
    require(person, Permission.RECORD_WRITE)
    if len({each.key for each in source.entries}) != len(source.entries):
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="entries")
    setting = f"import.{source.scheme}.generated"
    last = unit.setting(setting)
    if last is not None and last > source.generated:
        raise Conflict(Code.STALE, at="generated")
    work = _Import(node, unit, person, source, unit.records.external_all(source.scheme))
    result = Imported(work.add(), work.update(), work.unchanged(), work.delist(delisted_claim), work.erased())
    unit.set_setting(setting, source.generated)
    now = safe_now(node, unit)
    line = entry(
        "import.done",
        at=stamp(now),
        actor=person.id,
        source=source.scheme,
        added=result.added,
        updated=result.updated,
        delisted=result.delisted,
        oddities=source.oddities,
    )
    journal.write(node, unit, [line], now)
    return result


@dataclass(frozen=True, slots=True)
class _Import:
    node: Node
    unit: Unit
    person: Person
    source: OutsideList
    known: dict[str, tuple[Ref, str]]
    """Blinded key -> (record, blinded content digest at the last import)."""

    def _blind(self, entry_: ListEntry) -> str:
        return self.unit.records.blind(self.source.scheme, entry_.key)

    def _mark(self, entry_: ListEntry) -> str:
        """Blinded with the entry's key, so that not even two equal contents look alike."""
        return self.unit.records.blind(self.source.scheme + " content", f"{entry_.key} {entry_.digest}")

    def _same(self, entry_: ListEntry, mark: str) -> bool:
        return mark in (self._mark(entry_), entry_.digest)

    def add(self) -> int:
        new = [each for each in self.source.entries if self._blind(each) not in self.known]
        for page in _pages(new):
            refs = deposit(self.node, self.unit, self.person, [Draft(each.kind, each.claims) for each in page])
            self._link(list(zip(page, refs, strict=True)))
        return len(new)

    def _changed(self) -> list[tuple[ListEntry, Ref]]:
        return [(each, ref) for each, ref, mark in self._found() if not self._same(each, mark)]

    def _found(self) -> list[tuple[ListEntry, Ref, str]]:
        found = [(each, self.known.get(self._blind(each))) for each in self.source.entries]
        return [(each, *old) for each, old in found if old is not None and old[1] != ERASED]

    def erased(self) -> int:
        return sum(self.known.get(self._blind(each), (None, ""))[1] == ERASED for each in self.source.entries)

    def update(self) -> int:
        changed = self._changed()
        for page in _pages(changed):
            claims = {ref: each.claims for each, ref in page}
            self._amend(claims)
            self._link(page)
        return len(changed)

    def unchanged(self) -> int:
        same = [(each, ref, mark) for each, ref, mark in self._found() if self._same(each, mark)]
        for page in _pages([(each, ref) for each, ref, mark in same if mark == each.digest]):
            self._link(page)
        return len(same)

    def delist(self, marker: Claim) -> int:
        present = {self._blind(each) for each in self.source.entries}
        gone = [
            (key, ref)
            for key, (ref, digest) in self.known.items()
            if key not in present and digest not in (GONE, ERASED)
        ]
        for page in _pages(gone):
            held = self.unit.records.current([ref for _, ref in page], lock=True)
            self._amend({each.record.ref: _with_marker(each.record.claims, marker) for each in held})
            self.unit.records.mark_external(self.source.scheme, [(key, ref, GONE) for key, ref in page])
        return len(gone)

    def _amend(self, claims: dict[Ref, tuple[Claim, ...]]) -> None:
        versions = {held.record.ref: held.record.version for held in self.unit.records.current(list(claims), lock=True)}
        amend(self.node, self.unit, self.person, [Amendment(ref, versions[ref], new) for ref, new in claims.items()])

    def _link(self, links: Sequence[tuple[ListEntry, Ref]]) -> None:
        marks = [(each.key, ref, self._mark(each)) for each, ref in links]
        self.unit.records.link_external(self.source.scheme, marks)


def _with_marker(claims: tuple[Claim, ...], marker: Claim) -> tuple[Claim, ...]:
    """The record's own claims (the coarser ones are derived anew) and the marker under a free id."""
    own = tuple(claim for claim in claims if claim.derived_from is None)
    highest = max((int(claim.id[1:]) for claim in claims), default=0)
    return (*own, marker._replace(id=f"c{highest + 1}"))


def _pages(items: Sequence[_Item]) -> list[Sequence[_Item]]:
    return [items[start : start + _STEP] for start in range(0, len(items), _STEP)]
