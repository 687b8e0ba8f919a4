"""Clauses and forbids of agreements and national policies, as values, and how they are read.

Selectors stay as written, checked against the register of paths; `selected` says which paths one means.
Spec: docs/spec/policy.md §2.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from exchange.model import vocab
from exchange.model.paths import PATHS, paths_of
from exchange.policies.reading import Part
from exchange.policies.tests import Condition, read_condition

CADENCES: Final = frozenset({"manual", "standing", "daily"})
ONWARD: Final = frozenset({"none", "ask"})
APPROVER_ROLES: Final = frozenset({"officer", "releasing_officer"})
RETENTION_DAYS_MAX: Final = 1826
"""Five years."""
UNSELECTABLE: Final = paths_of(vocab.PathClass.GOVERNANCE) | paths_of(vocab.PathClass.SAFEGUARD)
"""Paths that no clause can name: the ones always travel, the others never do."""
_MAY_BE_NONE: Final = frozenset(vocab.Tlp) - {vocab.Tlp.RED}
_ID: Final = re.compile(r"[A-Za-z0-9.]{1,16}", re.ASCII)
_CLAUSE_OPTIONAL: Final = ("when", "disclose", "withhold", "handling", "approvals", "cadence")


class Need(NamedTuple):
    """How many people of which role must approve."""

    people: int
    """0: a standing rule may release by itself; whoever proposes by hand needs one all the same."""
    role: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a clause adds to the handling; None leaves the agreement's own rule."""

    tlp: str | None = None
    caveats: tuple[str, ...] = ()
    purposes: tuple[str, ...] | None = None
    retention_days: int | None = None
    onward: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Clause:
    """A permission, a reservation or both. `from_`, `to` and `kinds` are None where the document says `*`."""

    id: str
    from_: frozenset[str] | None
    to: frozenset[str] | None
    kinds: frozenset[str] | None
    when: Condition | None
    disclose: tuple[str, ...]
    withhold: tuple[str, ...]
    terms: Terms
    approvals: dict[str, Need]
    cadence: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Forbid:
    """When it holds, nothing of the record leaves."""

    id: str
    from_: frozenset[str] | None
    to: frozenset[str] | None
    kinds: frozenset[str] | None
    when: Condition | None


@dataclass(frozen=True, slots=True)
class Frame:
    """What a rule may refer to. `senders` is None in a national policy: its rules have no `from` and only withhold."""

    senders: frozenset[str] | None
    recipients: frozenset[str]
    purposes: frozenset[str]


def read_clause(part: Part, frame: Frame) -> Clause:
    """The clause at `part`. BadInput(AGREEMENT_INVALID) unless every word in it is known."""
    common = ("id", "to", "kinds") if frame.senders is None else ("id", "from", "to", "kinds")
    members = part.members(common, ("when", "withhold") if frame.senders is None else _CLAUSE_OPTIONAL)
    if "disclose" not in members and "withhold" not in members:
        part.refuse()
    scope = _scope(members, frame)
    return Clause(
        id=scope.id,
        from_=scope.from_,
        to=scope.to,
        kinds=scope.kinds,
        when=scope.when,
        disclose=_selectors(members.get("disclose")),
        withhold=_selectors(members.get("withhold")),
        terms=_terms(members["handling"], frame.purposes) if "handling" in members else Terms(),
        approvals=read_approvals(members["approvals"]) if "approvals" in members else {},
        cadence=members["cadence"].word(CADENCES) if "cadence" in members else None,
    )


def read_forbid(part: Part, frame: Frame) -> Forbid:
    common = ("id", "to", "kinds") if frame.senders is None else ("id", "from", "to", "kinds")
    return _scope(part.members(common, ("when",)), frame)


def read_approvals(part: Part) -> dict[str, Need]:
    """TLP label or caveat -> who must approve; one row at least. Only a label's count can be 0, and never TLP:RED's."""
    rows = part.members((), (*vocab.TLP_BY_STRICTNESS, *vocab.Caveat))
    if not rows:
        part.refuse()
    return {name: _need(row, 0 if name in _MAY_BE_NONE else 1) for name, row in rows.items()}


def selected(selector: str) -> frozenset[str]:
    """The registered paths that a class name, a path or a prefix `birth.*` means; empty if none."""
    if selector.endswith(".*"):
        return frozenset(path for path in PATHS if path.startswith(selector[:-1]))
    own = frozenset({selector}) if selector in PATHS else frozenset()
    return own | paths_of(selector)


def _scope(members: dict[str, Part], frame: Frame) -> Forbid:
    return Forbid(
        id=members["id"].pattern(_ID),
        from_=_any_or(members["from"], frame.senders) if frame.senders is not None else None,
        to=_any_or(members["to"], frame.recipients),
        kinds=_any_or(members["kinds"], frozenset(vocab.KINDS)),
        when=read_condition(members["when"]) if "when" in members else None,
    )


def _any_or(part: Part, allowed: frozenset[str]) -> frozenset[str] | None:
    return None if part.value == "*" else frozenset(part.words(allowed))


def _selectors(part: Part | None) -> tuple[str, ...]:
    if part is None:
        return ()
    found = part.words(None)
    for item in part.items():
        paths = selected(item.text())
        if not paths or paths & UNSELECTABLE:
            item.refuse()
    return found


def _need(part: Part, least: int) -> Need:
    members = part.members(("count", "role"))
    return Need(members["count"].whole(least, 5), members["role"].word(APPROVER_ROLES))


def _terms(part: Part, purposes: frozenset[str]) -> Terms:
    members = part.members((), ("tlp", "caveats", "purposes", "retention_days", "onward"))
    if not members:
        part.refuse()
    days = members.get("retention_days")
    return Terms(
        tlp=members["tlp"].word(vocab.TLP_BY_STRICTNESS) if "tlp" in members else None,
        caveats=members["caveats"].words(frozenset(vocab.CAVEATS)) if "caveats" in members else (),
        purposes=members["purposes"].words(purposes) if "purposes" in members else None,
        retention_days=None if days is None else days.whole(1, RETENTION_DAYS_MAX),
        onward=members["onward"].word(ONWARD) if "onward" in members else None,
    )
