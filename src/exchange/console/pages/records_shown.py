"""A record as a page has it: caveats and handling first, then its claims by class, what is contested side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from exchange.console.pages.entry_typed import grade_text
from exchange.console.pages.entry_usual import USUAL
from exchange.console.pages.records_values import Told, contested, field_name, grade_words, told
from exchange.console.visit import Visit
from exchange.crypto.encoding import read_canonical
from exchange.errors import NotFound
from exchange.model.claims import Claim, JsonObject
from exchange.model.paths import PATHS
from exchange.model.records import HeldRecord, Record, Ref
from exchange.model.titles import Title, marking, title
from exchange.model.vocab import PathClass, strictness
from exchange.operations.read import ReceivedRecord, read_own, read_received
from exchange.policies.clocks import Clocks, clocks
from exchange.ports import Unit
from exchange.sentences.law.words import CAVEATS, CLASSES, ONWARD, PURPOSES
from exchange.sentences.record.vocabularies import word

_ORDER: Final = tuple(dict.fromkeys([*(path for paths in USUAL.values() for path in paths), *PATHS]))
"""As a form asks for them, then as they are registered."""
_MAX_HANDLING: Final = 1 << 16
_GOVERNED: Final = ("record.legal_basis", "record.purpose", "record.category", "record.action", "record.source")
"""Told in the head of the page."""


@dataclass(frozen=True, slots=True)
class Said:
    """One claim, with how sure it is."""

    id: str
    told: Told
    statement: str
    grade: str
    grade_words: tuple[str, str, str] | None
    observed: str
    inexact: bool = False
    """Made of a finer claim that is not shown here."""


@dataclass(frozen=True, slots=True)
class Field:
    """One path: groups of claims; a group of several is contested."""

    label: str
    groups: tuple[tuple[Said, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One class of paths."""

    cls: str
    label: str
    fields: tuple[Field, ...]
    coarser: tuple[Field, ...] = ()
    """What was made of finer claims, for partners that may not see those."""


@dataclass(frozen=True, slots=True)
class Handling:
    """The terms under which we hold a partner's record."""

    sender: str
    agreement: str
    purposes: tuple[str, ...]
    onward: str
    received_at: object
    expires_at: object
    tlp: str
    caveats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that the page needs."""

    ref: Ref
    version: int
    kind: str
    title: Title
    tlp: str
    caveats: tuple[tuple[str, str], ...]
    """(code, words)."""
    governed: tuple[Field, ...]
    sections: tuple[Section, ...]
    issued: object
    clocks: Clocks | None
    overdue: bool
    handling: Handling | None

    @property
    def own(self) -> bool:
        return self.handling is None


def ref_of(visit: Visit) -> Ref:
    """The record that the address names."""
    return Ref(visit.part("originator"), visit.part("record"))


def version_of(visit: Visit) -> int:
    """The version that the address names. NotFound for none."""
    text = visit.part("version")
    if int(text) < 1:
        raise NotFound
    return int(text)


def read_any(visit: Visit, unit: Unit, ref: Ref) -> HeldRecord | ReceivedRecord:
    """Ours, or the newest copy of a partner's; noted as read. NotFound."""
    if ref.originator == visit.node.code:
        return read_own(visit.node, unit, visit.person, ref)
    return read_received(visit.node, unit, visit.person, ref)


def claims_in(found: HeldRecord | ReceivedRecord) -> tuple[Claim, ...]:
    return found.claims if isinstance(found, ReceivedRecord) else found.record.claims


def shown(visit: Visit, found: HeldRecord | ReceivedRecord) -> Shown:
    """The record, for the reader's language."""
    if isinstance(found, ReceivedRecord):
        return _received(visit, found)
    record, now = found.record, visit.node.clock.now()
    times = clocks(record, now)
    return _shown(visit, record, None, times, overdue=times.must_be_reviewed(now))


def said_claims(visit: Visit, claims: Sequence[Claim]) -> tuple[tuple[Said, ...], ...]:
    """Claims of one path, in groups; what is written in Arabic script stands above its transliterations."""
    first = sorted(
        claims, key=lambda claim: not (isinstance(claim.value, dict) and claim.value.get("script") == "Arab")
    )
    return tuple(tuple(_said(visit, claim) for claim in group) for group in contested(first))


def sections_of(visit: Visit, claims: Sequence[Claim], left_out: Sequence[str] = ()) -> tuple[Section, ...]:
    """Claims by class and path, in the order in which a form asks."""
    ids = {claim.id for claim in claims}
    exact = _by_class([each for each in claims if each.path not in left_out and each.derived_from not in ids])
    coarser = _by_class([each for each in claims if each.path not in left_out and each.derived_from in ids])
    return tuple(
        Section(
            str(cls),
            _class_name(cls, visit.lang),
            _fields(visit, exact.get(cls, {})),
            _fields(visit, coarser.get(cls, {})),
        )
        for cls in PathClass
        if cls in exact or cls in coarser
    )


def _by_class(claims: Sequence[Claim]) -> dict[PathClass, dict[str, list[Claim]]]:
    found: dict[PathClass, dict[str, list[Claim]]] = {}
    for path in _ORDER:
        there = [claim for claim in claims if claim.path == path]
        if there:
            found.setdefault(PATHS[path].cls, {})[path] = there
    return found


def _class_name(cls: PathClass, lang: str) -> str:
    return _capital(str(getattr(CLASSES[cls], lang)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _fields(visit: Visit, paths: dict[str, list[Claim]]) -> tuple[Field, ...]:
    return tuple(Field(field_name(path, visit.lang), said_claims(visit, claims)) for path, claims in paths.items())


def _said(visit: Visit, claim: Claim) -> Said:
    grade = claim.grade
    return Said(
        id=claim.id,
        told=told(claim.path, claim.value, visit.lang),
        statement=claim.statement,
        grade="" if grade is None else grade_text(grade.scale, grade.source, grade.information),
        grade_words=None if grade is None else grade_words(grade, visit.lang),
        observed=claim.observed or "",
        inexact=claim.derived_from is not None,
    )


def _received(visit: Visit, found: ReceivedRecord) -> Shown:
    copy = found.copy
    record = Record(*copy.ref, copy.version, copy.kind, "", found.claims)
    terms = read_canonical(copy.handling, limit=_MAX_HANDLING)
    handling = _handling(visit, found, terms if isinstance(terms, dict) else {})
    return _shown(visit, record, handling, None, overdue=False)


def _handling(visit: Visit, found: ReceivedRecord, terms: JsonObject) -> Handling:
    purposes, caveats = terms.get("purposes"), terms.get("caveats")
    onward = ONWARD.get(str(terms.get("onward", "none")))
    return Handling(
        sender=found.copy.sender,
        agreement=found.copy.agreement_id,
        purposes=tuple(word("purpose", str(each), visit.lang) for each in purposes if each in PURPOSES)
        if isinstance(purposes, list)
        else (),
        onward="" if onward is None else _capital(str(getattr(onward, visit.lang))) + ".",
        received_at=found.copy.received_at,
        expires_at=found.copy.expires_at,
        tlp=str(terms.get("tlp", "")),
        caveats=tuple(str(each) for each in caveats) if isinstance(caveats, list) else (),
    )


def _shown(visit: Visit, record: Record, handling: Handling | None, times: Clocks | None, *, overdue: bool) -> Shown:
    claims = record.claims
    codes = {str(claim.value) for claim in claims if claim.path == "record.caveat"} | set(
        handling.caveats if handling else ()
    )
    labels = [label for label in (marking(claims), handling.tlp if handling else None) if label]
    head = {path: [claim for claim in claims if claim.path == path] for path in _GOVERNED}
    return Shown(
        ref=record.ref,
        version=record.version,
        kind=record.kind,
        title=title(claims),
        tlp=max(labels, key=strictness, default=""),
        caveats=tuple((code, word("caveat", code, visit.lang)) for code in sorted(codes) if code in CAVEATS),
        governed=_fields(visit, {path: there for path, there in head.items() if there}),
        sections=sections_of(visit, claims, (*_GOVERNED, "record.caveat", "record.marking")),
        issued=record.issued,
        clocks=times,
        overdue=overdue,
        handling=handling,
    )
