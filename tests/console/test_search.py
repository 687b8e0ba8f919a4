"""The search: posted, nothing of the question in an address, and what was found with the field that holds it."""

from __future__ import annotations

import pytest

from exchange.console.pages.search import PAGE
from exchange.model.claims import Claim, Grade
from exchange.operations.compare_new import compare_new
from tests.console.entry_kit import shown_text
from tests.console.kit import Consoles, Desk, Shown
from tests.console.test_records import named
from tests.federation import State
from tests.subjects import gulf_person


@pytest.fixture(scope="module")
def dz(shared: Consoles) -> State:
    state = shared.states["DZ"]
    state.deposit(gulf_person(1), named(("سليم المثالي", "Arab", "primary"), ("Salim Specimenova", "Latn", "spelling")))
    state.deposit(*[named((f"Manyfold Specimen{n}", "Latn", "primary")) for n in range(PAGE + 5)])
    return state


@pytest.fixture(scope="module")
def desk(shared: Consoles, dz: State) -> Desk:
    return shared.desk("DZ", dz.staff.officer)


def ask(desk: Desk, **fields: str | list[str]) -> Shown:
    return desk.send(desk.open("/search"), "/search", fields)


def records_in(page: Shown) -> list[str]:
    return [link for link in page.links if link.startswith("/records/DZ/")]


def test_found_by_a_part_of_a_name_in_either_script(desk: Desk) -> None:
    for words in ("specimenova", "سليم", "Salim Specim", "المثالي سليم"):
        page = ask(desk, text=words)
        assert page.status == 200
        assert page.path == "/search"
        assert len(records_in(page)) == 1, words
        assert "Full name" in shown_text(page)
        assert "سليم المثالي" in page.text


def test_nothing_found_says_what_to_do(desk: Desk) -> None:
    page = ask(desk, text="zzzyyyxxx")
    assert "and no person’s name sounds like them" in page.text
    assert records_in(page) == []


def test_another_spelling_is_found_with_its_score(desk: Desk, dz: State) -> None:
    (ref,) = dz.deposit(named(("قسورة الزبيدي", "Arab", "primary")))
    waits = ask(desk, text="Kaswara Zoubaydi")
    assert "are not compared by sound yet" in waits.text
    compare_new(dz.node)
    page = ask(desk, text="Kaswara Zoubaydi")
    assert records_in(page) == [f"/records/DZ/{ref.id}"]
    assert "Written differently, sounds alike" in page.text
    assert "alike:" in page.text


def test_filters_stay_in_the_form(desk: Desk, dz: State) -> None:
    (ref,) = dz.deposit(
        (
            *named(("Filtered Specimen", "Latn", "primary")),
            Claim("c90", "theatre", "SY", "fact", Grade("admiralty", "B", "2")),
        )
    )
    page = ask(desk, text="filtered", theatre="SY", since="2020-01-01", until="2099-01-01")
    assert records_in(page) == [f"/records/DZ/{ref.id}"]
    assert page.form("/search").fields["theatre"] == ["SY"]
    assert records_in(ask(desk, text="filtered", theatre="LY")) == []
    assert records_in(ask(desk, text="filtered", group="nobody")) == []
    assert records_in(ask(desk, text="manyfold", theatre="SY")) == []
    for wrong in ({"theatre": "XX"}, {"since": "yesterday"}, {"since": "2026-02-01", "until": "2026-01-01"}):
        assert ask(desk, text="filtered", **wrong).status == 422


def test_pages_go_on_by_a_form_with_the_question_in_it(desk: Desk) -> None:
    page = ask(desk, text="manyfold")
    first = records_in(page)
    assert len(first) == PAGE
    fields = next(form for form in page._read().forms if "after" in form.fields).fields
    answer = desk.client.post("/search", data=fields)
    second = records_in(Shown(answer.status_code, "/search", answer.text, answer.headers))
    assert (len(second), set(first) & set(second)) == (5, set())


def test_kinds_and_places_narrow_it(desk: Desk) -> None:
    assert records_in(ask(desk, text="specimenova", kind=["group"])) == []
    assert records_in(ask(desk, text="specimenova", held="received")) == []
    assert len(records_in(ask(desk, text="specimenova", held="own", kind=["person", "nonsense"]))) == 1


def test_a_record_by_its_id(desk: Desk) -> None:
    path = records_in(ask(desk, text="specimenova"))[0]
    page = ask(desk, text=path.rpartition("/")[2])
    assert records_in(page) == [path]
    assert "its id" in page.text


@pytest.mark.parametrize("text", ["", "x" * 201, "two\x07bells"])
def test_what_is_no_question_is_refused_and_kept(desk: Desk, text: str) -> None:
    page = ask(desk, text=text)
    assert page.status == 422
    assert page.form("/search").fields["text"] == [text]


def test_the_question_stands_in_no_address_and_not_in_the_ledger(desk: Desk, dz: State) -> None:
    page = ask(desk, text="specimenova")
    assert all("specimenova" not in link.lower() for link in (*page.links, *page.actions))
    with dz.node.store.read() as unit:
        size = unit.ledger.head(lock=False).size
        last = unit.ledger.entries(size - 1, 1)[0]
    assert b"search.run" in last
    assert b"specimenova" not in last.lower()


def test_only_who_reads_records_searches(shared: Consoles) -> None:
    staff = shared.states["DZ"].staff
    assert shared.desk("DZ", staff.approver).open("/search").status == 200
    for person in (staff.auditor, staff.admin):
        assert shared.desk("DZ", person).open("/search").status == 403


@pytest.mark.parametrize(("lang", "told"), [("ar", "سجل واحد في هذه الصفحة"), ("fr", "Une fiche sur cette page")])
def test_in_other_languages(desk: Desk, lang: str, told: str) -> None:
    desk.keep(lang=lang)
    try:
        assert told in ask(desk, text="specimenova").text
    finally:
        desk.keep()
