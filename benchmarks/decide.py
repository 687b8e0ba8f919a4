"""How long one decision takes: one record, one partner, an agreement of 50 clauses. `python -m benchmarks.decide`.

Each question is another record, so that what is kept between questions helps as much as it would in a release and no
more. Time is processor time: on a busy machine the clock on the wall measures the neighbours. `--check` exits with 1
above the limit (issue 3: 150 microseconds).
"""

from __future__ import annotations

import gc
import os
import platform
import random
import statistics
import sys
import time
from datetime import UTC, datetime
from typing import Final

from exchange.interop.synthetic import person
from exchange.model.claims import Claim, JsonObject, JsonValue
from exchange.model.derive import with_coarser
from exchange.model.records import Record
from exchange.policies.agreement import Agreement, read
from exchange.policies.check import Question, permitted
from exchange.policies.decide import Inputs, decide
from exchange.policies.facts import Facts

CLAUSES: Final = 50
RECORDS: Final = 2_000
ROUNDS: Final = 5
LIMIT_US: Final = 150.0
NOW: Final = datetime(2026, 11, 26, tzinfo=UTC)
_CONDITIONS: Final[tuple[JsonObject, ...]] = (
    {"all_of": [{"nationality": ["KW", "AE"]}, {"any_of": [{"route_to": ["LY"]}, {"theatre": ["SY"]}]}]},
    {"source_grade_at_least": {"scale": "admiralty", "grade": "C"}},
    {"not": {"caveat": ["NO_ARREST_BASIS"]}},
    {"all_of": [{"role": ["fighter", "recruiter"]}, {"observed_within": 1_000}]},
    {"subject_category": ["suspect", "convicted"]},
    {"any_of": [{"residence": ["KW"]}, {"statement": ["fact", "hearsay"]}]},
    {"marking_at_most": "TLP:AMBER"},
)
_SELECTORS: Final = (
    *("identity.name", "identity.birth", "identity.document", "affiliation", "recruitment", "training", "movement"),
    *("location.coarse", "assessment", "source", "contact", "family", "birth.year", "document.type", "route.to"),
)


def agreement() -> Agreement:
    """50 clauses between two parties: most disclose under a condition of their own, every seventh withholds."""
    clauses: list[JsonValue] = []
    for number in range(CLAUSES):
        condition = _CONDITIONS[number % len(_CONDITIONS)]
        rule: JsonObject = {"id": f"{number}", "from": ["DZ"], "to": ["KW"], "kinds": ["person"]}
        # Conditions differ from clause to clause, so that none is evaluated for another.
        rule["when"] = {"any_of": [condition, {"group": [f"group {number}"]}]}
        effect = "withhold" if number % 7 == 6 else "disclose"
        rule[effect] = ["contact.phone"] if effect == "withhold" else [_SELECTORS[number % len(_SELECTORS)]]
        if number % 3 == 0 and effect == "disclose":
            rule["handling"] = {"tlp": "TLP:AMBER", "retention_days": 300}
        clauses.append(rule)
    labels = ("TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED")
    return read(
        {
            "v": 1,
            "kind": "agreement",
            "id": "AG-DZ-KW",
            "version": 1,
            "title": {"ar": "x", "fr": "x", "en": "x"},
            "recitals": [],
            "parties": [{"code": "DZ", "fingerprint": "a" * 64}, {"code": "KW", "fingerprint": "b" * 64}],
            "legal_basis": "benchmark",
            "purposes": ["counter_terrorism.travel"],
            "valid_from": "2026-01-01T00:00:00Z",
            "valid_until": "2028-01-01T00:00:00Z",
            "suites": [1],
            "clauses": clauses,
            "onward": "none",
            "back_catalogue": "included",
            "recall_days": 3,
            "correction_days": 3,
            "retention_days": 365,
            "cadence": "manual",
            "approvals": {label: {"count": 1, "role": "officer"} for label in labels},
            "examples": [],
        },
        "0" * 64,
    )


def records() -> list[Record]:
    rng = random.Random(50)
    made: list[tuple[Claim, ...]] = [
        with_coarser(person(rng, number, nationality="KW", theatre="SY")) for number in range(RECORDS)
    ]
    return [
        Record("DZ", f"rec-{number:026}", 1, "person", "2026-11-01T00:00:00Z", claims)
        for number, claims in enumerate(made)
    ]


def microseconds(asked: list[Inputs]) -> list[float]:
    """Processor time of one decision, for each round over all questions."""
    found = []
    for _ in range(ROUNDS):
        gc.collect()
        start = time.process_time()
        for inputs in asked:
            decide(inputs)
        found.append((time.process_time() - start) / len(asked) * 1e6)
    return found


def questions(given: Agreement, made: list[Record]) -> list[Inputs]:
    return [
        Inputs(given, (), record, "DZ", "KW", "counter_terrorism.travel", NOW, "1" * 64, "2" * 64) for record in made
    ]


def median_us() -> float:
    """Processor time of one decision, in microseconds: the median of the rounds."""
    return statistics.median(microseconds(questions(agreement(), records())))


def main() -> int:
    given, made = agreement(), records()
    asked = questions(given, made)
    released = sum(decide(inputs).record_state == "released" for inputs in asked)
    claims = statistics.mean(len(record.claims) for record in made)
    times = microseconds(asked)
    start = time.process_time()
    for inputs in asked:
        Facts(inputs.record, NOW.date())
    facts = (time.process_time() - start) / len(asked) * 1e6
    start = time.process_time()
    for record in made:
        permitted(Question(given, (), record, "DZ", "KW", "counter_terrorism.travel", NOW))
    checked = (time.process_time() - start) / len(asked) * 1e6
    print(f"conditions: Python {platform.python_version()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(
        f"{CLAUSES} clauses, {RECORDS} records of {claims:.0f} claims, {released} released; processor time a decision"
    )
    print(f"decide: median {statistics.median(times):.1f} us, best {min(times):.1f} us, limit {LIMIT_US:.0f} us")
    print(f"of that, reading the record's values: {facts:.1f} us; the second checker for comparison: {checked:.1f} us")
    return int("--check" in sys.argv and statistics.median(times) > LIMIT_US)


if __name__ == "__main__":
    sys.exit(main())
