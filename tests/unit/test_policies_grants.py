"""Grants: the exact form of the document, what one covers, and that both checkers read it alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from exchange.errors import BadInput, Code, Denied
from exchange.model.claims import JsonObject, JsonValue
from exchange.model.records import Ref
from exchange.policies.check import Consent, Question, permitted
from exchange.policies.decide import Grant, Inputs, decide
from exchange.policies.grants import GrantDocument, Passing, covers, let_pass, read_grant
from exchange.policies.handling import Handling
from tests.unit.policy_cases import Case, a_case

TERMS = Handling("TLP:AMBER", (), ("border.checks",), 90, "none")
GRANT = GrantDocument(
    originator="DZ",
    holder="AE",
    recipient="KW",
    thread="msg-" + "0" * 32,
    versions={"rec-00000001": 2, "rec-00000002": 1},
    paths=("name.full", "nationality"),
    purpose="border.checks",
    handling=TERMS,
    agreements=("AG-AE-KW",),
    issued="2026-11-02T08:00:00Z",
    expires="2027-11-02T08:00:00Z",
)
NOW = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
PASSING = Passing(Ref("DZ", "rec-00000001"), 2, "AE", "KW", "border.checks", "AG-AE-KW", NOW)


def test_what_is_written_is_read() -> None:
    assert read_grant(GRANT.document()) == GRANT
    assert read_grant({**GRANT.document(), "paths": None}) == GRANT._replace(paths=None)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("v", 2),
        ("v", True),
        ("originator", "dz"),
        ("holder", "DZ"),
        ("holder", "KW"),
        ("recipient", "XX"),
        ("recipient", "DZ"),
        ("thread", "msg-1"),
        ("refs", []),
        ("refs", [["rec-00000002", 1], ["rec-00000001", 1]]),
        ("refs", [["rec-00000001", 1], ["rec-00000001", 1]]),
        ("refs", [["rec-00000001", 0]]),
        ("refs", [["rec-00000001", True]]),
        ("refs", ["rec-00000001"]),
        ("paths", []),
        ("paths", ["name.secret"]),
        ("paths", ["nationality", "name.full"]),
        ("purpose", "analysis.joint"),
        ("purpose", ""),
        ("handling", None),
        ("handling", {**TERMS.document(), "onward": "ask"}),
        ("handling", {**TERMS.document(), "retention_days": 0}),
        ("agreements", []),
        ("agreements", ["b", "a"]),
        ("issued", "2026-11-02"),
        ("issued", "2026-13-02T08:00:00Z"),
        ("expires", "2026-11-02T08:00:00Z"),
        ("expires", "2027-11-04T08:00:00Z"),
    ],
)
def test_anything_else_is_none(member: str, value: JsonValue) -> None:
    with pytest.raises(BadInput) as caught:
        read_grant({**GRANT.document(), member: value})
    assert caught.value.code is Code.GRANT_INVALID


def test_members_are_exact() -> None:
    whole = GRANT.document()
    for name in whole:
        missing: JsonObject = {each: value for each, value in whole.items() if each != name}
        with pytest.raises(BadInput):
            read_grant(missing)
    with pytest.raises(BadInput):
        read_grant({**whole, "note": "x"})
    with pytest.raises(BadInput):
        read_grant([whole])


def test_what_it_covers() -> None:
    assert covers(GRANT, PASSING)
    assert covers(GRANT, PASSING._replace(version=3))
    assert covers(GRANT, PASSING._replace(now=GRANT.issued_at - timedelta(minutes=5)))
    for other in (
        PASSING._replace(ref=Ref("EG", "rec-00000001")),
        PASSING._replace(ref=Ref("DZ", "rec-00000003")),
        PASSING._replace(version=1),
        PASSING._replace(holder="QA"),
        PASSING._replace(recipient="QA"),
        PASSING._replace(purpose="counter_terrorism.travel"),
        PASSING._replace(agreement_id="AG-AE-KW-2"),
        PASSING._replace(now=GRANT.expires_at),
        PASSING._replace(now=GRANT.issued_at - timedelta(minutes=6)),
    ):
        assert not covers(GRANT, other), other


def test_what_the_third_state_lets_pass() -> None:
    let_pass(GRANT, PASSING, ["name.full", "record.marking"], TERMS)
    tighter = TERMS._replace(tlp="TLP:RED", caveats=("NO_ARREST_BASIS",), retention_days=1)
    let_pass(GRANT, PASSING, ["name.full"], tighter)
    looser = [TERMS._replace(tlp="TLP:GREEN"), TERMS._replace(retention_days=91), TERMS._replace(onward="ask")]
    looser.append(TERMS._replace(purposes=("border.checks", "counter_terrorism.travel")))
    for terms in looser:
        with pytest.raises(Denied):
            let_pass(GRANT, PASSING, ["name.full"], terms)
    with pytest.raises(Denied):
        let_pass(GRANT, PASSING, ["gender"], TERMS)
    with pytest.raises(Denied):
        bound = GRANT._replace(handling=TERMS._replace(caveats=("NO_ARREST_BASIS",)))
        let_pass(bound, PASSING, ["name.full"], TERMS)


def consent_of(rng: Random, case: Case) -> Consent:
    """A grant for the record of `case`, often one that does not fit."""
    claims = sorted({claim.path for claim in case.record.claims})
    some = tuple(path for path in claims if rng.random() < 0.7)
    return Consent(
        originator="EG",
        holder=case.node,
        recipient=case.recipient,
        purpose=case.purpose,
        versions={case.record.id: case.record.version + (rng.random() < 0.1)},
        paths=rng.choice((None, some)),
        agreements=(case.agreement.id,) if rng.random() < 0.9 else ("AG-OTHER",),
        issued=case.now - timedelta(days=1),
        expires=case.now + timedelta(days=rng.choice((1, 1, 1, 1, 1, 0))),
        markings=(rng.choice(("TLP:GREEN", "TLP:AMBER", "TLP:RED")),),
        purposes=((case.purpose,),),
    )


def granted(case: Case, consent: Consent) -> tuple[Grant, ...]:
    """The same grant as `decide` gets it from whoever loads grants: only one that covers record and agreement."""
    fits = case.record.version >= consent.versions[case.record.id] and case.agreement.id in consent.agreements
    if not fits:
        return ()
    covered = [
        claim.id
        for claim in case.record.claims
        if consent.paths is None or claim.path in consent.paths or claim.path.startswith("record.")
    ]
    terms = tuple(Handling(label, (), consent.purposes[0], 90, "none") for label in consent.markings)
    ref = case.record.ref
    return (Grant(ref, consent.recipient, consent.purpose, consent.expires, frozenset(covered), terms),)


def test_both_checkers_read_a_grant_alike() -> None:
    rng, released, denied = Random(20261102), 0, 0
    for _ in range(400):
        found = a_case(rng)
        case = found._replace(record=found.record._replace(originator="EG"))
        consent = consent_of(rng, case)
        decision = decide(
            Inputs(
                agreement=case.agreement,
                policies=case.policies,
                record=case.record,
                node=case.node,
                recipient=case.recipient,
                purpose=case.purpose,
                now=case.now,
                manifest_digest="",
                policy_digest="",
                grants=granted(case, consent),
            )
        )
        sent = {id_ for id_, outcome in decision.outcomes.items() if outcome.state == "sent"}
        assert permitted(Question(*case, (consent,))) == (sent if decision.record_state == "released" else set())
        assert permitted(Question(*case)) == frozenset()
        released += decision.record_state == "released"
        denied += decision.record_state != "released"
        if decision.handling is not None:
            assert decision.handling.onward == "none"
            assert decision.handling.retention_days <= 90
    assert released > 20
    assert denied > 20


def test_a_consent_with_an_odd_label_denies() -> None:
    rng = Random(1)
    case = next(each for each in (a_case(rng) for _ in range(500)) if permitted(Question(*each)))
    foreign = case._replace(record=case.record._replace(originator="EG"))
    consent = replace_labels(consent_of(Random(4), foreign), case)
    assert permitted(Question(*foreign, (consent,)))
    assert permitted(Question(*foreign, (consent._replace(markings=("TLP:PINK",)),))) == frozenset()
    assert permitted(Question(*foreign, (consent._replace(purposes=((),)),))) == frozenset()


def replace_labels(consent: Consent, case: Case) -> Consent:
    """One that surely fits."""
    return consent._replace(
        paths=None,
        markings=("TLP:CLEAR",),
        agreements=(case.agreement.id,),
        versions={case.record.id: 1},
        expires=case.now + timedelta(days=1),
    )
