"""Identity papers of the UN consolidated list: types are free text there, in several languages. Spec: records.md §7."""

from __future__ import annotations

from typing import Final

from exchange.interop.un_list_draft import Fields, put_country
from exchange.interop.un_list_schema import day_of
from exchange.model.claims import JsonObject

_DOCUMENTS: Final = (
    ("passport", "passport passeport pasaporte"),
    ("driving_licence", "driver driving"),
    ("birth_certificate", "birth"),
    ("refugee_document", "refugee"),
    ("travel_document", "travel"),
    ("residence_permit", "residen"),
    ("military_card", "military serviceman fardc"),
    ("tax_number", "fiscal tax"),
    ("identity_card", "card tazkira bundespersonalausweis"),
    ("national_number", "identification identity national number"),
)
"""Document type, and the words of which one must occur, in this order."""
_STANDARD_TYPES: Final = frozenset({"passport", "national identification number"})
"""TYPE_OF_DOCUMENT texts that our type says completely."""


def read_document(fields: Fields) -> None:
    type1, type2 = fields.take("TYPE_OF_DOCUMENT"), fields.take("TYPE_OF_DOCUMENT2")
    value: JsonObject = {"type": _document_type(type2) or _document_type(type1) or "other"}
    # Our type says it all only where the standard text led to it.
    said = type1.casefold() in _STANDARD_TYPES and _document_type(type1) == value["type"]
    notes = [type1] if type1 and not said else []
    notes += [text for text in (type2,) if text]
    if (type1 or type2) and value["type"] == "other":
        fields.draft.odd(f"{fields.place}/TYPE_OF_DOCUMENT", "DOCUMENT_TYPE_UNKNOWN")
    for member, tag in (("number", "NUMBER"), ("city", "CITY_OF_ISSUE")):
        text = fields.take(tag)
        if text:
            value[member] = text
    notes += _document_countries(fields, value)
    notes += _document_date(fields, value)
    notes += [text for text in (fields.take("NOTE"),) if text]
    if not notes and len(value) == 1 and not type1:
        return
    if "number" not in value and not notes:
        notes = [type1]
    if notes:
        value["note"] = "; ".join(notes)
    fields.draft.put("document", value, fields.place)


def _document_type(text: str) -> str | None:
    folded = text.casefold()
    return next((type_ for type_, words in _DOCUMENTS if any(word in folded for word in words.split())), None)


def _document_countries(fields: Fields, value: JsonObject) -> list[str]:
    """ISSUING_COUNTRY is the document's country; a different COUNTRY_OF_ISSUE is kept as text."""
    issuing, of_issue = fields.take("ISSUING_COUNTRY"), fields.take("COUNTRY_OF_ISSUE")
    notes = put_country(fields.draft, value, issuing, f"{fields.place}/ISSUING_COUNTRY")
    other: JsonObject = {}
    notes += put_country(fields.draft, other, of_issue, f"{fields.place}/COUNTRY_OF_ISSUE")
    if "country" not in value:
        value.update(other)
    elif other.get("country", value["country"]) != value["country"]:
        notes.append(f"country of issue: {of_issue}")
    return notes


def _document_date(fields: Fields, value: JsonObject) -> list[str]:
    text = fields.take("DATE_OF_ISSUE")
    day = day_of(text) if text else None
    if day is not None:
        value["issued"] = day
        return []
    if text:
        fields.draft.odd(f"{fields.place}/DATE_OF_ISSUE", "DATE_NOT_UNDERSTOOD")
    return [f"date of issue: {text}"] if text else []
