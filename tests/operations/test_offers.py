"""Signing over the wire: what a partner may leave here, what comes back, and that a message binds nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.crypto.encoding import b64, canonical, read_canonical
from exchange.crypto.keys import RootKey
from exchange.crypto.rootsign import root_signature
from exchange.errors import Code, Denied, ExchangeError, Forbidden, NotFound, Remote
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.state import Offer, StoredAgreement
from exchange.operations import agreements
from exchange.operations.offers import OFFERS_MAX, Offered, answer_offer, list_offers, offer, refuse_offer, take_offer
from exchange.operations.partners import suspend_partner
from tests import invariants
from tests.federation import AGREEMENT, Federation, State, root_of
from tests.operations.life_kit import signature_of, signed, version, versions


def offered(state: State, to: str, number: int = 2) -> Offered:
    return offer(state.node, state.staff.admin, to, AGREEMENT, number)


def waiting(state: State) -> list[Offer]:
    with state.node.store.read() as unit:
        return list_offers(unit, state.staff.admin)


def taken(state: State, partner: str, digest: str) -> StoredAgreement:
    with state.node.store.write() as unit:
        return take_offer(state.node, unit, state.staff.admin, partner, digest)


def sign(state: State, number: int = 2) -> None:
    with state.node.store.write() as unit:
        agreements.sign(state.node, unit, state.staff.admin, AGREEMENT, number, root_of(state.node.code))


def wire(document: JsonObject, **signatures: bytes) -> bytes:
    texts: JsonObject = {code: b64(signature) for code, signature in signatures.items()}
    return canonical({"v": 1, "document": b64(canonical(document)), "signatures": texts})


def test_three_states_sign_over_the_wire(house: Federation) -> None:
    dz, ae, kw = house["DZ"], house["AE"], house["KW"]
    drafted = signed(dz, version(2), "DZ")
    for state, signers in ((ae, {"DZ"}), (kw, {"DZ", "AE"})):
        assert offered(dz, state.node.code).added == ()
        (left,) = waiting(state)
        assert (left.partner, left.digest, sorted(left.signatures)) == ("DZ", drafted.digest, sorted(signers))
        assert versions(state) == {1: "active"}, "an offer is no draft of ours"
        assert taken(state, "DZ", left.digest).state == "draft"
        assert waiting(state) == []
        sign(state)
        assert offered(dz, state.node.code).added == (state.node.code,)
    assert offered(dz, "AE").agreement.signatures.keys() == {"DZ", "AE", "KW"}
    for state in (dz, ae, kw):
        if state is not dz:
            offered(dz, state.node.code)
        with state.node.store.write() as unit:
            agreements.activate(state.node, unit, state.staff.admin, AGREEMENT, 2)
        assert versions(state) == {1: "superseded", 2: "active"}
        invariants.ledger_verifies(state.node, state.staff.auditor)
    logged = invariants.entries(ae.node, "agreement.offered")
    assert [(each["actor"], each["sender"], each["recipient"]) for each in logged] == [("DZ", "DZ", "AE")]


def test_the_signer_may_send_its_signature_itself(house: Federation) -> None:
    """Whoever signed offers the same document back; no second draft appears."""
    dz, ae = house["DZ"], house["AE"]
    drafted = signed(dz, version(2), "DZ")
    offered(dz, "AE")
    taken(ae, "DZ", drafted.digest)
    sign(ae)
    assert offered(ae, "DZ").added == ()
    with dz.node.store.read() as unit:
        stored = unit.agreements.get(AGREEMENT, 2)
    assert stored is not None
    assert stored.signatures.keys() == {"DZ", "AE"}
    assert waiting(dz) == []


def test_nothing_comes_into_force_by_a_message(house: Federation) -> None:
    """Even with every signature: an administrator takes it, and an administrator activates it."""
    kw = house["KW"]
    document = version(2)
    data = canonical(document)
    full = {code: signature_of(code, data) for code in ("DZ", "AE", "KW")}
    answer_offer(kw.node, "DZ", wire(document, **full))
    assert versions(kw) == {1: "active"}
    (left,) = waiting(kw)
    with pytest.raises(Forbidden), kw.node.store.write() as unit:
        take_offer(kw.node, unit, kw.staff.officer, "DZ", left.digest)
    taken(kw, "DZ", left.digest)
    assert versions(kw) == {1: "active", 2: "draft"}


def test_what_was_exchanged_meanwhile_is_not_taken(house: Federation) -> None:
    kw = house["KW"]
    answer_offer(kw.node, "DZ", wire(version(2)))
    (seen,) = waiting(kw)
    answer_offer(kw.node, "DZ", wire(version(2, retention_days=700)))
    (left,) = waiting(kw)
    assert left.digest != seen.digest
    with pytest.raises(NotFound):
        taken(kw, "DZ", seen.digest)
    with kw.node.store.write() as unit:
        refuse_offer(kw.node, unit, kw.staff.admin, "DZ", left.digest)
    assert waiting(kw) == []
    (line,) = invariants.entries(kw.node, "agreement.declined")
    assert (line["partner"], line["digest"], line["actor"]) == ("DZ", left.digest, kw.staff.admin.id)


def test_an_offer_never_touches_what_is_here(house: Federation) -> None:
    """Another text under the same version waits as an offer; the draft and the version in force stay."""
    kw = house["KW"]
    mine = signed(kw, version(2), "KW")
    answer_offer(kw.node, "DZ", wire(version(2, retention_days=700)))
    answer_offer(kw.node, "DZ", wire(version(1, retention_days=700)))
    assert versions(kw) == {1: "active", 2: "draft"}
    assert len(waiting(kw)) == 2
    for left in waiting(kw):
        with pytest.raises(ExchangeError) as caught:
            taken(kw, "DZ", left.digest)
        assert caught.value.code is Code.ALREADY_EXISTS
    with kw.node.store.read() as unit:
        assert unit.agreements.get(AGREEMENT, 2) == mine


def test_offers_are_counted_by_partner(house: Federation) -> None:
    kw = house["KW"]
    for number in range(2, 2 + OFFERS_MAX):
        answer_offer(kw.node, "DZ", wire(version(number)))
    with pytest.raises(ExchangeError) as caught:
        answer_offer(kw.node, "DZ", wire(version(99)))
    assert caught.value.code is Code.TOO_MANY_REQUESTS
    answer_offer(kw.node, "DZ", wire(version(2, retention_days=700)))
    answer_offer(kw.node, "AE", wire(version(99)))
    assert len(waiting(kw)) == OFFERS_MAX + 1


Wire = Callable[[], bytes]


def _with(**members: JsonValue) -> Wire:
    def make() -> bytes:
        value = read_canonical(wire(version(2)), limit=1 << 20)
        assert isinstance(value, dict)
        return canonical({**value, **members})

    return make


def _forged() -> bytes:
    data = canonical(version(2))
    return wire(version(2), AE=root_signature(RootKey.generate(), "AE", "exchange/agreement/1", data))


def _of_another() -> bytes:
    """A signature of AE, presented as KW's."""
    return wire(version(2), KW=signature_of("AE", canonical(version(2))))


def _over_other_bytes() -> bytes:
    return wire(version(2), AE=signature_of("AE", canonical(version(3))))


def _other_root() -> bytes:
    """The document names an invented root for KW itself."""
    return wire({**version(2), "parties": _parties(lambda party: {**party, "fingerprint": "d" * 64})})


def _parties(change: Callable[[JsonObject], JsonObject | None], code: str = "KW") -> list[JsonValue]:
    """The parties of the example, that of `code` changed or left out."""
    parties = version(2)["parties"]
    assert isinstance(parties, list)
    found: list[JsonValue] = []
    for party in parties:
        assert isinstance(party, dict)
        kept = change(party) if party["code"] == code else party
        found += [] if kept is None else [kept]
    return found


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (_with(v=2), Code.BODY_MALFORMED),
        (_with(more=1), Code.BODY_MALFORMED),
        (_with(document=7), Code.BODY_MALFORMED),
        (_with(signatures=[]), Code.BODY_MALFORMED),
        (_with(signatures={"AE": 7}), Code.BODY_MALFORMED),
        (lambda: wire({**version(2), "surprise": 1}), Code.AGREEMENT_INVALID),
        (lambda: wire(version(2, kind="policy")), Code.AGREEMENT_INVALID),
        (lambda: b"[]", Code.BODY_MALFORMED),
        (lambda: b"not json", Code.JSON_MALFORMED),
        (_forged, Code.ROOT_MISMATCH),
        (_of_another, Code.NOT_A_PARTY),
        (_over_other_bytes, Code.SIGNATURE_INVALID),
        (_other_root, Code.ROOT_MISMATCH),
    ],
)
def test_what_is_refused_leaves_no_trace(house: Federation, make: Wire, code: Code) -> None:
    kw = house["KW"]
    with pytest.raises(ExchangeError) as caught:
        answer_offer(kw.node, "DZ", make())
    assert caught.value.code is code
    assert waiting(kw) == []
    assert versions(kw) == {1: "active"}


def test_who_is_no_party_or_suspended_may_offer_nothing(house: Federation) -> None:
    kw = house["KW"]
    with pytest.raises(Denied) as caught:
        answer_offer(kw.node, "AE", wire(_two_parties()))
    assert caught.value.code is Code.NOT_A_PARTY
    with kw.node.store.write() as unit:
        suspend_partner(kw.node, unit, kw.staff.admin, "DZ")
    with pytest.raises(Denied):
        answer_offer(kw.node, "DZ", wire(version(2)))
    assert waiting(kw) == []


def _two_parties() -> JsonObject:
    """An agreement of DZ and KW alone."""
    alone = version(2, id="AG-DZ-KW", clauses=[], forbids=[], examples=[])
    return {**alone, "parties": _parties(lambda party: None, "AE")}


def test_a_partner_that_answers_nonsense_changes_nothing(house: Federation) -> None:
    dz = house["DZ"]
    signed(dz, version(2), "DZ")
    house.network.down.add("AE")
    with pytest.raises(Remote):
        offered(dz, "AE")
    with dz.node.store.read() as unit:
        stored = unit.agreements.get(AGREEMENT, 2)
    assert stored is not None
    assert stored.signatures.keys() == {"DZ"}


def test_only_an_administrator_offers_and_only_to_a_party(house: Federation) -> None:
    dz = house["DZ"]
    signed(dz, version(2), "DZ")
    with pytest.raises(Forbidden):
        offer(dz.node, dz.staff.officer, "AE", AGREEMENT, 2)
    with pytest.raises(ExchangeError):
        offer(dz.node, dz.staff.admin, "QA", AGREEMENT, 2)
    with pytest.raises(NotFound):
        offered(dz, "AE", 7)
