"""Made-up records for tests of search, matches, graphs, timelines and maps."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from exchange.model.claims import Claim, Grade, JsonObject
from exchange.model.records import Ref
from exchange.model.validate import with_governance
from tests.federation import State

GRADE = Grade("admiralty", "B", "2")
TRAVEL = "counter_terrorism.travel"
Said = tuple[Any, ...]
"""(path, value), with a statement behind, and the position of the claim that it contests."""


def record(*said: Said, kind: str = "person", marking: str = "TLP:AMBER") -> tuple[Claim, ...]:
    """A record of ours with these claims, graded, and governance."""
    claims = []
    for number, (path, value, *more) in enumerate(said, 1):
        statement = more[0] if more else "fact"
        contests = f"c{more[1] + 1}" if len(more) > 1 else None
        claims.append(Claim(f"c{number}", path, value, statement, GRADE, contests=contests))
    return with_governance(
        claims,
        legal_basis="SYNTHETIC Act 1",
        purpose=TRAVEL,
        marking=marking,
        review=date(2027, 10, 1),
        category="suspect" if kind == "person" else None,
    )


def name(text: str, script: str = "Latn", type_: str = "primary") -> Said:
    return ("name.full", {"text": text, "script": script, "type": type_})


def passport(number: str) -> Said:
    return ("document", {"type": "passport", "number": number, "country": "KW"})


def of(ref: Ref) -> JsonObject:
    return {"originator": ref.originator, "id": ref.id}


def relation(type_: str, source: Ref, target: Ref, *said: Said, marking: str = "TLP:AMBER") -> tuple[Claim, ...]:
    ends = (("relation.type", type_), ("relation.from", of(source)), ("relation.to", of(target)))
    return record(*ends, *said, kind="relation", marking=marking)


def persons(state: State, *names: str) -> list[Ref]:
    return state.deposit(*(record(name(text)) for text in names))


def covered(text: str, number: str, *said: Said) -> tuple[Claim, ...]:
    """A person whom the example agreement lets go from one of its parties to another."""
    nationality = ("nationality", {"country": "KW", "status": "confirmed"})
    return record(name(text), passport(number), nationality, ("theatre", "SY"), *said)


def exchanged(sender: State, to: State, records: Sequence[tuple[Claim, ...]], kind: str = "person") -> list[Ref]:
    """Deposited there, released, delivered, taken in here."""
    refs = sender.deposit(*records, kind=kind)
    assert {each.state for each in sender.push(to.node.code, refs)} == {"released"}
    assert sender.deliver(to.node.code).accepted >= 1
    return refs
