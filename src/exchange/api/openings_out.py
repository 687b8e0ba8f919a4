"""What the routes and commands for openings answer: values of the operations as models."""

from __future__ import annotations

from collections.abc import Sequence

from exchange.api.schemas import ref_out
from exchange.api.schemas.openings import OpenedOut, OpeningOut, OpeningsOut, ShownOut, UntoldOut, UntoldsOut
from exchange.model.claim_json import claim_to_json
from exchange.model.openings import Opening
from exchange.model.records import Ref
from exchange.operations.clock import stamp
from exchange.operations.obligations import Obligation
from exchange.operations.openings import Opened


def opening_out(opening: Opening) -> OpeningOut:
    return OpeningOut(
        id=opening.id,
        index=opening.index,
        reason=opening.reason,
        state=opening.state,
        asker=opening.asker,
        asked_at=stamp(opening.asked_at),
        confirmer=opening.confirmer,
        expires_at=stamp(opening.expires_at),
        opened_at=None if opening.opened_at is None else stamp(opening.opened_at),
    )


def openings_out(found: Sequence[Opening]) -> OpeningsOut:
    return OpeningsOut(items=[opening_out(each) for each in found])


def opened_out(opened: Opened) -> OpenedOut:
    return OpenedOut(
        opening=opening_out(opened.opening),
        kind=opened.kind,
        records=[
            ShownOut(
                **ref_out(each.ref).model_dump(),
                held=each.held,
                version=each.version,
                kind=each.kind,
                position=each.position,
                claims=None if each.claims is None else [claim_to_json(claim) for claim in each.claims],
            )
            for each in opened.shown
        ],
        gone=opened.gone,
    )


def untold_out(found: Sequence[tuple[Ref, Obligation]]) -> UntoldsOut:
    return UntoldsOut(
        items=[
            UntoldOut(**ref_out(ref).model_dump(), opening=due.key.id, due_at=stamp(due.due_at), overdue=due.overdue)
            for ref, due in found
        ]
    )
