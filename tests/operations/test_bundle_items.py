"""Decisions in a bundle that the node itself signed again: items are those of their manifests and of the release."""

from __future__ import annotations

from typing import Any

import pytest

from exchange.crypto.encoding import b64, canonical, unb64
from exchange.crypto.signing import sign_batch
from exchange.ledger import bundle as form
from exchange.ledger.bundle_report import BundleReport
from exchange.ledger.report import Exit, Fault
from tests.bundle_kit import both, bundle_of, document
from tests.federation import State
from tests.operations.in_memory import enacted
from tests.subjects import gulf_person

Document = dict[str, Any]


@pytest.fixture(scope="module")
def dz() -> State:
    return enacted()["DZ"]


@pytest.fixture(scope="module")
def bundle(dz: State) -> bytes:
    """Of three records, with values."""
    (proposal,) = dz.propose("KW", dz.deposit(*(gulf_person(each) for each in (1, 2, 3)))).proposals
    dz.approve(proposal)
    assert dz.release(proposal).state == "released"
    return bundle_of(dz, proposal.id, claims=True)


def decision(bundle: bytes) -> Document:
    return document(unb64(document(bundle)["decision"]))


def judged(dz: State, bundle: bytes, file: Document) -> BundleReport:
    """What both verifiers say of the bundle with this decision, signed by the node."""
    value = {**document(bundle), "decision": b64(canonical(file))}
    del value["signature"]
    root, proofs = sign_batch(dz.node.keys.signing[1], form.TYPE, [canonical(value)])
    return both(canonical({**value, "signature": {"root": b64(root), "proof": b64(proofs[0])}}))


def differs(report: BundleReport) -> bool:
    return (report.exit_code, report.reason, report.member) == (Exit.CHAIN, Fault.DECISION_DIFFERS, "decision")


def test_the_control(dz: State, bundle: bytes) -> None:
    told = judged(dz, bundle, decision(bundle)).told
    assert told is not None
    assert told.decided is not None
    assert (told.decided.records, told.decided.values) == (3, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "rec-anybody-else-00000000000"),
        ("id", "NOT A RECORD"),
        ("originator", "FR"),
        ("originator", "France"),
        ("version", 9),
        ("version", True),
        ("position", 2),
        ("position", 0),
        ("position", True),
        ("claims", ""),
        ("claims", b64(bytes(3))),
    ],
)
def test_an_item_that_is_not_its_manifests(dz: State, bundle: bytes, name: str, value: object) -> None:
    file = decision(bundle)
    file["items"][0][name] = value
    assert differs(judged(dz, bundle, file))


@pytest.mark.parametrize("name", ["id", "originator"])
def test_an_item_without_a_manifest_has_its_form(dz: State, bundle: bytes, name: str) -> None:
    file = decision(bundle)
    file["items"][0] |= {"manifest": None, "claims": None, "decisions": None}
    assert judged(dz, bundle, file).ok
    file["items"][0][name] = "?"
    assert differs(judged(dz, bundle, file))


@pytest.mark.parametrize("places", [(0,), (0, 1), (1, 2), (0, 0, 0), (0, 1, 1), (1, 0, 2), (0, 1, 2, 2), ()])
def test_items_are_all_of_the_release_in_order(dz: State, bundle: bytes, places: tuple[int, ...]) -> None:
    file = decision(bundle)
    items = [file["items"][each] for each in places]
    assert differs(judged(dz, bundle, {**file, "items": items}))
    counted = [{**each, "position": place} for place, each in enumerate(items, 1)]
    assert differs(judged(dz, bundle, {**file, "items": counted}))


def test_no_pairs_is_not_no_claims(dz: State, bundle: bytes) -> None:
    file = decision(bundle)
    file["items"] = [{**each, "claims": b64(bytes(4))} for each in file["items"]]
    told = judged(dz, bundle, file).told
    assert told is not None
    assert told.decided is not None
    assert told.decided.values


GOOD = {"kind": "agreement", "document": "", "signatures": {}}


@pytest.mark.parametrize(
    "documents",
    [
        "",
        [{"x": 1}],
        [1],
        [{**GOOD, "kind": "treaty"}],
        [{**GOOD, "kind": ["agreement"]}],
        [{**GOOD, "document": "?"}],
        [{**GOOD, "signatures": []}],
        [{**GOOD, "signatures": {"KW": 1}}],
        [{**GOOD, "more": 1}],
    ],
)
def test_documents_have_their_form(dz: State, bundle: bytes, documents: object) -> None:
    assert judged(dz, bundle, {**decision(bundle), "documents": [GOOD]}).ok
    assert differs(judged(dz, bundle, {**decision(bundle), "documents": documents}))
