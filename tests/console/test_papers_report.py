"""The report of a verification from the console: what a file says is what comes out, in the reader's language."""

from __future__ import annotations

import io
from collections.abc import Mapping

import httpx
import pytest

from exchange.operations import archive
from exchange.operations.audit import export_lines, note_export
from exchange.operations.blind_audit import blind_package, note_blind
from exchange.operations.bundle import make_bundle
from tests.console.kit import Consoles, Desk
from tests.integration.api_office import covered
from tests.paper_kit import flat


@pytest.fixture(scope="module")
def auditor(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.auditor)


@pytest.fixture(scope="module")
def export(shared: Consoles) -> bytes:
    state = shared.states["DZ"]
    state.push("AE", state.deposit(covered(3)))
    state.deliver("AE")
    return b"".join(export_lines(state.node, note_export(state.node, state.staff.auditor)))


def asked(desk: Desk, data: bytes, values: Mapping[str, str] | None = None) -> httpx.Response:
    form = desk.open("/audit/report").form("/audit/report")
    fields = {name: each[0] for name, each in form.fields.items()} | dict(values or {})
    return desk.client.post(form.action, data=fields, files={"file": ("export", data, "application/octet-stream")})


def report(desk: Desk, data: bytes, **values: str) -> str:
    answer = asked(desk, data, values)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    return flat(answer.content)


def test_a_sound_export_is_reported_with_the_fingerprint_that_was_brought(
    shared: Consoles, auditor: Desk, export: bytes
) -> None:
    fingerprint = shared.states["DZ"].node.keys.root_fingerprint
    grouped = ":".join(fingerprint[at : at + 4] for at in range(0, 64, 4)).upper()
    told = report(auditor, export, fingerprint=grouped, lang="en")
    assert "Verified:everythingthatwascheckedholds." in told
    assert fingerprint in told
    assert "yes,thesame" in told
    assert "Thatthetimesareright" not in told
    assert "Thatarecordistrue." in told


@pytest.mark.parametrize("lang", ["ar", "fr", "en"])
def test_without_a_fingerprint_it_says_that_nothing_tells_whose_the_file_is(
    lang: str, auditor: Desk, export: bytes
) -> None:
    told = report(auditor, export, lang=lang)
    assert {"fr": "riennedit", "en": "nothingsayswhose"}.get(lang, "TLP:AMBER") in told


def test_a_changed_export_is_reported_with_the_place(auditor: Desk, export: bytes) -> None:
    lines = export.splitlines(keepends=True)
    places = [number for number, line in enumerate(lines) if line.startswith(b'{"entry":')]
    gone = places[len(places) // 2]
    broken = b"".join(lines[:gone] + lines[gone + 1 :])
    told = report(auditor, broken, lang="en")
    assert "Notverified:" in told
    assert "Firstbadentry:" in told
    assert "CHECKPOINT" in told or "ENTRY" in told


def test_another_nodes_fingerprint_is_a_fault(auditor: Desk, export: bytes) -> None:
    told = report(auditor, export, fingerprint="ab" * 32, lang="en")
    assert "isnottheoneofthefingerprintthatyoubrought" in told


def test_zip_package_and_bundle_are_known(shared: Consoles, auditor: Desk, export: bytes) -> None:
    state = shared.states["DZ"]
    zipped = io.BytesIO()
    archive.write(zipped, export.splitlines(keepends=True), b"readme")
    assert "everythingthatwascheckedholds" in report(auditor, zipped.getvalue(), lang="en")
    package = b"".join(blind_package(state.node, note_blind(state.node, state.staff.auditor)))
    assert "everythingthatwascheckedholds" in report(auditor, package, lang="en")
    with state.node.store.read() as unit:
        (release, *_) = [each.id for each in unit.releases.page("released", None, 1)]
    bundle, _ = make_bundle(state.node, state.staff.approver, release)
    assert release in report(auditor, bundle, lang="en")
    assert report(auditor, bundle, lang="fr", fingerprint=state.node.keys.root_fingerprint)
    assert asked(auditor, bundle.replace(b'"made":"20', b'"made":"19'), {"lang": "en"}).status_code in (400, 422)


def test_what_is_no_export_is_refused_and_a_wrong_fingerprint_comes_back(auditor: Desk) -> None:
    assert asked(auditor, b"no export at all\n", {"lang": "en"}).status_code in (400, 422)
    refused = asked(auditor, b"x", {"fingerprint": "not hex", "lang": "en"})
    assert refused.status_code in (400, 422)
    assert "not hex" in refused.text
    assert asked(auditor, b"", {"lang": "en"}).status_code in (400, 422)


def test_whoever_verifies_files_makes_it_and_officers_do_not(shared: Consoles) -> None:
    staff = shared.states["DZ"].staff
    for person in (staff.approver, staff.auditor, staff.admin):
        assert shared.desk("DZ", person).open("/audit/report").status == 200
    assert shared.desk("DZ", staff.officer).open("/audit/report").status == 403
