"""The whole check of a record before it is committed and signed, and the governance claims that it must have.

It judges the record alone: agreements, partners and times are for policies. Errors name claim ids and paths, never
values. Spec: docs/spec/records.md §2, §6.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from exchange.errors import BadInput, Code
from exchange.model.claim_json import claim_number, claim_to_json, claims_from_json, sound
from exchange.model.claims import Claim
from exchange.model.paths import PATHS
from exchange.model.records import Record
from exchange.model.texts import normal, safe, texts_in
from exchange.model.vocab import KINDS, PathClass

MANDATORY: Final = ("record.marking", "record.legal_basis", "record.purpose", "record.review")
"""On every record. Persons have a `record.category` too."""
_SINGLE: Final = frozenset(
    {"record.marking", "record.legal_basis", "record.review", "record.category", "record.action"}
    | {"record.first_issued", "record.renewal"}
)
"""Two of these would leave it to the reader which one holds ("two markings never coexist", policies.md)."""
_UNGRADED: Final = frozenset({PathClass.GOVERNANCE, PathClass.SAFEGUARD})
_COMPARED: Final = frozenset({PathClass.NAME, PathClass.DOCUMENT, PathClass.CONTACT})


def check_record(record: Record) -> None:
    """Raises BadInput unless the record may be committed: form, kinds, governance, grades, safe text."""
    if record.kind not in KINDS:
        raise BadInput(Code.RECORD_INVALID, reason="kind")
    if not sound(record.claims, whole=True):
        claims_from_json([claim_to_json(claim) for claim in record.claims])  # finds the reason
    for claim in record.claims:
        _check_claim(record.kind, claim)
    _check_governance(record)
    if all(PATHS[claim.path].cls in _UNGRADED for claim in record.claims):
        raise BadInput(Code.RECORD_INVALID, reason="only_governance")


def check_claims(kind: str, claims: Sequence[Claim], texts: Sequence[bytes]) -> None:
    """The part of `check_record` that holds for a disclosed view too: paths fit the kind and texts are safe.

    `texts`: the canonical JSON of each claim. Of plain ASCII without an escape nothing can be unsafe or not normal, so
    that only the others are looked at letter by letter.
    """
    if kind not in KINDS:
        raise BadInput(Code.RECORD_INVALID, reason="kind")
    for claim, text in zip(claims, texts, strict=True):
        spec = PATHS[claim.path]
        if kind not in spec.kinds:
            raise BadInput(Code.PATH_NOT_FOR_KIND, claim=claim.id, path=claim.path)
        if not text.isascii() or b"\\" in text:
            _check_texts(claim)


def _check_claim(kind: str, claim: Claim) -> None:
    cls = _check_path(kind, claim)
    if claim.grade is None and cls not in _UNGRADED:
        raise BadInput(Code.GOVERNANCE_MISSING, claim=claim.id, path=claim.path, member="grade")
    _check_texts(claim)


def _check_path(kind: str, claim: Claim) -> PathClass:
    spec = PATHS.get(claim.path)
    if spec is None:
        raise BadInput(Code.UNKNOWN_PATH, claim=claim.id)
    if kind not in spec.kinds:
        raise BadInput(Code.PATH_NOT_FOR_KIND, claim=claim.id, path=claim.path)
    return spec.cls


def _check_texts(claim: Claim) -> None:
    compared = PATHS[claim.path].cls in _COMPARED
    for text in texts_in(claim.value):
        if not safe(text) or (compared and not normal(text)):
            raise BadInput(Code.TEXT_NOT_ALLOWED, claim=claim.id, path=claim.path)


def _check_governance(record: Record) -> None:
    counts: dict[str, int] = {}
    for claim in record.claims:
        counts[claim.path] = counts.get(claim.path, 0) + 1
    for path in (*MANDATORY, "record.category") if record.kind == "person" else MANDATORY:
        if path not in counts:
            raise BadInput(Code.GOVERNANCE_MISSING, path=path)
    for path in sorted(_SINGLE):
        if counts.get(path, 0) > 1:
            raise BadInput(Code.RECORD_INVALID, path=path, reason="more_than_one")


def with_governance(
    claims: Sequence[Claim], *, legal_basis: str, purpose: str, marking: str, review: date, category: str | None
) -> tuple[Claim, ...]:
    """The claims, then the governance claims that every record needs; ids go on from the highest in use.

    `category` is for persons; None for other kinds. The values are not checked here: `check_record` does it.
    """
    number = max((claim_number(claim.id) for claim in claims), default=0)
    values = {
        # str(): a member of an enumeration is not yet plain JSON text
        "record.marking": str(marking),
        "record.legal_basis": str(legal_basis),
        "record.purpose": str(purpose),
        "record.review": review.isoformat(),
    }
    if category is not None:
        values["record.category"] = str(category)
    added = [Claim(f"c{number + i}", path, value, "fact") for i, (path, value) in enumerate(values.items(), 1)]
    return (*claims, *added)
