"""The ledger at a screen: its entries in words, filtered, as files; one entry opened by two persons; files to take."""

from __future__ import annotations

import csv
import io
import json

import pytest

from exchange.errors import Code
from exchange.ledger.entries import read, text
from exchange.operations.lookups import note_refused
from exchange.operations.verify_file import LEDGER, PACKAGE, examine
from tests.console.kit import Consoles, Desk, FormOnPage, Shown
from tests.subjects import gulf_person


@pytest.fixture
def auditor(shared: Consoles) -> Desk:
    return shared.desk("DZ", shared.states["DZ"].staff.auditor)


def newest(shared: Consoles, kind: str, code: str = "DZ") -> int:
    """Index of the newest entry of a kind."""
    with shared.states[code].node.store.read() as unit:
        entries = [read(line) for line in unit.ledger.entries(0, 5000)]
    return max(index for index, entry in enumerate(entries) if entry["kind"] == kind)


def take(desk: Desk, page: Shown, action: str, values: dict[str, str]) -> bytes:
    """Sends a form that answers with a file."""
    form: FormOnPage = page.form("/audit/entries" if action == "/audit/entries/file" else action)
    answer = desk.client.post(action, data={**form.fields, **values})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    return answer.content


def test_entries_come_newest_first_in_words_and_reading_them_is_one(shared: Consoles, auditor: Desk) -> None:
    shared.states["DZ"].deposit(gulf_person(71))
    page = auditor.open("/audit/entries")
    assert page.status == 200
    assert "Records were entered" in page.text
    assert page.text.index("Records were entered") < page.text.index("The ledger of this node began")
    assert "refers to (hidden)" in page.text
    assert any(link.startswith("/audit/openings?index=") for link in page.links)
    again = auditor.open("/audit/entries?kind=list.read")
    assert "A list was read" in again.text
    assert "Records were entered" not in again.html.split("<tbody>")[1]
    with shared.states["DZ"].node.store.read() as unit:
        size = unit.ledger.head(lock=False).size
        last = read(unit.ledger.entries(size - 1, 1)[0])
    assert (last["kind"], last["what"], last["actor"]) == ("list.read", "ledger", auditor.person and auditor.person.id)


def test_a_person_is_asked_for_in_a_form_and_never_in_an_address(shared: Consoles, auditor: Desk) -> None:
    staff = shared.states["DZ"].staff
    page = auditor.open("/audit/entries")
    found = auditor.send(page, "/audit/entries", {"actor": staff.auditor.id})
    assert found.path == "/audit/entries"
    rows = found.html.split("<tbody>")[1].split("</tbody>")[0]
    assert staff.auditor.id in rows
    assert staff.officer.id not in rows
    assert "A list was read" in rows
    day = auditor.send(found, "/audit/entries", {"actor": "", "kind": "genesis", "day": ""})
    assert day.path == "/audit/entries?kind=genesis"
    nothing = auditor.send(day, "/audit/entries", {"kind": "", "day": "1999-01-01"})
    assert "No entry fits" in nothing.text
    wrong = auditor.send(nothing, "/audit/entries", {"actor": staff.auditor.id, "day": "not-a-day!"})
    assert wrong.status == 422
    assert "Day (UTC)" in wrong.text


def test_many_entries_come_page_by_page(shared: Consoles) -> None:
    state = shared.states["AE"]
    for _ in range(60):
        note_refused(state.node, state.staff.officer, Code.PERMISSION_MISSING, "audit.export")
    desk = shared.desk("AE", state.staff.auditor)
    first = desk.open("/audit/entries?kind=access.denied")
    (more,) = [link for link in first.links if "before=" in link]
    second = desk.open(more)
    assert second.html.split("<tbody>")[1].count("A known person was refused") == 10
    by_person = desk.send(first, "/audit/entries", {"kind": "access.denied", "actor": state.staff.officer.id})
    older = [form for form in by_person.html.split("<form") if 'name="before"' in form]
    assert len(older) == 1
    assert desk.open("/audit/entries?before=x").status == 422


def test_the_ledger_as_a_table_and_as_lines(shared: Consoles, auditor: Desk) -> None:
    page = auditor.open("/audit/entries")
    table = take(auditor, page, "/audit/entries/file", {"as": "csv", "kind": "genesis"})
    head, row = list(csv.reader(io.StringIO(table.decode("utf-8-sig"))))
    assert head[0] == "index"
    assert row[0] == "0"
    assert row[3:5] == ["genesis", "The ledger of this node began"]
    lines = take(auditor, page, "/audit/entries/file", {"as": "jsonl"}).splitlines()
    assert [json.loads(line)["index"] for line in lines] == list(range(len(lines)))
    assert json.loads(lines[0])["entry"]["kind"] == "genesis"
    assert len(lines) == newest(shared, "list.read")


def test_two_persons_open_one_entry_and_it_is_read_once(shared: Consoles, auditor: Desk) -> None:
    state = shared.states["DZ"]
    (ref,) = state.deposit(gulf_person(72))
    index = newest(shared, "record.deposited")
    page = auditor.open(f"/audit/openings?index={index}")
    assert "Records were entered" in page.text
    refused = auditor.send(page, "/audit/openings", {"reason": ""})
    assert refused.status == 422
    assert f'value="{index}"' in refused.html
    asked = auditor.send(page, "/audit/openings", {"reason": "SAMPLE"})
    assert "Asked. Another person has 24 hours" in asked.text
    (opening,) = [each.split("/")[3] for each in asked.actions if each.endswith("/withdraw")]
    assert not [each for each in asked.actions if each.endswith(("/confirm", "/read"))]
    approver = shared.desk("DZ", state.staff.approver)
    seen = approver.open("/audit/openings")
    confirmed = approver.send(seen, f"/audit/openings/{opening}/confirm")
    assert "Confirmed. The auditor may read it once" in confirmed.text
    assert not [each for each in confirmed.actions if each.endswith("/read")]
    ready = auditor.open("/audit/openings")
    shown = auditor.send(ready, f"/audit/openings/{opening}/read")
    assert shown.status == 200
    assert ref.id in shown.text
    assert "TLP:" in shown.text
    assert "This is shown once" in shown.text
    twice = auditor.send(ready, f"/audit/openings/{opening}/read")
    assert twice.status == 409
    assert "was read" in twice.text
    with state.node.store.read() as unit:
        size = unit.ledger.head(lock=False).size
        kinds = [text(read(line), "kind") for line in unit.ledger.entries(size - 8, 8)]
    assert kinds.count("audit.opened") == 1


def test_an_opening_is_declined_or_taken_back(shared: Consoles, auditor: Desk) -> None:
    state = shared.states["DZ"]
    state.deposit(gulf_person(73))
    index = newest(shared, "record.deposited")
    for step, said in (("decline", "Declined. Nothing is shown."), ("withdraw", "Taken back. Nothing is shown.")):
        asked = auditor.send(
            auditor.open("/audit/openings"), "/audit/openings", {"index": str(index), "reason": "OVERSIGHT"}
        )
        (path,) = [each for each in asked.actions if each.endswith("/withdraw")]
        desk = auditor if step == "withdraw" else shared.desk("DZ", state.staff.admin)
        done = desk.send(desk.open("/audit/openings"), path.replace("withdraw", step))
        assert said in done.text
    beginning = auditor.send(auditor.open("/audit/openings"), "/audit/openings", {"index": "0", "reason": "SAMPLE"})
    assert beginning.status == 422


def test_the_exports_verify_and_each_is_an_entry(shared: Consoles, auditor: Desk) -> None:
    fingerprint = shared.states["DZ"].node.keys.root_fingerprint
    page = auditor.open("/audit/export")
    assert fingerprint in page.text
    ledger = take(auditor, page, "/audit/export", {})
    found = examine(ledger, fingerprint)
    assert (found.kind, found.ok, found.pinned) == (LEDGER, True, True)
    assert found.report is not None
    assert found.report.size == newest(shared, "audit.exported") + 1
    package = take(auditor, page, "/audit/blind", {})
    blind = examine(package, fingerprint)
    assert (blind.kind, blind.ok) == (PACKAGE, True)
    assert newest(shared, "audit.blind-exported") > newest(shared, "audit.exported")
    verified = auditor.send(
        auditor.open("/audit/verify"), "/audit/verify", {"fingerprint": fingerprint, "way": "page"}, {"file": package}
    )
    assert "Package of a blind audit" in verified.text
    assert "Releases with their decisions" in verified.text


def test_only_the_roles_that_may_get_in(shared: Consoles) -> None:
    staff = shared.states["DZ"].staff
    may = {
        "/audit/verify": {"auditor", "releasing_officer", "administrator"},
        "/audit/reconcile": {"auditor", "administrator"},
        "/audit/entries": {"auditor"},
        "/audit/openings": {"auditor", "releasing_officer", "administrator"},
        "/audit/export": {"auditor"},
        "/audit/bundle": {"releasing_officer"},
    }
    for person in (staff.officer, staff.approver, staff.auditor, staff.admin):
        desk = shared.desk("DZ", person)
        opened = {path for path in may if desk.open(path).status == 200}
        assert opened == {path for path, roles in may.items() if person.role in roles}


@pytest.mark.parametrize("lang", ["ar", "fr"])
def test_the_pages_are_whole_in_every_language(shared: Consoles, auditor: Desk, lang: str) -> None:
    auditor.keep(lang=lang)
    try:
        for path in (
            "/audit",
            "/audit/verify",
            "/audit/reconcile",
            "/audit/entries",
            "/audit/openings",
            "/audit/export",
        ):
            page = auditor.open(path)
            assert page.status == 200
            assert f'<html lang="{lang}"' in page.html
    finally:
        auditor.keep()


def test_what_is_no_file_of_ours_is_said_at_its_field(auditor: Desk) -> None:
    page = auditor.open("/audit/verify")
    wrong = auditor.send(page, "/audit/verify", {"way": "page"}, {"file": b"not an export\n"})
    assert wrong.status == 422
    assert "Field: File" in wrong.text
    missing = auditor.send(page, "/audit/verify", {"way": "page"})
    assert missing.status == 422
    typed = auditor.send(page, "/audit/verify", {"way": "page", "fingerprint": "<b>12</b>"}, {"file": b"{}\n"})
    assert typed.status == 422
    assert "Field: Root fingerprint" in typed.text
    assert "&lt;b&gt;12&lt;/b&gt;" in typed.html
