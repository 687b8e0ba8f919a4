"""Records that a release names and its recipient does not have: the ends of a relation, the members of a network.

Nothing is added by itself: what goes with what is an officer's choice, and every record is decided on its own. But the
officer is told which parts are missing (policies.md, case 19).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Final

from exchange.crypto.encoding import read_canonical
from exchange.model.paths import PATHS
from exchange.model.records import Pair, Ref
from exchange.operations.sent import NOT_SENT, RECALLED
from exchange.ports import Unit

NAMES_A_RECORD: Final = b'"originator":"'
"""Stands in the bytes of every claim that names a record, and hardly in any other: most are never parsed."""


def mentioned(pairs: Iterable[Pair]) -> set[Ref]:
    """The records that these disclosed claims name."""
    found = set()
    for _, claim in pairs:
        if NAMES_A_RECORD in claim:
            body = read_canonical(claim, limit=1 << 20)
            value = body.get("value") if isinstance(body, dict) else None
            spec = PATHS.get(str(body.get("path"))) if isinstance(body, dict) else None
            if spec is not None and spec.form == "record" and isinstance(value, dict):
                found.add(Ref(str(value["originator"]), str(value["id"])))
    return found


def missing(unit: Unit, recipient: str, named: Collection[Ref], going: Collection[Ref]) -> list[Ref]:
    """Those of `named` that the recipient neither has nor is offered now, in order. Its own records it has."""
    open_ = {ref for ref in named if ref.originator != recipient} - set(going)
    if not open_:
        return []
    sent = unit.releases.sent_views(recipient, sorted(open_))
    there = {ref for ref, view in sent.items() if view.view_digest not in (NOT_SENT, RECALLED)}
    return sorted(open_ - there - unit.copies.held_from(recipient, sorted(open_)))
