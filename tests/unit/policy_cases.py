"""Random questions for comparing the deciders of policy.md: agreement, policies, record, and whom, why and when.

It decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Final, NamedTuple

from exchange.model import vocab
from exchange.model.claims import Claim, JsonObject, JsonValue
from exchange.model.records import Record
from exchange.policies.agreement import Agreement, NationalPolicy
from tests.unit.policy_documents import PURPOSES, STATES, TESTS, a_policy, an_agreement, chance
from tests.unit.policy_records import ODD, a_claim, a_record, governance, safeguards, substance

NOW: Final = datetime(2026, 3, 15, 23, 30, tzinfo=UTC)


class Case(NamedTuple):
    """One question."""

    agreement: Agreement
    policies: tuple[NationalPolicy, ...]
    record: Record
    node: str
    recipient: str
    purpose: str
    now: datetime


def a_case(rng: Random, tests: Sequence[str] = TESTS, *, births: bool = True) -> Case:
    agreement, policies = an_agreement(rng, tests), tuple(a_policy(rng, tests) for _ in range(rng.randrange(3)))
    return a_question(rng, agreement, policies, births=births)


def a_question(rng: Random, agreement: Agreement, policies: tuple[NationalPolicy, ...], *, births: bool = True) -> Case:
    """A record and a question under given rules."""
    recipient = rng.choice(("AE", "KW", "TN")) if chance(rng, 96) else rng.choice(STATES)
    node = "DZ" if chance(rng, 96) else rng.choice(STATES)
    purpose = PURPOSES[0] if chance(rng, 90) else rng.choice((*PURPOSES, "contact"))
    days = 0 if chance(rng, 90) else rng.choice((-80, -70, 1, 200, 290, 300))
    record = a_record(rng, births=births)
    return Case(agreement, policies, record, node, recipient, purpose, NOW + timedelta(days=days))


def nudged(rng: Random, case: Case) -> Case:
    """The same question with one thing changed: where a released record is close to a denied one."""
    claims = list(case.record.claims)
    draw = rng.randrange(10)
    if draw == 0:
        return case._replace(purpose="contact", record=with_claim(case.record, "record.purpose", "contact"))
    if draw == 1:
        return case._replace(now=case.now + timedelta(days=rng.choice((-75, 1, 290, 291, 292))))
    if draw == 2 and claims:
        place = rng.randrange(len(claims))
        claims[place] = claims[place]._replace(value=rng.choice(ODD))
    elif draw == 3 and claims:
        del claims[rng.randrange(len(claims))]
    elif draw == 4:
        flag = rng.choice(("asylum", "refugee"))
        origin: JsonObject = {"country": rng.choice((case.recipient, "SY")), "status": "presumed"}
        if chance(rng, 25):
            origin = {"region": "EUROPE", "status": vocab.UNDISCLOSED}
        return case._replace(record=with_claim(with_claim(case.record, "record.flag", flag), "nationality", origin))
    elif draw < 7:
        value: JsonValue = rng.choice(sorted(vocab.FLAGS)) if chance(rng, 85) else rng.choice(ODD)
        return case._replace(record=with_claim(case.record, "record.flag", value))
    else:
        pairs = [*governance(rng, case.record.kind), *safeguards(rng), *substance(rng, case.record.kind)]
        added = [a_claim(rng, len(claims) + 1, *rng.choice(pairs), odd=20)]
        claims += added
    return case._replace(record=case.record._replace(claims=tuple(claims)))


def with_claim(record: Record, path: str, value: JsonValue) -> Record:
    """The record with one claim more."""
    added = Claim(f"c{len(record.claims) + 1}", path, value, "fact")
    return record._replace(claims=(*record.claims, added))
