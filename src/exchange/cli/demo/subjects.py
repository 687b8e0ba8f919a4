"""The few records that the tour follows. All invented: the names mean "example", and every record says SYNTHETIC."""

from __future__ import annotations

from datetime import date
from typing import Final

from exchange.model.claims import Claim, Grade, JsonValue
from exchange.model.validate import with_governance

TRAVEL: Final = "counter_terrorism.travel"
_GRADE: Final = Grade("admiralty", "B", "2")
_PURPOSES: Final = ("counter_terrorism.networks", "border.checks")


def cast(review: date, code: str) -> dict[str, tuple[Claim, ...]]:
    """Part in the tour -> claims of a person whom this node holds. `review`: when the records are to be reviewed."""
    if code == "KW":
        return {"arabic": _one_name(review, "عبد القادر بن مراد المثالي", "Arab", TRAVEL)}
    if code == "QA":
        return {"arabic_too": _one_name(review, "عبدالقادر بن مراد المثالي", "Arab", "contact")}
    if code != "DZ":
        return {}
    return {
        "traveller": _person(review, "suspect", "سالم بن راشد المثالي", "Salim bin Rashid al-Mithali", 1996),
        "latecomer": _person(review, "suspect", "راشد بن سالم المثالي", "Rashid bin Salim al-Mithali", 1991),
        "victim": _person(review, "victim", "مثال بن مثال النموذجي", "Mithal bin Mithal al-Namudhaji", 1999),
        "french": _one_name(review, "Abdelkader Ben Mourad El Mithali", "Latn", TRAVEL),
    }


def _one_name(review: date, text: str, script: str, purpose: str) -> tuple[Claim, ...]:
    """The person whom several nodes hold, each as its clerks write."""
    values: list[tuple[str, JsonValue]] = [
        ("name.full", {"text": text, "script": script, "type": "primary"}),
        ("birth.date", {"precision": "exact", "date": "1988-05-02"}),
        ("note", "SYNTHETIC"),
    ]
    return with_governance(
        [Claim(f"c{n}", path, value, "fact", _GRADE) for n, (path, value) in enumerate(values, 1)],
        legal_basis="SYNTHETIC Act 1, section 2",
        purpose=purpose,
        marking="TLP:AMBER",
        review=review,
        category="suspect",
    )


def _person(review: date, category: str, arabic: str, latin: str, born: int) -> tuple[Claim, ...]:
    values: list[tuple[str, JsonValue]] = [
        ("name.full", {"text": arabic, "script": "Arab", "type": "primary"}),
        ("name.full", {"text": latin, "script": "Latn", "type": "transliteration"}),
        ("birth.date", {"precision": "exact", "date": f"{born}-03-14"}),
        ("nationality", {"country": "KW", "status": "confirmed"}),
        ("document", {"type": "passport", "number": "X0000001", "country": "KW"}),
        ("route.to", "LY"),
        ("residence.address", {"country": "TN", "city": "Sfax"}),
        ("contact.phone", "+000 00 000 000"),
        ("recruitment.by", "Abu Mithal"),
        ("note", "SYNTHETIC"),
    ]
    claims = [Claim(f"c{n}", path, value, "fact", _GRADE) for n, (path, value) in enumerate(values, 1)]
    more = [Claim(f"c{len(claims) + n}", "record.purpose", code, "fact") for n, code in enumerate(_PURPOSES, 1)]
    return with_governance(
        [*claims, *more],
        legal_basis="SYNTHETIC Act 1, section 2",
        purpose=TRAVEL,
        marking="TLP:AMBER",
        review=review,
        category=category,
    )
