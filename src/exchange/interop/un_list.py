"""Reads the UN Security Council consolidated list (XML) into claims, and reports whatever is odd about the file.

Bytes in, values out: no file, no network. A file that is not well-formed, declares a DTD or is no such list is refused
whole; a file that merely departs from its schema is read and every departure reported. It invents no governance and no
source grade: the importer gives them. Spec: docs/spec/records.md §7. Source: sc-sanctions.xsd of the publisher.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Final, NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from exchange.errors import BadInput, Code, TooLarge
from exchange.interop import un_list_fields
from exchange.interop.un_list_draft import Draft, Fields
from exchange.interop.un_list_schema import Oddity, departures, places, shallow
from exchange.model.claim_json import claim_to_json
from exchange.model.claims import Claim, Grade

SIZE_MAX: Final = 64 << 20
"""Bytes; the list of 2024 has 2.2 million."""

_REFERENCE: Final = re.compile(r"[A-Z]{2}[ie]\.[0-9]{3}", re.ASCII)
_SECTIONS: Final = {"INDIVIDUALS": ("INDIVIDUAL", "person"), "ENTITIES": ("ENTITY", "group")}


class Listed(NamedTuple):
    """One entry of the list."""

    key: str
    """The permanent reference number, or `DATAID <number>` where there is none: what re-imports are matched by."""
    kind: str
    """`person` or `group`."""
    claims: tuple[Claim, ...]
    """`c1`, `c2` … in a fixed order; no governance claims."""
    digest: str
    """SHA-256 over kind, key and claims, hex: unchanged exactly if the entry says the same."""


class UnList(NamedTuple):
    """A file, read."""

    generated: str
    """`dateGenerated` as `YYYY-MM-DDTHH:MM:SSZ`; empty, and reported, if the file does not say it."""
    listed: tuple[Listed, ...]
    oddities: tuple[Oddity, ...]


def read(data: bytes, *, grade: Grade) -> UnList:
    """Reads the file. `grade` is put on every claim: the list itself grades nothing.

    Raises TooLarge, or BadInput(FILE_NOT_WELL_FORMED) with `reason` and, where known, `line`.
    """
    root = _parse(data)
    oddities = list(shallow(root, root.tag))
    listed: dict[str, Listed] = {}
    for section, place in places(root, root.tag):
        if section.tag not in _SECTIONS:
            continue
        oddities += shallow(section, place)
        tag, kind = _SECTIONS[section.tag]
        for element in section:
            if element.tag == tag:
                oddities += _read_entry(element, f"{place}/{tag}[{_data_id(element)}]", kind, grade, listed)
    generated = _generated(root.get("dateGenerated", ""))
    if not generated:
        oddities.append(Oddity(f"{root.tag}/@dateGenerated", "DATE_FORM"))
    return UnList(generated, tuple(listed.values()), tuple(oddities))


def _generated(text: str) -> str:
    """An `xs:dateTime` in UTC, whole seconds; one without an offset counts as UTC. Empty if it is none."""
    try:
        moment = datetime.fromisoformat(text)
        utc = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    return utc.strftime("%Y-%m-%dT%H:%M:%SZ") if utc.year >= 1000 and "T" in text else ""


def _parse(data: bytes) -> Element:
    if len(data) > SIZE_MAX:
        raise TooLarge(limit=SIZE_MAX)
    try:
        # A DTD is where entity expansion and external entities come from; the list has none.
        root = fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except ParseError as error:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, reason="xml", line=error.position[0]) from None
    except DefusedXmlException:
        raise BadInput(Code.FILE_NOT_WELL_FORMED, reason="dtd") from None
    except (ValueError, LookupError):
        raise BadInput(Code.FILE_NOT_WELL_FORMED, reason="encoding") from None
    if root.tag != "CONSOLIDATED_LIST":
        raise BadInput(Code.FILE_NOT_WELL_FORMED, reason="root")
    return root


def _read_entry(element: Element, place: str, kind: str, grade: Grade, listed: dict[str, Listed]) -> list[Oddity]:
    """Adds the entry to `listed` under its key; returns what is odd about it."""
    draft = Draft(grade)
    fields = Fields(element, place, draft)
    if kind == "person":
        un_list_fields.individual(fields)
    else:
        un_list_fields.entity(fields)
    fields.finish()
    oddities = [*departures(element, place), *draft.oddities]
    key = _key(element, place, oddities)
    if key in listed:
        # The first keeps the reference; the second is told apart by its DATAID, and lost only if that is equal too.
        oddities.append(Oddity(place, "DUPLICATE_KEY"))
        key = f"DATAID {_data_id(element)}"
    if key in listed or key == "DATAID ?":
        return [*oddities, Oddity(place, "NO_KEY")]
    listed[key] = Listed(key, kind, tuple(draft.claims), _digest(kind, key, draft.claims))
    return oddities


def _key(element: Element, place: str, oddities: list[Oddity]) -> str:
    """The reference number in its canonical form (`QDi.373.` and `TAI.001` occur), else the DATAID."""
    text = (element.findtext("REFERENCE_NUMBER") or "").strip()
    canonical = text.rstrip(".")
    canonical = canonical[:2].upper() + canonical[2:].lower()
    if canonical != text or _REFERENCE.fullmatch(canonical) is None:
        oddities.append(Oddity(f"{place}/REFERENCE_NUMBER", "REFERENCE_FORM"))
    return canonical if _REFERENCE.fullmatch(canonical) else f"DATAID {_data_id(element)}"


def _data_id(element: Element) -> str:
    text = (element.findtext("DATAID") or "").strip()
    return text if re.fullmatch("[0-9]{1,12}", text, re.ASCII) else "?"


def _digest(kind: str, key: str, claims: list[Claim]) -> str:
    document = [kind, key, [claim_to_json(claim) for claim in claims]]
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
