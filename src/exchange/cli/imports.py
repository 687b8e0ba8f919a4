"""`exchange import`: outside lists, with the governance that the importer decides."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Final

import typer

from exchange.cli.command import command
from exchange.cli.files import read_file
from exchange.cli.session import Session
from exchange.errors import BadInput, Code
from exchange.interop import un_list
from exchange.model.claims import Claim, Grade
from exchange.model.validate import with_governance
from exchange.operations.clock import stamp
from exchange.operations.import_list import ListEntry, OutsideList, import_list

UN_SCHEME: Final = "un-sc"
BASIS: Final = "United Nations Security Council consolidated list; Charter of the United Nations, Chapter VII"
PURPOSES: Final = ("counter_terrorism.travel", "border.checks")
SHOWN_ODDITIES: Final = 20
group = typer.Typer(name="import", help="Bring outside lists in.", no_args_is_help=True)


@command(group, "un-list")
def un_list_(
    session: Session,
    *,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The UN Security Council's consolidated list, XML.")],
    legal_basis: Annotated[str, typer.Option(help="Why we may hold these records.")] = BASIS,
    purpose: Annotated[list[str] | None, typer.Option(help="Purpose code; may be repeated.")] = None,
    review: Annotated[
        str | None, typer.Option(metavar="DATE", help="When each record is reviewed, YYYY-MM-DD; default in a year.")
    ] = None,
    grade: Annotated[str, typer.Option(help="Admiralty grade of the list as a source.")] = "A2",
    marking: Annotated[str, typer.Option(help="TLP label.")] = "TLP:GREEN",
    category: Annotated[
        str, typer.Option(help="Subject category of the persons; the list's own criterion is association.")
    ] = "associate",
) -> None:
    """Add what is new, amend what changed, mark what is gone; all or nothing. Every oddity of the file is told."""
    source = un_list.read(read_file(file, un_list.SIZE_MAX), grade=_grade(grade))
    purposes = tuple(dict.fromkeys(purpose or PURPOSES))
    terms = _Terms(legal_basis, purposes, marking, _day(review), category)
    entries = tuple(
        ListEntry(each.key, each.kind, terms.govern(each.kind, each.claims), each.digest) for each in source.listed
    )
    outside = OutsideList(UN_SCHEME, source.generated, entries, len(source.oddities))
    with session.acting() as (node, person), node.store.write() as unit:
        gone = Claim("c0", "listed.until", stamp(node.clock.now())[:10], "fact", _grade(grade))
        done = import_list(node, unit, person, outside, gone)
    counts = Counter(each.code for each in source.oddities)
    session.out.table(
        ("added", "updated", "unchanged", "delisted", "erased", "oddities"),
        [(done.added, done.updated, done.unchanged, done.delisted, done.erased, len(source.oddities))],
    )
    if not session.out.as_json:
        session.out.table(("oddity", "places"), sorted(counts.items()))
        for oddity in source.oddities[:SHOWN_ODDITIES]:
            session.out.note(oddity.code, oddity.place)
        if len(source.oddities) > SHOWN_ODDITIES:
            session.out.note("…", len(source.oddities) - SHOWN_ODDITIES, "more; --json tells all")
    session.result(
        generated=source.generated,
        added=done.added,
        updated=done.updated,
        unchanged=done.unchanged,
        delisted=done.delisted,
        erased=done.erased,
        oddity_counts=dict(sorted(counts.items())),
        oddities=[{"code": each.code, "place": each.place} for each in source.oddities],
    )


class _Terms:
    """The governance of every imported record."""

    def __init__(self, basis: str, purposes: tuple[str, ...], marking: str, review: date, category: str) -> None:
        self._basis, self._purposes, self._marking = basis, purposes, marking
        self._review, self._category = review, category

    def govern(self, kind: str, claims: tuple[Claim, ...]) -> tuple[Claim, ...]:
        first, *more = self._purposes
        governed = with_governance(
            claims,
            legal_basis=self._basis,
            purpose=first,
            marking=self._marking,
            review=self._review,
            category=self._category if kind == "person" else None,
        )
        number = max(int(claim.id[1:]) for claim in governed)
        extra = [Claim(f"c{number + n}", "record.purpose", code, "fact") for n, code in enumerate(more, 1)]
        return (*governed, *extra)


def _grade(text: str) -> Grade:
    if re.fullmatch("[A-F][1-6]", text) is None:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="grade")
    return Grade("admiralty", text[0], text[1])


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(tz=UTC).date() + timedelta(days=365)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadInput(Code.VALUE_NOT_ALLOWED, at="review") from None
