"""Two ledgers beside each other: from files, and with a partner now."""

from __future__ import annotations

import csv
import io
import re

import pytest

from exchange.operations.audit import export_lines, note_export
from exchange.operations.deliver import deliver
from exchange.operations.release import release
from exchange.operations.verify_file import BUNDLE, examine
from tests.console.kit import Consoles, Desk
from tests.console.release_kit import propose, release_id, signer
from tests.subjects import gulf_person


@pytest.fixture(scope="module")
def sent(shared: Consoles) -> str:
    """One release of DZ, delivered to KW; its id."""
    state = shared.states["DZ"]
    (ref,) = state.deposit(gulf_person(81))
    page = propose(shared.desk("DZ", state.staff.officer), ref)
    found = release_id(page)
    for person in state.staff.approvers[:2]:
        signing = signer(shared, "DZ", person)
        assert signing.approve(signing.look(found)).status == 200
    with state.node.store.write() as unit:
        assert release(state.node, unit, state.staff.officer, found).state == "released"
    deliver(state.node, "KW")
    return found


@pytest.fixture
def auditor(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.auditor)


def export(shared: Consoles, code: str) -> bytes:
    state = shared.states[code]
    return b"".join(export_lines(state.node, note_export(state.node, state.staff.auditor)))


def compare(desk: Desk, a: bytes, b: bytes) -> str:
    page = desk.send(desk.open("/audit/reconcile"), "/audit/reconcile", {"way": "page"}, {"a": a, "b": b})
    assert page.status == 200
    return page.text


def test_two_exports_agree_and_one_that_names_another_envelope_does_not(
    shared: Consoles, auditor: Desk, sent: str
) -> None:
    ours, theirs = export(shared, "DZ"), export(shared, "KW")
    text = compare(auditor, ours, theirs)
    assert "The two ledgers agree" in text
    assert "Nothing was verified here" in text
    taken = rb'("envelope":")[0-9a-f]{64}(".*"kind":"envelope.received")'
    other = re.sub(taken, rb"\g<1>" + b"0" * 64 + rb"\g<2>", theirs)
    assert other != theirs
    text = compare(auditor, ours, other)
    assert "The two ledgers contradict each other" in text
    assert "two versions" in text
    assert "DZ→KW 1/1" in text
    assert "KW by a receipt that it signed" in text
    form = auditor.open("/audit/reconcile").form("/audit/reconcile")
    files = {"a": ("a", ours), "b": ("b", other)}
    answer = auditor.client.post("/audit/reconcile", data={**form.fields, "way": "csv"}, files=files)
    assert answer.headers["content-type"].startswith("text/csv")
    head, row = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert head[:5] == ["class", "sender", "recipient", "epoch", "number"]
    assert row[:5] == ["two versions", "DZ", "KW", "1", "1"]


def test_what_is_no_export_is_refused(auditor: Desk) -> None:
    page = auditor.open("/audit/reconcile")
    wrong = auditor.send(page, "/audit/reconcile", {"way": "page"}, {"a": b"no\n", "b": b"no\n"})
    assert wrong.status == 422
    assert "Field: First export" in wrong.text
    assert auditor.send(page, "/audit/reconcile", {"way": "page"}).status == 422


def test_a_run_with_a_partner_is_listed_and_a_fault_is_acknowledged_once(
    shared: Consoles, auditor: Desk, sent: str
) -> None:
    done = auditor.send(auditor.open("/audit/reconcile"), "/audit/reconcile/KW/run")
    assert done.status == 200
    assert "Done. Both signed the same result" in done.text
    assert "both signed the same result" in done.text
    assert not [each for each in done.actions if each.endswith("/acknowledge")]
    state = shared.states["DZ"]
    with state.node.store.read() as unit:
        (kept,) = unit.reconciles.of("KW", 5)
    assert kept.outcome == "agreed"
    nothing = auditor.client.post(
        "/audit/reconcile/KW/acknowledge",
        data={**done.form("/audit/reconcile").fields, "once": "a-key-of-this-test", "reason": "INVESTIGATED"},
    )
    assert nothing.status_code == 412
    shared.states.network.down.add("KW")
    try:
        down = auditor.send(auditor.open("/audit/reconcile"), "/audit/reconcile/KW/run")
    finally:
        shared.states.network.down.discard("KW")
    assert down.status >= 400
    assert "Results with partners" in down.text


def test_the_evidence_of_a_release_is_made_by_a_releasing_officer_and_verified_by_an_auditor(
    shared: Consoles, auditor: Desk, sent: str
) -> None:
    state = shared.states["DZ"]
    approver, fingerprint = shared.desk("DZ", state.staff.approver), state.node.keys.root_fingerprint
    page = approver.open(f"/audit/bundle?release={sent}")
    form = page.form("/audit/bundle")
    data = approver.client.post("/audit/bundle", data={**form.fields, "way": "file"})
    assert data.headers["content-disposition"] == f'attachment; filename="{sent}.bundle.json"'
    assert examine(data.content, fingerprint).kind == BUNDLE
    paper = approver.client.post("/audit/bundle", data={**form.fields, "way": "pdf"})
    assert paper.content.startswith(b"%PDF-")
    look = auditor.open("/audit/verify")
    good = auditor.send(look, "/audit/verify", {"fingerprint": fingerprint, "way": "page"}, {"file": data.content})
    assert good.status == 200
    assert "Evidence bundle of one release" in good.text
    assert "In order" in good.text
    assert sent in good.text
    assert "What happened, and by whom" in good.text
    bad = auditor.send(
        look,
        "/audit/verify",
        {"fingerprint": fingerprint, "way": "page"},
        {"file": data.content.replace(b'"made":"2026', b'"made":"2025')},
    )
    assert "Not in order" in bad.text
    assert "Part of the file:" in bad.text
    without = auditor.send(look, "/audit/verify", {"way": "pdf"}, {"file": data.content})
    assert without.status == 422
    assert "Field: Root fingerprint" in without.text
    form_ = look.form("/audit/verify")
    pdf = auditor.client.post(
        "/audit/verify",
        data={**form_.fields, "way": "pdf", "fingerprint": fingerprint},
        files={"file": ("file", data.content)},
    )
    assert pdf.content.startswith(b"%PDF-")
    refused = approver.send(page, "/audit/bundle", {"release": "rel-" + "0" * 32, "way": "file"})
    assert refused.status == 404
    assert approver.send(page, "/audit/bundle", {"release": "<x>", "way": "file"}).status == 422
