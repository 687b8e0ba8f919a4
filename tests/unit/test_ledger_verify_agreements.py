"""Verification of an export: what a release stands on, each rule by a ledger that keeps all the others."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from exchange.crypto.rootsign import root_signature
from exchange.ledger.export import (
    AgreementPart,
)
from exchange.ledger.report import Exit, Fault, Report
from tests.unit.ledger_kit import Story, agreement, digest_of, only, party, ready

# agreements


@pytest.mark.parametrize("state", ["suspended", "terminated", "superseded", "draft"])
def test_released_under_an_agreement_that_is_not_active(state: str) -> None:
    story = ready()
    story.activate(agreement(), 1, state)
    story.whole("rel-1", 1)
    only(story.report(), Fault.AGREEMENT_NOT_ACTIVE, 9)


def test_a_newer_version_supersedes() -> None:
    newer = agreement(version=2)
    story = Story(agreements=[agreement(), newer]).begin()
    story.activate(newer, 2, "draft")
    story.whole("rel-1", 1)  # a draft changes nothing
    story.activate(newer, 2)
    story.propose("rel-2")
    story.approve("rel-2")
    story.release("rel-2", 2, version=2)
    story.activate(agreement(), 1, "superseded")  # told late: changes nothing
    story.propose("rel-3")
    story.approve("rel-3")
    story.release("rel-3", 3, version=2)
    assert story.report().ok
    index = story.whole("rel-4", 4)
    only(story.report(), Fault.AGREEMENT_NOT_ACTIVE, index)


def test_released_outside_the_validity() -> None:
    story = ready()
    story.minute = 996
    index = story.whole("rel-1", 1)
    assert story.report().ok
    assert index == 8
    story = ready()
    story.minute = 997  # the release falls on `valid_until` itself
    story.whole("rel-1", 1)
    only(story.report(), Fault.AGREEMENT_NOT_ACTIVE, 8)


def test_another_purpose() -> None:
    story = ready()
    story.propose("rel-1")
    story.approve("rel-1")
    index = story.release("rel-1", 1, purpose="counter_terrorism.travel")
    only(story.report(), Fault.AGREEMENT_PURPOSE, index)


def test_a_recipient_that_is_no_party() -> None:
    story = ready()
    story.propose("rel-1", recipient="EG")
    story.approve("rel-1")
    story.release("rel-1", 1, recipient="EG")
    only(story.report(), Fault.AGREEMENT_PARTIES, 8)


def agreed(change: Callable[[AgreementPart], AgreementPart | None], activated: AgreementPart | None = None) -> Report:
    """One release under agreement 1, whose part in the export is changed."""
    changed = change(agreement())
    story = Story(agreements=[activated or changed or agreement()]).begin()
    story.whole("rel-1", 1)
    story.agreements = [] if changed is None else [changed]
    return story.report()


def test_the_document_is_missing_or_another() -> None:
    only(agreed(lambda part: None), Fault.AGREEMENT_MISSING, 8)
    changed = agreement().document.replace(b"analysis.joint", b"analysis.jointly")
    only(agreed(lambda part: part._replace(document=changed), agreement()), Fault.AGREEMENT_MISSING, 8)


def test_a_party_did_not_sign() -> None:
    only(agreed(lambda part: part._replace(signatures={"DZ": part.signatures["DZ"]})), Fault.AGREEMENT_UNSIGNED, 8)
    only(agreed(lambda part: part._replace(signatures={})), Fault.AGREEMENT_UNSIGNED, 8)


def test_a_signature_of_other_bytes() -> None:
    other = agreement(version=2).signatures["TN"]
    report = agreed(lambda part: part._replace(signatures={**part.signatures, "TN": other}))
    only(report, Fault.AGREEMENT_SIGNATURE, 8)
    assert report.exit_code == Exit.SIGNATURE
    report = agreed(lambda part: part._replace(signatures={**part.signatures, "TN": b"{}"}))
    only(report, Fault.AGREEMENT_SIGNATURE, 8)


def test_a_signature_by_a_root_that_the_document_does_not_name() -> None:
    def forge(part: AgreementPart) -> AgreementPart:
        forged = root_signature(party("TN", "forged").root, "TN", "exchange/agreement/1", part.document)
        return part._replace(signatures={**part.signatures, "TN": forged})

    report = agreed(forge)
    only(report, Fault.PARTY_KEY_UNKNOWN, 8)
    assert report.exit_code == Exit.UNTRUSTED


def test_a_signature_of_one_party_is_not_anothers() -> None:
    report = agreed(lambda part: part._replace(signatures=dict.fromkeys(("DZ", "TN"), part.signatures["DZ"])))
    only(report, Fault.PARTY_KEY_UNKNOWN, 8)


@pytest.mark.parametrize(
    "change",
    [
        (b'"version":1', b'"version":2'),
        (b'"kind":"agreement"', b'"kind":"policy"'),
        (b'"count":1', b'"count":-1'),
        (b"2026-03-01T06:20:00Z", b"2026-13-01T06:20:00Z"),
        (b'"code":"TN"', b'"code":"T1"'),
        (b'"parties":[', b'"parties":[{"code":"TN","fingerprint":"' + b"ab" * 32 + b'"},'),
        (b'"parties":[', b'"parties":[{"code":["TN"],"fingerprint":"' + b"ab" * 32 + b'"},'),
        (b'"purposes":["analysis.joint"]', b'"purposes":"analysis.joint"'),
        (b"{", b"["),
    ],
)
def test_a_document_that_is_not_that_agreement(change: tuple[bytes, bytes]) -> None:
    document = agreement().document.replace(*change)
    assert document != agreement().document
    signed = AgreementPart(
        document,
        {code: root_signature(party(code).root, code, "exchange/agreement/1", document) for code in ("DZ", "TN")},
    )
    assert digest_of(signed) != digest_of(agreement())
    only(agreed(lambda part: signed), Fault.AGREEMENT_DIFFERS, 8)
