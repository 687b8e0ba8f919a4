"""Own records of which some may be damaged: one row that cannot be opened holds up none of the others."""

from __future__ import annotations

from collections.abc import Sequence

from exchange.errors import Code, Unavailable
from exchange.model.records import HeldRecord, Ref
from exchange.ports import Unit


def readable(unit: Unit, refs: Sequence[Ref], *, lock: bool) -> tuple[list[HeldRecord], list[Ref]]:
    """(the newest versions of those that can be opened, those that are here and cannot)."""
    try:
        return unit.records.current(refs, lock=lock), []
    except Unavailable as fault:
        if fault.code is not Code.AT_REST_CORRUPT:
            raise
    held: list[HeldRecord] = []
    damaged: list[Ref] = []
    for ref in refs:
        try:
            held += unit.records.current([ref], lock=lock)
        except Unavailable as fault:
            if fault.code is not Code.AT_REST_CORRUPT:
                raise
            damaged.append(ref)
    return held, damaged
