"""Every registered path can be typed, and what is stored is typed back to the same value."""

from __future__ import annotations

import pytest

from exchange.console.pages.entry_editors import Member, empty, members, texts_of, value_of
from exchange.console.pages.entry_typed import Wrong
from exchange.interop.synthetic import mixture
from exchange.model.claims import JsonValue
from exchange.model.paths import PATHS
from exchange.sentences.record.vocabularies import VOCABULARIES

SAMPLES: dict[str, str] = {
    "text": "Exempli", "long": "Two\nlines", "country": "DZ", "day": "1991-03-14", "month": "1991-03", "when": "1991",
    "years": "1988 – 1990", "record": "DZ/rec-synthetic-01", "digest": "ab" * 32, "parts": "Rifa | Exempli",
    "count": "70 – 75", "point": "34.5631, 38.2814",
}  # fmt: skip


def sample(member: Member) -> str:
    if member.name == "lang":
        return "ar"
    if member.kind == "word":
        return "TLP:AMBER" if member.vocabulary == "TLP 2.0" else next(iter(VOCABULARIES[member.vocabulary]))
    return str(member.low) if member.kind == "number" else SAMPLES[member.kind]


@pytest.mark.parametrize("path", sorted(PATHS))
def test_every_path_is_typed_and_written_back(path: str) -> None:
    spec = PATHS[path]
    given = {member.name: sample(member) for member in members(spec.form)}
    if path == "nationality":
        del given["region"]
    value = value_of(path, given, "DZ")
    assert spec.check(value)
    assert value_of(path, texts_of(path, value), "DZ") == value
    assert not empty(spec.form, given)


@pytest.mark.parametrize("path", sorted(PATHS))
def test_nothing_typed_is_nothing(path: str) -> None:
    form = PATHS[path].form
    assert empty(form, {})
    assert empty(form, {member.name: member.default for member in members(form)})
    with pytest.raises(Wrong) as refused:
        value_of(path, {}, "DZ")
    assert refused.value.member in {member.name for member in members(form)}


def test_what_is_stored_reads_back() -> None:
    for _, claims in mixture(7, 300):
        for claim in claims:
            assert value_of(claim.path, texts_of(claim.path, claim.value), "DZ") == claim.value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("birth.date", {"precision": "exact", "date": "1411-02-30", "calendar": "hijri", "note": "card"}),
        ("birth.date", {"precision": "year", "year": 1991, "calendar": "gregorian"}),
        ("birth.date", {"precision": "range", "from": "1988-01-02", "to": "1990-01-01"}),
        ("birth.date", {"precision": "range", "from": "1409-01-02", "to": "1410-01-01", "calendar": "hijri"}),
        ("nationality", {"status": "undisclosed", "region": "AFRICA", "rank": 2}),
        ("location.area", {"lat": -3, "lon": 120}),
        ("name.full", {"text": "نموذج", "script": "Zyyy", "type": "alias", "parts": ["ا", "ب"], "lang": "ar"}),
        ("count", {"low": 120, "high": None}),
        ("document", {"type": "passport", "note": "seen, number not noted"}),
    ],
)
def test_rare_values_read_back(path: str, value: JsonValue) -> None:
    assert PATHS[path].check(value)
    assert value_of(path, texts_of(path, value), "DZ") == value


@pytest.mark.parametrize(
    ("path", "given", "member"),
    [
        ("name.full", {"text": "x" * 501, "type": "primary"}, "text"),
        ("name.full", {"text": "Exempli", "type": "pet"}, "type"),
        ("name.full", {"text": "Exempli", "type": "primary", "lang": "Arabic"}, "lang"),
        ("name.full", {"text": "Exempli", "type": "primary", "parts": "one"}, "parts"),
        ("name.full", {"type": "alias"}, "text"),
        ("birth.date", {"when": "soon"}, "when"),
        ("birth.date", {"when": "1991", "note": "x" * 501}, "note"),
        ("nationality", {"status": "confirmed"}, "country"),
        ("nationality", {"country": "DZ"}, "status"),
        ("nationality", {"country": "DZ", "status": "undisclosed", "region": "AFRICA"}, "region"),
        ("nationality", {"country": "DZ", "status": "confirmed", "region": "AFRICA"}, "region"),
        ("nationality", {"country": "DZ", "status": "confirmed", "rank": "0"}, "rank"),
        ("nationality", {"country": "DZ", "status": "confirmed", "rank": "9" * 5000}, "rank"),
        ("document", {"type": "passport"}, "number"),
        ("document", {"number": "SYN1"}, "type"),
        ("document", {"type": "passport", "number": "SYN1", "expires": "never"}, "expires"),
        ("location.area", {"lat": "3"}, "lat"),
        ("birth.place", {}, "city"),
        ("fate", {"date": "1991-03-14"}, "state"),
        ("biometric.face", {"value": "zz"}, "value"),
        ("record.marking", {"value": "TLP:PURPLE"}, "value"),
        ("note", {"value": "x" * 15_001}, "value"),
    ],
)
def test_wrong_at_its_field(path: str, given: dict[str, str], member: str) -> None:
    with pytest.raises(Wrong) as refused:
        value_of(path, given, "DZ")
    assert refused.value.member == member


def test_the_script_is_that_of_the_letters_unless_somebody_says() -> None:
    value = value_of("name.full", {"text": "نموذج", "type": "primary"}, "DZ")
    assert value == {"text": "نموذج", "type": "primary", "script": "Arab"}
    value = value_of("name.full", {"text": "نموذج", "type": "primary", "script": "Zyyy"}, "DZ")
    assert isinstance(value, dict)
    assert value["script"] == "Zyyy"
