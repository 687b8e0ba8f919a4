"""The disclosure account: what went where, on the page and as a table that no spreadsheet runs."""

from __future__ import annotations

import csv
import io

import pytest

from exchange.console.files import attachment, cell, csv_file
from tests.console.kit import Consoles
from tests.console.release_kit import change
from tests.subjects import gulf_person


def test_the_account_tells_every_time_and_what_of_it(shared: Consoles) -> None:
    dz = shared.states["DZ"]
    (ref,) = dz.deposit(gulf_person(1))
    dz.push("KW", [ref])
    dz.push("AE", [ref])
    assert dz.deliver("KW").accepted == 1
    change(dz, ref, 1)
    dz.push("KW", [ref])
    desk = shared.desk("DZ", dz.staff.auditor)
    page = desk.send(desk.open("/accounts"), "/accounts", {"records": f"DZ/{ref.id}"})
    assert page.path == f"/accounts/DZ/{ref.id}"
    assert page.status == 200
    for words in (
        "AG-DZ-AE-KW",
        "Full name",
        "accepted",
        "waits for delivery",
        "correction",
        "approver1-dz",
        "TLP:AMBER",
    ):
        assert words in page.text
    answer = desk.client.get(f"/accounts/DZ/{ref.id}/csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="account-DZ-{ref.id}.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][0] == "What"
    assert {row[2] for row in rows[1:]} == {"KW", "AE"}
    assert len({len(row) for row in rows}) == 1
    assert any("name.full" in row[8] for row in rows[1:])
    with dz.node.store.read() as unit:
        size = unit.ledger.head(lock=False).size
        assert sum(b"account.read" in each for each in unit.ledger.entries(0, size)) == 2


def test_what_was_received_is_accounted_for_too(shared: Consoles) -> None:
    dz, kw = shared.states["DZ"], shared.states["KW"]
    (ref,) = dz.deposit(gulf_person(2))
    dz.push("KW", [ref])
    assert dz.deliver("KW").stopped is None
    page = shared.desk("KW", kw.staff.officer).open(f"/accounts/DZ/{ref.id}")
    assert page.status == 200
    assert "Received" in page.text
    assert "It has never been sent to anybody." in page.text
    rows = shared.desk("KW", kw.staff.officer).client.get(f"/accounts/DZ/{ref.id}/csv").text
    assert "received" in rows


def test_of_a_record_that_was_never_here_there_is_no_account(shared: Consoles) -> None:
    desk = shared.desk("DZ", shared.states["DZ"].staff.officer)
    assert desk.open(f"/accounts/DZ/rec-{'0' * 25}").status == 404
    assert desk.open(f"/accounts/DZ/rec-{'0' * 25}/csv").status == 404
    wrong = desk.send(desk.open("/accounts"), "/accounts", {"records": "../etc"})
    assert wrong.status == 422
    assert "Field: Record" in wrong.text
    assert shared.desk("DZ", shared.states["DZ"].staff.admin).open("/accounts").status == 403


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =cmd|' /C calc'!A0", "\uff1dHYPERLINK(1)", "\uff20x"]
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell(text).startswith("'")


def test_a_cell_keeps_its_text_and_no_hidden_control() -> None:
    assert cell("DZ/rec-1") == "DZ/rec-1"
    assert cell("a\u202eb\x00c") == "a b c"
    assert cell("محمد") == "محمد"
    body = bytes(csv_file("x.csv", ["a"], [['say "no", then', "=x"]]).body).decode("utf-8-sig")
    assert body == '"a"\r\n"say ""no"", then","\'=x"\r\n'


@pytest.mark.parametrize("name", ['a"b', "a\r\nb", "../x", "", "ا.csv"])
def test_a_file_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValueError, match="file name"):
        attachment(name, b"", "text/plain")
