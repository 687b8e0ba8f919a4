"""Random agreements, national policies, records and questions, for comparing the deciders of docs/spec/policy.md.

Everything comes from the `random.Random` that is handed in: Hypothesis' own, which shrinks, or a seeded one. Small
pools make conditions come out true as often as false. It decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final, NamedTuple, TypeVar

from exchange.model import vocab
from exchange.model.claims import Claim, Grade, JsonObject, JsonValue
from exchange.model.paths import PATHS
from exchange.model.records import Record
from exchange.policies.agreement import Agreement, NationalPolicy, read, read_policy

T = TypeVar("T")

NOW: Final = datetime(2026, 3, 15, 23, 30, tzinfo=UTC)
PARTIES: Final = ("DZ", "AE", "KW", "TN")
STATES: Final = (*PARTIES, "LY")
COUNTRIES: Final = ("KW", "AE", "LY", "SY")
PURPOSES: Final = ("counter_terrorism.travel", "analysis.joint")
LABELS: Final = tuple(label.value for label in vocab.Tlp)
KINDS: Final = ("person", "person", "person", "network", "movement", "assessment")
GRADES: Final = (Grade("admiralty", "B", "2"), Grade("admiralty", "A", "1"), Grade("admiralty", "D", "3"))
ODD_GRADES: Final = (Grade("admiralty", "F", "2"), Grade("admiralty", "B", "6"), Grade("4x4", "A", "4"))
OLD_GRADES: Final = (Grade("4x4", "B", "2"), Grade("4x4", "X", "1"))
ODD: Final[tuple[JsonValue, ...]] = (None, True, 0, 7, "", "nonsense", [], ["KW"], {}, {"country": 5}, {"for": []})
DAYS: Final = ("2026-03-15", "2026-03-14", "2026-02-01", "2025-03-15", "2020-01-01")
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

BIRTHS: Final[tuple[JsonValue, ...]] = (
    {"precision": "exact", "date": "1980-05-01"},
    {"precision": "exact", "date": "2008-03-15"},
    {"precision": "exact", "date": "2008-03-16"},
    {"precision": "exact", "date": "1428-03-01", "calendar": "hijri"},
    {"precision": "exact", "date": "1430-03-01", "calendar": "hijri"},
    {"precision": "year", "year": 2007},
    {"precision": "year", "year": 2008},
    {"precision": "year", "year": 1400, "calendar": "hijri"},
    {"precision": "range", "from": "1990-01-01", "to": "2009-01-01"},
    {"precision": "range", "from": 1990, "to": 1999},
    {"precision": "approximate"},
    1985,
    {"to": None, "date": "1980-01-01"},
    {"date": "80-01-01"},
    {"date": "1980-01"},
    {"date": "1980-99-01"},
    {"date": "0001-01-01"},
    {"year": True},
    {"year": 99_999},
    {"year": -1},
)
YEARS: Final[tuple[JsonValue, ...]] = (
    1975,
    1990,
    1991,
    1992,
    1993,
    2007,
    2008,
    1429,
    1431,
    {"from": 1970, "to": 1975},
    {"from": 2000},
    {"year": 1980},
    {"date": "1980-01-01"},
    0,
    12,
)


class Case(NamedTuple):
    """One question."""

    agreement: Agreement
    policies: tuple[NationalPolicy, ...]
    record: Record
    node: str
    recipient: str
    purpose: str
    now: datetime


def chance(rng: Random, percent: int) -> bool:
    return rng.randrange(100) < percent


def some(rng: Random, words: Sequence[T], least: int = 1, most: int = 3) -> list[T]:
    """Different items, in random order."""
    pool = list(dict.fromkeys(words))
    return rng.sample(pool, min(len(pool), rng.randint(least, most)))


def a_case(rng: Random, tests: Sequence[str] = TESTS, *, births: bool = True) -> Case:
    agreement, policies = an_agreement(rng, tests), tuple(a_policy(rng, tests) for _ in range(rng.randrange(3)))
    return a_question(rng, agreement, policies, births=births)


def a_question(rng: Random, agreement: Agreement, policies: tuple[NationalPolicy, ...], *, births: bool = True) -> Case:
    """A record and a question under given rules."""
    recipient = rng.choice(("AE", "KW", "TN")) if chance(rng, 96) else rng.choice(STATES)
    node = "DZ" if chance(rng, 96) else rng.choice(STATES)
    purpose = PURPOSES[0] if chance(rng, 90) else rng.choice((*PURPOSES, "contact"))
    days = 0 if chance(rng, 90) else rng.choice((-80, -70, 1, 200, 290, 300))
    record = a_record(rng, births=births)
    return Case(agreement, policies, record, node, recipient, purpose, NOW + timedelta(days=days))


# agreements


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
        "clauses": [_clause(rng, tests, str(number), own=False) for number in range(rng.randrange(10))],
        "forbids": [_rule(rng, tests, f"f{number}", own=False) for number in range(_few(rng))],
        "onward": "none",
        "back_catalogue": "included" if chance(rng, 70) else "excluded",
        "recall_days": 3,
        "correction_days": 3,
        "retention_days": 365,
        "cadence": "manual",
        "approvals": {label: {"count": 1, "role": "officer"} for label in labels},
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


def _any_or(rng: Random, words: Sequence[str], percent: int = 60) -> JsonValue:
    return "*" if chance(rng, percent) else list[JsonValue](some(rng, words))


def _rule(rng: Random, tests: Sequence[str], id_: str, *, own: bool) -> JsonObject:
    rule: JsonObject = {"id": id_, "to": _any_or(rng, PARTIES), "kinds": _any_or(rng, KINDS)}
    if not own:
        rule["from"] = _any_or(rng, PARTIES, 80)
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
        clause["handling"] = handling
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


# records


def a_record(rng: Random, *, births: bool = True) -> Record:
    kind = rng.choice(KINDS)
    odd = 5 if chance(rng, 30) else 0
    found = [*_governance(rng, kind), *_safeguards(rng), *_substance(rng, kind, births=births)]
    rng.shuffle(found)
    claims = [_claim(rng, number, path, value, odd) for number, (path, value) in enumerate(found, 1)]
    if chance(rng, 2):
        claims.append(rng.choice(claims))
    originator = "DZ" if chance(rng, 97) else "KW"
    issued = rng.choice(("2026-03-15T10:00:00Z", "2026-02-10T10:00:00Z", "2025-12-01T10:00:00Z"))
    return Record(originator, "rec-00000001", 1, kind, issued, tuple(claims))


def _governance(rng: Random, kind: str) -> list[tuple[str, JsonValue]]:
    found: list[tuple[str, JsonValue]] = [
        ("record.marking", rng.choice(LABELS)),
        ("record.legal_basis", "example"),
        ("record.purpose", PURPOSES[0]),
        ("record.review", rng.choice(("2026-12-31", "2026-12-31", "2026-03-15", "2027-03-01"))),
    ]
    if kind == "person" or chance(rng, 3):
        found.append(("record.category", rng.choice(("suspect", "suspect", "suspect", "convicted", "victim"))))
    more: tuple[tuple[str, Sequence[str]], ...] = (
        ("record.marking", LABELS),
        ("record.purpose", PURPOSES),
        ("record.review", ("2026-03-14", "2026-03-16", "2027-01-01", "2026-02-30", "soon")),
        ("record.category", ("minor", "unknown", "suspect", "nonsense")),
        ("record.action", ("analysis_only",)),
    )
    found += [(path, rng.choice(words)) for path, words in more if chance(rng, 8)]
    found += [("record.caveat", caveat) for caveat in WORDS["caveat"] if chance(rng, 25)]
    if chance(rng, 5):
        del found[rng.randrange(len(found))]
    return found


def _safeguards(rng: Random) -> list[tuple[str, JsonValue]]:
    found: list[tuple[str, JsonValue]] = []
    while chance(rng, 16):
        found.append(("record.flag", rng.choice(sorted(vocab.FLAGS)) if chance(rng, 95) else rng.choice(ODD)))
    for matter in sorted(vocab.SIGNOFFS):
        if chance(rng, 50):
            signoff: JsonObject = {"for": matter, "authority": "x", "date": "2026-01-01"}
            found.append(("record.signoff", signoff))
    if chance(rng, 40):
        found.append(("record.assurance", "x"))
    if chance(rng, 40):
        found.append(("record.best_interest", "x"))
    return found


def _substance(rng: Random, kind: str, *, births: bool) -> list[tuple[str, JsonValue]]:
    own = [path for path in SELECTABLE if kind in PATHS[path].kinds]
    tested = [path for path in own if path in VALUES]
    found: list[tuple[str, JsonValue]] = []
    for _ in range(rng.randrange(14)):
        draw = rng.randrange(100)
        path = rng.choice(tested if draw < 50 else own if draw < 94 else SELECTABLE)
        path = rng.choice(("nowhere", "birth.unheard", "record.unheard")) if draw > 97 else path
        if births or path not in ("birth.date", "birth.year"):
            found.append((path, VALUES.get(path, _from(TEXTS))(rng)))
    return found


def _nationality(rng: Random) -> JsonValue:
    return {"country": rng.choice(COUNTRIES), "status": rng.choice(sorted(vocab.NATIONALITY_STATUSES))}


def _birth(rng: Random) -> JsonValue:
    return {"precision": "year", "year": 1985} if chance(rng, 40) else rng.choice(BIRTHS)


def _from(words: Sequence[JsonValue]) -> Callable[[Random], JsonValue]:
    return lambda rng: rng.choice(words)


VALUES: Final[dict[str, Callable[[Random], JsonValue]]] = {
    "nationality": _nationality,
    "birth.date": _birth,
    "birth.year": _from(YEARS),
    "role": _from(WORDS["role"]),
    "listed.by": _from(WORDS["listed_by"]),
    **{
        path: _from(COUNTRIES)
        for path in ("residence.country", "theatre", "presence.country", "location.country", "route.from", "route.to")
    },
    **{path: _from(TEXTS) for path in ("affiliation.group", "group.name")},
}
"""Path -> a value that tests ask about."""


def _claim(rng: Random, number: int, path: str, value: JsonValue, odd: int) -> Claim:
    grade = rng.choice((None, *GRADES, *GRADES)) if chance(rng, 95) else rng.choice((*ODD_GRADES, *OLD_GRADES))
    return Claim(
        id=f"c{number}",
        path=path,
        value=rng.choice(ODD) if chance(rng, odd) else value,
        statement="fact" if chance(rng, 85) else rng.choice(WORDS["statement"]),
        grade=grade,
        observed=rng.choice((*DAYS, *DAYS, "2026-02-30", "soon")) if chance(rng, 60) else None,
        derived_from=f"c{rng.randint(1, number)}" if chance(rng, 10) else None,
    )
