"""What the rules of an agreement can reach at most: directions, kinds and paths, whatever a record says.

Lint and diff reason with it; nothing is decided here. Spec: docs/spec/policy.md §13.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from exchange.model import vocab
from exchange.model.paths import PATHS
from exchange.policies.agreement import Agreement, NationalPolicy
from exchange.policies.clauses import Clause, Forbid, selected


class Direction(NamedTuple):
    sender: str
    recipient: str


class Cell(NamedTuple):
    """One path of one kind of record, in one direction."""

    direction: Direction
    kind: str
    path: str


Document = Agreement | NationalPolicy


def directions(document: Document, rule: Clause | Forbid) -> frozenset[Direction]:
    """Between whom the rule applies; empty when it can apply to nobody."""
    if isinstance(document, NationalPolicy):
        recipients = vocab.COUNTRIES if rule.to is None else rule.to
        return frozenset(Direction(document.party.code, recipient) for recipient in recipients - {document.party.code})
    codes = frozenset(party.code for party in document.parties)
    senders, recipients = rule.from_ or codes, rule.to or codes
    return frozenset(Direction(a, b) for a in senders & codes for b in recipients & codes if a != b)


def kinds(rule: Clause | Forbid) -> frozenset[str]:
    return frozenset(vocab.KINDS) if rule.kinds is None else rule.kinds


@lru_cache(maxsize=4096)
def paths(selectors: tuple[str, ...], kind: str) -> frozenset[str]:
    """The paths that the selectors mean, of those that a record of `kind` can have."""
    return frozenset(path for selector in selectors for path in selected(selector) if kind in PATHS[path].kinds)


def cells(document: Document, clause: Clause, selectors: tuple[str, ...]) -> Iterator[Cell]:
    """Everything that `selectors` of the clause reach."""
    for direction in sorted(directions(document, clause)):
        for kind in sorted(kinds(clause)):
            for path in sorted(paths(selectors, kind)):
                yield Cell(direction, kind, path)


def always_withheld(document: Document, clauses: Iterable[Clause]) -> frozenset[Cell]:
    """Cells that a clause without condition withholds: no record can send them."""
    return frozenset(
        cell
        for clause in clauses
        if clause.when is None and clause.withhold
        for cell in cells(document, clause, clause.withhold)
    )


def reach(agreement: Agreement) -> frozenset[Cell]:
    """Cells that some clause discloses under some condition and none withholds under every condition."""
    disclosed = frozenset(cell for clause in agreement.clauses for cell in cells(agreement, clause, clause.disclose))
    return disclosed - always_withheld(agreement, agreement.clauses)
