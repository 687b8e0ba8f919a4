"""Where a UN consolidated list departs from the publisher's own schema (sc-sanctions.xsd), element by element.

The publisher's files do not validate; an importer that refused them would have nothing to import, and one that looked
away would not notice a change of format. So every departure is reported by place and code, never by content.
This is the schema's element declarations as data, not an XML Schema processor. Spec: docs/spec/records.md §7.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

_INSTANCE: Final = "{http://www.w3.org/2001/XMLSchema-instance}"


class Oddity(NamedTuple):
    """Something unexpected in a file."""

    place: str
    """Path of elements, with the entry's DATAID and positions; never a value."""
    code: str
    """`UNKNOWN_ELEMENT`, `OUT_OF_ORDER`, `DATE_FORM` …: docs/spec/records.md §7 lists them."""


class Slot(NamedTuple):
    """One element of a sequence: how often it may occur."""

    tag: str
    least: int
    most: int | None


def _sequence(declared: str) -> tuple[Slot, ...]:
    """`A B? C* D+` as slots."""
    slots = []
    for word in declared.split():
        tag, mark = (word[:-1], word[-1]) if word[-1] in "?*+" else (word, "")
        slots.append(Slot(tag, 0 if mark in ("?", "*") and mark else 1, None if mark in ("*", "+") and mark else 1))
    return tuple(slots)


_ADDRESS: Final = "STREET? CITY? STATE_PROVINCE? ZIP_CODE? "
SEQUENCES: Final = {
    "CONSOLIDATED_LIST": _sequence("INDIVIDUALS ENTITIES"),
    "INDIVIDUALS": _sequence("INDIVIDUAL+"),
    "ENTITIES": _sequence("ENTITY+"),
    "INDIVIDUAL": _sequence(
        "DATAID VERSIONNUM FIRST_NAME SECOND_NAME? THIRD_NAME? FOURTH_NAME? UN_LIST_TYPE REFERENCE_NUMBER LISTED_ON "
        "GENDER? SUBMITTED_BY? NAME_ORIGINAL_SCRIPT? COMMENTS1 NATIONALITY2? TITLE? DESIGNATION? NATIONALITY? "
        "LIST_TYPE LAST_DAY_UPDATED? INDIVIDUAL_ALIAS+ INDIVIDUAL_ADDRESS+ INDIVIDUAL_DATE_OF_BIRTH+ "
        "INDIVIDUAL_PLACE_OF_BIRTH+ INDIVIDUAL_DOCUMENT+ SORT_KEY SORT_KEY_LAST_MOD DELISTED_ON?"
    ),
    "ENTITY": _sequence(
        "DATAID VERSIONNUM FIRST_NAME UN_LIST_TYPE REFERENCE_NUMBER LISTED_ON SUBMITTED_ON? NAME_ORIGINAL_SCRIPT? "
        "COMMENTS1 LIST_TYPE LAST_DAY_UPDATED? ENTITY_ALIAS+ ENTITY_ADDRESS+ SORT_KEY SORT_KEY_LAST_MOD DELISTED_ON?"
    ),
    "TITLE": _sequence("VALUE+"),
    "DESIGNATION": _sequence("VALUE+"),
    "NATIONALITY": _sequence("VALUE+"),
    "LAST_DAY_UPDATED": _sequence("VALUE+"),
    "LIST_TYPE": _sequence("VALUE"),
    "INDIVIDUAL_ALIAS": _sequence("QUALITY ALIAS_NAME DATE_OF_BIRTH? CITY_OF_BIRTH? COUNTRY_OF_BIRTH? NOTE?"),
    "INDIVIDUAL_ADDRESS": _sequence(_ADDRESS + "COUNTRY NOTE?"),
    "INDIVIDUAL_DATE_OF_BIRTH": _sequence("TYPE_OF_DATE? NOTE? DATE? YEAR? FROM_YEAR? TO_YEAR?"),
    "INDIVIDUAL_PLACE_OF_BIRTH": _sequence("CITY? STATE_PROVINCE? COUNTRY? NOTE?"),
    "INDIVIDUAL_DOCUMENT": _sequence(
        "TYPE_OF_DOCUMENT? TYPE_OF_DOCUMENT2? NUMBER? ISSUING_COUNTRY? DATE_OF_ISSUE? CITY_OF_ISSUE? COUNTRY_OF_ISSUE? "
        "NOTE?"
    ),
    "ENTITY_ALIAS": _sequence("QUALITY? ALIAS_NAME?"),
    "ENTITY_ADDRESS": _sequence(_ADDRESS + "COUNTRY? NOTE?"),
}
"""Complex types of sc-sanctions.xsd. The choice of a birth date and the optional pair of an alias: `_pairs` below."""

_DATES: Final = frozenset({"DATE", "LISTED_ON", "SUBMITTED_ON", "DELISTED_ON"})
_YEARS: Final = frozenset({"YEAR", "FROM_YEAR", "TO_YEAR"})
_NUMBERS: Final = frozenset({"DATAID", "VERSIONNUM"})
_XS_DATE: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII)
_XS_INTEGER: Final = re.compile(r"[+-]?[0-9]+", re.ASCII)
_PLAIN_TAG: Final = re.compile(r"[A-Za-z0-9_]{1,40}", re.ASCII)


def day_of(text: str) -> str | None:
    """The day of an `xs:date`, its time zone left off; None if it is none."""
    match = _XS_DATE.fullmatch(text.strip())
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1]).isoformat()
    except ValueError:
        return None


def tag_of(element: Element) -> str:
    """The tag for a place; a tag that could carry content is not shown."""
    return element.tag if _PLAIN_TAG.fullmatch(element.tag) else "?"


def places(parent: Element, place: str) -> Iterator[tuple[Element, str]]:
    """The children with their places; repeated ones are numbered from 1."""
    totals: dict[str, int] = {}
    for child in parent:
        totals[child.tag] = totals.get(child.tag, 0) + 1
    seen: dict[str, int] = {}
    for child in parent:
        seen[child.tag] = seen.get(child.tag, 0) + 1
        number = f"[{seen[child.tag]}]" if totals[child.tag] > 1 else ""
        yield child, f"{place}/{tag_of(child)}{number}"


def departures(element: Element, place: str) -> Iterator[Oddity]:
    """What one entry (INDIVIDUAL or ENTITY), and everything in it, has that the schema does not."""
    yield from shallow(element, place)
    slots = SEQUENCES.get(element.tag)
    for child, where in places(element, place):
        known = slots is not None and any(slot.tag == child.tag for slot in slots)
        if known:
            yield from departures(child, where)


def shallow(element: Element, place: str) -> Iterator[Oddity]:
    """The departures of one element itself: attributes, text, and the order and number of its children."""
    for name in element.attrib:
        if not name.startswith(_INSTANCE) and not (element.tag == "CONSOLIDATED_LIST" and name == "dateGenerated"):
            yield Oddity(place, "UNKNOWN_ATTRIBUTE")
    slots = SEQUENCES.get(element.tag)
    if slots is None:
        yield from _leaf(element, place)
        return
    if any(text is not None and text.strip() for text in (element.text, *(child.tail for child in element))):
        yield Oddity(place, "TEXT_BETWEEN_ELEMENTS")
    yield from _children(element, place, slots)
    yield from _pairs(element, place)


def _children(element: Element, place: str, slots: tuple[Slot, ...]) -> Iterator[Oddity]:
    order = {slot.tag: number for number, slot in enumerate(slots)}
    counts: dict[str, int] = {}
    last = 0
    for child, where in places(element, place):
        number = order.get(child.tag)
        if number is None:
            yield Oddity(where, "UNKNOWN_ELEMENT")
            continue
        if number < last:
            yield Oddity(where, "OUT_OF_ORDER")
        last = max(last, number)
        counts[child.tag] = counts.get(child.tag, 0) + 1
    for slot in slots:
        count = counts.get(slot.tag, 0)
        if count < slot.least:
            yield Oddity(f"{place}/{slot.tag}", "MISSING_ELEMENT")
        if slot.most is not None and count > slot.most:
            yield Oddity(f"{place}/{slot.tag}", "REPEATED_ELEMENT")


def _pairs(element: Element, place: str) -> Iterator[Oddity]:
    """The two rules that are not plain sequences."""
    has = {child.tag for child in element}
    if element.tag == "ENTITY_ALIAS" and len(has & {"QUALITY", "ALIAS_NAME"}) == 1:
        yield Oddity(place, "MISSING_ELEMENT")
    if element.tag == "INDIVIDUAL_DATE_OF_BIRTH":
        forms = [bool(has & {"DATE"}), bool(has & {"YEAR"}), bool(has & {"FROM_YEAR", "TO_YEAR"})]
        if sum(forms) > 1 or len(has & {"FROM_YEAR", "TO_YEAR"}) == 1:
            yield Oddity(place, "DATE_CHOICE")


def _leaf(element: Element, place: str) -> Iterator[Oddity]:
    if len(element):
        yield Oddity(place, "ELEMENTS_IN_TEXT")
    text = (element.text or "").strip()
    if element.tag in _DATES and day_of(text) is None:
        yield Oddity(place, "DATE_FORM")
    if element.tag in _YEARS and not (re.fullmatch("[0-9]{4}", text, re.ASCII) and 1900 <= int(text) <= 2200):
        yield Oddity(place, "YEAR_FORM")
    # An empty DATAID or VERSIONNUM is valid: the schema gives them default values.
    if element.tag in _NUMBERS and text and not _XS_INTEGER.fullmatch(text):
        yield Oddity(place, "NUMBER_FORM")
