"""Three states in a row: DZ shares with AE, AE with KW, and DZ knows KW but has no agreement with it here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from exchange.model.claims import JsonObject
from exchange.model.records import Ref
from exchange.model.state import Copy, Proposal
from exchange.operations.onward import GrantWish, OnwardWish, grant_onward, request_onward
from exchange.operations.propose import Proposed, Wish, propose
from exchange.ports import Store
from tests.federation import PURPOSE, Federation, State, enact, federate, root_of
from tests.subjects import gulf_person

DZ_AE: Final = "AG-DZ-AE"
AE_KW: Final = "AG-AE-KW"
AMBER: Final[JsonObject] = {"count": 1, "role": "releasing_officer"}


def agreement(id_: str, parties: tuple[str, str], onward: str, disclose: tuple[str, ...], days: int) -> JsonObject:
    return {
        "v": 1,
        "kind": "agreement",
        "id": id_,
        "version": 1,
        "title": {"ar": "مثال", "fr": "Exemple", "en": "Example"},
        "recitals": [],
        "parties": [{"code": code, "fingerprint": root_of(code).fingerprint} for code in parties],
        "legal_basis": "Example only",
        "purposes": [PURPOSE, "border.checks"],
        "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": "2031-01-01T00:00:00Z",
        "suites": [1],
        "clauses": [{"id": "1", "from": "*", "to": "*", "kinds": ["person"], "disclose": list(disclose)}],
        "onward": onward,
        "back_catalogue": "included",
        "recall_days": 3,
        "correction_days": 3,
        "retention_days": days,
        "cadence": "manual",
        "approvals": dict.fromkeys(("TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"), AMBER),
        "examples": [],
    }


def in_a_row(stores: Mapping[str, Store]) -> Federation:
    made = federate(stores, ())
    first = agreement(DZ_AE, ("DZ", "AE"), "ask", ("identity.name", "nationality", "gender"), 300)
    second = agreement(AE_KW, ("AE", "KW"), "none", ("identity.name", "nationality", "birth.year"), 200)
    for code, document in (("DZ", first), ("AE", first), ("AE", second), ("KW", second)):
        enact(made[code], document)
    return made


def settle(state: State, proposal: Proposal) -> None:
    """Approved, released and delivered."""
    state.approve(proposal)
    assert state.release(proposal).state == "released"
    assert state.deliver(proposal.recipient).stopped is None


def offer(state: State, to: str, agreement_id: str, refs: list[Ref], purpose: str = PURPOSE) -> Proposed:
    with state.node.store.write() as unit:
        return propose(state.node, unit, state.staff.officer, Wish(to, agreement_id, purpose, tuple(refs)))


def pass_to(state: State, to: str, agreement_id: str, refs: list[Ref]) -> None:
    for proposal in offer(state, to, agreement_id, refs).proposals:
        settle(state, proposal)


def shared(house: Federation, *numbers: int) -> list[Ref]:
    """Records of DZ that AE holds."""
    refs = house["DZ"].deposit(*(gulf_person(number) for number in numbers))
    pass_to(house["DZ"], "AE", DZ_AE, refs)
    return refs


def asked(house: Federation, refs: list[Ref], paths: tuple[str, ...] | None = None) -> str:
    """AE asks DZ whether these may go to KW. Returns the thread."""
    ae = house["AE"]
    with ae.node.store.write() as unit:
        wish = OnwardWish("DZ", DZ_AE, PURPOSE, tuple(refs), "KW", "a case of theirs", paths)
        proposal = request_onward(ae.node, unit, ae.staff.officer, wish)
    settle(ae, proposal)
    return proposal.thread or ""


def granted(house: Federation, wish: GrantWish) -> None:
    """DZ grants, AE holds it."""
    dz = house["DZ"]
    with dz.node.store.write() as unit:
        proposal = grant_onward(dz.node, unit, dz.staff.officer, wish)
    settle(dz, proposal)


def wish_for(thread: str) -> GrantWish:
    return GrantWish("AE", thread, (AE_KW,))


def copies(state: State, refs: list[Ref]) -> list[Copy]:
    with state.node.store.read() as unit:
        return [copy for copy in (unit.copies.latest(ref) for ref in refs) if copy is not None]
