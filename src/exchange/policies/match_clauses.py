"""The match clauses of an agreement: which blinded queries are answered, for which purpose, and with what.

Matching is an action of its own: no clause about sending permits it, and it permits no sending. Spec:
docs/spec/policy.md §19.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from exchange.model import vocab
from exchange.policies.clauses import Frame
from exchange.policies.reading import Part
from exchange.policies.tests import Condition, read_condition

LEVEL: Final = "level"
"""A hit is answered with its level and nothing else."""
CONTACT: Final = "contact"
"""… and with whom to contact."""
PER_CASE_MAX: Final = 1_000
PER_DAY_MAX: Final = 10_000
_ID: Final = re.compile(r"[A-Za-z0-9.]{1,16}", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class MatchClause:
    """`from_` answers what `to` asks. `from_`, `to` and `kinds` are None where the document says `*`."""

    id: str
    from_: frozenset[str] | None
    to: frozenset[str] | None
    kinds: frozenset[str] | None
    when: Condition | None
    purposes: frozenset[str]
    answer: str
    """`level` or `contact`."""
    per_case: int
    """Queries for one case number in a day."""
    per_day: int
    """Queries of one asker in a day."""

    def covers(self, holder: str, asker: str, purpose: str) -> bool:
        """Whether it is about queries of `asker` to `holder` for that purpose."""
        return (
            (self.from_ is None or holder in self.from_)
            and (self.to is None or asker in self.to)
            and purpose in self.purposes
        )


def read_match_clauses(part: Part, frame: Frame) -> tuple[MatchClause, ...]:
    """The list at `part`. BadInput(AGREEMENT_INVALID) unless every word in it is known; no id twice."""
    found = tuple(_clause(item, frame) for item in part.items(least=1))
    if len({each.id for each in found}) != len(found):
        part.refuse()
    return found


def _clause(part: Part, frame: Frame) -> MatchClause:
    members = part.members(("id", "from", "to", "kinds", "purposes", "answer", "per_case", "per_day"), ("when",))
    return MatchClause(
        id=members["id"].pattern(_ID),
        from_=_any_or(members["from"], frame.senders or frozenset()),
        to=_any_or(members["to"], frame.recipients),
        kinds=_any_or(members["kinds"], frozenset(vocab.KINDS)),
        when=read_condition(members["when"]) if "when" in members else None,
        purposes=frozenset(members["purposes"].words(frame.purposes)),
        answer=members["answer"].word((LEVEL, CONTACT)),
        per_case=members["per_case"].whole(1, PER_CASE_MAX),
        per_day=members["per_day"].whole(1, PER_DAY_MAX),
    )


def _any_or(part: Part, allowed: frozenset[str]) -> frozenset[str] | None:
    return None if part.value == "*" else frozenset(part.words(allowed))
