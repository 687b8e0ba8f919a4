"""How many independent sources stand behind what several records say, and how sure it is. Pure; it weighs nothing.

Two records are of one source when they name the same source (of the same originator), when one names the other as
its source, or when both name a third. A record that names none is of its originator alone, as one source.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from exchange.model.claims import Claim
from exchange.model.fold import fold
from exchange.model.records import Ref
from exchange.model.terms import named

CERTAINTIES: Final = ("contested", "corroborated", "stated", "assessed", "hearsay")
"""`contested` where somebody says otherwise, whatever else; then the best that is said of it."""
_TOLD: Final = frozenset({"record.source", "source.reference"})


class Behind(NamedTuple):
    """What one record says of where it comes from."""

    ref: Ref
    texts: frozenset[str]
    records: frozenset[Ref]


def behind(ref: Ref, claims: Iterable[Claim]) -> Behind:
    """From the claims of the record `ref`."""
    texts: set[str] = set()
    records: set[Ref] = set()
    for claim in claims:
        if claim.path in _TOLD:
            texts.add(fold(str(claim.value)))
        elif claim.path == "source.record":
            other = named(claim.value)
            records.update(() if other is None else (other,))
    return Behind(ref, frozenset(texts), frozenset(records))


def independent(found: Sequence[Behind]) -> int:
    """How many groups there are that share no source."""
    groups: list[set[object]] = []
    for each in found:
        keys: set[object] = {each.ref, *each.records, *((each.ref.originator, text) for text in each.texts)}
        if not each.texts and not each.records:
            keys.add(each.ref.originator)
        joined = [group for group in groups if not group.isdisjoint(keys)]
        groups = [group for group in groups if group.isdisjoint(keys)]
        groups.append(keys.union(*joined))
    return len(groups)


def certainty(statements: Iterable[str], sources: int, *, contested: bool) -> str:
    """One of `CERTAINTIES`. `statements`: `fact`, `assessment` or `hearsay`, one for each claim that says it."""
    said = set(statements)
    if contested:
        return "contested"
    if "fact" in said:
        return "corroborated" if sources > 1 else "stated"
    return "assessed" if "assessment" in said else "hearsay"
