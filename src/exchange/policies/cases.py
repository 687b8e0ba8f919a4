"""The examples of an agreement, as read: a short record, a question, and the exact decision expected.

They are run by `exchange.policies.examples`. Spec: docs/spec/policy.md §8.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from exchange.model import vocab
from exchange.model.claims import Claim, Grade
from exchange.model.paths import PATHS
from exchange.model.records import Record
from exchange.policies.clauses import APPROVER_ROLES, ONWARD, RETENTION_DAYS_MAX, UNSELECTABLE
from exchange.policies.reading import Part
from exchange.policies.reasons import REMEDY_OF

_CLAIM_ID: Final = re.compile(r"c[0-9]{1,4}", re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TERMS: Final = ("tlp", "approvals", "role", "retention_days", "caveats", "purposes", "onward")
_ADDED: Final = ("record.marking", "record.legal_basis", "record.purpose", "record.review", "record.category")


@dataclass(frozen=True, slots=True)
class Expected:
    """Paths of the claims that are not governance, by state; empty when the record is denied."""

    released: bool
    reason: str | None
    sent: frozenset[str]
    coarser: frozenset[str]
    withheld: frozenset[str]
    tlp: str | None
    approvals: int | None
    retention_days: int | None
    role: str | None = None
    """Who must approve."""
    caveats: frozenset[str] | None = None
    purposes: frozenset[str] | None = None
    onward: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    name: str
    node: str
    to: str
    purpose: str
    now: datetime
    record: Record
    expect: Expected


def read_example(part: Part, parties: frozenset[str]) -> Example:
    """The example at `part`. BadInput(AGREEMENT_INVALID) on anything unknown, claims and expectations included."""
    members = part.members(("name", "from", "to", "purpose", "now", "record", "expect"))
    node = members["from"].word(parties)
    purpose = members["purpose"].word(frozenset(vocab.PURPOSES))
    now = members["now"].moment()
    record = _record(members["record"], node, purpose, now)
    return Example(
        name=members["name"].text(),
        node=node,
        to=members["to"].word(vocab.COUNTRIES),
        purpose=purpose,
        now=now,
        record=record,
        expect=_expected(members["expect"], record),
    )


def _record(part: Part, node: str, purpose: str, now: datetime) -> Record:
    members = part.members(("kind", "claims"), ("originator", "issued", "without"))
    kind = members["kind"].word(frozenset(vocab.KINDS))
    claims = [_claim(item, index + 1, kind) for index, item in enumerate(members["claims"].items())]
    if len({claim.id for claim in claims}) != len(claims):
        members["claims"].refuse()
    without = members["without"].words(_ADDED) if "without" in members else ()
    issued = members["issued"].moment() if "issued" in members else now
    defaults = ("TLP:AMBER", "example", purpose, f"{now.year:04}-12-31", "suspect")
    present = {claim.path for claim in claims}
    for path, value in zip(_ADDED, defaults, strict=True):
        if path not in present and path not in without and kind in PATHS[path].kinds:
            claims.append(Claim(f"g{len(claims) + 1}", path, value, "fact"))
    return Record(
        originator=members["originator"].word(vocab.COUNTRIES) if "originator" in members else node,
        id="rec-example",
        version=1,
        kind=kind,
        issued=issued.strftime("%Y-%m-%dT%H:%M:%SZ"),
        claims=tuple(claims),
    )


def _claim(part: Part, number: int, kind: str) -> Claim:
    members = part.members(("path", "value"), ("id", "statement", "grade", "observed", "derived_from", "contests"))
    path = members["path"].word(PATHS)
    if kind not in PATHS[path].kinds:
        members["path"].refuse()
    if not PATHS[path].check(members["value"].value):
        members["value"].refuse()
    texts = {name: members[name].pattern(_CLAIM_ID) for name in ("id", "derived_from", "contests") if name in members}
    return Claim(
        id=texts.get("id", f"c{number}"),
        path=path,
        value=members["value"].value,
        statement=members["statement"].word(frozenset(vocab.STATEMENTS)) if "statement" in members else "fact",
        grade=_grade(members["grade"]) if "grade" in members else None,
        observed=members["observed"].pattern(_DATE) if "observed" in members else None,
        derived_from=texts.get("derived_from"),
        contests=texts.get("contests"),
    )


def _grade(part: Part) -> Grade:
    members = part.members(("scale", "source", "information"))
    scale = members["scale"].word(vocab.GRADE_SCALES)
    sources, figures = vocab.GRADE_SCALES[scale]
    return Grade(scale, members["source"].word(sources), members["information"].word(figures))


def _expected(part: Part, record: Record) -> Expected:
    if isinstance(part.value, dict) and part.value.get("record") == "denied":
        members = part.members(("record",), ("reason",))
        reason = members["reason"].word(REMEDY_OF) if "reason" in members else None
        nothing: frozenset[str] = frozenset()
        return Expected(False, reason, nothing, nothing, nothing, None, None, None)
    members = part.members(("record", "sent", "coarser", "withheld"), _TERMS)
    members["record"].word(("released",))
    _complete(part, members, record)
    days = members.get("retention_days")
    return Expected(
        released=True,
        reason=None,
        sent=_paths(members["sent"]),
        coarser=_paths(members["coarser"]),
        withheld=_paths(members["withheld"]),
        tlp=members["tlp"].word(vocab.TLP_BY_STRICTNESS) if "tlp" in members else None,
        approvals=members["approvals"].whole(1, 5) if "approvals" in members else None,
        retention_days=None if days is None else days.whole(1, RETENTION_DAYS_MAX),
        role=members["role"].word(APPROVER_ROLES) if "role" in members else None,
        caveats=_set(members["caveats"], vocab.CAVEATS) if "caveats" in members else None,
        purposes=_set(members["purposes"], vocab.PURPOSES) if "purposes" in members else None,
        onward=members["onward"].word(ONWARD) if "onward" in members else None,
    )


def _set(part: Part, words: Collection[str]) -> frozenset[str]:
    """A list of different words; it may be empty."""
    return frozenset(part.words(words)) if part.value != [] else frozenset()


def _paths(part: Part) -> frozenset[str]:
    return _set(part, PATHS)


def _complete(part: Part, members: dict[str, Part], record: Record) -> None:
    """The lists name the path of every claim that is not governance, and no other."""
    told = _paths(members["sent"]) | _paths(members["coarser"]) | _paths(members["withheld"])
    safeguards = {claim.path for claim in record.claims if claim.path in UNSELECTABLE} - set(_ADDED)
    present = {claim.path for claim in record.claims if claim.path not in UNSELECTABLE}
    if not present <= told or not told <= present | safeguards:
        part.refuse()
