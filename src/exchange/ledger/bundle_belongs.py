"""Which entries an evidence bundle may have: those of its release and what that stood on, and no others.

True entries of another release would let a bundle tell that one's acts as if they were this one's.
Spec: docs/spec/bundle.md §1 and §2, step 6.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from exchange.ledger.entries import Entry, text, texts

BEFORE: Final = frozenset(
    {
        "release.proposed",
        "release.approved",
        "approval.lapsed",
        "release.voided",
        "waiver.granted",
        "waiver.revoked",
        "waiver.used",
        "standing.used",
    }
)
"""Of the release, up to it."""
AT: Final = frozenset({"release.released", "release.onward", "release.decided"})
PLACED: Final = frozenset({"message.sent", "envelope.void", "receipt.received"})
"""Known by their number in the stream."""
PERSONS: Final = frozenset({"person.added", "person.disabled"})
OF_AGREEMENT: Final = frozenset({"agreement.changed", "standing.approved", "standing.revoked"})
_BROUGHT: Final = {"grant.received": 0, "message.received": 1, "envelope.received": 2}
"""Places before the grant."""
_KINDS: Final = frozenset({"genesis"}) | BEFORE | AT | PLACED | PERSONS | OF_AGREEMENT | _BROUGHT.keys()
_PLACE: Final = ("recipient", "epoch", "seq")


class Belonging:
    """Judges every entry of a bundle by the bundle's own `release.released`; without one only ids and kinds."""

    def __init__(self, release: str, seen: Iterable[tuple[int, Entry]]) -> None:
        self._release = release
        self._at = -1
        self._released: Entry | None = None
        named: set[str] = set()
        grants: dict[str, int] = {}
        for index, entry in seen:
            if entry["kind"] == "grant.received":
                grants[text(entry, "grant")] = index
            elif entry.get("release") == release and entry["kind"] == "release.onward":
                named |= set(texts(entry, "grants"))
            elif entry.get("release") == release and entry["kind"] == "release.released" and self._released is None:
                self._at, self._released = index, entry
        self._grants = {index for grant, index in grants.items() if grant in named}
        self._all_here = named <= grants.keys()

    def has(self, index: int, entry: Entry) -> bool:
        """Whether entry number `index` of the ledger may be here."""
        kind, released = text(entry, "kind"), self._released
        if kind not in _KINDS or entry.get("release", self._release) != self._release:
            return False
        if released is None:  # the rules, or the step that looks for it, will say so
            return True
        if (kind in AT | PLACED) != (index >= self._at):
            return False
        if kind in _BROUGHT:
            return index + _BROUGHT[kind] in self._grants or not self._all_here  # the rules miss a grant
        if entry.get("agreement", released["agreement"]) != released["agreement"]:
            return False
        if kind == "message.sent" and entry["envelope"] != released["envelope"]:
            return False
        return kind not in PLACED or all(entry[name] == released[name] for name in _PLACE)
