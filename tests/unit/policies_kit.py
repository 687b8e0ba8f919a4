"""Agreements, records and questions for the policy tests; every name is invented."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from exchange.model.claims import Claim, Grade, JsonValue
from exchange.model.records import Record
from exchange.policies.agreement import Agreement, NationalPolicy, read, read_policy
from exchange.policies.decide import Decision, Grant, Inputs, decide
from tests import examples

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
GRADE = Grade("admiralty", "B", "2")
Document = dict[str, Any]
"""A document under construction: tests break it on purpose, so its members have no types."""

TITLE = {"ar": "اتفاق", "fr": "Accord", "en": "Agreement"}


def document(**changes: object) -> Document:
    """A small valid agreement between DZ, AE and KW; `changes` replace members, None removes one."""
    base: Document = {
        "v": 1,
        "kind": "agreement",
        "id": "AG-DZ-AE-KW",
        "version": 1,
        "title": TITLE,
        "recitals": [],
        "parties": [
            {"code": "DZ", "fingerprint": "a" * 64},
            {"code": "AE", "fingerprint": "b" * 64},
            {"code": "KW", "fingerprint": "c" * 64},
        ],
        "legal_basis": "basis",
        "purposes": ["counter_terrorism.travel", "border.checks"],
        "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": "2027-01-01T00:00:00Z",
        "suites": [1],
        "clauses": [clause()],
        "forbids": [],
        "onward": "ask",
        "back_catalogue": "included",
        "recall_days": 3,
        "correction_days": 3,
        "retention_days": 365,
        "cadence": "manual",
        "approvals": {
            "TLP:AMBER": {"count": 1, "role": "officer"},
            "TLP:RED": {"count": 3, "role": "releasing_officer"},
        },
        "examples": [],
    }
    base.update(changes)
    return {name: value for name, value in base.items() if value is not None}


def clause(**changes: object) -> Document:
    base: Document = {"id": "5.1", "from": ["DZ"], "to": ["KW"], "kinds": ["person"], "disclose": ["identity.name"]}
    base.update(changes)
    return {name: value for name, value in base.items() if value is not None}


def policy_document(**changes: object) -> Document:
    base: Document = {
        "v": 1,
        "kind": "policy",
        "id": "NP-DZ",
        "version": 1,
        "title": TITLE,
        "party": {"code": "DZ", "fingerprint": "a" * 64},
        "legal_basis": "basis",
        "clauses": [],
        "forbids": [],
    }
    base.update(changes)
    return base


def agreement(**changes: object) -> Agreement:
    return read(document(**changes), "0" * 64)


def policy(**changes: object) -> NationalPolicy:
    return read_policy(policy_document(**changes), "1" * 64)


@lru_cache(maxsize=8)
def example(name: str) -> Agreement:
    """One of the agreements of docs/examples, as a draft."""
    return read(example_document(name), "2" * 64, draft=True)


def example_document(name: str) -> Document:
    return examples.example(name)


def name(text: str = "Exemple") -> JsonValue:
    return {"text": text, "script": "Latn", "type": "primary"}


GOVERNANCE: tuple[tuple[str, JsonValue], ...] = (
    ("record.marking", "TLP:AMBER"),
    ("record.legal_basis", "basis"),
    ("record.purpose", "counter_terrorism.travel"),
    ("record.purpose", "border.checks"),
    ("record.review", "2026-12-31"),
    ("record.category", "suspect"),
)


def record(*facts: tuple[str, JsonValue], without: str = "", kind: str = "person", originator: str = "DZ") -> Record:
    """A record with full governance (but `without` one path) and `facts`; ids c1, c2… with the facts first."""
    given = {path for path, _ in facts}
    rest = [pair for pair in GOVERNANCE if pair[0] not in given and pair[0] != without]
    kept = [pair for pair in rest if kind == "person" or pair[0] != "record.category"]
    claims = tuple(
        Claim(f"c{index}", path, value, "fact", None if path.startswith("record.") else GRADE)
        for index, (path, value) in enumerate([*facts, *kept], start=1)
    )
    return Record(originator, "rec-test", 1, kind, "2026-05-01T00:00:00Z", claims)


def ask(
    given: Agreement,
    about: Record,
    *policies: NationalPolicy,
    to: str = "KW",
    purpose: str = "border.checks",
    now: datetime = NOW,
) -> Decision:
    """What DZ decides."""
    return decide(Inputs(given, policies, about, "DZ", to, purpose, now, "3" * 64, "4" * 64))


def ask_with(grant: Grant, given: Agreement, about: Record) -> Decision:
    """What DZ decides for KW, with another state's grant at hand."""
    return decide(Inputs(given, (), about, "DZ", "KW", "border.checks", NOW, "3" * 64, "4" * 64, (grant,)))


def code(decision: Decision) -> str | None:
    """The reason of a denial; None when released."""
    return None if decision.record_reason is None else decision.record_reason.code


def sent(decision: Decision, about: Record) -> list[str]:
    """Paths that leave, without governance."""
    outcomes = decision.outcomes
    return [c.path for c in about.claims if outcomes[c.id].state == "sent" and outcomes[c.id].reason != "GOVERNANCE"]


NAME: tuple[str, JsonValue] = ("name.full", name())
SIGNED: tuple[str, JsonValue] = (
    "record.signoff",
    {"for": "neutrality", "authority": "an authority", "date": "2026-01-01"},
)


UNNAMED: tuple[str, JsonValue] = ("nationality", {"status": "undisclosed", "region": "EUROPE"})
TUNISIAN: tuple[str, JsonValue] = ("nationality", {"country": "TN", "status": "claimed"})


def kuwaiti(status: str = "confirmed") -> tuple[str, JsonValue]:
    return ("nationality", {"country": "KW", "status": status})
