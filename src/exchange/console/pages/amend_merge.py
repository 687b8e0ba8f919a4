"""Two people worked on one record: what the other stored meanwhile goes into the form where nothing was touched.

Where both changed a field, what was typed stays and stands beside what is stored now; the person decides. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from exchange.console.pages.entry_claims import untouched
from exchange.console.pages.entry_editors import texts_of
from exchange.console.pages.entry_sheet import COMPUTED, Row, Sheet, of_claims
from exchange.console.pages.entry_typed import grade_text
from exchange.model.claims import Claim
from exchange.operations.corrections import Change, changes


@dataclass(slots=True)
class Merged:
    """What became of each field that the other person changed."""

    taken: list[Change] = field(default_factory=list)
    """Now in the form as it is stored."""
    both: list[Change] = field(default_factory=list)
    """Typed here as well: it stays as typed."""


def merge(sheet: Sheet, seen: Sequence[Claim], stored: Sequence[Claim]) -> Merged:
    """Brings the form, made from the version `seen`, up to the version that is `stored` now."""
    done, fresh = Merged(), of_claims(sheet.kind, stored)
    for change in changes(_typed(seen), _typed(stored)):
        if not _same(sheet.of(change.path), [claim for claim in _typed(seen) if claim.path == change.path]):
            done.both.append(change)
            continue
        done.taken.append(change)
        sheet.rows = [row for row in sheet.rows if row.path != change.path]
        for row in fresh.of(change.path):
            _take(sheet, row)
    _rename(sheet, seen, stored)
    return done


def _take(sheet: Sheet, row: Row) -> None:
    """Links between lines are those of the other form, so they are not taken: the numbers differ."""
    made = sheet.add(row.path, row.given)
    made.id, made.statement, made.grade, made.observed = row.id, row.statement, row.grade, row.observed


def _rename(sheet: Sheet, seen: Sequence[Claim], stored: Sequence[Claim]) -> None:
    """Numbers of claims are drawn anew for each version: rows that are as they were get the new ones."""
    names = {_said(claim): claim.id for claim in stored}
    olds = {claim.id: names.get(_said(claim), "") for claim in seen}
    known = {claim.id for claim in stored}
    for row in sheet.rows:
        if row.id not in known:
            row.id = olds.get(row.id, "")


def _typed(claims: Sequence[Claim]) -> list[Claim]:
    """Those that stand in a form."""
    return [claim for claim in claims if claim.derived_from is None and claim.path not in COMPUTED]


def _same(rows: Sequence[Row], claims: Sequence[Claim]) -> bool:
    """Whether the rows of one path are as the form first had them."""
    filled = {row.id: row for row in rows if not row.empty}
    if filled.keys() != {claim.id for claim in claims}:
        return False
    return all(_as_it_was(filled[claim.id], claim) for claim in claims)


def _as_it_was(row: Row, claim: Claim) -> bool:
    grade = claim.grade
    told = "" if grade is None else grade_text(grade.scale, grade.source, grade.information)
    return (
        untouched(row.cleaned(), texts_of(claim.path, claim.value))
        and row.statement in ("", claim.statement)
        and row.grade in ("", told)
        and row.observed in ("", claim.observed or "")
    )


def _said(claim: Claim) -> tuple[object, ...]:
    return (claim.path, repr(claim.value), claim.statement, claim.grade, claim.observed)
