"""Agreements and national policies: the documents that every party signs, read into frozen values.

Signatures, activation and storage are elsewhere; the digest comes as an argument, because nothing here knows crypto.
What is not understood completely is refused, never skipped. Spec: docs/spec/policy.md §1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from exchange.errors import BadInput, Code
from exchange.model import vocab
from exchange.model.claims import JsonObject, JsonValue
from exchange.policies.cases import Example, read_example
from exchange.policies.clauses import (
    CADENCES,
    ONWARD,
    RETENTION_DAYS_MAX,
    Clause,
    Forbid,
    Frame,
    Need,
    read_approvals,
    read_clause,
    read_forbid,
)
from exchange.policies.match_clauses import MatchClause, read_match_clauses
from exchange.policies.reading import Part

LANGUAGES: Final = ("ar", "fr", "en")
SUITES: Final = (1, 2)
VERSION_MAX: Final = 1_000_000
_AGREEMENT_ID: Final = re.compile(r"AG(-[A-Z]{2}){2,16}(-[0-9]{1,4})?", re.ASCII)
_POLICY_ID: Final = re.compile(r"NP-[A-Z]{2}(-[0-9]{1,4})?", re.ASCII)
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_AGREEMENT: Final = (
    *("v", "kind", "id", "version", "title", "recitals", "parties", "legal_basis", "purposes", "valid_from"),
    *("valid_until", "suites", "clauses", "onward", "back_catalogue", "recall_days", "correction_days"),
    *("retention_days", "cadence", "approvals", "examples"),
)
_POLICY: Final = ("v", "kind", "id", "version", "title", "party", "legal_basis", "clauses", "forbids")


class Text(NamedTuple):
    """One sentence or heading in the three languages."""

    ar: str
    fr: str
    en: str


class AfterEnd(NamedTuple):
    """What recipients do with their copies once the agreement is terminated."""

    rule: str
    """`keep_until_retention`, or `destroy` within `days`."""
    days: int | None = None


KEEP: Final = AfterEnd("keep_until_retention")
"""What holds where the document says nothing: each copy runs to the end of its own retention."""


class Party(NamedTuple):
    code: str
    fingerprint: str
    """Root fingerprint, 64 hex characters; `@DZ` in drafts only."""
    joined: datetime | None
    """When the party joined; None for the beginning of the agreement."""


@dataclass(frozen=True, slots=True, eq=False)
class Agreement:
    """An agreement as read. Compared by identity: compiled forms are kept per object, never per claimed digest."""

    id: str
    version: int
    title: Text
    recitals: tuple[Text, ...]
    parties: tuple[Party, ...]
    legal_basis: str
    purposes: tuple[str, ...]
    valid_from: datetime
    valid_until: datetime
    suites: tuple[int, ...]
    clauses: tuple[Clause, ...]
    forbids: tuple[Forbid, ...]
    onward: str
    back_catalogue: bool
    """Whether a party gets records that were issued before it joined."""
    recall_days: int
    correction_days: int
    retention_days: int
    cadence: str
    approvals: dict[str, Need]
    """TLP label or caveat -> who must approve; a label without a row is not covered."""
    assurance_required: frozenset[str]
    examples: tuple[Example, ...]
    digest: str
    """Hex, of the canonical document; empty for a draft that has none yet."""
    after_end: AfterEnd = KEEP
    matching: tuple[MatchClause, ...] = ()
    """Which blinded queries are answered, and with what; none where the document says nothing."""

    def party(self, code: str) -> Party | None:
        return next((party for party in self.parties if party.code == code), None)


@dataclass(frozen=True, slots=True, eq=False)
class NationalPolicy:
    """One state's reservations: withhold and forbid only, so that it can only narrow."""

    id: str
    version: int
    title: Text
    party: Party
    legal_basis: str
    clauses: tuple[Clause, ...]
    forbids: tuple[Forbid, ...]
    digest: str


def read(document: JsonObject, digest: str, *, draft: bool = False) -> Agreement:
    """The agreement in a parsed document. `draft` allows placeholder fingerprints (`@DZ`).

    Errors: BadInput(AGREEMENT_INVALID, at=JSON pointer) for anything unknown, missing, repeated or of another type.
    """
    members = Part(document, "").members(_AGREEMENT, ("forbids", "assurance_required", "after_end", "matching"))
    _head(members, "agreement")
    parties = _parties(members["parties"], draft=draft)
    codes = frozenset(party.code for party in parties)
    purposes = members["purposes"].words(frozenset(vocab.PURPOSES))
    valid_from, valid_until = members["valid_from"].moment(), members["valid_until"].moment()
    if valid_until <= valid_from:
        members["valid_until"].refuse()
    frame = Frame(senders=codes, recipients=codes, purposes=frozenset(purposes))
    clauses, forbids = _rules(members, frame)
    assured = members.get("assurance_required")
    return Agreement(
        id=members["id"].pattern(_AGREEMENT_ID),
        version=members["version"].whole(1, VERSION_MAX),
        title=_text(members["title"]),
        recitals=tuple(_text(item) for item in members["recitals"].items()),
        parties=parties,
        legal_basis=members["legal_basis"].text(),
        purposes=purposes,
        valid_from=valid_from,
        valid_until=valid_until,
        suites=_suites(members["suites"]),
        clauses=clauses,
        forbids=forbids,
        onward=members["onward"].word(ONWARD),
        back_catalogue=members["back_catalogue"].word(("included", "excluded")) == "included",
        recall_days=members["recall_days"].whole(1, 365),
        correction_days=members["correction_days"].whole(1, 365),
        retention_days=members["retention_days"].whole(1, RETENTION_DAYS_MAX),
        cadence=members["cadence"].word(CADENCES),
        approvals=read_approvals(members["approvals"]),
        assurance_required=frozenset() if assured is None else frozenset(assured.words(codes)),
        examples=tuple(read_example(item, codes) for item in members["examples"].items()),
        digest=digest,
        after_end=_after_end(members["after_end"]) if "after_end" in members else KEEP,
        matching=read_match_clauses(members["matching"], frame) if "matching" in members else (),
    )


def read_policy(document: JsonObject, digest: str, *, draft: bool = False) -> NationalPolicy:
    """The national policy in a parsed document. Errors as `read`."""
    members = Part(document, "").members(_POLICY)
    _head(members, "policy")
    party = _party(members["party"], draft=draft, joins=False)
    id_ = members["id"].pattern(_POLICY_ID)
    if id_[3:5] != party.code:
        members["id"].refuse()
    frame = Frame(senders=None, recipients=vocab.COUNTRIES, purposes=frozenset())
    clauses, forbids = _rules(members, frame)
    return NationalPolicy(
        id=id_,
        version=members["version"].whole(1, VERSION_MAX),
        title=_text(members["title"]),
        party=party,
        legal_basis=members["legal_basis"].text(),
        clauses=clauses,
        forbids=forbids,
        digest=digest,
    )


def placeholders(agreement: Agreement | NationalPolicy) -> tuple[str, ...]:
    """Codes of the parties whose fingerprint is still a placeholder; empty once it can be signed."""
    parties: Iterable[Party] = agreement.parties if isinstance(agreement, Agreement) else (agreement.party,)
    return tuple(party.code for party in parties if party.fingerprint.startswith("@"))


def with_fingerprints(document: JsonObject, fingerprints: dict[str, str]) -> JsonObject:
    """A copy of a draft in which known `@DZ` placeholders are filled in; readers refuse what is left."""
    if document.get("kind") == "policy":
        return {**document, "party": _filled(document["party"], fingerprints)} if "party" in document else document
    parties = document.get("parties")
    if not isinstance(parties, list):
        raise BadInput(Code.AGREEMENT_INVALID, at="/parties")
    return {**document, "parties": [_filled(party, fingerprints) for party in parties]}


def _filled(party: JsonValue, fingerprints: dict[str, str]) -> JsonValue:
    if not isinstance(party, dict) or party.get("fingerprint") != f"@{party.get('code')}":
        return party
    return {**party, "fingerprint": fingerprints.get(str(party.get("code")), party["fingerprint"])}


def _head(members: dict[str, Part], kind: str) -> None:
    members["v"].whole(1, 1)
    members["kind"].word((kind,))


def _text(part: Part) -> Text:
    members = part.members(LANGUAGES)
    return Text(members["ar"].text(), members["fr"].text(), members["en"].text())


def _parties(part: Part, *, draft: bool) -> tuple[Party, ...]:
    parts = part.items(least=2)
    parties = tuple(_party(item, draft=draft, joins=True) for item in parts)
    for name in ("code", "fingerprint"):
        if len({getattr(party, name) for party in parties}) != len(parties):
            part.refuse()
    return parties


def _party(part: Part, *, draft: bool, joins: bool) -> Party:
    members = part.members(("code", "fingerprint"), ("joined",) if joins else ())
    code = members["code"].word(vocab.COUNTRIES)
    if draft and members["fingerprint"].value == f"@{code}":
        fingerprint = f"@{code}"
    else:
        fingerprint = members["fingerprint"].pattern(_FINGERPRINT)
    return Party(code, fingerprint, members["joined"].moment() if "joined" in members else None)


def _after_end(part: Part) -> AfterEnd:
    members = part.members(("rule",), ("days",))
    rule = members["rule"].word((KEEP.rule, "destroy"))
    if (rule == "destroy") != ("days" in members):
        part.refuse()
    return AfterEnd(rule, members["days"].whole(1, 365)) if rule == "destroy" else KEEP


def _suites(part: Part) -> tuple[int, ...]:
    suites = tuple(item.whole(min(SUITES), max(SUITES)) for item in part.items(least=1))
    if len(set(suites)) != len(suites):
        part.refuse()
    return suites


def _rules(members: dict[str, Part], frame: Frame) -> tuple[tuple[Clause, ...], tuple[Forbid, ...]]:
    clauses = tuple(read_clause(item, frame) for item in members["clauses"].items())
    forbids = tuple(read_forbid(item, frame) for item in members["forbids"].items()) if "forbids" in members else ()
    _different(members["clauses"], [*(clause.id for clause in clauses), *(forbid.id for forbid in forbids)])
    return clauses, forbids


def _different(part: Part, ids: Sequence[str]) -> None:
    if len(set(ids)) != len(ids):
        part.refuse()
