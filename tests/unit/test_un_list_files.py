"""The four published UN lists: everything in them arrives, counted anew with ElementTree. No content is shown."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from functools import cache
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from exchange.interop.countries import country
from exchange.interop.un_list import Listed, UnList, read
from exchange.model.claims import Claim, Grade
from exchange.model.derive import with_coarser
from exchange.model.records import Record
from exchange.model.texts import texts_in
from exchange.model.validate import check_record, with_governance
from tests.data import DATA

FILES = ("2015-03-16", "2015-03-27", "2020-11-30", "2024-09-26")
COUNTS = {"2015-03-16": (620, 423), "2015-03-27": (622, 424), "2020-11-30": (713, 305), "2024-09-26": (682, 193)}
GRADE = Grade("admiralty", "B", "2")
SAID_BY_CODE = frozenset({"QUALITY", "TYPE_OF_DATE", "GENDER", "SORT_KEY", "SORT_KEY_LAST_MOD"})
DATES = frozenset({"DATE", "LISTED_ON", "DELISTED_ON", "DATE_OF_ISSUE", "DATE_OF_BIRTH"})
COUNTRIES = frozenset({"COUNTRY", "ISSUING_COUNTRY", "COUNTRY_OF_ISSUE", "COUNTRY_OF_BIRTH", "NATIONALITY2"})


def _bytes(day: str) -> bytes:
    return (DATA / "un" / f"un_consolidated_{day}.xml").read_bytes()


@cache
def _read(day: str) -> UnList:
    return read(_bytes(day), grade=GRADE)


@cache
def _entries(day: str) -> dict[str, Element]:
    """Elements by DATAID."""
    root = ElementTree.fromstring(_bytes(day))
    return {_text(each.find("DATAID")): each for each in root.iter() if each.tag in ("INDIVIDUAL", "ENTITY")}


@cache
def _listed(day: str) -> dict[str, Listed]:
    """Entries as read, by DATAID."""
    found = {}
    for each in _read(day).listed:
        texts = [claim.value for claim in each.claims if claim.path == "source.reference"]
        found[next(str(text)[7:] for text in texts if str(text).startswith("DATAID "))] = each
    return found


def _text(element: Element | None) -> str:
    return " ".join((element.text or "").split()) if element is not None else ""


def _values(element: Element, *tags: str) -> Counter[str]:
    return Counter(text for tag in tags for text in map(_text, element.iter(tag)) if text)


def _claims(entry: Listed, *paths: str) -> list[Claim]:
    return [claim for claim in entry.claims if claim.path in paths]


def _member(claims: list[Claim], member: str) -> Counter[str]:
    return Counter(
        str(claim.value[member]) for claim in claims if isinstance(claim.value, dict) and member in claim.value
    )


def _pairs(day: str) -> Iterator[tuple[str, Element, Listed]]:
    listed = _listed(day)
    for data_id, element in _entries(day).items():
        yield data_id, element, listed[data_id]


@pytest.mark.parametrize("day", FILES)
def test_every_entry_arrives(day: str) -> None:
    kinds = Counter(each.kind for each in _read(day).listed)
    assert (kinds["person"], kinds["group"]) == COUNTS[day]
    tags = Counter(element.tag for element in _entries(day).values())
    assert (tags["INDIVIDUAL"], tags["ENTITY"]) == COUNTS[day]
    assert _listed(day).keys() == _entries(day).keys()
    keys = [each.key for each in _read(day).listed]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[A-Z]{2}[ie]\.[0-9]{3}", key) for key in keys)
    assert _read(day).generated.startswith(day) or day == "2020-11-30"


def test_generated_is_in_utc() -> None:
    expected = ["2015-03-16T22:10:47Z", "2015-03-27T21:37:13Z", "2020-12-01T01:31:19Z", "2024-09-26T00:00:07Z"]
    assert [_read(day).generated for day in FILES] == expected


@pytest.mark.parametrize("day", FILES)
def test_every_alias_arrives_with_its_quality(day: str) -> None:
    total = 0
    for data_id, element, entry in _pairs(day):
        aliases = _claims(entry, "name.alias", "name.other")
        assert _member(aliases, "text") == _values(element, "ALIAS_NAME"), data_id
        words = _values(element, "QUALITY")
        quality = _member(aliases, "quality")
        assert (quality["good"], quality["low"]) == (words["Good"], words["Low"]), data_id
        assert _member(aliases, "type")["former"] == words["f.k.a."], data_id
        total += len(aliases)
    assert total > 2000


@pytest.mark.parametrize("day", FILES)
def test_names_and_original_script_arrive(day: str) -> None:
    arabic = 0
    for data_id, element, entry in _pairs(day):
        parts = [_text(element.find(tag)) for tag in ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME")]
        names = _member(_claims(entry, "name.full"), "text")
        expected = [" ".join(part for part in parts if part), _text(element.find("NAME_ORIGINAL_SCRIPT"))]
        assert names == Counter(text for text in expected if text), data_id
        arabic += _member(_claims(entry, "name.full"), "script")["Arab"]
    assert arabic > 200


@pytest.mark.parametrize("day", FILES)
def test_every_document_arrives(day: str) -> None:
    for data_id, element, entry in _pairs(day):
        documents = _claims(entry, "document")
        filled = [each for each in element.iter("INDIVIDUAL_DOCUMENT") if any(_text(child) for child in each)]
        assert len(documents) == len(filled), data_id
        assert _member(documents, "number") == _values(element, "NUMBER"), data_id
        passports = [each for each in filled if re.search("pass?e?port", _text(each.find("TYPE_OF_DOCUMENT")).lower())]
        kinds = _member(documents, "type")
        assert kinds["passport"] >= sum(1 for each in passports if not _text(each.find("TYPE_OF_DOCUMENT2"))), data_id


@pytest.mark.parametrize("day", FILES)
def test_every_birth_date_arrives_with_its_precision(day: str) -> None:
    totals: Counter[str] = Counter()
    for data_id, element, entry in _pairs(day):
        dates = _claims(entry, "birth.date")
        days = Counter(text[:10] for text in _values(element, "DATE", "DATE_OF_BIRTH").elements() if "-" in text[:5])
        assert _member(dates, "date") == days, data_id
        years = _values(element, "YEAR", "DATE_OF_BIRTH")
        assert _member(dates, "year") == Counter({y: n for y, n in years.items() if re.fullmatch("[0-9]{4}", y)})
        totals += _member(dates, "precision")
        approximate = [
            _text(each.find("YEAR"))
            for each in element.iter("INDIVIDUAL_DATE_OF_BIRTH")
            if _text(each.find("TYPE_OF_DATE")).upper() == "APPROXIMATELY" and each.find("YEAR") is not None
        ]
        spans = [year for year in approximate if len(year) == 9]
        assert _member(dates, "precision")["approximate"] == len(approximate) - len(spans), data_id
        assert sum(note.startswith("approximately") for note in _member(dates, "note").elements()) == len(spans)
    assert min(totals[word] for word in ("exact", "approximate", "range", "year")) >= 24


@pytest.mark.parametrize("day", FILES)
def test_years_written_as_spans_become_ranges(day: str) -> None:
    for data_id, element, entry in _pairs(day):
        spans = [re.split("[-/]", text) for text in _values(element, "YEAR").elements() if len(text) == 9]
        spans += [[_text(each), _text(other)] for each, other in _from_to(element)]
        spans += [text.split(" - ") for text in _values(element, "DATE_OF_BIRTH").elements() if " - " in text]
        dates = _claims(entry, "birth.date")
        assert _member(dates, "from") == Counter(low for low, _ in spans), data_id
        assert _member(dates, "to") == Counter(high for _, high in spans), data_id


def _from_to(element: Element) -> list[tuple[Element, Element]]:
    return list(zip(element.iter("FROM_YEAR"), element.iter("TO_YEAR"), strict=True))


@pytest.mark.parametrize("day", FILES)
def test_nothing_is_lost(day: str) -> None:
    """Every text of every element is in a claim as it stands, or as the code, day or country that it says."""
    looked_at = 0
    for data_id, element, entry in _pairs(day):
        said = "\n".join(" ".join(text.split()) for claim in entry.claims for text in texts_in(claim.value))
        said += "\n" + "\n".join(str(claim.value) for claim in entry.claims)
        for parent in element.iter():
            for leaf in parent:
                text = _text(leaf)
                if text and leaf.tag not in SAID_BY_CODE:
                    looked_at += 1
                    assert any(form in said for form in _forms(parent, leaf, text)), (data_id, leaf.tag)
    assert looked_at > 15_000


def _forms(parent: Element, leaf: Element, text: str) -> list[str]:
    forms = [text]
    if leaf.tag in DATES or parent.tag == "LAST_DAY_UPDATED":
        forms.append(text[:10])
    if leaf.tag == "TYPE_OF_DOCUMENT":
        forms += {"Passport": ["passport"], "National Identification Number": ["national_number"]}.get(text, [])
    if leaf.tag in COUNTRIES or parent.tag == "NATIONALITY":
        found = country(text)
        forms += [] if found is None or not found.whole else [f"'{found.code}'", f"\n{found.code}\n"]
    if parent.tag == "LIST_TYPE" and text == "UN List":
        forms.append("UN")
    if leaf.tag in ("YEAR", "DATE_OF_BIRTH"):
        forms.append(f"'from': {text[:4]}, 'to': {text[-4:]}")
    return forms


@pytest.mark.parametrize("day", FILES)
def test_every_entry_makes_a_valid_record(day: str) -> None:
    for entry in _read(day).listed:
        category = "suspect" if entry.kind == "person" else None
        claims = with_governance(
            entry.claims,
            legal_basis="UNSCR",
            purpose="border.checks",
            marking="TLP:CLEAR",
            review=date(2027, 1, 1),
            category=category,
        )
        check_record(Record("DZ", "rec-specimen-1", 1, entry.kind, "2026-11-01T00:00:00Z", with_coarser(claims)))
        assert [claim.id for claim in entry.claims] == [f"c{n}" for n in range(1, len(entry.claims) + 1)]


def _odd(day: str) -> Counter[tuple[str, str]]:
    return Counter((odd.code, re.sub(r"\[[0-9]+\]", "", odd.place).split("/", 3)[-1]) for odd in _read(day).oddities)


@pytest.mark.parametrize("day", FILES)
def test_departures_from_the_schema_are_all_reported(day: str) -> None:
    people = [element for element in _entries(day).values() if element.tag == "INDIVIDUAL"]
    entities = [element for element in _entries(day).values() if element.tag == "ENTITY"]
    odd = _odd(day)

    def without(parent: str, child: str) -> int:
        return sum(1 for each in people for found in each.iter(parent) if found.find(child) is None)

    assert odd["MISSING_ELEMENT", "INDIVIDUAL_ADDRESS/COUNTRY"] == without("INDIVIDUAL_ADDRESS", "COUNTRY")
    assert odd["MISSING_ELEMENT", "INDIVIDUAL_ALIAS/QUALITY"] == without("INDIVIDUAL_ALIAS", "QUALITY")
    for tag in ("INDIVIDUAL_ALIAS", "INDIVIDUAL_DOCUMENT", "INDIVIDUAL_DATE_OF_BIRTH", "INDIVIDUAL_PLACE_OF_BIRTH"):
        assert odd["MISSING_ELEMENT", tag] == sum(1 for each in people if each.find(tag) is None), tag
    every = [*people, *entities]
    for tag in ("COMMENTS1", "LIST_TYPE"):
        assert odd["MISSING_ELEMENT", tag] == sum(1 for each in every if each.find(tag) is None), tag
    notes = sum(1 for each in entities for alias in each.iter("ENTITY_ALIAS") if alias.find("NOTE") is not None)
    assert odd["UNKNOWN_ELEMENT", "ENTITY_ALIAS/NOTE"] == notes
    streets = sum(
        1 for each in people for born in each.iter("INDIVIDUAL_PLACE_OF_BIRTH") if born.find("STREET") is not None
    )
    assert odd["UNKNOWN_ELEMENT", "INDIVIDUAL_PLACE_OF_BIRTH/STREET"] == streets
    years = [_text(year) for each in people for year in each.iter("YEAR")]
    bad_years = [year for year in years if not re.fullmatch("[0-9]{4}", year) or int(year) < 1900]
    assert odd["YEAR_FORM", "INDIVIDUAL_DATE_OF_BIRTH/YEAR"] == len(bad_years)
    late = [
        each
        for person in people
        for each in person.iter("INDIVIDUAL_DATE_OF_BIRTH")
        if [child.tag for child in each][-1:] == ["NOTE"] and {c.tag for c in each} & {"DATE", "YEAR", "TO_YEAR"}
    ]
    assert odd["OUT_OF_ORDER", "INDIVIDUAL_DATE_OF_BIRTH/NOTE"] == len(late)


@pytest.mark.parametrize("day", FILES)
def test_a_place_shows_structure_only(day: str) -> None:
    for oddity in _read(day).oddities:
        assert re.fullmatch(r"CONSOLIDATED_LIST(/[A-Z_0-9]+(\[[0-9]+\])?)*", oddity.place), oddity.code
        assert re.fullmatch("[A-Z_0-9]+", oddity.code)


def test_no_country_name_is_left_that_the_files_hold_often() -> None:
    left = Counter(
        odd.place.rsplit("/", 1)[-1] for day in FILES for odd in _read(day).oddities if odd.code == "COUNTRY_NOT_MAPPED"
    )
    assert sum(left.values()) < 20


def test_digests_change_exactly_with_content() -> None:
    old, new = _listed("2015-03-16"), _listed("2015-03-27")
    same = [data_id for data_id in old if data_id in new and old[data_id].digest == new[data_id].digest]
    changed = [data_id for data_id in old if data_id in new and old[data_id].digest != new[data_id].digest]
    assert len(same) > 900
    assert changed
    for data_id in same:
        assert old[data_id].claims == new[data_id].claims
    for data_id in changed:
        before, after = (ElementTree.tostring(_entries(day)[data_id]) for day in ("2015-03-16", "2015-03-27"))
        assert before != after
    assert read(_bytes("2015-03-16"), grade=GRADE) == _read("2015-03-16")
