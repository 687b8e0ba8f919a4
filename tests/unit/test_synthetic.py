"""Synthetic records: the same seed gives the same records, and nobody could take one for a real person."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import orjson
import pytest

from exchange.interop.synthetic import BENCH_CLAIMS, bench_person, mixture, person
from exchange.model.records import Record
from exchange.model.texts import texts_in
from exchange.model.validate import check_record
from exchange.model.vocab import KINDS

INVENTED = ("Exempli", "Specimen", "Mithali", "Namudhaj", "إكسمبلي", "سبيسيمن", "مثالي", "نموذج")


def test_deterministic() -> None:
    assert mixture(5, 50) == mixture(5, 50)
    assert mixture(5, 50)[:20] == mixture(5, 20)
    assert mixture(5, 50) != mixture(6, 50)


def test_every_record_is_plainly_synthetic() -> None:
    for _, claims in mixture(1, 300):
        said = [text for claim in claims for text in texts_in(claim.value)]
        assert any(text.startswith("SYNTHETIC") for text in said)
        for claim in claims:
            if claim.path == "name.full":
                assert any(word in text for word in INVENTED for text in texts_in(claim.value))
            if claim.path == "document" and isinstance(claim.value, dict):
                assert str(claim.value["number"]).startswith("SYN")


def test_the_mixture_has_what_the_field_has() -> None:
    records = mixture(2, 600)
    kinds = Counter(kind for kind, _ in records)
    assert set(kinds) == KINDS
    assert kinds["person"] > 250
    people = [claims for kind, claims in records if kind == "person"]
    assert any(claim.path == "fate" and claim.contests for claims in people for claim in claims)
    nationalities = {
        str(c.value["country"]) for p in people for c in p if c.path == "nationality" and isinstance(c.value, dict)
    }
    assert nationalities >= {"AE", "KW", "SA", "QA", "DZ", "TN", "EG"}
    assert {c.value for p in people for c in p if c.path == "theatre" and isinstance(c.value, str)} == {"LY", "SY"}
    counts = [c.value for _, claims in records for c in claims if c.path == "count" and isinstance(c.value, dict)]
    assert any(value["high"] is None for value in counts)
    assert any(value["high"] not in (None, value["low"]) for value in counts)


def test_a_person_can_be_asked_for() -> None:
    claims = person(random.Random(1), 1, nationality="KW", theatre="SY", review=date(2027, 3, 4))
    record = Record("DZ", "rec-specimen-1", 1, "person", "2026-11-01T00:00:00Z", claims)
    check_record(record)
    assert record.texts("theatre") == ("SY",)
    assert record.texts("record.review") == ("2027-03-04",)


@pytest.mark.parametrize("n", [0, 7, 123_456])
def test_the_bench_record(n: int) -> None:
    claims = bench_person(random.Random(n), n)
    assert len(claims) == BENCH_CLAIMS == 30
    assert 1_700 <= sum(len(orjson.dumps(claim.value)) for claim in claims) <= 2_300
    check_record(Record("DZ", "rec-specimen-1", 1, "person", "2026-11-01T00:00:00Z", claims))
