"""Paths of persons. What is asked was taken from border-entry forms, alerts and the UN list (docs/spec/records.md §3).

Parts of names are names of their own, because two scripts and several transliterations of one part are common.
"""

from __future__ import annotations

from typing import Final

from exchange.model import vocab
from exchange.model.paths.checks import (
    COUNTRY,
    DATE,
    DIGEST,
    DOCUMENT,
    FATE,
    NAME,
    NATIONALITY,
    NOTE,
    PARTIAL_DATE,
    PLACE,
    REF,
    TEXT,
    YEAR,
    code,
)
from exchange.model.paths.entry import entries
from exchange.model.vocab import PathClass

_PARTS: Final = ("given", "family", "father", "mother", "grandfather", "alias", "kunya")

ENTRIES: Final = (
    *entries(PathClass.NAME, "person", {f"name.{part}": NAME for part in _PARTS}),
    *entries(PathClass.NAME, "person", {"name.title": TEXT}),
    *entries(
        PathClass.BIRTH,
        "person",
        {
            "birth.date": PARTIAL_DATE,
            "birth.year": YEAR,
            "birth.place": PLACE,
            "birth.country": COUNTRY,
            "gender": code("gender", vocab.GENDERS),
            "nationality": NATIONALITY,
            "occupation": TEXT,
            "education": code("education", vocab.EDUCATION),
        },
    ),
    *entries(
        PathClass.DOCUMENT,
        "person",
        {
            "document": DOCUMENT,
            "document.type": code("document type", vocab.DOCUMENT_TYPES),
            "document.country": COUNTRY,
        },
    ),
    *entries(
        PathClass.BIOMETRIC,
        "person",
        {
            "biometric.face": DIGEST,
            "biometric.fingerprints": DIGEST,
            "biometric.dna": DIGEST,
            "biometric.blood_type": code("blood type", vocab.BLOOD_TYPES),
            "biometric.mark": TEXT,
        },
    ),
    *entries(
        PathClass.AFFILIATION,
        "person",
        {
            "role": code("role", vocab.ROLES),
            "position": TEXT,
            "affiliation.group": TEXT,
            "affiliation.network": TEXT,
            "affiliation.record": REF,
            "affiliation.since": PARTIAL_DATE,
            "affiliation.until": PARTIAL_DATE,
            "affiliation.previous_theatre": COUNTRY,
            "affiliation.sharia_level": code("sharia level", vocab.SHARIA_LEVELS),
        },
    ),
    *entries(
        PathClass.RECRUITMENT,
        "person",
        {
            "recruitment.by": TEXT,
            "recruitment.record": REF,
            "recruitment.recommended_by": TEXT,
            "recruitment.place": PLACE,
            "recruitment.date": PARTIAL_DATE,
        },
    ),
    *entries(PathClass.TRAINING, "person", {"training.camp": TEXT, "training.record": REF, "training.skill": TEXT}),
    *entries(PathClass.TRAINING, "person", {"training.date": PARTIAL_DATE}),
    *entries(PathClass.COARSE, "person", {"residence.country": COUNTRY, "presence.country": COUNTRY}),
    *entries(PathClass.PRECISE, "person", {"residence.address": PLACE}),
    *entries(
        PathClass.ASSESSMENT,
        "person",
        {
            "fate": FATE,
            "fate.state": code("fate", vocab.FATES),
            "warning": code("warning", vocab.WARNINGS),
            "offence": TEXT,
        },
    ),
    *entries(PathClass.CONTACT, "person", {"contact.phone": TEXT, "contact.email": TEXT, "contact.account": TEXT}),
    *entries(
        PathClass.FAMILY,
        "person",
        {
            "family.member": REF,
            "family.contact": TEXT,
            "family.marital": code("marital status", vocab.MARITAL),
            "family.note": NOTE,
        },
    ),
    *entries(PathClass.MOVEMENT, "person", {"movement.entry_point": TEXT, "movement.entry_date": DATE}),
)
