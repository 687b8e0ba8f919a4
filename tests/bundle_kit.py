"""Evidence bundles for tests, judged by both verifiers."""

from __future__ import annotations

from typing import Any

from exchange.crypto.encoding import canonical, read_strict
from exchange.ledger.bundle import MAX_BUNDLE
from exchange.ledger.bundle_report import BundleReport
from exchange.ledger.bundle_verify import verify
from exchange.operations.bundle import make_bundle
from tests.federation import State, root_of
from tests.second import module


def bundle_of(state: State, release: str, *, claims: bool = False, envelope: bool = False) -> bytes:
    """The bundle that a releasing officer of `state` makes."""
    data, report = make_bundle(state.node, state.staff.approver, release, claims=claims, envelope=envelope)
    assert report.ok
    return data


def both(data: bytes, node: str = "DZ") -> BundleReport:
    """Our report, once the second verifier came to the same exit code, reason and member."""
    fingerprint = root_of(node).fingerprint
    ours = verify(data, fingerprint=fingerprint)
    theirs = module().verify_bundle(data, fingerprint)
    said = (int(ours.exit_code), ours.reason, ours.member)
    found = (theirs["exit_code"], theirs["reason"], theirs["member"])
    assert found == said, (found, said)
    if ours.told is not None:
        assert theirs["witnesses"] == [each._asdict() for each in ours.told.witnesses]
    return ours


def document(data: bytes) -> dict[str, Any]:
    value = read_strict(data, limit=MAX_BUNDLE)
    assert isinstance(value, dict)
    return value


def changed(data: bytes, **members: object) -> bytes:
    """The bundle with other members, canonical again."""
    return canonical({**document(data), **members})
