"""What holds for every agreement, policy and record: narrowing narrows, inputs alone decide, replay gives the same."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.model.claims import JsonValue
from exchange.model.paths import PATHS
from exchange.model.records import Record
from exchange.model.vocab import TLP_BY_STRICTNESS, PathClass
from exchange.policies.agreement import read, read_policy
from exchange.policies.clauses import UNSELECTABLE
from exchange.policies.compile import plan_of, table_of, terms_of
from exchange.policies.decide import Decision
from tests.unit.policies_kit import Document, ask, document, name, policy_document, record

VALUES: dict[str, list[JsonValue]] = {
    "name.full": [name()],
    "name.given": [name()],
    "birth.date": [{"precision": "exact", "date": "1990-01-01"}, {"precision": "year", "year": 2010}],
    "birth.year": [1990, 2009],
    "gender": ["male"],
    "nationality": [{"country": code, "status": "claimed"} for code in ("KW", "AE", "TN")],
    "theatre": ["SY", "LY"],
    "route.to": ["LY", "ML"],
    "role": ["fighter", "recruiter"],
    "document": [{"type": "passport", "number": "1"}],
    "contact.phone": ["1"],
    "record.flag": ["refugee", "journalist", "aid_corridor"],
    "record.caveat": ["NO_ARREST_BASIS"],
    "record.marking": ["TLP:AMBER", "TLP:RED", "TLP:GREEN"],
}
CALM = {"birth.date": 1, "birth.year": 1, "record.flag": 0, "record.marking": 2}
"""How many of the values above stop no release."""
SELECTORS = [
    *sorted(path for path in VALUES if not path.startswith("record.")),
    *(
        "identity.name",
        "identity.birth",
        "identity.document",
        "movement",
        "location.coarse",
        "contact",
        "name.*",
        "birth.*",
    ),
]
TESTS: list[Document] = [
    {"nationality": ["KW", "AE"]},
    {"theatre": ["SY"]},
    {"route_to": ["LY"]},
    {"role": ["fighter"]},
    {"caveat": ["NO_ARREST_BASIS"]},
    {"marking_at_most": "TLP:AMBER"},
    {"subject_category": ["suspect"]},
    {"source_grade_at_least": {"scale": "admiralty", "grade": "A"}},
]
CONDITIONS = st.recursive(
    st.sampled_from(TESTS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all_of": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any_of": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=4,
)
CHOSEN = st.lists(st.sampled_from(SELECTORS), min_size=1, max_size=4, unique=True)
TERMS = st.fixed_dictionaries(
    {"tlp": st.sampled_from([str(label) for label in TLP_BY_STRICTNESS[:3]])},
    optional={
        "retention_days": st.integers(1, 400),
        "purposes": st.just(["border.checks"]),
        "onward": st.sampled_from(["none", "ask"]),
    },
)


@st.composite
def clauses(draw: st.DrawFn, member: str) -> Document:
    made: Document = {"id": "0", "from": "*", "to": draw(st.sampled_from(["*", ["KW"], ["AE"]])), "kinds": ["person"]}
    made[member] = draw(CHOSEN)
    if draw(st.booleans()):
        made["when"] = draw(CONDITIONS)
    if member == "disclose" and draw(st.booleans()):
        made["handling"] = draw(TERMS)
    return made


WIDE: Document = {
    "id": "0",
    "from": "*",
    "to": "*",
    "kinds": "*",
    "disclose": ["identity.name", "identity.birth", "movement"],
}


@st.composite
def rules(draw: st.DrawFn) -> list[Document]:
    made = draw(st.lists(clauses("disclose"), max_size=4)) + draw(st.lists(clauses("withhold"), max_size=2))
    if draw(st.integers(0, 2)):
        made.append(WIDE)
    return numbered(draw(st.permutations(made)))


@st.composite
def records(draw: st.DrawFn) -> Record:
    facts = draw(
        st.lists(st.sampled_from([(p, v) for p, many in VALUES.items() for v in many]), min_size=1, max_size=8)
    )
    return record(*facts)


def numbered(made: list[Document]) -> list[Document]:
    return [{**each, "id": f"1.{index}"} for index, each in enumerate(made)]


def leaves(decision: Decision) -> set[str]:
    return {id_ for id_, outcome in decision.outcomes.items() if outcome.state == "sent"}


def decided(made: list[Document], about: Record, forbids: list[Document] | None = None) -> Decision:
    changed: Document = {**agreed(deepcopy(made)), "forbids": forbids or []}
    return ask(read(changed, "0" * 64), about)


def agreed(made: list[Document]) -> Document:
    """With a row of approvals for every marking."""
    rows = {str(label): {"count": 1, "role": "officer"} for label in TLP_BY_STRICTNESS}
    return document(clauses=made, approvals=rows)


PROFILE = settings(max_examples=120, deadline=None, derandomize=True)


@PROFILE
@given(made=rules(), extra=clauses("withhold"), about=records())
def test_adding_a_withhold_never_discloses_more(made: list[Document], extra: Document, about: Record) -> None:
    before, after = decided(made, about), decided([*made, {**extra, "id": "9"}], about)
    assert leaves(after) <= leaves(before)


@PROFILE
@given(made=rules(), extra=CONDITIONS, about=records())
def test_adding_a_forbid_denies_or_changes_nothing(made: list[Document], extra: Document, about: Record) -> None:
    before = decided(made, about)
    after = decided(made, about, [{"id": "9", "from": "*", "to": "*", "kinds": "*", "when": extra}])
    assert leaves(after) in (set(), leaves(before))


@PROFILE
@given(made=rules(), extra=clauses("withhold"), about=records())
def test_adding_a_national_policy_never_discloses_more(made: list[Document], extra: Document, about: Record) -> None:
    loaded = read(agreed(made), "0" * 64)
    narrow = {member: value for member, value in extra.items() if member != "from"}
    policy = read_policy(policy_document(clauses=[narrow]), "1" * 64)
    assert leaves(ask(loaded, about, policy)) <= leaves(ask(loaded, about))


@PROFILE
@given(made=rules(), about=records())
def test_removing_a_claim_that_is_withheld_changes_nothing_that_leaves_unless_it_was_asked_about(
    made: list[Document], about: Record
) -> None:
    """With unconditional rules, what stays cannot influence what leaves (non-interference)."""
    plain = [{member: value for member, value in each.items() if member != "when"} for each in made]
    quiet = ("contact.phone", "document", "gender", "name.given")
    before = decided(plain, about)
    kept = tuple(
        claim for claim in about.claims if before.outcomes[claim.id].state == "sent" or claim.path not in quiet
    )
    after = decided(plain, about._replace(claims=kept))
    assert leaves(after) == leaves(before)
    assert after.handling == before.handling


@PROFILE
@given(made=rules(), about=records())
def test_preview_release_and_replay_are_the_same_document(made: list[Document], about: Record) -> None:
    loaded = read(agreed(made), "0" * 64)
    preview, release = ask(loaded, about), ask(loaded, about)
    for cache in (plan_of, table_of, terms_of):
        cache.cache_clear()
    replayed = decided(made, about)
    assert preview.document() == release.document() == replayed.document()


@PROFILE
@given(made=rules(), about=records())
def test_what_leaves_is_named_by_a_clause_and_never_a_safeguard(made: list[Document], about: Record) -> None:
    decision = decided(made, about)
    assert list(decision.outcomes) == [claim.id for claim in about.claims]
    ids = {each["id"] for each in made}
    for claim in about.claims:
        outcome = decision.outcomes[claim.id]
        assert PATHS[claim.path].cls is not PathClass.SAFEGUARD or outcome.state == "withheld"
        if outcome.state == "sent":
            assert decision.record_state == "released"
            assert outcome.clause in ids if claim.path not in UNSELECTABLE else outcome.clause is None


@PROFILE
@given(made=rules(), about=records())
def test_handling_is_never_looser_than_agreement_or_record(made: list[Document], about: Record) -> None:
    handling = decided(made, about).handling
    if handling is None:
        return
    markings = about.texts("record.marking")
    order = [str(label) for label in TLP_BY_STRICTNESS]
    assert order.index(handling.tlp) <= min(order.index(marking) for marking in markings)
    assert handling.retention_days <= 365
    assert set(about.texts("record.caveat")) <= set(handling.caveats)
    assert set(handling.purposes) <= {"counter_terrorism.travel", "border.checks"}
    assert "border.checks" in handling.purposes


def test_the_strategies_reach_releases_and_denials() -> None:
    """The properties above would hold of an empty set too."""
    seen: list[str] = []

    @settings(PROFILE, database=None)
    @given(made=rules(), about=records())
    def look(made: list[Document], about: Record) -> None:
        decision = decided(made, about)
        seen.append(decision.record_state)
        seen.extend(outcome.reason for outcome in decision.outcomes.values())

    look()
    assert seen.count("released") >= 20
    assert seen.count("denied") >= 20
    assert {"CLAUSE", "WITHHELD", "WITHHELD_NOT_EVALUABLE", "CLAUSE_NOT_MET", "NO_CLAUSE"} <= set(seen)


def test_two_documents_under_one_claimed_digest_are_never_mixed() -> None:
    about = record(("name.full", name()), ("gender", "male"))
    made: Any = [{"id": "1", "from": "*", "to": "*", "kinds": "*", "disclose": ["gender"]}]
    first = read(agreed(made), "0" * 64)
    second = read(document(clauses=[{**made[0], "disclose": ["name.full"]}]), "0" * 64)
    assert leaves(ask(first, about)) != leaves(ask(second, about))
