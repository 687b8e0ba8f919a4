"""The closed vocabularies that claims, agreements and policies share. Codes only: sentences are made elsewhere.

It holds no rule: which path takes which vocabulary stands in `exchange.model.paths`. Spec: docs/spec/records.md §3.
Sources: FIRST TLP 2.0; STANAG 2022 (Admiralty scale); Regulation (EU) 2016/794 art. 29 (4x4); ISO 15924 (scripts).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Tlp(StrEnum):
    """TLP 2.0, the five labels exactly, strictest first."""

    RED = "TLP:RED"
    AMBER_STRICT = "TLP:AMBER+STRICT"
    AMBER = "TLP:AMBER"
    GREEN = "TLP:GREEN"
    CLEAR = "TLP:CLEAR"


TLP_BY_STRICTNESS: Final = tuple(Tlp)
"""Strictest first."""


def strictness(label: str) -> int:
    """4 for TLP:RED down to 0 for TLP:CLEAR; ValueError for anything else (exact labels only)."""
    return len(TLP_BY_STRICTNESS) - 1 - TLP_BY_STRICTNESS.index(Tlp(label))


class Kind(StrEnum):
    PERSON = "person"
    GROUP = "group"
    NETWORK = "network"
    CAMP = "camp"
    MOVEMENT = "movement"
    RELATION = "relation"
    ASSESSMENT = "assessment"


KINDS: Final = frozenset(Kind)


class Statement(StrEnum):
    FACT = "fact"
    ASSESSMENT = "assessment"
    HEARSAY = "hearsay"


STATEMENTS: Final = frozenset(Statement)


class Category(StrEnum):
    """Subject categories. `unknown` is not releasable (policies.md, safeguards)."""

    SUSPECT = "suspect"
    CONVICTED = "convicted"
    ASSOCIATE = "associate"
    VICTIM = "victim"
    WITNESS = "witness"
    MINOR = "minor"
    UNKNOWN = "unknown"


CATEGORIES: Final = frozenset(Category)


class Purpose(StrEnum):
    CT_TRAVEL = "counter_terrorism.travel"
    CT_NETWORKS = "counter_terrorism.networks"
    CT_PROSECUTION = "counter_terrorism.prosecution"
    BORDER_CHECKS = "border.checks"
    JOINT_ANALYSIS = "analysis.joint"
    CONTACT = "contact"


PURPOSES: Final = frozenset(Purpose)


class Caveat(StrEnum):
    """Travel with the record and are shown first."""

    NO_ARREST_BASIS = "NO_ARREST_BASIS"
    NO_REMOVAL_BASIS = "NO_REMOVAL_BASIS"
    COURT_USE_NEEDS_CONSENT = "COURT_USE_NEEDS_CONSENT"


CAVEATS: Final = frozenset(Caveat)


class Flag(StrEnum):
    """Safeguard flags: they steer decisions and never leave the node."""

    OBTAINED_UNDER_DURESS = "obtained_under_duress"
    TORTURE_RISK = "torture_risk"
    ASYLUM = "asylum"
    REFUGEE = "refugee"
    HUMANITARIAN = "humanitarian"
    JOURNALIST = "journalist"
    LAWYER = "lawyer"
    AID_CORRIDOR = "aid_corridor"
    NEUTRALITY_POLITICAL = "neutrality_political"
    NEUTRALITY_MILITARY = "neutrality_military"
    NEUTRALITY_RELIGIOUS = "neutrality_religious"
    NEUTRALITY_RACIAL = "neutrality_racial"


FLAGS: Final = frozenset(Flag)

SIGNOFFS: Final = frozenset({"neutrality", "listing", "best_interest", "retention", "torture_risk"})
"""What a named authority may sign for."""


class PathClass(StrEnum):
    """Disclosure classes of policies.md; `governance` always travels, `safeguard` never does."""

    NAME = "identity.name"
    BIRTH = "identity.birth"
    """Birth and civil status: also gender, nationality, occupation."""
    DOCUMENT = "identity.document"
    BIOMETRIC = "identity.biometric"
    AFFILIATION = "affiliation"
    RECRUITMENT = "recruitment"
    FACILITATION = "facilitation"
    TRAINING = "training"
    MOVEMENT = "movement"
    PRECISE = "location.precise"
    COARSE = "location.coarse"
    ASSESSMENT = "assessment"
    SOURCE = "source"
    CONTACT = "contact"
    FAMILY = "family"
    FREE_TEXT = "free_text"
    GOVERNANCE = "governance"
    SAFEGUARD = "safeguard"


CLASSES: Final = frozenset(PathClass)

GRADE_SCALES: Final[dict[str, tuple[frozenset[str], frozenset[str]]]] = {
    "admiralty": (frozenset("ABCDEF"), frozenset("123456")),
    "4x4": (frozenset("ABCX"), frozenset("1234")),
}
"""Scale -> (source letters, information figures). No map between scales exists: the pair is kept as given."""

GRADE_UNKNOWN: Final = frozenset({"F", "X", "6"})
"""Marks that say *not judged*: they satisfy no `grade at least` test. (4x4 `4` is a judgement, so it is not here.)"""

NAME_TYPES: Final = frozenset(
    {
        "primary",
        "birth",
        "former",
        "maiden",
        "alias",
        "kunya",
        "nom_de_guerre",
        "transliteration",
        "spelling",
        "acronym",
    }
)
NAME_QUALITIES: Final = frozenset({"good", "low"})
SCRIPTS: Final = frozenset(
    {"Arab", "Latn", "Cyrl", "Grek", "Hebr", "Armn", "Geor", "Deva", "Beng", "Thaa", "Hans", "Hant", "Hani", "Jpan"}
    | {"Kore", "Thai", "Zyyy"}
)
"""ISO 15924. `Zyyy` where the text mixes scripts or the source does not say."""
NATIONALITY_STATUSES: Final = frozenset({"confirmed", "claimed", "presumed", "former", "withdrawn", "disputed"})
UNDISCLOSED: Final = "undisclosed"
"""Status of a nationality that exists and that the originator may not name: a region stands in its country's place."""
REGIONS: Final = frozenset({"AFRICA", "AMERICAS", "ASIA", "EUROPE", "OCEANIA"})
"""The five regions of the United Nations' M49."""
GENDERS: Final = frozenset({"male", "female", "other", "unknown"})
PRECISIONS: Final = frozenset({"exact", "approximate", "range", "year"})
CALENDARS: Final = frozenset({"gregorian", "hijri"})
DOCUMENT_TYPES: Final = frozenset(
    {"passport", "national_number", "identity_card", "residence_permit", "travel_document", "driving_licence"}
    | {"birth_certificate", "refugee_document", "military_card", "registration", "tax_number", "other"}
)
FATES: Final = frozenset({"alive", "dead", "detained", "returned", "missing", "unknown"})
ROLES: Final = frozenset(
    {"fighter", "suicide_attacker", "inghimasi", "commander", "leader", "member", "supporter", "recruiter"}
    | {"facilitator", "smuggler", "trainer", "financier", "courier", "bomb_maker", "propagandist", "medic"}
    | {"sharia_official", "security_official", "administrator", "family_member", "unknown"}
)
RELATIONS: Final = frozenset(
    {"member_of", "former_member_of", "leads", "works_with", "knows", "has_met", "associated_with", "supports"}
    | {"recruits", "recruited_by", "facilitates_travel_of", "smuggles", "trains", "trained_at", "finances"}
    | {"sibling_of", "spouse_of", "child_of", "parent_of", "same_as", "not_same_as", "travelled_with"}
    | {"part_of", "allied_with", "split_from", "hostile_to", "operates_from", "located_at", "controls"}
)
GROUP_TYPES: Final = frozenset({"armed_group", "cell", "brigade", "media", "charity", "company", "other"})
NETWORK_TYPES: Final = frozenset({"recruitment", "smuggling", "finance", "documents", "logistics", "mixed"})
CAMP_TYPES: Final = frozenset({"training", "transit", "detention", "displacement", "base", "other"})
MEANS: Final = frozenset({"air", "sea", "land", "foot", "rail", "unknown"})
EDUCATION: Final = frozenset({"none", "primary", "secondary", "university", "unknown"})
SHARIA_LEVELS: Final = frozenset({"basic", "intermediate", "advanced"})
MARITAL: Final = frozenset({"single", "married", "divorced", "widowed", "unknown"})
BLOOD_TYPES: Final = frozenset({"A+", "A-", "B+", "B-", "AB+", "AB-", "O+", "O-"})
WARNINGS: Final = frozenset({"armed", "violent", "absconded", "suicide_risk", "health_threat", "terrorism_related"})
ACTIONS: Final = frozenset({"analysis_only", "discreet_check", "inquiry_check", "specific_check", "stop_and_contact"})
SOURCE_TYPES: Final = frozenset(
    {"HUMINT", "SIGINT", "OSINT", "IMINT", "FININT", "SOCMINT", "TECHINT", "LIAISON", "COURT"}
)
LIKELIHOODS: Final = frozenset(
    {"almost_no_chance", "very_unlikely", "unlikely", "roughly_even_chance", "likely", "very_likely", "almost_certain"}
)
CONFIDENCES: Final = frozenset({"low", "moderate", "high"})
LISTS: Final = frozenset({"UN", "EU", "ARAB_LEAGUE", "INTERPOL", "NATIONAL"})

# fmt: off
_SECOND_LETTERS: Final = {
    "A": "DEFGILMOQRSTUWXZ", "B": "ABDEFGHIJLMNOQRSTVWYZ", "C": "ACDFGHIKLMNORUVWXYZ", "D": "EJKMOZ", "E": "CEGHRST",
    "F": "IJKMOR", "G": "ABDEFGHILMNPQRSTUWY", "H": "KMNRTU", "I": "DELMNOQRST", "J": "EMOP", "K": "EGHIMNPRWYZ",
    "L": "ABCIKRSTUVY", "M": "ACDEFGHKLMNOPQRSTUVWXYZ", "N": "ACEFGILOPRUZ", "O": "M", "P": "AEFGHKLMNRSTWY",
    "Q": "A", "R": "EOSUW", "S": "ABCDEGHIJKLMNORSTVXYZ", "T": "CDFGHJKLMNORTVWZ", "U": "AGMSYZ", "V": "ACEGINU",
    "W": "FS", "X": "K", "Y": "ET", "Z": "AMW",
}
# fmt: on
COUNTRIES: Final = frozenset(first + second for first, seconds in _SECOND_LETTERS.items() for second in seconds)
"""ISO 3166-1 alpha-2, and XK (user-assigned, in common use). Nationalities, theatres and ends of routes are these."""
