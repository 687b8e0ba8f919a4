"""Random agreements and national policies from small pools, so that conditions come out true as often as false.

Everything comes from the `random.Random` that is handed in: Hypothesis' own, which shrinks, or a seeded one.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Final, TypeVar

from exchange.model import vocab
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.paths import PATHS
from exchange.policies.agreement import Agreement, NationalPolicy, read, read_policy

T = TypeVar("T")

PARTIES: Final = ("DZ", "AE", "KW", "TN")
STATES: Final = (*PARTIES, "LY")
COUNTRIES: Final = ("KW", "AE", "LY", "SY")
REGIONS: Final = ("EUROPE", "AFRICA")
PURPOSES: Final = ("counter_terrorism.travel", "analysis.joint")
LABELS: Final = tuple(label.value for label in vocab.Tlp)
KINDS: Final = ("person", "person", "person", "network", "movement", "assessment")
TEXTS: Final = ("one", "two", "three")
SELECTABLE: Final = tuple(
    path for path, spec in PATHS.items() if spec.cls not in (vocab.PathClass.GOVERNANCE, vocab.PathClass.SAFEGUARD)
)
SELECTORS: Final = (
    *SELECTABLE,
    *8 * sorted(vocab.CLASSES - {vocab.PathClass.GOVERNANCE, vocab.PathClass.SAFEGUARD}),
    *3 * ("birth.*", "name.*", "movement.*", "residence.*", "affiliation.*", "document.*"),
)

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "nationality": COUNTRIES,
    "nationality_undisclosed": REGIONS,
    "residence": COUNTRIES,
    "theatre": COUNTRIES,
    "route_from": COUNTRIES,
    "route_to": COUNTRIES,
    "group": TEXTS,
    "role": ("fighter", "smuggler", "unknown"),
    "listed_by": ("UN", "EU"),
    "subject_category": ("suspect", "convicted", "minor", "unknown"),
    "caveat": tuple(sorted(vocab.CAVEATS)),
    "originator": ("DZ", "KW"),
    "statement": tuple(sorted(vocab.STATEMENTS)),
}
"""Tests whose argument is a list, and words that occur in records."""
GRADED: Final = {"source_grade_at_least": ("ABCDE", "ABC"), "information_grade_at_least": ("12345", "1234")}
TIMELESS: Final = (*WORDS, "marking_at_most", *GRADED)
TESTS: Final = (*TIMELESS, "observed_within")


def chance(rng: Random, percent: int) -> bool:
    return rng.randrange(100) < percent


CAVEATS: Final = sorted(vocab.CAVEATS)


def some(rng: Random, words: Sequence[T], least: int = 1, most: int = 3) -> list[T]:
    """Different items, in random order."""
    pool = list(dict.fromkeys(words))
    return rng.sample(pool, min(len(pool), rng.randint(least, most)))


def an_agreement(rng: Random, tests: Sequence[str] = TESTS) -> Agreement:
    parties: list[JsonValue] = []
    for number, code in enumerate(PARTIES):
        party: JsonObject = {"code": code, "fingerprint": f"{number}" * 64}
        if chance(rng, 20):
            party["joined"] = rng.choice(("2026-02-01T00:00:00Z", "2026-03-01T12:00:00Z"))
        parties.append(party)
    labels = list(LABELS) if chance(rng, 85) else some(rng, LABELS, 1, 4)
    document: JsonObject = {
        "v": 1,
        "kind": "agreement",
        "id": "AG-DZ-AE-KW-TN",
        "version": 1,
        "title": _title(),
        "recitals": [],
        "parties": parties,
        "legal_basis": "example",
        "purposes": list(PURPOSES),
        "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": "2027-01-01T00:00:00Z",
        "suites": [1],
        "clauses": [_clause(rng, tests, str(number), own=False) for number in range(rng.randint(0, 10))],
        "forbids": [_rule(rng, tests, f"f{number}", own=False) for number in range(_few(rng))],
        "onward": "none",
        "back_catalogue": "included" if chance(rng, 70) else "excluded",
        "recall_days": 3,
        "correction_days": 3,
        "retention_days": 365,
        "cadence": "manual",
        "approvals": {
            name: {"count": 1, "role": "officer"} for name in (*labels, *some(rng, sorted(vocab.CAVEATS), 0, 2))
        },
        "assurance_required": some(rng, PARTIES, 1, 2) if chance(rng, 8) else list[JsonValue](),
        "examples": [],
    }
    if not document["assurance_required"]:
        del document["assurance_required"]
    return read(document, "0" * 64)


def a_policy(rng: Random, tests: Sequence[str] = TESTS) -> NationalPolicy:
    """Mostly of DZ, sometimes of another state, whose policies count for nothing here."""
    code = "DZ" if chance(rng, 85) else "KW"
    document: JsonObject = {
        "v": 1,
        "kind": "policy",
        "id": f"NP-{code}",
        "version": 1,
        "title": _title(),
        "party": {"code": code, "fingerprint": "a" * 64},
        "legal_basis": "example",
        "clauses": [_clause(rng, tests, str(number), own=True) for number in range(_few(rng))],
        "forbids": [_rule(rng, tests, f"f{number}", own=True) for number in range(_few(rng))],
    }
    return read_policy(document, "1" * 64)


def _title() -> JsonObject:
    return {"ar": "x", "fr": "x", "en": "x"}


def _few(rng: Random) -> int:
    return 0 if chance(rng, 75) else rng.randint(1, 2)


def _any_or(rng: Random, words: Sequence[str], percent: int = 75) -> JsonValue:
    return "*" if chance(rng, percent) else list[JsonValue](some(rng, words))


def _rule(rng: Random, tests: Sequence[str], id_: str, *, own: bool) -> JsonObject:
    rule: JsonObject = {"id": id_, "to": _any_or(rng, PARTIES), "kinds": _any_or(rng, KINDS)}
    if not own:
        rule["from"] = _any_or(rng, PARTIES, 85)
    # A forbid without a condition, or with one that is hardly ever false, would hide everything else.
    if not id_.startswith("f") and chance(rng, 45):
        return rule
    rule["when"] = a_condition(rng, tests)
    if id_.startswith("f"):
        rule["when"] = {"all_of": [rule["when"], a_condition(rng, tests), a_condition(rng, tests)]}
    return rule


def _clause(rng: Random, tests: Sequence[str], id_: str, *, own: bool) -> JsonObject:
    clause = _rule(rng, tests, id_, own=own)
    effects = ["withhold"] if own else rng.choice((*4 * (["disclose"],), ["withhold"], ["disclose", "withhold"]))
    for effect in effects:
        clause[effect] = list[JsonValue](some(rng, SELECTORS, 1, 12 if effect == "disclose" else 2))
    if not own and chance(rng, 30):
        handling: JsonObject = {"retention_days": 30}
        if chance(rng, 60):
            handling["tlp"] = rng.choice(LABELS)
        if chance(rng, 40):
            handling["purposes"] = list[JsonValue](some(rng, PURPOSES, 1, 2))
        if chance(rng, 20):
            handling["caveats"] = list[JsonValue](some(rng, WORDS["caveat"]))
        if chance(rng, 20):
            handling["onward"] = rng.choice(("none", "ask"))
        clause["handling"] = handling
    if not own and chance(rng, 10):
        clause["approvals"] = {rng.choice(LABELS): {"count": rng.randint(1, 5), "role": "releasing_officer"}}
    if not own and chance(rng, 10):
        clause["cadence"] = rng.choice(("manual", "standing", "daily"))
    return clause


def a_condition(rng: Random, tests: Sequence[str], depth: int = 1) -> JsonObject:
    if depth < 4 and chance(rng, 40):
        word = rng.choice(("all_of", "any_of", "not"))
        if word == "not":
            return {"not": a_condition(rng, tests, depth + 1)}
        return {word: [a_condition(rng, tests, depth + 1) for _ in range(rng.randint(1, 3))]}
    name = rng.choice(tuple(tests))
    return {name: _argument(rng, name)}


def _argument(rng: Random, name: str) -> JsonValue:
    if name in WORDS:
        return list[JsonValue](some(rng, WORDS[name]))
    if name == "marking_at_most":
        return rng.choice(LABELS)
    if name == "observed_within":
        return rng.choice((1, 42, 365, 36_500))
    scale = rng.choice((0, 0, 1))
    return {"scale": ("admiralty", "4x4")[scale], "grade": rng.choice(GRADED[name][scale])}
