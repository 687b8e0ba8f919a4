"""The auditor's pages: the overview, and a file that is verified, sound, changed and of somebody else."""

from __future__ import annotations

import pytest

from exchange.operations import archive
from exchange.operations.audit import export_lines, note_export
from exchange.sentences.audit_readme import README
from tests.console.kit import Consoles, Desk, Shown


@pytest.fixture
def auditor(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.auditor)


def export(shared: Consoles, code: str = "DZ") -> bytes:
    state = shared.states[code]
    return b"".join(export_lines(state.node, note_export(state.node, state.staff.auditor)))


def verify(desk: Desk, data: bytes, fingerprint: str = "", way: str = "page") -> Shown:
    page = desk.open("/audit/verify")
    return desk.send(page, "/audit/verify", {"fingerprint": fingerprint, "way": way}, {"file": data})


def test_the_overview_tells_how_far_the_ledger_is_and_what_this_role_may_do(shared: Consoles, auditor: Desk) -> None:
    page = auditor.open("/audit")
    assert page.status == 200
    with shared.states["DZ"].node.store.read() as unit:
        size = unit.ledger.head(lock=False).size
    assert str(size) in page.text
    assert {"/audit/verify", "/audit/reconcile", "/audit/entries", "/audit/openings", "/audit/export"} <= set(
        page.links
    )
    assert "/audit/bundle" not in page.links
    assert shared.desk("DZ", shared.states["DZ"].staff.officer).open("/audit").status == 403


def test_a_sound_export_is_green_with_its_fingerprint_and_says_what_it_does_not_prove(
    shared: Consoles, auditor: Desk
) -> None:
    fingerprint = shared.states["DZ"].node.keys.root_fingerprint
    data = export(shared)
    typed = " ".join(fingerprint[at : at + 4] for at in range(0, 64, 4)).upper()
    page = verify(auditor, data, typed)
    assert page.status == 200
    assert "In order" in page.text
    assert "fails" not in page.text
    assert "not reached" not in page.text
    for words in ("Chain: no entry removed", "Approvals by distinct persons", "That a record is true."):
        assert words in page.text
    assert "Whose ledger this is" not in page.text
    zipped = verify(
        auditor, b"".join(archive.pieces(iter(data.splitlines(keepends=True)), README.encode())), fingerprint
    )
    assert "In order" in zipped.text


def test_without_a_fingerprint_nothing_says_whose_it_is(shared: Consoles, auditor: Desk) -> None:
    page = verify(auditor, export(shared, "KW"))
    assert page.status == 200
    assert "nothing says whose it is" in page.text
    assert "In order" not in page.text
    assert "Whose ledger this is: no fingerprint was brought." in page.text
    other = verify(auditor, export(shared, "KW"), shared.states["DZ"].node.keys.root_fingerprint)
    assert "Not in order" in other.text
    assert "The root in the file is not the one of the fingerprint" in other.text


def test_one_changed_byte_is_red_at_its_entry(shared: Consoles, auditor: Desk) -> None:
    lines = export(shared).splitlines(keepends=True)
    at = [place for place, line in enumerate(lines) if line.startswith(b'{"entry":')][5]
    assert b'"v":1' in lines[at]
    lines[at] = lines[at].replace(b'"v":1', b'"v":2')
    page = verify(auditor, b"".join(lines), shared.states["DZ"].node.keys.root_fingerprint)
    assert page.status == 200
    assert "Not in order" in page.text
    assert "First bad entry: 5" in page.text
    assert "The entry was changed" in page.text
    assert "not reached" in page.text
