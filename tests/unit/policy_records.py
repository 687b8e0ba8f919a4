"""Random records: mostly whole, sometimes odd in one place, about what the tests of agreements ask (policy.md §3, §4).

Everything comes from the `random.Random` that is handed in. Days stand around 2026-03-15, the usual moment of a case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from exchange.model import vocab
from exchange.model.claims import Claim, Grade, JsonObject, JsonValue
from exchange.model.paths import PATHS
from exchange.model.records import Record
from tests.unit.policy_documents import COUNTRIES, KINDS, LABELS, PURPOSES, REGIONS, SELECTABLE, TEXTS, WORDS, chance

GRADES: Final = (Grade("admiralty", "B", "2"), Grade("admiralty", "A", "1"), Grade("admiralty", "D", "3"))
ODD_GRADES: Final = (Grade("admiralty", "F", "2"), Grade("admiralty", "B", "6"), Grade("4x4", "A", "4"))
OLD_GRADES: Final = (Grade("4x4", "B", "2"), Grade("4x4", "X", "1"))
ODD: Final[tuple[JsonValue, ...]] = (None, True, 0, 7, "", "nonsense", [], ["KW"], {}, {"country": 5}, {"for": []})
DAYS: Final = ("2026-03-15", "2026-03-14", "2026-02-01", "2025-03-15", "2020-01-01")
FIRST_DAYS: Final = ("2021-03-14", "2021-03-15", "2020-01-01", "2025-01-01", "2026-12-01", "long ago")
RENEWED_UNTIL: Final = ("2026-03-14", "2026-03-15", "2027-01-01", "2031-02-10", "2031-03-16", "2026-02-30")
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
    {"precision": "exact", "date": "0001-01-01"},
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


def a_record(rng: Random, *, births: bool = True) -> Record:
    kind = rng.choice(KINDS)
    odd = 5 if chance(rng, 30) else 0
    found = [*governance(rng, kind), *safeguards(rng), *substance(rng, kind, births=births)]
    rng.shuffle(found)
    claims = [a_claim(rng, number, path, value, odd) for number, (path, value) in enumerate(found, 1)]
    if chance(rng, 2):
        claims.append(rng.choice(claims))
    originator = "DZ" if chance(rng, 97) else "KW"
    issued = rng.choice(("2026-03-15T10:00:00Z", "2026-02-10T10:00:00Z", "2025-12-01T10:00:00Z"))
    return Record(originator, "rec-00000001", 1, kind, issued, tuple(claims))


def governance(rng: Random, kind: str) -> list[tuple[str, JsonValue]]:
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
        ("record.purpose", (*PURPOSES, "contact")),
        ("record.review", ("2026-03-14", "2026-03-16", "2027-01-01", "2026-02-30", "soon", "2029-02-10", "2029-03-16")),
        ("record.category", ("minor", "unknown", "suspect", "nonsense")),
        ("record.action", ("analysis_only",)),
    )
    found += [(path, rng.choice(words)) for path, words in more if chance(rng, 8)]
    found += [("record.caveat", caveat) for caveat in WORDS["caveat"] if chance(rng, 25)]
    if chance(rng, 5):
        del found[rng.randrange(len(found))]
    return found


def safeguards(rng: Random) -> list[tuple[str, JsonValue]]:
    found: list[tuple[str, JsonValue]] = []
    while chance(rng, 16):
        found.append(("record.flag", rng.choice(sorted(vocab.FLAGS)) if chance(rng, 95) else rng.choice(ODD)))
    for matter in sorted(vocab.SIGNOFFS):
        if chance(rng, 50):
            signoff: JsonObject = {"for": matter, "authority": "x", "date": "2026-01-01"}
            found.append(("record.signoff", signoff))
    if chance(rng, 10):
        found.append(("record.first_issued", rng.choice(FIRST_DAYS)))
    if chance(rng, 15):
        renewed: JsonObject = {"reason": "x", "authority": "x", "until": rng.choice(RENEWED_UNTIL)}
        found.append(("record.renewal", renewed))
    if chance(rng, 40):
        found.append(("record.assurance", "x"))
    if chance(rng, 40):
        found.append(("record.best_interest", "x"))
    return found


def substance(rng: Random, kind: str, *, births: bool = True) -> list[tuple[str, JsonValue]]:
    own = [path for path in SELECTABLE if kind in PATHS[path].kinds]
    tested = [path for path in own if path in VALUES]
    found: list[tuple[str, JsonValue]] = []
    for _ in range(rng.randint(2, 15)):
        draw = rng.randrange(100)
        path = rng.choice(tested if draw < 50 else own if draw < 94 else SELECTABLE)
        path = rng.choice(("nowhere", "birth.unheard", "record.unheard")) if draw > 97 else path
        if births or path not in ("birth.date", "birth.year"):
            found.append((path, VALUES.get(path, _from(TEXTS))(rng)))
    return found


def _nationality(rng: Random) -> JsonValue:
    if chance(rng, 15):
        undisclosed: JsonObject = {"status": vocab.UNDISCLOSED, "region": rng.choice((*REGIONS, *REGIONS, None))}
        return undisclosed | ({"country": "KW"} if chance(rng, 10) else {})
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


def a_claim(rng: Random, number: int, path: str, value: JsonValue, odd: int) -> Claim:
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
