"""Records with a unique text in every claim that can hold one, so that any of them can be looked for afterwards.

Closed codes, countries, dates, months and years cannot carry a text of their own; they are filled with plain values and
listed in `PLAIN`. Numbers of a point carry eight figures that stand nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Final

from exchange.model.claims import Claim, Grade, JsonValue
from exchange.model.paths import PATHS
from exchange.model.vocab import CAMP_TYPES, GROUP_TYPES, LIKELIHOODS, RELATIONS, PathClass

MARKER: Final = "zqcanary"
LATITUDE, LONGITUDE = 33_123_457, 41_765_432
PLAIN: Final[dict[str, JsonValue]] = {
    "code: TLP 2.0": "TLP:AMBER",
    "code: purpose": "counter_terrorism.travel",
    "code: caveat": "NO_ARREST_BASIS",
    "code: action": "analysis_only",
    "code: subject category": "suspect",
    "code: flag": "torture_risk",
    "code: source type": "HUMINT",
    "code: gender": "male",
    "code: education": "primary",
    "code: document type": "passport",
    "code: blood type": "A+",
    "code: role": "fighter",
    "code: sharia level": "basic",
    "code: fate": "alive",
    "code: warning": "armed",
    "code: marital status": "single",
    "code: means": "air",
    "code: list": "UN",
    "code: network type": "smuggling",
    "code: group type": sorted(GROUP_TYPES)[0],
    "code: camp type": sorted(CAMP_TYPES)[0],
    "code: relation": sorted(RELATIONS)[0],
    "code: likelihood": sorted(LIKELIHOODS)[0],
    "code: confidence": "moderate",
    "country": "SY",
    "date": "2027-11-01",
    "month": "2015-03",
    "year or years": 1988,
    "count": {"low": 70, "high": 75},
}
_CODED: Final[dict[str, Callable[[str], JsonValue]]] = {
    "text": lambda text: text,
    "long text": lambda text: f"first line\n{text} last line",
    "sign-off": lambda text: {"for": "torture_risk", "authority": text, "date": "2026-01-01"},
    "renewal": lambda text: {"reason": text, "authority": f"{text} authority", "until": "2027-01-01"},
    "record": lambda text: {"originator": "DZ", "id": f"rec-{text}"},
    "name": lambda text: {"text": f"Specimen {text}", "script": "Latn", "type": "primary", "note": f"{text} note"},
    "partial date": lambda text: {"precision": "year", "year": 1988, "note": text},
    "place": lambda text: {"country": "KW", "city": text, "street": f"{text} street", "note": text},
    "nationality": lambda text: {"country": "KW", "status": "confirmed", "note": text},
    "document": lambda text: {"type": "passport", "number": text, "country": "KW", "note": f"{text} note"},
    "digest": lambda text: sha256(text.encode("ascii")).hexdigest(),
    "fate": lambda text: {"state": "alive", "country": "SY", "note": text},
    "area": lambda text: {"region": text},
    "point": lambda text: {"lat": LATITUDE, "lon": LONGITUDE},
}
ARABIC: Final = "قنديلكناري"
"""Stands in a name of its own, because UTF-8 and escapes hide what an ASCII search would find."""


def token(path: str) -> str:
    """The text planted at `path`: lower case, fit for ids."""
    return f"{MARKER}-{sha256(path.encode('ascii')).hexdigest()[:16]}"


def planted(kind: str, *, without: frozenset[str] = frozenset()) -> tuple[Claim, ...]:
    """One claim for every path of `kind`, governance included, each with its token where its form has room for one."""
    claims: list[Claim] = []
    for spec in sorted(PATHS.values()):
        if kind in spec.kinds and spec.path not in without:
            value = PLAIN[spec.form] if spec.form in PLAIN else _CODED[spec.form](token(spec.path))
            assert spec.check(value), spec
            claims.append(_claim(len(claims) + 1, spec.path, value, spec.cls))
    if kind == "person":
        name: JsonValue = {"text": ARABIC, "script": "Arab", "type": "alias"}
        claims.append(_claim(len(claims) + 1, "name.alias", name, PathClass.NAME))
    return tuple(claims)


def tokens_of(claim: Claim) -> set[str]:
    """The texts of this claim that stand nowhere else."""
    if claim.path == "location.point":
        return {str(LATITUDE), str(LONGITUDE)}
    form = PATHS[claim.path].form
    if form in PLAIN or claim.derived_from is not None:
        return set()
    if isinstance(claim.value, dict) and claim.value.get("text") == ARABIC:
        return {ARABIC}
    return {str(_CODED["digest"](token(claim.path)))} if form == "digest" else {token(claim.path)}


def _claim(number: int, path: str, value: JsonValue, cls: PathClass) -> Claim:
    graded = cls not in (PathClass.GOVERNANCE, PathClass.SAFEGUARD)
    return Claim(f"c{number}", path, value, "fact", Grade("admiralty", "B", "2") if graded else None)
