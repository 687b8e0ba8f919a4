"""Lines of lists: what a record is called and how it is marked, read from inside. What cannot be read stops no list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from exchange.crypto.commitments import unpack
from exchange.crypto.encoding import read_canonical
from exchange.errors import Code, ExchangeError, Unavailable
from exchange.model.claims import Claim
from exchange.model.found import Place
from exchange.model.records import HeldRecord, Ref
from exchange.model.state import Copy
from exchange.model.terms import matched
from exchange.model.titles import NONE, Title, marking, title
from exchange.model.vocab import Tlp, strictness
from exchange.operations.claims import claims_of
from exchange.operations.readable import readable
from exchange.ports import Unit

_MAX_HANDLING = 1 << 16


@dataclass(frozen=True, slots=True)
class FoundLine:
    """One line. The title of a record that cannot be opened is empty."""

    ref: Ref
    version: int
    kind: str
    held: str
    """`own` or `received`."""
    sender: str | None
    """Who sent the newest copy; None for our own."""
    title: Title
    changed_at: datetime
    """When the version was issued here, or the copy came in."""
    tlp: str | None
    """The strictest label of the record and its handling."""
    matched: tuple[str, ...] = ()
    """Paths whose claims hold one of the words."""


@dataclass(frozen=True, slots=True)
class Inside:
    """A record that was opened for a list, a graph or a comparison."""

    ref: Ref
    version: int
    kind: str
    held: str
    sender: str | None
    claims: tuple[Claim, ...]
    changed_at: datetime
    tlp: str | None
    onward: str = "own"
    """`own`: we decide whether it goes on. `ask`: its originator first. `none`: it must not."""

    @property
    def place(self) -> Place:
        return Place(self.ref, self.held)

    def line(self, words: Sequence[str] = ()) -> FoundLine:
        found = matched(self.claims, words) if words else ()
        head = (self.ref, self.version, self.kind, self.held, self.sender)
        return FoundLine(*head, title(self.claims) if self.claims else NONE, self.changed_at, self.tlp, found)


def opened(unit: Unit, places: Sequence[Place]) -> list[Inside]:
    """The newest version of each, in the order of `places`; what is not here any more, or cannot be read, is left
    out."""
    own, _ = readable(unit, [place.ref for place in places if place.held == "own"], lock=False)
    found: dict[Place, Inside] = {Place(each.record.ref, "own"): _own(each) for each in own}
    for copy in _copies(unit, [place.ref for place in places if place.held == "received"]):
        found[Place(copy.ref, "received")] = received(copy)
    return [found[place] for place in places if place in found]


def received(copy: Copy) -> Inside:
    """A copy, opened. Claims that cannot be read are none."""
    try:
        claims = claims_of([claim for _, claim in unpack(copy.claims)], whole=False)
    except ExchangeError:
        claims = ()
    tlp, onward = _handled(copy)
    labels = [label for label in (marking(claims), tlp) if label is not None]
    label = max(labels, key=strictness, default=None)
    place = (copy.ref, copy.version, copy.kind, "received", copy.sender)
    return Inside(*place, claims, copy.received_at, label, onward)


def _own(held: HeldRecord) -> Inside:
    record = held.record
    at = datetime.fromisoformat(record.issued).astimezone(UTC)
    return Inside(record.ref, record.version, record.kind, "own", None, record.claims, at, marking(record.claims))


def _copies(unit: Unit, refs: Sequence[Ref]) -> list[Copy]:
    """As `readable`, of copies."""
    try:
        return unit.copies.newest(refs, lock=False)
    except Unavailable as fault:
        if fault.code is not Code.AT_REST_CORRUPT:
            raise
    found: list[Copy] = []
    for ref in refs:
        try:
            found += unit.copies.newest([ref], lock=False)
        except Unavailable as fault:
            if fault.code is not Code.AT_REST_CORRUPT:
                raise
    return found


def _handled(copy: Copy) -> tuple[str | None, str]:
    """(TLP label, whether it may go on) of the handling that it came with; the strictest where that cannot be read."""
    try:
        handling = read_canonical(copy.handling, limit=_MAX_HANDLING)
        terms = handling if isinstance(handling, dict) else {}
        label = Tlp(str(terms.get("tlp")))
    except (ExchangeError, ValueError):
        return Tlp.RED.value, "none"
    return label.value, "ask" if terms.get("onward") == "ask" else "none"
