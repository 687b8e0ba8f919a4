"""What each field of the UN consolidated list means as claims.

Names, birth dates, places, nationalities and documents are lists with quality there, and stay so here. Nothing is
merged, guessed or dropped: what has no field of its own becomes a note. Spec: docs/spec/records.md §7.
"""

from __future__ import annotations

import re
from typing import Final

from exchange.interop.countries import country
from exchange.interop.un_list_documents import read_document
from exchange.interop.un_list_draft import Draft, Fields, put_country
from exchange.interop.un_list_schema import day_of
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.texts import script_of

_QUALITIES: Final = {"good": "good", "low": "low"}
_ALIAS_TYPES: Final = {"a.k.a.": "alias", "f.k.a.": "former"}
_GENDERS: Final = {"male": "male", "female": "female", "unknown": "unknown"}
_SPAN: Final = re.compile(r"([0-9]{4}) ?[-/] ?([0-9]{4})", re.ASCII)
_YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)


def individual(fields: Fields) -> None:
    _names(fields, ("FIRST_NAME", "SECOND_NAME", "THIRD_NAME", "FOURTH_NAME"))
    for alias in fields.all("INDIVIDUAL_ALIAS"):
        _alias(alias, "name.alias")
    for text, place in fields.values("TITLE"):
        fields.draft.put("name.title", text, place)
    _gender(fields)
    for birth in fields.all("INDIVIDUAL_DATE_OF_BIRTH"):
        _birth_date(birth)
    for birth in fields.all("INDIVIDUAL_PLACE_OF_BIRTH"):
        _place(birth, "birth.place", "birth.country")
    for text, place in fields.values("NATIONALITY"):
        _nationality(fields.draft, text, place)
    _nationality(fields.draft, fields.take("NATIONALITY2"), f"{fields.place}/NATIONALITY2")
    for document in fields.all("INDIVIDUAL_DOCUMENT"):
        read_document(document)
    for address in fields.all("INDIVIDUAL_ADDRESS"):
        _place(address, "residence.address", "residence.country")
    for text, place in fields.values("DESIGNATION"):
        fields.draft.put("position", text, place)
    _listing(fields)


def entity(fields: Fields) -> None:
    _names(fields, ("FIRST_NAME",))
    for alias in fields.all("ENTITY_ALIAS"):
        _alias(alias, "name.other")
    for address in fields.all("ENTITY_ADDRESS"):
        _place(address, "location.address", "location.country")
    _listing(fields)


def _name(text: str, type_: str) -> JsonObject:
    return {"text": text, "script": script_of(text), "type": type_}


def _names(fields: Fields, tags: tuple[str, ...]) -> None:
    parts = [text for text in (fields.take(tag) for tag in tags) if text]
    if parts:
        value = _name(" ".join(parts), "primary")
        if len(parts) > 1:
            value["parts"] = list[JsonValue](parts)
        fields.draft.put("name.full", value, f"{fields.place}/FIRST_NAME")
    original = fields.take("NAME_ORIGINAL_SCRIPT")
    if original:
        fields.draft.put("name.full", _name(original, "primary"), f"{fields.place}/NAME_ORIGINAL_SCRIPT")


def _alias(fields: Fields, path: str) -> None:
    text, quality, note = fields.take("ALIAS_NAME"), fields.take("QUALITY"), fields.take("NOTE")
    if not text:
        # Placeholders are empty altogether; the list of 2024 hangs birth dates on aliases without a name.
        for label, rest in (("QUALITY", quality), ("NOTE", note)):
            if rest:
                fields.draft.odd(fields.place, "ALIAS_WITHOUT_NAME")
                fields.draft.note(f"ALIAS {label}", rest)
        _alias_birth(fields, "an alias without a name")
        return
    value = _name(text, _ALIAS_TYPES.get(quality.casefold(), "alias"))
    known = _QUALITIES.get(quality.casefold())
    if known is not None:
        value["quality"] = known
    elif quality and quality.casefold() not in _ALIAS_TYPES:
        fields.draft.odd(f"{fields.place}/QUALITY", "QUALITY_UNKNOWN")
        note = "; ".join(part for part in (f"QUALITY {quality}", note) if part)
    if note:
        value["note"] = note
    _alias_birth(fields, f"alias {fields.draft.put(path, value, fields.place)}")


def _alias_birth(fields: Fields, alias: str) -> None:
    """An alias may come with a birth of its own; the note says to which alias it belongs."""
    note = f"given with {alias}"
    text = fields.take("DATE_OF_BIRTH")
    if text:
        _put_date(fields, _date_value(text, "EXACT"), text, note)
    city, land = fields.take("CITY_OF_BIRTH"), fields.take("COUNTRY_OF_BIRTH")
    if city or land:
        value: JsonObject = {"city": city} if city else {}
        notes = [note, *put_country(fields.draft, value, land, f"{fields.place}/COUNTRY_OF_BIRTH")]
        fields.draft.put("birth.place", value | {"note": "; ".join(notes)}, fields.place)


def _gender(fields: Fields) -> None:
    text = fields.take("GENDER")
    place = f"{fields.place}/GENDER"
    if not text:
        return
    known = _GENDERS.get(text.casefold())
    if known is not None:
        fields.draft.put("gender", known, place)
    else:
        fields.draft.odd(place, "GENDER_UNKNOWN_WORD")
        fields.draft.note("GENDER", text)


def _birth_date(fields: Fields) -> None:
    type_, note = fields.take("TYPE_OF_DATE").upper(), fields.take("NOTE")
    day, year = fields.take("DATE"), fields.take("YEAR")
    low, high = fields.take("FROM_YEAR"), fields.take("TO_YEAR")
    span = f"{low} - {high}" if low or high else ""
    texts = [text for text in (day, year, span) if text]
    if type_ not in ("", "EXACT", "APPROXIMATELY", "BETWEEN"):
        fields.draft.odd(f"{fields.place}/TYPE_OF_DATE", "DATE_TYPE_UNKNOWN")
        note = "; ".join(part for part in (f"TYPE_OF_DATE {type_}", note) if part)
    for text in texts:
        value = _date_value(text, type_)
        if value is not None and value["precision"] == "range" and type_ == "APPROXIMATELY":
            note = "; ".join(part for part in ("approximately", note) if part)
        _put_date(fields, value, text, note)
    if not texts and note:
        fields.draft.note("INDIVIDUAL_DATE_OF_BIRTH", f"{type_} {note}".strip())


def _date_value(text: str, type_: str) -> JsonObject | None:
    """A partial date, or None where the text has another form. Two years make a range whatever the type says."""
    day = day_of(text)
    precision = "approximate" if type_ == "APPROXIMATELY" else "exact"
    if day is not None:
        return {"precision": precision, "date": day}
    if _YEAR.fullmatch(text):
        return {"precision": "approximate" if precision == "approximate" else "year", "year": int(text)}
    span = _SPAN.fullmatch(text)
    if span is not None:
        return {"precision": "range", "from": int(span[1]), "to": int(span[2])}
    return None


def _put_date(fields: Fields, value: JsonObject | None, text: str, note: str) -> None:
    if value is None:
        fields.draft.odd(fields.place, "DATE_NOT_UNDERSTOOD")
        fields.draft.note("DATE_OF_BIRTH", "; ".join(part for part in (text, note) if part))
        return
    if note:
        value["note"] = note
    fields.draft.put("birth.date", value, fields.place)


def _place(fields: Fields, path: str, coarse: str) -> None:
    value: JsonObject = {}
    members = {"street": "STREET", "city": "CITY", "region": "STATE_PROVINCE", "postcode": "ZIP_CODE"}
    for member, tag in members.items():
        text = fields.take(tag)
        if text:
            value[member] = text
    notes = put_country(fields.draft, value, fields.take("COUNTRY"), f"{fields.place}/COUNTRY")
    notes += [text for text in (fields.take("NOTE"),) if text]
    if notes:
        value["note"] = "; ".join(notes)
    if value.keys() == {"country"}:
        fields.draft.put(coarse, value["country"], fields.place)
    elif value:
        fields.draft.put(path, value, fields.place)


def _nationality(draft: Draft, text: str, place: str) -> None:
    if not text:
        return
    found = country(text)
    if found is None:
        draft.odd(place, "COUNTRY_NOT_MAPPED")
        draft.note("NATIONALITY", text)
        return
    value: JsonObject = {"country": found.code, "status": found.status}
    if not found.whole:
        draft.odd(place, "COUNTRY_QUALIFIED")
        value["note"] = text
    draft.put("nationality", value, place)


def _listing(fields: Fields) -> None:
    draft = fields.draft
    draft.put("listed.by", "UN", fields.place)
    for path, tag in (("listed.regime", "UN_LIST_TYPE"), ("listed.reference", "REFERENCE_NUMBER")):
        text = fields.take(tag)
        if text:
            draft.put(path, text, f"{fields.place}/{tag}")
    for path, tag in (("listed.on", "LISTED_ON"), ("listed.until", "DELISTED_ON")):
        _put_day(draft, path, fields.take(tag), f"{fields.place}/{tag}")
    for text, place in fields.values("LAST_DAY_UPDATED"):
        _put_day(draft, "listed.updated", text, place)
    for tag in ("DATAID", "VERSIONNUM", "SUBMITTED_BY", "SUBMITTED_ON"):
        text = fields.take(tag)
        if text:
            draft.put("source.reference", f"{tag} {text}", f"{fields.place}/{tag}")
    comment = fields.take("COMMENTS1", lines=True)
    if comment:
        draft.note("", comment)
    _list_type(fields)
    # Made by the publisher for sorting, from fields that are read above.
    fields.drop("SORT_KEY", "SORT_KEY_LAST_MOD")


def _put_day(draft: Draft, path: str, text: str, place: str) -> None:
    day = day_of(text) if text else None
    if day is not None:
        draft.put(path, day, place)
    elif text:
        draft.odd(place, "DATE_NOT_UNDERSTOOD")
        draft.note(path, text)


def _list_type(fields: Fields) -> None:
    for text, place in fields.values("LIST_TYPE"):
        if text != "UN List":
            fields.draft.odd(place, "LIST_TYPE_UNKNOWN")
            fields.draft.note("LIST_TYPE", text)
