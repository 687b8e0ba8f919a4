"""The national policies of docs/examples: they narrow, they are known by every rule, and they never widen."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, Final, NamedTuple

import pytest

from exchange.crypto.encoding import canonical, read_canonical
from exchange.interop.documents import read_yaml
from exchange.model.claims import JsonObject, JsonValue
from exchange.policies.agreement import Agreement, NationalPolicy, placeholders, read, read_policy
from exchange.policies.check import Question, permitted
from exchange.policies.examples import decide_example
from tests.examples import EXAMPLES
from tests.unit.policies_kit import example, example_document

POLICIES: Final = ("np-dz", "np-fr")
AGREEMENTS: Final = ("dz-ae-kw", "dz-ae-un", "dz-eg", "dz-fr", "dz-kw", "dz-qa", "dz-qa-2", "dz-sa", "dz-tn-eg")
both = pytest.mark.parametrize("name", POLICIES)


def policy(name: str, without: str | None = None) -> NationalPolicy:
    """The policy, or what is left of it without one rule."""
    document: JsonObject = read_yaml((EXAMPLES / f"{name}.yaml").read_bytes())
    for part in ("clauses", "forbids"):
        rules = document[part]
        assert isinstance(rules, list)
        document[part] = [rule for rule in rules if isinstance(rule, dict) and rule["id"] != without]
    return read_policy(document, "5" * 64, draft=True)


class Case(NamedTuple):
    """A record that the agreement lets go, and the rule of a policy that stops it or one of its claims."""

    policy: str
    rule: str
    agreement: str
    to: str
    purpose: str
    stopped: str | None
    """The path that stays; None where the whole record does."""
    claims: list[JsonValue]
    kind: str = "person"


def says(path: str, value: JsonValue, **more: JsonValue) -> JsonObject:
    return {"path": path, "value": value, **more}


NAME: Final = says("name.full", {"text": "Exemple", "script": "Latn", "type": "primary"})
HEARD: Final = NAME | {"statement": "hearsay"}
FRENCH: Final = says("nationality", {"country": "FR", "status": "confirmed"})
ALGERIAN: Final = says("nationality", {"country": "DZ", "status": "confirmed"})
TUNISIAN: Final = says("nationality", {"country": "TN", "status": "confirmed"})
ASSURED: Final = says("record.assurance", "reference of the assurance")
CASES: Final = (
    Case("np-dz", "1.1", "dz-tn-eg", "TN", "counter_terrorism.networks", "contact.account",
         [NAME, ALGERIAN, says("role", "recruiter"), says("contact.account", "@exemple")]),
    Case("np-dz", "2.1", "dz-tn-eg", "TN", "analysis.joint", "movement.crossing",
         [says("route.from", "DZ"), says("route.to", "LY"), says("movement.crossing", "poste exemple")], "movement"),
    Case("np-dz", "3.1", "dz-eg", "EG", "counter_terrorism.travel", "source.type",
         [says("route.from", "LY", observed="2026-09-01"), says("source.type", "HUMINT")], "movement"),
    Case("np-dz", "4.1", "dz-tn-eg", "TN", "analysis.joint", "recruitment.by",
         [says("record.category", "associate"), NAME, TUNISIAN, says("theatre", "LY"), says("recruitment.by", "x")]),
    Case("np-dz", "5.1", "dz-tn-eg", "TN", "analysis.joint", None,
         [says("record.category", "associate"), NAME, ALGERIAN, says("theatre", "LY")]),
    Case("np-dz", "5.2", "dz-fr", "FR", "counter_terrorism.travel", None,
         [HEARD, ALGERIAN | {"statement": "hearsay"}, says("theatre", "SY", statement="hearsay")]),
    Case("np-dz", "5.3", "dz-eg", "EG", "counter_terrorism.travel", None,
         [says("record.marking", "TLP:RED"), NAME, ALGERIAN, says("theatre", "LY")]),
    Case("np-fr", "1.1", "dz-fr", "DZ", "counter_terrorism.travel", "nationality",
         [ASSURED, NAME, FRENCH, ALGERIAN, says("theatre", "SY")]),
    Case("np-fr", "2.1", "dz-fr", "DZ", "counter_terrorism.prosecution", "biometric.fingerprints",
         [says("record.category", "convicted"), ASSURED, NAME, FRENCH, says("biometric.fingerprints", "0" * 64)]),
    Case("np-fr", "3.1", "dz-fr", "DZ", "counter_terrorism.networks", "recruitment.by",
         [ASSURED, NAME | {"grade": {"scale": "4x4", "source": "C", "information": "2"}},
          says("residence.country", "FR"), says("recruitment.by", "Abu Mithal")]),
    Case("np-fr", "4.1", "dz-fr", "DZ", "counter_terrorism.travel", None,
         [ASSURED, HEARD, FRENCH | {"statement": "assessment"}, says("theatre", "SY", statement="hearsay")]),
    Case("np-fr", "4.2", "dz-fr", "DZ", "counter_terrorism.networks", None,
         [says("record.caveat", "COURT_USE_NEEDS_CONSENT"), ASSURED,
          says("network.type", "recruitment", observed="2026-08-01")], "network"),
)  # fmt: skip


def asked(case: Case) -> Agreement:
    """The agreement, with the record of `case` as its only example."""
    document: dict[str, Any] = deepcopy(example_document(case.agreement))
    document["examples"] = [
        {
            "name": case.rule,
            "from": case.policy[3:].upper(),
            "to": case.to,
            "purpose": case.purpose,
            "now": "2026-09-02T06:00:00Z",
            "record": {"kind": case.kind, "claims": case.claims},
            "expect": {"record": "denied"},
        }
    ]
    return read(document, "2" * 64, draft=True)


@both
def test_it_loads_in_three_languages_and_only_narrows(name: str) -> None:
    loaded = policy(name)
    assert placeholders(loaded) == (name[3:].upper(),)
    assert all(loaded.title)
    assert all(clause.withhold and not clause.disclose for clause in loaded.clauses)
    assert loaded.clauses
    assert loaded.forbids
    document = read_yaml((EXAMPLES / f"{name}.yaml").read_bytes())
    assert read_canonical(canonical(document), limit=1 << 20) == document


def test_these_are_all_and_every_rule_has_its_case() -> None:
    assert tuple(sorted(path.stem for path in EXAMPLES.glob("np-*.yaml"))) == POLICIES
    loaded = {name: policy(name) for name in POLICIES}
    rules = {(name, clause.id) for name, each in loaded.items() for clause in each.clauses}
    rules |= {(name, forbid.id) for name, each in loaded.items() for forbid in each.forbids}
    assert {(case.policy, case.rule) for case in CASES} == rules


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.policy}-{case.rule}")
def test_one_rule_stops_what_the_agreement_lets_go(case: Case) -> None:
    agreement = asked(case)
    (each,) = agreement.examples
    label = f"{case.policy.upper()}/{case.rule}"
    whole = decide_example(agreement, each, (policy(case.policy),))
    less = decide_example(agreement, each, (policy(case.policy, without=case.rule),))
    assert less.record_state == "released"
    if case.stopped is None:
        assert (whole.record_state, whole.record_reason and whole.record_reason.clause) == ("denied", label)
        return
    ids = [claim.id for claim in each.record.claims if claim.path == case.stopped]
    assert whole.record_state == "released"
    assert [(whole.outcomes[id_].state, whole.outcomes[id_].clause) for id_ in ids] == [("withheld", label)] * len(ids)
    assert {less.outcomes[id_].state for id_ in ids} == {"sent"}


@both
@pytest.mark.parametrize("agreement", AGREEMENTS)
def test_with_a_policy_never_more_leaves_and_the_second_checker_agrees(name: str, agreement: str) -> None:
    loaded, own = example(agreement), (policy(name),)
    for each in loaded.examples:
        sent = []
        for policies in ((), own):
            decision = decide_example(loaded, each, policies)
            released = decision.record_state == "released"
            sent.append({id_ for id_, out in decision.outcomes.items() if released and out.state == "sent"})
            question = Question(loaded, policies, each.record, each.node, each.to, each.purpose, each.now)
            assert permitted(question) == sent[-1], each.name
        assert sent[1] <= sent[0]
        if each.node != own[0].party.code:
            assert sent[1] == sent[0]
