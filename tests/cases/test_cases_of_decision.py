"""The carried-over cases of policies.md, 1 to 13 and 16: what a rule, a signature and an identity decide.

Partly covered, because the feature is not in this tree yet: 2 (cadences run nothing by themselves), 11 (recalls).
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from functools import partial
from types import ModuleType

import pytest

from exchange.api import auditors, health, officers, partners
from exchange.api.declare import Audience
from exchange.crypto.commitments import pack
from exchange.crypto.rootsign import root_signature
from exchange.errors import BadInput, Code, Conflict, Forbidden, NotFound, Untrusted
from exchange.model.claims import JsonObject
from exchange.model.records import Ref
from exchange.operations import agreements, approve, deposit, people, propose, read, release
from exchange.operations import partners as partner_book
from exchange.operations.approve import approve as approve_one
from exchange.operations.deposit import Draft, commit_records
from exchange.operations.read import read_own
from exchange.operations.receive import receive
from tests import invariants
from tests.cases.steps import SECOND, amended, beside, caught, own, received, replaced, seen, wish
from tests.federation import AGREEMENT, PURPOSE, Federation, State, agreement_document, card_of, root_of
from tests.subjects import gulf_person
from tests.threats.worlds import Forger, Parcel, body_of, held_of


def test_case_01_an_agreement_with_no_clauses_releases_nothing(house: Federation, dz: State) -> None:
    beside(house, clauses=[])
    (ref,) = dz.deposit(gulf_person(1))
    answer = seen(dz, "KW", ref, SECOND)
    assert answer.view.released is None
    assert answer.view.reason.code == "NOTHING_TO_RELEASE"
    outcome = wish(dz, "KW", [ref], SECOND)
    assert outcome.proposals == []
    assert [reason.code for _, reason in outcome.denied] == ["NOTHING_TO_RELEASE"]
    assert wish(dz, "KW", [ref], AGREEMENT).proposals


def test_case_02_everything_now_is_the_same_as_each_by_itself(dz: State) -> None:
    """One wish for all records and one for each come to the same views: there is no other way to send."""
    refs = dz.deposit(*(gulf_person(n) for n in range(6)))
    dz.push("KW", refs[:2])
    together = wish(dz, "KW", refs, AGREEMENT)
    alone = [wish(dz, "KW", [ref], AGREEMENT) for ref in refs]
    assert together.unchanged == [ref for each in alone for ref in each.unchanged] == refs[:2]
    assert [ref for ref, _ in together.denied] == [ref for each in alone for ref, _ in each.denied]
    assert items(dz, [each.id for each in together.proposals]) == items(
        dz, [proposal.id for each in alone for proposal in each.proposals]
    )


def items(state: State, proposals: list[str]) -> list[tuple[Ref, bytes]]:
    with state.node.store.read() as unit:
        return [(item.ref, item.view_digest) for id_ in proposals for item in unit.releases.items(id_)]


def test_case_03_a_typo_in_a_rule_refuses_to_load(dz: State) -> None:
    document = agreement_document("dz-ae-kw.yaml") | {"id": SECOND}
    clauses = document["clauses"]
    assert isinstance(clauses, list)
    first = clauses[0]
    assert isinstance(first, dict)
    typos: list[JsonObject] = [
        {"witheld": ["birth.date"]},
        {"disclose": ["identity.nmae"]},
        {"when": {"nationalty": ["KW"]}},
    ]
    for typo in typos:
        with pytest.raises(BadInput) as refusal, dz.node.store.write() as unit:
            agreements.draft(dz.node, unit, dz.staff.admin, {**document, "clauses": [{**first, **typo}, *clauses[1:]]})
        assert refusal.value.code is Code.AGREEMENT_INVALID
    with dz.node.store.read() as unit:
        assert [stored.id for stored in unit.agreements.all()] == [AGREEMENT]


def test_case_04_a_failing_check_leaves_the_store_unchanged(dz: State) -> None:
    """The last record of a batch is bad in another way each time; nothing of the batch and no entry is stored."""
    (ref,) = dz.deposit(gulf_person(1))
    before = invariants.entries(dz.node)
    good = gulf_person(2)
    bad = [
        replaced(good, "record.review", "2040-01-01"),
        replaced(good, "record.marking", "TLP:WHITE"),
        tuple(claim for claim in good if claim.path != "record.legal_basis"),
        (*good, good[0]),
        (),
    ]
    for claims in bad:
        drafts = [Draft("person", good), Draft("person", claims)]
        with pytest.raises(BadInput), dz.node.store.write() as unit:
            deposit.deposit(dz.node, unit, dz.staff.officer, drafts)
        with pytest.raises(BadInput):
            amended(dz, ref, 1, claims)
    assert invariants.entries(dz.node) == before
    with dz.node.store.read() as unit:
        assert [(line.ref, line.version) for line in unit.records.lines(None, None, 10)] == [(ref, 1)]


@pytest.mark.parametrize("version", [1, 2])
def test_case_05_a_bad_signature_on_an_update_is_refused_as_on_a_create(dz: State, version: int) -> None:
    document: JsonObject = agreement_document("dz-ae-kw.yaml") | {"id": SECOND, "examples": []}
    for number in range(1, version + 1):
        with dz.node.store.write() as unit:
            stored = agreements.draft(dz.node, unit, dz.staff.admin, {**document, "version": number})
    good = root_signature(root_of("KW"), "KW", "exchange/agreement/1", stored.document)
    other = root_signature(root_of("KW"), "KW", "exchange/agreement/1", stored.document + b" ")
    stranger = root_signature(root_of("AE"), "KW", "exchange/agreement/1", stored.document)

    def add(signature: bytes) -> None:
        with dz.node.store.write() as unit:
            agreements.add_signature(dz.node, unit, dz.staff.admin, SECOND, version, signature)

    for bad in (other, stranger, good[:-9] + b'AAAAAAA"}', b"{}"):
        assert caught(partial(add, bad)) is not None
    with dz.node.store.read() as unit:
        kept = unit.agreements.get(SECOND, version)
    assert kept is not None
    assert kept.signatures == {}
    add(good)


def test_case_06_keys_of_first_contact_never_come_from_the_message(house: Federation, dz: State) -> None:
    """A card proves only what the fingerprint, given by a person, already says; a stranger's envelope is not read."""
    with pytest.raises(Untrusted) as refusal, dz.node.store.write() as unit:
        partner_book.add_partner(dz.node, unit, dz.staff.admin, card_of("TN"), root_of("KW").fingerprint)
    assert refusal.value.code is Code.ROOT_MISMATCH
    with dz.node.store.read() as unit:
        assert unit.partners.get("TN") is None
    wire = Forger(dz, house["KW"]).seal(body_of([]))
    assert caught(lambda: receive(house["KW"].node, "TN", wire)) is not None
    assert invariants.taken(house["KW"].node, "DZ") == invariants.taken(house["KW"].node, "TN") == []


def test_case_07_what_is_approved_is_what_leaves(dz: State) -> None:
    one, two = dz.deposit(gulf_person(1), gulf_person(2))
    (first,), (second,) = (dz.propose("KW", [ref]).proposals for ref in (one, two))
    with pytest.raises(Conflict), dz.node.store.write() as unit:
        approve_one(dz.node, unit, dz.staff.approver, first.id, second.digest)
    dz.approve(first)
    assert caught(lambda: dz.release(second)) is not None
    amended(dz, one, 1, gulf_person(3))
    assert dz.release(first).state == "voided"
    assert invariants.sent(dz.node, "KW") == []


def test_case_08_authorisation_is_the_routes_own_and_not_the_verbs_or_a_fields() -> None:
    """Every route has one method, one audience and its own permission; no handler reads another method's header."""
    routes = [*officers.ROUTES, *auditors.ROUTES, *partners.ROUTES, *health.routes(lambda: False)]
    assert len(routes) > 20
    assert len({(route.method, route.path) for route in routes}) == len(routes)
    assert all(route.method in {"GET", "POST", "PUT", "DELETE"} for route in routes)
    for route in routes:
        assert (route.permission is not None) or route.audience in {Audience.PARTNER, Audience.PUBLIC}, route.path
        assert not [name for name in route.headers if "method" in name.lower() or "role" in name.lower()]


def test_case_09_a_foreign_id_never_resolves_to_a_record_of_ours(house: Federation, dz: State, kw: State) -> None:
    """DZ signs a record under KW's own id: KW keeps its own, and DZ's copy stands under DZ's name."""
    (ours,) = kw.deposit(gulf_person(1))
    before = own(kw, ours)
    (model,) = held_of(dz, dz.deposit(gulf_person(2)))
    (same,) = commit_records(dz.node, [model.record._replace(id=ours.id)], [None])
    parcel = Parcel(same.root, same.manifest, same.proof, pack(same.pairs[:0]))
    receive(kw.node, "DZ", Forger(dz, kw).seal(body_of([parcel])))
    assert own(kw, ours) == before
    with pytest.raises(NotFound), kw.node.store.write() as unit:
        read_own(kw.node, unit, kw.staff.officer, Ref("DZ", ours.id))
    with pytest.raises(NotFound), dz.node.store.write() as unit:
        read_own(dz.node, unit, dz.staff.officer, ours)


OPERATIONS: tuple[ModuleType, ...] = (agreements, approve, deposit, partner_book, people, propose, read, release)


def test_case_10_no_parameter_skips_access_control(house: Federation, dz: State) -> None:
    """No operation that a person calls has a switch; who asks is always named, and nobody's role is lent."""
    seen_: list[str] = []
    for module in OPERATIONS:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            parameters = inspect.signature(function).parameters
            if function.__module__ == module.__name__ and "person" in parameters and not name.startswith("_"):
                seen_.append(name)
                assert not [each for each in parameters if parameters[each].annotation in ("bool", bool)], name
                assert parameters["person"].default is inspect.Parameter.empty, name
    assert len(seen_) > 15
    auditor, refs = dz.staff.auditor, dz.deposit(gulf_person(1))
    borrowed = replace(auditor, id=dz.staff.officer.id)
    for person in (auditor, borrowed):
        with pytest.raises(Forbidden), dz.node.store.write() as unit:
            propose.propose(dz.node, unit, person, propose.Wish("KW", AGREEMENT, PURPOSE, tuple(refs)))


def test_case_11_a_record_of_another_state_goes_nowhere_without_its_consent(house: Federation, kw: State) -> None:
    """Without a grant. That a recall walks down what went on under one: tests/operations/test_recalls.py."""
    dz = house["DZ"]
    refs = dz.deposit(gulf_person(1))
    dz.push("KW", refs)
    assert dz.deliver("KW").accepted == 1
    assert received(kw, refs[0]).copy.ref == refs[0]
    found = wish(kw, "AE", refs, AGREEMENT)
    assert [reason.code for _, reason in found.denied] == ["ORIGINATOR_CONTROL"]
    assert not found.proposals
    assert invariants.sent(kw.node, "AE") == []


def test_case_12_a_tightened_marking_takes_effect_at_the_recipient(dz: State, kw: State) -> None:
    """When the new version is released. That it must be released is the correction's business, which is not here."""
    (ref,) = dz.deposit(gulf_person(1))
    dz.push("KW", [ref])
    dz.deliver("KW")
    assert b'"tlp":"TLP:AMBER"' in received(kw, ref).copy.handling or b"AMBER" in received(kw, ref).copy.handling
    amended(dz, ref, 1, replaced(own(dz, ref), "record.marking", "TLP:RED"))
    assert [outcome.state for outcome in dz.push("KW", [ref])] == ["released"]
    dz.deliver("KW")
    copy = received(kw, ref)
    assert b'"tlp":"TLP:RED"' in copy.copy.handling
    assert copy.copy.version == 2
    assert [claim.value for claim in copy.claims if claim.path == "record.marking"] == ["TLP:RED"]


def test_case_13_a_new_party_gets_the_back_catalogue_only_if_the_agreement_says_so(
    house: Federation, dz: State
) -> None:
    (ref,) = dz.deposit(gulf_person(1))
    document = agreement_document("dz-ae-kw.yaml")
    parties = document["parties"]
    assert isinstance(parties, list)
    late = [
        {**party, "joined": "2026-11-03T00:00:00Z"} if isinstance(party, dict) and party["code"] == "KW" else party
        for party in parties
    ]
    beside(house, parties=late, back_catalogue="excluded")
    assert seen(dz, "KW", ref, SECOND).view.reason.code == "BEFORE_ACCESSION"
    assert seen(dz, "AE", ref, SECOND).view.released is not None
    beside(house, parties=late, back_catalogue="included", version=2)
    assert seen(dz, "KW", ref, SECOND).view.released is not None


def test_case_16_a_preview_is_what_left_for_every_partner(house: Federation, dz: State) -> None:
    refs = dz.deposit(*(gulf_person(n) for n in range(20, 32)))
    arrived = 0
    for code in ("AE", "KW"):
        shown = {ref: seen(dz, code, ref, AGREEMENT).view.released for ref in refs}
        dz.push(code, refs)
        dz.deliver(code)
        for ref, released in shown.items():
            if released is None:
                assert caught(partial(received, house[code], ref)) is Code.NOT_FOUND
                continue
            arrived += 1
            copy = received(house[code], ref).copy
            assert copy.claims == pack(released.pairs)
    assert arrived > len(refs)
