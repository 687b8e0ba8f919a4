"""Small records for the model tests. Nothing here is taken from real data."""

from __future__ import annotations

from exchange.model.claims import Claim, Grade, JsonObject, JsonValue
from exchange.model.records import Record

GRADE = Grade("admiralty", "B", "2")
FULL: JsonObject = {
    "id": "c2",
    "path": "birth.year",
    "value": 1990,
    "statement": "hearsay",
    "grade": {"scale": "4x4", "source": "X", "information": "4"},
    "observed": "2020-02-29",
    "derived_from": "c1",
    "contests": "c3",
}
"""A claim with every member."""


def name(text: str, script: str = "Latn") -> dict[str, JsonValue]:
    return {"text": text, "script": script, "type": "primary"}


def claim(id_: str, path: str, value: JsonValue, **more: str) -> Claim:
    return Claim(id_, path, value, "fact", GRADE, **more)


GOVERNANCE = (
    Claim("c90", "record.marking", "TLP:AMBER", "fact"),
    Claim("c91", "record.legal_basis", "SYNTHETIC Act 1", "fact"),
    Claim("c92", "record.purpose", "counter_terrorism.travel", "fact"),
    Claim("c93", "record.review", "2027-05-01", "fact"),
    Claim("c94", "record.category", "suspect", "fact"),
)


def person(*claims: Claim) -> Record:
    """A person with governance and `claims`."""
    return Record("DZ", "rec-specimen-1", 1, "person", "2026-11-01T00:00:00Z", (*claims, *GOVERNANCE))
