"""What changes for a partner, path by path, as a template shows it: what it holds, what it would hold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from exchange.console.pages.records_values import Told, field_name, told
from exchange.console.visit import Visit
from exchange.operations.corrections import Change
from exchange.operations.leaving import Leaving


class Changed(NamedTuple):
    """One field that differs. `kind`: `added`, `removed` or `changed`."""

    path: str
    field: str
    kind: str
    old: list[Told]
    new: list[Told]


class Total(NamedTuple):
    """One field over all records of a proposal."""

    field: str
    sent: int
    coarser: int
    withheld: int


def changes_of(visit: Visit, changes: Sequence[Change]) -> list[Changed]:
    """In the order of the paths."""
    return [
        Changed(
            each.path,
            field_name(each.path, visit.lang),
            each.kind,
            [told(claim.path, claim.value, visit.lang) for claim in each.old],
            [told(claim.path, claim.value, visit.lang) for claim in each.new],
        )
        for each in changes
    ]


def totals_of(visit: Visit, found: Leaving) -> list[Total]:
    """What stays first, then by the name of the field."""
    made = [
        Total(field_name(path, visit.lang), states.get("sent", 0), states.get("coarser", 0), states.get("withheld", 0))
        for path, states in found.totals.items()
    ]
    return sorted(made, key=lambda each: (each.withheld + each.coarser == 0, each.field))
