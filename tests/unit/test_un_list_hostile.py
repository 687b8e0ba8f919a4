"""UN list files that are broken, odd or meant to harm. All entries here are invented."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.errors import BadInput, Code, TooLarge
from exchange.interop import un_list
from exchange.interop.un_list import UnList, read
from exchange.model.claims import Grade, JsonValue
from exchange.model.paths import PATHS
from exchange.model.texts import safe, texts_in
from exchange.model.validate import check_claims

GRADE = Grade("4x4", "X", "4")
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
COMMON = "<UN_LIST_TYPE>Specimen</UN_LIST_TYPE><REFERENCE_NUMBER>QDi.001</REFERENCE_NUMBER>"
REST = (
    "<LISTED_ON>2020-01-02</LISTED_ON><COMMENTS1>one\ntwo</COMMENTS1><LIST_TYPE><VALUE>UN List</VALUE></LIST_TYPE>"
    "<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Zu Specimen</ALIAS_NAME></INDIVIDUAL_ALIAS>"
    "<INDIVIDUAL_ADDRESS><COUNTRY>Libya</COUNTRY></INDIVIDUAL_ADDRESS>"
    "<INDIVIDUAL_DATE_OF_BIRTH><YEAR>1980</YEAR></INDIVIDUAL_DATE_OF_BIRTH>"
    "<INDIVIDUAL_PLACE_OF_BIRTH/><INDIVIDUAL_DOCUMENT/><SORT_KEY/><SORT_KEY_LAST_MOD/>"
)


def _individual(name: str = "Ba", common: str = COMMON, rest: str = REST, data_id: str = "7") -> str:
    return (
        f"<INDIVIDUAL><DATAID>{data_id}</DATAID><VERSIONNUM>1</VERSIONNUM><FIRST_NAME>{name}</FIRST_NAME>"
        f"{common}{rest}</INDIVIDUAL>"
    )


def _file(*individuals: str, entities: str = "<ENTITIES/>") -> bytes:
    body = f"<INDIVIDUALS>{''.join(individuals)}</INDIVIDUALS>{entities}"
    text = f'{HEAD}<CONSOLIDATED_LIST dateGenerated="2024-01-01T00:00:00Z">{body}</CONSOLIDATED_LIST>'
    return text.encode()


def _codes(result: UnList) -> dict[str, str]:
    """Code -> place, without the one departure that all files here have: they list no entity."""
    return {odd.code: odd.place for odd in result.oddities if odd.place != "CONSOLIDATED_LIST/ENTITIES/ENTITY"}


def _values(result: UnList, path: str) -> list[JsonValue]:
    return [claim.value for claim in result.listed[0].claims if claim.path == path]


def test_a_plain_file() -> None:
    result = read(_file(_individual()), grade=GRADE)
    assert _codes(result) == {}
    assert result.listed[0].key == "QDi.001"
    assert _values(result, "name.full") == [{"text": "Ba", "script": "Latn", "type": "primary"}]
    assert _values(result, "note") == ["one\ntwo"]
    assert _values(result, "residence.country") == ["LY"]
    assert all(claim.grade == GRADE for claim in result.listed[0].claims)


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'
REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "xml"),
    "text": (b"not xml", "xml"),
    "cut": (_file(_individual())[:-30], "xml"),
    "two roots": (_file() + b"<A/>", "xml"),
    "nul": (_file(_individual("Ba&#0;")), "xml"),
    "not utf-8": (_file(_individual()).replace(b"Ba", b"\xff\xfe"), "xml"),
    "entity bomb": (f"{HEAD}{LAUGHS}<CONSOLIDATED_LIST>&c;</CONSOLIDATED_LIST>".encode(), "dtd"),
    "outside entity": (f"{HEAD}{OUTSIDE}<CONSOLIDATED_LIST>&a;</CONSOLIDATED_LIST>".encode(), "dtd"),
    "any dtd": (f"{HEAD}<!DOCTYPE CONSOLIDATED_LIST><CONSOLIDATED_LIST/>".encode(), "dtd"),
    "another root": (b"<CONSOLIDATED/>", "root"),
    "unknown encoding": (b'<?xml version="1.0" encoding="no-such"?><CONSOLIDATED_LIST/>', "encoding"),
    "odd encoding": (b'<?xml version="1.0" encoding="utf-7"?><CONSOLIDATED_LIST/>', "encoding"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_the_file_is_refused_whole(data: bytes, reason: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(data, grade=GRADE)
    assert caught.value.code is Code.FILE_NOT_WELL_FORMED
    assert caught.value.facts["reason"] == reason


def test_a_file_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(un_list, "SIZE_MAX", 100)
    with pytest.raises(TooLarge):
        read(_file(_individual()), grade=GRADE)


def test_hostile_characters_are_taken_out_and_reported() -> None:
    result = read(_file(_individual("B\u202ea\u200b&#x85;Zu Cafe\u0301")), grade=GRADE)
    assert _values(result, "name.full") == [{"text": "Ba Zu Caf\u00e9", "script": "Latn", "type": "primary"}]
    assert _codes(result) == {"TEXT_CLEANED": "CONSOLIDATED_LIST/INDIVIDUALS/INDIVIDUAL[7]/FIRST_NAME"}
    composed = read(_file(_individual("Cafe\u0301")), grade=GRADE)
    assert list(_codes(composed)) == ["TEXT_NORMALISED"]


def test_unknown_elements_are_kept_and_their_names_are_not_trusted() -> None:
    odd = "<SECRET.Name>hidden</SECRET.Name><NEW_FIELD><A>x</A><B>y</B></NEW_FIELD>"
    result = read(_file(_individual(rest=REST + odd)), grade=GRADE)
    assert _values(result, "note") == ["one\ntwo", "?: hidden", "NEW_FIELD: xy"]
    assert {place.rsplit("/", 1)[-1] for place in _codes(result).values()} == {"NEW_FIELD"}
    assert set(_codes(result)) == {"UNKNOWN_ELEMENT", "KEPT_AS_NOTE"}
    assert not any("SECRET" in odd.place for odd in result.oddities)


def test_loose_text_and_attributes() -> None:
    entry = _individual(rest="loose words" + REST).replace("<INDIVIDUAL>", '<INDIVIDUAL secret="x">')
    result = read(_file(entry), grade=GRADE)
    assert set(_codes(result)) == {"TEXT_BETWEEN_ELEMENTS", "UNKNOWN_ATTRIBUTE"}
    assert "text: loose words" in _values(result, "note")


def test_values_that_no_claim_takes_become_notes() -> None:
    long = "Specimen " * 100
    result = read(_file(_individual(long, rest=REST.replace("one\ntwo", "x" * 40_000))), grade=GRADE)
    assert list(_codes(result)) == ["VALUE_NOT_TAKEN"]
    notes = _values(result, "note")
    assert sum(len(str(note)) for note in notes) >= 40_000 + len(long)
    assert all(PATHS["note"].check(note) for note in notes)


DATES = {
    "<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1990</FROM_YEAR><TO_YEAR>1980</TO_YEAR>": "VALUE_NOT_TAKEN",
    "<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1990</FROM_YEAR>": "DATE_NOT_UNDERSTOOD",
    "<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>2021-02-30</DATE>": "DATE_FORM",
    "<TYPE_OF_DATE>PERHAPS</TYPE_OF_DATE><YEAR>1980</YEAR>": "DATE_TYPE_UNKNOWN",
    "<DATE>1980-01-01</DATE><YEAR>1981</YEAR>": "DATE_CHOICE",
    "<YEAR>0980</YEAR>": "YEAR_FORM",
}


@pytest.mark.parametrize(("inner", "code"), DATES.items())
def test_odd_dates_are_reported_and_kept(inner: str, code: str) -> None:
    rest = REST.replace("<YEAR>1980</YEAR>", inner)
    result = read(_file(_individual(rest=rest)), grade=GRADE)
    assert code in _codes(result)
    said = "".join(str(claim.value) for claim in result.listed[0].claims)
    digits = [word for word in inner.replace("<", ">").split(">") if word[:1].isdigit()]
    assert digits
    assert all(word in said or str(int(word[:4])) in said for word in digits)


def test_keys() -> None:
    second = _individual(data_id="8")
    result = read(_file(_individual(), second, second), grade=GRADE)
    assert [each.key for each in result.listed] == ["QDi.001", "DATAID 8"]
    assert [odd.code for odd in result.oddities if "KEY" in odd.code] == ["DUPLICATE_KEY", "DUPLICATE_KEY", "NO_KEY"]
    dotted = read(_file(_individual(common=COMMON.replace("QDi.001", "QDI.373."))), grade=GRADE)
    assert dotted.listed[0].key == "QDi.373"
    assert "REFERENCE_FORM" in _codes(dotted)
    nameless = read(_file(_individual(common="", data_id="no number")), grade=GRADE)
    assert nameless.listed == ()
    assert {"MISSING_ELEMENT", "NO_KEY", "NUMBER_FORM"} <= set(_codes(nameless))


def test_the_digest_follows_every_change() -> None:
    changes = [
        REST.replace(old, new) for old, new in (("Zu", "Ta"), ("Good", "Low"), ("1980", "1981"), ("Libya", "Mali"))
    ]
    digests = {read(_file(_individual(rest=rest)), grade=GRADE).listed[0].digest for rest in (REST, REST, *changes)}
    assert len(digests) == 1 + len(changes)


@given(st.text(max_size=60))
def test_any_text_in_a_name_gives_safe_claims_or_our_error(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").encode("utf-8", "surrogatepass")
    try:
        result = read(_file(_individual("@@")).replace(b"@@", escaped), grade=GRADE)
    except BadInput:
        return
    claims = result.listed[0].claims
    check_claims("person", claims, ["é".encode()] * len(claims))


@given(st.integers(0, 900), st.binary(min_size=1, max_size=4))
def test_a_damaged_file_is_read_or_refused(at: int, damage: bytes) -> None:
    data = _file(_individual())
    try:
        result = read(data[:at] + damage + data[at + len(damage) :], grade=GRADE)
    except BadInput:
        return
    for entry in result.listed:
        assert all(safe(text) for claim in entry.claims for text in texts_in(claim.value))
