"""Claims to and from their JSON objects (docs/spec/records.md §2).

It takes parsed JSON, never bytes: `exchange.model.claim_bytes` reads bytes. `claims_from_json` is the strict reader
for everything that comes from outside. It does not judge whether a record may exist (`exchange.model.validate`).
Errors name the claim's position, never its content.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NoReturn

from exchange.errors import BadInput, Code
from exchange.model.claims import Claim, Grade, JsonObject, JsonValue
from exchange.model.paths import PATHS
from exchange.model.paths.checks import is_date
from exchange.model.vocab import GRADE_SCALES, STATEMENTS

CLAIMS_MAX: Final = 256
"""Commitments of one manifest (protocol.md, claims)."""

_ID: Final = re.compile(r"c(?:0|[1-9][0-9]{0,5})", re.ASCII)
_REQUIRED: Final = ("id", "path", "value", "statement")
_MEMBERS: Final = frozenset((*_REQUIRED, "grade", "observed", "derived_from", "contests"))
_STATEMENTS: Final = frozenset(str(word) for word in STATEMENTS)
_CHECKS: Final = {spec.path: spec.check for spec in PATHS.values()}
_GRADES: Final[dict[tuple[object, object, object], Grade]] = {
    (scale, source, information): Grade(scale, source, information)
    for scale, (sources, figures) in GRADE_SCALES.items()
    for source in sorted(sources)
    for information in sorted(figures)
}
_GRADES_KNOWN: Final = frozenset(_GRADES.values())


def claim_to_json(claim: Claim) -> JsonObject:
    """The claim's wire object; absent members are left out, never null."""
    document: JsonObject = {"id": claim.id, "path": claim.path, "value": claim.value, "statement": claim.statement}
    if claim.grade is not None:
        grade = claim.grade
        document["grade"] = {"scale": grade.scale, "source": grade.source, "information": grade.information}
    if claim.observed is not None:
        document["observed"] = claim.observed
    if claim.derived_from is not None:
        document["derived_from"] = claim.derived_from
    if claim.contests is not None:
        document["contests"] = claim.contests
    return document


def claims_from_json(items: Sequence[JsonValue], *, whole: bool = True) -> tuple[Claim, ...]:
    """Reads claims strictly: members, types, registered paths, value forms, unique ids, links that resolve.

    With `whole` false (a disclosed part of a record) a link may name a claim that was withheld.
    Raises BadInput with `position` (0-based) and, where known to be registered, `path`.
    """
    if len(items) > CLAIMS_MAX:
        raise BadInput(Code.TOO_MANY_CLAIMS, count=len(items), limit=CLAIMS_MAX)
    claims = tuple([_claim(item, position) for position, item in enumerate(items)])
    ids = {claim.id for claim in claims}
    if len(ids) != len(claims):
        raise BadInput(Code.RECORD_INVALID, reason="duplicate_claim_id")
    if whole:
        _check_links(claims, ids)
    return claims


def _claim(item: JsonValue, position: int) -> Claim:
    """Written out in one piece: every claim that arrives passes here."""
    if type(item) is not dict:
        raise BadInput(Code.WRONG_TYPE, position=position)
    try:
        id_, path, value, statement = item["id"], item["path"], item["value"], item["statement"]
    except KeyError:
        raise BadInput(Code.MISSING_MEMBER, position=position) from None
    if type(id_) is not str or _ID.fullmatch(id_) is None:
        _refuse(position, "id")
    check = _CHECKS.get(path) if type(path) is str else None
    if check is None or type(path) is not str:
        raise BadInput(Code.UNKNOWN_PATH, position=position)
    if type(statement) is not str or statement not in _STATEMENTS:
        _refuse(position, "statement")
    if not check(value):
        raise BadInput(Code.VALUE_NOT_ALLOWED, position=position, path=path)
    left = len(item) - 4
    if not left:
        return Claim(id_, path, value, statement)
    grade: Grade | None = None
    if "grade" in item:
        grade = _grade(item["grade"], position)
        left -= 1
    observed: str | None = None
    if "observed" in item:
        day = item["observed"]
        if not is_date(day) or type(day) is not str:
            _refuse(position, "observed")
        observed = day
        left -= 1
    if not left:
        return Claim(id_, path, value, statement, grade, observed)
    if not item.keys() <= _MEMBERS:
        raise BadInput(Code.UNKNOWN_MEMBER, position=position)
    links = _link(item, "derived_from", position), _link(item, "contests", position)
    return Claim(id_, path, value, statement, grade, observed, *links)


def _grade(value: JsonValue, position: int) -> Grade:
    grade = None
    if type(value) is dict and len(value) == 3:
        try:
            grade = _GRADES.get((value["scale"], value["source"], value["information"]))
        except (KeyError, TypeError):  # a member is missing, or is a list or an object
            grade = None
    if grade is None:
        _refuse(position, "grade")
    return grade


def _link(item: JsonObject, member: str, position: int) -> str | None:
    if member not in item:
        return None
    value = item[member]
    if type(value) is not str or _ID.fullmatch(value) is None or value == item["id"]:
        _refuse(position, member)
    return value


def _check_links(claims: tuple[Claim, ...], ids: set[str]) -> None:
    for position, claim in enumerate(claims):
        if claim.derived_from is not None and claim.derived_from not in ids:
            _refuse(position, "derived_from")
        if claim.contests is not None and claim.contests not in ids:
            _refuse(position, "contests")


def claim_number(claim_id: str) -> int:
    """The number of a claim id, so that new ids go on from the highest. BadInput if it is no claim id."""
    if _ID.fullmatch(claim_id) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, member="id")
    return int(claim_id[1:])


def _refuse(position: int, member: str) -> NoReturn:
    raise BadInput(Code.VALUE_NOT_ALLOWED, position=position, member=member)


def sound(claims: Sequence[Claim], *, whole: bool) -> bool:
    """Whether `claims_from_json` would read these claims from their own JSON objects. The hot path of what arrives: it
    finds no reason, the strict reader does."""
    ids = set()
    known, match = _GRADES_KNOWN, _ID.fullmatch
    for claim in claims:
        id_, check, grade, observed = claim.id, _CHECKS.get(claim.path), claim.grade, claim.observed
        if check is None or match(id_) is None or claim.statement not in _STATEMENTS or not check(claim.value):
            return False
        if (grade is not None and grade not in known) or (observed is not None and not is_date(observed)):
            return False
        for link in (claim.derived_from, claim.contests):
            if link is not None and (link == id_ or match(link) is None):
                return False
        ids.add(id_)
    return len(ids) == len(claims) <= CLAIMS_MAX and (not whole or _linked(claims, ids))


def _linked(claims: Sequence[Claim], ids: set[str]) -> bool:
    return all(link is None or link in ids for claim in claims for link in (claim.derived_from, claim.contests))
