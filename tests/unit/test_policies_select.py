"""select: the only maker of what may be sealed (ARCHITECTURE.md, law 1; policies.md, case 7)."""

from __future__ import annotations

import dataclasses

import pytest

from exchange.errors import Code, Denied
from exchange.model.records import HeldRecord, Pair, Record
from exchange.policies.handling import Handling
from exchange.policies.select import Released, select
from tests.unit.policies_kit import agreement, ask, clause, name, record


def held(about: Record) -> HeldRecord:
    pairs = tuple(Pair(bytes([index]) * 16, claim.id.encode()) for index, claim in enumerate(about.claims))
    return HeldRecord(about, b"manifest", b"root", b"proof", pairs)


ABOUT = record(("name.full", name()), ("gender", "male"), ("record.assurance", "reference"))


def test_exactly_the_sent_pairs_in_order() -> None:
    decision = ask(agreement(), ABOUT)
    released = select(held(ABOUT), decision)
    assert [pair.claim for pair in released.pairs] == [b"c1", b"c4", b"c5", b"c6", b"c7", b"c8", b"c9"]
    assert released.pairs[0].salt == bytes(16)
    assert (released.ref, released.version) == (ABOUT.ref, 1)
    assert (released.manifest, released.root, released.proof) == (b"manifest", b"root", b"proof")
    assert (released.recipient, released.agreement_id, released.purpose) == ("KW", "AG-DZ-AE-KW", "border.checks")
    assert released.handling is decision.handling


def test_a_denial_selects_nothing() -> None:
    with pytest.raises(Denied) as caught:
        select(held(ABOUT), ask(agreement(), ABOUT, to="FR"))
    assert (caught.value.code, caught.value.facts) == (Code.RELEASE_DENIED, {"reason": "NOT_A_PARTY"})
    with pytest.raises(Denied) as caught:
        select(held(ABOUT), ask(agreement(clauses=[clause(disclose=["theatre"])]), ABOUT))
    assert caught.value.code is Code.NOTHING_TO_RELEASE


@pytest.mark.parametrize(
    "other",
    [
        ABOUT._replace(id="rec-other"),
        ABOUT._replace(originator="AE"),
        ABOUT._replace(version=2),
        ABOUT._replace(claims=ABOUT.claims[:-1]),
        ABOUT._replace(claims=ABOUT.claims[::-1]),
    ],
)
def test_case_7_a_decision_selects_from_its_own_record_only(other: Record) -> None:
    with pytest.raises(Denied) as caught:
        select(held(other), ask(agreement(), ABOUT))
    assert caught.value.facts == {"reason": "OTHER_RECORD"}


def test_pairs_and_claims_must_be_as_many() -> None:
    short = held(ABOUT)._replace(pairs=held(ABOUT).pairs[:-1])
    with pytest.raises(Denied):
        select(short, ask(agreement(), ABOUT))


def test_nobody_else_makes_or_changes_released() -> None:
    decision, member = ask(agreement(), ABOUT), "record_state"
    terms = Handling("TLP:CLEAR", (), (), 1, "none")
    with pytest.raises(TypeError):
        Released(object(), held(ABOUT), decision, terms)
    released = select(held(ABOUT), decision)
    with pytest.raises(AttributeError):
        released.pairs = ()
    with pytest.raises(AttributeError):
        del released.pairs
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(decision, member, "released")
