"""What the carried-over cases do again and again with a node of a test federation."""

from __future__ import annotations

from collections.abc import Callable

from exchange.errors import Code, ExchangeError
from exchange.model.claims import Claim, JsonObject, JsonValue
from exchange.model.records import Ref
from exchange.operations.deposit import Amendment, amend
from exchange.operations.preview import NoAnswer, Preview, Question, preview
from exchange.operations.propose import Proposed, Wish, propose
from exchange.operations.read import ReceivedRecord, read_own, read_received
from tests.federation import PURPOSE, Federation, State, agreement_document, enact

SECOND = "AG-DZ-AE-KW-2"
"""An agreement beside the example one."""


def caught(call: Callable[[], object]) -> Code | None:
    """The code of our error that `call` raises; None when it raises nothing."""
    try:
        call()
    except ExchangeError as error:
        return error.code
    return None


def beside(house: Federation, **changes: JsonValue) -> str:
    """Puts a changed copy of the example agreement into force everywhere; its id."""
    document: JsonObject = agreement_document("dz-ae-kw.yaml") | {"id": SECOND, "examples": []} | changes
    for state in house.states.values():
        enact(state, document)
    return SECOND


def wish(state: State, to: str, refs: list[Ref], agreement: str) -> Proposed:
    with state.node.store.write() as unit:
        return propose(state.node, unit, state.staff.officer, Wish(to, agreement, PURPOSE, tuple(refs)))


def seen(state: State, to: str, ref: Ref, agreement: str) -> Preview:
    with state.node.store.write() as unit:
        (answer,) = preview(state.node, unit, state.staff.officer, Question(ref, to, PURPOSE, agreement))
    assert not isinstance(answer, NoAnswer)
    return answer


def own(state: State, ref: Ref) -> tuple[Claim, ...]:
    with state.node.store.write() as unit:
        return read_own(state.node, unit, state.staff.officer, ref).record.claims


def received(state: State, ref: Ref) -> ReceivedRecord:
    with state.node.store.write() as unit:
        return read_received(state.node, unit, state.staff.officer, ref)


def amended(state: State, ref: Ref, version: int, claims: tuple[Claim, ...]) -> None:
    with state.node.store.write() as unit:
        amend(state.node, unit, state.staff.officer, [Amendment(ref, version, claims)])


def replaced(claims: tuple[Claim, ...], path: str, value: JsonValue) -> tuple[Claim, ...]:
    """The author's own claims, with another value at `path`."""
    mine = [claim for claim in claims if claim.derived_from is None]
    return tuple(claim._replace(value=value) if claim.path == path else claim for claim in mine)
