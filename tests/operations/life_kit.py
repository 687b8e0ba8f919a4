"""Versions of the example agreement for the tests of an agreement's life."""

from __future__ import annotations

from exchange.crypto.rootsign import root_signature
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.state import StoredAgreement
from exchange.operations import agreements
from tests.federation import AGREEMENT, State, agreement_document, root_of

PARTIES = ("DZ", "AE", "KW")


def version(number: int, **changes: JsonValue) -> JsonObject:
    """The example agreement as version `number`, with members replaced."""
    return {**agreement_document("dz-ae-kw.yaml"), "version": number, **changes}


def signed(state: State, document: JsonObject, *signers: str) -> StoredAgreement:
    """A draft at `state` with signatures of `signers`, of every party if none is named."""
    admin = state.staff.admin
    with state.node.store.write() as unit:
        stored = agreements.draft(state.node, unit, admin, document)
        for code in signers or PARTIES:
            signature = signature_of(code, stored.document)
            stored = agreements.add_signature(state.node, unit, admin, stored.id, stored.version, signature)
    return stored


def signature_of(code: str, document: bytes) -> bytes:
    return root_signature(root_of(code), code, "exchange/agreement/1", document)


def versions(state: State) -> dict[int, str]:
    """Version -> state, of the example agreement."""
    with state.node.store.read() as unit:
        return {each.version: each.state for each in unit.agreements.all() if each.id == AGREEMENT}
